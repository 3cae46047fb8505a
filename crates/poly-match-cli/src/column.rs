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

    /// The same column under another name.
    pub(crate) fn named(self, name: &str) -> Self {
        let field = Arc::new(self.field.as_ref().clone().with_name(name));
        Self { field, ..self }
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

    /// The values as the text that CSV has for them. A null stays null.
    pub(crate) fn texts(&self) -> Result<StringArray, Failure> {
        Ok(poly_match_io::cells(&self.field, &self.array)?)
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use std::sync::Arc;

    use arrow_array::StringArray;
    use arrow_schema::extension::EXTENSION_TYPE_NAME_KEY;
    use arrow_schema::{DataType, Field};

    use super::Column;

    /// How the cells of a test are written.
    #[derive(Debug, Clone, Copy, PartialEq, Eq)]
    pub(crate) enum Notation {
        /// As in a file without types.
        Csv,
        /// As JSON. Empty text is no value.
        Json,
    }

    pub(crate) fn column(name: &str, notation: Notation, cells: &[&str]) -> Column {
        let field = Field::new(name, DataType::Utf8, true);
        match notation {
            Notation::Csv => {
                Column::new(Arc::new(field), Arc::new(StringArray::from(cells.to_vec())), true)
            }
            Notation::Json => {
                let json = [(EXTENSION_TYPE_NAME_KEY.to_owned(), "arrow.json".to_owned())];
                let is_there = |cell: &&str| !matches!(*cell, "" | "null");
                let cells = cells.iter().map(|&cell| Some(cell).filter(is_there));
                let cells: StringArray = cells.collect();
                Column::new(Arc::new(field.with_metadata(json.into())), Arc::new(cells), false)
            }
        }
    }
}
