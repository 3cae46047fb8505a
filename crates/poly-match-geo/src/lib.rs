//! Geometry as others write it, for poly-match, and the coordinate systems that data declares.

mod crs;
mod degrees;

pub use crs::{Crs, Kind, Sameness};
pub use degrees::{Count, OddDegrees, may_be_odd, odd_degrees, points_beyond};
