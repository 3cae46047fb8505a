//! A column of a table, with what its values are.

use std::sync::Arc;

use arrow_array::{ArrayRef, RecordBatch, StringArray};
use arrow_schema::{Field, FieldRef};

use crate::failure::Failure;

/// A column of a table. All its rows are in one array.
#[derive(Debug, Clone)]
pub(crate) struct Column {
    field: FieldRef,
    array: ArrayRef,
    /// Whether the file has no types, as CSV: a text may be a number.
    is_untyped: bool,
}

impl Column {
    pub(crate) fn new(field: Arc<Field>, array: ArrayRef, is_untyped: bool) -> Self {
        Self { field, array, is_untyped }
    }

    /// A column of a batch.
    pub(crate) fn of(batch: &RecordBatch, position: usize, is_untyped: bool) -> Self {
        let field = batch.schema_ref().fields()[position].clone();
        Self::new(field, batch.column(position).clone(), is_untyped)
    }

    pub(crate) fn name(&self) -> &str {
        self.field.name()
    }

    pub(crate) fn field(&self) -> &FieldRef {
        &self.field
    }

    pub(crate) fn array(&self) -> &ArrayRef {
        &self.array
    }

    pub(crate) fn is_untyped(&self) -> bool {
        self.is_untyped
    }

    /// The number of rows.
    pub(crate) fn len(&self) -> usize {
        self.array.len()
    }

    /// The values as the text that CSV has for them. A null stays null.
    pub(crate) fn texts(&self) -> Result<StringArray, Failure> {
        Ok(poly_match_io::cells(&self.field, &self.array)?)
    }
}
