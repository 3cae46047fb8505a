//! Turns the options into a plan: finds formats by extension, and refuses options that conflict.

use std::fs::File;
use std::io::Read;
use std::num::NonZeroUsize;
use std::path::{Path, PathBuf};

use clap::ArgMatches;
use clap::error::ErrorKind;
use clap::parser::ValueSource;
use poly_match_io::{Codec, Format};

use super::options::{How, MatchArgs};
use super::polygons::{Build, PolygonArgs};
use super::rule::{Rule, RuleArgs};
use super::text::PolygonsTextArgs;
use super::wrong::{Wrong, wrong};
use crate::format::Picture;
use crate::input::Input;
use crate::output::{Destination, Target};
use crate::read::{Asked, Fields, Given, Order};

/// Checked options: what the program will do.
#[derive(Debug)]
pub(crate) struct Plan {
    pub(crate) points: Input,
    pub(crate) zones: Zones,
    pub(crate) asked: Asked,
    pub(crate) k: Option<NonZeroUsize>,
    pub(crate) how: How,
    pub(crate) output: Destination,
    /// File for the points without a match.
    pub(crate) unmatched: Option<Destination>,
    pub(crate) plot: Option<(Target, Picture)>,
    pub(crate) workers: Option<NonZeroUsize>,
    pub(crate) quiet: bool,
}

/// Where the matcher comes from.
#[derive(Debug)]
pub(crate) enum Zones {
    Build(Box<Build>),
    /// A saved matcher, and which of its columns are wanted.
    Saved {
        path: PathBuf,
        fields: Fields,
        planar: bool,
    },
}

impl Plan {
    /// `matches` tell which options were given.
    pub(super) fn new(args: MatchArgs, matches: &ArgMatches) -> Result<Self, Wrong> {
        let text = args.text.text();
        let points = Input::new(&args.points, args.points_format, "--points-format", text)
            .with_layer(args.points_layer.clone(), "--points-layer");
        let output = output(&args.output, args.output_format, "--output-format with")?;
        let plot = args.plot.as_deref().map(picture).transpose()?;
        let unmatched = args.unmatched.as_deref();
        let unmatched = unmatched.map(|name| destination(name, None)).transpose()?;
        refuse_twice(&[
            ("--output", Some(&output.target)),
            ("--unmatched", unmatched.as_ref().map(|unmatched| &unmatched.target)),
            ("--plot", plot.as_ref().map(|(target, _)| target)),
        ])?;
        let how = if unmatched.is_some() { How::Inner } else { How::Left };
        let asked = Asked {
            coordinates: coordinates(&args),
            max_dist: args.max_dist_column.clone(),
            group_by: args.group_by.clone(),
            on_invalid: args.on_invalid,
            text: args.text.text(),
        };
        let (k, workers, quiet) = (args.k, args.workers, args.quiet);
        let how = args.how.unwrap_or(how);
        let zones = zones(args, matches)?;
        if let Zones::Build(build) = &zones
            && points.is_stdin()
            && build.polygons.is_stdin()
        {
            let message = "only one of POINTS and POLYGONS can be '-': there is one stdin";
            return Err(wrong(ErrorKind::ArgumentConflict, message));
        }
        if let (Zones::Saved { path, .. }, Some(_)) = (&zones, &plot) {
            let message = format!(
                "--plot draws polygons, and {} does not hold their outlines",
                path.display()
            );
            return Err(wrong(ErrorKind::ArgumentConflict, message));
        }
        Ok(Self { points, zones, asked, k, how, output, unmatched, plot, workers, quiet })
    }
}

/// Where the coordinates of the points are.
fn coordinates(args: &MatchArgs) -> Given {
    let MatchArgs { x, y, latlon, lonlat, points_geometry, .. } = args;
    match (x, y, latlon, lonlat, points_geometry) {
        (Some(x), Some(y), ..) => Given::Xy([x.clone(), y.clone()]),
        (_, _, Some(name), ..) => Given::Pair(name.clone(), Order::LatLon),
        (_, _, _, Some(name), _) => Given::Pair(name.clone(), Order::LonLat),
        (.., Some(name)) => Given::Geometry(name.clone()),
        (.., None) => Given::Guess,
    }
}

