//! The options of `poly-match match`, with their help.

use std::num::NonZeroUsize;

use clap::{Args, ValueEnum};

use poly_match_io::Format;

use super::polygons::PolygonArgs;
use super::rule::RuleArgs;
use super::text::{PolygonsTextArgs, TextArgs};
use crate::format;
use crate::read::{GroupBy, OnInvalid};

const EXAMPLES: &str = "\
Examples:
  Which shelf zone is each shopper at?
    poly-match match shoppers.csv zones.csv --max-dist 2 --fields name,kind -o matches.csv

  The same as GeoJSON, with a picture:
    poly-match match shoppers.csv zones.csv --max-dist 2 -o matches.geojson --plot matches.png

  In which county is each city? Containment needs no distance, so degrees are fine:
    poly-match match cities.csv counties.geojson --near covers --fields NAME \\
      -o matches.csv --unmatched abroad.csv

  The three nearest zones on each shopper's floor:
    poly-match match shoppers.csv zones.csv --near boundary --max-dist 20 --best nearest \\
      --k 3 --group-by floor=level

  The smallest zone that contains each shopper, or else the nearest one:
    poly-match match shoppers.csv zones.csv --near boundary --best nearest,smallest

  Zones as circles, each with a radius of its own; the smallest that holds the person wins:
    poly-match match people.csv zones.csv --circles radius --fields name

  From one kind of file to another, with the polygons built once:
    poly-match index counties.parquet --near covers --fields NAME -o counties.plym
    poly-match match 'visits/*.parquet' counties.plym -o matches.parquet

  Degrees as plane coordinates, from a pipe into a pipe:
    cat cities.csv | poly-match match - counties.geojson --max-dist 0.5 --planar \\
      --fields NAME --how inner | head

Output files appear complete, all together, or not at all. A replaced file keeps its owner and mode.
If a signal ends the program, no partial file stays behind.

Exit status:
  0     success
  1     a file could not be read or written
  2     wrong usage
  130   interrupted by Ctrl-C
  134   out of memory
  128+N ended by signal N, as a shell reports it";

const LONG_ABOUT: &str = "\
Match every point to one polygon, by a rule.

--near chooses the candidates of a point: the polygons that are near it. --best chooses the match
among them, by one criterion or several. By default, a polygon is near if its centre is closer than
--max-dist, and the candidate with the smallest area is best. The centre is the mean of the vertices.
If candidates are equally good, the one that comes first in its file wins.

The output has every row of POINTS, in order, with all its columns and then:
  rank         only with --k: 1 for the best match, 2 for the next
  polygon      position of the matched polygon in its file, from 0
  polygon_id   its id, if GeoJSON features have one or --id names one
  ...          the columns that --fields names
  distance     from the point to the polygon, as --near measures it; 0 if it contains the point
If nothing is near, the added columns are empty (null in GeoJSON). A name that POINTS already uses
gets the prefix polygon_, and a number if that name is taken too.";

/// Match every point to the best polygon near it
#[derive(Debug, Args)]
#[command(long_about = LONG_ABOUT, after_long_help = EXAMPLES)]
pub(super) struct MatchArgs {
    /// Points: a file, a folder of part files, or a pattern such as 'part-*.csv'; `-` is stdin
    ///
    /// CSV, TSV, GeoJSON, GeoJSON lines, Parquet, GeoParquet, Arrow IPC (Feather), FlatGeobuf,
    /// GeoPackage, Shapefile (not from stdin); text also in gzip or Zstandard. Coordinates are in two
    /// columns, in a column of geometry, or two numbers in a cell.
    #[arg(value_name = "POINTS")]
    pub(super) points: String,

    /// Polygons, in any of these formats, or what `poly-match index` saved; `-` is stdin
    ///
    /// A MultiPolygon is the union of its parts. A GeometryCollection counts as one MultiPolygon of
    /// its polygons; its other members are ignored, and counted in the summary.
    #[arg(value_name = "POLYGONS")]
    pub(super) polygons: String,

    #[command(flatten)]
    pub(super) rule: RuleArgs,

    /// Column or property of the points that holds a max-dist for each point
    #[arg(long, help_heading = "Rule", value_name = "COL", conflicts_with = "max_dist")]
    pub(super) max_dist_column: Option<String>,

    /// Write the N best matches of each point, best first, with their rank from 1
    #[arg(long, help_heading = "Rule", value_name = "N")]
    pub(super) k: Option<NonZeroUsize>,

    /// Match only polygons with the point's label: a column of the points and one of the polygons
    ///
    /// Labels are compared as text. If all labels of the polygons are numbers, numbers are compared as
    /// numbers: 2 equals 2.0. A leading zero makes text: 007. An empty cell or null matches nothing.
    /// One name stands for a column of both.
    #[arg(long, help_heading = "Rule", value_name = "PCOL=QCOL", value_parser = group_by)]
    pub(super) group_by: Option<GroupBy>,

    /// File to write, in the format that its extension names; `-` is stdout
    ///
    /// .csv, .tsv, .geojson, .geojsonl, .parquet, .arrow, .arrows, .fgb, .gpkg, .shp (five files); text
    /// with .gz or .zst at the end is compressed. Memory does not grow with the number of points. To
    /// write GeoJSON, points in CSV are read twice: the first time shows which columns hold numbers.
    #[arg(short, long, value_name = "OUT", default_value = "-")]
    pub(super) output: String,

