//! The article's functions: they take the caller's objects and return the same objects.

use poly_match::{Error, Matcher, Near, OnInvalid, Options, Point, Within, best, match_once};
use pyo3::exceptions::PyValueError;
use pyo3::prelude::*;
use pyo3::types::PyList;

use crate::crs::{Systems, column};
use crate::errors::exception;
use crate::geometry::arrays::point;
use crate::matcher::objects::pairs;
use crate::matcher::rule::within;
use crate::polygons::read::{Polygons, Wanted};
use crate::run::{Signals, detached};

/// Cost of reading a set of polygons, in elements of [`Signals`].
const ELEMENTS_OF_A_SET: usize = 32;

/// Find the polygons whose centre is closer to a point than a distance.
///
/// Parameters
/// ----------
/// polygons : iterable of Polygon
///     Or of any objects with ``x`` and ``y``.
/// point : array_like of float, shape (2,)
///     In the units of the polygons' coordinates.
/// max_dist : float
///     A centre at exactly this distance is not close.
/// planar : bool, default False
///     Whether degrees of a geographic coordinate system may be taken as lengths on a plane.
///
/// Returns
/// -------
/// list
///     The caller's own objects, in input order.
///
/// Raises
/// ------
/// ValueError
///     If a coordinate is NaN or infinite, or ``max_dist`` is negative or NaN, or if the polygons are
///     in degrees without ``planar``.
/// TypeError
///     If an object has no ``x`` and ``y``; the message names its position and type.
#[pyfunction]
#[pyo3(signature = (polygons, point, max_dist, *, planar=false))]
pub(crate) fn find_close_polygons<'py>(
    polygons: &Bound<'py, PyAny>,
    point: &Bound<'py, PyAny>,
    max_dist: f64,
    planar: bool,
) -> PyResult<Bound<'py, PyList>> {
    let near = within(max_dist, false)?;
    let point = finite_point(point)?;
    let (read, _) = read_polygons(polygons, Wanted::CENTERS, near, planar)?;
    let close = PyList::empty(polygons.py());
    let mut signals = Signals::new(polygons.py());
    for (&center, object) in read.centers.iter().zip(read.objects.iter_borrowed()) {
        signals.after(1)?;
        if near.is_near(center, point) {
            close.append(object)?;
        }
    }
    Ok(close)
}

/// Find, for every point, the polygons whose centre is closer than a distance.
///
/// Equal to `find_close_polygons` for each point, but polygons are read only once.
///
/// Parameters
/// ----------
/// polygons : iterable of Polygon
///     Or of any objects with ``x`` and ``y``.
/// points : array_like of float, shape (N, 2), or iterable of points
///     In the units of the polygons' coordinates.
/// max_dist : float
///     A centre at exactly this distance is not close.
/// planar : bool, default False
///     Whether degrees of a geographic coordinate system may be taken as lengths on a plane.
///
/// Returns
/// -------
/// list of (point, list)
///     The caller's own points and polygons, each in input order. Points without a close polygon
///     are left out.
///
/// Raises
/// ------
/// ValueError
///     If a coordinate is NaN or infinite, or ``max_dist`` is negative or NaN; if polygons and points
///     declare different coordinate systems; or if either is in degrees without ``planar``.
/// TypeError
///     If an object has no ``x`` and ``y``; the message names its position and type.
#[pyfunction]
#[pyo3(signature = (polygons, points, max_dist, *, planar=false))]
pub(crate) fn find_all_close_polygons<'py>(
    polygons: &Bound<'py, PyAny>,
    points: &Bound<'py, PyAny>,
    max_dist: f64,
    planar: bool,
) -> PyResult<Bound<'py, PyList>> {
    let py = polygons.py();
    let near = within(max_dist, false)?;
    let (read, systems) = read_polygons(polygons, Wanted::CENTERS, near, planar)?;
    let Polygons { objects, centers, .. } = read;
    let points = systems.read_points(points, OnInvalid::Error)?;
    let values = points.as_slice()?;
    let candidates = detached(py, |poll| {
        let no_keys = vec![0.0; centers.len()];
        let matcher = Matcher::from_arrays_with(&centers, &no_keys, near, &mut *poll)?;
        matcher.candidates_with(values, Options::default(), poll)
    })?;
    let found = PyList::empty(py);
    let mut signals = Signals::new(py);
    for (position, candidates) in candidates.rows().enumerate() {
        signals.after(1)?;
        if candidates.len() == 0 {
            continue;
        }
        let mut close = Vec::with_capacity(candidates.len());
        for candidate in candidates {
            signals.after(1)?;
            close.push(objects.get_item(candidate.index)?);
        }
        found.append((points.object(position)?, close))?;
    }
    Ok(found)
}

