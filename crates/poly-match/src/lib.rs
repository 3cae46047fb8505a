//! Matches points to polygons by a rule.
//!
//! A rule has two halves. The polygons *near* a point are its candidates. The *best* of them is its
//! match. In this example, a polygon is near if its centre is closer than 3, and the smallest one is
//! best:
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
//! # Where to start
//!
//! | to | use |
//! |---|---|
//! | describe polygons | [`Polygon`] for one, [`Shapes`] for many |
//! | choose what is near and best | [`Rule`], [`Near`], [`Best`], [`Tie`] |
//! | build | [`Matcher::new`], or [`Builder`] for groups and other centres |
//! | match | [`Matcher::find`] for one point, [`Matcher::match_points`] for many |
//! | get more than the best | [`Matcher::match_k`], [`Matcher::candidates`], [`Matcher::batches`] |
//! | give each point its own distance or group | [`Query`] |
//! | choose threads, skip invalid points | [`Options`] |
//! | read only the polygons that a point can be near | [`Sieve`] |
//! | save | [`Matcher::write_to`] and [`Matcher::from_bytes`] |
//!
//! The answer is defined to the last bit: [`Within`] defines the distance, [`Polygon`] the centre and the
//! area, [`Tie`] what happens to ties, and [`naive`] the whole in its simplest form. The answer does not
//! depend on the number of threads or on how the points are split into batches.
//!
//! # Features
//!
//! `ablate` is for measurements of this crate alone, and may change at any time.
//!
//! The crate works on coordinates. It does not read files: `poly-match-geo` reads geometry as others write
//! it, and `poly-match-file` saves matchers to files.

#![cfg_attr(docsrs, feature(doc_cfg))]

#[cfg(feature = "ablate")]
pub mod ablate;
#[cfg(not(feature = "ablate"))]
mod ablate;
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
mod sieve;
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
pub use geometry::{Bounds, Center, Location, Point, Polygon, Shapes};
pub use matcher::Matcher;
pub use once::match_once;
pub use query::{Batch, Batches, OnInvalid, Options, Query, RowOrder};
pub use rank::order::best;
pub use rule::{Best, Criterion, Key, Near, Rule, Tie, Within};
pub use saved::Saved;
pub use sieve::Sieve;
