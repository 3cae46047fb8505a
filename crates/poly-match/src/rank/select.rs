//! Selects the k best candidates of a point.

use crate::ablate::{Shortcut, is_on};
use crate::rank::order::{Order, Score};

/// Up to this k, keep the best sorted. For larger k, buffer up to 2k candidates, then prune to the
/// best k.
const FEW: usize = 24;

/// Marks a candidate without a slot, for example a polygon that contains the point.
pub(crate) const NO_SLOT: u32 = u32::MAX;

/// A candidate, and where it was found.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Found {
    pub(crate) score: Score,
    /// The place in an index that gave the distance, or [`NO_SLOT`].
    pub(crate) slot: u32,
}

/// The best candidates so far; each polygon counts once.
#[derive(Debug)]
pub(crate) struct Selection<'a> {
    order: &'a Order,
    k: usize,
    found: Vec<Found>,
    /// The threshold: nothing worse is wanted. Once `is_full`, an equal score is not wanted either.
    worst: Score,
    is_full: bool,
}

/// The threshold before any candidate: nothing is worse.
const NOTHING: Score = Score { class: u32::MAX, distance: f64::INFINITY, rank: u32::MAX };

impl<'a> Selection<'a> {
    pub(crate) fn new(order: &'a Order, k: usize) -> Self {
        Self { order, k, found: Vec::new(), worst: NOTHING, is_full: false }
    }

    /// Clears the selection for the next point.
    #[inline(always)]
    pub(crate) fn begin(&mut self, order: &'a Order) {
        self.order = order;
        self.found.clear();
        (self.worst, self.is_full) = (NOTHING, false);
    }

    /// Sets a threshold before the first offer: k candidates are known to be at least this good, so
    /// nothing worse is wanted.
    #[inline(always)]
    pub(crate) fn bound_by(&mut self, worst: Score) {
        debug_assert!(self.found.is_empty(), "a bound comes first");
        if worst < self.worst {
            self.worst = worst;
        }
    }

    pub(crate) fn order(&self) -> &'a Order {
        self.order
    }

    pub(crate) fn k(&self) -> usize {
        self.k
    }

    /// The threshold: nothing worse is wanted.
    #[inline(always)]
    pub(crate) fn worst(&self) -> Score {
        self.worst
    }

    /// Adds a candidate if it is among the best so far. The same polygon may be offered several
    /// times, at different distances; the smallest one counts.
    #[inline(always)]
    pub(crate) fn offer(&mut self, rank: u32, distance: f64, slot: u32) {
        let score = self.order.score(rank, distance);
        if score > self.worst || (self.is_full && score >= self.worst) {
            return;
        }
        let found = Found { score, slot };
        if self.k == 1 {
            self.found.clear();
            self.found.push(found);
            (self.worst, self.is_full) = (score, true);
        } else {
            self.insert(found);
        }
    }

    /// Whether the best are kept sorted.
    #[inline(always)]
    fn is_sorted(&self) -> bool {
        self.k == 1 || (self.k <= FEW && is_on(Shortcut::SortedFew))
    }

    fn insert(&mut self, found: Found) {
        let Found { score, .. } = found;
        if !self.is_sorted() {
            self.found.push(found);
            if self.found.len() >= self.k.saturating_mul(2) {
                self.keep_the_best();
            }
            return;
        }
        if let Some(before) = self.found.iter().position(|other| other.score.rank == score.rank) {
            if self.found[before].score <= score {
                return;
            }
            self.found.remove(before);
        }
        let at = self.found.partition_point(|better| better.score < score);
        self.found.insert(at, found);
        self.found.truncate(self.k);
        if self.found.len() == self.k {
            (self.worst, self.is_full) = (self.found[self.k - 1].score, true);
        }
    }

    /// Removes duplicates, then prunes to the k best. They stay unsorted.
    fn keep_the_best(&mut self) {
        self.found.sort_unstable_by(|a, b| {
            let by_rank = a.score.rank.cmp(&b.score.rank);
            by_rank.then(a.score.distance.total_cmp(&b.score.distance))
        });
        self.found.dedup_by_key(|found| found.score.rank);
        if self.found.len() >= self.k {
            let (_, last, _) = self.found.select_nth_unstable_by(self.k - 1, compare);
            (self.worst, self.is_full) = (last.score, true);
            self.found.truncate(self.k);
        }
    }

    /// Sorts the best, after the last offer.
    #[inline(always)]
    pub(crate) fn finish(&mut self) {
        if !self.is_sorted() {
            self.keep_the_best();
            self.found.sort_unstable_by(compare);
        }
    }

    /// The best, best first. Valid after [`finish`](Self::finish).
    #[inline(always)]
    pub(crate) fn found(&self) -> &[Found] {
        &self.found
    }
}

/// Compares scores; no distance is NaN.
fn compare(a: &Found, b: &Found) -> std::cmp::Ordering {
    a.score.partial_cmp(&b.score).unwrap_or(std::cmp::Ordering::Equal)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::Error;
    use crate::rank::criteria;
    use crate::rule::{Best, Near, Rule, Tie};
    use proptest::collection::vec;
    use proptest::prelude::*;

    const RANKS: u32 = 200;

    proptest! {
        /// Offers come in any order and repeatedly; each polygon counts at its smallest distance.
        #[test]
        fn the_best_are_kept(
            offers in vec((0..RANKS, 0_u32..20), 0..600),
            k in prop_oneof![1_usize..5, 20_usize..40, 150_usize..300],
            kind in 0..3,
        ) {
            let keys: Vec<f64> = (0..RANKS).map(|rank| f64::from(rank % 4)).collect();
            let order = |best: &[Best<'_>], tie| {
                let rule = Rule { near: Near::Covers, best, tie };
                let mut go_on = || Ok::<(), Error>(());
                criteria::order(&rule, keys.len(), None, |_| Ok(Vec::new()), &mut go_on)
                    .expect("no NaN")
            };
            let order = match kind {
                0 => order(&[], Tie::Distance),
                1 => order(&[Best::key(&keys)], Tie::Distance),
                _ => order(&[Best::key(&keys)], Tie::Index),
            };
            let mut smallest = std::collections::BTreeMap::new();
            for &(rank, distance) in &offers {
                let at = smallest.entry(rank).or_insert(distance);
                *at = distance.min(*at);
            }
            let scores = smallest.into_iter().map(|(rank, d)| order.score(rank, f64::from(d)));
            let mut expected: Vec<Score> = scores.collect();
            expected.sort_by(|a, b| a.partial_cmp(b).expect("no NaN"));
            expected.truncate(k);
            let mut selection = Selection::new(&order, k);
            for with_a_bound in [false, true] {
                selection.begin(&order);
                if with_a_bound && let Some(&worst) = expected.get(k - 1) {
                    selection.bound_by(worst);
                }
                for &(rank, distance) in &offers {
                    selection.offer(rank, f64::from(distance), NO_SLOT);
                }
                selection.finish();
                let found: Vec<Score> = selection.found().iter().map(|f| f.score).collect();
                prop_assert_eq!(&found, &expected);
            }
        }
    }
}
