//! The options of `poly-match index`, with their help, and the plan that they make.

use clap::Args;
use clap::error::ErrorKind;
use poly_match_io::Format;

use super::plan::refuse_inputs;
use super::polygons::{Build, PolygonArgs};
use super::rule::{Rule, RuleArgs};
use super::text::TextArgs;
use super::wrong::{Wrong, wrong};
use crate::format;
use crate::input::Input;
use crate::output::Target;
use crate::read::{Fields, OnInvalid};

const EXAMPLES: &str = "\
Examples:
  Build once, match many times:
    poly-match index zones.csv --near covers --fields name -o zones.plym
    poly-match match shoppers.csv zones.plym -o matches.csv

  With a label that points must share:
    poly-match index rooms.csv --near covers --group-by level \\
      -o rooms.plym
    poly-match match visitors.csv rooms.plym --group-by floor=level

Exit status:
  0     success
  1     a file could not be read or written
  2     wrong usage";

const MORE: &str = "`poly-match help index` has examples, and explains all options.";

const LONG_ABOUT: &str = "\
Build a matcher of polygons, and save it with its rule, its coordinate system and its columns.

`poly-match match POINTS FILE.plym` and `poly_match.Matcher.load(\"FILE.plym\")` in Python take the \
file, and need not build it again. It is for the version of poly-match that wrote it: keep the polygons.";

/// Build a matcher of polygons once, and save it
#[derive(Debug, Args)]
#[command(long_about = LONG_ABOUT, after_help = MORE, after_long_help = EXAMPLES)]
pub(super) struct IndexArgs {
    /// Polygons, in any format of tables; `-` is stdin
    #[arg(value_name = "POLYGONS")]
    polygons: String,

    #[command(flatten)]
    rule: RuleArgs,

    /// Match only polygons with the point's label, which this column or property has
    #[arg(long, help_heading = "Rule", value_name = "COL")]
    group_by: Option<String>,

    /// File to write; its name usually ends in .plym
    #[arg(short, long, value_name = "FILE")]
    output: String,

    #[command(flatten)]
    columns: PolygonArgs,

    /// Treat degrees as plane coordinates, and max-dist or radii as degrees
    #[arg(long, help_heading = "Input")]
    planar: bool,

    /// Format of POLYGONS [default: by content and extension]
    #[arg(long, visible_alias = "polygons-format", value_name = "FORMAT", help_heading = "Input")]
    #[arg(value_parser = format::parser(), hide_possible_values = true)]
    format: Option<Format>,

    /// What to do with a row that holds no polygon: null, empty, or of another geometry type
    ///
    /// A polygon that is malformed is always an error.
    #[arg(long, value_name = "WHAT", default_value = "raise", help_heading = "Input")]
    on_invalid: OnInvalid,

    /// Columns or properties to save, as `match --fields` reads them [default: all]
    #[arg(long, value_name = "NAME,...", help_heading = "Output")]
    fields: Vec<String>,

    /// Print nothing on stderr but warnings and errors
    #[arg(short, long)]
    quiet: bool,

    #[command(flatten, next_help_heading = "POLYGONS in CSV or TSV (encoding: GeoJSON too)")]
    text: TextArgs,
}

/// Checked options: what the command `index` will do.
#[derive(Debug)]
pub(crate) struct IndexPlan {
    pub(crate) build: Build,
    pub(crate) output: Target,
    pub(crate) quiet: bool,
}

impl IndexPlan {
    pub(super) fn new(args: IndexArgs) -> Result<Self, Wrong> {
        if args.output == "-" {
            let message = "a saved matcher is a file, not a stream: name it with --output";
            return Err(wrong(ErrorKind::InvalidValue, message));
        }
        let fields = if args.fields.is_empty() { Fields::all() } else { Fields::new(args.fields) };
        let build = Build {
            polygons: Input::new(&args.polygons, args.format, "--format", args.text.text())
                .with_layer(args.columns.layer.clone(), "--layer"),
            rule: Rule::new(&args.rule, None, args.columns.circles.is_some())?,
            source: args.columns.source()?,
            id: args.columns.id,
            label: args.group_by,
            fields,
            on_invalid: args.on_invalid,
            planar: args.planar,
            quiet: args.quiet,
        };
        let output = Target::Path(args.output.into());
        refuse_inputs(&[("--output", output.clone())], &[("polygons", build.polygons.files())])?;
        Ok(Self { build, output, quiet: args.quiet })
    }
}
