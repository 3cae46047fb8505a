//! `Polygon`: the class that researchers subclass.
//!
//! It is immutable: coordinates with their centre and area, shown as read-only NumPy arrays. Only the
//! first `super().__init__` of a subclass may replace what `__new__` read from the call.

use pyo3::exceptions::PyTypeError;
use pyo3::intern;
use pyo3::prelude::*;
use pyo3::types::{IntoPyDict, PyDict, PyIterator, PyTuple, PyType};

use crate::classes::arguments::Arguments;
use crate::classes::arrays::Array;
use crate::classes::constructor::{has_own_init, has_own_new, settle};
use crate::classes::coordinates::Coordinates;
use crate::classes::held::{Held, Twice, Unread};
use crate::classes::interface::{mapping, part};
use crate::classes::svg::svg;

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
/// RuntimeError
///     If ``__init__`` of a subclass gives coordinates twice. Also on the first use of a polygon
///     without coordinates.
///
/// Notes
/// -----
/// A subclass may override ``area``; a matcher then calls it once for each polygon.
///
/// The constructor of a subclass may take any arguments. The polygon has the coordinates that its
/// ``__init__`` passes to ``super().__init__``. If ``__init__`` passes none, it has those of the
/// call: ``x`` and ``y`` first or by name, and ``holes`` by name.
#[pyclass(subclass, frozen, weakref, module = "poly_match_rs")]
pub(crate) struct Polygon {
    held: Held<Coordinates>,
}

/// What a subclass must bring, and how `super().__init__` takes it, for messages.
const NEEDS: [&str; 2] = ["coordinates", "x, y"];

impl Polygon {
    /// The coordinates; they are missing if nobody gave any.
    #[inline]
    pub(crate) fn coordinates(&self) -> Result<&Coordinates, &Unread> {
        self.held.get()
    }
}

/// The arguments x, y and holes of a constructor.
struct Given<'py> {
    x: Option<Bound<'py, PyAny>>,
    y: Option<Bound<'py, PyAny>>,
    /// None if there are no holes.
    holes: Option<Bound<'py, PyAny>>,
    has_more: bool,
}

impl<'py> Given<'py> {
    fn of(args: &Bound<'py, PyTuple>, kwargs: Option<&Bound<'py, PyDict>>) -> PyResult<Self> {
        let py = args.py();
        let mut arguments = Arguments::new(args, kwargs);
        let x = arguments.take(intern!(py, "x"), Some(0))?;
        let y = arguments.take(intern!(py, "y"), Some(1))?;
        let holes = arguments.take(intern!(py, "holes"), None)?;
        let has_more = !arguments.are_taken();
        Ok(Self { x, y, holes: holes.filter(|holes| !holes.is_none()), has_more })
    }

    /// Fails if there are further arguments.
    fn no_more(&self, class: &Bound<'_, PyType>) -> PyResult<()> {
        if self.has_more {
            return Err(PyTypeError::new_err(format!(
                "{}() takes x and y only, and holes by name",
                class.name()?
            )));
        }
        Ok(())
    }

    fn pair(&self) -> PyResult<[&Bound<'py, PyAny>; 2]> {
        let missing = match (&self.x, &self.y) {
            (Some(x), Some(y)) => return Ok([x, y]),
            (None, None) => "neither",
            (Some(_), None) => "no y",
            (None, Some(_)) => "no x",
        };
        Err(PyTypeError::new_err(format!("x and y must be given, got {missing}")))
    }
}

#[pymethods]
impl Polygon {
    #[new]
    #[classmethod]
    #[pyo3(signature = (*args, **kwargs), text_signature = "(x, y, *, holes=())")]
    fn new(
        class: &Bound<'_, PyType>,
        args: &Bound<'_, PyTuple>,
        kwargs: Option<&Bound<'_, PyDict>>,
    ) -> PyResult<Self> {
        let has_init = has_own_init::<Self>(class)?;
        let read = || {
            let given = Given::of(args, kwargs)?;
            // Further arguments are for the constructor of a subclass, as with `object.__new__`.
            if given.has_more && !has_init && !has_own_new::<Self>(class)? {
                given.no_more(class)?;
            }
            let [x, y] = given.pair()?;
            let holes = given.holes.as_ref();
            if has_init && holes.is_some_and(|holes| holes.cast::<PyIterator>().is_ok()) {
                // Left to `__init__`, which would find it exhausted.
                return Err(PyTypeError::new_err("holes is an iterator, which is read only once"));
            }
            Coordinates::read(x, y, holes)
        };
        let called = settle(class, has_init, read(), NEEDS)?;
        Ok(Self { held: Held::new(called) })
    }

