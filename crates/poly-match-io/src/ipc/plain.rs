//! Writes the values of dictionaries in place of their keys.
//!
//! A file of Arrow IPC may have only one dictionary for a column, and each batch of a stream may have
//! its own. (A stream may replace a dictionary, so it keeps them.)

use std::sync::Arc;

use arrow_array::cast::AsArray;
use arrow_array::{ArrayRef, RecordBatch, RecordBatchOptions};
use arrow_schema::{DataType, Schema, SchemaRef};
use arrow_select::take::take;

use crate::error::Result;

/// The schema with the types of the values.
pub(super) fn schema(schema: &Schema) -> SchemaRef {
    let plain = schema.fields().iter().map(|field| match field.data_type() {
        DataType::Dictionary(_, values) => {
            Arc::new(field.as_ref().clone().with_data_type(values.as_ref().clone()))
        }
        _ => field.clone(),
    });
    Arc::new(Schema::new_with_metadata(plain.collect::<Vec<_>>(), schema.metadata().clone()))
}

/// The batch with the values.
pub(super) fn batch(batch: &RecordBatch, schema: &SchemaRef) -> Result<RecordBatch> {
    let plain = |column: &ArrayRef| match column.as_any_dictionary_opt() {
        Some(dictionary) => Ok(take(dictionary.values(), dictionary.keys(), None)?),
        None => Ok(column.clone()),
    };
    let columns = batch.columns().iter().map(plain).collect::<Result<_>>()?;
    let rows = RecordBatchOptions::new().with_row_count(Some(batch.num_rows()));
    Ok(RecordBatch::try_new_with_options(schema.clone(), columns, &rows)?)
}
