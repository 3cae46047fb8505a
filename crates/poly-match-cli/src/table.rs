//! A table of text cells in one string.
//!
//! A cell takes its text and eight bytes. The notation says how to read the text: as a CSV field or
//! as JSON.

use std::borrow::Cow;

use serde_json::{Number, Value};

/// How to read the text of a cell.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Notation {
    /// A field of a CSV file, which has no types.
    Csv,
    /// A JSON value. Empty text means that there is no value.
    Json,
}

/// A column of a table.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Column<'a> {
    table: &'a Table,
    position: usize,
}

/// Rows of cells with column names. A row may be short: its other cells are empty.
#[derive(Debug)]
pub(crate) struct Table {
    notation: Notation,
    columns: Vec<String>,
    text: String,
    /// Where each cell ends in the text.
    cells: Vec<usize>,
    /// The number of cells up to the end of each row.
    rows: Vec<usize>,
}

impl Table {
    pub(crate) fn new(notation: Notation, columns: Vec<String>) -> Self {
        Self { notation, columns, text: String::new(), cells: Vec::new(), rows: Vec::new() }
    }

    pub(crate) fn columns(&self) -> &[String] {
        &self.columns
    }

    /// Adds a column. It is empty in the rows so far.
    pub(crate) fn add_column(&mut self, name: String) {
        self.columns.push(name);
    }

    /// Adds a row.
    pub(crate) fn push_row<S: AsRef<str>>(&mut self, cells: impl IntoIterator<Item = S>) {
        for cell in cells {
            self.text.push_str(cell.as_ref());
            self.cells.push(self.text.len());
        }
        self.rows.push(self.cells.len());
    }

    pub(crate) fn len(&self) -> usize {
        self.rows.len()
    }

    pub(crate) fn column(&self, position: usize) -> Column<'_> {
        Column { table: self, position }
    }

    /// The text of a cell, or empty text if the row is short.
    fn cell(&self, row: usize, column: usize) -> &str {
        let before = |row: usize| if row == 0 { 0 } else { self.rows[row - 1] };
        let cell = before(row) + column;
        if cell >= self.rows[row] {
            return "";
        }
        let start = if cell == 0 { 0 } else { self.cells[cell - 1] };
        &self.text[start..self.cells[cell]]
    }

    /// A cell as CSV text: strings without quotes; null and missing values empty.
    pub(crate) fn plain(&self, row: usize, column: usize) -> Cow<'_, str> {
        let text = self.cell(row, column);
        match self.notation {
            Notation::Json if text == "null" => Cow::Borrowed(""),
            Notation::Json if text.starts_with('"') => match serde_json::from_str(text) {
                Ok(Value::String(string)) => Cow::Owned(string),
                _ => Cow::Borrowed(text),
            },
            _ => Cow::Borrowed(text),
        }
    }

    /// A cell as JSON. `None` means that there is no value, which is different from null.
    ///
    /// `numeric` says whether a CSV column holds only numbers: see
    /// [`numeric_columns`](Self::numeric_columns).
    pub(crate) fn json(&self, row: usize, column: usize, numeric: bool) -> Option<Value> {
        let text = self.cell(row, column);
        match self.notation {
            Notation::Json => serde_json::from_str(text).ok(),
            Notation::Csv if !numeric => Some(Value::String(text.to_owned())),
            Notation::Csv if text.is_empty() => Some(Value::Null),
            Notation::Csv => text.parse::<Number>().ok().map(Value::Number),
        }
    }

    /// Finds the columns of a CSV file that hold only numbers.
    ///
    /// A number is one that JSON can write without loss: `01001` is a code, not a number, and so is
    /// an integer above 2^53. One other cell makes the whole column text. Empty cells do not count.
    pub(crate) fn numeric_columns(&self) -> Vec<bool> {
        let numeric = |column: usize| {
            let mut numbers = 0;
            self.notation == Notation::Csv
                && (0..self.len()).map(|row| self.cell(row, column)).all(|cell| {
                    numbers += usize::from(!cell.is_empty());
                    cell.is_empty() || is_number(cell)
                })
                && numbers > 0
        };
        (0..self.columns.len()).map(numeric).collect()
    }
}

impl<'a> Column<'a> {
    /// The number of rows.
    pub(crate) fn len(self) -> usize {
        self.table.len()
    }

    /// A cell as CSV text; see [`Table::plain`].
    pub(crate) fn plain(self, row: usize) -> Cow<'a, str> {
        self.table.plain(row, self.position)
    }

    /// The text of a cell that may hold a number: any CSV text, but no JSON string.
    pub(crate) fn untyped(self, row: usize) -> Option<&'a str> {
        let text = self.table.cell(row, self.position);
        let is_string = self.table.notation == Notation::Json && text.starts_with('"');
        (!is_string).then_some(text)
    }
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
    use serde_json::json;

    #[test]
    fn csv_columns_of_numbers_become_numbers() {
        let columns = ["n", "code", "big", "none", "f"].map(str::to_owned);
        let mut table = Table::new(Notation::Csv, columns.to_vec());
        table.push_row(["12", "01001", "12345678901234567890", "", "1.50"]);
        table.push_row(["", "7", "1", "", "-2e3"]);
        assert_eq!(table.numeric_columns(), [true, false, false, false, true]);
        assert_eq!(table.json(0, 0, true), Some(json!(12)));
        assert_eq!(table.json(1, 0, true), Some(Value::Null));
        assert_eq!(table.json(0, 1, false), Some(json!("01001")));
        assert_eq!(table.json(0, 4, true), Some(json!(1.5)));
        assert_eq!(table.plain(0, 4), "1.50");
    }

    #[test]
    fn json_cells_are_told_apart() {
        let mut table = Table::new(Notation::Json, vec!["a".to_owned()]);
        table.push_row([r#""x\"y""#]);
        table.add_column("b".to_owned());
        table.push_row(["null", "[1,2]"]);
        table.push_row([""; 0]);
        assert_eq!(table.plain(0, 0), "x\"y");
        assert_eq!((table.plain(0, 1), table.json(0, 1, false)), ("".into(), None));
        assert_eq!((table.plain(1, 0), table.json(1, 0, false)), ("".into(), Some(Value::Null)));
        assert_eq!(table.plain(1, 1), "[1,2]");
        assert_eq!(table.json(2, 0, false), None);
    }
}
