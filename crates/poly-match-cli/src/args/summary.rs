//! The options of `poly-match summary`, with their help.

use clap::Args;
use poly_match_io::Format;

use super::question::QuestionArgs;
use super::text::TextsArgs;
use crate::format;

const EXAMPLES: &str = "\
Examples:
  How many shoppers were in each zone?
    poly-match summary shoppers.csv zones.csv --near covers \\
      --fields name,kind

  A map of them, for QGIS or a web page:
    poly-match summary shoppers.csv zones.csv --near covers \\
      --fields name -o counts.geojson

  How many visitors are nearest to each room on their floor?
    poly-match summary visitors.csv rooms.csv --near boundary \\
      --best nearest --group-by floor=level --fields room

Exit status:
  0     success
  1     a file could not be read or written
  2     wrong usage";

const MORE: &str = "`poly-match help summary` has examples, and explains all options.";

const LONG_ABOUT: &str = "\
Count the points of each polygon.

Points are matched as by `poly-match match`, with the same options. The output has a row for every
polygon, in the order of its file, also if it has no points:
  polygon        position of the polygon in its file, from 0
  polygon_id     its id: that of a GeoJSON feature, or named by --id
  ...            the columns that --fields names
  count          number of points that match it
  share          count divided by the number of all points
  mean_distance  mean distance of its points, as --near measures it

With --k, later matches count too. GeoJSON, FlatGeobuf, GeoPackage and Shapefile also have the
outlines of the polygons, or of circles.";

/// Count the points of each polygon
#[derive(Debug, Args)]
#[command(long_about = LONG_ABOUT, after_help = MORE, after_long_help = EXAMPLES)]
pub(super) struct SummaryArgs {
    #[command(flatten)]
    pub(super) question: QuestionArgs,

    /// File to write; its extension names the format
    ///
    /// `-` is stdout, as CSV. The extensions are those of `poly-match match`.
    #[arg(short, long, value_name = "OUT", default_value = "-", hide_default_value = true)]
    #[arg(help_heading = "Output")]
    pub(super) output: String,

    /// Columns of the polygon to add; '*' means all
    ///
    /// Names are separated by commas; NAME:NEW renames, and '*' stands for all but the geometry. A
    /// value that is the whole name of a column is that column, commas and all. May be repeated. Of a
    /// saved matcher, all columns are added by default.
    #[arg(long, value_name = "NAME,...", help_heading = "Output")]
    pub(super) fields: Vec<String>,

    /// Draw polygons and points: .png or .svg
    ///
    /// The points are coloured by their match. More than 200,000 points are drawn as their density.
    #[arg(long, value_name = "FILE", help_heading = "Output")]
    pub(super) plot: Option<String>,

    /// Write the figures of the run as JSON
    ///
    /// The numbers of points, matches and polygons, extents, and seconds. `-` is stdout.
    #[arg(long, value_name = "FILE", help_heading = "Output")]
    pub(super) stats_json: Option<String>,

    /// Format of OUT [default: by its extension]
    ///
    /// The words are those of --points-format.
    #[arg(long, value_name = "FORMAT", help_heading = "Output", value_parser = format::parser())]
    #[arg(hide_possible_values = true)]
    pub(super) output_format: Option<Format>,

    #[command(flatten)]
    pub(super) texts: TextsArgs,
}
