//! Reads polygons from GeoJSON and `__geo_interface__`: mappings with nested coordinates.
//!
//! Sources: RFC 7946, "The GeoJSON Format", and S. Gillies, "A Python Protocol for Geospatial
//! Data". If a ring repeats its first vertex at its end, that vertex counts once. Coordinates after
//! x and y are ignored.

use std::fmt::Display;

use poly_match::{Point, Polygon};
use pyo3::exceptions::{PyKeyError, PyTypeError, PyValueError};
use pyo3::prelude::*;
use pyo3::types::{PyList, PyMapping, PyTuple};

use crate::errors::exception;
use crate::geometry::refused::{NoPolygon, Refused};
use crate::run::Signals;

/// How deep collections may be nested. RFC 7946 advises against any nesting; a limit keeps a
/// collection that holds itself from exhausting the stack.
const DEEPEST: usize = 64;

/// Reads the polygon of a mapping. `position` is the position of its object, for error messages.
///
/// A collection is read as one polygon of all parts of its polygons; its other members are ignored.
pub(crate) fn read(mapping: &Bound<'_, PyAny>, position: usize) -> Result<Polygon, Refused> {
    let reader = Reader { position };
    let mut geometry = mapping.clone();
    let mut kind = kind(mapping)?;
    if kind.as_deref() == Some("Feature") {
        geometry = match member(mapping, "geometry")? {
            Some(geometry) if !is_empty(&geometry)? => geometry,
            _ => {
                return Err(NoPolygon::Type(format!(
                    "polygons must have a geometry, got a Feature without one at position {position}"
                ))
                .into());
            }
        };
        kind = self::kind(&geometry)?;
    }
    let mut parts = reader.parts(&geometry, kind.as_deref(), DEEPEST)?;
    parts.retain(|part| part.iter().any(|ring| !ring.is_empty()));
    if parts.is_empty() {
        return Err(match kind.as_deref() {
            Some(COLLECTION) => NoPolygon::without_polygons(position),
            _ => NoPolygon::without_vertices(position),
        }
        .into());
    }
    Polygon::from_parts(parts).map_err(|error| exception(&error.of_polygon(position)).into())
}

/// The type of a geometry that holds others.
const COLLECTION: &str = "GeometryCollection";

/// A part of a polygon: its outer ring and its holes.
type Part = Vec<Vec<Point>>;

/// The member `type` of a mapping; None if there is none that is text.
fn kind(mapping: &Bound<'_, PyAny>) -> PyResult<Option<String>> {
    match mapping.get_item("type") {
        Ok(kind) => Ok(kind.extract().ok()),
        Err(error) if error.is_instance_of::<PyKeyError>(mapping.py()) => Ok(None),
        // An object without members at all.
        Err(_) if !mapping.is_instance_of::<PyMapping>() => Ok(None),
        Err(error) => Err(error),
    }
}

/// A member of a mapping; None if there is none, or if it is null.
fn member<'py>(mapping: &Bound<'py, PyAny>, name: &str) -> PyResult<Option<Bound<'py, PyAny>>> {
    match mapping.get_item(name) {
        Ok(member) => Ok(Some(member).filter(|member| !member.is_none())),
        Err(error) if error.is_instance_of::<PyKeyError>(mapping.py()) => Ok(None),
        Err(error) => Err(error),
    }
}

/// Whether it is a mapping without members.
fn is_empty(geometry: &Bound<'_, PyAny>) -> PyResult<bool> {
    Ok(geometry.is_instance_of::<PyMapping>() && geometry.is_empty()?)
}

/// The error for an object that is no geometry and has no coordinates.
pub(crate) fn unknown(object: &Bound<'_, PyAny>, position: usize) -> NoPolygon {
    let got = type_name(object);
    NoPolygon::Type(format!(
        "polygons must be Polygon objects or have x and y, got {got} at position {position} \
         (or shapely polygons, arrays of shape (n, 2), or objects with a __geo_interface__)"
    ))
}

