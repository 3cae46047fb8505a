//! Writes a table to a file or to stdout, batch by batch.

use std::io::Write;
use std::num::NonZeroUsize;

use arrow_array::RecordBatch;
use arrow_schema::SchemaRef;
use poly_match_io::{Error, Format, ShapefileParts, WriteOptions, Writer};

use crate::failure::{Failure, quoted, warn};
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
        to: Vec<impl Write + 'w>,
    ) -> Result<Self, Failure> {
        let mut options = WriteOptions::default();
        options.threads = threads;
        options.codec = destination.codec;
        options.primary_geometry = primary.map(str::to_owned);
        options.layer = destination.target.stem();
        let mut out = Self { target: &destination.target, writer: None };
        let to: Vec<_> = to.into_iter().map(Held).collect();
        let writer = match <[_; 5]>::try_from(to) {
            Ok(files) => Writer::shapefile(ShapefileParts::of(files), schema),
            Err(mut to) => Writer::new(to.remove(0), format, schema, &options),
        };
        out.writer = out.unless_closed(writer)?;
        out.warn_of_names();
        Ok(out)
    }

    /// Says which columns the format calls otherwise.
    fn warn_of_names(&self) {
        /// Most names that the message lists.
        const MOST: usize = 8;
        let renamed = self.writer.as_ref().map_or(&[][..], Writer::renamed);
        if renamed.is_empty() {
            return;
        }
        let named = |(from, to): &(String, String)| format!("{} is {}", quoted(from), quoted(to));
        let mut names: Vec<_> = renamed.iter().take(MOST).map(named).collect();
        if renamed.len() > MOST {
            names.push(format!("and {} more", renamed.len() - MOST));
        }
        let (target, names) = (self.target, names.join(", "));
        warn(&format!("{target}: names of columns have at most 10 bytes: {names}"));
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
