//! Reads the caller's geometry: arrays, points, rings, and polygons of other libraries.
//!
//! Nothing here knows the classes `Polygon` and `MultiPolygon`, or a matcher. May use: `errors`,
//! `run`.

pub(crate) mod arrays;
pub(crate) mod column;
pub(crate) mod elements;
pub(crate) mod filter;
pub(crate) mod foreign;
mod geojson;
pub(crate) mod holes;
pub(crate) mod keys;
mod point_elements;
pub(crate) mod points;
pub(crate) mod refused;
pub(crate) mod rings;
pub(crate) mod shapely;
pub(crate) mod vertices;
