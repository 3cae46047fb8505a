//! Turns the options into a plan: finds formats by extension, and refuses options that conflict.

use std::num::NonZeroUsize;
use std::path::{Path, PathBuf};

use clap::error::ErrorKind;

use super::options::{How, MatchArgs};
use super::rule::Rule;
use super::wrong::{Wrong, wrong};
use crate::format::{Format, Picture};
use crate::output::Target;
use crate::read::{Fields, OnInvalid, Source};

/// Checked options: what the program will do.
#[derive(Debug)]
pub(crate) struct Plan {
    pub(crate) points: Source,
    pub(crate) polygons: Source,
    pub(crate) rule: Rule,
    /// Whether degrees are taken as plane coordinates.
    pub(crate) planar: bool,
    pub(crate) xy: Option<[String; 2]>,
    pub(crate) wkt: Option<String>,
    pub(crate) id: Option<String>,
    pub(crate) fields: Fields,
    pub(crate) on_invalid: OnInvalid,
    pub(crate) how: How,
    pub(crate) output: Target,
    pub(crate) output_format: Format,
    /// File for the points without a match, in the format of the points.
    pub(crate) unmatched: Option<Target>,
    pub(crate) plot: Option<(Target, Picture)>,
    pub(crate) workers: Option<NonZeroUsize>,
    pub(crate) quiet: bool,
}

impl Plan {
    pub(super) fn new(args: MatchArgs) -> Result<Self, Wrong> {
        let points = source(&args.points, args.points_format, "--points-format")?;
        let polygons = source(&args.polygons, args.polygons_format, "--polygons-format")?;
        if points.path.is_none() && polygons.path.is_none() {
            let message = "only one of POINTS and POLYGONS can be '-': there is one stdin";
            return Err(wrong(ErrorKind::ArgumentConflict, message));
        }
        let rule = Rule::new(args.rule)?;
        let (output, output_format) = output(&args.output, args.output_format)?;
        let plot = args.plot.as_deref().map(picture).transpose()?;
        let unmatched = args.unmatched.as_deref().map(|name| unmatched(name, points.format));
        let unmatched = unmatched.transpose()?;
        refuse_twice(&[
            ("--output", Some(&output)),
            ("--unmatched", unmatched.as_ref()),
            ("--plot", plot.as_ref().map(|(target, _)| target)),
        ])?;
        let how = if unmatched.is_some() { How::Inner } else { How::Left };
        Ok(Self {
            points,
            polygons,
            rule,
            planar: args.planar,
            xy: args.x.zip(args.y).map(|(x, y)| [x, y]),
            wkt: args.wkt,
            id: args.id,
            fields: Fields::new(args.fields),
            on_invalid: args.on_invalid,
            how: args.how.unwrap_or(how),
            output,
            output_format,
            unmatched,
            plot,
            workers: args.workers,
            quiet: args.quiet,
        })
    }
}

pub(super) fn source(name: &str, format: Option<Format>, option: &str) -> Result<Source, Wrong> {
    let path = (name != "-").then(|| PathBuf::from(name));
    let guessed = || path.as_deref().and_then(Format::of);
    match format.or_else(guessed) {
        Some(format) => Ok(Source { path, format }),
        None if path.is_none() => Err(wrong(
            ErrorKind::MissingRequiredArgument,
            format!("'-' has no extension that names its format: add {option} csv or geojson"),
        )),
        None => Err(unknown_extension(name, &format!("{option} csv or geojson"))),
    }
}

fn output(name: &str, format: Option<Format>) -> Result<(Target, Format), Wrong> {
    if name == "-" {
        return Ok((Target::Stdout, format.unwrap_or(Format::Csv)));
    }
    match format.or_else(|| Format::of(Path::new(name))) {
        Some(format) => Ok((Target::Path(name.into()), format)),
        None => Err(unknown_extension(name, "--output-format csv or geojson")),
    }
}

/// The file for unmatched points. It must have the format of the points, which do not change.
fn unmatched(name: &str, points: Format) -> Result<Target, Wrong> {
    if name == "-" {
        return Ok(Target::Stdout);
    }
    let (has, expected) = match points {
        Format::Csv => ("CSV", ".csv"),
        Format::Geojson => ("GeoJSON", ".geojson"),
    };
    match Format::of(Path::new(name)) {
        Some(format) if format != points => Err(wrong(
            ErrorKind::InvalidValue,
            format!(
                "--unmatched writes the points unchanged, as {has}: \
                 name a file that ends in {expected}, not '{name}'"
            ),
        )),
        _ => Ok(Target::Path(name.into())),
    }
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
