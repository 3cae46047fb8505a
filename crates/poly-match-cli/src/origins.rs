//! Batches with the file they come from, and the places of their rows in it, for messages.

use arrow_array::RecordBatch;
use poly_match_io::{Meter, Places, Reader};

use crate::failure::Failure;
use crate::text::Text;

/// A batch, and where its rows are.
#[derive(Debug)]
pub(crate) struct Batch {
    pub(crate) rows: RecordBatch,
    pub(crate) origin: Origin,
}

/// Where the rows of a batch are.
#[derive(Debug, Clone)]
pub(crate) struct Origin {
    file: String,
    places: Places,
    /// The row in `places` of the first row.
    start: usize,
}

impl Origin {
    /// An error about a row.
    pub(crate) fn failure(&self, row: usize, cause: impl std::fmt::Display) -> Failure {
        Failure::at(self.places.of(self.start + row), cause).in_file(&self.file)
    }

    /// Adds the file to an error.
    pub(crate) fn failed(&self, failure: Failure) -> Failure {
        failure.in_file(&self.file)
    }
}

/// The batches of a reader, cut into pieces of some rows.
#[derive(Debug)]
pub(crate) struct Batches {
    reader: Reader,
    text: Text,
    /// The most rows of a piece.
    most: usize,
    rest: Option<Batch>,
}

impl Batches {
    /// The batches as they come.
    pub(crate) fn new(reader: Reader, text: &Text) -> Self {
        Self::of_rows(reader, text, usize::MAX)
    }

    /// Batches of at most these rows.
    pub(crate) fn of_rows(reader: Reader, text: &Text, most: usize) -> Self {
        Self { reader, text: text.clone(), most, rest: None }
    }

    /// Tells how much is read. Ask before the first batch.
    pub(crate) fn meter(&mut self) -> Meter {
        self.reader.meter()
    }

    fn read(&mut self) -> Option<Result<Batch, Failure>> {
        let rows = match self.reader.next()? {
            Ok(rows) => rows,
            Err(error) => return Some(Err(self.text.explained(error))),
        };
        let (file, places) = (self.reader.name().to_owned(), self.reader.places());
        Some(Ok(Batch { rows, origin: Origin { file, places, start: 0 } }))
    }
}

impl Iterator for Batches {
    type Item = Result<Batch, Failure>;

    fn next(&mut self) -> Option<Self::Item> {
        let mut batch = match self.rest.take() {
            Some(rest) => rest,
            None => match self.read()? {
                Ok(batch) => batch,
                Err(failure) => return Some(Err(failure)),
            },
        };
        let (count, most) = (batch.rows.num_rows(), self.most);
        if count > most {
            let mut origin = batch.origin.clone();
            origin.start += most;
            self.rest = Some(Batch { rows: batch.rows.slice(most, count - most), origin });
            batch.rows = batch.rows.slice(0, most);
        }
        Some(Ok(batch))
    }
}

/// Where the rows of all batches are.
#[derive(Debug, Default)]
pub(crate) struct Origins {
    /// The position of the first row of each batch, the batch, and which of its rows there are; all,
    /// if that is empty.
    batches: Vec<(usize, Origin, Vec<usize>)>,
    rows: usize,
}

impl Origins {
    pub(crate) fn push(&mut self, origin: Origin, rows: usize) {
        self.batches.push((self.rows, origin, Vec::new()));
        self.rows += rows;
    }

    /// Adds some rows of a batch.
    pub(crate) fn push_rows(&mut self, origin: Origin, rows: Vec<usize>) {
        if !rows.is_empty() {
            let start = self.rows;
            self.rows += rows.len();
            self.batches.push((start, origin, rows));
        }
    }

    /// An error about the row at a position.
    pub(crate) fn failure(&self, position: usize, cause: impl std::fmt::Display) -> Failure {
        let after = self.batches.partition_point(|(first, ..)| *first <= position);
        match after.checked_sub(1).map(|batch| &self.batches[batch]) {
            Some((first, origin, rows)) if position < self.rows => {
                let row = position - first;
                origin.failure(rows.get(row).copied().unwrap_or(row), cause)
            }
            _ => Failure::new(cause),
        }
    }
}

#[cfg(test)]
impl Origins {
    /// Features of a file that is called zones.
    pub(crate) fn of_features(count: usize) -> Self {
        let mut origins = Self::default();
        origins.push(
            Origin { file: "zones".to_owned(), places: Places::Features(0), start: 0 },
            count,
        );
        origins
    }
}
