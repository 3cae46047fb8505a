//! *Best*: which candidate wins.
//!
//! Nothing here knows what made a polygon a candidate; `near` does.

use crate::ablate::{Shortcut, is_on};
use crate::bytes::Array;
use crate::error::Error;
use crate::rank::codes::{CodesUser, float_code, with_codes};
use crate::rank::{are_below, radix};
use crate::rule::Key;

/// From this many keys on, radix sort is used; below, comparison sort.
const MANY: usize = 1 << 7;

/// The polygons in the order in which they win: by their keys, then by input position.
///
/// A *rank* is a position in this order. The best candidate has the lowest rank. So a search only
/// compares ranks, and the tie rule is included.
#[derive(Debug, Clone, Default)]
pub(crate) struct Ranking {
    order: Array<u32>,
    /// Whether every rank equals its position, so that no lookup is needed.
    is_by_position: bool,
}

/// A [`Ranking`] as a search reads it.
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

    /// Whether every rank equals its position, so that no lookup is needed.
    #[inline]
    pub(crate) fn is_by_position(self) -> bool {
        self.is_by_position
    }

    /// The number of ranked polygons.
    pub(crate) fn len(self) -> usize {
        self.order.len()
    }
}

impl Ranking {
    /// Ranks polygons by a key without missing values; of equal ones, the lower position comes first.
    ///
    /// There must be fewer than 2^32.
    ///
    /// # Errors
    /// What `poll` returns. It is called now and then if there are many keys.
    pub(crate) fn by_key<E>(key: &Key<'_>, poll: impl FnMut() -> Result<(), E>) -> Result<Self, E> {
        struct Rank<P>(P);

        impl<E, P: FnMut() -> Result<(), E>> CodesUser for Rank<P> {
            type Output = Result<Ranking, E>;

            fn with<T>(self, values: &[T], code: impl Fn(&T) -> u64) -> Self::Output {
                Ranking::by(values, code, self.0)
            }
        }

        with_codes(key, Rank(poll))
    }

    /// Ranks polygons by code, lowest first; of equal codes, the lower position comes first.
    ///
    /// # Errors
    /// As [`by_key`](Self::by_key).
    pub(crate) fn by_codes<E>(
        codes: &[u64],
        poll: impl FnMut() -> Result<(), E>,
    ) -> Result<Self, E> {
        Self::by(codes, |&code| code, poll)
    }

    fn by<T, E>(
        values: &[T],
        code: impl Fn(&T) -> u64,
        poll: impl FnMut() -> Result<(), E>,
    ) -> Result<Self, E> {
        if values.len() >= MANY && is_on(Shortcut::RadixSort) {
            let order = radix::order(values, code, poll)?.into();
            return Ok(Self { order, is_by_position: false });
        }
        let mut coded: Vec<Coded> = Coded::of_all(values, code).collect();
        coded.sort_unstable();
        let order: Vec<u32> = coded.into_iter().map(Coded::position).collect();
        Ok(Self { order: order.into(), is_by_position: false })
    }

    /// Ranks polygons by position.
    pub(crate) fn first(count: u32) -> Self {
        let order: Vec<u32> = (0..count).collect();
        Self { order: order.into(), is_by_position: true }
    }

    /// Leaves out the polygons whose flag is true. The ranks of the others stay without gaps.
    pub(crate) fn leave_out(&mut self, skip: &[bool]) {
        self.order.to_mut().retain(|&position| !skip[position as usize]);
        self.is_by_position &= self.order.len() == skip.len();
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

    /// Whether every rank equals its position, so that no lookup is needed.
    #[inline]
    pub(crate) fn is_by_position(&self) -> bool {
        self.is_by_position
    }

    /// The ranking as a search reads it.
    #[inline(always)]
    pub(crate) fn view(&self) -> Ranks<'_> {
        Ranks { order: &self.order, is_by_position: self.is_by_position }
    }
}

/// Which candidate wins: by class, then by distance, then by rank.
#[derive(Debug, Clone)]
pub(crate) struct Order {
    pub(crate) ranking: Ranking,
    classes: Classes,
}

/// Which ranks are equally good, so that the distance decides between them.
#[derive(Debug, Clone)]
enum Classes {
    /// Each rank is a class of its own: the lower rank wins at any distance.
    Own,
    /// All ranks are one class: the nearest wins.
    One,
    /// Ranks with equal keys before the distance are one class. For every rank: the lowest of them.
    Of(Vec<u32>),
}

