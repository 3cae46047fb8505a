//! The prepared matcher: arrays out; the objects stay with `poly_match.Matcher`.

use std::num::NonZeroUsize;

use numpy::{IntoPyArray, PyArray1, PyArray2, PyArrayMethods, PyReadonlyArray1, get_array_module};
use poly_match::{Candidates, RowOrder};
use pyo3::prelude::*;
use pyo3::types::{PyList, PyTuple};

use crate::geometry::points::Points;
use crate::geometry::rings::shapes_from_rings;
use crate::matcher::callable::Ask;
use crate::matcher::objects::pairs;
use crate::matcher::query::{Asked, at_least_one, options, row_order};
use crate::matcher::rule::{Centers, Known, Rule};
use crate::polygons::read::Polygons;
use crate::run::detached;

type Array<'py, T> = Bound<'py, PyArray1<T>>;
type Rows<'py, T> = Bound<'py, PyArray2<T>>;
type Given<'py, T> = Option<PyReadonlyArray1<'py, T>>;
type Csr<'py> = (Array<'py, i64>, Array<'py, i64>, Array<'py, f64>);

/// The core's matcher, by position; `poly_match.Matcher` is its public face.
///
/// The groups of polygons and of points are numbers here. Where an `ask` comes with a call, the
/// callable in it says which candidates are best, and not the rule.
#[pyclass(frozen, module = "poly_match_rs._native")]
pub(crate) struct Matcher(pub(crate) poly_match::Matcher);

