//! Tells which polygons must be read, from their bounding boxes.

use poly_match::{Bounds, Sieve};
use poly_match_geo::may_be_odd;

/// Lets polygons pass that may be near a point, and those that a warning may count.
pub(crate) struct Filter {
    pub(crate) sieve: Sieve,
    /// Whether coordinates are degrees. A warning counts those that cannot be right, and must not
    /// depend on the points.
    pub(crate) in_degrees: bool,
}

impl Filter {
    /// Whether a polygon in these bounds must be read.
    pub(crate) fn passes(&self, bounds: &Bounds) -> bool {
        self.sieve.passes(bounds) || self.in_degrees && may_be_odd(bounds)
    }
}
