//! A column of geometry in a table: points or polygons, in Arrow or as two columns of numbers.

use std::sync::Arc;

use arrow_array::builder::{LargeBinaryBuilder, LargeStringBuilder};
use arrow_array::{Array, ArrayRef};
use arrow_schema::Field;
use numpy::PyReadonlyArray1;
use poly_match::{OnInvalid, Point, Shapes};
use poly_match_geo::arrow::{self, ColumnError};
use poly_match_geo::{Absent, AbsentKind};
use pyo3::exceptions::{PyTypeError, PyValueError};
use pyo3::prelude::*;
use pyo3::types::{PyBytes, PyList, PyString};
use pyo3_arrow::input::AnyRecordBatch;

use crate::errors::Stop;
use crate::geometry::refused::NoPolygon;
use crate::run::{Signals, detached};

/// A column of points or of polygons. It never changes.
#[pyclass(frozen, module = "poly_match_rs._native")]
pub(crate) struct GeometryColumn {
    data: Data,
    /// The coordinate system that it declares: a name, or a definition.
    crs: Option<String>,
    /// Whether the system is degrees of any geographic system, and `crs` what messages call them.
    is_any_degrees: bool,
    edges: Option<String>,
}

enum Data {
    Arrow(arrow::GeometryColumn),
    /// Points, NaN where a coordinate is missing.
    Points(Vec<Point>),
}

#[pymethods]
impl GeometryColumn {
    /// Reads the only column of an object with `__arrow_c_stream__`: WKB, WKT or GeoArrow. A column
    /// that cannot be geometry is a TypeError.
    #[staticmethod]
    #[pyo3(signature = (table, /))]
    fn from_arrow(py: Python<'_>, table: AnyRecordBatch) -> PyResult<Self> {
        let (batches, schema) = table.into_table()?.into_inner();
        let [field] = &schema.fields()[..] else {
            let got = schema.fields().len();
            return Err(PyValueError::new_err(format!("expected one column, got {got}")));
        };
        let chunks = batches.iter().map(|batch| batch.column(0).clone()).collect();
        Self::of_arrow(py, arrow::GeometryColumn::try_new(field.clone(), chunks))
    }

    /// Reads a list of WKB (bytes) or of WKT (text), with None where there is no geometry.
    #[staticmethod]
    #[pyo3(signature = (cells, /))]
    fn from_cells(cells: &Bound<'_, PyList>) -> PyResult<Self> {
        let py = cells.py();
        let is_text = cells.iter().find(|cell| !cell.is_none());
        let is_text = is_text.is_none_or(|cell| cell.is_instance_of::<PyString>());
        let chunk: ArrayRef = if is_text {
            let mut builder = LargeStringBuilder::new();
            each::<PyString>(cells, "text", |cell| {
                builder.append_option(cell.map(|text| text.to_str()).transpose()?);
                Ok(())
            })?;
            Arc::new(builder.finish())
        } else {
            let mut builder = LargeBinaryBuilder::new();
            each::<PyBytes>(cells, "bytes", |cell| {
                builder.append_option(cell.map(|bytes| bytes.as_bytes()));
                Ok(())
            })?;
            Arc::new(builder.finish())
        };
        let field = Arc::new(Field::new("geometry", chunk.data_type().clone(), true));
        Self::of_arrow(py, arrow::GeometryColumn::try_new(field, vec![chunk]))
    }

    /// Makes points of two columns of numbers, NaN where a coordinate is missing. `degrees` is what
    /// messages call the degrees that the names of the columns declare.
    #[staticmethod]
    #[pyo3(signature = (x, y, degrees=None, /))]
    fn from_xy(
        x: PyReadonlyArray1<'_, f64>,
        y: PyReadonlyArray1<'_, f64>,
        degrees: Option<String>,
    ) -> PyResult<Self> {
        let (x, y) = (x.as_slice()?, y.as_slice()?);
        if x.len() != y.len() {
            let (x, y) = (x.len(), y.len());
            return Err(PyValueError::new_err(format!(
                "x and y must have the same length, got {x} and {y}"
            )));
        }
        let points = x.iter().zip(y).map(|(&x, &y)| [x, y]).collect();
        let is_any_degrees = degrees.is_some();
        Ok(Self { data: Data::Points(points), crs: degrees, is_any_degrees, edges: None })
    }

    fn __len__(&self) -> usize {
        match &self.data {
            Data::Arrow(column) => column.len(),
            Data::Points(points) => points.len(),
        }
    }

    /// The coordinate system that it declares, and whether that is degrees of any system.
    fn crs(&self) -> Option<(&str, bool)> {
        self.crs.as_deref().map(|crs| (crs, self.is_any_degrees))
    }

    /// The word for edges that are not straight on the plane, such as "spherical".
    fn edges(&self) -> Option<&str> {
        self.edges.as_deref()
    }
}