    #[pyo3(signature = (*args, **kwargs))]
    fn __init__(
        slf: &Bound<'_, Self>,
        args: &Bound<'_, PyTuple>,
        kwargs: Option<&Bound<'_, PyDict>>,
    ) -> PyResult<()> {
        let (class, held) = (slf.get_type(), &slf.get().held);
        let has_init = has_own_init::<Self>(&class)?;
        if args.is_empty() && kwargs.is_none_or(|kwargs| kwargs.is_empty()) {
            held.get()?; // this will do if the call had coordinates
            return Ok(());
        }
        if !has_init && has_own_new::<Self>(&class)? {
            // The arguments were for the subclass's `__new__`, as with `object.__init__`.
            return Ok(held.give(None, NEEDS[0])?);
        }
        let given = Given::of(args, kwargs)?;
        given.no_more(&class)?;
        let [x, y] = given.pair()?;
        held.still_open(NEEDS[0])?;
        let holes = given.holes.as_ref();
        let is_same = held.called().and_then(|called| called.are(x, y, holes));
        let value = match (has_init, is_same) {
            (_, Some(true)) => None,
            (true, _) => Some(Coordinates::read(x, y, holes)?),
            (false, Some(false)) => return Err(Twice::new(NEEDS[0]).into()),
            // What `__new__` was called with a moment ago; not read twice.
            (false, None) => None,
        };
        Ok(held.give(value, NEEDS[0])?)
    }

    /// The x coordinates of the outer ring, float64 of shape (n,); read-only.
    #[getter]
    fn x(&self, py: Python<'_>) -> PyResult<Array> {
        self.coordinates()?.x_array(py)
    }

    /// The y coordinates of the outer ring, float64 of shape (n,); read-only.
    #[getter]
    fn y(&self, py: Python<'_>) -> PyResult<Array> {
        self.coordinates()?.y_array(py)
    }

    /// The holes, each a pair of arrays like x and y.
    #[getter]
    fn holes(&self, py: Python<'_>) -> PyResult<Py<PyTuple>> {
        self.coordinates()?.hole_arrays(py)
    }

    /// The mean of the vertices, float64 of shape (2,); read-only.
    #[getter(center)]
    fn center_array(&self, py: Python<'_>) -> PyResult<Array> {
        self.coordinates()?.center_array(py)
    }

    /// The area, by the shoelace formula, in squared units of the coordinates.
    ///
    /// Returns
    /// -------
    /// float
    ///     ``0.5 * abs(sum(x[i] * y[i-1] - y[i] * x[i-1]))``, the terms added in order, minus the
    ///     areas of the holes.
    fn area(&self) -> PyResult<f64> {
        Ok(self.coordinates()?.area)
    }

    /// A GeoJSON-like mapping of type Polygon. Its rings are closed.
    #[getter(__geo_interface__)]
    fn geo_interface<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyDict>> {
        mapping(py, "Polygon", &part(py, &self.coordinates()?.polygon)?)
    }

    // A picture for notebooks.
    fn _repr_svg_(&self) -> PyResult<String> {
        Ok(svg(std::slice::from_ref(&self.coordinates()?.polygon)))
    }

    fn __getnewargs__(&self, py: Python<'_>) -> PyResult<(Array, Array)> {
        Ok((self.x(py)?, self.y(py)?))
    }

    // Arguments for pickle: those of `__getnewargs__`, which a subclass may override, and the holes
    // by name.
    fn __getnewargs_ex__<'py>(
        slf: &Bound<'py, Self>,
    ) -> PyResult<(Bound<'py, PyAny>, Bound<'py, PyDict>)> {
        let py = slf.py();
        let holes = slf.get().coordinates()?.hole_arrays(py)?.into_bound(py);
        let by_name = (!holes.is_empty()).then_some(("holes", holes));
        Ok((slf.call_method0("__getnewargs__")?, by_name.into_py_dict(py)?))
    }

    fn __repr__(slf: &Bound<'_, Self>) -> PyResult<String> {
        let coordinates = slf.get().coordinates()?;
        let name = slf.get_type().qualname()?;
        let (vertices, holes) = coordinates.counts();
        let holes = match holes {
            0 => String::new(),
            1 => ", 1 hole".to_owned(),
            _ => format!(", {holes} holes"),
        };
        let Coordinates { center: [x, y], area, .. } = coordinates;
        Ok(format!("<{name}: {vertices} vertices{holes}, center=({x}, {y}), area={area}>"))
    }
}
