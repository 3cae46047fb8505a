//! The options of what is written, which every command that matches points has.

use clap::Args;
use poly_match_io::Format;

use crate::format;

/// What is written.
#[derive(Debug, Args)]
pub(super) struct OutputArgs {
    /// File to write; its extension names the format
    ///
    /// `-` is stdout, as CSV. Extensions: .csv, .tsv, .geojson, .geojsonl, .parquet, .arrow, .arrows,
    /// .fgb, .gpkg, .shp (five files); text with .gz or .zst at the end is compressed. Memory does not
    /// grow with the number of points. To write points in CSV as GeoJSON, they are read twice: the first
    /// time shows which columns hold numbers.
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
    /// The points are coloured by their match. More than 200,000 points are drawn as their density. The
    /// largest polygons have their names, where these fit: the first of --fields, or else the id.
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
}
