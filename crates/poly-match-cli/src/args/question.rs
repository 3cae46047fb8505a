//! The options that ask a question: points, polygons, the rule between them, and how both are read.
//!
//! Every command that matches points has them.

use std::num::NonZeroUsize;

use clap::Args;
use clap::parser::ValueSource;
use clap::{ArgMatches, error::ErrorKind};
use poly_match_io::Format;

use super::coordinates::CoordinateArgs;
use super::polygons::{Build, PolygonArgs};
use super::rule::{Rule, RuleArgs};
use super::text::{PolygonsTextArgs, TextsArgs};
use super::workers::{self, Workers};
use super::wrong::{Wrong, wrong};
use super::zones::{Zones, is_saved};
use crate::format;
use crate::input::Input;
use crate::read::{Asked, Fields, GroupBy, OnInvalid};

/// Points, polygons, and the rule.
#[derive(Debug, Args)]
pub(super) struct QuestionArgs {
    /// Points: a file, a folder, a pattern, or - (stdin)
    ///
    /// A folder has part files; a pattern is such as 'part-*.csv'. Formats: CSV, TSV, GeoJSON, GeoJSON
    /// lines, Parquet, GeoParquet, Arrow IPC (Feather), FlatGeobuf, GeoPackage, Shapefile (not from
    /// stdin); text also in gzip or Zstandard. Coordinates are in two columns, in a column of geometry,
    /// or two numbers in a cell.
    #[arg(value_name = "POINTS")]
    points: String,

    /// Polygons: a file, what `poly-match index` saved, or - (stdin)
    ///
    /// Any of these formats. A MultiPolygon is the union of its parts. A GeometryCollection counts as
    /// one MultiPolygon of its polygons; its other members are ignored, and counted in the summary.
    #[arg(value_name = "POLYGONS")]
    polygons: String,

    #[command(flatten)]
    rule: RuleArgs,

    /// Column of the points with a max-dist for each
    #[arg(long, help_heading = "Rule", value_name = "COL", conflicts_with = "max_dist")]
    max_dist_column: Option<String>,

    /// Find the N best matches of each point, best first
    ///
    /// The output then has their rank, from 1.
    #[arg(long, help_heading = "Rule", value_name = "N", value_parser = several)]
    k: Option<NonZeroUsize>,

    /// Match only equal labels: columns of both files
    ///
    /// A point matches only polygons that have its label. Labels are compared as text. If all labels of
    /// the polygons are numbers, numbers are compared as numbers: 2 equals 2.0. A leading zero makes
    /// text: 007. An empty cell or null matches nothing. One name stands for a column of both.
    #[arg(long, help_heading = "Rule", value_name = "PCOL=QCOL", value_parser = group_by)]
    group_by: Option<GroupBy>,

    #[command(flatten)]
    coordinates: CoordinateArgs,

    /// Column of the points' geometry
    ///
    /// By default, the column that has the type of geometry, or one called geometry, wkt or the like.
    #[arg(long, value_name = "COL", help_heading = "Input")]
    #[arg(conflicts_with_all = ["x", "latlon", "lonlat"])]
    points_geometry: Option<String>,

    /// Layer of the points, if their file has several, such as GeoPackage [default: the only one]
    #[arg(long, value_name = "NAME", help_heading = "Input", hide_short_help = true)]
    points_layer: Option<String>,

    #[command(flatten)]
    columns: PolygonArgs,

    /// Treat degrees as plane coordinates
    ///
    /// Then --max-dist and radii are degrees. Needed if --near measures a distance and a file declares
    /// degrees: GeoJSON and GeoParquet, unless they name another system; columns called lon and lat;
    /// WKT with SRID=4326 in front. A degree of longitude becomes shorter away from the equator, so a
    /// distance in degrees is not a distance on the ground.
    #[arg(long, help_heading = "Input")]
    planar: bool,

    /// Format of POINTS [default: by content and name]
    ///
    /// A stream that shows no format is CSV. Formats: csv, tsv, geojson, geojsonl, parquet, arrow,
    /// arrows, fgb, gpkg, shp.
    #[arg(long, value_name = "FORMAT", help_heading = "Input", value_parser = format::parser())]
    #[arg(hide_possible_values = true)]
    points_format: Option<Format>,

    /// Format of POLYGONS [default: as POINTS']
    #[arg(long, value_name = "FORMAT", help_heading = "Input", value_parser = format::parser())]
    #[arg(hide_possible_values = true, hide_short_help = true)]
    polygons_format: Option<Format>,

