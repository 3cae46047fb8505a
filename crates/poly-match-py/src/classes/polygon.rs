//! `Polygon`: the class that researchers subclass.
//!
//! It is immutable: coordinates in read-only NumPy arrays, with their centre and area.

use std::sync::OnceLock;

use numpy::{IntoPyArray, PyArray1, PyArrayMethods};
use poly_match::Point;
use pyo3::exceptions::PyTypeError;
use pyo3::prelude::*;
use pyo3::types::{IntoPyDict, PyDict, PyTuple, PyType};

use crate::errors::exception;
use crate::geometry::arrays::vector;
use crate::geometry::holes::read_holes;

/// A polygon of one ring of vertices, with any number of holes in it.
///
/// The coordinates are copied once, here, and never change. A ring is closed implicitly; every
/// given vertex counts.
///
/// Parameters
/// ----------
/// x, y : array_like of float, shape (n,)
///     Coordinates of the n >= 1 vertices, in any unit of length.
/// holes : iterable of (x, y), optional
///     Rings that are cut out of the polygon. Keyword only.
///
/// Attributes
/// ----------
/// x, y : numpy.ndarray of float64, shape (n,)
///     The coordinates of the outer ring. Read-only, and the same array on every access.
/// holes : tuple of (x, y)
///     The coordinates of each hole, in arrays like those of the outer ring.
/// center : numpy.ndarray of float64, shape (2,)
///     The mean of all vertices, including those of holes. Without holes, it equals
///     ``np.array([x, y]).mean(axis=1)`` bit for bit (for more than 8192 vertices, with NumPy 2.3
///     or later). Read-only.
///
/// Raises
/// ------
/// ValueError
///     If x and y, of the polygon or of a hole, differ in length, are empty or not one-dimensional,
///     or hold a coordinate that is NaN or infinite.
/// TypeError
///     If x or y are not numbers, or a hole is not a pair of x and y.
///
/// Notes
/// -----
/// A subclass may override ``area``; a matcher then calls it once for each polygon. A subclass
/// whose constructor takes more than ``x, y`` does not need ``__new__``, as long as ``x`` and ``y``
/// come first or by name, and ``holes`` by name.
#[pyclass(subclass, frozen, module = "poly_match_rs")]
#[repr(C)] // fields that a matcher reads come first, next to the object's class in memory
pub(crate) struct Polygon {
    center: Point,
    area: f64,
    x: Py<PyArray1<f64>>,
    y: Py<PyArray1<f64>>,
    /// Pairs of arrays.
    holes: Py<PyTuple>,
    center_array: OnceLock<Py<PyArray1<f64>>>,
}

impl Polygon {
    /// The centre, read without calling the interpreter.
    pub(crate) fn center(&self) -> Point {
        self.center
    }

    /// The area by the formula of this class, even if a subclass overrides `area`.
    pub(crate) fn own_area(&self) -> f64 {
        self.area
    }

    /// Builds the polygon for the core.
    pub(crate) fn shape(&self, py: Python<'_>) -> PyResult<poly_match::Polygon> {
        let ring = |x: &Bound<'_, PyArray1<f64>>, y: &Bound<'_, PyArray1<f64>>| {
            poly_match::Polygon::new(x.to_vec()?, y.to_vec()?).map_err(|error| exception(&error))
        };
        let mut polygon = ring(self.x.bind(py), self.y.bind(py))?;
        for hole in self.holes.bind(py).iter_borrowed() {
            let (x, y) = hole.extract()?;
            polygon = polygon.with_hole(ring(&x, &y)?);
        }
        Ok(polygon)
    }

    /// Counts the vertices and the holes.
    pub(crate) fn counts(&self, py: Python<'_>) -> PyResult<(usize, usize)> {
        let holes = self.holes.bind(py);
        let mut vertices = self.x.bind(py).len()?;
        for hole in holes.iter_borrowed() {
            vertices += hole.get_item(0)?.len()?;
        }
        Ok((vertices, holes.len()))
    }
}

/// Makes a NumPy array that nobody can write to: no other array shares its memory.
pub(crate) fn read_only(py: Python<'_>, values: Vec<f64>) -> Py<PyArray1<f64>> {
    let array = values.into_pyarray(py);
    array.readwrite().make_nonwriteable();
    array.unbind()
}

/// Makes read-only arrays of the coordinates of one ring.
fn arrays(py: Python<'_>, ring: poly_match::Polygon) -> (Py<PyArray1<f64>>, Py<PyArray1<f64>>) {
    let (x, y) = ring.into_coordinates();
    (read_only(py, x), read_only(py, y))
}

