//! A grid over the points, with the few sites that can win in each of its cells.
//!
//! `square` cuts the plane into cells, `raster` says which of them points can fall in, `edges` which
//! cells a site reaches, `paint` makes the lists of `cells`, which look points up.

pub(crate) mod cells;
pub(crate) mod edges;
pub(crate) mod paint;
pub(crate) mod raster;
pub(crate) mod square;
