//! Geometry as others write it, for poly-match, and the coordinate systems that data declares.

mod check;
mod crs;
mod degrees;

pub use check::{Finding, FindingKind, check};
pub use crs::{Crs, Kind, Sameness};
pub use degrees::{Count, OddDegrees, odd_degrees, points_beyond};
