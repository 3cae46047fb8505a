//! Radix sort of many numbers.
//!
//! This is a least-significant-digit radix sort over the leading bits in which the numbers differ.
//! It makes three passes over pairs of eight bytes, whatever the numbers are. Numbers that agree in
//! all those bits are then sorted by comparison; usually they are few. Few numbers are sorted by
//! digits with fewer values, because counting many values would take longer than the sort.
//!
//! In a whole build, this saves less than a fifth of the time. It is here because it can be
//! interrupted between its passes. A comparison sort of 10^7 numbers takes some 0.3 s, and cannot.

#[cfg(test)]
use crate::testing::reached::{Structure, note};

/// Digits of a key: one pass over the entries each.
const DIGITS: u32 = 3;

/// Values of a digit, for few numbers and for many.
const FEW_VALUES: usize = 1 << 8;
const MANY_VALUES: usize = 1 << 11;

/// From this many numbers on, `MANY_VALUES` is faster.
const MANY: usize = 1 << 13;

/// The positions of `values` sorted by their numbers, then by position. There must be fewer than
/// 2^32.
///
/// # Errors
/// What `poll` returns, which is called before every pass.
pub(crate) fn order<T, E>(
    values: &[T],
    number: impl Fn(&T) -> u64,
    poll: impl FnMut() -> Result<(), E>,
) -> Result<Vec<u32>, E> {
    if values.len() < MANY {
        by_digits::<FEW_VALUES, _, _>(values, number, poll)
    } else {
        by_digits::<MANY_VALUES, _, _>(values, number, poll)
    }
}

/// Sorts by three digits of `VALUES` values each; see [`order`].
fn by_digits<const VALUES: usize, T, E>(
    values: &[T],
    number: impl Fn(&T) -> u64,
    mut poll: impl FnMut() -> Result<(), E>,
) -> Result<Vec<u32>, E> {
    let (any, all) = values.iter().map(&number).fold((0, !0), |(any, all), n| (any | n, all & n));
    // Skip the leading bits that all numbers share: they decide nothing.
    let same = (any ^ all).leading_zeros();
    let bits = (DIGITS * VALUES.ilog2()).min(u32::BITS);
    #[allow(clippy::cast_possible_truncation)] // only the leading bits are wanted
    let leading = |number: u64| (number.unbounded_shl(same) >> (u64::BITS - bits)) as u32;
    let mut starts = [[0_u32; VALUES]; DIGITS as usize];
    let mut from: Vec<Entry> = Vec::with_capacity(values.len());
    for (position, value) in (0..).zip(values) {
        let entry = Entry { leading: leading(number(value)), position };
        for (digit, starts) in starts.iter_mut().enumerate() {
            starts[entry.digit::<VALUES>(digit)] += 1;
        }
        from.push(entry);
    }
    let mut to = vec![Entry::default(); values.len()];
    for (digit, starts) in starts.iter_mut().enumerate() {
        poll()?;
        let is_of_all = |entry: &Entry| starts[entry.digit::<VALUES>(digit)] as usize == from.len();
        if from.first().is_none_or(is_of_all) {
            continue; // all have the same digit
        }
        #[cfg(test)]
        note(Structure::Digits, digit + if VALUES == FEW_VALUES { 0 } else { 3 });
        let mut start = 0;
        for count in starts.iter_mut() {
            start += std::mem::replace(count, start);
        }
        for &entry in &from {
            let start = &mut starts[entry.digit::<VALUES>(digit)];
            to[*start as usize] = entry;
            *start += 1;
        }
        std::mem::swap(&mut from, &mut to);
    }
    poll()?;
    let number = |entry: &Entry| number(&values[entry.position as usize]);
    for equal in from.chunk_by_mut(|a, b| a.leading == b.leading) {
        if equal.len() > 1 && !equal.is_sorted_by_key(number) {
            #[cfg(test)]
            note(Structure::Digits, 6);
            equal.sort_by_cached_key(number); // stable, and they are in the order of position
        }
    }
    let mut order: Vec<u32> = from.into_iter().map(|entry| entry.position).collect();
    order.shrink_to_fit(); // it may reuse the buffer of the entries, which is twice as large
    Ok(order)
}

/// The leading bits of a number, and its position.
#[derive(Debug, Clone, Copy, Default)]
struct Entry {
    leading: u32,
    position: u32,
}

impl Entry {
    /// A digit with `VALUES` values; digit 0 is the least significant.
    #[inline(always)]
    fn digit<const VALUES: usize>(self, digit: usize) -> usize {
        (self.leading >> (digit * VALUES.ilog2() as usize)) as usize % VALUES
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::collection::vec;
    use proptest::prelude::*;
    use std::convert::Infallible;

    proptest! {
        #[test]
        fn the_order_is_a_stable_sort(
            numbers in vec(any::<u64>(), 0..300),
            shift in 0u32..64,
            base: u64,
            one: u64,
        ) {
            // Numbers in a narrow range share their leading bits; the second round adds one number
            // outside it.
            let mut numbers: Vec<u64> =
                numbers.into_iter().map(|number| base.wrapping_add(number >> shift)).collect();
            let go_on = || Ok::<(), Infallible>(());
            let number = |&number: &u64| number;
            for _ in 0..2 {
                let mut expected: Vec<u32> = (0..).take(numbers.len()).collect();
                expected.sort_by_key(|&position| numbers[position as usize]);
                let few = by_digits::<FEW_VALUES, _, _>(&numbers, number, go_on);
                prop_assert_eq!(few.as_ref(), Ok(&expected));
                let many = by_digits::<MANY_VALUES, _, _>(&numbers, number, go_on);
                prop_assert_eq!(many, Ok(expected));
                numbers.push(one);
            }
        }
    }
}
