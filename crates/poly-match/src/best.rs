//! *Best*: which of the candidates wins.
//!
//! Nothing here knows what made a polygon a candidate; that is `near`.

use crate::{Error, radix};

/// From this many keys on, their digits are sorted; fewer are sorted by comparison.
const MANY: usize = 1 << 12;

/// The polygons in the order in which they win: by key, then by input position.
///
/// A *rank* is a position in this order. The best candidate is the one of the lowest rank, so a
/// search compares ranks alone, and the tie rule comes with them.
#[derive(Debug, Clone)]
pub(crate) struct Ranking {
    order: Vec<u32>,
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
            let numbers: Vec<u64> = keys.iter().map(|&key| ordered_bits(key)).collect();
            return Ok(Self { order: radix::order(&numbers, poll)? });
        }
        let mut keys: Vec<Key> = Key::of_all(keys).collect();
        keys.sort_unstable();
        Ok(Self { order: keys.into_iter().map(Key::position).collect() })
    }

    /// The input position of every rank, best first.
    pub(crate) fn order(&self) -> &[u32] {
        &self.order
    }

    /// The input position of a rank.
    #[inline]
    pub(crate) fn position(&self, rank: u32) -> u32 {
        self.order[rank as usize]
    }

    /// How many polygons are ranked.
    pub(crate) fn len(&self) -> usize {
        self.order.len()
    }
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
