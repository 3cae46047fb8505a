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
//! let found = matches.get(0).expect("both squares are near: the smaller wins");
//! assert_eq!((found.index, found.distance), (1, 1.0));
//! assert_eq!(matches.get(1), None);
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

mod answer;
mod builder;
mod bytes;
mod error;
mod geometry;
mod machine;
mod matcher;
pub mod naive;
mod near;
mod once;
mod query;
mod rank;
mod rule;
mod save;
mod saved;
#[cfg(test)]
mod testing;
mod tree;

/// The examples of the README run as tests.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;

pub use answer::{BestMatches, Candidates, IntoMatches, Match, Matches};
pub use builder::Builder;
pub use bytes::Bytes;
pub use error::{Error, Unreadable};
#[cfg(feature = "geo-traits")]
pub use geometry::point_of;
pub use geometry::{Bounds, Center, Location, Point, Polygon, Shapes};
pub use matcher::Matcher;
pub use once::match_once;
pub use query::{Batch, Batches, OnInvalid, Options, Query, RowOrder};
pub use rank::order::best;
pub use rule::{Best, Criterion, Key, Near, Rule, Tie, Within};
pub use saved::Saved;
