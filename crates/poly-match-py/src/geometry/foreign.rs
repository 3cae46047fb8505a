//! Reads one polygon object of a class that is not ours: its shape, centre and area.
//!
//! An object is read by the first of these that applies: a dict, as GeoJSON; `x` and `y` (and
//! `holes`); `__geo_interface__`, which is a GeoJSON-like mapping; an array or a list, as vertices;
//! any other mapping, as GeoJSON.

use std::fmt;

use poly_match::{Error, Point};
use pyo3::exceptions::PyTypeError;
use pyo3::intern;
use pyo3::prelude::*;
use pyo3::sync::PyOnceLock;
use pyo3::types::{PyDict, PyList, PyMapping, PyString, PyTuple};

use crate::errors::exception;
use crate::geometry::arrays::{point, vector};
use crate::geometry::geojson;
use crate::geometry::holes::read_holes;
use crate::geometry::refused::{NoPolygon, Refused};
use crate::geometry::shapely::Shapely;
use crate::geometry::vertices;
use crate::run::Signals;

/// The shape of an object.
pub(crate) struct Foreign {
    pub(crate) shape: poly_match::Polygon,
    /// Whether the object is a mapping or an array, whose attributes may be its members.
    pub(crate) is_data: bool,
}

impl Foreign {
    /// Reads the object at `position`.
    pub(crate) fn read(
        object: &Bound<'_, PyAny>,
        position: usize,
        shapely: Option<&Shapely<'_>>,
    ) -> Result<Self, Refused> {
        let py = object.py();
        // Checked first: a shapely Point has x and y, too.
        if let Some(shapely) = shapely
            && shapely.is_geometry(object)?
        {
            let kind = object.get_type().name()?;
            return Err(geojson::not_a_polygon(&kind, position).into());
        }
        let data = |shape| Ok(Self { shape, is_data: true });
        if object.is_instance_of::<PyDict>() {
            return data(geojson::read(object, position)?);
        }
        let x = object.getattr_opt(intern!(py, "x"))?;
        let y = x.is_some().then(|| object.getattr_opt(intern!(py, "y"))).transpose()?.flatten();
        let shape = match (x, y) {
            (Some(x), Some(y)) => rings(object, &x, &y, position)?,
            _ => match object.getattr_opt(intern!(py, "__geo_interface__"))? {
                Some(interface) => geojson::read(&interface, position)?,
                None if vertices::is_array(object)? => {
                    return data(vertices::read(object, position)?);
                }
                // Last, since this check is slower than looking for x.
                None if object.is_instance_of::<PyMapping>() => {
                    return data(geojson::read(object, position)?);
                }
                None => return Err(geojson::unknown(object, position).into()),
            },
        };
        Ok(Self { shape, is_data: false })
    }
}

/// Gets an attribute that the object defines. For a mapping or an array, only one that its class
/// defines, since other attributes may be its members.
pub(crate) fn own<'py>(
    object: &Bound<'py, PyAny>,
    name: &Bound<'py, PyString>,
    is_data: bool,
) -> PyResult<Option<Bound<'py, PyAny>>> {
    if is_data && !object.get_type().hasattr(name)? {
        return Ok(None);
    }
    object.getattr_opt(name)
}

/// Reads `x`, `y` and `holes` of an object. Every vertex counts, also one that closes the ring.
fn rings(
    object: &Bound<'_, PyAny>,
    x: &Bound<'_, PyAny>,
    y: &Bound<'_, PyAny>,
    position: usize,
) -> Result<poly_match::Polygon, Refused> {
    let x = vector(x, &Of { name: "x", position })?;
    let y = vector(y, &Of { name: "y", position })?;
    if x.is_empty() && y.is_empty() {
        return Err(NoPolygon::without_vertices(position).into());
    }
    let outer =
        poly_match::Polygon::new(x, y).map_err(|error| exception(&error.of_polygon(position)))?;
    match object.getattr_opt(intern!(object.py(), "holes"))? {
        Some(holes) if !holes.is_none() => {
            let holes = read_holes(&holes, Some(position))?;
            Ok(holes.into_iter().fold(outer, poly_match::Polygon::with_hole))
        }
        _ => Ok(outer),
    }
}

/// Reads the `center` that an object defines.
pub(crate) fn ask_center(center: &Bound<'_, PyAny>, position: usize) -> PyResult<Point> {
    let got = point(center, &Of { name: "center", position })?;
    if got[0].is_finite() && got[1].is_finite() {
        Ok(got)
    } else {
        Err(exception(&Error::Center { polygon: position, got }))
    }
}

/// Reads the `area` that an object defines; its exceptions reach the caller unchanged.
pub(crate) fn ask_area(object: &Bound<'_, PyAny>, position: usize) -> PyResult<f64> {
    call_area(object.getattr(intern!(object.py(), "area"))?, position)
}

/// Reads an `area`, which is a method or a number.
pub(crate) fn call_area(area: Bound<'_, PyAny>, position: usize) -> PyResult<f64> {
    let area = if area.is_callable() { area.call0()? } else { area };
    number(&area, position)
}

/// Calls `area()` of many objects.
///
/// The loop is in Python: the interpreter calls Python methods faster than native code does.
pub(crate) fn ask_areas(objects: &Bound<'_, PyTuple>) -> PyResult<Vec<f64>> {
    static AREAS: PyOnceLock<Py<PyAny>> = PyOnceLock::new();
    let areas = AREAS.import(objects.py(), "poly_match_rs._areas", "areas")?.call1((objects,))?;
    let areas = areas.cast::<PyList>()?.to_tuple();
    let mut signals = Signals::new(objects.py());
    let read = |(position, area): (usize, Borrowed<'_, '_, PyAny>)| {
        signals.after(1)?;
        number(&area, position)
    };
    areas.iter_borrowed().enumerate().map(read).collect()
}

fn number(area: &Bound<'_, PyAny>, position: usize) -> PyResult<f64> {
    area.extract().map_err(|_| {
        let got = area.get_type().name().map_or_else(|_| String::new(), |name| name.to_string());
        PyTypeError::new_err(format!("area of polygon {position} must be a number, got {got}"))
    })
}

/// Names an attribute of the polygon at a position, for error messages.
struct Of<'a> {
    name: &'a str,
    position: usize,
}

impl fmt::Display for Of<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} of polygon {}", self.name, self.position)
    }
}