#[pymethods]
impl Polygon {
    // Further arguments are for the `__init__` of a subclass, as with `object.__new__`.
    #[new]
    #[classmethod]
    #[pyo3(signature = (x, y, *args, holes=None, **kwargs), text_signature = "(x, y, *, holes=())")]
    fn new(
        class: &Bound<'_, PyType>,
        x: &Bound<'_, PyAny>,
        y: &Bound<'_, PyAny>,
        args: &Bound<'_, PyTuple>,
        holes: Option<&Bound<'_, PyAny>>,
        kwargs: Option<&Bound<'_, PyDict>>,
    ) -> PyResult<Self> {
        let py = class.py();
        let has_more = !args.is_empty() || kwargs.is_some_and(|kwargs| !kwargs.is_empty());
        if has_more && class.is(py.get_type::<Self>()) {
            return Err(PyTypeError::new_err("Polygon() takes x and y only, and holes by name"));
        }
        let polygon = poly_match::Polygon::new(vector(x, &"x")?, vector(y, &"y")?)
            .map_err(|error| exception(&error))?;
        let (center, area, holes) = match holes {
            None => (polygon.center(), polygon.area(), PyTuple::empty(py)),
            Some(holes) => {
                let holes = read_holes(holes, None)?;
                let whole =
                    holes.iter().cloned().fold(polygon.clone(), poly_match::Polygon::with_hole);
                let arrays = holes.into_iter().map(|hole| arrays(py, hole));
                (whole.center(), whole.area(), PyTuple::new(py, arrays.collect::<Vec<_>>())?)
            }
        };
        let (x, y) = arrays(py, polygon);
        let center_array = OnceLock::new();
        Ok(Self { center, area, x, y, holes: holes.unbind(), center_array })
    }

    // `__new__` does all the work; this allows `super().__init__(x, y)` in a subclass.
    #[pyo3(signature = (x=None, y=None, *, holes=None))]
    fn __init__(
        &self,
        x: Option<&Bound<'_, PyAny>>,
        y: Option<&Bound<'_, PyAny>>,
        holes: Option<&Bound<'_, PyAny>>,
    ) -> PyResult<()> {
        let _ = (x, y);
        // A subclass that got its holes by position: without this error they would be lost
        // silently.
        match holes {
            Some(holes)
                if self.holes.bind(holes.py()).is_empty()
                    && holes.len().map_or(true, |len| len > 0) =>
            {
                Err(PyTypeError::new_err(
                    "holes must be given by name where a subclass is called, too: they are read \
                     before its __init__",
                ))
            }
            _ => Ok(()),
        }
    }

    /// The x coordinates of the outer ring, float64 of shape (n,); read-only.
    #[getter]
    fn x(&self, py: Python<'_>) -> Py<PyArray1<f64>> {
        self.x.clone_ref(py)
    }

    /// The y coordinates of the outer ring, float64 of shape (n,); read-only.
    #[getter]
    fn y(&self, py: Python<'_>) -> Py<PyArray1<f64>> {
        self.y.clone_ref(py)
    }

    /// The holes, each a pair of arrays like x and y.
    #[getter]
    fn holes(&self, py: Python<'_>) -> Py<PyTuple> {
        self.holes.clone_ref(py)
    }

    /// The mean of the vertices, float64 of shape (2,); read-only.
    #[getter(center)]
    fn center_array(&self, py: Python<'_>) -> Py<PyArray1<f64>> {
        self.center_array.get_or_init(|| read_only(py, self.center.to_vec())).clone_ref(py)
    }

    /// The area, by the shoelace formula, in squared units of the coordinates.
    ///
    /// Returns
    /// -------
    /// float
    ///     ``0.5 * abs(sum(x[i] * y[i-1] - y[i] * x[i-1]))``, the terms added in order, minus the
    ///     areas of the holes.
    fn area(&self) -> f64 {
        self.area
    }

    fn __getnewargs__(&self, py: Python<'_>) -> (Py<PyArray1<f64>>, Py<PyArray1<f64>>) {
        (self.x(py), self.y(py))
    }

    // Arguments for pickle: those of `__getnewargs__`, which a subclass may override, and the holes
    // by name.
    fn __getnewargs_ex__<'py>(
        slf: &Bound<'py, Self>,
    ) -> PyResult<(Bound<'py, PyAny>, Bound<'py, PyDict>)> {
        let py = slf.py();
        let holes = slf.get().holes.bind(py);
        let by_name = (!holes.is_empty()).then_some(("holes", holes));
        Ok((slf.call_method0("__getnewargs__")?, by_name.into_py_dict(py)?))
    }

    fn __repr__(slf: &Bound<'_, Self>) -> PyResult<String> {
        let polygon = slf.get();
        let name = slf.get_type().qualname()?;
        let (vertices, holes) = polygon.counts(slf.py())?;
        let holes = match holes {
            0 => String::new(),
            1 => ", 1 hole".to_owned(),
            _ => format!(", {holes} holes"),
        };
        let [x, y] = polygon.center;
        Ok(format!(
            "<{name}: {vertices} vertices{holes}, center=({x}, {y}), area={}>",
            polygon.area
        ))
    }
}
