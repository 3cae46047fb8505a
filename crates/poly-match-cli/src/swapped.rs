//! Recognises points and polygons that were given in the wrong order.

use crate::failure::Failure;
use crate::input::Input;
use crate::read::{starts_with_points, starts_with_polygons};

/// Adds to the failure of reading polygons that the files are swapped, if they are.
pub(crate) fn explained(failure: Failure, points: &Input, polygons: &Input) -> Failure {
    // What can be read only once has been read.
    let are_files = !points.is_stream() && !polygons.is_stream();
    if are_files && starts_with_points(polygons) && starts_with_polygons(points) {
        let hint = format!(
            "the files seem to be swapped: {polygons} holds points, and {points} polygons; the points \
             come first"
        );
        return failure.with_hint(&hint);
    }
    failure
}
