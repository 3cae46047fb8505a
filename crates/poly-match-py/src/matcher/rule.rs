//! Reads a rule from Python: words, a distance, and keys.
//!
//! Each list of known words stands here once. The error for an unknown word lists the known ones.

use numpy::PyReadonlyArray1;
use poly_match::{Best, Builder, Center, Criterion, Near, Point, Shapes, Sieve, Tie, Within};
use pyo3::exceptions::{PyTypeError, PyValueError};
use pyo3::prelude::*;
use pyo3::types::PyString;

use crate::errors::exception;
use crate::geometry::points::Points;
use crate::matcher::criteria::Chosen;
use crate::polygons::read::{Needed, Wanted};
use crate::run::detached;

/// Most points that are compared with the box of every polygon.
const FEW: usize = 32;

/// A rule: *near*, *best* and *tie*.
#[pyclass(frozen, module = "poly_match_rs._native")]
pub(crate) struct Rule {
    near: Near,
    best: Vec<Chosen>,
    tie: Tie,
    nulls_last: bool,
}

#[pymethods]
impl Rule {
    /// `best` is a list of criteria, each a word or a key; see [`Chosen`]. If the caller has a
    /// callable, it is "first": the rule then only finds the candidates, which do not depend on
    /// `best`.
    #[new]
    fn new(
        near: &str,
        max_dist: Option<f64>,
        inclusive: bool,
        best: Vec<Chosen>,
        tie: &str,
        nulls_last: bool,
    ) -> PyResult<Self> {
        // Without a limit, the nearest polygon is still found.
        let is_nearest = matches!(best.first(), Some(Chosen::Word(Criterion::Nearest)));
        let tie = read_tie(tie)?;
        Ok(Self { near: read_near(near, max_dist, inclusive, is_nearest)?, best, tie, nulls_last })
    }

    /// The rule of circles, each with a radius of its own. The other arguments are as in `new`.
    #[staticmethod]
    fn of_circles(
        inclusive: bool,
        best: Vec<Chosen>,
        tie: &str,
        nulls_last: bool,
    ) -> PyResult<Self> {
        Ok(Self { near: Near::Circle { inclusive }, best, tie: read_tie(tie)?, nulls_last })
    }
}

impl Rule {
    pub(crate) fn near(&self) -> &Near {
        &self.near
    }

    /// What to read from every polygon for this rule.
    pub(crate) fn wanted(&self, center: &Centers) -> PyResult<Wanted> {
        let is_by_center = matches!(self.near, Near::Center(_));
        if !is_by_center && !matches!(center, Centers::Of(Center::VertexMean)) {
            return Err(PyValueError::new_err(
                "center has a meaning where near='center' alone: no other rule asks for a centre",
            ));
        }
        let center = match center {
            Centers::Of(center) if is_by_center => Some(*center),
            _ => None,
        };
        let areas = self.is_by_area();
        Ok(Wanted { center, areas, shapes: !is_by_center, in_degrees: false })
    }

    /// Which polygons a matcher for these points alone needs. It is asked for the best of each point,
    /// or for more.
    pub(crate) fn needed(&self, points: &[Point], for_more: bool) -> Needed {
        let is_nearest = matches!(self.best.first(), Some(Chosen::Word(Criterion::Nearest)));
        if self.best.iter().any(|chosen| matches!(chosen, Chosen::Key { .. })) {
            return Needed::All; // the keys of all polygons are checked
        }
        match (self.near, Sieve::new(self.near, points)) {
            (_, Some(sieve)) => Needed::Near(sieve),
            (Near::Boundary(_), None) if is_nearest && !for_more && points.len() <= FEW => {
                Needed::NearestTo(points.to_vec())
            }
            _ => Needed::All,
        }
    }

    /// Builds the core's matcher.
    pub(crate) fn build(
        &self,
        py: Python<'_>,
        mut polygons: Known,
        groups: Option<&PyReadonlyArray1<'_, u32>>,
    ) -> PyResult<poly_match::Matcher> {
        let groups = groups.map(|groups| groups.as_slice()).transpose()?;
        let count = polygons.len();
        let shapes = polygons.shapes.take();
        if let Some(got) = groups.map(<[u32]>::len).filter(|&got| got != count) {
            return Err(PyValueError::new_err(format!(
                "groups must have one label for each of {count} polygons, got {got}"
            )));
        }
        let best = self.best.iter().map(|chosen| chosen.best(&polygons.areas, self.nulls_last));
        let best: Vec<Best<'_>> = best.collect();
        let rule = poly_match::Rule { near: self.near, best: &best, tie: self.tie };
        let builder = Builder::new(rule);
        let builder = groups.map_or(builder, |groups| builder.groups(groups));
        let builder = match &polygons.skipped[..] {
            [] => builder,
            skipped => builder.skip(skipped),
        };
        detached(py, |poll| match (shapes, &polygons.radii) {
            (Some(shapes), _) => builder.shapes_with(shapes, poll),
            (None, Some(radii)) => builder.circles_with(&polygons.centers, radii, poll),
            (None, None) => builder.centers_with(&polygons.centers, poll),
        })
    }

