//! Saves a matcher as bytes, and loads it without building it again.
//!
//! What a matcher consists of is in [`sections`]; how its bytes are laid out is in
//! [`container`](crate::bytes::container). No files here: these are in the crate `poly-match-file`.
//!
//! A saved matcher is checked as a whole before it is used, so damaged bytes are refused. A
//! checksum finds accidents, not intent. Someone may change the bytes on purpose and fix the
//! checksums too. Against that there are three more safeguards: sections share no byte, nothing is
//! allocated because a number in the bytes says so, and [`sound`] checks the numbers that an answer
//! is made from. Such bytes may still make a matcher that answers nonsense, takes long, or panics.
//! They are never read out of bounds, because every index is checked as in any safe code.

mod sections;
mod sound;

use std::io::{self, Write};

use bytemuck::{Pod, Zeroable};

use crate::bytes::Array;
use crate::bytes::container::{Attached, Reader, Writer};
use crate::error::{Error, Unreadable, unsound};
use crate::machine::Level;
use crate::near::{FullIndex, Group, Prepared};
use crate::rule::{Near, Within};
use sections::GroupFacts;

/// The rule, and the facts about the whole matcher.
#[derive(Debug, Clone, Copy, Pod, Zeroable)]
#[repr(C)]
struct Facts {
    max_dist: f64,
    polygons: u64,
    near: u32,
    is_inclusive: u32,
    is_grouped: u32,
    /// Whether some polygons match nothing. Their positions are then a section of their own.
    has_skipped: u32,
}

/// Writes a prepared matcher, and the caller's bytes by name. Builds what is not built yet.
///
/// # Errors
/// What `out` returns, and [`io::ErrorKind::InvalidInput`] for a name that is too long.
pub(crate) fn write(
    prepared: &Prepared,
    mut out: impl Write,
    attached: &[(&str, &[u8])],
) -> io::Result<()> {
    let built = |group| Ok::<_, Error>((group, Group::complete(group, None, || Ok(()))?));
    let groups: Vec<(&Group, FullIndex<'_>)> =
        prepared.groups.iter().map(built).collect::<Result<_, Error>>()?;
    let mut to = Writer::default();
    let skipped = skipped(prepared);
    let within = prepared.near.within();
    let is_inclusive = match &prepared.near {
        Near::Center(within) | Near::Boundary(within) => within.is_inclusive(),
        Near::Circle { inclusive } => *inclusive,
        Near::Contains | Near::Covers => false,
    };
    to.made(
        "matcher",
        &[Facts {
            max_dist: within.map_or(0.0, Within::max_dist),
            polygons: prepared.len as u64,
            near: number(&prepared.near),
            is_inclusive: is_inclusive.into(),
            is_grouped: prepared.is_grouped.into(),
            has_skipped: (!skipped.is_empty()).into(),
        }],
    );
    if !skipped.is_empty() {
        to.made("skipped", &skipped);
    }
    let facts = groups.iter().map(|(group, index)| GroupFacts::of(&group.order, *index));
    to.made("parts", &facts.collect::<Vec<_>>());
    for (group, index) in &groups {
        sections::write(&group.order, *index, &mut to);
    }
    for (name, bytes) in attached {
        to.attach(name, bytes)?;
    }
    to.write_to(&mut out)
}

/// Reads a matcher that [`write()`] wrote, and the attached bytes.
///
/// # Errors
/// [`Unreadable`] for anything that `write` did not write.
pub(crate) fn read(mut from: Reader) -> Result<(Prepared, Vec<Attached>), Unreadable> {
    let facts: Facts = from.fact("matcher")?;
    let skipped: Array<u32> = match facts.has_skipped {
        0 => Array::default(),
        _ => from.array("skipped")?,
    };
    let groups: Array<GroupFacts> = from.array("parts")?;
    let near = near(&facts).ok_or(unsound("a rule"))?;
    let groups: Vec<Group> = groups
        .iter()
        .map(|facts| sections::read(&mut from, facts, &near))
        .collect::<Result<_, _>>()?;
    let prepared = Prepared {
        near,
        groups,
        is_grouped: facts.is_grouped != 0,
        len: usize::try_from(facts.polygons).map_err(|_| unsound("a number of polygons"))?,
        level: Level::widest(),
    };
    sound::check(&prepared, skipped.len())?;
    Ok((prepared, from.end()?))
}

/// The number of a *near* in a saved matcher.
fn number(near: &Near) -> u32 {
    match near {
        Near::Center(_) => 0,
        Near::Boundary(_) => 1,
        Near::Contains => 2,
        Near::Covers => 3,
        Near::Circle { .. } => 4,
    }
}

/// The *near* of a saved matcher; `None` if there is none of this number, or its distance is illegal.
fn near(facts: &Facts) -> Option<Near> {
    let inclusive = facts.is_inclusive != 0;
    let within = Within::of(facts.max_dist, inclusive).ok()?;
    let all = [
        Near::Center(within),
        Near::Boundary(within),
        Near::Contains,
        Near::Covers,
        Near::Circle { inclusive },
    ];
    all.into_iter().find(|near| number(near) == facts.near)
}

/// The positions of the polygons that match nothing. A saved matcher lists them, so that it has a
/// number for each of its polygons: a few bytes cannot claim to be billions of polygons.
#[allow(clippy::cast_possible_truncation)] // a matcher has fewer than 2^32 polygons
fn skipped(prepared: &Prepared) -> Vec<u32> {
    if prepared.ranked() == prepared.len {
        return Vec::new();
    }
    let mut is_ranked = vec![false; prepared.len];
    for group in &prepared.groups {
        group.order.ranking.order().iter().for_each(|&at| is_ranked[at as usize] = true);
    }
    (0..prepared.len as u32).filter(|&at| !is_ranked[at as usize]).collect()
}
