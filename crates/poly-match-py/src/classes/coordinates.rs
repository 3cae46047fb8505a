//! The coordinates of a `Polygon`: rings as they are read, and read-only arrays.

use std::iter::once;

use numpy::{PyArray1, PyArrayMethods};
use poly_match::Point;
use pyo3::prelude::*;
use pyo3::types::{PyList, PyTuple};

use crate::classes::arrays::{Array, CenterArray, read_only};
use crate::classes::numbers::{equal, read};
use crate::errors::exception;
use crate::geometry::holes::read_holes;

/// The rings of one polygon.
pub(super) struct Rings {
    outer: poly_match::Polygon,
    holes: Vec<poly_match::Polygon>,
}

impl Rings {
    /// Reads the arguments of a constructor.
    pub(super) fn read(
        x: &Bound<'_, PyAny>,
        y: &Bound<'_, PyAny>,
        holes: Option<&Bound<'_, PyAny>>,
    ) -> PyResult<Self> {
        let outer = ring(read(x, &"x")?, read(y, &"y")?)?;
        let holes = holes.map_or_else(|| Ok(Vec::new()), |holes| read_holes(holes, None))?;
        Ok(Self { outer, holes })
    }

    /// All rings, the outer one first.
    pub(super) fn iter(&self) -> impl Iterator<Item = &poly_match::Polygon> {
        once(&self.outer).chain(&self.holes)
    }

    fn whole(self) -> poly_match::Polygon {
        self.holes.into_iter().fold(self.outer, poly_match::Polygon::with_hole)
    }
}

fn ring(x: Vec<f64>, y: Vec<f64>) -> PyResult<poly_match::Polygon> {
    poly_match::Polygon::new(x, y).map_err(|error| exception(&error))
}

/// What a `Polygon` holds.
#[repr(C)] // what a matcher reads comes first
pub(crate) struct Coordinates {
    pub(crate) center: Point,
    /// By the formula of the class, even if a subclass overrides `area`.
    pub(crate) area: f64,
    pub(super) x: Array,
    pub(super) y: Array,
    /// Pairs of arrays.
    pub(super) holes: Py<PyTuple>,
    center_array: CenterArray,
}

impl Coordinates {
    pub(super) fn new(py: Python<'_>, rings: Rings) -> PyResult<Self> {
        let arrays = |ring: poly_match::Polygon| {
            let (x, y) = ring.into_coordinates();
            (read_only(py, x), read_only(py, y))
        };
        let Rings { outer, holes } = rings;
        let (center, area, holes) = if holes.is_empty() {
            (outer.center(), outer.area(), PyTuple::empty(py))
        } else {
            let whole = Rings { outer: outer.clone(), holes: holes.clone() }.whole();
            let holes: Vec<_> = holes.into_iter().map(arrays).collect();
            (whole.center(), whole.area(), PyTuple::new(py, holes)?)
        };
        let (x, y) = arrays(outer);
        let center_array = CenterArray::default();
        Ok(Self { center, area, x, y, holes: holes.unbind(), center_array })
    }

    /// Whether the arguments of a constructor are these coordinates, bit for bit. None if that
    /// cannot be told without a conversion by NumPy.
    pub(super) fn are(
        &self,
        x: &Bound<'_, PyAny>,
        y: &Bound<'_, PyAny>,
        holes: Option<&Bound<'_, PyAny>>,
    ) -> Option<bool> {
        let py = x.py();
        let holes = holes.map_or(Some(self.holes.bind(py).is_empty()), |holes| self.cut(holes))?;
        Some(holes && equal(x, self.x.bind(py))? && equal(y, self.y.bind(py))?)
    }

    /// Whether these are the holes, as [`are`](Self::are).
    fn cut(&self, holes: &Bound<'_, PyAny>) -> Option<bool> {
        let own = self.holes.bind(holes.py());
        let holes = match holes.cast_exact::<PyList>() {
            Ok(list) => list.to_tuple(),
            Err(_) => holes.cast_exact::<PyTuple>().ok()?.clone(),
        };
        if own.len() != holes.len() {
            return Some(false);
        }
        for (hole, own) in holes.iter_borrowed().zip(own.iter_borrowed()) {
            let (x, y): (Bound<'_, PyAny>, Bound<'_, PyAny>) =
                hole.cast_exact::<PyTuple>().ok()?.extract().ok()?;
            let (own_x, own_y) = own.extract().ok()?;
            if !equal(&x, &own_x)? || !equal(&y, &own_y)? {
                return Some(false);
            }
        }
        Some(true)
    }

    /// Copies the rings.
    pub(super) fn rings(&self, py: Python<'_>) -> PyResult<Rings> {
        let outer = ring(self.x.bind(py).to_vec()?, self.y.bind(py).to_vec()?)?;
        let hole = |pair: Borrowed<'_, '_, PyAny>| {
            let (x, y): (Bound<'_, PyArray1<f64>>, Bound<'_, PyArray1<f64>>) = pair.extract()?;
            ring(x.to_vec()?, y.to_vec()?)
        };
        let holes = self.holes.bind(py).iter_borrowed().map(hole).collect::<PyResult<_>>()?;
        Ok(Rings { outer, holes })
    }

    /// Builds the polygon for the core.
    pub(crate) fn shape(&self, py: Python<'_>) -> PyResult<poly_match::Polygon> {
        Ok(self.rings(py)?.whole())
    }

    /// Counts the vertices and the holes.
    pub(super) fn counts(&self, py: Python<'_>) -> PyResult<(usize, usize)> {
        let holes = self.holes.bind(py);
        let mut vertices = self.x.bind(py).len()?;
        for hole in holes.iter_borrowed() {
            vertices += hole.get_item(0)?.len()?;
        }
        Ok((vertices, holes.len()))
    }

    /// The centre as a read-only array, the same on every call.
    pub(super) fn center_array(&self, py: Python<'_>) -> Array {
        self.center_array.get(py, self.center)
    }
}