    /// Refuses a rule that needs more than centres.
    pub(crate) fn check_centers_alone(&self) -> PyResult<()> {
        if let Some(word) = self.best.iter().find_map(Chosen::of_areas) {
            return Err(PyValueError::new_err(format!(
                "best='{word}' needs polygons, got centres alone: give their areas as keys"
            )));
        }
        Ok(())
    }

    fn is_by_area(&self) -> bool {
        self.best.iter().any(|chosen| chosen.of_areas().is_some())
    }
}

/// The data read from the polygons: only the data that the rule needs.
#[derive(Default)]
pub(crate) struct Known {
    pub(crate) centers: Vec<Point>,
    pub(crate) areas: Vec<f64>,
    pub(crate) shapes: Option<Shapes>,
    /// The radii of circles around the centres. The areas are then these radii: both have the same
    /// order, and a radius does not overflow.
    pub(crate) radii: Option<Vec<f64>>,
    /// Whether each polygon matches nothing; empty if none does.
    pub(crate) skipped: Vec<bool>,
}

impl Known {
    fn len(&self) -> usize {
        self.shapes.as_ref().map_or(self.centers.len(), Shapes::len)
    }
}

/// How the caller specified the centres.
pub(crate) enum Centers {
    Of(Center),
    Given(Vec<Point>),
}

impl Centers {
    /// Reads a word, or an (M, 2) array.
    pub(crate) fn read(center: &Bound<'_, PyAny>) -> PyResult<Self> {
        let known = [
            ("vertex_mean", Center::VertexMean),
            ("centroid", Center::Centroid),
            ("bbox", Center::Bounds),
        ];
        match center.cast::<PyString>() {
            Ok(word) => one_of("center", word.to_str()?, &known, ", or a point for each polygon")
                .map(Self::Of),
            Err(_) => Ok(Self::Given(Points::read_named(center, "center")?.as_slice()?.to_vec())),
        }
    }

    /// Returns the given centres, after checking that there are `count`, or else those in `read`.
    pub(crate) fn or(self, read: Vec<Point>, count: usize) -> PyResult<Vec<Point>> {
        match self {
            Self::Of(_) => Ok(read),
            Self::Given(given) if given.len() == count => Ok(given),
            Self::Given(given) => Err(PyValueError::new_err(format!(
                "center must have one row for each of {count} polygons, got {}",
                given.len(),
            ))),
        }
    }
}

/// `is_nearest` says that the distance comes first, so that `max_dist` may be left out.
fn read_near(
    word: &str,
    max_dist: Option<f64>,
    inclusive: bool,
    is_nearest: bool,
) -> PyResult<Near> {
    type Measured = fn(Within) -> Near;
    let known = [
        ("center", Err(Near::Center as Measured)),
        ("boundary", Err(Near::Boundary as Measured)),
        ("contains", Ok(Near::Contains)),
        ("covers", Ok(Near::Covers)),
    ];
    match (one_of("near", word, &known, "")?, max_dist) {
        (Err(near), Some(max_dist)) => within(max_dist, inclusive).map(near),
        (Err(near), None) if is_nearest => within(f64::INFINITY, inclusive).map(near),
        (Err(_), None) => Err(PyTypeError::new_err(format!("near='{word}' needs a max_dist"))),
        (Ok(_), Some(got)) => Err(PyValueError::new_err(format!(
            "max_dist has no meaning where near='{word}', got {got}"
        ))),
        (Ok(_), None) if inclusive => Err(PyValueError::new_err(format!(
            "inclusive has no meaning where near='{word}': the boundary is in 'covers', and not in \
             'contains'"
        ))),
        (Ok(near), None) => Ok(near),
    }
}

/// The distance that makes a centre or boundary near.
pub(crate) fn within(max_dist: f64, inclusive: bool) -> PyResult<Within> {
    let near = if inclusive { Within::inclusive(max_dist) } else { Within::new(max_dist) };
    near.map_err(|error| exception(&error))
}

pub(crate) fn read_tie(word: &str) -> PyResult<Tie> {
    one_of("tie", word, &[("index", Tie::Index), ("distance", Tie::Distance)], "")
}

/// Looks up a word in `known`. `or` is for the error message: the alternatives to a word.
pub(crate) fn one_of<T: Copy>(name: &str, got: &str, known: &[(&str, T)], or: &str) -> PyResult<T> {
    if let Some(&(_, meaning)) = known.iter().find(|(word, _)| *word == got) {
        return Ok(meaning);
    }
    let words: Vec<_> = known.iter().map(|(word, _)| format!("'{word}'")).collect();
    let words = words.join(", ");
    Err(PyValueError::new_err(format!("{name} must be one of {words}{or}, got '{got}'")))
}
