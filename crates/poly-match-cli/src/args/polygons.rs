//! The options that say how polygons are read, and the plan to make a matcher of them.

use clap::Args;
use clap::error::ErrorKind;

use super::rule::Rule;
use super::wrong::{Wrong, wrong};
use crate::input::Input;
use crate::read::{CircleColumns, Fields, Given, OnInvalid, Source, VertexColumns};

/// Which columns of the polygons mean what.
#[derive(Debug, Args)]
pub(super) struct PolygonArgs {
    /// Column of the polygons' geometry
    ///
    /// By default, the column that has the type of geometry, or one called geometry, wkt or the like. A
    /// cell holds WKT, WKB (also in hexadecimal digits, as PostGIS writes it), or GeoJSON. An SRID in it
    /// declares the coordinate system.
    #[arg(long, visible_alias = "wkt", value_name = "COL", help_heading = "Input")]
    pub(super) geometry: Option<String>,

    /// Layer of the polygons, in GeoPackage
    ///
    /// Needed if the file has several.
    #[arg(long, value_name = "NAME", help_heading = "Input")]
    pub(super) layer: Option<String>,

    /// Column of the polygon's id
    ///
    /// By default, the id of a GeoJSON feature, if there is one.
    #[arg(long, value_name = "COL", help_heading = "Input")]
    pub(super) id: Option<String>,

    /// One vertex a row: the column of their polygon
    ///
    /// Makes polygons of rows: those that are equal in this column are the vertices of one polygon.
    /// The rows of a polygon need not be together. The polygons come in the order of their first rows,
    /// and have the values of these in other columns, which must not differ between the rows of a
    /// polygon. The first vertex may be repeated at the end.
    #[arg(long, value_name = "COL", help_heading = "Input")]
    pub(super) vertices_of: Option<String>,

    /// With --vertices-of: the column of numbers that orders the vertices [default: as the rows are]
    #[arg(long, value_name = "COL", requires = "vertices_of", help_heading = "Input")]
    #[arg(hide_short_help = true)]
    pub(super) order: Option<String>,

    /// Each row is a circle: the column of its radius
    ///
    /// The centre is in two columns, or a point in a column of geometry. A circle is near if the point
    /// is closer to its centre than its radius; `inf` means always. This takes the place of --near and
    /// --max-dist.
    #[arg(long, value_name = "COL", conflicts_with = "vertices_of", help_heading = "Input")]
    pub(super) circles: Option<String>,

    /// With --vertices-of or --circles: the column of x [default: guessed, e.g. x, lon, easting]
    #[arg(long, value_name = "COL", requires = "polygons_y", help_heading = "Input")]
    #[arg(hide_short_help = true)]
    pub(super) polygons_x: Option<String>,

    /// With --vertices-of or --circles: the column of y [default: guessed, e.g. y, lat, northing]
    #[arg(long, value_name = "COL", requires = "polygons_x", help_heading = "Input")]
    #[arg(conflicts_with = "geometry", hide_short_help = true)]
    pub(super) polygons_y: Option<String>,
}

impl PolygonArgs {
    /// The options that say what the polygons are, by their names in clap.
    pub(super) const ALL: [(&str, &str); 8] = [
        ("geometry", "--geometry"),
        ("layer", "--layer"),
        ("id", "--id"),
        ("vertices_of", "--vertices-of"),
        ("order", "--order"),
        ("circles", "--circles"),
        ("polygons_x", "--polygons-x"),
        ("polygons_y", "--polygons-y"),
    ];

    /// How the table holds the shapes.
    pub(super) fn source(&self) -> Result<Source, Wrong> {
        let coordinates = match (&self.polygons_x, &self.polygons_y, &self.geometry) {
            (Some(x), Some(y), _) => Given::Xy([x.clone(), y.clone()]),
            (_, _, Some(name)) => Given::Geometry(name.clone()),
            (_, _, None) => Given::Guess,
        };
        if let Some(radius) = self.circles.clone() {
            return Ok(Source::Circles(CircleColumns { radius, coordinates }));
        }
        let Some(of) = self.vertices_of.clone() else {
            if let Given::Xy(_) = coordinates {
                let message = "--polygons-x and --polygons-y have a meaning only with --vertices-of \
                               or --circles";
                return Err(wrong(ErrorKind::ArgumentConflict, message));
            }
            return Ok(Source::Geometry(self.geometry.clone()));
        };
        let order = self.order.clone();
        Ok(Source::Vertices(VertexColumns { of, order, coordinates }))
    }
}

/// A matcher to build of a table of polygons.
#[derive(Debug)]
pub(crate) struct Build {
    pub(crate) polygons: Input,
    pub(crate) rule: Rule,
    pub(crate) source: Source,
    pub(crate) id: Option<String>,
    /// The column of labels.
    pub(crate) label: Option<String>,
    /// The columns to keep.
    pub(crate) fields: Fields,
    pub(crate) on_invalid: OnInvalid,
    /// Whether degrees are taken as plane coordinates.
    pub(crate) planar: bool,
    /// Whether no progress is shown.
    pub(crate) quiet: bool,
}
