//! Arrays of rings, as GeoArrow lays them out: vertices, and offsets that say what they belong to.

use numpy::PyArrayDescrMethods;
use numpy::{PyArray1, PyArrayMethods, PyUntypedArray, PyUntypedArrayMethods, get_array_module};
use poly_match::{Error, Shapes};
use pyo3::exceptions::{PyTypeError, PyValueError};
use pyo3::prelude::*;

use crate::arrays::shape;
use crate::errors::exception;
use crate::points::Points;

/// Polygons from vertices, (V, 2), and offsets of any integers.
///
/// Without `part_offsets`, those of the polygons are into the rings, as GeoArrow has polygons; with
/// them, into the parts, as it has multipolygons.
pub(crate) fn shapes_from_rings(
    vertices: &Bound<'_, PyAny>,
    ring_offsets: &Bound<'_, PyAny>,
    part_offsets: Option<&Bound<'_, PyAny>>,
    polygon_offsets: &Bound<'_, PyAny>,
) -> PyResult<Shapes> {
    // First the offsets: what they are read from may be Python code, which may resize the vertices.
    let rings = offsets(ring_offsets, "ring_offsets")?;
    let parts = part_offsets.map(|values| offsets(values, "part_offsets")).transpose()?;
    let polygons = offsets(polygon_offsets, "polygon_offsets")?;
    let points = Points::read_named(vertices, "vertices")?;
    let points = points.as_slice()?;
    let shapes = vertices.py().detach(|| match &parts {
        Some(parts) => Shapes::from_offsets(points, &rings, parts, &polygons),
        None => {
            // Each polygon is a part, and each part a polygon.
            let each: Vec<i64> = (0_i64..).take(polygons.len()).collect();
            Shapes::from_offsets(points, &rings, &polygons, &each)
        }
    });
    shapes.map_err(|error| {
        exception(&match error {
            Error::Offsets { of: "part", position, got, len } if parts.is_none() => {
                Error::Offsets { of: "polygon", position, got, len }
            }
            other => other,
        })
    })
}

/// Any array-like of integers, in 64 bits; `name` is what an error calls it.
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
