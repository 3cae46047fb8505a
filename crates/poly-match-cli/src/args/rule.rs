//! The options of the rule, and the combinations of them that are refused.

use clap::error::ErrorKind;
use clap::{Args, ValueEnum};
use poly_match::{Center, Criterion, Near, Tie, Within};

use super::wrong::{Wrong, wrong};

/// Options of the rule. (Clap would apply one heading to all options after it, so each has its own.)
#[derive(Debug, Args)]
pub(super) struct RuleArgs {
    /// center (default), boundary, contains, covers
    ///
    /// Which polygons are candidates of a point. A hole is outside.
    ///
    /// Possible values:
    ///   - center:   Its centre is closer than max-dist
    ///   - boundary: Its boundary is closer, or it contains the point
    ///   - contains: It contains the point, not on its boundary
    ///   - covers:   It contains the point, also on its boundary
    #[arg(long, help_heading = "Rule", value_name = "RULE", default_value = "center")]
    #[arg(verbatim_doc_comment, hide_possible_values = true, hide_default_value = true)]
    near: NearWord,

    /// Near is closer than D, in coordinate units
    ///
    /// `inf` means all. Needed with `--near center` and `boundary`, unless nearest is the first
    /// criterion: then all polygons are near. `contains` and `covers` use no distance, and circles have
    /// radii of their own.
    #[arg(long, help_heading = "Rule", value_name = "D", value_parser = distance)]
    #[arg(allow_negative_numbers = true)]
    max_dist: Option<f64>,

    /// A polygon at exactly max-dist is near too
    ///
    /// With --circles, a point at exactly the radius.
    #[arg(long, help_heading = "Rule")]
    inclusive: bool,

    /// Which point of a polygon is its centre, with `--near center` [default: vertex_mean]
    #[arg(long, help_heading = "Rule", value_name = "POINT", hide_short_help = true)]
    center: Option<CenterWord>,

    /// smallest (default), nearest, max:COLUMN, ...
    ///
    /// Which candidate is the match: criteria, compared in order, such as
    /// nearest,smallest. Candidates that are equal by one are compared by
    /// the next; after the last, the first in the file wins. If the name of
    /// a column has a comma, repeat the option: each value is then one
    /// criterion.
    ///
    /// Possible values:
    ///   - smallest:   The smallest area (of circles, radius)
    ///   - largest:    The largest area
    ///   - nearest:    The nearest; contains and covers have all at 0
    ///   - first:      The first in the file of polygons
    ///   - min:COLUMN: The smallest value of a column or property
    ///   - max:COLUMN: The largest value, e.g. max:priority
    ///
    /// smallest is also called area, and min:COLUMN key:COLUMN. All values
    /// of a column must be of one kind: numbers, true and false, dates such
    /// as 2026-01-31, or times such as 2026-01-31T08:30:00Z.
    #[arg(long, help_heading = "Rule", value_name = "CRITERION,...", default_value = "smallest")]
    #[arg(verbatim_doc_comment, hide_default_value = true)]
    best: Vec<String>,

    /// Polygons without a min: or max: value come last
    ///
    /// By default, such a polygon is an error.
    #[arg(long, help_heading = "Rule")]
    nulls_last: bool,

    /// Which of equally good candidates wins; `distance` adds nearest to the criteria
    #[arg(long, help_heading = "Rule", value_name = "RULE", default_value = "index")]
    #[arg(hide_short_help = true)]
    tie: TieWord,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum NearWord {
    /// Its centre is closer than max-dist
    Center,
    /// Its boundary is closer than max-dist, or it contains the point; a hole is outside
    Boundary,
    /// It contains the point, which is not on its boundary
    Contains,
    /// It contains the point, or the point is on its boundary
    Covers,
}

impl NearWord {
    fn word(self) -> &'static str {
        match self {
            Self::Center => "center",
            Self::Boundary => "boundary",
            Self::Contains => "contains",
            Self::Covers => "covers",
        }
    }
}

