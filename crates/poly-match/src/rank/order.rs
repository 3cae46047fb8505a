//! *Best*: which of the candidates wins.
//!
//! Nothing here knows what made a polygon a candidate; that is `near`.

use crate::bytes::Array;
use crate::error::Error;
use crate::rank::{are_below, radix};
use crate::rule::Tie;

/// From this many keys on, their digits are sorted; fewer are sorted by comparison.
const MANY: usize = 1 << 7;

/// The polygons in the order in which they win: by key, then by input position.
///
/// A *rank* is a position in this order. The best candidate is the one of the lowest rank, so a
/// search compares ranks alone, and the tie rule comes with them.
#[derive(Debug, Clone, Default)]
pub(crate) struct Ranking {
    order: Array<u32>,
    /// Whether a rank is its own position, so that none needs to be looked up.
    is_by_position: bool,
}

/// A ranking as a search reads it.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Ranks<'a> {
    order: &'a [u32],
    is_by_position: bool,
}

impl<'a> Ranks<'a> {
    /// The input position of every rank, best first.
    pub(crate) fn order(self) -> &'a [u32] {
        self.order
    }

    /// The input position of a rank.
    #[inline(always)]
    pub(crate) fn position(self, rank: u32) -> u32 {
        if self.is_by_position { rank } else { self.order[rank as usize] }
    }

    /// Whether every rank is a position: what tells one need not be looked up.
    #[inline]
    pub(crate) fn is_by_position(self) -> bool {
        self.is_by_position
    }

    /// How many polygons are ranked.
    pub(crate) fn len(self) -> usize {
        self.order.len()
    }
}

impl Ranking {
    #[cfg(test)]
    pub(crate) fn by_key(keys: &[f64]) -> Result<Self, Error> {
        Self::by_key_with(keys, || Ok(()))
    }

    /// Ranks polygons by the smaller key, and equal keys by the lower position.
    ///
    /// # Errors
    /// [`Error::Key`] for a key that is NaN, [`Error::TooMany`] beyond 2^32 − 1 polygons, and what
    /// `poll` returns, which is called now and then where they are many.
    pub(crate) fn by_key_with<E: From<Error>>(
        keys: &[f64],
        poll: impl FnMut() -> Result<(), E>,
    ) -> Result<Self, E> {
        check(keys)?;
        if u32::try_from(keys.len()).is_err() {
            return Err(Error::TooMany { got: keys.len() }.into());
        }
        if keys.len() >= MANY {
            let order = radix::order(keys, |&key| ordered_bits(key), poll)?.into();
            return Ok(Self { order, is_by_position: false });
        }
        let mut keys: Vec<Key> = Key::of_all(keys).collect();
        keys.sort_unstable();
        let order: Vec<u32> = keys.into_iter().map(Key::position).collect();
        Ok(Self { order: order.into(), is_by_position: false })
    }

    /// Ranks polygons by position.
    ///
    /// # Errors
    /// [`Error::TooMany`] beyond 2^32 − 1 polygons.
    fn first(count: usize) -> Result<Self, Error> {
        let end = u32::try_from(count).map_err(|_| Error::TooMany { got: count })?;
        let order: Vec<u32> = (0..end).collect();
        Ok(Self { order: order.into(), is_by_position: true })
    }

    /// The input position of every rank, best first.
    pub(crate) fn order(&self) -> &[u32] {
        &self.order
    }

    /// The input position of a rank.
    #[inline]
    pub(crate) fn position(&self, rank: u32) -> u32 {
        self.view().position(rank)
    }

    /// Whether every rank is a position: what tells one need not be looked up.
    #[inline]
    pub(crate) fn is_by_position(&self) -> bool {
        self.is_by_position
    }

    /// What a search reads.
    #[inline(always)]
    pub(crate) fn view(&self) -> Ranks<'_> {
        Ranks { order: &self.order, is_by_position: self.is_by_position }
    }
}

/// Which candidate wins: by key, by distance, or by the one and then the other.
#[derive(Debug, Clone)]
pub(crate) struct Order {
    pub(crate) ranking: Ranking,
    classes: Classes,
}

