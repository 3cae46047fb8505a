//! Returns the centres and areas that a matcher would read, for tests.

use numpy::{IntoPyArray, PyArray1, PyArray2};
use poly_match::{Center, Point, Shapes};
use pyo3::exceptions::PyValueError;
use pyo3::prelude::*;

use crate::geometry::rings::shapes_from_rings;
use crate::polygons::read::{Polygons, Wanted};

type Measures<'py> = (Bound<'py, PyArray2<f64>>, Bound<'py, PyArray1<f64>>);

/// Centres, (M, 2), and areas, (M,), of polygons: first as a matcher reads them, then computed from
/// their shapes, ignoring a `center` or `area` that objects define.
#[pyfunction]
#[pyo3(signature = (polygons, center))]
pub(crate) fn measure_polygons<'py>(
    polygons: &Bound<'py, PyAny>,
    center: &str,
) -> PyResult<(Measures<'py>, Measures<'py>)> {
    let (py, kind) = (polygons.py(), kind(center)?);
    let wanted = Wanted { center: Some(kind), areas: true, shapes: true, in_degrees: false };
    let Polygons { centers, areas, shapes, .. } = Polygons::read(polygons, wanted)?;
    Ok((arrays(py, &centers, areas)?, of_shapes(py, &shapes.unwrap_or_default(), kind)?))
}

/// Centres, (M, 2), and areas, (M,), of polygons in flat arrays.
#[pyfunction]
#[pyo3(signature = (vertices, ring_offsets, part_offsets, polygon_offsets, center))]
pub(crate) fn measure_rings<'py>(
    vertices: &Bound<'py, PyAny>,
    ring_offsets: &Bound<'py, PyAny>,
    part_offsets: Option<&Bound<'py, PyAny>>,
    polygon_offsets: &Bound<'py, PyAny>,
    center: &str,
) -> PyResult<Measures<'py>> {
    let (shapes, ..) =
        shapes_from_rings(vertices, ring_offsets, part_offsets, polygon_offsets, false, |_| ())?;
    of_shapes(vertices.py(), &shapes, kind(center)?)
}

fn of_shapes<'py>(py: Python<'py>, shapes: &Shapes, kind: Center) -> PyResult<Measures<'py>> {
    arrays(py, &shapes.centers(kind), shapes.areas())
}

fn arrays<'py>(py: Python<'py>, centers: &[Point], areas: Vec<f64>) -> PyResult<Measures<'py>> {
    let centers: Vec<_> = centers.iter().map(|center| center.to_vec()).collect();
    let centers = if centers.is_empty() {
        PyArray2::zeros(py, [0, 2], false)
    } else {
        PyArray2::from_vec2(py, &centers)?
    };
    Ok((centers, areas.into_pyarray(py)))
}

fn kind(center: &str) -> PyResult<Center> {
    match center {
        "vertex_mean" => Ok(Center::VertexMean),
        "centroid" => Ok(Center::Centroid),
        "bbox" => Ok(Center::Bounds),
        got => Err(PyValueError::new_err(format!(
            "center must be one of 'vertex_mean', 'centroid', 'bbox', got '{got}'"
        ))),
    }
}
