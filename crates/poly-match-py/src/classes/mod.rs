//! The classes `Polygon` and `MultiPolygon`, which researchers subclass.
//!
//! May use: `geometry`, to read what their constructors are given.

pub(crate) mod multi_polygon;
pub(crate) mod polygon;