#[pymethods]
impl Matcher {
    /// Reads `polygons` once, and prepares them; the objects come back beside the matcher.
    #[staticmethod]
    fn from_polygons<'py>(
        polygons: &Bound<'py, PyAny>,
        rule: &Rule,
        center: &Bound<'py, PyAny>,
        groups: Given<'py, u32>,
    ) -> PyResult<(Self, Bound<'py, PyTuple>)> {
        let centers = Centers::read(center)?;
        let wanted = rule.wanted(&centers)?;
        let read = Polygons::read(polygons, wanted)?;
        let objects = read.objects;
        let known = Known {
            centers: centers.or(read.centers, objects.len())?,
            areas: read.areas,
            shapes: read.shapes,
        };
        Ok((Self(rule.build(polygons.py(), known, groups.as_ref())?), objects))
    }

    /// Prepares polygons given by centres alone, (M, 2).
    #[staticmethod]
    fn from_arrays(
        centers: &Bound<'_, PyAny>,
        rule: &Rule,
        groups: Given<'_, u32>,
    ) -> PyResult<Self> {
        rule.check_centers_alone()?;
        let py = centers.py();
        let centers = Points::read_named(centers, "centers")?.as_slice()?.to_vec();
        let known = Known { centers, ..Known::default() };
        rule.build(py, known, groups.as_ref()).map(Self)
    }

    /// Prepares polygons given by their rings, as GeoArrow lays them out.
    #[staticmethod]
    fn from_rings<'py>(
        vertices: &Bound<'py, PyAny>,
        offsets: (Bound<'py, PyAny>, Option<Bound<'py, PyAny>>, Bound<'py, PyAny>),
        rule: &Rule,
        center: &Bound<'py, PyAny>,
        groups: Given<'py, u32>,
    ) -> PyResult<Self> {
        let centers = Centers::read(center)?;
        let wanted = rule.wanted(&centers)?;
        let (rings, parts, polygons) = &offsets;
        let (mut read, mut areas) = (Vec::new(), Vec::new());
        let shapes = shapes_from_rings(vertices, rings, parts.as_ref(), polygons, |some| {
            read.extend(wanted.center.into_iter().flat_map(|center| some.centers(center)));
            areas.extend(wanted.areas.then(|| some.areas()).into_iter().flatten());
        })?;
        let known = Known {
            centers: centers.or(read, shapes.len())?,
            areas,
            shapes: wanted.shapes.then_some(shapes),
        };
        rule.build(vertices.py(), known, groups.as_ref()).map(Self)
    }

    fn __len__(&self) -> usize {
        self.0.len()
    }

    /// Positions, int64 (N,), and distances, float64 (N,), of the matches.
    #[pyo3(
        name = "match",
        signature = (points, workers, on_invalid, max_dist=None, groups=None, ask=None),
    )]
    fn match_points<'py>(
        &self,
        points: &Bound<'py, PyAny>,
        workers: Option<i64>,
        on_invalid: &str,
        max_dist: Given<'py, f64>,
        groups: Given<'py, u32>,
        ask: Option<Ask<'py>>,
    ) -> PyResult<(Array<'py, i64>, Array<'py, f64>)> {
        let py = points.py();
        let options = options(workers, on_invalid)?;
        let asked = Asked::read(points, max_dist, groups, ask.as_ref())?;
        let query = asked.query()?;
        // NumPy's own memory, written in place: it asks the system for large pages.
        let index = PyArray1::zeros(py, query.points.len(), false);
        let distance = PyArray1::zeros(py, query.points.len(), false);
        let (mut positions, mut distances) = (index.readwrite(), distance.readwrite());
        let (positions, distances) = (positions.as_slice_mut()?, distances.as_slice_mut()?);
        match ask {
            Some(ask) => {
                ask.match_into(&self.0, query, NonZeroUsize::MIN, (positions, distances), options)?;
            }
            None => {
                detached(py, |poll| self.0.match_into(query, positions, distances, options, poll))?;
            }
        }
        Ok((index, distance))
    }

    /// Positions, int64 (N, k), and distances, float64 (N, k), of the `k` best.
    #[allow(clippy::too_many_arguments)] // as many as the method of the public face has
    fn match_k<'py>(
        &self,
        points: &Bound<'py, PyAny>,
        k: i64,
        workers: Option<i64>,
        on_invalid: &str,
        max_dist: Given<'py, f64>,
        groups: Given<'py, u32>,
        ask: Option<Ask<'py>>,
    ) -> PyResult<(Rows<'py, i64>, Rows<'py, f64>)> {
        let py = points.py();
        let k = at_least_one("k", k)?;
        let options = options(workers, on_invalid)?;
        let asked = Asked::read(points, max_dist, groups, ask.as_ref())?;
        let query = asked.query()?;
        // By NumPy, which raises what is fitting where that is more than there is memory for.
        let shape = (query.points.len(), k.get());
        let empty = |dtype| get_array_module(py)?.call_method1("empty", (shape, dtype));
        let index = empty("int64")?.cast_into::<PyArray2<i64>>()?;
        let distance = empty("float64")?.cast_into::<PyArray2<f64>>()?;
        let (mut positions, mut distances) = (index.readwrite(), distance.readwrite());
        let (positions, distances) = (positions.as_slice_mut()?, distances.as_slice_mut()?);
        match ask {
            Some(ask) => ask.match_into(&self.0, query, k, (positions, distances), options)?,
            None => detached(py, |poll| {
                self.0.match_k_into(query, k, positions, distances, options, poll)
            })?,
        }
        Ok((index, distance))
    }

    /// The matched points with their polygons, which are at the positions of `objects`.
    #[allow(clippy::too_many_arguments)] // as many as the method of the public face has
    fn pairs<'py>(
        &self,
        objects: &Bound<'py, PyTuple>,
        points: &Bound<'py, PyAny>,
        workers: Option<i64>,
        on_invalid: &str,
        max_dist: Given<'py, f64>,
        groups: Given<'py, u32>,
        ask: Option<Ask<'py>>,
    ) -> PyResult<Bound<'py, PyList>> {
        let options = options(workers, on_invalid)?;
        let asked = Asked::read(points, max_dist, groups, ask.as_ref())?;
        let query = asked.query()?;
        let found = match ask {
            Some(ask) => ask.match_points(&self.0, query, options)?,
            None => detached(points.py(), |poll| self.0.match_points_with(query, options, poll))?,
        };
        pairs(&found, &asked.points, |index| objects.get_item(index))
    }

    /// All candidates as CSR: int64 (N + 1,), int64 (C,), float64 (C,).
    #[allow(clippy::too_many_arguments)] // as many as the method of the public face has
    #[pyo3(signature = (points, workers, on_invalid, max_dist, groups, order, ask, enough=None))]
    fn candidates<'py>(
        &self,
        points: &Bound<'py, PyAny>,
        workers: Option<i64>,
        on_invalid: &str,
        max_dist: Given<'py, f64>,
        groups: Given<'py, u32>,
        order: &str,
        ask: Option<Ask<'py>>,
        enough: Option<usize>,
    ) -> PyResult<Csr<'py>> {
        let py = points.py();
        let options = options(workers, on_invalid)?;
        let order = row_order(order)?;
        let asked = Asked::read(points, max_dist, groups, ask.as_ref())?;
        let query = asked.query()?;
        let found = match (ask, order, enough) {
            (Some(ask), RowOrder::Best, None) => ask.candidates(&self.0, query, options)?,
            (Some(ask), RowOrder::Best, Some(enough)) => {
                ask.some_candidates(&self.0, query, enough, options)?
            }
            _ => detached(py, |poll| {
                let enough = enough.unwrap_or(usize::MAX);
                self.0.some_candidates(query, order, enough, options, poll)
            })?,
        };
        Ok(csr(py, found))
    }
}

fn csr(py: Python<'_>, found: Candidates) -> Csr<'_> {
    (
        found.indptr.into_pyarray(py),
        found.indices.into_pyarray(py),
        found.distances.into_pyarray(py),
    )
}
