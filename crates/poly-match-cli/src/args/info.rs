//! The options of `poly-match info`, with their help, and the plan that they make.

use std::path::PathBuf;

use clap::error::ErrorKind;
use clap::parser::ValueSource;
use clap::{ArgMatches, Args};
use poly_match_io::Format;

use super::coordinates::CoordinateArgs;
use super::text::TextArgs;
use super::wrong::{Wrong, wrong};
use super::zones::is_saved;
use crate::format;
use crate::input::Input;
use crate::read::Given;

const EXAMPLES: &str = "\
Examples:
  What is in this file?
    poly-match info shoppers.csv

  Its columns, without rows, and the number of rows for a script:
    poly-match info shoppers.csv --rows 0
    poly-match info shoppers.csv --json | jq .rows

  A saved matcher: its rule, and the columns that it keeps:
    poly-match index zones.csv --near covers -o zones.plym
    poly-match info zones.plym

Exit status:
  0     success
  1     the file could not be read
  2     wrong usage";

const MORE: &str = "`poly-match help info` has examples, and explains all options.";

const LONG_ABOUT: &str = "\
Show what is in a file: its format, rows, columns and their types, coordinate system, extent, the \
types of its geometries, and its first rows.

Where the metadata tells these, nothing else is read, and a large file takes no longer than a small \
one. That is so for Parquet, FlatGeobuf, GeoPackage and Shapefile, mostly; text is read to its end. \
Extents and types of geometries from metadata are marked as declared.

The columns of coordinates and of geometry are those that `poly-match match` takes, for points and \
for polygons.";

/// Show what is in a file of points or polygons, or in a saved matcher
#[derive(Debug, Args)]
#[command(long_about = LONG_ABOUT, after_help = MORE, after_long_help = EXAMPLES)]
pub(super) struct InfoArgs {
    /// A table in any format, a folder or a pattern, or what `poly-match index` saved; `-` is stdin
    #[arg(value_name = "FILE")]
    file: String,

    /// How many of the first rows to show
    #[arg(short = 'n', long, value_name = "N", default_value_t = 5)]
    rows: usize,

    /// Print one JSON object instead
    #[arg(long)]
    json: bool,

    #[command(flatten)]
    coordinates: CoordinateArgs,

    /// Column of geometry [default: by its type, or guessed, e.g. geometry, wkt]
    #[arg(long, visible_alias = "wkt", value_name = "COL", help_heading = "Input")]
    #[arg(conflicts_with_all = ["x", "latlon", "lonlat"])]
    geometry: Option<String>,

    /// Layer, if the file has several, such as GeoPackage [default: the only one]
    #[arg(long, value_name = "NAME", help_heading = "Input")]
    layer: Option<String>,

    /// Format of FILE [default: by content and extension; a stream may be CSV]
    #[arg(long, value_name = "FORMAT", help_heading = "Input", value_parser = format::parser())]
    #[arg(hide_possible_values = true)]
    format: Option<Format>,

    /// Print nothing on stderr but warnings and errors
    #[arg(short, long)]
    quiet: bool,

    #[command(flatten, next_help_heading = "FILE in CSV or TSV (encoding: GeoJSON too)")]
    text: TextArgs,
}

/// Checked options: what the command `info` will do.
#[derive(Debug)]
pub(crate) struct InfoPlan {
    pub(crate) about: About,
    /// How many of the first rows are shown.
    pub(crate) rows: usize,
    pub(crate) json: bool,
    pub(crate) quiet: bool,
}

/// What is asked about.
#[derive(Debug)]
pub(crate) enum About {
    /// A table, and where the user says that its coordinates are.
    Table(Box<Input>, Given),
    /// A saved matcher.
    Saved(PathBuf),
}

impl InfoPlan {
    /// `matches` tell which options were given.
    pub(super) fn new(args: InfoArgs, matches: &ArgMatches) -> Result<Self, Wrong> {
        let (rows, json, quiet) = (args.rows, args.json, args.quiet);
        let about = if args.format.is_none() && is_saved(&args.file) {
            refuse_of_tables(&args.file, matches)?;
            About::Saved(args.file.into())
        } else {
            let input = Input::new(&args.file, args.format, "--format", args.text.text())
                .with_layer(args.layer.clone(), "--layer");
            About::Table(Box::new(input), args.coordinates.given(args.geometry.as_ref()))
        };
        Ok(Self { about, rows, json, quiet })
    }
}

/// Refuses what is asked of tables, of a saved matcher.
fn refuse_of_tables(file: &str, matches: &ArgMatches) -> Result<(), Wrong> {
    const OF_MATCHERS: [&str; 4] = ["file", "rows", "json", "quiet"];
    let is_given = |name: &&str| matches.value_source(name) == Some(ValueSource::CommandLine);
    // Groups of options have ids, too: the names of structs.
    let is_option = |name: &&str| name.bytes().all(|byte| !byte.is_ascii_uppercase());
    let mut names = matches.ids().map(clap::Id::as_str).filter(is_option);
    match names.find(|name| !OF_MATCHERS.contains(name) && is_given(name)) {
        None => Ok(()),
        Some(name) => {
            let option = name.replace('_', "-");
            let message = format!("--{option} is for tables, and {file} is a saved matcher");
            Err(wrong(ErrorKind::ArgumentConflict, message))
        }
    }
}
