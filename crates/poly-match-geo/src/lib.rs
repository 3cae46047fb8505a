//! Geometry as others write it, for poly-match: well-known text and binary, GeoJSON, columns of Arrow
//! and the traits of `geo-traits` become polygons and points. Coordinate systems are compared, and what cannot be right
//! in degrees is found.
//!
//! | to | use |
//! |---|---|
//! | read a geometry | [`read_wkt`], [`read_wkb`], [`read_geojson`], [`Geometry::of`] |
//! | read a geometry of a cell, in any of these | [`read_text`], [`read_bytes`] |
//! | read polygons and points of other crates | [`shapes_of`], [`polygon_of`], [`point_of`] |
//! | read polygons of well-known binary | [`push_wkb`] |
//! | write polygons as well-known binary | [`wkb_of`] |
//! | walk through well-known binary, with z and m | [`wkb::walk`] |
//! | read a column of Arrow, with the feature `arrow` | `arrow::GeometryColumn` |
//! | guess which columns hold geometry | [`coordinate_pairs`], [`geometry_columns`], [`pair_name`] |
//! | take its polygons or its point | [`Geometry::into_polygons`], [`Geometry::point`] |
//! | know what system data declares | [`Crs`], [`geojson_crs`] |
//! | find coordinates that are no degrees | [`odd_degrees`], [`points_beyond`] |

#[cfg(feature = "arrow")]
pub mod arrow;
mod cell;
mod check;
mod columns;
mod crs;
mod degrees;
mod geojson;
mod geometry;
mod traits;
pub mod wkb;
mod wkt;

pub use cell::{read_bytes, read_text};
pub use check::{Finding, FindingKind, check};
pub use columns::{
    PairName, coordinate_pairs, geometry_columns, is_geometry_name, is_wkt_name, pair_name,
};
pub use crs::{Crs, Kind, Sameness};
pub use degrees::{Count, OddDegrees, may_be_odd, odd_degrees, points_beyond};
pub use geojson::{geojson_crs, read_geojson};
pub use geometry::{Absent, AbsentKind, Geometry, Parts, Polygons};
pub use traits::{multi_polygon_of, point_of, polygon_of, shapes_of};
pub use wkb::{Ewkb, push_wkb, read_wkb, wkb_of, wkb_srid};
pub use wkt::{Ewkt, read_wkt};