/// The error for a geometry that is no polygon: a point or a line.
pub(crate) fn not_a_polygon(kind: &dyn Display, position: usize) -> NoPolygon {
    NoPolygon::Type(format!(
        "polygons must be of type Polygon or MultiPolygon, got {kind} at position {position}"
    ))
}

fn type_name(object: &Bound<'_, PyAny>) -> String {
    object.get_type().name().map_or_else(|_| String::new(), |name| name.to_string())
}

/// Reads the coordinates of the polygon at `position`.
struct Reader {
    position: usize,
}

impl Reader {
    /// Reads the parts of a geometry of the type `kind`. Collections in it may be nested `deep`.
    fn parts(
        &self,
        geometry: &Bound<'_, PyAny>,
        kind: Option<&str>,
        deep: usize,
    ) -> Result<Vec<Part>, Refused> {
        let position = self.position;
        Ok(match kind {
            Some("Polygon") => match member(geometry, "coordinates")? {
                Some(coordinates) => vec![self.part(&coordinates)?],
                None => Vec::new(),
            },
            Some("MultiPolygon") => match member(geometry, "coordinates")? {
                Some(coordinates) => self.each(&coordinates, "parts", |part| self.part(part))?,
                None => Vec::new(),
            },
            Some(COLLECTION) => {
                let deep = deep.checked_sub(1).ok_or_else(|| {
                    PyValueError::new_err(format!(
                        "collections of polygon {position} must be nested at most {DEEPEST} deep"
                    ))
                })?;
                let Some(geometries) = member(geometry, "geometries")? else {
                    return Ok(Vec::new());
                };
                let parts = self.each(&geometries, "geometries", |one| self.parts_in(one, deep))?;
                parts.into_iter().flatten().collect()
            }
            Some(kind) => return Err(not_a_polygon(&kind, position).into()),
            None => return Err(unknown(geometry, position).into()),
        })
    }

    /// Reads the parts of a member of a collection; none if it is not a polygon.
    fn parts_in(&self, geometry: &Bound<'_, PyAny>, deep: usize) -> PyResult<Vec<Part>> {
        match self.parts(geometry, kind(geometry)?.as_deref(), deep) {
            Ok(parts) => Ok(parts),
            Err(Refused::NoPolygon(_)) => Ok(Vec::new()),
            Err(Refused::Error(error)) => Err(error),
        }
    }

    /// Reads an outer ring and its holes.
    fn part(&self, rings: &Bound<'_, PyAny>) -> PyResult<Part> {
        self.each(rings, "rings", |ring| self.each(ring, "vertices", |vertex| self.vertex(vertex)))
    }

    /// Reads each element of `elements` with `read`. `name` is used in error messages.
    fn each<T>(
        &self,
        elements: &Bound<'_, PyAny>,
        name: &str,
        read: impl Fn(&Bound<'_, PyAny>) -> PyResult<T>,
    ) -> PyResult<Vec<T>> {
        let mut signals = Signals::new(elements.py());
        let mut read = |element: &Bound<'_, PyAny>| {
            signals.after(1)?;
            read(element)
        };
        if let Ok(elements) = elements.cast::<PyTuple>() {
            return elements.iter_borrowed().map(|element| read(&element)).collect();
        }
        if let Ok(elements) = elements.cast::<PyList>() {
            return elements.iter().map(|element| read(&element)).collect();
        }
        let Ok(elements) = elements.try_iter() else {
            return Err(PyTypeError::new_err(format!(
                "{name} of polygon {} must be an iterable, got {}",
                self.position,
                type_name(elements),
            )));
        };
        elements.map(|element| read(&element?)).collect()
    }

    fn vertex(&self, vertex: &Bound<'_, PyAny>) -> PyResult<Point> {
        if let Ok((x, y)) = vertex.extract() {
            return Ok([x, y]);
        }
        let numbers = self.each(vertex, "vertices", |number| Ok(number.extract::<f64>().ok()))?;
        match numbers[..] {
            [Some(x), Some(y), ..] => Ok([x, y]),
            _ => Err(PyTypeError::new_err(format!(
                "vertices of polygon {} must be two numbers, x and y, got {}",
                self.position,
                vertex.repr()?,
            ))),
        }
    }
}
