//! Rung "outer loop in Rust": one call for all points, so every polygon is read from Python once.
//!
//! The centres are gathered into one vector first; the pairs are then plain arithmetic over it.

use pyo3::prelude::*;

/// Both loops in Rust; choosing the best polygon stays in Python.
#[pymodule]
pub(crate) mod outer_loop {
    use crate::polygon::Polygon;
    use numpy::PyReadonlyArray1;
    use pyo3::prelude::*;
    use pyo3::types::PyList;

    /// A point as Python gave it, and the polygons close to it.
    type PolygonSet<'py> = (Bound<'py, PyAny>, Vec<Bound<'py, Polygon>>);

    /// `(point, close polygons)` for every point that has any, in the order of the points.
    #[pyfunction]
    fn find_all_close_polygons<'py>(
        polygons: &Bound<'py, PyList>,
        points: &Bound<'py, PyList>,
        max_dist: f64,
    ) -> PyResult<Vec<PolygonSet<'py>>> {
        let polygons = polygons
            .iter()
            .map(|item| Ok(item.cast_into::<Polygon>()?))
            .collect::<PyResult<Vec<_>>>()?;
        let centers: Vec<(f64, f64)> = polygons
            .iter()
            .map(|polygon| {
                let center = &polygon.get().center;
                (center[0], center[1])
            })
            .collect();

        let mut polygon_sets = vec![];
        for point in points {
            let (x, y) = {
                let point = point.extract::<PyReadonlyArray1<'_, f64>>()?;
                let point = point.as_array();
                (point[0], point[1])
            };
            let mut close_polygons = vec![];
            for (polygon, center) in polygons.iter().zip(&centers) {
                let (dx, dy) = (center.0 - x, center.1 - y);
                if (dx * dx + dy * dy).sqrt() < max_dist {
                    close_polygons.push(polygon.clone());
                }
            }
            if !close_polygons.is_empty() {
                polygon_sets.push((point, close_polygons));
            }
        }
        Ok(polygon_sets)
    }
}
