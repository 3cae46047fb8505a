//! The order of polygons by criteria, and the k best of a point.
//!
//! - `criteria` turns the criteria of a rule into an order; `codes` turns keys into integers that
//!   sort as they do; `radix` sorts them.
//! - `order` is the order in which polygons win: by class, distance and rank.
//! - `select` keeps the k best of a point.
//!
//! Nothing here knows what makes a polygon a candidate; `near` does.

mod codes;
pub(crate) mod criteria;
pub(crate) mod order;
pub(crate) mod radix;
pub(crate) mod select;

/// Marks a slot without a site, or a point without a match.
pub(crate) const NO_RANK: u32 = u32::MAX;

/// Whether all numbers (ranks, positions or slots) are below `end`.
pub(crate) fn are_below(numbers: &[u32], end: usize) -> bool {
    numbers.iter().fold(true, |all, &number| all & ((number as usize) < end))
}