/// How good a candidate is; smaller is better. Scores compare by class, then distance, then rank.
#[derive(Debug, Clone, Copy, PartialEq, PartialOrd)]
pub(crate) struct Score {
    pub(crate) class: u32,
    pub(crate) distance: f64,
    pub(crate) rank: u32,
}

impl Order {
    /// The rank alone decides.
    pub(crate) fn by_rank(ranking: Ranking) -> Self {
        Self { ranking, classes: Classes::Own }
    }

    /// The distance decides; of equal distances, the rank.
    pub(crate) fn by_distance(ranking: Ranking) -> Self {
        Self { ranking, classes: Classes::One }
    }

    /// The code of a polygon decides; of equal codes, the distance, and then the rank. Codes must
    /// rise with the rank.
    pub(crate) fn by_class(ranking: Ranking, codes: &[u64]) -> Self {
        let classes = Classes::Of(classes(codes, ranking.order()));
        Self { ranking, classes }
    }

    /// Splits the order by group: the order within group 0, then within group 1, and so on.
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

    /// The kind of classes as a number, and their array, for saving; see
    /// [`from_arrays`](Self::from_arrays).
    pub(crate) fn classes(&self) -> (u32, &[u32]) {
        match &self.classes {
            Classes::Own => (0, &[]),
            Classes::One => (1, &[]),
            Classes::Of(classes) => (2, classes),
        }
    }

    /// Restores an order from what [`classes`](Self::classes) and [`Ranking::order`] gave. `None`
    /// if the parts do not fit together.
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

    /// Whether every rank has a position below `polygons`, and the classes rise with the rank.
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

    /// The class of a rank, which compares before the distance. It rises with the rank, so the
    /// class of the lowest rank in a node is a lower bound for all of the node.
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

/// For every rank, the lowest rank with the same code.
fn classes(codes: &[u64], order: &[u32]) -> Vec<u32> {
    let mut class = 0;
    let mut before = None;
    let class_of = |(rank, &position): (u32, &u32)| {
        let code = codes[position as usize];
        if before.replace(code) != Some(code) {
            class = rank;
        }
        class
    };
    (0..).zip(order).map(class_of).collect()
}

/// The position of the smallest key; of equal keys, the lowest position. `None` if there are no keys.
///
/// ```
/// assert_eq!(poly_match::best(&[3.0, 1.0, 1.0])?, Some(1));
/// # Ok::<(), poly_match::Error>(())
/// ```
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

/// A polygon's code with its input position, ordered as polygons win. Pairs of integers sort faster
/// than values compared through an index.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Coded(u64, u32);

impl Coded {
    /// The codes of doubles, in input order. None may be NaN, and there must be fewer than 2^32.
    pub(crate) fn of_floats(keys: &[f64]) -> impl Iterator<Item = Self> {
        Self::of_all(keys, |&key| float_code(key))
    }

    fn of_all<T>(values: &[T], code: impl Fn(&T) -> u64) -> impl Iterator<Item = Self> {
        values.iter().zip(0..).map(move |(value, position)| Self(code(value), position))
    }

    #[inline(always)]
    pub(crate) fn position(self) -> u32 {
        self.1
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn by_key(keys: &[f64]) -> Ranking {
        Ranking::by_key(&keys.into(), || Ok::<(), Error>(())).expect("few keys")
    }

    #[test]
    fn smaller_keys_win_and_then_lower_positions() {
        let keys = [2.0, -1.0, 0.0, -0.0, f64::INFINITY, -1.0, f64::NEG_INFINITY];
        let ranking = by_key(&keys);
        assert_eq!(ranking.order(), [6, 1, 5, 2, 3, 0, 4]);
        assert_eq!(ranking.position(0), 6);
    }

    proptest! {
        #[test]
        fn the_order_is_a_stable_sort_by_key(keys: Vec<f64>) {
            prop_assume!(keys.iter().all(|key| !key.is_nan()));
            let mut expected: Vec<u32> = (0..).take(keys.len()).collect();
            expected.sort_by(|&a, &b| {
                keys[a as usize].partial_cmp(&keys[b as usize]).expect("no NaN")
            });
            let ranking = by_key(&keys);
            prop_assert_eq!(ranking.order(), &expected);
            let first = expected.first().map(|&position| position as usize);
            prop_assert_eq!(best(&keys), Ok(first));
        }
    }
}
