//! Reads polygons from flat arrays as in GeoArrow: vertices, and offsets of rings, parts and
//! polygons.

use numpy::PyArrayDescrMethods;
use numpy::{PyArray1, PyArrayMethods, PyUntypedArray, PyUntypedArrayMethods, get_array_module};
use poly_match::{Error, Point, Shapes};
use pyo3::exceptions::{PyTypeError, PyValueError};
use pyo3::prelude::*;

use crate::geometry::arrays::shape;
use crate::geometry::points::Points;
use crate::run::detached;

/// Reads polygons from vertices of shape (V, 2) and integer offsets of any dtype.
///
/// `polygon_offsets` count parts if there are `part_offsets` (GeoArrow multipolygons), else rings
/// (GeoArrow polygons). `read` is called with batches of up to [`TOGETHER`] polygons, in order, to
/// compute centres or areas.
///
/// If `may_skip`, a polygon without vertices is no error but nothing. Also returns whether each
/// polygon is nothing; empty if none is.
pub(crate) fn shapes_from_rings(
    vertices: &Bound<'_, PyAny>,
    ring_offsets: &Bound<'_, PyAny>,
    part_offsets: Option<&Bound<'_, PyAny>>,
    polygon_offsets: &Bound<'_, PyAny>,
    may_skip: bool,
    mut read: impl FnMut(&Shapes) + Send,
) -> PyResult<(Shapes, Vec<bool>)> {
    // Offsets first: reading them may run Python code, which could resize the array of vertices.
    let rings = offsets(ring_offsets, "ring_offsets")?;
    let parts = part_offsets.map(|values| offsets(values, "part_offsets")).transpose()?;
    let polygons = offsets(polygon_offsets, "polygon_offsets")?;
    let points = Points::read_named(vertices, "vertices")?;
    let points = points.as_slice()?;
    detached(vertices.py(), |poll| {
        // Without parts, every polygon is one part.
        let each: Vec<i64>;
        let (parts, polygons, has_parts) = match &parts {
            Some(parts) => (parts, &polygons, true),
            None => {
                each = (0_i64..).take(polygons.len()).collect();
                (&polygons, &each, false)
            }
        };
        let mut shapes = Shapes::new();
        let mut skipped = Vec::new();
        let mut wrong = None;
        let mut done = 0;
        while let Some(count) = polygons.len().checked_sub(done + 1).filter(|&count| count > 0) {
            poll()?;
            let some = &polygons[done..=done + count.min(TOGETHER)];
            let (some, are_empty) = if may_skip { run(&rings, parts, some) } else { (some, false) };
            let more = if are_empty {
                Some(Ok(nothing(some.len() - 1)))
            } else {
                piece(points, &rings, parts, some)
            };
            let more = match more {
                Some(Ok(more)) => more,
                Some(Err(error)) => {
                    wrong = Some(from_piece(error, done));
                    break;
                }
                None => break,
            };
            if are_empty || !skipped.is_empty() {
                skipped.resize(done, false);
                skipped.resize(done + more.len(), are_empty);
            }
            done += more.len();
            read(&more);
            shapes.append(more);
        }
        if done + 1 == polygons.len() && is_whole(points, &rings, parts, polygons) {
            return Ok((shapes, skipped));
        }
        // Something is wrong. Wrong offsets come first: read all at once, for an error with the
        // position among all.
        let all = Shapes::from_offsets(points, &rings, parts, polygons).and_then(|all| {
            let (position, len) = (done, all.len());
            Err(Error::Offsets { of: "polygon", position, got: polygons.get(done).copied(), len })
        });
        Ok(all.map_err(|error| match error {
            Error::Offsets { of: "part", position, got, len } if !has_parts => {
                Error::Offsets { of: "polygon", position, got, len }
            }
            Error::Offsets { .. } => error,
            other => wrong.unwrap_or(other),
        })?)
    })
}

/// Number of polygons in a batch. Signals are checked between batches.
const TOGETHER: usize = 1 << 14;

