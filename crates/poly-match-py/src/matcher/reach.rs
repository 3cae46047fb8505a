//! Returns where a point must be to match each polygon, so that both can be sent to one place.

use numpy::{IntoPyArray, PyArray2, PyArrayMethods};
use poly_match::{Bounds, Near, Point};
use pyo3::exceptions::PyTypeError;
use pyo3::prelude::*;

use crate::matcher::prepared::read_on_invalid;
use crate::matcher::rule::{Centers, Rule};
use crate::polygons::read::{Needed, Polygons};

/// A box, float64 (M, 4), for each polygon: its smallest x and y, and its largest. A point outside the
/// box does not match the polygon. NaN for one that is skipped, infinite for one that may match any
/// point.
#[pyfunction]
#[pyo3(signature = (polygons, rule, center, on_invalid))]
pub(crate) fn reach<'py>(
    polygons: &Bound<'py, PyAny>,
    rule: &Rule,
    center: &Bound<'py, PyAny>,
    on_invalid: &str,
) -> PyResult<Bound<'py, PyArray2<f64>>> {
    let (py, on_invalid) = (polygons.py(), read_on_invalid(on_invalid)?);
    let max_dist = match rule.near() {
        Near::Center(within) | Near::Boundary(within) => Some(within.max_dist()),
        Near::Contains | Near::Covers => None,
        Near::Circle { .. } => return Err(PyTypeError::new_err("circles are no polygons")),
    };
    let centers = Centers::read(center)?;
    let wanted = rule.wanted(&centers)?;
    let read = Polygons::read_with(polygons, wanted, Some(on_invalid), Needed::All)?;
    let skipped = read.skipped;
    let centers = centers.or(read.centers, read.count)?;
    let boxes: Vec<f64> = py.detach(|| {
        let bounds = |position: usize| match &read.shapes {
            _ if skipped.get(position) == Some(&true) => [[f64::NAN; 2]; 2],
            Some(shapes) => within(shapes.bounds(position), max_dist),
            None => within(Bounds::of(&[centers[position]]), max_dist),
        };
        (0..read.count).flat_map(|position| bounds(position).into_iter().flatten()).collect()
    });
    boxes.into_pyarray(py).reshape([read.count, 4])
}

fn within(bounds: Bounds, max_dist: Option<f64>) -> [Point; 2] {
    let Bounds { min, max } = max_dist.map_or(bounds, |max_dist| bounds.within(max_dist));
    [min, max]
}
