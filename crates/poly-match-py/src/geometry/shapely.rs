//! Reads shapely polygons in batches, with few calls of shapely for each batch.
//!
//! Polygons without holes come as one array of coordinates. All others come as well-known binary
//! (WKB), which the crate `wkb` parses: for holes, shapely's ragged arrays would create an object
//! for every ring, and take three times as long. A collection comes as the MultiPolygon of its
//! polygons. This library does not depend on shapely: it uses shapely only if the caller has loaded
//! it.

use geo_traits::{CoordTrait, GeometryTrait, GeometryType, LineStringTrait};
use geo_traits::{MultiPolygonTrait, PolygonTrait};
use numpy::{PyArray1, PyArray2, PyArrayMethods};
use poly_match::{Error, Point, Shapes};
use pyo3::exceptions::PyValueError;
use pyo3::prelude::*;
use pyo3::sync::PyOnceLock;
use pyo3::types::{PyBytes, PyDict, PyList, PyTuple, PyType};
use wkb::reader::{LinearRing, Polygon, read_wkb};

use crate::errors::exception;
use crate::geometry::geojson::{not_a_polygon, unknown};
use crate::geometry::refused::NoPolygon;
use crate::run::Signals;

/// Number of polygons in a batch. Signals are checked between batches; with a thousand vertices
/// each, a batch is still short enough for Ctrl-C.
const TOGETHER: usize = 1 << 12;

/// The classes of shapely.
pub(crate) struct Shapely<'py> {
    geometry: Bound<'py, PyType>,
    /// The polygon, the multipolygon and the collection first.
    classes: Vec<Bound<'py, PyType>>,
}

/// The names of shapely's classes. Only the first three may hold polygons.
const CLASSES: [&str; 8] = [
    "Polygon",
    "MultiPolygon",
    "GeometryCollection",
    "Point",
    "LineString",
    "LinearRing",
    "MultiPoint",
    "MultiLineString",
];

impl<'py> Shapely<'py> {
    /// The classes, if the caller has loaded shapely 2; else None.
    pub(crate) fn loaded(py: Python<'py>) -> PyResult<Option<Self>> {
        let modules = py.import("sys")?.getattr("modules")?.cast_into::<PyDict>()?;
        let Some(shapely) = modules.get_item("shapely")? else { return Ok(None) };
        let class = |name: &str| match shapely.getattr_opt(name)? {
            Some(class) => Ok::<_, PyErr>(class.cast_into::<PyType>().ok()),
            None => Ok(None),
        };
        let classes = CLASSES.iter().map(|name| class(name)).collect::<PyResult<Option<_>>>()?;
        let (Some(geometry), Some(classes)) = (class("Geometry")?, classes) else {
            return Ok(None);
        };
        Ok(Some(Self { geometry, classes }))
    }

    /// Whether the object is of one of shapely's own classes, which are read in batches.
    pub(crate) fn is_own(&self, object: &Bound<'_, PyAny>) -> bool {
        self.kind(object).is_some()
    }

    /// The position of the object's class in [`CLASSES`].
    fn kind(&self, object: &Bound<'_, PyAny>) -> Option<usize> {
        self.classes.iter().position(|class| class.as_type_ptr() == object.get_type_ptr())
    }

    /// Whether the object is any shapely geometry.
    pub(crate) fn is_geometry(&self, object: &Bound<'_, PyAny>) -> PyResult<bool> {
        object.is_instance(&self.geometry)
    }

    /// Reads the geometries from `start` up to the first other object, at most [`TOGETHER`]; None
    /// may stand between them. Returns their shapes and their number.
    ///
    /// For an object that holds no polygon, `refuse` is called with its position. If that is no
    /// error, its shape is nothing.
    pub(crate) fn read(
        &self,
        objects: &Bound<'py, PyTuple>,
        start: usize,
        mut refuse: impl FnMut(usize, NoPolygon) -> PyResult<()>,
    ) -> PyResult<(Shapes, usize)> {
        static READ: PyOnceLock<Py<PyAny>> = PyOnceLock::new();
        let run = objects.iter_borrowed().skip(start).take(TOGETHER);
        let count = run.take_while(|object| self.is_own(object) || object.is_none()).count();
        let read = READ.import(objects.py(), "poly_match_rs._geometry", "read_shapely")?;
        let found = read.call1((objects.get_slice(start, start + count), start))?;
        let (lengths, coordinates, others): (Lengths<'_>, Coordinates<'_>, Bound<'_, PyList>) =
            found.extract()?;
        let coordinates = coordinates.to_vec()?;
        let mut vertices: &[Point] = coordinates.as_chunks().0;
        let mut others = others.iter();
        let mut shapes = Shapes::new();
        let mut signals = Signals::new(objects.py());
        for (position, length) in (start..).zip(lengths.to_vec()?) {
            signals.after(1)?;
            let unsound = || {
                let message = format!("shapely gave no sound coordinates of polygon {position}");
                PyValueError::new_err(message)
            };
            let pushed = if length > 0 {
                let length = usize::try_from(length).ok();
                let split = length.and_then(|length| vertices.split_at_checked(length));
                let (ring, rest) = split.ok_or_else(unsound)?;
                vertices = rest;
                shapes.push_parts([[ring.iter().copied()]])
            } else {
                let wkb = others.next().ok_or_else(unsound)?;
                if wkb.is_none() {
                    refuse(position, self.why(&objects.get_item(position)?, position)?)?;
                    shapes.push_nothing();
                    continue;
                }
                push_wkb(&mut shapes, wkb.cast::<PyBytes>()?.as_bytes()).ok_or_else(unsound)?
            };
            pushed.map_err(|error| exception(&error.of_polygon(position)))?;
        }
        Ok((shapes, count))
    }

    /// Why an object holds no polygon.
    fn why(&self, object: &Bound<'_, PyAny>, position: usize) -> PyResult<NoPolygon> {
        Ok(match self.kind(object) {
            None => unknown(object, position),
            Some(0 | 1) => NoPolygon::without_vertices(position),
            Some(2) => NoPolygon::without_polygons(position),
            Some(_) => not_a_polygon(&object.get_type().name()?, position),
        })
    }
}

/// Number of vertices of each polygon; 0 if it comes as WKB, which is None if it is not a polygon.
type Lengths<'py> = Bound<'py, PyArray1<i64>>;
/// Vertices of all polygons without holes, (V, 2).
type Coordinates<'py> = Bound<'py, PyArray2<f64>>;

/// Adds the polygon or multipolygon of a WKB buffer; None if it holds neither.
fn push_wkb(shapes: &mut Shapes, wkb: &[u8]) -> Option<Result<(), Error>> {
    match read_wkb(wkb).ok()?.as_type() {
        GeometryType::Polygon(polygon) => Some(shapes.push_parts([rings(polygon)])),
        GeometryType::MultiPolygon(polygon) => {
            let parts: Vec<_> = polygon.polygons().collect();
            Some(shapes.push_parts(parts.iter().map(|part| rings(part))))
        }
        _ => None,
    }
}

/// The rings of a polygon: its outer ring, then its holes. An empty polygon has none.
fn rings<'a>(polygon: &'a Polygon<'a>) -> impl Iterator<Item = impl Iterator<Item = Point>> {
    let rings = polygon.exterior().into_iter().chain(polygon.interiors());
    rings.map(|ring: &LinearRing<'_>| ring.coords().map(|vertex| [vertex.x(), vertex.y()]))
}
