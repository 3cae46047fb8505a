//! Gives columns of numbers to Python, as a stream of one record batch.

use std::sync::Arc;

use arrow_array::{ArrayRef, Float64Array, Int64Array, RecordBatch};
use arrow_schema::{ArrowError, DataType, Field, Schema};
use numpy::PyReadonlyArray1;
use pyo3::exceptions::PyValueError;
use pyo3::prelude::*;
use pyo3::types::PyCapsule;

use crate::arrow::stream::capsule;

/// A column of numbers.
#[derive(FromPyObject)]
pub(crate) enum Numbers<'py> {
    Integers(PyReadonlyArray1<'py, i64>),
    Floats(PyReadonlyArray1<'py, f64>),
}

/// A capsule with a C stream of Arrow. `columns` have names, and all are null where `is_null`.
#[pyfunction]
#[pyo3(signature = (columns, is_null, requested_schema))]
pub(crate) fn stream_numbers<'py>(
    py: Python<'py>,
    columns: Vec<(String, Numbers<'py>)>,
    is_null: Option<PyReadonlyArray1<'py, bool>>,
    requested_schema: Option<Bound<'py, PyCapsule>>,
) -> PyResult<Bound<'py, PyCapsule>> {
    let is_valid = is_null
        .map(|is_null| is_null.as_array().iter().map(|is_null| !is_null).collect::<Vec<_>>());
    let (mut fields, mut arrays) = (Vec::new(), Vec::<ArrayRef>::new());
    for (name, numbers) in columns {
        let nulls = is_valid.clone().map(<_>::from);
        let (kind, array): (_, ArrayRef) = match numbers {
            Numbers::Integers(values) => {
                let values = values.as_array().to_vec();
                (DataType::Int64, Arc::new(Int64Array::try_new(values.into(), nulls).map_err(odd)?))
            }
            Numbers::Floats(values) => {
                let values = values.as_array().to_vec();
                let array = Float64Array::try_new(values.into(), nulls).map_err(odd)?;
                (DataType::Float64, Arc::new(array))
            }
        };
        fields.push(Field::new(name, kind, true));
        arrays.push(array);
    }
    let schema = Arc::new(Schema::new(fields));
    let batch = RecordBatch::try_new(schema.clone(), arrays).map_err(odd)?;
    capsule(py, &schema, vec![batch], requested_schema)
}

/// Columns of different lengths, in a result that was built by hand.
fn odd(error: ArrowError) -> PyErr {
    PyValueError::new_err(error.to_string())
}
