//! What is done with each batch of points: read them, match them, make the rows that come out.

use arrow_array::RecordBatch;
use poly_match::{Point, Query};

use crate::args::How;
use crate::failure::Failure;
use crate::found::Rows;
use crate::groups::{Labels, NOWHERE};
use crate::origins::Batch;
use crate::read::{At, PointColumns};
use crate::search::Search;
use crate::systems::OfPoints;
use crate::write::Table;

/// What is done with each batch of points.
pub(super) struct Work<'a> {
    pub(super) columns: &'a PointColumns,
    pub(super) search: Search<'a>,
    pub(super) labels: Option<Labels>,
    pub(super) systems: OfPoints<'a>,
    pub(super) table: Option<&'a Table>,
    pub(super) unmatched: Option<&'a Table>,
    pub(super) how: How,
}

/// A batch that was matched.
pub(super) struct Done {
    pub(super) at: Vec<Point>,
    pub(super) invalid: usize,
    pub(super) matched: usize,
    /// The position of the best match of each point, or -1.
    pub(super) best: Vec<i64>,
    /// The matches of all points, also later ones.
    pub(super) found: Rows,
    pub(super) rows: Option<RecordBatch>,
    pub(super) unmatched: Option<RecordBatch>,
}

impl Work<'_> {
    pub(super) fn batch(&mut self, batch: &Batch) -> Result<Done, Failure> {
        let At { points: at, invalid, max_dist, label, crs } = self.columns.read(batch)?;
        self.systems.take(crs.as_ref())?;
        let groups = match (&mut self.labels, &label) {
            (Some(labels), Some(label)) => Some(labels.of_points(label)?),
            // A table without features has no labels.
            (Some(_), None) => Some(vec![NOWHERE; at.len()]),
            (None, _) => None,
        };
        let query = Query { points: &at, max_dist: max_dist.as_deref(), groups: groups.as_deref() };
        let found = self.search.find(query)?;
        let (matched, best) = (found.matched(), found.best().collect());
        let unmatched =
            self.unmatched.map(|table| table.points(&batch.rows, &at, &found.is_unmatched()));
        let found = found.into_rows(self.how == How::Left);
        let rows = self.table.map(|table| table.matches(&batch.rows, &at, &found)).transpose()?;
        Ok(Done { at, invalid, matched, best, found, rows, unmatched: unmatched.transpose()? })
    }
}
