//! The options of the rule, and the combinations of them that are refused.

use std::num::NonZeroUsize;

use clap::error::ErrorKind;
use clap::{Args, ValueEnum};
use poly_match::{Center, Near, Tie, Within};

use super::wrong::{Wrong, wrong};

/// Options of the rule. (Clap would apply one heading to all options after it, so each has its own.)
#[derive(Debug, Args)]
pub(super) struct RuleArgs {
    /// Which polygons are candidates of a point
    #[arg(long, help_heading = "Rule", value_name = "RULE", default_value = "center")]
    near: NearWord,

    /// A polygon is near if it is closer than D, in units of the coordinates; `inf` means all
    ///
    /// Needed with `--near center` and `boundary`; `contains` and `covers` use no distance.
    #[arg(long, help_heading = "Rule", value_name = "D", value_parser = distance, allow_negative_numbers = true)]
    max_dist: Option<f64>,

    /// Column or property of the points that holds a max-dist for each point
    #[arg(long, help_heading = "Rule", value_name = "COL", conflicts_with = "max_dist")]
    max_dist_column: Option<String>,

    /// A polygon at exactly max-dist is near too
    #[arg(long, help_heading = "Rule")]
    inclusive: bool,

    /// Which point of a polygon is its centre, with `--near center` [default: vertex_mean]
    #[arg(long, help_heading = "Rule", value_name = "POINT")]
    center: Option<CenterWord>,

    /// Which candidate is the match: area, largest, nearest, first or key:COLUMN
    ///
    /// Possible values:
    /// - area:       The smallest area
    /// - largest:    The largest area
    /// - nearest:    The nearest; with `contains` and `covers` all are at distance 0
    /// - first:      The first in the file of polygons
    /// - key:COLUMN: The smallest number in this column or property of the polygons, e.g.
    ///   key:priority
    #[arg(long, help_heading = "Rule", value_name = "RULE", value_parser = best, default_value = "area")]
    #[arg(verbatim_doc_comment)]
    best: BestBy,

    /// Which of equally good candidates wins
    #[arg(long, help_heading = "Rule", value_name = "RULE", default_value = "index")]
    tie: TieWord,

    /// Write the N best matches of each point, best first, with their rank from 1
    #[arg(long, help_heading = "Rule", value_name = "N")]
    k: Option<NonZeroUsize>,

    /// Match only polygons with the point's label: a column of the points and one of the polygons
    ///
    /// Labels are compared as text. If both columns hold only numbers, they are compared as numbers:
    /// 2 equals 2.0. A leading zero makes text: 007. An empty cell or null matches nothing.
    #[arg(long, help_heading = "Rule", value_name = "PCOL=QCOL", value_parser = group_by)]
    group_by: Option<GroupBy>,
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

/// How the best candidate is chosen.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum BestBy {
    Area,
    Largest,
    Nearest,
    First,
    /// A column or property of the polygons.
    Key(String),
}

/// The columns that hold labels.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct GroupBy {
    pub(crate) points: String,
    pub(crate) polygons: String,
}

/// The checked rule.
#[derive(Debug)]
pub(crate) struct Rule {
    /// Its distance is 0 if each point has its own.
    pub(crate) near: Near,
    pub(crate) max_dist_column: Option<String>,
    pub(crate) center: Center,
    pub(crate) best: BestBy,
    pub(crate) tie: Tie,
    pub(crate) k: Option<NonZeroUsize>,
    pub(crate) group_by: Option<GroupBy>,
}

impl Rule {
    pub(super) fn new(args: RuleArgs) -> Result<Self, Wrong> {
        Ok(Self {
            near: args.near()?,
            center: args.center()?,
            max_dist_column: args.max_dist_column,
            best: args.best,
            tie: match args.tie {
                TieWord::Index => Tie::Index,
                TieWord::Distance => Tie::Distance,
            },
            k: args.k,
            group_by: args.group_by,
        })
    }

    /// Whether the rule uses a distance, which must not be in degrees.
    pub(super) fn measures(&self) -> bool {
        self.near.within().is_some()
    }
}

impl RuleArgs {
    fn near(&self) -> Result<Near, Wrong> {
        let word = self.near.to_possible_value();
        let word = word.as_ref().map_or("", |word| word.get_name());
        let measured = match self.near {
            NearWord::Center => Near::Center,
            NearWord::Boundary => Near::Boundary,
            NearWord::Contains | NearWord::Covers => {
                let given = [
                    ("--max-dist", self.max_dist.is_some()),
                    ("--max-dist-column", self.max_dist_column.is_some()),
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
        let max_dist = match (self.max_dist, &self.max_dist_column) {
            (Some(max_dist), _) => max_dist,
            (None, Some(_)) => 0.0,
            (None, None) => {
                let message = format!("--near {word} needs a distance: add --max-dist");
                return Err(wrong(ErrorKind::MissingRequiredArgument, message));
            }
        };
        let within = if self.inclusive { Within::inclusive } else { Within::new };
        match within(max_dist) {
            Ok(within) => Ok(measured(within)),
            Err(error) => Err(wrong(ErrorKind::InvalidValue, error.to_string())),
        }
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

fn best(text: &str) -> Result<BestBy, String> {
    match (text, text.strip_prefix("key:")) {
        ("area", _) => Ok(BestBy::Area),
        ("largest", _) => Ok(BestBy::Largest),
        ("nearest", _) => Ok(BestBy::Nearest),
        ("first", _) => Ok(BestBy::First),
        (_, Some("")) => Err("expected a column after 'key:', as in key:priority".to_owned()),
        (_, Some(column)) => Ok(BestBy::Key(column.to_owned())),
        _ => Err("expected area, largest, nearest, first or key:COLUMN".to_owned()),
    }
}

fn group_by(text: &str) -> Result<GroupBy, String> {
    match text.split_once('=') {
        Some((points, polygons)) if !points.is_empty() && !polygons.is_empty() => {
            Ok(GroupBy { points: points.to_owned(), polygons: polygons.to_owned() })
        }
        _ => Err("expected a column of the points, '=' and a column of the polygons, \
                  as in store=store_id"
            .to_owned()),
    }
}