    /// Bad coordinates or geometry: `raise` or `skip`
    ///
    /// A point is bad if it is null, empty, of another geometry type, or without finite coordinates. A
    /// polygon is bad if it is null, empty, or of another geometry type. A polygon that is malformed is
    /// always an error.
    #[arg(long, value_name = "WHAT", default_value = "raise", help_heading = "Input")]
    #[arg(hide_possible_values = true, hide_default_value = true)]
    on_invalid: OnInvalid,

    #[command(flatten)]
    workers: Workers,

    /// Print nothing on stderr but warnings and errors
    #[arg(short, long)]
    quiet: bool,
}

/// A checked question.
#[derive(Debug)]
pub(super) struct Question {
    pub(super) points: Input,
    pub(super) zones: Zones,
    pub(super) asked: Asked,
    pub(super) k: Option<NonZeroUsize>,
    pub(super) workers: Option<NonZeroUsize>,
    pub(super) quiet: bool,
}

impl QuestionArgs {
    /// `fields` are the columns of the polygons to write. `matches` tell which options were given.
    pub(super) fn question(
        self,
        texts: &TextsArgs,
        fields: Vec<String>,
        matches: &ArgMatches,
    ) -> Result<Question, Wrong> {
        refuse_empty("the name of POINTS", &self.points)?;
        refuse_empty("the name of POLYGONS", &self.polygons)?;
        if self.points_format.is_none() && is_saved(&self.points) {
            let message = format!(
                "{} is a saved matcher, which takes the place of POLYGONS: the points come first",
                self.points
            );
            return Err(wrong(ErrorKind::InvalidValue, message));
        }
        let text = texts.points();
        let points = Input::new(&self.points, self.points_format, "--points-format", text.clone())
            .with_layer(self.points_layer.clone(), "--points-layer");
        let asked = Asked {
            coordinates: self.coordinates.given(self.points_geometry.as_ref()),
            max_dist: self.max_dist_column.clone(),
            group_by: self.group_by.clone(),
            on_invalid: self.on_invalid,
            text,
        };
        let (k, workers, quiet) = (self.k, self.workers.number()?, self.quiet);
        let zones = self.zones(texts, fields, matches)?;
        if let Zones::Build(build) = &zones
            && points.is_stdin()
            && build.polygons.is_stdin()
        {
            let message = "only one of POINTS and POLYGONS can be '-': there is one stdin";
            return Err(wrong(ErrorKind::ArgumentConflict, message));
        }
        Ok(Question { points, zones, asked, k, workers, quiet })
    }

    /// A matcher to build, or a saved one, which has its rule already.
    fn zones(
        self,
        texts: &TextsArgs,
        fields: Vec<String>,
        matches: &ArgMatches,
    ) -> Result<Zones, Wrong> {
        if self.polygons_format.is_none() && is_saved(&self.polygons) {
            let is_given =
                |name: &str| matches.value_source(name) == Some(ValueSource::CommandLine);
            let decided = RuleArgs::ALL.into_iter().chain(PolygonArgs::ALL);
            let decided = decided.chain(PolygonsTextArgs::ALL);
            if let Some((_, option)) = decided.into_iter().find(|(name, _)| is_given(name)) {
                let message = format!(
                    "{option} is decided in {}, a saved matcher: leave it out, or match to the \
                     polygons",
                    self.polygons
                );
                return Err(wrong(ErrorKind::ArgumentConflict, message));
            }
            let fields = if fields.is_empty() { Fields::all() } else { Fields::new(fields) };
            return Ok(Zones::Saved { path: self.polygons.into(), fields, planar: self.planar });
        }
        let text = texts.polygons();
        let column = self.max_dist_column.as_ref().map(|_| "--max-dist-column");
        Ok(Zones::Build(Box::new(Build {
            polygons: Input::new(&self.polygons, self.polygons_format, "--polygons-format", text)
                .with_layer(self.columns.layer.clone(), "--layer"),
            rule: Rule::new(&self.rule, column, self.columns.circles.is_some())?,
            source: self.columns.source()?,
            id: self.columns.id,
            label: self.group_by.map(|columns| columns.polygons),
            fields: Fields::new(fields),
            on_invalid: self.on_invalid,
            planar: self.planar,
            quiet: self.quiet,
        })))
    }
}

/// Refuses an empty name of a file.
fn refuse_empty(what: &str, name: &str) -> Result<(), Wrong> {
    match name {
        "" => Err(wrong(ErrorKind::InvalidValue, format!("{what} is empty: name a file, or -"))),
        _ => Ok(()),
    }
}

fn several(text: &str) -> Result<NonZeroUsize, String> {
    workers::number(text).ok_or_else(|| "expected a number of matches, 1 or more".to_owned())
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
