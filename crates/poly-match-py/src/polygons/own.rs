//! Reads objects of `Polygon`, `MultiPolygon` and their subclasses, and what a subclass overrides.

use poly_match::{Bounds, Center, Point, Shapes};
use pyo3::prelude::*;
use pyo3::types::{PyTuple, PyType};

use crate::classes::coordinates::Coordinates;
use crate::classes::multi_polygon::MultiPolygon;
use crate::classes::parts::Parts;
use crate::classes::polygon::Polygon;
use crate::run::Signals;

/// What a subclass of `Polygon` or `MultiPolygon` overrides.
#[derive(Clone, Copy)]
pub(super) struct Overrides {
    pub(super) center: bool,
    pub(super) area: bool,
    /// Whether `area` is a method, not a property or a number.
    pub(super) area_is_called: bool,
}

impl Overrides {
    pub(super) fn of(class: &Bound<'_, PyType>, base: &Bound<'_, PyType>) -> PyResult<Self> {
        let overrides = |name| Ok::<_, PyErr>(!class.getattr(name)?.is(&base.getattr(name)?));
        let area_is_called = class.getattr("area")?.is_callable();
        Ok(Self { center: overrides("center")?, area: overrides("area")?, area_is_called })
    }
}

/// Reads what a `Polygon` holds. `position` is its position, for error messages.
#[inline]
pub(super) fn coordinates<'a>(
    object: &'a Bound<'_, PyAny>,
    position: usize,
) -> PyResult<&'a Coordinates> {
    object.cast::<Polygon>()?.get().coordinates().map_err(|unread| unread.at(position))
}

/// What an object of one of our own classes holds.
pub(super) enum Native<'a> {
    Polygon(&'a Coordinates),
    MultiPolygon(&'a Parts),
}

impl<'a> Native<'a> {
    #[inline]
    pub(super) fn of(object: &'a Bound<'_, PyAny>, position: usize) -> PyResult<Self> {
        if object.is_instance_of::<Polygon>() {
            return Ok(Self::Polygon(coordinates(object, position)?));
        }
        let parts = object.cast::<MultiPolygon>()?.get().parts();
        Ok(Self::MultiPolygon(parts.map_err(|unread| unread.at(position))?))
    }

    pub(super) fn own_area(&self) -> f64 {
        match self {
            Self::Polygon(polygon) => polygon.area,
            Self::MultiPolygon(polygon) => polygon.area,
        }
    }

    /// The centre of the given kind.
    pub(super) fn center_by(&self, kind: Center, py: Python<'_>) -> PyResult<Point> {
        Ok(match (kind, self) {
            (Center::VertexMean, Self::Polygon(polygon)) => polygon.center,
            (Center::VertexMean, Self::MultiPolygon(polygon)) => polygon.center,
            (_, Self::Polygon(polygon)) => polygon.polygon.center_by(kind),
            (_, Self::MultiPolygon(polygon)) => polygon.shape(py)?.center_by(kind),
        })
    }

    pub(super) fn bounds(&self, py: Python<'_>) -> PyResult<Bounds> {
        match self {
            Self::Polygon(polygon) => Ok(polygon.bounds),
            Self::MultiPolygon(polygon) => polygon.bounds(py),
        }
    }

    /// Adds the polygon to `shapes`.
    #[inline]
    pub(super) fn push_into(&self, shapes: &mut Shapes, py: Python<'_>) -> PyResult<()> {
        match self {
            Self::Polygon(polygon) => shapes.push(&polygon.polygon),
            Self::MultiPolygon(polygon) => polygon.push_into(shapes, py)?,
        }
        Ok(())
    }
}

/// The box of each object, if all are of our own classes.
pub(super) fn own_bounds(objects: &Bound<'_, PyTuple>) -> PyResult<Option<Vec<Bounds>>> {
    let mut all = Vec::with_capacity(objects.len());
    let mut signals = Signals::new(objects.py());
    for (position, object) in objects.iter_borrowed().enumerate() {
        signals.after(1)?;
        if !object.is_instance_of::<Polygon>() && !object.is_instance_of::<MultiPolygon>() {
            return Ok(None);
        }
        all.push(Native::of(&object, position)?.bounds(objects.py())?);
    }
    Ok(Some(all))
}
