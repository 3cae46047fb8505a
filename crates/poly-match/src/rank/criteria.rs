//! Turns the criteria of a rule into an [`Order`].
//!
//! At most one criterion is the distance, which is only known when a point is searched for. The keys
//! before it make the *class* of a polygon. All keys and then the position make its *rank*. So a
//! candidate is compared by class, then distance, then rank, whatever the list of criteria.

use crate::error::Error;
use crate::rank::codes::codes_in_order;
use crate::rank::order::{Order, Ranking};
use crate::rule::{Best, Key, Rule, Tie};

/// The criteria that can decide something: keys, and where the distance stands among them.
#[derive(Debug)]
struct Decisive<'k> {
    keys: Vec<Key<'k>>,
    /// How many of the keys come before the distance, if it is a criterion.
    before_nearest: Option<usize>,
}

/// Whether a rule compares areas.
fn compares_areas(rule: &Rule<'_>) -> bool {
    rule.best.iter().any(|best| match best {
        Best::Smallest | Best::Largest => true,
        Best::Nearest | Best::First | Best::Key(_) => false,
    })
}

impl<'k> Decisive<'k> {
    fn of(rule: &Rule<'k>, areas: &'k [f64]) -> Self {
        let (mut keys, mut before_nearest) = (Vec::new(), None);
        let tie: &[Best<'_>] = match rule.tie {
            Tie::Index => &[],
            Tie::Distance => &[Best::Nearest],
        };
        for &best in rule.best.iter().chain(tie) {
            match best {
                Best::Smallest => keys.push(Key::from(areas)),
                Best::Largest => keys.push(Key::from(areas).largest_first()),
                Best::Key(key) => keys.push(key),
                Best::Nearest => before_nearest = before_nearest.or(Some(keys.len())),
                Best::First => break, // positions differ: nothing after this is asked
            }
        }
        Self { keys, before_nearest }
    }
}

/// The order of `count` polygons by a rule, without those whose flag in `skip` is true. `areas` is
/// called if the rule compares areas.
///
/// # Errors
/// [`Error::Keys`] for a key without one value for each polygon, [`Error::Key`] for a value that is
/// missing, [`Error::Skips`] without one flag for each polygon, [`Error::TooMany`] for more than
/// 2^32 − 1 polygons, and whatever `areas` and `poll` return.
pub(crate) fn order<E: From<Error>, P: FnMut() -> Result<(), E>>(
    rule: &Rule<'_>,
    count: usize,
    skip: Option<&[bool]>,
    areas: impl FnOnce(&mut P) -> Result<Vec<f64>, E>,
    poll: &mut P,
) -> Result<Order, E> {
    let Ok(size) = u32::try_from(count) else { return Err(Error::TooMany { got: count }.into()) };
    if let Some(got) = skip.map(<[bool]>::len).filter(|&got| got != count) {
        return Err(Error::Skips { expected: count, got }.into());
    }
    let areas = if compares_areas(rule) { areas(poll)? } else { Vec::new() };
    let Decisive { keys, before_nearest } = Decisive::of(rule, &areas);
    let lengths = keys.iter().flat_map(|key| [Some(key.len()), key.missing.map(<[bool]>::len)]);
    if let Some(got) = lengths.flatten().find(|&got| got != count) {
        return Err(Error::Keys { expected: count, got }.into());
    }
    let mut ranking = match keys.as_slice() {
        [] => Ranking::first(size),
        [key] if skip.is_none() && !key.has_missing() => Ranking::by_key(key, &mut *poll)?,
        keys => Ranking::by_codes(&codes_in_order(keys, skip, &mut *poll)?, &mut *poll)?,
    };
    if let Some(skip) = skip {
        ranking.leave_out(skip);
    }
    match before_nearest {
        None => Ok(Order::by_rank(ranking)),
        Some(0) => Ok(Order::by_distance(ranking)),
        Some(before) => {
            let codes = codes_in_order(&keys[..before], skip, poll)?;
            Ok(Order::by_class(ranking, &codes))
        }
    }
}
