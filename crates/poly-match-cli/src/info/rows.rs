//! The first rows of a table: as cells of text, and as an aligned table.

use arrow_array::{Array, RecordBatch};
use arrow_schema::SchemaRef;

/// The most characters of a cell that is shown.
const WIDEST: usize = 32;

/// The most characters of a line.
const LINE: usize = 78;

/// What is between columns.
const GAP: &str = "  ";

/// The first rows of a table.
#[derive(Debug)]
pub(super) struct FirstRows {
    /// How many are wanted at most.
    most: usize,
    /// The cells of each row; `None` for null.
    pub(super) rows: Vec<Vec<Option<String>>>,
}

impl FirstRows {
    pub(super) fn new(most: usize) -> Self {
        Self { most, rows: Vec::new() }
    }

    /// How many rows are missing.
    pub(super) fn missing(&self) -> usize {
        self.most - self.rows.len()
    }

    /// Adds rows of a batch, until there are enough.
    pub(super) fn add(&mut self, batch: &RecordBatch) {
        let count = self.missing().min(batch.num_rows());
        if count == 0 {
            return;
        }
        let start = self.rows.len();
        self.rows.resize(start + count, Vec::with_capacity(batch.num_columns()));
        let schema = batch.schema();
        for (field, array) in schema.fields().iter().zip(batch.columns()) {
            // A value that has no form as text is shown by its type.
            let cells = poly_match_io::cells(field, &array.slice(0, count));
            for row in 0..count {
                let cell = match &cells {
                    Ok(cells) => cells.is_valid(row).then(|| cells.value(row).to_owned()),
                    Err(_) => array.is_valid(row).then(|| format!("<{}>", field.data_type())),
                };
                self.rows[start + row].push(cell);
            }
        }
    }

    /// The rows as lines, below the names of the columns. Columns beyond the line are left out, and
    /// counted.
    pub(super) fn lines(&self, schema: &SchemaRef) -> Vec<String> {
        let mut columns: Vec<Vec<String>> = Vec::new();
        for (position, field) in schema.fields().iter().enumerate() {
            let cells = self.rows.iter().map(|row| match &row[position] {
                Some(cell) => cut(cell, WIDEST),
                None => String::new(),
            });
            columns.push(std::iter::once(cut(field.name(), WIDEST)).chain(cells).collect());
        }
        let widths: Vec<_> = columns.iter().map(|cells| widest(cells)).collect();
        let are_numbers: Vec<_> =
            (0..columns.len()).map(|column| self.is_of_numbers(column)).collect();
        let shown = fitting(&widths);
        let mut lines = Vec::new();
        // The names, and then the rows.
        for at in 0..=self.rows.len() {
            let mut line = String::new();
            for (column, cells) in columns.iter().enumerate().take(shown) {
                let padding = " ".repeat(widths[column] - cells[at].chars().count());
                let is_of_numbers = are_numbers[column];
                let [before, after] =
                    if is_of_numbers { [padding.as_str(), ""] } else { ["", padding.as_str()] };
                line.extend([GAP, before, &cells[at], after]);
            }
            lines.push(line.trim_end().to_owned());
        }
        match columns.len() - shown {
            0 => {}
            1 => lines.push(format!("{GAP}… and 1 more column")),
            more => lines.push(format!("{GAP}… and {more} more columns")),
        }
        lines
    }

    /// Whether all cells of a column are numbers, which are aligned at their ends.
    fn is_of_numbers(&self, column: usize) -> bool {
        let mut cells = self.rows.iter().filter_map(|row| row[column].as_ref()).peekable();
        cells.peek().is_some() && cells.all(|cell| cell.trim().parse::<f64>().is_ok())
    }
}

/// How many of the columns fit into a line; at least one.
fn fitting(widths: &[usize]) -> usize {
    let mut end = 0;
    let fits = |&width: &usize| {
        end += GAP.len() + width;
        end <= LINE
    };
    widths.iter().copied().take_while(fits).count().max(widths.len().min(1))
}

fn widest(cells: &[String]) -> usize {
    cells.iter().map(|cell| cell.chars().count()).max().unwrap_or(0)
}

/// The start of a text, on one line, without characters that a terminal obeys.
pub(super) fn cut(text: &str, most: usize) -> String {
    let mut shown: String = text
        .chars()
        .take(most)
        .map(|c| if c.is_control() { char::REPLACEMENT_CHARACTER } else { c })
        .collect();
    if shown.chars().count() == most && text.chars().nth(most).is_some() {
        shown.pop();
        shown.push('…');
    }
    shown
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use arrow_array::{ArrayRef, Float64Array, StringArray};

    use super::*;

    fn batch(width: usize) -> RecordBatch {
        let names: ArrayRef = Arc::new(StringArray::from(vec![Some("a"), None, Some("c\n")]));
        let numbers: ArrayRef = Arc::new(Float64Array::from(vec![1.5, 10.25, -3.0]));
        let long: ArrayRef =
            Arc::new(StringArray::from(vec!["é".repeat(50), "".into(), "".into()]));
        let columns = [("name", names), ("n", numbers), ("long", long)];
        let columns = (0..width).map(|i| {
            let (name, array) = &columns[i % 3];
            (if i < 3 { (*name).to_owned() } else { format!("{name}{i}") }, array.clone())
        });
        RecordBatch::try_from_iter_with_nullable(columns.map(|(name, array)| (name, array, true)))
            .expect("equal lengths")
    }

    #[test]
    fn rows_are_aligned_and_cut() {
        let mut first = FirstRows::new(4);
        first.add(&batch(3));
        first.add(&batch(3));
        assert_eq!(first.missing(), 0);
        let lines = first.lines(&batch(3).schema());
        let expected = [
            "  name      n  long".to_owned(),
            format!("  a       1.5  {}…", "é".repeat(31)),
            "        10.25".to_owned(),
            "  c\u{fffd}     -3.0".to_owned(),
            format!("  a       1.5  {}…", "é".repeat(31)),
        ];
        assert_eq!(lines, expected);
    }

    #[test]
    fn columns_beyond_the_line_are_counted() {
        let mut first = FirstRows::new(1);
        first.add(&batch(9));
        let lines = first.lines(&batch(9).schema());
        assert_eq!(lines.last().map(String::as_str), Some("  … and 4 more columns"), "{lines:?}");
        assert!(lines.iter().all(|line| line.chars().count() <= 80));
    }
}