    /// Column of x [default: guessed, e.g. x, lon, longitude, easting]
    #[arg(long, value_name = "COL", requires = "y", help_heading = "Input")]
    pub(super) x: Option<String>,

    /// Column of y [default: guessed, e.g. y, lat, latitude, northing]
    #[arg(long, value_name = "COL", requires = "x", help_heading = "Input")]
    pub(super) y: Option<String>,

    /// Column with latitude and longitude in each cell, as in "48.2, 16.3"
    ///
    /// A comma, a semicolon, a slash or blanks are between the two; brackets may be around them. The
    /// column declares degrees. By default, one called latlon, latlng or the like is taken.
    #[arg(long, value_name = "COL", conflicts_with_all = ["x", "lonlat"], help_heading = "Input")]
    pub(super) latlon: Option<String>,

    /// Column with longitude and latitude in each cell, as in "16.3, 48.2"
    #[arg(long, value_name = "COL", conflicts_with = "x", help_heading = "Input")]
    pub(super) lonlat: Option<String>,

    /// Column of the points' geometry [default: by its type, or guessed, e.g. geometry, wkt]
    #[arg(long, value_name = "COL", help_heading = "Input")]
    #[arg(conflicts_with_all = ["x", "latlon", "lonlat"])]
    pub(super) points_geometry: Option<String>,

    /// Layer of the points, if their file has several, such as GeoPackage [default: the only one]
    #[arg(long, value_name = "NAME", help_heading = "Input")]
    pub(super) points_layer: Option<String>,

    #[command(flatten)]
    pub(super) columns: PolygonArgs,

    /// Treat degrees as plane coordinates, and max-dist or radii as degrees
    ///
    /// Needed if --near measures a distance and a file declares degrees: GeoJSON and GeoParquet, unless
    /// they name another system; columns called lon and lat; WKT with SRID=4326 in front. A degree of
    /// longitude becomes shorter away from the equator, so a distance in degrees is not a distance on
    /// the ground.
    #[arg(long, help_heading = "Input")]
    pub(super) planar: bool,

    /// Format of POINTS [default: by content and extension; a stream may be CSV]
    #[arg(long, value_name = "FORMAT", help_heading = "Input", value_parser = format::parser())]
    pub(super) points_format: Option<Format>,

    /// Format of POLYGONS [default: by content and extension; a stream may be CSV]
    #[arg(long, value_name = "FORMAT", help_heading = "Input", value_parser = format::parser())]
    #[arg(hide_possible_values = true)]
    pub(super) polygons_format: Option<Format>,

    /// What to do with a point without usable coordinates, or with a row that holds no polygon
    ///
    /// Such a row is null, empty, or of another geometry type; the coordinates of a point may also be
    /// missing or no finite numbers. A polygon that is malformed is always an error.
    #[arg(long, value_name = "WHAT", default_value = "raise", help_heading = "Input")]
    pub(super) on_invalid: OnInvalid,

    /// Columns or properties of the matched polygon to add to the output
    ///
    /// Names are separated by commas; NAME:NEW renames, and '*' stands for all but the geometry. A
    /// value that is the whole name of a column is that column, commas and all. May be repeated. Of a
    /// saved matcher, all columns are added by default.
    #[arg(long, value_name = "NAME,...", help_heading = "Output")]
    pub(super) fields: Vec<String>,

    /// Write all points, or only the matched ones [default: left, or inner with --unmatched]
    #[arg(long, value_name = "HOW", help_heading = "Output")]
    pub(super) how: Option<How>,

    /// Write the points without a match to this file, unchanged; `-` is stdout
    ///
    /// The file has the columns of POINTS, and their format unless its extension names another. OUT
    /// then has only the matched points, unless `--how left` keeps all of them.
    #[arg(long, value_name = "FILE", help_heading = "Output")]
    pub(super) unmatched: Option<String>,

    /// Format of OUT [default: by extension, csv on stdout]
    #[arg(long, value_name = "FORMAT", help_heading = "Output", value_parser = format::parser())]
    #[arg(hide_possible_values = true)]
    pub(super) output_format: Option<Format>,

    /// Draw the polygons, and the points coloured by their match: `.png` or `.svg`
    ///
    /// More than 200,000 points are drawn as their density.
    #[arg(long, value_name = "FILE", help_heading = "Output")]
    pub(super) plot: Option<String>,

    /// Number of threads [default: one per core]; it does not change the output
    #[arg(long, value_name = "N")]
    pub(super) workers: Option<NonZeroUsize>,

    /// Print no summary and no progress on stderr
    #[arg(short, long)]
    pub(super) quiet: bool,

    #[command(flatten, next_help_heading = "POINTS in CSV or TSV (encoding: GeoJSON too)")]
    pub(super) text: TextArgs,

    #[command(flatten, next_help_heading = "POLYGONS in CSV or TSV (encoding: GeoJSON too)")]
    pub(super) polygons_text: PolygonsTextArgs,
}

fn group_by(text: &str) -> Result<GroupBy, String> {
    let (points, polygons) = text.split_once('=').unwrap_or((text, text));
    if points.is_empty() || polygons.is_empty() {
        return Err("expected a column of the points, '=' and a column of the polygons, as in \
                    store=store_id; or the name of both"
            .to_owned());
    }
    Ok(GroupBy { points: points.to_owned(), polygons: polygons.to_owned() })
}

/// Which points are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum How {
    /// All points; fields are empty if nothing is near
    Left,
    /// Only the points that have a match
    Inner,
}
