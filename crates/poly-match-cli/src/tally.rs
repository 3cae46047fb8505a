//! Counts the points of each polygon, and adds up their distances.
//!
//! Distances are added in the order of the points, so that batches and threads do not change the sums.

use crate::found::Rows;

/// The number of points of each polygon, and the sum of their distances.
#[derive(Debug)]
pub(crate) struct Tally {
    counts: Vec<u64>,
    distances: Vec<f64>,
    /// Whether the polygon is the best match of any point.
    is_best: Vec<bool>,
}

impl Tally {
    /// No points yet, of this number of polygons.
    pub(crate) fn new(polygons: usize) -> Self {
        Self {
            counts: vec![0; polygons],
            distances: vec![0.0; polygons],
            is_best: vec![false; polygons],
        }
    }

    pub(crate) fn add(&mut self, rows: &Rows) {
        let matches = rows.index.iter().zip(rows.distance.values()).zip(rows.rank.values());
        for ((index, distance), &rank) in matches {
            let Some(index) = index.and_then(|index| usize::try_from(index).ok()) else { continue };
            self.counts[index] += 1;
            self.distances[index] += distance;
            self.is_best[index] |= rank == 1;
        }
    }

    /// The number of polygons that are the best match of any point.
    pub(crate) fn polygons(&self) -> usize {
        self.is_best.iter().filter(|&&is_best| is_best).count()
    }

    /// The number of points of each polygon.
    pub(crate) fn counts(&self) -> impl ExactSizeIterator<Item = u64> {
        self.counts.iter().copied()
    }

    /// The mean distance of the points of each polygon, if it has any.
    #[allow(clippy::cast_precision_loss)] // of a count beyond 2^53
    pub(crate) fn mean_distances(&self) -> impl ExactSizeIterator<Item = Option<f64>> {
        let polygons = self.counts.iter().zip(&self.distances);
        polygons.map(|(&count, sum)| (count > 0).then(|| sum / count as f64))
    }
}
