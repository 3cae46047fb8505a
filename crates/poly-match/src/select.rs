//! The k best of a point's candidates.

use crate::best::{Order, Score};

/// The best candidates so far, the best first; no polygon twice.
#[derive(Debug)]
pub(crate) struct Selection<'a> {
    order: &'a Order,
    k: usize,
    scores: Vec<Score>,
}

impl<'a> Selection<'a> {
    pub(crate) fn new(order: &'a Order, k: usize) -> Self {
        Self { order, k, scores: Vec::new() }
    }

    /// Takes a candidate where it is one of the best. One that was taken before may come again, at
    /// the same distance or another: the smallest counts.
    #[inline(always)]
    pub(crate) fn offer(&mut self, rank: u32, distance: f64) {
        let score = self.order.score(rank, distance);
        if self.scores.len() == self.k && self.scores.last().is_none_or(|&worst| score >= worst) {
            return;
        }
        if let Some(before) = self.scores.iter().position(|score| score.rank == rank) {
            if self.scores[before] <= score {
                return;
            }
            self.scores.remove(before);
        }
        let at = self.scores.partition_point(|&better| better < score);
        self.scores.insert(at, score);
        self.scores.truncate(self.k);
    }

    /// The best, the best first.
    pub(crate) fn scores(&self) -> &[Score] {
        &self.scores
    }
}
