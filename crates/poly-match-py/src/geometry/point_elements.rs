//! Reads the elements of a list of points, one by one: numbers, and geometries of other libraries.
//!
//! A geometry is a shapely Point, a GeoJSON mapping, or an object with a `__geo_interface__`. None,
//! NA and empty geometries are missing points. A MultiPoint of one position is that point, and so is
//! a collection with one.

use numpy::{PyArray2, PyArrayMethods, PyUntypedArray, PyUntypedArrayMethods};
use poly_match::{OnInvalid, Point};
use pyo3::exceptions::PyTypeError;
use pyo3::intern;
use pyo3::prelude::*;
use pyo3::sync::PyOnceLock;
use pyo3::types::{PyDict, PyList, PyMapping, PyString, PyTuple};

use crate::geometry::arrays::{numeric, pair, point_of};
use crate::geometry::shapely::Shapely;
use crate::run::Signals;

/// Number of shapely geometries that are read together. Signals are checked in between.
const TOGETHER: usize = 1 << 12;

/// A point without coordinates.
const MISSING: Point = [f64::NAN; 2];

/// The coordinates of all elements.
pub(crate) struct PointElements {
    /// NaN where a coordinate is missing, and where an element is skipped.
    pub(crate) values: Vec<Point>,
    /// Whether some NaN stand for missing coordinates.
    pub(crate) has_missing: bool,
}

impl PointElements {
    /// Reads the elements. `name` is used in error messages. Geometries of another type are an
    /// error, or skipped.
    pub(crate) fn read(
        elements: &Bound<'_, PyTuple>,
        name: &str,
        on_invalid: OnInvalid,
    ) -> PyResult<Self> {
        let values = Vec::with_capacity(elements.len());
        let mut read = Self { values, has_missing: false };
        let mut others = None;
        let mut signals = Signals::new(elements.py());
        for (position, element) in elements.iter_borrowed().enumerate() {
            signals.after(1)?;
            if position < read.values.len() {
                continue; // read together with the one before
            }
            match pair(&element) {
                Some(point) => read.values.push(point),
                None => {
                    let others = match &mut others {
                        Some(others) => others,
                        none => none.insert(Others::of(elements, name, on_invalid)?),
                    };
                    others.read(position, &mut read)?;
                }
            }
        }
        Ok(read)
    }
}

/// Reads elements that are not simply two numbers.
struct Others<'a, 'py> {
    elements: &'a Bound<'py, PyTuple>,
    name: &'a str,
    on_invalid: OnInvalid,
    shapely: Option<Shapely<'py>>,
}

impl<'a, 'py> Others<'a, 'py> {
    fn of(
        elements: &'a Bound<'py, PyTuple>,
        name: &'a str,
        on_invalid: OnInvalid,
    ) -> PyResult<Self> {
        let shapely = Shapely::loaded(elements.py())?;
        Ok(Self { elements, name, on_invalid, shapely })
    }

    /// Reads the element at `position`, and shapely geometries that follow it.
    fn read(&self, position: usize, read: &mut PointElements) -> PyResult<()> {
        let element = &self.elements.get_borrowed_item(position)?;
        if is_numbers(element) {
            return self.numbers(element, position, read);
        }
        if let Some(shapely) = &self.shapely
            && shapely.is_geometry(element)?
        {
            return self.geometries(shapely, position, read);
        }
        if element.is_instance_of::<PyDict>()
            || element.hasattr(intern!(element.py(), "__geo_interface__"))?
            || element.is_instance_of::<PyMapping>()
        {
            return self.geojson(element, position, read);
        }
        self.numbers(element, position, read)
    }

    /// Reads two numbers, or a missing value.
    fn numbers(
        &self,
        element: &Bound<'py, PyAny>,
        position: usize,
        read: &mut PointElements,
    ) -> PyResult<()> {
        if element.is_none() {
            read.has_missing = true;
            read.values.push(MISSING);
            return Ok(());
        }
        let name = format_args!("{}[{position}]", self.name);
        let numbers = numeric(element, &name)?;
        // NA alone, or NaN, which pandas has in a column where a point is missing.
        let is_missing = numbers.array.ndim() == 0
            && numbers.array.call_method0("item")?.extract::<f64>()?.is_nan();
        read.has_missing |= numbers.has_missing || is_missing;
        read.values.push(if is_missing { MISSING } else { point_of(&numbers, &name)? });
        Ok(())
    }

    /// Reads the geometries from `start` up to the first other element, at most [`TOGETHER`].
    fn geometries(
        &self,
        shapely: &Shapely<'py>,
        start: usize,
        read: &mut PointElements,
    ) -> PyResult<()> {
        static READ: PyOnceLock<Py<PyAny>> = PyOnceLock::new();
        let py = self.elements.py();
        let some = self.elements.get_slice(start, self.elements.len().min(start + TOGETHER));
        let mut count = 0;
        for element in some.iter_borrowed() {
            if !element.is_none() && !shapely.is_geometry(&element)? {
                break;
            }
            count += 1;
        }
        let function = READ.import(py, "poly_match_rs._points", "read_shapely")?;
        let found = function.call1((some.get_slice(0, count), start))?;
        type Foreign<'py> = Option<(usize, Bound<'py, PyAny>)>;
        let (points, foreign): (Bound<'_, PyArray2<f64>>, Foreign<'_>) = found.extract()?;
        if let Some((position, kind)) = foreign {
            self.refuse(&kind, start + position)?;
        }
        let points = points.to_vec()?;
        read.has_missing |= points.iter().any(|value| value.is_nan());
        read.values.extend_from_slice(points.as_chunks().0);
        Ok(())
    }

    /// Reads a GeoJSON mapping, or an object that has one.
    fn geojson(
        &self,
        element: &Bound<'py, PyAny>,
        position: usize,
        read: &mut PointElements,
    ) -> PyResult<()> {
        static READ: PyOnceLock<Py<PyAny>> = PyOnceLock::new();
        let function = READ.import(element.py(), "poly_match_rs._points", "read_geojson")?;
        let found = function.call1((element,))?;
        if found.is_instance_of::<PyString>() {
            self.refuse(&found, position)?;
            read.values.push(MISSING);
            return Ok(());
        }
        self.numbers(&found, position, read)
    }

    /// The error for a geometry of another type, unless it is to be skipped.
    fn refuse(&self, kind: &Bound<'_, PyAny>, position: usize) -> PyResult<()> {
        match self.on_invalid {
            OnInvalid::Unmatched => Ok(()),
            OnInvalid::Error => Err(PyTypeError::new_err(format!(
                "{} must be of type Point, got {kind} at position {position}",
                self.name,
            ))),
        }
    }
}

/// Whether the element can only be numbers: these need no other look.
fn is_numbers(element: &Bound<'_, PyAny>) -> bool {
    element.is_none()
        || element.is_instance_of::<PyList>()
        || element.is_instance_of::<PyTuple>()
        || element.is_instance_of::<PyUntypedArray>()
}
