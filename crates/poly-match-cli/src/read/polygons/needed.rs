//! The columns of a table that are needed besides the shapes.

use std::collections::HashMap;

use arrow_schema::SchemaRef;
use poly_match_io::{Format, Reader};

use crate::failure::Failure;
use crate::read::columns::{is_without_rows, named};

/// The columns that are needed, each once.
pub(super) struct Needed {
    schema: SchemaRef,
    format: Format,
    /// Whether a column that is not there is no error.
    may_lack: bool,
    columns: Vec<usize>,
    /// Where each column is among them.
    positions: HashMap<usize, usize>,
}

impl Needed {
    /// No columns yet of the table that `reader` has opened.
    pub(super) fn new(reader: &Reader) -> Self {
        Self {
            schema: reader.schema(),
            format: reader.format(),
            may_lack: is_without_rows(reader),
            columns: Vec::new(),
            positions: HashMap::new(),
        }
    }

    /// The positions of the columns in the table.
    pub(super) fn columns(&self) -> &[usize] {
        &self.columns
    }

    /// Adds a column. Returns its position among those that are needed.
    pub(super) fn push(&mut self, column: usize) -> usize {
        *self.positions.entry(column).or_insert_with(|| {
            self.columns.push(column);
            self.columns.len() - 1
        })
    }

    /// Adds the column of a name. `None` if the table has no rows and lacks it.
    pub(super) fn find(&mut self, name: &str) -> Result<Option<usize>, Failure> {
        match named(&self.schema, name, self.format) {
            Ok(column) => Ok(Some(self.push(column))),
            Err(_) if self.may_lack => Ok(None),
            Err(failure) => Err(failure),
        }
    }
}
