//! The tables that are written: which columns they have, and where their values come from.
//!
//! `poly_match_io` writes them in their formats.

mod counts;
mod geometry;
mod names;
mod numeric;
mod out;
mod table;

pub(crate) use counts::{Polygons, counts};
pub(crate) use numeric::Numeric;
pub(crate) use out::Out;
pub(crate) use table::{Added, Table};
