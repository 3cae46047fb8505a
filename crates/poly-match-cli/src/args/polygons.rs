//! The options that say how polygons are read, and the plan to make a matcher of them.

use clap::Args;

use super::rule::Rule;
use crate::input::Input;
use crate::read::{Fields, OnInvalid};

/// Which columns of the polygons mean what.
#[derive(Debug, Args)]
pub(super) struct PolygonArgs {
    /// Column of the polygons' geometry [default: by its type, or guessed, e.g. geometry, wkt]
    #[arg(long, visible_alias = "wkt", value_name = "COL", help_heading = "Input")]
    pub(super) geometry: Option<String>,

    /// Layer of the polygons, if their file has several, such as GeoPackage [default: the only one]
    #[arg(long, value_name = "NAME", help_heading = "Input")]
    pub(super) layer: Option<String>,

    /// Column or property with the polygon's id [default: the id of a GeoJSON feature]
    #[arg(long, value_name = "COL", help_heading = "Input")]
    pub(super) id: Option<String>,
}

/// A matcher to build of a table of polygons.
#[derive(Debug)]
pub(crate) struct Build {
    pub(crate) polygons: Input,
    pub(crate) rule: Rule,
    pub(crate) geometry: Option<String>,
    pub(crate) id: Option<String>,
    /// The column of labels.
    pub(crate) label: Option<String>,
    /// The columns to keep.
    pub(crate) fields: Fields,
    pub(crate) on_invalid: OnInvalid,
    /// Whether degrees are taken as plane coordinates.
    pub(crate) planar: bool,
}
