//! Reads the arguments of a query: points, their distances and groups, and options.

use std::num::NonZeroUsize;

use numpy::{Element, IntoPyArray, PyArray1, PyArray2, PyReadonlyArray1};
use poly_match::{OnInvalid, Options, Query, RowOrder};
use pyo3::exceptions::PyValueError;
use pyo3::prelude::*;

use crate::crs::Systems;
use crate::geometry::arrays::vector;
use crate::geometry::points::Points;
use crate::matcher::callable::Ask;
use crate::matcher::rule::one_of;

pub(crate) type Coordinates<'py> = Bound<'py, PyArray2<f64>>;

/// The points of a query, with the distance and the group of each.
pub(crate) struct Asked<'py> {
    pub(crate) points: Points<'py>,
    max_dist: Option<Numbers<'py, f64>>,
    groups: Option<Numbers<'py, u32>>,
}

/// Numbers of an array: read in place, or copied if Python code runs while they are in use.
enum Numbers<'py, T: Element> {
    InPlace(PyReadonlyArray1<'py, T>),
    Copied(Vec<T>),
}

impl<'py, T: Element + Copy> Numbers<'py, T> {
    fn read(array: PyReadonlyArray1<'py, T>, is_copied: bool) -> PyResult<Self> {
        if is_copied {
            Ok(Self::Copied(array.as_slice()?.to_vec()))
        } else {
            Ok(Self::InPlace(array))
        }
    }

    fn as_slice(&self) -> PyResult<&[T]> {
        match self {
            Self::InPlace(array) => Ok(array.as_slice()?),
            Self::Copied(values) => Ok(values),
        }
    }
}

impl<'py> Asked<'py> {
    /// Reads the arguments. With a callable, all arrays are copied: it could resize them during the
    /// query. A point that misses a coordinate or its distance is an error, or becomes NaN. The
    /// coordinate system of the points is checked against `systems`, if there are any.
    pub(crate) fn read(
        points: &Bound<'py, PyAny>,
        max_dist: Option<PyReadonlyArray1<'py, f64>>,
        groups: Option<PyReadonlyArray1<'py, u32>>,
        ask: Option<&Ask<'py>>,
        on_invalid: OnInvalid,
        systems: Option<&Systems>,
    ) -> PyResult<Self> {
        let is_copied = ask.is_some();
        let points = match systems {
            Some(systems) => systems.read_points(points, on_invalid)?,
            None => Points::read(points, on_invalid)?,
        };
        let points = if is_copied { points.copied()? } else { points };
        let max_dist = max_dist.map(|values| Numbers::read(values, is_copied)).transpose()?;
        let (points, max_dist) = match max_dist {
            Some(max_dist) => without_missing(points, max_dist, on_invalid)?,
            None => (points, None),
        };
        let groups = groups.map(|codes| Numbers::read(codes, is_copied)).transpose()?;
        Ok(Self { points, max_dist, groups })
    }

    pub(crate) fn query(&self) -> PyResult<Query<'_>> {
        let points = self.points.as_slice()?;
        let max_dist = self.max_dist.as_ref().map(Numbers::as_slice).transpose()?;
        let groups = self.groups.as_ref().map(Numbers::as_slice).transpose()?;
        if let Some(got) = groups.map(<[u32]>::len).filter(|&got| got != points.len()) {
            return Err(PyValueError::new_err(format!(
                "point_groups must have one label for each of {} points, got {got}",
                points.len(),
            )));
        }
        Ok(Query { points, max_dist, groups })
    }
}

/// Looks for points that miss their distance, which is NaN. They become NaN themselves.
fn without_missing<'py>(
    points: Points<'py>,
    max_dist: Numbers<'py, f64>,
    on_invalid: OnInvalid,
) -> PyResult<(Points<'py>, Option<Numbers<'py, f64>>)> {
    let values = max_dist.as_slice()?;
    let Some(first) = values.iter().position(|distance| distance.is_nan()) else {
        return Ok((points, Some(max_dist)));
    };
    if on_invalid == OnInvalid::Error {
        return Err(PyValueError::new_err(format!("max_dist of point {first} is missing")));
    }
    let mut values = values.to_vec();
    let points = points.without(|point| values.get(point).is_some_and(|value| value.is_nan()))?;
    for distance in values.iter_mut().filter(|distance| distance.is_nan()) {
        *distance = 0.0;
    }
    Ok((points, Some(Numbers::Copied(values))))
}

pub(crate) fn options(workers: Option<i64>, on_invalid: &str) -> PyResult<Options> {
    let workers = workers.map(|got| at_least_one("workers", got)).transpose()?;
    let on_invalid = match on_invalid {
        "raise" => OnInvalid::Error,
        "skip" | "unmatched" => OnInvalid::Unmatched,
        got => {
            return Err(PyValueError::new_err(format!(
                "on_invalid must be 'raise' or 'skip', got '{got}'"
            )));
        }
    };
    Ok(Options { workers, on_invalid })
}

/// Checks a number from 1 on, of an argument that may also be None.
pub(crate) fn at_least_one(name: &str, got: i64) -> PyResult<NonZeroUsize> {
    usize::try_from(got).ok().and_then(NonZeroUsize::new).ok_or_else(|| {
        PyValueError::new_err(format!("{name} must be None or at least 1, got {got}"))
    })
}

pub(crate) fn row_order(word: &str) -> PyResult<RowOrder> {
    one_of("order", word, &[("index", RowOrder::Input), ("best", RowOrder::Best)], "")
}

/// Copies points into a new (N, 2) array, without a look at their coordinate system.
#[pyfunction]
#[pyo3(signature = (points, on_invalid))]
pub(crate) fn read_points<'py>(
    points: &Bound<'py, PyAny>,
    on_invalid: &str,
) -> PyResult<Coordinates<'py>> {
    let Options { on_invalid, .. } = options(None, on_invalid)?;
    Points::read(points, on_invalid)?.to_array()
}

/// Copies numbers into a contiguous (N,) array, NaN where they are missing. `name` is used in error
/// messages.
#[pyfunction]
#[pyo3(signature = (values, name))]
pub(crate) fn read_numbers<'py>(
    values: &Bound<'py, PyAny>,
    name: &str,
) -> PyResult<Bound<'py, PyArray1<f64>>> {
    Ok(vector(values, &name)?.into_pyarray(values.py()))
}
