//! Reads objects of `Polygon`, `MultiPolygon` and their subclasses, and what a subclass overrides.

use poly_match::Point;
use pyo3::prelude::*;
use pyo3::types::PyType;

use crate::classes::multi_polygon::MultiPolygon;
use crate::classes::polygon::Polygon;

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

/// An object of one of our own classes.
pub(super) enum Native<'a> {
    Polygon(&'a Polygon),
    MultiPolygon(&'a MultiPolygon),
}

impl<'a> Native<'a> {
    pub(super) fn of(object: &'a Bound<'_, PyAny>) -> PyResult<Self> {
        if let Ok(polygon) = object.cast::<Polygon>() {
            return Ok(Self::Polygon(polygon.get()));
        }
        Ok(Self::MultiPolygon(object.cast::<MultiPolygon>()?.get()))
    }

    pub(super) fn center(&self) -> Point {
        match self {
            Self::Polygon(polygon) => polygon.center(),
            Self::MultiPolygon(polygon) => polygon.center(),
        }
    }

    pub(super) fn own_area(&self) -> f64 {
        match self {
            Self::Polygon(polygon) => polygon.own_area(),
            Self::MultiPolygon(polygon) => polygon.own_area(),
        }
    }

    pub(super) fn shape(&self, py: Python<'_>) -> PyResult<poly_match::Polygon> {
        match self {
            Self::Polygon(polygon) => polygon.shape(py),
            Self::MultiPolygon(polygon) => polygon.shape(py),
        }
    }
}
