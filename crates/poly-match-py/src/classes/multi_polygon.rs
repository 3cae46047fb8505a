//! `MultiPolygon`: one polygon of several parts.
//!
//! It is immutable, and may be subclassed, as `Polygon`.

use pyo3::exceptions::PyTypeError;
use pyo3::gc::{PyTraverseError, PyVisit};
use pyo3::intern;
use pyo3::prelude::*;
use pyo3::types::{PyDict, PyIterator, PyTuple, PyType};

use crate::classes::arguments::Arguments;
use crate::classes::arrays::Array;
use crate::classes::constructor::{has_own_init, has_own_new, settle};
use crate::classes::held::{Held, Twice, Unread};
use crate::classes::interface::{mapping, part};
use crate::classes::parts::Parts;
use crate::classes::svg::svg;
use crate::geometry::elements::tuple_of;

/// One polygon of several parts, such as an archipelago.
///
/// Its area is the sum of the areas of its parts, by the formula of `Polygon`, even if the class of
/// a part overrides ``area``. A point is inside if it is inside one of the parts: the polygon is
/// their union. Where parts overlap, the area counts twice.
///
/// Parameters
/// ----------
/// polygons : iterable of Polygon
///     The parts, at least one.
///
/// Attributes
/// ----------
/// parts : tuple of Polygon
///     The caller's own polygons.
/// center : numpy.ndarray of float64, shape (2,)
///     The mean of the vertices of all parts. Read-only.
///
/// Raises
/// ------
/// ValueError
///     If there is no part.
/// TypeError
///     If a part is not a `Polygon`; the message names its position and type.
///
/// RuntimeError
///     If ``__init__`` of a subclass gives parts twice. Also on the first use of an object without
///     parts.
///
/// Notes
/// -----
/// A subclass may override ``area``, and its constructor may take any arguments, as with `Polygon`:
/// the parts are those that its ``__init__`` passes to ``super().__init__``, or else those of the
/// call, ``polygons`` first or by name.
#[pyclass(subclass, frozen, weakref, module = "poly_match_rs")]
pub(crate) struct MultiPolygon {
    held: Held<Parts>,
}

/// What a subclass must bring, and how `super().__init__` takes it, for messages.
const NEEDS: [&str; 2] = ["parts", "polygons"];

impl MultiPolygon {
    /// The parts; they are missing if nobody gave any.
    #[inline]
    pub(crate) fn parts(&self) -> Result<&Parts, &Unread> {
        self.held.get()
    }
}

/// The argument polygons of a constructor, and whether there are further arguments.
fn given<'py>(
    args: &Bound<'py, PyTuple>,
    kwargs: Option<&Bound<'py, PyDict>>,
) -> PyResult<(Bound<'py, PyAny>, bool)> {
    let mut arguments = Arguments::new(args, kwargs);
    match arguments.take(intern!(args.py(), "polygons"), Some(0))? {
        Some(polygons) => Ok((polygons, !arguments.are_taken())),
        None => Err(PyTypeError::new_err("polygons must be given, got none")),
    }
}

/// The error for further arguments.
fn too_many(class: &Bound<'_, PyType>) -> PyResult<PyErr> {
    let message = format!("{}() takes polygons only, in one iterable", class.name()?);
    Ok(PyTypeError::new_err(message))
}

#[pymethods]
impl MultiPolygon {
    #[new]
    #[classmethod]
    #[pyo3(signature = (*args, **kwargs), text_signature = "(polygons)")]
    fn new(
        class: &Bound<'_, PyType>,
        args: &Bound<'_, PyTuple>,
        kwargs: Option<&Bound<'_, PyDict>>,
    ) -> PyResult<Self> {
        let has_init = has_own_init::<Self>(class)?;
        let read = || {
            let (polygons, has_more) = given(args, kwargs)?;
            // Further arguments are for the constructor of a subclass, as with `object.__new__`.
            if has_more && !has_init && !has_own_new::<Self>(class)? {
                return Err(too_many(class)?);
            }
            if has_init && polygons.cast::<PyIterator>().is_ok() {
                // Left to `__init__`, which would find it exhausted.
                return Err(PyTypeError::new_err("an iterator is read only once"));
            }
            Parts::new(tuple_of(&polygons, "polygons")?)
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
            held.get()?; // this will do if the call had polygons
            return Ok(());
        }
        if !has_init && has_own_new::<Self>(&class)? {
            // The arguments were for the subclass's `__new__`, as with `object.__init__`.
            return Ok(held.give(None, NEEDS[0])?);
        }
        let (polygons, has_more) = given(args, kwargs)?;
        if has_more {
            return Err(too_many(&class)?);
        }
        held.still_open(NEEDS[0])?;
        let is_same = held.called().and_then(|parts| parts.are(&polygons));
        let value = match (has_init, is_same) {
            (_, Some(true)) => None,
            (true, _) => Some(Parts::new(tuple_of(&polygons, "polygons")?)?),
            (false, Some(false)) => return Err(Twice::new(NEEDS[0]).into()),
            // What `__new__` was called with a moment ago, now perhaps exhausted.
            (false, None) => None,
        };
        Ok(held.give(value, NEEDS[0])?)
    }

    /// The caller's own polygons.
    #[getter(parts)]
    fn parts_tuple(&self, py: Python<'_>) -> PyResult<Py<PyTuple>> {
        Ok(self.parts()?.parts.clone_ref(py))
    }

    /// The mean of the vertices of all parts, float64 of shape (2,); read-only.
    #[getter(center)]
    fn center_array(&self, py: Python<'_>) -> PyResult<Array> {
        self.parts()?.center_array(py)
    }

    /// The area of all parts, by the shoelace formula, in squared units of the coordinates.
    ///
    /// Returns
    /// -------
    /// float
    ///     The sum of the areas of the parts, without their holes.
    fn area(&self) -> PyResult<f64> {
        Ok(self.parts()?.area)
    }

    /// A GeoJSON-like mapping of type MultiPolygon. Its rings are closed.
    #[getter(__geo_interface__)]
    fn geo_interface<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyDict>> {
        let parts = self.parts()?.each(py, |coordinates| part(py, &coordinates.polygon))?;
        mapping(py, "MultiPolygon", &PyTuple::new(py, parts)?)
    }

    // A picture for notebooks.
    fn _repr_svg_(&self, py: Python<'_>) -> PyResult<String> {
        Ok(svg(&self.parts()?.each(py, |coordinates| Ok(coordinates.polygon.clone()))?))
    }

    fn __getnewargs__(&self, py: Python<'_>) -> PyResult<(Py<PyTuple>,)> {
        Ok((self.parts_tuple(py)?,))
    }

    fn __repr__(slf: &Bound<'_, Self>) -> PyResult<String> {
        let Parts { center: [x, y], area, .. } = slf.get().parts()?;
        let counts = slf.get().parts()?.each(slf.py(), |part| Ok(part.counts()))?;
        let vertices: usize = counts.iter().map(|(vertices, _)| vertices).sum();
        let (name, count) = (slf.get_type().qualname()?, counts.len());
        let parts = if count == 1 { "part" } else { "parts" };
        Ok(format!(
            "<{name}: {count} {parts}, {vertices} vertices, center=({x}, {y}), area={area}>"
        ))
    }

    // A part may refer back to this polygon. There is no `__clear__`, as for a tuple: every cycle
    // goes through another object that can be cleared.
    fn __traverse__(&self, visit: PyVisit<'_>) -> Result<(), PyTraverseError> {
        self.held.all().try_for_each(|held| visit.call(&held.parts))
    }
}
