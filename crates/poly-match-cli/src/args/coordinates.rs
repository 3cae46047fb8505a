//! The options that say where the coordinates of points are.

use clap::Args;

use crate::read::{Given, Order};

/// Columns of coordinates. The option for a column of geometry, which has another name in each command,
/// conflicts with them.
#[derive(Debug, Args)]
pub(super) struct CoordinateArgs {
    /// Column of x [default: guessed, e.g. x or lon]
    ///
    /// Also longitude, easting, and the like.
    #[arg(long, value_name = "COL", requires = "y", help_heading = "Input")]
    x: Option<String>,

    /// Column of y [default: guessed, e.g. y or lat]
    ///
    /// Also latitude, northing, and the like.
    #[arg(long, value_name = "COL", requires = "x", help_heading = "Input")]
    y: Option<String>,

    /// Column with both in a cell, as in "48.2, 16.3"
    ///
    /// A comma, a semicolon, a slash or blanks are between latitude and longitude; brackets may be
    /// around them. The column declares degrees. By default, one called latlon, latlng or the like is
    /// taken.
    #[arg(long, value_name = "COL", conflicts_with_all = ["x", "lonlat"], help_heading = "Input")]
    latlon: Option<String>,

    /// Column with longitude and latitude in each cell, as in "16.3, 48.2"
    #[arg(long, value_name = "COL", conflicts_with = "x", help_heading = "Input")]
    #[arg(hide_short_help = true)]
    lonlat: Option<String>,
}

impl CoordinateArgs {
    /// Where the coordinates are. `geometry` is the column of geometry, if one is named.
    pub(super) fn given(&self, geometry: Option<&String>) -> Given {
        let Self { x, y, latlon, lonlat } = self;
        match (x, y, latlon, lonlat, geometry) {
            (Some(x), Some(y), ..) => Given::Xy([x.clone(), y.clone()]),
            (_, _, Some(name), ..) => Given::Pair(name.clone(), Order::LatLon),
            (_, _, _, Some(name), _) => Given::Pair(name.clone(), Order::LonLat),
            (.., Some(name)) => Given::Geometry(name.clone()),
            (.., None) => Given::Guess,
        }
    }
}
