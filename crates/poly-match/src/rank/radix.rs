//! The order of many numbers, found a digit at a time instead of comparison by comparison.
//!
//! A least-significant-digit radix sort over the leading bits in which the numbers differ: three passes
//! over pairs of eight bytes, whatever the numbers are. Numbers that agree in those bits, few as a
//! rule, are then put in order by comparison. Where the numbers are few, so are the values of a digit:
//! else counting them would take longer than sorting.

#[cfg(test)]
use crate::testing::reached::{Structure, note};

const DIGITS: u32 = 3;

/// Values of a digit for few numbers, and for many.
const FEW_VALUES: usize = 1 << 8;
const MANY_VALUES: usize = 1 << 11;

/// From this many numbers on, the many values pay.
const MANY: usize = 1 << 13;

/// The positions of `values` in the order of their numbers, then of position. There are fewer than
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

/// The same by digits of so many values.
fn by_digits<const VALUES: usize, T, E>(
    values: &[T],
    number: impl Fn(&T) -> u64,
    mut poll: impl FnMut() -> Result<(), E>,
) -> Result<Vec<u32>, E> {
    let (any, all) = values.iter().map(&number).fold((0, !0), |(any, all), n| (any | n, all & n));
    // Without the bits that all numbers share, which say nothing.
    let same = (any ^ all).leading_zeros();
    let bits = (DIGITS * VALUES.ilog2()).min(u32::BITS);
    #[allow(clippy::cast_possible_truncation)] // the leading bits are what is asked for
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
            equal.sort_by_cached_key(number); // stable: they stand in the order of position
        }
    }
    let mut order: Vec<u32> = from.into_iter().map(|entry| entry.position).collect();
    order.shrink_to_fit(); // it may be where the entries were, which take twice as much
    Ok(order)
}

/// The leading bits of a number, and its position.
#[derive(Debug, Clone, Copy, Default)]
struct Entry {
    leading: u32,
    position: u32,
}

impl Entry {
    /// A digit of so many values, from the least significant.
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
            // Narrow ranges share their leading bits, with one number apart or without.
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
