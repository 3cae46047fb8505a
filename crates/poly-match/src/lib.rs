//! Match points to polygons by a rule.
//!
//! A rule has two halves. The polygons *near* a point are its candidates, and the *best* of them
//! is its match; see [`Rule`]. Here a polygon is near when its centre is closer than a distance, and
//! the one of the smallest area is best:
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
//! The crate knows coordinates and positions: no Python, no files, no BLAS. It has five dependencies:
//! `pulp`, which tells it what vectors the processor has, `robust`, for the exact sign of an
//! orientation, and `bytemuck`, `yoke` and `crc32fast`, for a saved matcher's bytes and their checksum.

mod array;
mod batch;
mod batches;
mod best;
mod blocks;
mod builder;
mod cells;
mod choose;
mod coverage;
mod curve;
mod edges;
mod error;
mod extent;
mod grid;
mod group;
mod index;
mod inside;
mod join;
mod lanes;
mod levels;
mod matcher;
mod matches;
pub mod naive;
mod near;
mod nearest;
mod once;
mod outline;
mod paint;
mod part;
mod pick;
mod polygon;
mod query;
mod radix;
mod raster;
mod rows;
mod rule;
mod search;
mod segment;
mod select;
mod shapes;
mod simd;
mod split;
mod store;
#[cfg(test)]
mod testing;
mod threads;
mod tiles;
mod vicinity;
mod walk;

pub use array::Bytes;
pub use batch::Batch;
pub use batches::Batches;
pub use best::best;
pub use builder::Builder;
pub use error::Error;
pub use matcher::{Matcher, RowOrder};
pub use matches::{Candidates, Match, Matches};
pub use near::Within;
pub use once::match_once;
pub use polygon::{Bounds, Center, Polygon};
pub use query::{OnInvalid, Options, Query};
pub use rule::{Best, Near, Rule, Tie};
pub use shapes::{Location, Shapes};
pub use store::{Saved, Unreadable};

/// A point in the plane: x, then y.
pub type Point = [f64; 2];
