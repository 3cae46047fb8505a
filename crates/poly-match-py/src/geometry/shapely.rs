//! Reads shapely polygons in batches, with few calls of shapely for each batch.
//!
//! If there is a filter, the bounding boxes come first, and only what passes is read further. The
//! coordinates come as one array, which is enough for polygons without holes. All others
//! come as well-known binary (WKB) too: for holes, shapely's ragged arrays would create an object for
//! every ring, and take three times as long. A collection comes as the MultiPolygon of its
//! polygons. This library does not depend on shapely: it uses shapely only if the caller has loaded
//! it.

use numpy::{PyArray1, PyArray2, PyArrayMethods};
use poly_match::{Bounds, Point, Shapes};
use poly_match_geo::push_wkb;
use pyo3::exceptions::PyValueError;
use pyo3::prelude::*;
use pyo3::sync::PyOnceLock;
use pyo3::types::{PyBytes, PyDict, PyList, PyTuple, PyType};

use crate::errors::exception;
use crate::geometry::filter::Filter;
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

    /// Reads the geometries from `start` up to the first other object, at most [`TOGETHER`], and
    /// adds their shapes; None may stand between them. Returns their number.
    ///
    /// A polygon that does not pass the filter is left out. `skip` is called with its position, and
    /// with the position of an object that holds no polygon and the reason. If that is no error, its
    /// shape is nothing. Coordinates are checked in either case.
    pub(crate) fn read(
        &self,
        objects: &Bound<'py, PyTuple>,
        start: usize,
        filter: Option<&Filter>,
        shapes: &mut Shapes,
        mut skip: impl FnMut(usize, Option<NoPolygon>) -> PyResult<()>,
    ) -> PyResult<usize> {
        let py = objects.py();
        let some = objects.get_slice(start, objects.len().min(start + TOGETHER));
        let kinds = some.iter_borrowed().map_while(|object| self.kind_or_none(&object));
        let kinds: Vec<Option<usize>> = kinds.collect();
        let some = some.get_slice(0, kinds.len());
        let (array, chosen) = match filter {
            Some(filter) => {
                let (array, boxes) = boxes(&some)?;
                (array, Some(passing(filter, &kinds, &boxes)))
            }
            None => (imported(&ARRAY, py, "shapely_array")?.call1((some,))?, None),
        };
        let among = chosen.as_ref().map(|chosen| PyArray1::from_slice(py, chosen));
        let read: (Numbers<'_>, Coordinates<'_>, Numbers<'_>, Bound<'_, PyList>) =
            imported(&RINGS, py, "shapely_rings")?.call1((array, among, start))?.extract()?;
        let (lengths, coordinates) = (read.0.try_readonly()?, read.1.try_readonly()?);
        let (rest, wkb) = (read.2.to_vec()?, read.3);
        let mut rings = (0_i64..).zip(each(lengths.as_slice()?, coordinates.as_slice()?));
        let mut others = rest.iter().copied().zip(wkb.iter()).peekable();
        let mut chosen = chosen.map(|chosen| chosen.into_iter().peekable());
        let mut signals = Signals::new(py);
        for i in 0..kinds.len() {
            signals.after(1)?;
            let (position, unsound) = (start + i, || unsound(start + i));
            let number = i64::try_from(i).map_err(|_| unsound())?;
            if let Some(chosen) = &mut chosen
                && chosen.next_if_eq(&number).is_none()
            {
                skip(position, None)?;
                shapes.push_nothing();
                continue;
            }
            let (number, ring) = rings.next().ok_or_else(unsound)?;
            let pushed = match others.next_if(|(other, _)| *other == number) {
                None => {
                    let ring = ring.ok_or_else(unsound)?;
                    shapes.push_parts([[ring.iter().copied()]])
                }
                Some((_, wkb)) if wkb.is_none() => {
                    skip(position, Some(self.why(&objects.get_item(position)?, position)?))?;
                    shapes.push_nothing();
                    continue;
                }
                Some((_, wkb)) => {
                    push_wkb(shapes, wkb.cast::<PyBytes>()?.as_bytes()).ok_or_else(unsound)?
                }
            };
            pushed.map_err(|error| exception(&error.of_polygon(position)))?;
        }
        Ok(kinds.len())
    }

    /// The bounding box of each polygon, if all objects are of shapely's own classes or None. The box
    /// of one that is empty, and of any other object, is empty.
    pub(crate) fn bounds(&self, objects: &Bound<'py, PyTuple>) -> PyResult<Option<Vec<Bounds>>> {
        if !objects.iter_borrowed().all(|object| self.kind_or_none(&object).is_some()) {
            return Ok(None);
        }
        let mut all = Vec::with_capacity(objects.len());
        let mut signals = Signals::new(objects.py());
        for start in (0..objects.len()).step_by(TOGETHER) {
            let some = objects.get_slice(start, objects.len().min(start + TOGETHER));
            signals.after(some.len())?;
            let boxes = some.iter_borrowed().zip(boxes(&some)?.1);
            all.extend(boxes.map(|(object, (bounds, _))| match self.kind(&object) {
                Some(0 | 1) => bounds,
                _ => Bounds::EMPTY,
            }));
        }
        Ok(Some(all))
    }

    /// The position of the object's class in [`CLASSES`], None inside for None. None for any other
    /// object.
    fn kind_or_none(&self, object: &Bound<'_, PyAny>) -> Option<Option<usize>> {
        if object.is_none() { Some(None) } else { self.kind(object).map(Some) }
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

/// The number of vertices of each geometry, or positions.
type Numbers<'py> = Bound<'py, PyArray1<i64>>;
/// Vertices of all geometries, (V, 2).
type Coordinates<'py> = Bound<'py, PyArray2<f64>>;
/// The bounding box of each geometry, and whether it has one and is finite.
type Boxes = Vec<(Bounds, bool)>;

static ARRAY: PyOnceLock<Py<PyAny>> = PyOnceLock::new();
static BOUNDS: PyOnceLock<Py<PyAny>> = PyOnceLock::new();
static RINGS: PyOnceLock<Py<PyAny>> = PyOnceLock::new();

/// A function of the module that reads shapely in Python.
fn imported<'py>(
    cell: &PyOnceLock<Py<PyAny>>,
    py: Python<'py>,
    name: &str,
) -> PyResult<Bound<'py, PyAny>> {
    Ok(cell.import(py, "poly_match_rs._geometry", name)?.clone())
}

