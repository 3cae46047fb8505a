//! The options of `poly-match match`, with their help.

use clap::{Args, ValueEnum};

use super::outputs::OutputArgs;
use super::question::QuestionArgs;
use super::text::TextsArgs;

const EXAMPLES: &str = "\
Examples:
  Which zone is each shopper at? The smallest whose centre is within 2 m:
    poly-match match shoppers.csv zones.csv --max-dist 2 \\
      --fields name,kind -o matches.csv

  The same as GeoJSON, with a picture, and the shoppers of each zone:
    poly-match match shoppers.csv zones.csv --max-dist 2 --fields name \\
      -o matches.geojson --plot matches.png --summary counts.csv

  Which zone does each shopper stand in, and who is outside all zones?
    poly-match match shoppers.csv zones.csv --near covers --fields name \\
      -o inside.csv --unmatched outside.csv

  The smallest zone that contains each shopper, or else the nearest one:
    poly-match match shoppers.csv zones.csv --near boundary \\
      --best nearest,smallest

  The three nearest rooms within 20 m, on each visitor's floor:
    poly-match match visitors.csv rooms.csv --near boundary \\
      --max-dist 20 --best nearest --k 3 --group-by floor=level \\
      --fields room

  Of the rooms that contain a visitor, the one of the highest priority:
    poly-match match visitors.csv rooms.csv --near covers \\
      --best max:priority --fields room

  Zones as circles, each with a radius of its own; the smallest wins:
    poly-match match visitors.csv kiosks.csv --circles radius \\
      --fields kiosk

  From one kind of file to another, with the polygons built once:
    poly-match index zones.csv --near covers --fields name -o zones.plym
    poly-match match shoppers.csv zones.plym -o matches.parquet

  From a pipe into a pipe:
    cat shoppers.csv | poly-match match - zones.csv --near covers \\
      --fields name --how inner | head

Output files appear complete, all together, or not at all. A replaced
file keeps its owner and mode. An input is never overwritten. If a signal
ends the program, no partial file stays behind.

Exit status:
  0     success
  1     a file could not be read or written
  2     wrong usage
  130   interrupted by Ctrl-C
  134   out of memory
  128+N ended by signal N, as a shell reports it";

const MORE: &str = "`poly-match help match` has examples, and explains all options.";

const LONG_ABOUT: &str = "\
Match every point to one polygon, by a rule.

--near chooses the candidates of a point: the polygons that are near it. --best chooses the match \
among them, by one criterion or several. By default, a polygon is near if its centre is closer than \
--max-dist, and the candidate with the smallest area is best. The centre is the mean of the vertices. \
If candidates are equally good, the one that comes first in its file wins.

The output has every row of POINTS, in order, with all its columns, and then:
  rank        only with --k: 1 for the best match, 2 for the next
  polygon     position of the matched polygon in its file, from 0
  polygon_id  its id: that of a GeoJSON feature, or named by --id
  ...         the columns that --fields names
  distance    from the point to the polygon, as --near measures it

If nothing is near, the added columns are empty (null in GeoJSON). A name that POINTS already uses \
gets the prefix polygon_, and a number if that name is taken too.";

/// Match every point to the best polygon near it
#[derive(Debug, Args)]
#[command(long_about = LONG_ABOUT, after_help = MORE, after_long_help = EXAMPLES)]
pub(super) struct MatchArgs {
    #[command(flatten)]
    pub(super) question: QuestionArgs,

    #[command(flatten)]
    pub(super) outputs: OutputArgs,

    /// Write all points (left) or matched ones (inner)
    ///
    /// The default is left, or inner with --unmatched.
    #[arg(long, value_name = "HOW", help_heading = "Output", hide_possible_values = true)]
    pub(super) how: Option<How>,

    /// Write the points without a match to this file
    ///
    /// `-` is stdout. The file has the columns of POINTS, unchanged, and their format unless its
    /// extension names another. OUT then has only the matched points, unless `--how left` keeps all of
    /// them.
    #[arg(long, value_name = "FILE", help_heading = "Output")]
    pub(super) unmatched: Option<String>,

    /// Write the number of points of each polygon
    ///
    /// The file is what `poly-match summary` writes.
    #[arg(long, value_name = "FILE", help_heading = "Output")]
    pub(super) summary: Option<String>,

    #[command(flatten)]
    pub(super) texts: TextsArgs,
}

/// Which points are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum How {
    /// All points; fields are empty if nothing is near
    Left,
    /// Only the points that have a match
    Inner,
}
