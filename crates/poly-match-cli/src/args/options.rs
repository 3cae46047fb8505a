//! The options of `poly-match match`, with their help.

use std::num::NonZeroUsize;

use clap::{Args, ValueEnum};

use super::rule::RuleArgs;
use crate::format::Format;
use crate::read::OnInvalid;

const EXAMPLES: &str = "\
Examples:
  Which shelf zone is each shopper at?
    poly-match match shoppers.csv zones.csv --max-dist 2 --fields name,kind -o matches.csv

  The same as GeoJSON, with a picture:
    poly-match match shoppers.csv zones.csv --max-dist 2 -o matches.geojson --plot matches.png

  In which county is each city? What contains a point needs no distance, so degrees will do:
    poly-match match cities.csv counties.geojson --near covers --fields NAME \\
      -o matches.csv --unmatched abroad.csv

  The three nearest zones of each shopper's own floor:
    poly-match match shoppers.csv zones.csv --near boundary --max-dist 20 --best nearest \\
      --k 3 --group-by floor=level

  Degrees taken as plane coordinates, from a pipe into a pipe:
    cat cities.csv | poly-match match - counties.geojson --points-format csv \\
      --max-dist 0.5 --planar --fields NAME --how inner | head

Files appear whole or not at all, and together; a file that is replaced keeps its owner and mode. A
signal that ends the program leaves nothing behind.

Exit status: 0 done, 1 a file that cannot be read or written, 2 wrong usage, 130 interrupted, 134 out
of memory; 128 and its number, as the shell has it, for another signal.";

const LONG_ABOUT: &str = "\
Match every point to one polygon, by a rule.

The polygons near a point, as --near says, are its candidates; the best of them, as --best says, is
its match. Unless told otherwise, a polygon is near whose centre, the mean of its vertices, is
closer than --max-dist, and the one of the smallest area is best. Of equals, the one that comes
first in its file is best.

Every row of POINTS comes back, in order, with all its columns and then:
  rank         with --k alone: 1 for the best, 2 for the next
  polygon      position of the matched polygon in its file, from 0
  polygon_id   its id, where GeoJSON features have one or --id names one
  ...          the columns that --fields asks for
  distance     from the point to the polygon, as --near measures it: 0 where it contains the point
They are empty (null in GeoJSON) where nothing is near. A name that POINTS already uses gets the
prefix polygon_, and a number where that is taken too.";

/// Match every point to one polygon: of those that are near, the best
#[derive(Debug, Args)]
#[command(long_about = LONG_ABOUT, after_long_help = EXAMPLES)]
pub(super) struct MatchArgs {
    /// Table of points: CSV with two coordinate columns, or GeoJSON Points; `-` is stdin
    #[arg(value_name = "POINTS")]
    pub(super) points: String,

    /// Table of polygons: GeoJSON, or CSV with a WKT column; `-` is stdin
    #[arg(value_name = "POLYGONS")]
    pub(super) polygons: String,

    #[command(flatten)]
    pub(super) rule: RuleArgs,

    /// Where to write: `.csv` or `.geojson`; `-` is stdout
    #[arg(short, long, value_name = "OUT", default_value = "-")]
    pub(super) output: String,

    /// Column of x in a CSV of points [default: guessed, such as x, lon, longitude, easting]
    #[arg(long, value_name = "COL", requires = "y", help_heading = "Input")]
    pub(super) x: Option<String>,

    /// Column of y in a CSV of points [default: guessed, such as y, lat, latitude, northing]
    #[arg(long, value_name = "COL", requires = "x", help_heading = "Input")]
    pub(super) y: Option<String>,

    /// Column of WKT in a CSV of polygons [default: guessed, such as wkt, geometry, geom]
    #[arg(long, value_name = "COL", help_heading = "Input")]
    pub(super) wkt: Option<String>,

    /// Column or property that is the polygon's id [default: the id of a GeoJSON feature]
    #[arg(long, value_name = "COL", help_heading = "Input")]
    pub(super) id: Option<String>,

    /// Take GeoJSON's degrees for coordinates in the plane, and max-dist for degrees
    ///
    /// Needed where --near measures a distance. GeoJSON holds longitude and latitude by its standard, and a degree of longitude is shorter
    /// the farther it is from the equator, so a distance in degrees is not a distance on the
    /// ground.
    #[arg(long, help_heading = "Input")]
    pub(super) planar: bool,

    /// Format of POINTS [default: by extension]
    #[arg(long, value_name = "FORMAT", help_heading = "Input")]
    pub(super) points_format: Option<Format>,

    /// Format of POLYGONS [default: by extension]
    #[arg(long, value_name = "FORMAT", help_heading = "Input")]
    pub(super) polygons_format: Option<Format>,

    /// What to do with a point whose coordinates are empty, NaN, infinite or no numbers
    #[arg(long, value_name = "WHAT", default_value = "error", help_heading = "Input")]
    pub(super) on_invalid: OnInvalid,

    /// Columns or properties of the matched polygon to write
    #[arg(long, value_name = "NAME,...", value_delimiter = ',', help_heading = "Output")]
    pub(super) fields: Vec<String>,

    /// Keep all points, or only the matched ones [default: left, or inner with --unmatched]
    #[arg(long, value_name = "HOW", help_heading = "Output")]
    pub(super) how: Option<How>,

    /// Write the points without a match to a file of their own, as they came; `-` is stdout
    ///
    /// It has the format and the columns of POINTS and no others. They are then no rows of OUT,
    /// unless `--how left` keeps them there as well.
    #[arg(long, value_name = "FILE", help_heading = "Output")]
    pub(super) unmatched: Option<String>,

    /// Format of OUT [default: by extension, csv on stdout]
    #[arg(long, value_name = "FORMAT", help_heading = "Output")]
    pub(super) output_format: Option<Format>,

    /// Draw the points, coloured by their match, over the polygons: `.png` or `.svg`
    #[arg(long, value_name = "FILE", help_heading = "Output")]
    pub(super) plot: Option<String>,

    /// How many threads work [default: one on every core]; the answer is always the same
    #[arg(long, value_name = "N")]
    pub(super) workers: Option<NonZeroUsize>,

    /// No summary and no progress on stderr
    #[arg(short, long)]
    pub(super) quiet: bool,
}

/// Which rows come back.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum How {
    /// All points; empty fields where nothing is near
    Left,
    /// Only the points that have a match
    Inner,
}
