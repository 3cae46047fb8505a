//! Reads points and polygons, with the columns that the output needs.
//!
//! Each format has its own file. `points` and `polygons` choose what they need from it.

mod columns;
mod features;
mod fields;
mod geometry;
mod lines;
mod points;
mod polygons;
mod records;
mod source;
mod wkt;

pub(crate) use fields::Fields;
pub(crate) use geometry::Parts;
pub(crate) use points::{Asked, GEOMETRY, ID, OnInvalid, Points, read as points};
pub(crate) use polygons::{Polygons, Wanted, read as polygons};
pub(crate) use source::Source;
