//! The tables that a match writes: the rows of all points, and the points without a match.

use std::fs::File;
use std::io::BufWriter;
use std::num::NonZeroUsize;

use poly_match_io::Format;

use super::work::Done;
use crate::args::Plan;
use crate::failure::Failure;
use crate::output::{Destination, Target};
use crate::read::PointColumns;
use crate::write::{Added, Numeric, Out, Table};

/// A table to write, with its format and its columns.
pub(super) struct Sheet<'p> {
    pub(super) to: &'p Destination,
    format: Format,
    pub(super) table: Table,
    threads: Option<NonZeroUsize>,
    /// The files of the table.
    pub(super) files: Vec<Target>,
}

impl<'p> Sheet<'p> {
    /// The table of all points with their matches, if it is asked for. `numeric` tells which columns of
    /// points hold numbers.
    pub(super) fn of_matches(
        plan: &'p Plan,
        columns: &PointColumns,
        added: &Added,
        numeric: &Numeric,
    ) -> Option<Self> {
        let to = plan.output.as_ref()?;
        let format = to.format.unwrap_or(Format::Csv);
        let table = Table::new(columns, Some(added), format, numeric);
        Some(Self { to, format, table, threads: plan.workers, files: to.files(format) })
    }

    /// The table of the points without a match, if it is asked for.
    pub(super) fn of_unmatched(plan: &'p Plan, columns: &PointColumns) -> Option<Self> {
        let to = plan.unmatched.as_ref()?;
        let format = to.format.unwrap_or(columns.format());
        let table = Table::new(columns, None, format, &Numeric::default());
        Some(Self { to, format, table, threads: plan.workers, files: to.files(format) })
    }

    /// Starts the table; `None` without its files.
    fn start<'w>(
        &'w self,
        buffers: Vec<&'w mut BufWriter<&File>>,
    ) -> Result<Option<Out<'w>>, Failure> {
        if buffers.is_empty() {
            return Ok(None);
        }
        let Self { to, format, table, threads, .. } = self;
        Out::new(to, *format, table.schema(), table.primary(), *threads, buffers).map(Some)
    }
}

/// The tables that are being written.
pub(super) struct Outs<'w> {
    matches: Option<Out<'w>>,
    unmatched: Option<Out<'w>>,
}

impl<'w> Outs<'w> {
    /// Starts both tables, each with the buffers of its files.
    pub(super) fn start(
        matches: (Option<&'w Sheet<'_>>, Vec<&'w mut BufWriter<&File>>),
        unmatched: (Option<&'w Sheet<'_>>, Vec<&'w mut BufWriter<&File>>),
    ) -> Result<Self, Failure> {
        let (sheet, buffers) = matches;
        let matches = sheet.map(|sheet| sheet.start(buffers)).transpose()?.flatten();
        let (sheet, buffers) = unmatched;
        let unmatched = sheet.map(|sheet| sheet.start(buffers)).transpose()?.flatten();
        Ok(Self { matches, unmatched })
    }

    /// Writes a batch.
    pub(super) fn write(&mut self, done: &Done) -> Result<(), Failure> {
        if let Some((out, rows)) = self.matches.as_mut().zip(done.rows.as_ref()) {
            out.write(rows)?;
        }
        if let Some((out, rows)) = self.unmatched.as_mut().zip(done.unmatched.as_ref()) {
            out.write(rows)?;
        }
        Ok(())
    }

    /// Whether there are any, and nobody reads them any more.
    pub(super) fn are_closed(&self) -> bool {
        let mut outs = [&self.matches, &self.unmatched].into_iter().flatten().peekable();
        outs.peek().is_some() && outs.all(Out::is_closed)
    }

    /// Writes the ends of the tables.
    pub(super) fn finish(self) -> Result<(), Failure> {
        [self.matches, self.unmatched].into_iter().flatten().try_for_each(Out::finish)
    }
}
