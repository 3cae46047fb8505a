//! Match points to polygons by a rule.
//!
//! A rule has two halves. The polygons *near* a point are its candidates, and the *best* of them
//! is its match. Here a polygon is near when its centre is closer than a distance, and the one of
//! the smallest area is best:
//!
//! ```
//! use poly_match::{Matcher, Polygon, Within};
//!
//! let square = |x: f64, y: f64, side: f64| {
//!     Polygon::new(vec![x, x + side, x + side, x], vec![y, y, y + side, y + side])
//! };
//! let polygons = [square(0.0, 0.0, 10.0)?, square(4.0, 4.0, 2.0)?, square(90.0, 90.0, 1.0)?];
//! let matcher = Matcher::new(&polygons, Within::new(3.0)?)?;
//!
//! let matches = matcher.match_points(&[[5.0, 6.0], [50.0, 50.0]])?;
//! assert_eq!(matches.index, [1, -1]); // both squares are near the first point: the smaller wins
//! assert_eq!(matches.distance[0], 1.0);
//! # Ok::<(), poly_match::Error>(())
//! ```
//!
//! The answer is defined to the last bit, and does not depend on the number of threads or on how
//! the points are cut into batches: see [`Within`] for the distance, [`Polygon`] for the centre and
//! the area, and [`Matcher`] for ties. [`naive`] states the same in the plainest form.
//!
//! The crate knows coordinates and positions: no files, no Python, no BLAS. It has one dependency,
//! `pulp`, which tells it what vectors the processor has.

mod best;
mod blocks;
#[cfg(test)]
mod cases;
mod cells;
mod edges;
mod error;
mod extent;
mod grid;
mod index;
mod join;
mod matcher;
pub mod naive;
mod near;
mod once;
mod paint;
mod polygon;
mod radix;
mod raster;
mod simd;
mod split;
mod threads;
mod tiles;
mod walk;

pub use best::best;
pub use error::Error;
pub use matcher::{Candidates, Match, Matcher, Matches, OnInvalid, Options};
pub use near::Within;
pub use once::match_once;
pub use polygon::{Bounds, Polygon};

/// A point in the plane: x, then y.
pub type Point = [f64; 2];
