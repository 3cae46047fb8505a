//! Reads shapely polygons in batches: one call writes all of them as well-known binary (WKB).
//!
//! For polygons with holes, WKB is three times as fast as shapely's ragged arrays, which create an
//! object for every ring. This library does not depend on shapely: it uses shapely only if the
//! caller has loaded it.

use poly_match::{Point, Shapes};
use pyo3::exceptions::PyValueError;
use pyo3::prelude::*;
use pyo3::sync::PyOnceLock;
use pyo3::types::{PyBytes, PyDict, PyList, PyTuple, PyType};

use crate::errors::exception;
use crate::run::Signals;

/// Number of polygons in a batch. Signals are checked between batches; with a thousand vertices
/// each, a batch is still short enough for Ctrl-C.
const TOGETHER: usize = 1 << 12;

/// The classes of shapely.
pub(crate) struct Shapely<'py> {
    geometry: Bound<'py, PyType>,
    polygons: [Bound<'py, PyType>; 2],
}

impl<'py> Shapely<'py> {
    /// The classes, if the caller has loaded shapely 2; else None.
    pub(crate) fn loaded(py: Python<'py>) -> PyResult<Option<Self>> {
        let modules = py.import("sys")?.getattr("modules")?.cast_into::<PyDict>()?;
        let Some(shapely) = modules.get_item("shapely")? else { return Ok(None) };
        let class = |name: &str| match shapely.getattr_opt(name)? {
            Some(class) => Ok::<_, PyErr>(class.cast_into::<PyType>().ok()),
            None => Ok(None),
        };
        let classes = (class("Geometry")?, class("Polygon")?, class("MultiPolygon")?);
        let (Some(geometry), Some(polygon), Some(multi_polygon)) = classes else { return Ok(None) };
        Ok(Some(Self { geometry, polygons: [polygon, multi_polygon] }))
    }

    /// Whether the object is a shapely Polygon or MultiPolygon.
    pub(crate) fn is_polygon(&self, object: &Bound<'py, PyAny>) -> bool {
        self.polygons.iter().any(|class| class.as_type_ptr() == object.get_type_ptr())
    }

    /// Whether the object is any shapely geometry.
    pub(crate) fn is_geometry(&self, object: &Bound<'_, PyAny>) -> PyResult<bool> {
        object.is_instance(&self.geometry)
    }

    /// Reads the polygons from `start` up to the first other object, at most [`TOGETHER`]. Returns
    /// their shapes and their number.
    pub(crate) fn read(
        &self,
        objects: &Bound<'py, PyTuple>,
        start: usize,
    ) -> PyResult<(Shapes, usize)> {
        static WKB: PyOnceLock<Py<PyAny>> = PyOnceLock::new();
        let run = objects.iter_borrowed().skip(start).take(TOGETHER);
        let count = run.take_while(|object| self.is_polygon(object)).count();
        let wkb = WKB.import(objects.py(), "poly_match_rs._geometry", "wkb")?;
        let found = wkb.call1((objects.get_slice(start, start + count),))?;
        let mut shapes = Shapes::new();
        let mut signals = Signals::new(objects.py());
        for (position, bytes) in (start..).zip(found.cast::<PyList>()?) {
            signals.after(1)?;
            let parts = parts(bytes.cast::<PyBytes>()?.as_bytes()).ok_or_else(|| {
                let message = format!("shapely gave no sound WKB of polygon {position}");
                PyValueError::new_err(message)
            })?;
            let parts = parts.iter().map(|rings| rings.iter().map(|ring| vertices(ring)));
            shapes.push_parts(parts).map_err(|error| exception(&error.of_polygon(position)))?;
        }
        Ok((shapes, count))
    }
}

/// Parses a polygon or multipolygon in two-dimensional little-endian WKB: the rings of each part.
///
/// OGC 06-103r4, "Simple feature access, part 1", section 8.2.
fn parts(wkb: &[u8]) -> Option<Vec<Vec<&[u8]>>> {
    let mut rest = Rest(wkb);
    match rest.kind()? {
        POLYGON => Some(vec![rest.rings()?]),
        MULTI_POLYGON => {
            let count = rest.count()?;
            let part = |_| rest.kind().filter(|&kind| kind == POLYGON).and_then(|_| rest.rings());
            (0..count).map(part).collect()
        }
        _ => None,
    }
}

const POLYGON: usize = 3;
const MULTI_POLYGON: usize = 6;
const VERTEX: usize = 16;

/// The rest of the input. Every method returns None if the input is too short.
struct Rest<'a>(&'a [u8]);

impl<'a> Rest<'a> {
    fn take(&mut self, len: usize) -> Option<&'a [u8]> {
        let (taken, rest) = self.0.split_at_checked(len)?;
        self.0 = rest;
        Some(taken)
    }

    fn count(&mut self) -> Option<usize> {
        let bytes = self.take(4)?.try_into().ok()?;
        usize::try_from(u32::from_le_bytes(bytes)).ok()
    }

    fn kind(&mut self) -> Option<usize> {
        let is_little_endian = self.take(1)? == [1];
        self.count().filter(|_| is_little_endian)
    }

    fn rings(&mut self) -> Option<Vec<&'a [u8]>> {
        let count = self.count()?;
        let ring = |_| {
            let len = self.count()?.checked_mul(VERTEX)?;
            self.take(len)
        };
        (0..count).map(ring).collect()
    }
}

fn vertices(ring: &[u8]) -> impl Iterator<Item = Point> {
    let number = |bytes: &[u8; 8]| f64::from_le_bytes(*bytes);
    let (numbers, _) = ring.as_chunks::<8>();
    numbers.as_chunks::<2>().0.iter().map(move |[x, y]| [number(x), number(y)])
}
