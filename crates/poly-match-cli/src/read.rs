//! From files to points and polygons, with the cells that came beside them.
//!
//! Each format has a file that knows how it is written; `points` and `polygons` know what is
//! wanted from either.

mod columns;
mod features;
mod lines;
mod points;
mod polygons;
mod records;
mod source;
mod wkt;

pub(crate) use points::{Asked, GEOMETRY, ID, OnInvalid, Points, read as points};
pub(crate) use polygons::{Polygons, Wanted, read as polygons};
pub(crate) use source::Source;
pub(crate) use wkt::Parts;
