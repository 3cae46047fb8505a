//! The command line: what may be asked, and whether it makes sense before a file is opened.
//!
//! What leaves here is a [`Plan`] with nothing left to guess but column names. Wrong usage ends
//! the program with exit status 2.

mod plan;
mod rule;

use std::io::{self, Write};
use std::num::NonZeroUsize;
use std::process;

use clap::{Args, CommandFactory, Parser, Subcommand, ValueEnum};

pub(crate) use plan::Plan;
pub(crate) use rule::BestBy;
use rule::RuleArgs;

use crate::failure::{self, Failure};
use crate::standard;

/// Match points to polygons: of the polygons near a point, the best.
#[derive(Debug, Parser)]
#[command(name = "poly-match", version, arg_required_else_help = true, max_term_width = 100)]
struct Cli {
    #[command(subcommand)]
    verb: Verb,
}

#[derive(Debug, Subcommand)]
enum Verb {
    Match(MatchArgs),
}

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
struct MatchArgs {
    /// Table of points: CSV with two coordinate columns, or GeoJSON Points; `-` is stdin
    #[arg(value_name = "POINTS")]
    points: String,

    /// Table of polygons: GeoJSON, or CSV with a WKT column; `-` is stdin
    #[arg(value_name = "POLYGONS")]
    polygons: String,

    #[command(flatten)]
    rule: RuleArgs,

    /// Where to write: `.csv` or `.geojson`; `-` is stdout
    #[arg(short, long, value_name = "OUT", default_value = "-")]
    output: String,

    /// Column of x in a CSV of points [default: guessed, such as x, lon, longitude, easting]
    #[arg(long, value_name = "COL", requires = "y", help_heading = "Input")]
    x: Option<String>,

    /// Column of y in a CSV of points [default: guessed, such as y, lat, latitude, northing]
    #[arg(long, value_name = "COL", requires = "x", help_heading = "Input")]
    y: Option<String>,

    /// Column of WKT in a CSV of polygons [default: guessed, such as wkt, geometry, geom]
    #[arg(long, value_name = "COL", help_heading = "Input")]
    wkt: Option<String>,

    /// Column or property that is the polygon's id [default: the id of a GeoJSON feature]
    #[arg(long, value_name = "COL", help_heading = "Input")]
    id: Option<String>,

    /// Take GeoJSON's degrees for coordinates in the plane, and max-dist for degrees
    ///
    /// Needed where --near measures a distance. GeoJSON holds longitude and latitude by its standard, and a degree of longitude is shorter
    /// the farther it is from the equator, so a distance in degrees is not a distance on the
    /// ground.
    #[arg(long, help_heading = "Input")]
    planar: bool,

    /// Format of POINTS [default: by extension]
    #[arg(long, value_name = "FORMAT", help_heading = "Input")]
    points_format: Option<Format>,

    /// Format of POLYGONS [default: by extension]
    #[arg(long, value_name = "FORMAT", help_heading = "Input")]
    polygons_format: Option<Format>,

    /// What to do with a point whose coordinates are empty, NaN, infinite or no numbers
    #[arg(long, value_name = "WHAT", default_value = "error", help_heading = "Input")]
    on_invalid: OnInvalid,

    /// Columns or properties of the matched polygon to write
    #[arg(long, value_name = "NAME,...", value_delimiter = ',', help_heading = "Output")]
    fields: Vec<String>,

    /// Keep all points, or only the matched ones [default: left, or inner with --unmatched]
    #[arg(long, value_name = "HOW", help_heading = "Output")]
    how: Option<How>,

    /// Write the points without a match to a file of their own, as they came; `-` is stdout
    ///
    /// It has the format and the columns of POINTS and no others. They are then no rows of OUT,
    /// unless `--how left` keeps them there as well.
    #[arg(long, value_name = "FILE", help_heading = "Output")]
    unmatched: Option<String>,

    /// Format of OUT [default: by extension, csv on stdout]
    #[arg(long, value_name = "FORMAT", help_heading = "Output")]
    output_format: Option<Format>,

    /// Draw the points, coloured by their match, over the polygons: `.png` or `.svg`
    #[arg(long, value_name = "FILE", help_heading = "Output")]
    plot: Option<String>,

    /// How many threads work [default: one on every core]; the answer is always the same
    #[arg(long, value_name = "N")]
    workers: Option<NonZeroUsize>,

    /// No summary and no progress on stderr
    #[arg(short, long)]
    quiet: bool,
}

/// A format of tables.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Format {
    Csv,
    Geojson,
}

/// A format of pictures.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Picture {
    Png,
    Svg,
}

/// Which rows come back.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum How {
    /// All points; empty fields where nothing is near
    Left,
    /// Only the points that have a match
    Inner,
}

/// What becomes of a point without usable coordinates.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum OnInvalid {
    /// Stop, and name the row
    Error,
    /// Leave the point unmatched
    Unmatched,
}

/// What the command line asks for; ends the program where it asks for help, or for nonsense.
pub(crate) fn plan() -> Plan {
    let Verb::Match(args) = match Cli::try_parse() {
        Ok(cli) => cli.verb,
        Err(error) => refuse(error),
    };
    Plan::new(args).unwrap_or_else(|wrong| verb().error(wrong.kind, wrong.message).exit())
}

/// Ends the program with what clap has to say, and always with the usage, which clap leaves out
/// where only a value is wrong.
fn refuse(error: clap::Error) -> ! {
    if !error.use_stderr() {
        show(&error);
    }
    let text = error.render().to_string();
    if text.contains("Usage:") {
        error.exit()
    }
    let cause: Vec<_> = text.lines().take_while(|line| !line.is_empty()).collect();
    let cause = cause.join("\n");
    verb().error(error.kind(), cause.trim_start_matches("error: ")).exit()
}

/// Ends the program with the help or the version, which go to stdout as any output.
fn show(help: &clap::Error) -> ! {
    let is_open = standard::stdout();
    let shown = is_open.and_then(|_| help.print()).and_then(|()| io::stdout().flush());
    match shown {
        Err(error) if error.kind() != io::ErrorKind::BrokenPipe => {
            failure::tell(&Failure::new(error).in_file("<stdout>"));
            process::exit(1);
        }
        _ => process::exit(0),
    }
}

/// The one verb, with its usage.
fn verb() -> clap::Command {
    let mut command = Cli::command();
    command.build();
    command.find_subcommand("match").cloned().unwrap_or(command)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_command_line_is_sound() {
        Cli::command().debug_assert();
    }
}
