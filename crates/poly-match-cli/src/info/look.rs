//! Goes through the rows of a table, as far as is needed: the first ones are shown, and all are counted and
//! measured if the metadata does not tell.

use std::time::Instant;

use arrow_array::Array;
use arrow_array::cast::AsArray;
use arrow_schema::SchemaRef;
use poly_match::Bounds;
use poly_match_geo::Crs;

use super::about::Looked;
use super::geometry::Measured;
use super::guess::Guess;
use super::rows::FirstRows;
use crate::extents::around;
use crate::failure::Failure;
use crate::origins::Batches;
use crate::progress::Progress;
use crate::read::PointColumns;
use crate::text::Decimal;

/// What is looked at in every row.
pub(super) struct Look<'t> {
    pub(super) schema: SchemaRef,
    /// Whether all columns are text that may look like something else.
    pub(super) is_untyped: bool,
    pub(super) decimal: Decimal,
    /// The columns of numbers that hold coordinates.
    pub(super) points: Option<&'t PointColumns>,
    /// The column of geometry.
    pub(super) geometry: Option<usize>,
}

/// What was found in all rows.
pub(super) struct Found {
    pub(super) rows: u64,
    pub(super) looked: Looked,
    /// The extent of the coordinates in numbers.
    pub(super) extent: Bounds,
    /// The system that rows declare.
    pub(super) crs: Option<Crs>,
}

impl Look<'_> {
    /// Goes through all rows.
    pub(super) fn at_all(
        &self,
        mut batches: Batches,
        first: &mut FirstRows,
        quiet: bool,
    ) -> Result<Found, Failure> {
        let width = self.schema.fields().len();
        let mut guesses: Vec<Guess> = (0..width).map(|_| Guess::default()).collect();
        let mut nulls = vec![0; width];
        let mut found = Found {
            rows: 0,
            looked: Looked {
                nulls: Vec::new(),
                looks: Vec::new(),
                invalid: 0,
                first_invalid: None,
                geometry: None,
            },
            extent: Bounds::EMPTY,
            crs: None,
        };
        let mut measured = self.geometry.map(|column| (column, Measured::default()));
        let mut progress = Progress::new("reading", Instant::now(), quiet, || batches.meter());
        for batch in batches {
            let batch = batch?;
            let rows = batch.rows.num_rows();
            found.rows += rows as u64;
            first.add(&batch.rows);
            for (column, array) in batch.rows.columns().iter().enumerate() {
                nulls[column] += array.logical_null_count() as u64;
                if let Some(cells) = array.as_string_opt().filter(|_| self.is_untyped) {
                    guesses[column].look(cells, self.decimal);
                }
            }
            if let Some(points) = self.points {
                let at = points.read(&batch)?;
                found.extent = around(found.extent, &at.points);
                found.looked.invalid += at.invalid as u64;
                if at.invalid > 0 && found.looked.first_invalid.is_none() {
                    let why = points.first_invalid(&batch);
                    found.looked.first_invalid = why.map(|failure| failure.to_string());
                }
            }
            if let Some((column, measured)) = &mut measured {
                measured.add(&self.schema.fields()[*column], *column, &batch)?;
            }
            progress.advance(rows);
        }
        if self.is_untyped {
            nulls = guesses.iter().map(|guess| guess.empty).collect();
            found.looked.looks = guesses.into_iter().map(|guess| guess.looks).collect();
        }
        found.looked.nulls = nulls;
        found.looked.geometry = measured.map(|(_, measured)| measured);
        found.crs = found.looked.geometry.as_mut().and_then(|measured| measured.crs.take());
        Ok(found)
    }
}
