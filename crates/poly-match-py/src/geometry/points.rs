//! Reads the caller's points for the core, and keeps the objects to return in results.

use numpy::{
    PyArray1, PyArray2, PyArrayDescrMethods, PyArrayMethods, PyReadonlyArray2, PyUntypedArray,
    PyUntypedArrayMethods,
};
use poly_match::{OnInvalid, Point};
use pyo3::exceptions::PyValueError;
use pyo3::intern;
use pyo3::prelude::*;
use pyo3::sync::PyOnceLock;
use pyo3::types::{PyList, PyTuple};

use crate::geometry::arrays::{Numbers, as_array, numeric_from, shape, unmasked};
use crate::geometry::column::GeometryColumn;
use crate::geometry::elements::tuple_of;
use crate::geometry::point_elements::PointElements;

/// N points, and the objects from which they were read.
pub(crate) struct Points<'py> {
    values: Values<'py>,
    source: Source<'py>,
    /// Whether some NaN stand for missing coordinates.
    has_missing: bool,
}

/// Where the coordinates are stored.
enum Values<'py> {
    /// A C-contiguous array: the caller's own if it is C-contiguous float64, else a converted copy.
    Array(PyReadonlyArray2<'py, f64>),
    Vector(Vec<Point>),
    /// A column whose points lie in memory as the core takes them.
    Column(Bound<'py, GeometryColumn>),
}

/// The objects from which points were read.
enum Source<'py> {
    /// Elements of a sequence.
    Elements(Bound<'py, PyTuple>),
    /// Rows of an array.
    Rows(Bound<'py, PyAny>),
    /// A column of a table, which has no objects.
    Column(Python<'py>),
}

impl<'py> Points<'py> {
    /// Reads an (N, 2) array, anything that NumPy converts to one, an iterable of points, or a
    /// collection of geometries: see [`PointElements`]. Missing coordinates are an error, or NaN.
    pub(crate) fn read(points: &Bound<'py, PyAny>, on_invalid: OnInvalid) -> PyResult<Self> {
        let read = Self::read_as(points, "points", on_invalid)?;
        if read.has_missing && on_invalid == OnInvalid::Error {
            read.check_missing()?;
        }
        Ok(read)
    }

    /// Reads points that are called `name` in error messages. Missing coordinates become NaN.
    pub(crate) fn read_named(points: &Bound<'py, PyAny>, name: &str) -> PyResult<Self> {
        Self::read_collection(points, name, OnInvalid::Error)
    }

    /// Reads what [`read`](Self::read) reads, with another name. Missing coordinates become NaN;
    /// geometries of another type are an error, or NaN.
    pub(crate) fn read_as(
        points: &Bound<'py, PyAny>,
        name: &str,
        on_invalid: OnInvalid,
    ) -> PyResult<Self> {
        match points.cast::<GeometryColumn>() {
            Ok(column) => Self::read_column(column, on_invalid),
            Err(_) => Self::read_collection(points, name, on_invalid),
        }
    }

    fn read_collection(
        points: &Bound<'py, PyAny>,
        name: &str,
        on_invalid: OnInvalid,
    ) -> PyResult<Self> {
        if points.is_instance_of::<PyUntypedArray>() {
            return Self::read_array(points, name, on_invalid);
        }
        if points.is_instance_of::<PyList>() || points.is_instance_of::<PyTuple>() {
            return Self::read_elements(points, name, on_invalid);
        }
        let is_array = points.hasattr(intern!(points.py(), "__array__"))?;
        if is_array && !points.get_type().hasattr(intern!(points.py(), "__geo_interface__"))? {
            return Self::read_array(points, name, on_invalid);
        }
        static ELEMENTS: PyOnceLock<Py<PyAny>> = PyOnceLock::new();
        let elements = ELEMENTS.import(points.py(), "poly_match_rs._geometry", "elements")?;
        let points = &elements.call1((points, name))?;
        if points.hasattr("__array__")? {
            Self::read_array(points, name, on_invalid)
        } else {
            Self::read_elements(points, name, on_invalid)
        }
    }

    fn read_column(column: &Bound<'py, GeometryColumn>, on_invalid: OnInvalid) -> PyResult<Self> {
        let py = column.py();
        let values = match column.get().in_place() {
            Some(_) => Values::Column(column.clone()),
            None => Values::Vector(column.get().points(py, on_invalid)?),
        };
        // A number that is missing is NaN in a column.
        Ok(Self { values, source: Source::Column(py), has_missing: true })
    }

    fn read_elements(
        points: &Bound<'py, PyAny>,
        name: &str,
        on_invalid: OnInvalid,
    ) -> PyResult<Self> {
        let elements = tuple_of(points, name)?;
        let PointElements { values, has_missing } =
            PointElements::read(&elements, name, on_invalid)?;
        let values = Values::Vector(values);
        Ok(Self { values, source: Source::Elements(elements), has_missing })
    }

    fn read_array(points: &Bound<'py, PyAny>, name: &str, on_invalid: OnInvalid) -> PyResult<Self> {
        let in_place = unmasked::<f64, numpy::Ix2>(points)
            .is_some_and(|array| array.is_c_contiguous() && is_aligned(array));
        let Numbers { array, has_missing } = if in_place {
            let array = points.clone().cast_into::<PyUntypedArray>()?;
            Numbers { array, has_missing: false }
        } else {
            let array = as_array(points)?;
            if array.ndim() == 1 && array.dtype().kind() == b'O' {
                if let Some(values) = shapely_points(&array)? {
                    let source = Source::Rows(array.into_any());
                    return Ok(Self { values, source, has_missing: false });
                }
                return Self::read_elements(&array.call_method0("tolist")?, name, on_invalid);
            }
            numeric_from(points, array, &name)?
        };
        if array.ndim() != 2 || array.shape()[1] != 2 {
            let shape = shape(&array);
            let message = format!("{name} must have shape (N, 2), got {shape}");
            return Err(PyValueError::new_err(message));
        }
        let values = array
            .cast::<PyArray2<f64>>()?
            .try_readonly()
            .map_err(|error| PyValueError::new_err(format!("{name} cannot be read: {error}")))?;
        // Rows of the caller's array, if it is one; for a table, rows of its converted array.
        let rows = if points.is_instance_of::<PyUntypedArray>() { points } else { array.as_any() };
        let source = Source::Rows(rows.clone());
        Ok(Self { values: Values::Array(values), source, has_missing })
    }

    /// Names the first point that misses a coordinate, unless an infinite one comes first.
    fn check_missing(&self) -> PyResult<()> {
        let is_invalid = |[x, y]: &Point| !(x.is_finite() && y.is_finite());
        let Some(position) = self.as_slice()?.iter().position(is_invalid) else { return Ok(()) };
        let what = match self.as_slice()?[position].map(f64::is_nan) {
            [true, true] => format!("x and y of point {position} are missing"),
            [true, false] => format!("x of point {position} is missing"),
            [false, true] => format!("y of point {position} is missing"),
            [false, false] => return Ok(()), // the core says that it is infinite
        };
        Err(PyValueError::new_err(what))
    }

    /// The same points; those for which `is_skipped` become NaN.
    pub(crate) fn without(self, is_skipped: impl Fn(usize) -> bool) -> PyResult<Self> {
        let mut points = self.copied()?;
        if let Values::Vector(values) = &mut points.values {
            for (position, point) in values.iter_mut().enumerate() {
                if is_skipped(position) {
                    *point = [f64::NAN; 2];
                }
            }
        }
        Ok(points)
    }

    /// Copies the coordinates, if they are in an array. Needed before Python code runs that could
    /// resize the caller's array, which frees its memory.
    pub(crate) fn copied(mut self) -> PyResult<Self> {
        if let Values::Array(_) | Values::Column(_) = &self.values {
            self.values = Values::Vector(self.as_slice()?.to_vec());
        }
        Ok(self)
    }

    pub(crate) fn as_slice(&self) -> PyResult<&[Point]> {
        match &self.values {
            Values::Array(array) => Ok(array.as_slice()?.as_chunks().0),
            Values::Vector(values) => Ok(values),
            Values::Column(column) => Ok(column.get().in_place().unwrap_or_default()),
        }
    }

    /// Copies the coordinates into a new (N, 2) array.
    pub(crate) fn to_array(&self) -> PyResult<Bound<'py, PyArray2<f64>>> {
        let values = self.as_slice()?;
        PyArray1::from_slice(self.py(), values.as_flattened()).reshape([values.len(), 2])
    }

    pub(crate) fn py(&self) -> Python<'py> {
        match &self.source {
            Source::Elements(elements) => elements.py(),
            Source::Rows(rows) => rows.py(),
            Source::Column(py) => *py,
        }
    }

    /// The point at `position`, as the caller gave it.
    pub(crate) fn object(&self, position: usize) -> PyResult<Bound<'py, PyAny>> {
        match &self.source {
            Source::Elements(elements) => elements.get_item(position),
            Source::Rows(rows) => rows.get_item(position),
            Source::Column(py) => {
                let [x, y] = self.as_slice()?[position];
                Ok((x, y).into_pyobject(*py)?.into_any())
            }
        }
    }
}

/// Fast path: the coordinates of an array of shapely points. None if it holds anything else.
fn shapely_points<'py>(array: &Bound<'py, PyUntypedArray>) -> PyResult<Option<Values<'py>>> {
    static READ: PyOnceLock<Py<PyAny>> = PyOnceLock::new();
    let read = READ.import(array.py(), "poly_match_rs._points", "read_array")?.call1((array,))?;
    let read: Option<PyReadonlyArray2<'_, f64>> = read.extract()?;
    Ok(read.map(Values::Array))
}

fn is_aligned(array: &Bound<'_, PyArray2<f64>>) -> bool {
    array.try_readonly().is_ok_and(|array| array.as_slice().is_ok())
}
