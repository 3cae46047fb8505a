//! Rules where each polygon is a circle: a centre and a radius of its own.
//!
//! - `index` arranges the circles in a packed tree that knows the largest radius below each node.
//! - `packet` tests eight circles at once.
//!
//! Every search is by branch and bound, point by point; the tree is pruned by the radii.

pub(crate) mod index;
pub(crate) mod packet;

use crate::error::Error;
use crate::geometry::Point;
use crate::near::center::check_centers;
use crate::rule::Within;

/// Checks that there is one radius for each centre, and that every centre is finite and every radius
/// zero or more, except those whose flag in `skip` is true.
pub(crate) fn check_circles(
    centers: &[Point],
    radii: &[f64],
    skip: Option<&[bool]>,
) -> Result<(), Error> {
    if centers.len() != radii.len() {
        return Err(Error::Radii { expected: centers.len(), got: radii.len() });
    }
    check_centers(centers, skip)?;
    let is_skipped = |polygon: usize| skip.and_then(|skip| skip.get(polygon)) == Some(&true);
    let mut wrong = (0..radii.len()).filter(|&polygon| Within::new(radii[polygon]).is_err());
    match wrong.find(|&polygon| !is_skipped(polygon)) {
        Some(polygon) => Err(Error::Radius { polygon, got: radii[polygon] }),
        None => Ok(()),
    }
}
