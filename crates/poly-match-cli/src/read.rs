//! Reads points and polygons out of batches: coordinates, and the columns that the rule needs.
//!
//! `poly_match_io` knows the formats, and `poly_match_geo` the encodings of geometry. `columns` chooses
//! the columns; `coordinates` reads places, and `points` and `polygons` what rows are.

mod asked;
mod columns;
mod coordinates;
mod fields;
mod geometry;
mod numbers;
mod on_invalid;
mod pair;
mod points;
mod polygons;

/// How many rows show what a table holds.
const FEW: usize = 100;

pub(crate) use asked::{Asked, GroupBy};
pub(crate) use columns::{Coordinates, has_geometry_type};
pub(crate) use coordinates::Given;
pub(crate) use fields::{Field, Fields};
pub(crate) use on_invalid::OnInvalid;
pub(crate) use pair::Order;
pub(crate) use points::{At, PointColumns, starts_with_points};
pub(crate) use polygons::{
    CircleColumns, Circles, Polygons, Source, VertexColumns, Wanted, geometry_column,
    read as polygons, starts_with_polygons,
};
