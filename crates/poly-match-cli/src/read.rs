//! Reads points and polygons, with the columns that the output needs.
//!
//! Each format has its own file. `points` and `polygons` choose what they need from it.

mod columns;
mod features;
mod fields;
mod lines;
mod not_finite;
mod on_invalid;
mod points;
mod polygons;
mod records;
mod source;

pub(crate) use fields::Fields;
pub(crate) use on_invalid::OnInvalid;
pub(crate) use points::{Asked, GEOMETRY, ID, Points, read as points};
pub(crate) use polygons::{Polygons, Wanted, read as polygons};
pub(crate) use source::Source;
