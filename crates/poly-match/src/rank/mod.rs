//! The order of polygons: by key or by distance, with ties, and the k best of a point.
//!
//! Nothing here knows what makes a polygon a candidate; `near` does.

pub(crate) mod order;
pub(crate) mod radix;
pub(crate) mod select;

/// Marks a slot without a site, or a point without a match.
pub(crate) const NO_RANK: u32 = u32::MAX;

/// Whether all numbers (ranks, positions or slots) are below `end`.
pub(crate) fn are_below(numbers: &[u32], end: usize) -> bool {
    numbers.iter().fold(true, |all, &number| all & ((number as usize) < end))
}
