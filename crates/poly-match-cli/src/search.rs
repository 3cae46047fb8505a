//! Finds the matches of the points of a batch.

use std::num::NonZeroUsize;

use poly_match::{Matcher, OnInvalid, Options, Query};

use crate::failure::Failure;
use crate::found::Found;

/// Matches per batch. With a large k, a batch has fewer points.
const ROOM: usize = 1 << 22;

/// A search with a matcher.
#[derive(Debug)]
pub(crate) struct Search<'m> {
    matcher: &'m Matcher,
    k: NonZeroUsize,
    options: Options,
}

impl<'m> Search<'m> {
    /// The `k` best matches of each point.
    pub(crate) fn new(
        matcher: &'m Matcher,
        k: Option<NonZeroUsize>,
        workers: Option<NonZeroUsize>,
    ) -> Self {
        let most = NonZeroUsize::new(matcher.len()).unwrap_or(NonZeroUsize::MIN);
        let k = k.map_or(NonZeroUsize::MIN, |k| k.min(most));
        // Points without usable coordinates are still here only if the user allowed them.
        let options = Options { workers, on_invalid: OnInvalid::Unmatched };
        Self { matcher, k, options }
    }

    /// The most points that a batch may have.
    pub(crate) fn batch(&self) -> usize {
        (ROOM / self.k.get()).max(1)
    }

    /// Finds the matches of all points.
    pub(crate) fn find(&self, query: Query<'_>) -> Result<Found, Failure> {
        let places = query.points.len() * self.k.get();
        let (mut index, mut distance) = (vec![0; places], vec![0.0; places]);
        let go_on = || Ok::<(), Failure>(());
        let (matcher, options) = (self.matcher, self.options);
        if self.k == NonZeroUsize::MIN {
            matcher.match_into(query, &mut index, &mut distance, options, go_on)?;
        } else {
            matcher.match_k_into(query, self.k, &mut index, &mut distance, options, go_on)?;
        }
        Ok(Found::new(self.k, index, distance))
    }
}
