//! The matches of the points of a batch, as rows of the output.

use std::num::NonZeroUsize;

use arrow_array::{BooleanArray, Float64Array, Int64Array, UInt32Array};
use arrow_buffer::{BooleanBuffer, NullBuffer, ScalarBuffer};

/// The matches of some points: `k` places for each, best first, with -1 after the last match.
#[derive(Debug, Default)]
pub(crate) struct Found {
    k: usize,
    index: Vec<i64>,
    distance: Vec<f64>,
}

/// Rows of the output: a point and one of its matches each, or none.
#[derive(Debug)]
pub(crate) struct Rows {
    /// The row of the point in its batch; `None` if every point has one row, in order.
    pub(crate) points: Option<UInt32Array>,
    /// The rank of the match, from 1.
    pub(crate) rank: Int64Array,
    /// The position of the polygon.
    pub(crate) index: Int64Array,
    pub(crate) distance: Float64Array,
}

impl Found {
    pub(crate) fn new(k: NonZeroUsize, index: Vec<i64>, distance: Vec<f64>) -> Self {
        Self { k: k.get(), index, distance }
    }

    /// The position of the best match of every point, or -1.
    pub(crate) fn best(&self) -> impl ExactSizeIterator<Item = i64> {
        self.index.chunks(self.k).map(|places| places[0])
    }

    /// The number of points that have a match.
    pub(crate) fn matched(&self) -> usize {
        self.best().filter(|&index| index >= 0).count()
    }

    /// Which points have no match.
    pub(crate) fn is_unmatched(&self) -> BooleanArray {
        self.best().map(|index| Some(index < 0)).collect()
    }

    /// The rows of the points that have a match, and of the others too if `all`.
    pub(crate) fn into_rows(self, all: bool) -> Rows {
        if self.k == 1 && (all || self.index.iter().all(|&index| index >= 0)) {
            let rank = vec![1; self.index.len()];
            return Rows::new(None, rank, self.index, self.distance);
        }
        let count = self.index.len();
        let (mut points, mut rank) = (Vec::with_capacity(count), Vec::with_capacity(count));
        let (mut index, mut distance) = (Vec::with_capacity(count), Vec::with_capacity(count));
        let places = self.index.chunks(self.k).zip(self.distance.chunks(self.k));
        for (point, (indices, distances)) in (0..).zip(places) {
            let matches = indices.iter().take_while(|&&index| index >= 0).count();
            let rows = if all { matches.max(1) } else { matches };
            points.extend(std::iter::repeat_n(point, rows));
            rank.extend((1..).take(rows));
            index.extend_from_slice(&indices[..rows]);
            distance.extend_from_slice(&distances[..rows]);
        }
        Rows::new(Some(points.into()), rank, index, distance)
    }
}

impl Rows {
    /// Rows whose index is -1 have no match.
    fn new(
        points: Option<UInt32Array>,
        rank: Vec<i64>,
        index: Vec<i64>,
        distance: Vec<f64>,
    ) -> Self {
        let has_match = BooleanBuffer::collect_bool(index.len(), |row| index[row] >= 0);
        let nulls = Some(NullBuffer::new(has_match)).filter(|nulls| nulls.null_count() > 0);
        Self {
            points,
            rank: Int64Array::new(ScalarBuffer::from(rank), nulls.clone()),
            index: Int64Array::new(ScalarBuffer::from(index), nulls.clone()),
            distance: Float64Array::new(ScalarBuffer::from(distance), nulls),
        }
    }
}

#[cfg(test)]
mod tests {
    use arrow_array::Array;

    use super::*;

    fn found(k: usize, index: &[i64]) -> Found {
        let distance = index.iter().map(|&index| if index < 0 { f64::NAN } else { 0.5 });
        Found::new(NonZeroUsize::new(k).expect("not 0"), index.to_vec(), distance.collect())
    }

    /// The point, the rank and the index of each row, and whether it has a distance.
    type Row = (Option<u32>, Option<i64>, Option<i64>, bool);

    fn rows(rows: &Rows) -> Vec<Row> {
        let row = |row: usize| {
            let point = rows.points.as_ref().map(|points| points.value(row));
            let rank = rows.rank.is_valid(row).then(|| rows.rank.value(row));
            let index = rows.index.is_valid(row).then(|| rows.index.value(row));
            (point, rank, index, rows.distance.is_valid(row))
        };
        (0..rows.index.len()).map(row).collect()
    }

    #[test]
    fn one_match_a_point_needs_no_copy_of_the_points() {
        let all = found(1, &[3, -1]).into_rows(true);
        assert_eq!(rows(&all), [(None, Some(1), Some(3), true), (None, None, None, false)]);
        assert!(found(1, &[3, 4]).into_rows(false).points.is_none());
        let inner = found(1, &[-1, 3]).into_rows(false);
        assert_eq!(rows(&inner), [(Some(1), Some(1), Some(3), true)]);
    }

    #[test]
    fn several_matches_are_rows_and_padding_is_left_out() {
        let index = [3, -1, -1, -1, 1, 0];
        assert_eq!(found(2, &index).matched(), 2);
        let unmatched: Vec<_> = found(2, &index).is_unmatched().iter().flatten().collect();
        assert_eq!(unmatched, [false, true, false]);
        let first = (Some(0), Some(1), Some(3), true);
        let last = [(Some(2), Some(1), Some(1), true), (Some(2), Some(2), Some(0), true)];
        let inner = rows(&found(2, &index).into_rows(false));
        assert_eq!(inner, [first, last[0], last[1]]);
        let all = rows(&found(2, &index).into_rows(true));
        assert_eq!(all, [first, (Some(1), None, None, false), last[0], last[1]]);
    }
}
