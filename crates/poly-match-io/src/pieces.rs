//! Cuts large batches into pieces that the limits allow.

use arrow_array::RecordBatch;

use crate::limits::Limits;

/// What is left of a batch. The pieces share its memory.
#[derive(Debug)]
pub(crate) struct Pieces {
    batch: RecordBatch,
    start: usize,
    rows: usize,
}

impl Pieces {
    pub(crate) fn of(batch: RecordBatch, limits: &Limits) -> Self {
        let bytes = batch.get_array_memory_size();
        let rows = match bytes.div_ceil(batch.num_rows().max(1)) {
            0 => limits.rows,
            a_row => limits.rows.min(limits.bytes / a_row),
        };
        Self { batch, start: 0, rows: rows.max(1) }
    }
}

impl Iterator for Pieces {
    type Item = RecordBatch;

    fn next(&mut self) -> Option<RecordBatch> {
        let left = self.batch.num_rows() - self.start;
        if left == 0 {
            return None;
        }
        let rows = self.rows.min(left);
        let piece = self.batch.slice(self.start, rows);
        self.start += rows;
        Some(piece)
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use arrow_array::Int64Array;

    use super::*;

    #[test]
    fn pieces_have_few_rows_and_few_bytes() {
        let ids = Arc::new(Int64Array::from_iter_values(0..1000));
        let batch = RecordBatch::try_from_iter([("id", ids as _)]).expect("a batch");
        let rows = |rows, bytes| {
            let limits = Limits { rows, bytes, ..Limits::default() };
            Pieces::of(batch.clone(), &limits).map(|piece| piece.num_rows()).collect::<Vec<_>>()
        };
        assert_eq!(rows(400, 1 << 20), [400, 400, 200]);
        assert_eq!(rows(1000, 1 << 20), [1000]);
        assert!(rows(1000, 1000).iter().all(|&rows| rows * 8 <= 1000));
        assert_eq!(rows(0, 0), [1; 1000]);
        let none = Pieces::of(batch.slice(0, 0), &Limits::default());
        assert_eq!(none.count(), 0);
    }
}
