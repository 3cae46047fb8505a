//! Reads a polygon that is an array of its vertices, or a list of them.
//!
//! The shape is (n, 2), or (n, 1, 2) as that of OpenCV's contours. Every vertex counts, also one
//! that closes the ring.

use numpy::{
    PyArrayDescrMethods, PyArrayDyn, PyArrayMethods, PyUntypedArray, PyUntypedArrayMethods,
};
use poly_match::Polygon;
use pyo3::exceptions::PyValueError;
use pyo3::intern;
use pyo3::prelude::*;
use pyo3::types::{PyList, PyTuple};

use crate::errors::exception;
use crate::geometry::arrays::{Numbers, numeric, shape};
use crate::geometry::refused::{NoPolygon, Refused};

/// Whether the object is a list, a tuple or an array. A scalar of NumPy is none.
pub(crate) fn is_array(object: &Bound<'_, PyAny>) -> PyResult<bool> {
    let py = object.py();
    Ok(object.is_instance_of::<PyUntypedArray>()
        || object.is_instance_of::<PyList>()
        || object.is_instance_of::<PyTuple>()
        || object.hasattr(intern!(py, "__array__"))? && object.hasattr(intern!(py, "__len__"))?)
}

/// Refuses an array that is one polygon where many are expected.
///
/// Its rows are vertices. Those of a contour of OpenCV would be read as polygons of one vertex each.
pub(crate) fn check_is_of_many(array: &Bound<'_, PyUntypedArray>) -> PyResult<()> {
    match array.shape() {
        [n, 2] | [n, 1, 2] if *n > 0 && array.dtype().kind() != b'O' => {
            let got = shape(array);
            Err(PyValueError::new_err(format!(
                "polygons must be an iterable of polygons, got the vertices of one, of shape \
                 {got}: put it into a list"
            )))
        }
        _ => Ok(()),
    }
}

/// Reads the polygon at `position`.
pub(crate) fn read(vertices: &Bound<'_, PyAny>, position: usize) -> Result<Polygon, Refused> {
    let py = vertices.py();
    let Numbers { array, .. } =
        numeric(vertices, &format_args!("polygon {position}")).map_err(|error| {
            // NumPy does not know which of the polygons it cannot read.
            if !error.is_instance_of::<PyValueError>(py) {
                return error;
            }
            let said = error.value(py);
            let message = format!("polygon {position} must be vertices of shape (n, 2): {said}");
            let named = PyValueError::new_err(message);
            named.set_cause(py, Some(error));
            named
        })?;
    match array.shape() {
        [_, 2] | [_, 1, 2] => {}
        [0] => return Err(NoPolygon::without_vertices(position).into()),
        dimensions => {
            let advice = if dimensions == [2] { "; put a single polygon into a list" } else { "" };
            let got = shape(&array);
            return Err(PyValueError::new_err(format!(
                "polygon {position} must be vertices of shape (n, 2), got shape {got}{advice}"
            ))
            .into());
        }
    }
    let flat =
        array.cast::<PyArrayDyn<f64>>().map_err(PyErr::from)?.to_vec().map_err(PyErr::from)?;
    if flat.is_empty() {
        return Err(NoPolygon::without_vertices(position).into());
    }
    let (x, y) = flat.as_chunks().0.iter().map(|&[x, y]| (x, y)).unzip();
    Polygon::new(x, y).map_err(|error| exception(&error.of_polygon(position)).into())
}