/// A matcher to build, or a saved one, which has its rule already.
fn zones(args: MatchArgs, matches: &ArgMatches) -> Result<Zones, Wrong> {
    if args.polygons_format.is_none() && is_saved(Path::new(&args.polygons)) {
        let is_given = |name: &str| matches.value_source(name) == Some(ValueSource::CommandLine);
        let decided = RuleArgs::ALL.into_iter().chain(PolygonArgs::ALL);
        let decided = decided.chain(PolygonsTextArgs::ALL);
        if let Some((_, option)) = decided.into_iter().find(|(name, _)| is_given(name)) {
            let message = format!(
                "{option} is decided in {}, a saved matcher: leave it out, or match to the polygons",
                args.polygons
            );
            return Err(wrong(ErrorKind::ArgumentConflict, message));
        }
        let fields = if args.fields.is_empty() { Fields::all() } else { Fields::new(args.fields) };
        return Ok(Zones::Saved { path: args.polygons.into(), fields, planar: args.planar });
    }
    let text = args.polygons_text.text(&args.text.text());
    let column = args.max_dist_column.as_ref().map(|_| "--max-dist-column");
    Ok(Zones::Build(Box::new(Build {
        polygons: Input::new(&args.polygons, args.polygons_format, "--polygons-format", text)
            .with_layer(args.columns.layer.clone(), "--layer"),
        rule: Rule::new(&args.rule, column, args.columns.circles.is_some())?,
        source: args.columns.source()?,
        id: args.columns.id,
        label: args.group_by.map(|columns| columns.polygons),
        fields: Fields::new(args.fields),
        on_invalid: args.on_invalid,
        planar: args.planar,
    })))
}

/// Whether a file is a saved matcher, as its first bytes or else its extension tells.
pub(super) fn is_saved(path: &Path) -> bool {
    const START: [u8; 8] = *b"\x89PLY\r\n\x1a\n";
    let is_regular = path.metadata().is_ok_and(|there| there.is_file());
    let starts = || {
        let mut start = [0; START.len()];
        File::open(path).and_then(|mut file| file.read_exact(&mut start)).is_ok() && start == START
    };
    let is_called =
        path.extension().is_some_and(|extension| extension.eq_ignore_ascii_case("plym"));
    is_called || (is_regular && starts())
}

/// A table whose format is given, or named by an extension, or else CSV on stdout. `remedy` is what a
/// format without an extension needs.
pub(super) fn output(
    name: &str,
    format: Option<Format>,
    remedy: &str,
) -> Result<Destination, Wrong> {
    let to = destination(name, format)?;
    match (&to.target, to.format) {
        (Target::Stdout, None) => Ok(Destination { format: Some(Format::Csv), ..to }),
        (Target::Path(_), None) => {
            let words = Format::ALL.map(Format::word).join(", ");
            Err(unknown_extension(name, &format!("{remedy} one of {words}")))
        }
        (_, Some(_)) => Ok(to),
    }
}

/// A table whose format may be known later.
fn destination(name: &str, format: Option<Format>) -> Result<Destination, Wrong> {
    if name == "-" {
        if format == Some(Format::Shapefile) {
            let message =
                "a Shapefile is several files: name a file that ends in .shp, instead of stdout";
            return Err(wrong(ErrorKind::ArgumentConflict, message));
        }
        return Ok(Destination { target: Target::Stdout, format, codec: None });
    }
    let path = Path::new(name);
    let (format, codec) = (format.or_else(|| Format::of_path(path)), Codec::of_path(path));
    if let (Some(format), Some(_)) = (format.filter(|format| !format.is_text()), codec) {
        let message =
            format!("{format} compresses its own data: name '{name}' without the last extension");
        return Err(wrong(ErrorKind::InvalidValue, message));
    }
    Ok(Destination { target: Target::Path(name.into()), format, codec })
}

/// Refuses two outputs to the same place.
pub(super) fn refuse_twice(outputs: &[(&str, Option<&Target>)]) -> Result<(), Wrong> {
    let outputs: Vec<_> =
        outputs.iter().filter_map(|&(option, target)| Some((option, target?))).collect();
    for (i, (option, target)) in outputs.iter().enumerate() {
        if let Some((other, taken)) = outputs[..i].iter().find(|(_, other)| other.is_same(target)) {
            let is_stdout = [target, taken].iter().all(|target| ***target == Target::Stdout);
            let place = if is_stdout { "stdout" } else { "the same file" };
            let message = format!("{other} and {option} cannot both go to {place}");
            return Err(wrong(ErrorKind::ArgumentConflict, message));
        }
    }
    Ok(())
}

pub(super) fn picture(name: &str) -> Result<(Target, Picture), Wrong> {
    match Picture::of(Path::new(name)) {
        Some(picture) => Ok((Target::Path(name.into()), picture)),
        None => Err(unknown_extension(name, "a --plot file that ends in .png or .svg")),
    }
}

fn unknown_extension(name: &str, remedy: &str) -> Wrong {
    let message = format!("the extension of '{name}' names no known format: use {remedy}");
    wrong(ErrorKind::InvalidValue, message)
}