/// Match every point to the smallest of the polygons near it.
///
/// `poly_match.main` calls this, and documents it.
#[pyfunction]
#[pyo3(signature = (polygons, points, max_dist, planar))]
pub(crate) fn match_pairs<'py>(
    polygons: &Bound<'py, PyAny>,
    points: &Bound<'py, PyAny>,
    max_dist: f64,
    planar: bool,
) -> PyResult<Bound<'py, PyList>> {
    let py = polygons.py();
    let near = within(max_dist, false)?;
    let (read, systems) = read_polygons(polygons, Wanted::CENTERS_AND_AREAS, near, planar)?;
    let Polygons { objects, centers, areas, .. } = read;
    let points = systems.read_points(points, OnInvalid::Error)?;
    let values = points.as_slice()?;
    let matches =
        detached(py, |poll| match_once(&centers, &areas, near, values, Options::default(), poll))?;
    pairs(&matches, &points, |index| objects.get_item(index))
}

/// Choose the polygon with the smallest area from each set.
///
/// Parameters
/// ----------
/// polygon_sets : iterable of (point, iterable of Polygon)
///     As `find_all_close_polygons` returns them. A polygon may be any object with ``x`` and ``y``;
///     if it defines ``area()``, that is used. No set may be empty.
///
/// Returns
/// -------
/// list of (point, polygon)
///     The caller's own objects, one pair for each set. Of equal areas, the first polygon wins.
///
/// Raises
/// ------
/// ValueError
///     If a set has no polygons (the message names its position), or an area is NaN.
/// TypeError
///     If an object has no ``x`` and ``y``; the message names its position and type.
#[pyfunction]
#[pyo3(signature = (polygon_sets))]
pub(crate) fn select_best_polygon<'py>(
    polygon_sets: &Bound<'py, PyAny>,
) -> PyResult<Bound<'py, PyList>> {
    let pairs = PyList::empty(polygon_sets.py());
    let mut signals = Signals::new(polygon_sets.py());
    for (position, set) in polygon_sets.try_iter()?.enumerate() {
        signals.after(ELEMENTS_OF_A_SET)?;
        let (point, polygons): (Bound<'py, PyAny>, Bound<'py, PyAny>) = set?.extract()?;
        let Polygons { objects, areas, .. } = Polygons::read(&polygons, Wanted::CENTERS_AND_AREAS)?;
        let best = best(&areas).map_err(|error| exception(&error))?.ok_or_else(|| {
            PyValueError::new_err(format!("the set at position {position} has no polygons"))
        })?;
        pairs.append((point, objects.get_item(best)?))?;
    }
    Ok(pairs)
}

/// Reads polygons, and the coordinate system that they declare.
fn read_polygons<'py>(
    polygons: &Bound<'py, PyAny>,
    wanted: Wanted,
    near: Within,
    planar: bool,
) -> PyResult<(Polygons<'py>, Systems)> {
    let polygons = &column(polygons)?;
    let systems = Systems::of_polygons(polygons, &Near::Center(near), planar)?;
    let read = Polygons::read(polygons, wanted.with_degrees(systems.are_degrees()))?;
    systems.check_shapes(polygons.py(), read.shapes.as_ref())?;
    Ok((read, systems))
}

fn finite_point(value: &Bound<'_, PyAny>) -> PyResult<Point> {
    let got = point(value, &"point")?;
    if got[0].is_finite() && got[1].is_finite() {
        Ok(got)
    } else {
        Err(exception(&Error::Point { point: 0, got }))
    }
}
