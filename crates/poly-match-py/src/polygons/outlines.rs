//! Returns the vertices of polygons in flat arrays, to draw them.

use numpy::{IntoPyArray, PyArray1, PyArray2, PyArrayMethods};
use poly_match::Shapes;
use pyo3::prelude::*;

use crate::polygons::read::{Needed, Polygons, Wanted};
use crate::polygons::skipping::OnInvalid;

type Offsets<'py> = Bound<'py, PyArray1<i64>>;

/// The vertices of polygons of any class: coordinates, (V, 2); and where the rings (R + 1,), parts
/// (Q + 1,) and polygons (M + 1,) start and end, as in GeoArrow. The first ring of a part is its
/// outer ring. No ring repeats its first vertex at its end. An object that holds no polygon has no
/// part.
#[pyfunction]
#[pyo3(signature = (polygons))]
pub(crate) fn outlines<'py>(
    polygons: &Bound<'py, PyAny>,
) -> PyResult<(Bound<'py, PyArray2<f64>>, Offsets<'py>, Offsets<'py>, Offsets<'py>)> {
    let py = polygons.py();
    let wanted = Wanted { center: None, areas: false, shapes: true, in_degrees: false };
    let read = Polygons::read_with(polygons, wanted, Some(OnInvalid::Skip), Needed::All)?;
    let Flat { coordinates, rings, parts, polygons } =
        py.detach(|| flat(&read.shapes.unwrap_or_default()));
    let vertices = coordinates.len() / 2;
    let coordinates = coordinates.into_pyarray(py).reshape([vertices, 2])?;
    let [rings, parts, polygons] = [rings, parts, polygons].map(|offsets| offsets.into_pyarray(py));
    Ok((coordinates, rings, parts, polygons))
}

/// Shapes as flat arrays.
struct Flat {
    /// x and y of each vertex.
    coordinates: Vec<f64>,
    rings: Vec<i64>,
    parts: Vec<i64>,
    polygons: Vec<i64>,
}

#[allow(clippy::cast_possible_wrap)] // lengths of arrays in memory
fn flat(shapes: &Shapes) -> Flat {
    let start = || vec![0];
    let mut flat =
        Flat { coordinates: Vec::new(), rings: start(), parts: start(), polygons: start() };
    for position in 0..shapes.len() {
        for rings in shapes.parts_of(position) {
            for ring in rings {
                flat.coordinates.extend(ring.as_flattened());
                flat.rings.push((flat.coordinates.len() / 2) as i64);
            }
            flat.parts.push(flat.rings.len() as i64 - 1);
        }
        flat.polygons.push(flat.parts.len() as i64 - 1);
    }
    flat
}