/// The longest start of `polygons` that either all have vertices or all have none, and whether they
/// have none.
fn run<'a>(rings: &[i64], parts: &[i64], polygons: &'a [i64]) -> (&'a [i64], bool) {
    let mut are_empty = polygons.windows(2).map(|polygon| {
        let parts = within(parts, polygon).filter(|parts| parts.is_sorted());
        let rings = parts.and_then(|parts| within(rings, parts));
        rings.is_some_and(|rings| rings.iter().all(|end| *end == rings[0]))
    });
    let Some(first) = are_empty.next() else { return (polygons, false) };
    let len = 1 + are_empty.take_while(|&is_empty| is_empty == first).count();
    (&polygons[..=len], first)
}

/// Polygons without parts.
fn nothing(count: usize) -> Shapes {
    let mut shapes = Shapes::new();
    (0..count).for_each(|_| shapes.push_nothing());
    shapes
}

/// Reads consecutive polygons; None if their offsets are out of range.
fn piece(
    points: &[Point],
    rings: &[i64],
    parts: &[i64],
    polygons: &[i64],
) -> Option<Result<Shapes, Error>> {
    let (parts, polygons) = (within(parts, polygons)?, from_zero(polygons)?);
    let (rings, parts) = (within(rings, parts)?, from_zero(parts)?);
    let (first, last) = (*rings.first()?, *rings.last()?);
    let points = points.get(usize::try_from(first).ok()?..usize::try_from(last).ok()?)?;
    Some(Shapes::from_offsets(points, &from_zero(rings)?, &parts, &polygons))
}

/// The error of a piece that starts at the polygon `start`, with the position among all.
fn from_piece(error: Error, start: usize) -> Error {
    match error {
        Error::NoVertices { polygon: Some(at) } | Error::Vertex { polygon: Some(at), .. } => {
            error.of_polygon(start + at)
        }
        other => other,
    }
}

/// The slice of `offsets` that `others` refer to.
fn within<'a>(offsets: &'a [i64], others: &[i64]) -> Option<&'a [i64]> {
    let (first, last) = (others.first()?, others.last()?);
    offsets.get(usize::try_from(*first).ok()?..=usize::try_from(*last).ok()?)
}

/// Shifts offsets so that they start at 0.
fn from_zero(offsets: &[i64]) -> Option<Vec<i64>> {
    let first = offsets.first()?;
    offsets.iter().map(|offset| offset.checked_sub(*first)).collect()
}

/// Whether all offsets start at 0 and end at the length of what they refer to. That they increase
/// was checked batch by batch.
fn is_whole(points: &[Point], rings: &[i64], parts: &[i64], polygons: &[i64]) -> bool {
    let is_all = |offsets: &[i64], len: usize| {
        offsets.first() == Some(&0)
            && offsets.last().map(|&last| usize::try_from(last)) == Some(Ok(len))
    };
    is_all(rings, points.len())
        && is_all(parts, rings.len() - 1)
        && is_all(polygons, parts.len() - 1)
}

/// Reads an array-like of integers as int64. `name` is used in error messages.
fn offsets(values: &Bound<'_, PyAny>, name: &str) -> PyResult<Vec<i64>> {
    let array = get_array_module(values.py())?.call_method1("asarray", (values,))?;
    let array = array.cast_into::<PyUntypedArray>()?;
    if !matches!(array.dtype().kind(), b'i' | b'u') {
        let got = array.dtype();
        return Err(PyTypeError::new_err(format!(
            "{name} must be integers, got {} of dtype {got}",
            values.get_type().name()?,
        )));
    }
    if array.ndim() != 1 {
        let shape = shape(&array);
        let message = format!("{name} must be one-dimensional, got shape {shape}");
        return Err(PyValueError::new_err(message));
    }
    let array = array.call_method1("astype", ("int64", "C"))?;
    Ok(array.cast::<PyArray1<i64>>()?.to_vec()?)
}