#[derive(Debug, Clone, Copy, ValueEnum)]
#[value(rename_all = "snake_case")]
enum CenterWord {
    /// The mean of its vertices
    VertexMean,
    /// The centroid of its area
    Centroid,
    /// The middle of its bounding box
    Bbox,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum TieWord {
    /// The first in the file of polygons
    Index,
    /// The nearest; if they are equally near, the first
    Distance,
}

/// The checked rule.
#[derive(Debug)]
pub(crate) struct Rule {
    /// Its distance is 0 if each point has its own.
    pub(crate) near: Near,
    pub(crate) center: Center,
    /// The criteria in order.
    pub(crate) best: Vec<Criterion>,
    /// Whether polygons without a value of a key come last.
    pub(crate) nulls_last: bool,
    pub(crate) tie: Tie,
}

impl Rule {
    /// `column` is the option that gives each point its own distance, if there is one. `circles` says
    /// that the polygons are circles.
    pub(super) fn new(args: &RuleArgs, column: Option<&str>, circles: bool) -> Result<Self, Wrong> {
        let best = args.best()?;
        let near = if circles { args.circles(column)? } else { args.near(&best, column)? };
        Ok(Self {
            near,
            center: args.center()?,
            best,
            nulls_last: args.nulls_last,
            tie: match args.tie {
                TieWord::Index => Tie::Index,
                TieWord::Distance => Tie::Distance,
            },
        })
    }
}

impl RuleArgs {
    /// The options that a saved matcher has decided: their names in clap, and as they are written.
    pub(super) const ALL: [(&str, &str); 7] = [
        ("near", "--near"),
        ("max_dist", "--max-dist"),
        ("inclusive", "--inclusive"),
        ("center", "--center"),
        ("best", "--best"),
        ("nulls_last", "--nulls-last"),
        ("tie", "--tie"),
    ];

    fn best(&self) -> Result<Vec<Criterion>, Wrong> {
        let criteria = Criterion::parse(&self.best)
            .map_err(|error| wrong(ErrorKind::InvalidValue, format!("--best: {error}")))?;
        if self.nulls_last && criteria.iter().all(|criterion| criterion.column().is_none()) {
            let message = "--nulls-last has a meaning only with --best min:COLUMN or max:COLUMN";
            return Err(wrong(ErrorKind::ArgumentConflict, message));
        }
        Ok(criteria)
    }

    fn near(&self, best: &[Criterion], column: Option<&str>) -> Result<Near, Wrong> {
        let word = self.near.word();
        let measured = match self.near {
            NearWord::Center => Near::Center,
            NearWord::Boundary => Near::Boundary,
            NearWord::Contains | NearWord::Covers => {
                let given = [
                    ("--max-dist", self.max_dist.is_some()),
                    (column.unwrap_or_default(), column.is_some()),
                    ("--inclusive", self.inclusive),
                ];
                if let Some((option, _)) = given.iter().find(|(_, given)| *given) {
                    let message = format!(
                        "{option} has no meaning with --near {word}, which uses no distance"
                    );
                    return Err(wrong(ErrorKind::ArgumentConflict, message));
                }
                let contains = self.near == NearWord::Contains;
                return Ok(if contains { Near::Contains } else { Near::Covers });
            }
        };
        let max_dist = match (self.max_dist, column) {
            (Some(max_dist), _) => max_dist,
            (None, Some(_)) => 0.0,
            (None, None) if best.first() == Some(&Criterion::Nearest) => f64::INFINITY,
            (None, None) => {
                let message = format!(
                    "--near {word} needs a distance: add --max-dist, or --best nearest, which works \
                     without one; or ask for the polygons that contain the point: --near covers"
                );
                return Err(wrong(ErrorKind::MissingRequiredArgument, message));
            }
        };
        let within = if self.inclusive { Within::inclusive } else { Within::new };
        match within(max_dist) {
            Ok(within) => Ok(measured(within)),
            Err(error) => Err(wrong(ErrorKind::InvalidValue, error.to_string())),
        }
    }

    /// The rule of circles, which have radii of their own.
    fn circles(&self, column: Option<&str>) -> Result<Near, Wrong> {
        let radii = "each circle has a radius of its own";
        let near = format!("--near {}", self.near.word());
        let meaningless = [
            (self.near != NearWord::Center, near.as_str(), "a circle is near by its centre"),
            (self.max_dist.is_some(), "--max-dist", radii),
            (column.is_some(), column.unwrap_or_default(), radii),
            (self.center.is_some(), "--center", "the centres are in the table"),
        ];
        if let Some((_, option, why)) = meaningless.into_iter().find(|(given, ..)| *given) {
            let message = format!("{option} has no meaning with --circles: {why}");
            return Err(wrong(ErrorKind::ArgumentConflict, message));
        }
        Ok(Near::Circle { inclusive: self.inclusive })
    }

    fn center(&self) -> Result<Center, Wrong> {
        match self.center {
            Some(_) if self.near != NearWord::Center => {
                let message = "--center has a meaning only with --near center";
                Err(wrong(ErrorKind::ArgumentConflict, message))
            }
            None | Some(CenterWord::VertexMean) => Ok(Center::VertexMean),
            Some(CenterWord::Centroid) => Ok(Center::Centroid),
            Some(CenterWord::Bbox) => Ok(Center::Bounds),
        }
    }
}

fn distance(text: &str) -> Result<f64, String> {
    let max_dist = text.parse::<f64>().map_err(|_| "not a number".to_owned())?;
    Within::new(max_dist).map(|_| max_dist).map_err(|error| error.to_string())
}
