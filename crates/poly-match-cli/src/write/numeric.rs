//! Columns of text that hold only numbers. In GeoJSON, their values are numbers.

use std::collections::HashMap;
use std::sync::Arc;

use arrow_array::cast::AsArray;
use arrow_array::{Array, ArrayRef, RecordBatch, StringArray};
use arrow_schema::extension::EXTENSION_TYPE_NAME_KEY;
use arrow_schema::{DataType, Field, FieldRef};
use serde_json::Number;

/// The columns of a file without types that hold only numbers.
///
/// A number is one that JSON can write without loss: `01001` is a code, not a number, and so is an
/// integer above 2^53. One other cell makes the whole column text. Empty cells do not count.
#[derive(Debug, Default, Clone)]
pub(crate) struct Numeric(Vec<State>);

/// What the cells of a column are so far.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum State {
    Empty,
    Numbers,
    Other,
}

impl Numeric {
    /// Looks at the columns of a batch, and does not forget those before.
    pub(crate) fn look(&mut self, batch: &RecordBatch) {
        self.0.resize(batch.num_columns(), State::Empty);
        for (state, column) in self.0.iter_mut().zip(batch.columns()) {
            *state = state.and(column);
        }
    }

    /// Whether a column holds numbers, and nothing else.
    pub(super) fn has(&self, column: usize) -> bool {
        self.0.get(column) == Some(&State::Numbers)
    }
}

impl State {
    /// What the cells are with those of another array.
    fn and(mut self, column: &ArrayRef) -> Self {
        let Some(texts) = column.as_string_opt::<i32>() else { return Self::Other };
        for cell in texts.iter().flatten().filter(|cell| !cell.is_empty()) {
            if self == Self::Other {
                break;
            }
            self = if is_number(cell) { Self::Numbers } else { Self::Other };
        }
        self
    }
}

/// Whether all texts are numbers, and there are any.
pub(super) fn is_numeric(texts: &ArrayRef) -> bool {
    State::Empty.and(texts) == State::Numbers
}

/// A field whose texts are JSON.
pub(super) fn as_json(field: &Field) -> FieldRef {
    let json = HashMap::from([(EXTENSION_TYPE_NAME_KEY.to_owned(), "arrow.json".to_owned())]);
    Arc::new(Field::new(field.name(), DataType::Utf8, true).with_metadata(json))
}

/// Numbers as JSON: an empty cell is null.
pub(super) fn to_json(texts: &ArrayRef) -> ArrayRef {
    let texts = texts.as_string::<i32>();
    if texts.null_count() == 0 && texts.iter().flatten().all(|cell| !cell.is_empty()) {
        return Arc::new(texts.clone());
    }
    let cells = texts.iter().map(|cell| cell.filter(|cell| !cell.is_empty()));
    Arc::new(cells.collect::<StringArray>())
}

fn is_number(text: &str) -> bool {
    const EXACT: u64 = 1 << 53;
    match text.parse::<Number>() {
        Ok(number) if text.contains(['.', 'e', 'E']) => number.is_f64(),
        Ok(number) => number.as_i64().is_some_and(|integer| integer.unsigned_abs() <= EXACT),
        Err(_) => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn texts(cells: &[&str]) -> ArrayRef {
        Arc::new(StringArray::from(cells.to_vec()))
    }

    #[test]
    fn columns_of_numbers_are_found() {
        for (cells, expected) in [
            (&["12", ""][..], true),
            (&["01001", "7"], false),
            (&["12345678901234567890", "1"], false),
            (&["", ""], false),
            (&["1.50", "-2e3"], true),
            (&["1", " 2"], false),
            (&["NaN"], false),
        ] {
            assert_eq!(is_numeric(&texts(cells)), expected, "{cells:?}");
            // Over several batches.
            let schema =
                Arc::new(arrow_schema::Schema::new(vec![Field::new("a", DataType::Utf8, true)]));
            let mut numeric = Numeric::default();
            for cell in cells {
                let batch = RecordBatch::try_new(schema.clone(), vec![texts(&[cell])]);
                numeric.look(&batch.expect("a batch"));
            }
            assert_eq!(numeric.has(0), expected, "{cells:?}");
        }
    }

    #[test]
    fn an_empty_cell_is_null() {
        let json = to_json(&texts(&["1.50", ""]));
        assert_eq!(json.as_string::<i32>().iter().collect::<Vec<_>>(), [Some("1.50"), None]);
    }
}
