//! The options of `poly-match check`, with their help, and the plan that they make.

use clap::Args;
use clap::error::ErrorKind;
use poly_match_io::Format;

use super::plan::{output, picture, refuse_inputs, refuse_twice};
use super::polygons::PolygonArgs;
use super::text::TextArgs;
use super::wrong::{Wrong, wrong};
use crate::format::{self, Picture};
use crate::input::Input;
use crate::output::{Destination, Target};
use crate::read::{OnInvalid, Source};

const EXAMPLES: &str = "\
Examples:
  What is suspicious in these zones?
    poly-match check zones.csv

  The findings as a file, as a picture, and by --strict as the status:
    poly-match check rooms.csv --id room --strict -o findings.csv \\
      --plot findings.png

Exit status:
  0     success
  1     a file could not be read or written; with --strict, also findings
  2     wrong usage";

const MORE: &str = "`poly-match help check` has examples, and explains all options.";

const LONG_ABOUT: &str = "\
Find what is suspicious in polygons, with a point where it can be seen.

The output has one row for each finding, at most one of each kind for every polygon:
  polygon      position of the polygon in its file, from 0
  polygon_id   its id: that of a GeoJSON feature, or named by --id
  finding      the kind
  x, y         where it can be seen
  message      what was found, as a sentence

Polygons with one of these findings are invalid by the OGC standard, as GEOS and PostGIS decide: \
no-area, self-intersection, self-touch, rings-cross, parts-overlap, shared-boundary, hole-outside, \
hole-in-hole, disconnected-interior.

These findings are legal, and often a mistake: empty, repeated-vertex, duplicate; and in degrees \
wide-edge (over 180) and beyond-globe.";

/// Find what is suspicious in polygons, and where
#[derive(Debug, Args)]
#[command(long_about = LONG_ABOUT, after_help = MORE, after_long_help = EXAMPLES)]
pub(super) struct CheckArgs {
    /// Polygons, in any format of tables; `-` is stdin
    #[arg(value_name = "FILE")]
    polygons: String,

    /// File to write, in the format that its extension names; `-` is stdout, as CSV
    #[arg(short, long, value_name = "OUT", default_value = "-")]
    output: String,

    /// Exit with status 1 if there are findings
    #[arg(long)]
    strict: bool,

    #[command(flatten)]
    columns: PolygonArgs,

    /// Coordinates are longitude and latitude in degrees [default: as the file declares]
    #[arg(long, help_heading = "Input")]
    degrees: bool,

    /// Coordinates are plane, whatever the file declares
    #[arg(long, conflicts_with = "degrees", help_heading = "Input")]
    planar: bool,

    /// What to do with a row that holds no polygon: null, empty, or of another geometry type
    ///
    /// `skip` makes it a finding, and `raise` an error. A polygon that is malformed is always an error.
    #[arg(
        long,
        value_name = "WHAT",
        default_value = "skip",
        hide_possible_values = true,
        help_heading = "Input"
    )]
    on_invalid: OnInvalid,

    /// Format of FILE [default: by content and extension]
    #[arg(long, visible_alias = "polygons-format", value_name = "FORMAT", help_heading = "Input")]
    #[arg(value_parser = format::parser(), hide_possible_values = true)]
    format: Option<Format>,

    /// Draw the polygons, and mark the findings: `.png` or `.svg`
    #[arg(long, value_name = "FILE", help_heading = "Output")]
    plot: Option<String>,

    /// Print nothing on stderr but warnings and errors
    #[arg(short, long)]
    quiet: bool,

    #[command(flatten, next_help_heading = "FILE in CSV or TSV (encoding: GeoJSON too)")]
    text: TextArgs,
}

/// Checked options: what the command `check` will do.
#[derive(Debug)]
pub(crate) struct CheckPlan {
    pub(crate) polygons: Input,
    pub(crate) source: Source,
    pub(crate) id: Option<String>,
    /// Whether coordinates are degrees; `None` leaves it to the file.
    pub(crate) is_degrees: Option<bool>,
    pub(crate) on_invalid: OnInvalid,
    pub(crate) output: Destination,
    pub(crate) plot: Option<(Target, Picture)>,
    pub(crate) strict: bool,
    pub(crate) quiet: bool,
}

impl CheckPlan {
    pub(super) fn new(args: CheckArgs) -> Result<Self, Wrong> {
        let polygons = Input::new(&args.polygons, args.format, "--format", args.text.text())
            .with_layer(args.columns.layer.clone(), "--layer");
        let output = output(&args.output, None, "a file that ends in")?;
        let plot = args.plot.as_deref().map(picture).transpose()?;
        let format = output.format.unwrap_or(Format::Csv);
        let mut targets: Vec<_> =
            output.files(format).into_iter().map(|file| ("--output", file)).collect();
        targets.extend(plot.iter().map(|(target, _)| ("--plot", target.clone())));
        refuse_twice(&targets)?;
        refuse_inputs(&targets, &[("polygons", polygons.files())])?;
        if args.columns.circles.is_some() {
            let message = "--circles has no meaning here: a circle has no outline to check";
            return Err(wrong(ErrorKind::ArgumentConflict, message));
        }
        let is_degrees = if args.degrees { Some(true) } else { args.planar.then_some(false) };
        Ok(Self {
            polygons,
            source: args.columns.source()?,
            id: args.columns.id,
            is_degrees,
            on_invalid: args.on_invalid,
            output,
            plot,
            strict: args.strict,
            quiet: args.quiet,
        })
    }
}
