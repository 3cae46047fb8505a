//! The order of many numbers, found a digit at a time instead of comparison by comparison.
//!
//! A least-significant-digit radix sort over the 32 leading bits in which the numbers differ: three
//! passes over pairs of eight bytes, whatever the numbers are. Numbers that agree in those bits, few
//! as a rule, are then put in order by comparison.

const DIGIT_BITS: usize = 11;
const DIGITS: usize = 3;
const VALUES: usize = 1 << DIGIT_BITS;

/// The positions of `numbers` in the order of number, then position. There are fewer than 2^32.
///
/// # Errors
/// What `poll` returns, which is called before every pass.
pub(crate) fn order<E>(
    numbers: &[u64],
    mut poll: impl FnMut() -> Result<(), E>,
) -> Result<Vec<u32>, E> {
    let (any, all) = numbers.iter().fold((0, !0), |(any, all), n| (any | n, all & n));
    let same = (any ^ all).leading_zeros();
    // Without the bits that all numbers share, which say nothing.
    #[allow(clippy::cast_possible_truncation)] // the 32 leading bits are what is asked for
    let leading = |number: u64| (number.unbounded_shl(same) >> 32) as u32;
    let mut starts = [[0_u32; VALUES]; DIGITS];
    let mut from: Vec<Entry> = Vec::with_capacity(numbers.len());
    for (position, &number) in (0..).zip(numbers) {
        let entry = Entry { leading: leading(number), position };
        for (digit, starts) in starts.iter_mut().enumerate() {
            starts[entry.digit(digit)] += 1;
        }
        from.push(entry);
    }
    let mut to = vec![Entry::default(); numbers.len()];
    for (digit, starts) in starts.iter_mut().enumerate() {
        poll()?;
        if starts.iter().any(|&count| count as usize == numbers.len()) {
            continue; // all have the same digit
        }
        let mut start = 0;
        for count in starts.iter_mut() {
            start += std::mem::replace(count, start);
        }
        for &entry in &from {
            let start = &mut starts[entry.digit(digit)];
            to[*start as usize] = entry;
            *start += 1;
        }
        std::mem::swap(&mut from, &mut to);
    }
    poll()?;
    for equal in from.chunk_by_mut(|a, b| a.leading == b.leading) {
        finish(equal, numbers);
    }
    Ok(from.into_iter().map(|entry| entry.position).collect())
}

/// Puts entries that stand in the order of position into that of number, then position.
fn finish(entries: &mut [Entry], numbers: &[u64]) {
    let number = |entry: &Entry| numbers[entry.position as usize];
    if !entries.is_sorted_by_key(number) {
        entries.sort_by_cached_key(number);
    }
}

/// The leading bits of a number, and its position.
#[derive(Debug, Clone, Copy, Default)]
struct Entry {
    leading: u32,
    position: u32,
}

impl Entry {
    /// A digit, from the least significant.
    #[inline(always)]
    fn digit(self, digit: usize) -> usize {
        (self.leading >> (digit * DIGIT_BITS)) as usize % VALUES
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
            for _ in 0..2 {
                let mut expected: Vec<u32> = (0..).take(numbers.len()).collect();
                expected.sort_by_key(|&position| numbers[position as usize]);
                prop_assert_eq!(order(&numbers, || Ok::<(), Infallible>(())), Ok(expected));
                numbers.push(one);
            }
        }
    }
}
