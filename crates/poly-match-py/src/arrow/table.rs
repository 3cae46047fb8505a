//! A table of Arrow, which is saved as an IPC stream.

use arrow_array::RecordBatch;
use arrow_ipc::writer::StreamWriter;
use arrow_schema::{ArrowError, SchemaRef};
use pyo3::exceptions::PyValueError;
use pyo3::prelude::*;
use pyo3::pybacked::PyBackedBytes;
use pyo3::types::{PyBytes, PyCapsule};
use pyo3_arrow::input::AnyRecordBatch;

use crate::arrow::stream::capsule;
use crate::arrow::untrusted;
use crate::run::detached;

/// Record batches of one schema.
#[pyclass(frozen, module = "poly_match_rs._native")]
pub(crate) struct ArrowTable {
    schema: SchemaRef,
    batches: Vec<RecordBatch>,
}

#[pymethods]
impl ArrowTable {
    /// Reads an object with `__arrow_c_stream__`.
    #[staticmethod]
    #[pyo3(signature = (stream, /))]
    fn of(stream: AnyRecordBatch) -> PyResult<Self> {
        let (batches, schema) = stream.into_table()?.into_inner();
        Ok(Self { schema, batches })
    }

    /// Reads what `to_bytes` wrote. The bytes may come from anywhere.
    #[staticmethod]
    #[pyo3(signature = (data, /))]
    fn read(py: Python<'_>, data: PyBackedBytes) -> PyResult<Self> {
        detached(py, |poll| {
            let (schema, batches) = untrusted::read(&data, poll)?;
            Ok(Self { schema, batches })
        })
    }

    /// Writes the table as an Arrow IPC stream.
    fn to_bytes<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyBytes>> {
        let write = || -> Result<Vec<u8>, ArrowError> {
            let mut writer = StreamWriter::try_new(Vec::new(), &self.schema)?;
            self.batches.iter().try_for_each(|batch| writer.write(batch))?;
            writer.into_inner()
        };
        let written = py.detach(write);
        let failed = |error| PyValueError::new_err(format!("columns cannot be saved: {error}"));
        Ok(PyBytes::new(py, &written.map_err(failed)?))
    }

    /// The names of the columns.
    fn names(&self) -> Vec<String> {
        self.schema.fields().iter().map(|field| field.name().clone()).collect()
    }

    fn num_rows(&self) -> usize {
        self.batches.iter().map(RecordBatch::num_rows).sum()
    }

    /// The table of these columns.
    #[pyo3(signature = (names, /))]
    fn select(&self, names: Vec<String>) -> PyResult<Self> {
        let failed = |error: ArrowError| PyValueError::new_err(error.to_string());
        let index_of = |name: &String| self.schema.index_of(name).map_err(failed);
        let columns: Vec<usize> = names.iter().map(index_of).collect::<PyResult<_>>()?;
        let batches = self.batches.iter().map(|batch| batch.project(&columns));
        Ok(Self {
            batches: batches.collect::<Result<_, _>>().map_err(failed)?,
            schema: self.schema.project(&columns).map_err(failed)?.into(),
        })
    }

    #[pyo3(signature = (requested_schema=None))]
    fn __arrow_c_stream__<'py>(
        &self,
        py: Python<'py>,
        requested_schema: Option<Bound<'py, PyCapsule>>,
    ) -> PyResult<Bound<'py, PyCapsule>> {
        capsule(py, &self.schema, self.batches.clone(), requested_schema)
    }
}
