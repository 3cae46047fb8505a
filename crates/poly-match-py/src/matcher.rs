//! The prepared matcher: arrays out; the objects stay with `poly_match.Matcher`.

use std::num::NonZeroUsize;

use numpy::{IntoPyArray, PyArray1, PyArrayMethods, PyReadonlyArray1};
use poly_match::{OnInvalid, Options, Within};
use pyo3::exceptions::PyValueError;
use pyo3::prelude::*;
use pyo3::types::PyList;

use crate::arrays::vector;
use crate::article::pairs;
use crate::errors::exception;
use crate::points::Points;
use crate::polygons::{Polygons, Wanted};
use crate::run::detached;

type Array<'py, T> = Bound<'py, PyArray1<T>>;

/// The core's matcher, by position; `poly_match.Matcher` is its public face.
#[pyclass(frozen, module = "poly_match_rs._native")]
pub(crate) struct Matcher(poly_match::Matcher);

#[pymethods]
impl Matcher {
    /// Reads `polygons` once, and prepares them.
    #[staticmethod]
    fn from_polygons(
        py: Python<'_>,
        polygons: &Bound<'_, PyAny>,
        max_dist: f64,
        inclusive: bool,
    ) -> PyResult<Self> {
        let near = within(max_dist, inclusive)?;
        let Polygons { centers, areas, .. } = Polygons::read(polygons, Wanted::CentersAndAreas)?;
        build(py, &centers, &areas, near)
    }

    /// Prepares polygons given by centres, (M, 2), and by keys, (M,).
    #[staticmethod]
    fn from_arrays(
        py: Python<'_>,
        centers: &Bound<'_, PyAny>,
        keys: &Bound<'_, PyAny>,
        max_dist: f64,
        inclusive: bool,
    ) -> PyResult<Self> {
        let near = within(max_dist, inclusive)?;
        let centers = Points::read_named(centers, "centers")?;
        build(py, centers.as_slice()?, &vector(keys, &"keys")?, near)
    }

    fn __len__(&self) -> usize {
        self.0.len()
    }

    /// Positions, int64 (N,), and distances, float64 (N,), of the matches.
    #[pyo3(name = "match")]
    fn match_points<'py>(
        &self,
        points: &Bound<'py, PyAny>,
        workers: Option<i64>,
        on_invalid: &str,
    ) -> PyResult<(Array<'py, i64>, Array<'py, f64>)> {
        let py = points.py();
        let options = options(workers, on_invalid)?;
        let points = Points::read(points)?;
        let values = points.as_slice()?;
        // NumPy's own memory, written in place: it asks the system for large pages.
        let index = PyArray1::zeros(py, values.len(), false);
        let distance = PyArray1::zeros(py, values.len(), false);
        let (mut positions, mut distances) = (index.readwrite(), distance.readwrite());
        let (positions, distances) = (positions.as_slice_mut()?, distances.as_slice_mut()?);
        detached(py, |poll| self.0.match_into(values, positions, distances, options, poll))?;
        Ok((index, distance))
    }

    /// The matched points with their polygons, which are at the positions of `objects`.
    fn pairs<'py>(
        &self,
        objects: &Bound<'py, PyList>,
        points: &Bound<'py, PyAny>,
        workers: Option<i64>,
        on_invalid: &str,
    ) -> PyResult<Bound<'py, PyList>> {
        let options = options(workers, on_invalid)?;
        let points = Points::read(points)?;
        let values = points.as_slice()?;
        let found = detached(points.py(), |poll| self.0.match_points_with(values, options, poll))?;
        pairs(&found, &points, |index| objects.get_item(index))
    }

    /// All candidates as CSR: int64 (N + 1,), int64 (C,), float64 (C,).
    fn candidates<'py>(
        &self,
        points: &Bound<'py, PyAny>,
        workers: Option<i64>,
        on_invalid: &str,
    ) -> PyResult<(Array<'py, i64>, Array<'py, i64>, Array<'py, f64>)> {
        let py = points.py();
        let options = options(workers, on_invalid)?;
        let points = Points::read(points)?;
        let values = points.as_slice()?;
        let found = detached(py, |poll| self.0.candidates_with(values, options, poll))?;
        Ok((
            found.indptr.into_pyarray(py),
            found.indices.into_pyarray(py),
            found.distances.into_pyarray(py),
        ))
    }
}

/// The objects at positions; None where a position is negative.
#[pyfunction]
#[pyo3(signature = (objects, index))]
pub(crate) fn objects_at<'py>(
    objects: &Bound<'py, PyList>,
    index: PyReadonlyArray1<'py, i64>,
) -> PyResult<Bound<'py, PyList>> {
    let object = |&index: &i64| usize::try_from(index).ok().map(|index| objects.get_item(index));
    let found = index.as_array().into_iter().map(|index| object(index).transpose());
    PyList::new(objects.py(), found.collect::<PyResult<Vec<_>>>()?)
}

fn build(
    py: Python<'_>,
    centers: &[poly_match::Point],
    keys: &[f64],
    near: Within,
) -> PyResult<Matcher> {
    detached(py, |poll| poly_match::Matcher::from_arrays_with(centers, keys, near, poll))
        .map(Matcher)
}

/// What makes a centre near.
pub(crate) fn within(max_dist: f64, inclusive: bool) -> PyResult<Within> {
    let near = if inclusive { Within::inclusive(max_dist) } else { Within::new(max_dist) };
    near.map_err(|error| exception(&error))
}

fn options(workers: Option<i64>, on_invalid: &str) -> PyResult<Options> {
    let workers = workers.map(|got| {
        usize::try_from(got).ok().and_then(NonZeroUsize::new).ok_or_else(|| {
            PyValueError::new_err(format!("workers must be None or at least 1, got {got}"))
        })
    });
    let on_invalid = match on_invalid {
        "raise" => OnInvalid::Error,
        "unmatched" => OnInvalid::Unmatched,
        got => {
            return Err(PyValueError::new_err(format!(
                "on_invalid must be 'raise' or 'unmatched', got '{got}'"
            )));
        }
    };
    Ok(Options { workers: workers.transpose()?, on_invalid })
}