/// Ranks that are equally good but for their distance.
#[derive(Debug, Clone)]
enum Classes {
    /// None: the lower rank wins, whatever the distance.
    Own,
    /// All: the nearest wins.
    One,
    /// Equal keys: for every rank, the lowest that has its key.
    Of(Vec<u32>),
}

/// How good a candidate is. The smaller is the better: by class, then by distance, then by rank.
#[derive(Debug, Clone, Copy, PartialEq, PartialOrd)]
pub(crate) struct Score {
    pub(crate) class: u32,
    pub(crate) distance: f64,
    pub(crate) rank: u32,
}

impl Order {
    /// The order by a key and, of equal keys, by `tie`.
    ///
    /// # Errors
    /// As [`Ranking::by_key_with`].
    pub(crate) fn by_key<E: From<Error>>(
        keys: &[f64],
        tie: Tie,
        poll: impl FnMut() -> Result<(), E>,
    ) -> Result<Self, E> {
        let ranking = Ranking::by_key_with(keys, poll)?;
        let classes = match tie {
            Tie::Index => Classes::Own,
            Tie::Distance => Classes::Of(classes(keys, ranking.order())),
        };
        Ok(Self { ranking, classes })
    }

    /// The order of the input.
    pub(crate) fn first(count: usize) -> Result<Self, Error> {
        Ok(Self { ranking: Ranking::first(count)?, classes: Classes::Own })
    }

    /// The order by distance.
    pub(crate) fn nearest(count: usize) -> Result<Self, Error> {
        Ok(Self { ranking: Ranking::first(count)?, classes: Classes::One })
    }

    /// The order of each group: those of group 0, then those of group 1, and so on.
    pub(crate) fn by_group(&self, groups: &[u32]) -> Vec<Self> {
        let count = groups.iter().max().map_or(0, |&last| last as usize + 1);
        let empty = match self.classes {
            Classes::Of(_) => Classes::Of(Vec::new()),
            Classes::Own => Classes::Own,
            Classes::One => Classes::One,
        };
        let mut all = vec![Self { ranking: Ranking::default(), classes: empty }; count];
        for (rank, &position) in (0_u32..).zip(self.ranking.order()) {
            let group = &mut all[groups[position as usize] as usize];
            group.ranking.order.to_mut().push(position);
            if let (Classes::Of(classes), Classes::Of(all)) = (&mut group.classes, &self.classes) {
                classes.push(all[rank as usize]);
            }
        }
        all
    }

    /// What makes ranks equally good, as a number, and the numbers that it takes; see
    /// [`from_arrays`](Self::from_arrays).
    pub(crate) fn classes(&self) -> (u32, &[u32]) {
        match &self.classes {
            Classes::Own => (0, &[]),
            Classes::One => (1, &[]),
            Classes::Of(classes) => (2, classes),
        }
    }

    /// The order that was taken apart; none where the parts do not go together.
    pub(crate) fn from_arrays(
        order: Array<u32>,
        is_by_position: bool,
        kind: u32,
        classes: &[u32],
    ) -> Option<Self> {
        let expected = if kind == 2 { order.len() } else { 0 };
        let is_sound = classes.len() == expected;
        let classes = match kind {
            0 => Classes::Own,
            1 => Classes::One,
            2 => Classes::Of(classes.to_vec()),
            _ => return None,
        };
        let ranking = Ranking { order, is_by_position };
        is_sound.then_some(Self { ranking, classes })
    }

    /// Whether every rank has a position of so many polygons, and classes rise with the rank.
    pub(crate) fn is_sound(&self, polygons: usize) -> bool {
        let order = self.ranking.order();
        let are_positions = match self.ranking.is_by_position() {
            true => (0..).zip(order).fold(true, |all, (rank, &position)| all & (position == rank)),
            false => are_below(order, polygons),
        };
        are_positions && self.classes().1.is_sorted()
    }

