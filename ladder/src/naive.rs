//! Rung "naive Rust": `find_close_polygons` of the baseline, line for line.
//!
//! Polygons stay Python objects. Every pair asks the object for its `center`, takes the answer as
//! an array, copies it and subtracts, exactly as the Python does. The copy is subtracted from in
//! place: ndarray's `-` on two arrays gives the same bits and takes visibly longer.

use numpy::ndarray::Array1;
use pyo3::prelude::*;

/// The Euclidean length of a vector (what `np.linalg.norm` is to the baseline).
pub(crate) fn norm(vector: &Array1<f64>) -> f64 {
    vector.fold(0.0, |total, value| total + value * value).sqrt()
}

/// The inner loop moved to Rust, nothing else.
#[pymodule]
pub(crate) mod naive {
    use super::norm;
    use numpy::PyReadonlyArray1;
    use pyo3::intern;
    use pyo3::prelude::*;

    /// The polygons whose centre is closer to `point` than `max_dist`, in input order.
    #[pyfunction]
    fn find_close_polygons<'py>(
        polygons: Vec<Bound<'py, PyAny>>,
        point: PyReadonlyArray1<'py, f64>,
        max_dist: f64,
    ) -> PyResult<Vec<Bound<'py, PyAny>>> {
        let mut close_polygons = vec![];
        let point = point.as_array();
        for polygon in polygons {
            let mut offset = polygon
                .getattr(intern!(polygon.py(), "center"))?
                .extract::<PyReadonlyArray1<'_, f64>>()?
                .as_array()
                .to_owned();

            offset -= &point;
            if norm(&offset) < max_dist {
                close_polygons.push(polygon);
            }
        }
        Ok(close_polygons)
    }
}
