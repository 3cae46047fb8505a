//! The options of `poly-match summary`, with their help.

use clap::Args;

use super::outputs::OutputArgs;
use super::question::QuestionArgs;
use super::text::TextsArgs;

const EXAMPLES: &str = "\
Examples:
  How many shoppers were in each zone?
    poly-match summary shoppers.csv zones.csv --near covers \\
      --fields name,kind

  A map of them, for QGIS:
    poly-match summary shoppers.csv zones.csv --near covers \\
      --fields name -o counts.gpkg

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

Points are matched as by `poly-match match`, with the same options. The output has a row for every \
polygon, in the order of its file, also if it has no points:
  polygon        position of the polygon in its file, from 0
  polygon_id     its id: that of a GeoJSON feature, or named by --id
  ...            the columns that --fields names
  count          number of points that match it
  share          count divided by the number of all points
  mean_distance  mean distance of its points, as --near measures it

With --k, later matches count too. A field with one of these names gets the prefix polygon_. GeoJSON, \
FlatGeobuf, GeoPackage and Shapefile also have the outlines of the polygons, or of circles.";

/// Count the points of each polygon
#[derive(Debug, Args)]
#[command(long_about = LONG_ABOUT, after_help = MORE, after_long_help = EXAMPLES)]
pub(super) struct SummaryArgs {
    #[command(flatten)]
    pub(super) question: QuestionArgs,

    #[command(flatten)]
    pub(super) outputs: OutputArgs,

    #[command(flatten)]
    pub(super) texts: TextsArgs,
}