    /// Whether the rank alone decides.
    pub(crate) fn is_by_rank(&self) -> bool {
        matches!(self.classes, Classes::Own)
    }

    /// Whether the distance comes first.
    pub(crate) fn is_by_distance(&self) -> bool {
        matches!(self.classes, Classes::One)
    }

    /// What comes before the distance. It grows with the rank, so that of the lowest rank in a node
    /// is the best of the node's.
    #[inline(always)]
    pub(crate) fn class(&self, rank: u32) -> u32 {
        match &self.classes {
            Classes::Own => rank,
            Classes::One => 0,
            Classes::Of(classes) => classes[rank as usize],
        }
    }

    #[inline(always)]
    pub(crate) fn score(&self, rank: u32, distance: f64) -> Score {
        Score { class: self.class(rank), distance, rank }
    }
}

/// For every rank, the lowest that has the same key.
fn classes(keys: &[f64], order: &[u32]) -> Vec<u32> {
    let key = |&position: &u32| keys[position as usize];
    let mut class = 0;
    let mut before = None;
    let class_of = |(rank, key): (u32, f64)| {
        if before.replace(key) != Some(key) {
            class = rank;
        }
        class
    };
    (0..).zip(order.iter().map(key)).map(class_of).collect()
}

/// The position of the smallest key; of equal keys, the lowest position.
///
/// # Errors
/// [`Error::Key`] for a key that is NaN.
pub fn best(keys: &[f64]) -> Result<Option<usize>, Error> {
    check(keys)?;
    let smaller = |best: usize, i: usize| if keys[i] < keys[best] { i } else { best };
    Ok((0..keys.len()).reduce(smaller))
}

pub(crate) fn check(keys: &[f64]) -> Result<(), Error> {
    match keys.iter().position(|key| key.is_nan()) {
        Some(polygon) => Err(Error::Key { polygon }),
        None => Ok(()),
    }
}

/// A polygon's key with its input position, ordered as polygons win: a pair of integers sorts faster
/// than an indirect comparison of doubles.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Key(u64, u32);

impl Key {
    /// The keys of all polygons, in input order; none is NaN, and they are fewer than 2^32.
    pub(crate) fn of_all(keys: &[f64]) -> impl Iterator<Item = Self> {
        keys.iter().zip(0..).map(|(&key, position)| Self(ordered_bits(key), position))
    }

    #[inline(always)]
    pub(crate) fn position(self) -> u32 {
        self.1
    }
}

/// An integer that orders as the double does; the two zeros are one.
fn ordered_bits(key: f64) -> u64 {
    const SIGN: u64 = 1 << 63;
    let bits = (key + 0.0).to_bits();
    if bits & SIGN == 0 { bits | SIGN } else { !bits }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn smaller_keys_win_and_then_lower_positions() {
        let keys = [2.0, -1.0, 0.0, -0.0, f64::INFINITY, -1.0, f64::NEG_INFINITY];
        let ranking = Ranking::by_key(&keys).expect("no NaN");
        assert_eq!(ranking.order(), [6, 1, 5, 2, 3, 0, 4]);
        assert_eq!(ranking.position(0), 6);
    }

    #[test]
    fn a_key_that_is_no_number_is_named() {
        let error = Ranking::by_key(&[1.0, f64::NAN]).expect_err("NaN");
        assert_eq!(error, Error::Key { polygon: 1 });
    }

    proptest! {
        #[test]
        fn the_order_is_a_stable_sort_by_key(keys: Vec<f64>) {
            prop_assume!(keys.iter().all(|key| !key.is_nan()));
            let mut expected: Vec<u32> = (0..).take(keys.len()).collect();
            expected.sort_by(|&a, &b| {
                keys[a as usize].partial_cmp(&keys[b as usize]).expect("no NaN")
            });
            let ranking = Ranking::by_key(&keys).expect("no NaN");
            prop_assert_eq!(ranking.order(), &expected);
            let first = expected.first().map(|&position| position as usize);
            prop_assert_eq!(best(&keys), Ok(first));
        }
    }
}
