//! The order of polygons: by key, by distance, ties, and the k best of a point.

pub(crate) mod order;
pub(crate) mod radix;
pub(crate) mod select;

/// No site: the rank of padding, and of a point without a match.
pub(crate) const NO_RANK: u32 = u32::MAX;

/// Whether all ranks, positions or slots are below an end.
pub(crate) fn are_below(numbers: &[u32], end: usize) -> bool {
    numbers.iter().fold(true, |all, &number| all & ((number as usize) < end))
}
