//! Turns the options into a plan: finds formats by extension, and refuses options that conflict.

use std::num::NonZeroUsize;
use std::path::{Path, PathBuf};

use clap::ArgMatches;
use clap::error::ErrorKind;
use poly_match_io::{Codec, Format};

use super::options::{How, MatchArgs};
use super::outputs::OutputArgs;
use super::question::{Question, QuestionArgs};
use super::summary::SummaryArgs;
use super::text::TextsArgs;
use super::wrong::{Wrong, wrong};
use super::zones::Zones;
use crate::format::Picture;
use crate::input::Input;
use crate::output::{Destination, Target};
use crate::read::Asked;

/// Checked options: what the program will do with points.
#[derive(Debug)]
pub(crate) struct Plan {
    pub(crate) points: Input,
    pub(crate) zones: Zones,
    pub(crate) asked: Asked,
    pub(crate) k: Option<NonZeroUsize>,
    pub(crate) workers: Option<NonZeroUsize>,
    pub(crate) quiet: bool,
    pub(crate) how: How,
    /// The points with their matches.
    pub(crate) output: Option<Destination>,
    /// The points without a match.
    pub(crate) unmatched: Option<Destination>,
    /// The polygons with the number of their points.
    pub(crate) summary: Option<Destination>,
    pub(crate) plot: Option<(Target, Picture)>,
    /// The figures of the run, as JSON.
    pub(crate) stats: Option<Target>,
}

impl Plan {
    /// The plan of `poly-match match`. `matches` tell which options were given.
    pub(super) fn of_match(args: MatchArgs, matches: &ArgMatches) -> Result<Self, Wrong> {
        let MatchArgs { question, outputs, texts, how, unmatched, summary } = args;
        let output = output(&outputs.output, outputs.output_format, "--output-format with")?;
        let unmatched = unmatched.map(|name| destination(&name, None)).transpose()?;
        let summary = summary.map(|name| self::output(&name, None, "a file that ends in"));
        let usual = if unmatched.is_some() { How::Inner } else { How::Left };
        let plan = Self {
            how: how.unwrap_or(usual),
            output: Some(output),
            unmatched,
            summary: summary.transpose()?,
            ..Self::of_all(question, outputs, &texts, matches)?
        };
        plan.checked()
    }

    /// The plan of `poly-match summary`. `matches` tell which options were given.
    pub(super) fn of_summary(args: SummaryArgs, matches: &ArgMatches) -> Result<Self, Wrong> {
        let SummaryArgs { question, outputs, texts } = args;
        let summary = output(&outputs.output, outputs.output_format, "--output-format with")?;
        let plan =
            Self { summary: Some(summary), ..Self::of_all(question, outputs, &texts, matches)? };
        plan.checked()
    }

    /// What both plans have: it writes no table yet.
    fn of_all(
        question: QuestionArgs,
        outputs: OutputArgs,
        texts: &TextsArgs,
        matches: &ArgMatches,
    ) -> Result<Self, Wrong> {
        let OutputArgs { fields, plot, stats_json, .. } = outputs;
        let plot = plot.as_deref().map(picture).transpose()?;
        let Question { points, zones, asked, k, workers, quiet } =
            question.question(texts, fields, matches)?;
        Ok(Self {
            points,
            zones,
            asked,
            k,
            workers,
            quiet,
            how: How::Left,
            output: None,
            unmatched: None,
            summary: None,
            plot,
            stats: stats_json.as_deref().map(target),
        })
    }

    /// Refuses what cannot be written.
    fn checked(self) -> Result<Self, Wrong> {
        let targets = self.files();
        refuse_twice(&targets)?;
        let polygons = match &self.zones {
            Zones::Build(build) => build.polygons.files(),
            Zones::Saved { path, .. } => vec![path.clone()],
        };
        refuse_inputs(&targets, &[("points", self.points.files()), ("polygons", polygons)])?;
        if let Zones::Saved { path, .. } = &self.zones
            && self.needs_outlines()
        {
            let file = match (&self.plot, &self.summary) {
                (None, Some(summary)) => summary.target.to_string(),
                _ => "--plot".to_owned(),
            };
            let message = format!(
                "{file} needs the outlines of the polygons, and {} does not hold them: match to the \
                 polygons{}",
                path.display(),
                if self.plot.is_none() { ", or write .csv or .parquet" } else { "" }
            );
            return Err(wrong(ErrorKind::ArgumentConflict, message));
        }
        Ok(self)
    }

    /// Whether the outlines of the polygons are written: in a picture, or as the geometry of features.
    pub(crate) fn needs_outlines(&self) -> bool {
        let has_features = |to: &Destination| to.format.is_some_and(Format::has_features);
        self.plot.is_some() || self.summary.as_ref().is_some_and(has_features)
    }

    /// What is written, with the options that name it.
    pub(crate) fn targets(&self) -> Vec<(&'static str, &Target)> {
        let tables = self.tables().into_iter().map(|(option, to)| (option, &to.target));
        let plot = self.plot.as_ref().map(|(target, _)| ("--plot", target));
        let stats = self.stats.as_ref().map(|target| ("--stats-json", target));
        tables.chain(plot).chain(stats).collect()
    }

    /// All files that are written: some tables have several.
    fn files(&self) -> Vec<(&'static str, Target)> {
        let tables = self.tables().into_iter().flat_map(|(option, to)| {
            let files =
                to.format.map_or_else(|| vec![to.target.clone()], |format| to.files(format));
            files.into_iter().map(move |file| (option, file))
        });
        let plot = self.plot.iter().map(|(target, _)| ("--plot", target.clone()));
        let stats = self.stats.iter().map(|target| ("--stats-json", target.clone()));
        tables.chain(plot).chain(stats).collect()
    }

    fn tables(&self) -> Vec<(&'static str, &Destination)> {
        // The table of the command `summary` is that of --output.
        let of_summary = if self.output.is_some() { "--summary" } else { "--output" };
        let tables = [
            ("--output", &self.output),
            ("--unmatched", &self.unmatched),
            (of_summary, &self.summary),
        ];
        tables.into_iter().filter_map(|(option, to)| Some((option, to.as_ref()?))).collect()
    }
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
    if target(name) == Target::Stdout {
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
pub(super) fn refuse_twice(outputs: &[(&str, Target)]) -> Result<(), Wrong> {
    for (i, (option, target)) in outputs.iter().enumerate() {
        if let Some((other, taken)) = outputs[..i].iter().find(|(_, other)| other.is_same(target)) {
            let is_stdout = [target, taken].iter().all(|target| **target == Target::Stdout);
            let place = if is_stdout { "stdout" } else { "the same file" };
            let message =
                format!("{other} and {option} cannot both go to {place}: name another file");
            return Err(wrong(ErrorKind::ArgumentConflict, message));
        }
    }
    Ok(())
}

/// A file, or stdout.
fn target(name: &str) -> Target {
    if name == "-" { Target::Stdout } else { Target::Path(name.into()) }
}

/// Refuses an output that is one of the files to be read.
pub(super) fn refuse_inputs(
    outputs: &[(&str, Target)],
    inputs: &[(&str, Vec<PathBuf>)],
) -> Result<(), Wrong> {
    for (option, target) in outputs {
        for (what, files) in inputs {
            if files.iter().any(|file| target.overwrites(file)) {
                let message = format!(
                    "{option} would overwrite the {what}, which are read from {target}: name \
                     another file"
                );
                return Err(wrong(ErrorKind::ArgumentConflict, message));
            }
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