impl GeometryColumn {
    fn of_arrow(
        py: Python<'_>,
        column: Result<arrow::GeometryColumn, ColumnError>,
    ) -> PyResult<Self> {
        let column = column.map_err(exception)?;
        let edges = column.edges().map_err(exception)?;
        let crs =
            detached(py, |poll| column.crs::<Failed>(&mut || Ok(poll()?)).map_err(Stop::from))?;
        Ok(Self { data: Data::Arrow(column), crs, is_any_degrees: false, edges })
    }

    /// The points, if they lie in memory as the core takes them.
    pub(crate) fn in_place(&self) -> Option<&[Point]> {
        match &self.data {
            Data::Arrow(column) => column.as_points(),
            Data::Points(points) => Some(points),
        }
    }

    /// Reads the points, NaN where they are missing. Another geometry is an error, or NaN.
    pub(crate) fn points(&self, py: Python<'_>, on_invalid: OnInvalid) -> PyResult<Vec<Point>> {
        let column = match &self.data {
            Data::Points(points) => return Ok(points.clone()),
            Data::Arrow(column) => column,
        };
        let refuse = |position: usize, absent: Absent| match on_invalid {
            OnInvalid::Unmatched => Ok(()),
            OnInvalid::Error => {
                let message = format!("point {position}: {absent}");
                Err(Failed::Stop(Stop::Raised(PyTypeError::new_err(message))))
            }
        };
        detached(py, |poll| {
            let read = column.points(refuse, &mut || Ok(poll()?));
            Ok(read.map_err(Stop::from)?.into_owned())
        })
    }

    /// Reads the polygons. `refuse` is called with the position of an element that holds none. If it
    /// returns no error, its shape is nothing.
    pub(crate) fn shapes(
        &self,
        py: Python<'_>,
        mut refuse: impl FnMut(usize, NoPolygon) -> PyResult<()> + Send,
    ) -> PyResult<Shapes> {
        let Data::Arrow(column) = &self.data else {
            return Err(PyTypeError::new_err("polygons must be geometry, got columns of numbers"));
        };
        detached(py, |poll| {
            let refuse = |position: usize, absent: Absent| {
                let message = format!("polygon {position}: {absent}");
                let why = match absent.kind() {
                    AbsentKind::Empty => NoPolygon::Empty(message),
                    AbsentKind::Null | AbsentKind::OtherType => NoPolygon::Type(message),
                };
                refuse(position, why).map_err(|error| Failed::Stop(Stop::Raised(error)))
            };
            column.shapes(refuse, &mut || Ok(poll()?)).map_err(Stop::from)
        })
    }
}

/// The pairs of columns that are called as x and y are: the positions of x and of y.
#[pyfunction]
pub(crate) fn coordinate_pairs(names: Vec<String>) -> Vec<(usize, usize)> {
    poly_match_geo::coordinate_pairs(&names).into_iter().map(|[x, y]| (x, y)).collect()
}

/// The columns that are called as columns of geometry are, by position.
#[pyfunction]
pub(crate) fn geometry_columns(names: Vec<String>) -> Vec<usize> {
    poly_match_geo::geometry_columns(&names)
}

/// Calls `add` with each cell, None for a missing one. Any other type is an error.
fn each<'py, T: pyo3::type_object::PyTypeCheck>(
    cells: &Bound<'py, PyList>,
    expected: &str,
    mut add: impl FnMut(Option<&Bound<'py, T>>) -> PyResult<()>,
) -> PyResult<()> {
    let mut signals = Signals::new(cells.py());
    for (position, cell) in cells.iter().enumerate() {
        signals.after(1)?;
        if cell.is_none() {
            add(None)?;
        } else if let Ok(cell) = cell.cast::<T>() {
            add(Some(cell))?;
        } else {
            let got = cell.get_type().name()?;
            return Err(PyTypeError::new_err(format!(
                "geometry must be {expected} as in the rows before, got {got} at position {position}"
            )));
        }
    }
    Ok(())
}

/// Why reading a column ended.
enum Failed {
    Column(ColumnError),
    Stop(Stop),
}

impl From<ColumnError> for Failed {
    fn from(error: ColumnError) -> Self {
        Self::Column(error)
    }
}

impl From<Stop> for Failed {
    fn from(stop: Stop) -> Self {
        Self::Stop(stop)
    }
}

impl From<Failed> for Stop {
    fn from(failed: Failed) -> Self {
        match failed {
            Failed::Column(error) => Self::Raised(exception(error)),
            Failed::Stop(stop) => stop,
        }
    }
}

fn exception(error: ColumnError) -> PyErr {
    match &error {
        ColumnError::NotGeometry { .. } => PyTypeError::new_err(error.to_string()),
        ColumnError::Polygon { error, .. } => PyValueError::new_err(error.to_string()),
        _ => PyValueError::new_err(error.to_string()),
    }
}
