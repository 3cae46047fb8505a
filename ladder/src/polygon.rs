//! Rung "`Polygon` in Rust": the centre is a field, no longer a Python attribute.
//!
//! The class can be subclassed, so the rest of it (`area`, caches, whatever a researcher adds)
//! stays in Python. The loop is still the naive one: it collects references to all polygons first
//! and copies each centre before it subtracts.

use crate::mean::mean;
use crate::naive::norm;
use numpy::ndarray::{Array1, array};
use numpy::{PyArray1, PyReadonlyArray1, ToPyArray};
use pyo3::prelude::*;

/// A polygon that Python can subclass: vertex coordinates and their mean.
///
/// Frozen, so that reading the centre takes no borrow flag.
#[pyclass(subclass, frozen, module = "ladder_rs.polygon")]
pub(crate) struct Polygon {
    x: Array1<f64>,
    y: Array1<f64>,
    pub(crate) center: Array1<f64>,
}

#[pymethods]
impl Polygon {
    #[new]
    fn new(x: PyReadonlyArray1<'_, f64>, y: PyReadonlyArray1<'_, f64>) -> Self {
        let (x, y) = (x.as_array().to_owned(), y.as_array().to_owned());
        let center = array![mean(&x.to_vec()), mean(&y.to_vec())];
        Self { x, y, center }
    }

    /// The vertices' x coordinates, as a new NumPy array.
    #[getter]
    fn x<'py>(&self, py: Python<'py>) -> Bound<'py, PyArray1<f64>> {
        self.x.to_pyarray(py)
    }

    /// The vertices' y coordinates, as a new NumPy array.
    #[getter]
    fn y<'py>(&self, py: Python<'py>) -> Bound<'py, PyArray1<f64>> {
        self.y.to_pyarray(py)
    }

    /// The mean of the vertices, as a new NumPy array.
    #[getter]
    fn center<'py>(&self, py: Python<'py>) -> Bound<'py, PyArray1<f64>> {
        self.center.to_pyarray(py)
    }
}

/// The class in Rust, the loop as it was.
#[pymodule]
pub(crate) mod polygon {
    use super::norm;
    use numpy::PyReadonlyArray1;
    use pyo3::prelude::*;

    #[pymodule_export]
    use super::Polygon;

    /// The polygons whose centre is closer to `point` than `max_dist`, in input order.
    #[pyfunction]
    fn find_close_polygons<'py>(
        polygons: Vec<Bound<'py, Polygon>>,
        point: PyReadonlyArray1<'py, f64>,
        max_dist: f64,
    ) -> Vec<Bound<'py, Polygon>> {
        let mut close_polygons = vec![];
        let point = point.as_array();
        for polygon in polygons {
            let mut offset = polygon.get().center.to_owned();
            offset -= &point;

            if norm(&offset) < max_dist {
                close_polygons.push(polygon);
            }
        }
        close_polygons
    }
}
