//! Writes a table to a file or to stdout, batch by batch.

use std::io::Write;
use std::num::NonZeroUsize;

use arrow_array::RecordBatch;
use arrow_schema::SchemaRef;
use poly_match_io::{Error, Format, WriteOptions, Writer};

use crate::failure::Failure;
use crate::output::{Destination, Held, Target};

/// A table that is being written.
#[derive(Debug)]
pub(crate) struct Out<'w> {
    target: &'w Target,
    /// `None` if the reader of stdout has gone.
    writer: Option<Writer<'w>>,
}

impl<'w> Out<'w> {
    /// Starts a table of a format. `primary` is the column that is *the* geometry.
    pub(crate) fn new(
        destination: &'w Destination,
        format: Format,
        schema: &SchemaRef,
        primary: Option<&str>,
        threads: Option<NonZeroUsize>,
        to: impl Write + 'w,
    ) -> Result<Self, Failure> {
        let mut options = WriteOptions::default();
        options.threads = threads;
        options.codec = destination.codec;
        options.primary_geometry = primary.map(str::to_owned);
        options.layer = destination.target.stem();
        let mut out = Self { target: &destination.target, writer: None };
        let writer = Writer::new(Held(to), format, schema, &options);
        out.writer = out.unless_closed(writer)?;
        Ok(out)
    }

    pub(crate) fn write(&mut self, batch: &RecordBatch) -> Result<(), Failure> {
        if let Some(mut writer) = self.writer.take() {
            let written = writer.write(batch);
            if self.unless_closed(written)?.is_some() {
                self.writer = Some(writer);
            }
        }
        Ok(())
    }

    /// Whether nobody reads what is written.
    pub(crate) fn is_closed(&self) -> bool {
        self.writer.is_none()
    }

    /// Writes the end of the table.
    pub(crate) fn finish(mut self) -> Result<(), Failure> {
        if let Some(writer) = self.writer.take() {
            let finished = writer.finish();
            self.unless_closed(finished)?;
        }
        Ok(())
    }

    /// A reader that closes the pipe of stdout early is no error.
    fn unless_closed<T>(&self, done: Result<T, Error>) -> Result<Option<T>, Failure> {
        match done {
            Err(error) if error.is_broken_pipe() && *self.target == Target::Stdout => Ok(None),
            done => Ok(Some(done.map_err(|error| Failure::from(error).in_file(self.target))?)),
        }
    }
}
