//! The coordinates of a `Polygon`, and the read-only arrays that show them.

use poly_match::{Bounds, Point};
use pyo3::prelude::*;
use pyo3::types::{PyList, PyTuple};

use crate::classes::arrays::{Array, Once, read_only};
use crate::classes::numbers::{equal, read};
use crate::errors::exception;
use crate::geometry::holes::read_holes;

/// What a `Polygon` holds. Arrays are made when the caller first asks for them: a matcher reads the
/// polygon itself.
#[repr(C)] // what a matcher reads comes first
pub(crate) struct Coordinates {
    pub(crate) center: Point,
    /// By the formula of the class, even if a subclass overrides `area`.
    pub(crate) area: f64,
    pub(crate) bounds: Bounds,
    /// One part: the outer ring, and the holes in it.
    pub(crate) polygon: poly_match::Polygon,
    x: Once<numpy::PyArray1<f64>>,
    y: Once<numpy::PyArray1<f64>>,
    /// Pairs of arrays.
    holes: Once<PyTuple>,
    center_array: Once<numpy::PyArray1<f64>>,
}

impl Coordinates {
    /// Reads the arguments of a constructor.
    pub(super) fn read(
        x: &Bound<'_, PyAny>,
        y: &Bound<'_, PyAny>,
        holes: Option<&Bound<'_, PyAny>>,
    ) -> PyResult<Self> {
        let outer = poly_match::Polygon::new(read(x, &"x")?, read(y, &"y")?);
        let outer = outer.map_err(|error| exception(&error))?;
        let holes = holes.map_or_else(|| Ok(Vec::new()), |holes| read_holes(holes, None))?;
        let polygon = holes.into_iter().fold(outer, poly_match::Polygon::with_hole);
        Ok(Self {
            center: polygon.center(),
            area: polygon.area(),
            bounds: polygon.bounds(),
            polygon,
            x: Once::default(),
            y: Once::default(),
            holes: Once::default(),
            center_array: Once::default(),
        })
    }

    /// The x and y coordinates of the outer ring.
    fn outer(&self) -> (&[f64], &[f64]) {
        self.polygon.ring_coordinates().next().unwrap_or_default()
    }

    /// The x and y coordinates of each hole.
    fn holes(&self) -> impl Iterator<Item = (&[f64], &[f64])> {
        self.polygon.ring_coordinates().skip(1)
    }

    /// Whether the arguments of a constructor are these coordinates, bit for bit. None if that
    /// cannot be told without a conversion by NumPy.
    pub(super) fn are(
        &self,
        x: &Bound<'_, PyAny>,
        y: &Bound<'_, PyAny>,
        holes: Option<&Bound<'_, PyAny>>,
    ) -> Option<bool> {
        let own = self.outer();
        let holes =
            holes.map_or_else(|| Some(self.holes().next().is_none()), |holes| self.cut(holes))?;
        Some(holes && equal(x, own.0)? && equal(y, own.1)?)
    }

    /// Whether these are the holes, as [`are`](Self::are).
    fn cut(&self, holes: &Bound<'_, PyAny>) -> Option<bool> {
        let holes = match holes.cast_exact::<PyList>() {
            Ok(list) => list.to_tuple(),
            Err(_) => holes.cast_exact::<PyTuple>().ok()?.clone(),
        };
        if self.holes().count() != holes.len() {
            return Some(false);
        }
        for (hole, own) in holes.iter_borrowed().zip(self.holes()) {
            let (x, y): (Bound<'_, PyAny>, Bound<'_, PyAny>) =
                hole.cast_exact::<PyTuple>().ok()?.extract().ok()?;
            if !equal(&x, own.0)? || !equal(&y, own.1)? {
                return Some(false);
            }
        }
        Some(true)
    }

    /// Counts the vertices and the holes.
    pub(super) fn counts(&self) -> (usize, usize) {
        (self.polygon.x().len(), self.holes().count())
    }

    /// The x coordinates of the outer ring as a read-only array, the same on every call.
    pub(super) fn x_array(&self, py: Python<'_>) -> PyResult<Array> {
        self.x.get(py, || Ok(read_only(py, self.outer().0)))
    }

    /// The y coordinates, as [`x_array`](Self::x_array).
    pub(super) fn y_array(&self, py: Python<'_>) -> PyResult<Array> {
        self.y.get(py, || Ok(read_only(py, self.outer().1)))
    }

    /// The holes as pairs of read-only arrays, the same on every call.
    pub(super) fn hole_arrays(&self, py: Python<'_>) -> PyResult<Py<PyTuple>> {
        self.holes.get(py, || {
            let holes = self.holes().map(|(x, y)| (read_only(py, x), read_only(py, y)));
            Ok(PyTuple::new(py, holes.collect::<Vec<_>>())?.unbind())
        })
    }

    /// The centre as a read-only array, the same on every call.
    pub(super) fn center_array(&self, py: Python<'_>) -> PyResult<Array> {
        self.center_array.get(py, || Ok(read_only(py, &self.center)))
    }
}
