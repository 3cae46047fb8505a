//! Reads polygons from flat arrays as in GeoArrow: vertices, and offsets of rings, parts and
//! polygons.

use numpy::PyArrayDescrMethods;
use numpy::{PyArray1, PyArrayMethods, PyUntypedArray, PyUntypedArrayMethods, get_array_module};
use poly_match::{Error, Shapes};
use pyo3::exceptions::{PyTypeError, PyValueError};
use pyo3::prelude::*;

use crate::errors::Stop;
use crate::geometry::arrays::shape;
use crate::geometry::points::Points;
use crate::run::detached;

/// Reads polygons from vertices of shape (V, 2) and integer offsets of any dtype.
///
/// `polygon_offsets` count parts if there are `part_offsets` (GeoArrow multipolygons), else rings
/// (GeoArrow polygons). `read` is called with the shapes, to compute centres or areas.
///
/// If `may_skip`, a polygon without vertices is no error but nothing. Also returns whether each
/// polygon is nothing; empty if none is.
pub(crate) fn shapes_from_rings<T: Send>(
    vertices: &Bound<'_, PyAny>,
    ring_offsets: &Bound<'_, PyAny>,
    part_offsets: Option<&Bound<'_, PyAny>>,
    polygon_offsets: &Bound<'_, PyAny>,
    may_skip: bool,
    read: impl FnOnce(&Shapes) -> T + Send,
) -> PyResult<(Shapes, Vec<bool>, T)> {
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
        let mut skipped = Vec::new();
        let count = polygons.len().saturating_sub(1);
        let no_vertices = |position: usize| {
            if !may_skip {
                return Err(Error::NoVertices { polygon: Some(position) }.into());
            }
            skipped.resize(count, false);
            skipped[position] = true;
            Ok(())
        };
        let shapes =
            Shapes::from_offsets_with(points, [&rings, parts, polygons], no_vertices, poll);
        let shapes = shapes.map_err(|stop| match stop {
            Stop::Core(Error::Offsets { of: "part", position, got, len }) if !has_parts => {
                Stop::Core(Error::Offsets { of: "polygon", position, got, len })
            }
            other => other,
        })?;
        let read = read(&shapes);
        Ok((shapes, skipped, read))
    })
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
