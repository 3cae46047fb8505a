//! A grid over the points, with a short list of the sites that can win in each of its cells.
//!
//! - `squares` cuts the plane into cells.
//! - `occupancy` says which cells points can fall in, and numbers them in pages of tiles.
//! - `tile_sides` tells which cells of a tile a site reaches.
//! - `paint` makes the lists.
//! - `site_lists` holds the lists and looks points up in them.
//! - `kept` keeps the last lists for the next call.
//!
//! Whether a grid pays is decided here; whether it is used is decided in `join`.

pub(crate) mod kept;
pub(crate) mod lists;
pub(crate) mod occupancy;
pub(crate) mod paint;
pub(crate) mod site_lists;
pub(crate) mod squares;
pub(crate) mod tile_sides;
