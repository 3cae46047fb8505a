//! A grid over the points, with the few sites that can win in each of its cells.
//!
//! `square` cuts the plane into cells, `occupancy` says which of them points can fall in, `edges` which
//! cells a site reaches, `paint` makes the lists of `cells`, which look points up.

pub(crate) mod occupancy;
pub(crate) mod paint;
pub(crate) mod site_lists;
pub(crate) mod squares;
pub(crate) mod tile_sides;