/// An array of the geometries, and the bounding box of each. The flag says whether it has one and
/// all of its coordinates are finite.
fn boxes<'py>(some: &Bound<'py, PyTuple>) -> PyResult<(Bound<'py, PyAny>, Boxes)> {
    let read: (Bound<'_, PyAny>, Coordinates<'_>, Bound<'_, PyArray1<bool>>) =
        imported(&BOUNDS, some.py(), "shapely_bounds")?.call1((some,))?.extract()?;
    let (bounds, sound) = (read.1.try_readonly()?, read.2.try_readonly()?);
    let boxes = bounds.as_slice()?.as_chunks().0.iter().zip(sound.as_slice()?);
    let boxes = boxes.map(|(&[min_x, min_y, max_x, max_y], &is_sound)| {
        let is_empty = min_x.is_nan();
        let bounds = Bounds { min: [min_x, min_y], max: [max_x, max_y] };
        (if is_empty { Bounds::EMPTY } else { bounds }, is_sound)
    });
    Ok((read.0, boxes.collect()))
}

/// The geometries that must be read. The others are sound polygons that do not pass.
fn passing(filter: &Filter, kinds: &[Option<usize>], boxes: &[(Bounds, bool)]) -> Vec<i64> {
    let all = (0..).zip(kinds).zip(boxes);
    let passing = all.filter(|((_, kind), (bounds, is_sound))| {
        !matches!(kind, Some(0 | 1)) || !is_sound || filter.passes(bounds)
    });
    passing.map(|((i, _), _)| i).collect()
}

/// The vertices of each geometry, one ring after the other; None if there are too few.
fn each<'a>(
    lengths: &'a [i64],
    coordinates: &'a [f64],
) -> impl Iterator<Item = Option<&'a [Point]>> {
    let mut vertices: &[Point] = coordinates.as_chunks().0;
    lengths.iter().map(move |&length| {
        let (polygon, rest) = vertices.split_at_checked(usize::try_from(length).ok()?)?;
        vertices = rest;
        Some(polygon)
    })
}

fn unsound(position: usize) -> PyErr {
    PyValueError::new_err(format!("shapely gave no sound coordinates of polygon {position}"))
}
