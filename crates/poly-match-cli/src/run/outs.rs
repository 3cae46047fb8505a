//! The tables that a match writes: the rows of all points, and the points without a match.

use std::fs::File;
use std::io::BufWriter;
use std::num::NonZeroUsize;

use poly_match_io::Format;

use super::work::Done;
use crate::args::Plan;
use crate::failure::Failure;
use crate::output::Destination;
use crate::read::PointColumns;
use crate::write::{Added, Numeric, Out, Table};

/// A table to write, with its format and its columns.
pub(super) struct Sheet<'p> {
    pub(super) to: &'p Destination,
    format: Format,
    pub(super) table: Table,
    threads: Option<NonZeroUsize>,
}

impl<'p> Sheet<'p> {
    /// The table of all points with their matches. `numeric` tells which columns of points hold numbers.
    pub(super) fn of_matches(
        plan: &'p Plan,
        columns: &PointColumns,
        added: &Added,
        numeric: &Numeric,
    ) -> Self {
        let format = plan.output.format.unwrap_or(Format::Csv);
        let table = Table::new(columns, Some(added), format, numeric);
        Self { to: &plan.output, format, table, threads: plan.workers }
    }

    /// The table of the points without a match, if it is asked for.
    pub(super) fn of_unmatched(plan: &'p Plan, columns: &PointColumns) -> Option<Self> {
        let to = plan.unmatched.as_ref()?;
        let format = to.format.unwrap_or(columns.format());
        let table = Table::new(columns, None, format, &Numeric::default());
        Some(Self { to, format, table, threads: plan.workers })
    }

    fn start<'w>(&'w self, buffer: &'w mut BufWriter<&File>) -> Result<Out<'w>, Failure> {
        let Self { to, format, table, threads } = self;
        Out::new(to, *format, table.schema(), table.primary(), *threads, buffer)
    }
}

/// The tables that are being written.
pub(super) struct Outs<'w> {
    matches: Option<Out<'w>>,
    unmatched: Option<Out<'w>>,
}

impl<'w> Outs<'w> {
    /// Starts both tables, each with its buffer.
    pub(super) fn start(
        matches: (&'w Sheet<'_>, Option<&'w mut BufWriter<&File>>),
        unmatched: (Option<&'w Sheet<'_>>, Option<&'w mut BufWriter<&File>>),
    ) -> Result<Self, Failure> {
        let (sheet, buffer) = matches;
        let matches = buffer.map(|buffer| sheet.start(buffer)).transpose()?;
        let (sheet, buffer) = unmatched;
        let unmatched = sheet.zip(buffer).map(|(sheet, buffer)| sheet.start(buffer)).transpose()?;
        Ok(Self { matches, unmatched })
    }

    /// Writes a batch.
    pub(super) fn write(&mut self, done: &Done) -> Result<(), Failure> {
        if let Some(out) = &mut self.matches {
            out.write(&done.rows)?;
        }
        if let Some((out, rows)) = self.unmatched.as_mut().zip(done.unmatched.as_ref()) {
            out.write(rows)?;
        }
        Ok(())
    }

    /// Whether nobody reads either of them any more.
    pub(super) fn are_closed(&self) -> bool {
        [&self.matches, &self.unmatched].into_iter().flatten().all(Out::is_closed)
    }

    /// Writes the ends of the tables.
    pub(super) fn finish(self) -> Result<(), Failure> {
        [self.matches, self.unmatched].into_iter().flatten().try_for_each(Out::finish)
    }
}
