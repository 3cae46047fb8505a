//! Rung "no allocations": the list is walked where it lies, and no centre is copied.
//!
//! Only the answer is allocated. What is left per pair is what Python objects cost: fetch the
//! item, hold it, see that it is a `Polygon`, let it go.

use pyo3::prelude::*;

/// The inner loop without a copy.
#[pymodule]
pub(crate) mod no_alloc {
    use crate::polygon::Polygon;
    use numpy::PyReadonlyArray1;
    use pyo3::prelude::*;
    use pyo3::types::PyList;

    /// The polygons whose centre is closer to `point` than `max_dist`, in input order.
    #[pyfunction]
    fn find_close_polygons<'py>(
        polygons: &Bound<'py, PyList>,
        point: PyReadonlyArray1<'py, f64>,
        max_dist: f64,
    ) -> PyResult<Vec<Bound<'py, Polygon>>> {
        let mut close_polygons = vec![];
        let point = point.as_array();
        let (x, y) = (point[0], point[1]);
        for item in polygons {
            let polygon = item.cast::<Polygon>()?;
            let center = &polygon.get().center;
            let (dx, dy) = (center[0] - x, center[1] - y);

            if (dx * dx + dy * dy).sqrt() < max_dist {
                close_polygons.push(polygon.clone());
            }
        }
        Ok(close_polygons)
    }
}
