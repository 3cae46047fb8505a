//! Matches points to polygons: builds a matcher with the rule, then matches batch by batch.

use std::collections::HashMap;
use std::num::NonZeroUsize;
use std::sync::Arc;

use poly_match::{Builder, Error, Matcher, Options, Query, Rule, Shapes};

use crate::args::Plan;
use crate::failure::{Failure, quoted};
use crate::found::Found;
use crate::keys::Keys;
use crate::progress::Stage;
use crate::read::{Points, Polygons};

/// Points per batch. Batches are large, since the library prepares something for each batch. The
/// progress bar moves after each batch.
const BATCH: usize = 1 << 20;

/// Matches per batch. With a large k, a batch has fewer points.
const ROOM: usize = 1 << 22;

/// A matcher for the polygons.
pub(crate) struct Search {
    matcher: Matcher,
}

impl Search {
    /// Builds a matcher with the rule of the plan. `shapes` are the shapes of the polygons, `keys`
    /// the values of the columns that the rule names, and `groups` their groups.
    pub(crate) fn new(
        plan: &Plan,
        polygons: &Polygons,
        shapes: Arc<Shapes>,
        keys: &HashMap<String, Keys>,
        groups: Option<&[u32]>,
    ) -> Result<Self, Failure> {
        let key = |column: &str| {
            let known = keys.get(column).map(Keys::key);
            known.ok_or_else(|| Failure::new(format_args!("there is no key {}", quoted(column))))
        };
        let best = plan.rule.best.iter().map(|criterion| criterion.with_key(key));
        let best = best.collect::<Result<Vec<_>, _>>()?;
        let rule = Rule { near: plan.rule.near, best: &best, tie: plan.rule.tie };
        let mut builder = Builder::new(rule).center(plan.rule.center).skip(&polygons.skipped);
        if let Some(groups) = groups {
            builder = builder.groups(groups);
        }
        let built = builder.shapes_with(shapes, || Ok::<(), Error>(()));
        let matcher = built.map_err(|error| polygons.failed(&error))?;
        Ok(Self { matcher })
    }

    /// The number of polygons.
    pub(crate) fn len(&self) -> usize {
        self.matcher.len()
    }

    /// Matches all points, batch by batch. The size of a batch does not change the matches.
    pub(crate) fn run(
        &self,
        plan: &Plan,
        points: &Points,
        groups: Option<&[u32]>,
    ) -> Result<Found, Failure> {
        // Points without usable coordinates are still here only if the user allowed them.
        let on_invalid = poly_match::OnInvalid::Unmatched;
        let options = Options { workers: plan.workers, on_invalid };
        let most = NonZeroUsize::new(self.len()).unwrap_or(NonZeroUsize::MIN);
        let k = plan.rule.k.map_or(NonZeroUsize::MIN, |k| k.min(most));
        let batch = (ROOM / k.get()).clamp(1, BATCH);
        let max_dist = points.max_dist.as_deref();
        let query = Query { points: &points.at, max_dist, groups };
        let stage = Stage::rows("matching", points.at.len(), plan.quiet);
        find(&self.matcher, query, k, options, batch, stage)
    }
}

/// Finds the `k` best matches of all points, `batch` points at a time.
fn find(
    matcher: &Matcher,
    mut query: Query<'_>,
    k: NonZeroUsize,
    options: Options,
    batch: usize,
    mut stage: Stage,
) -> Result<Found, Failure> {
    let mut found = Found::default();
    let (mut index, mut distance) = (Vec::new(), Vec::new());
    while !query.points.is_empty() {
        let some = query.first(batch);
        let count = some.points.len();
        index.resize(count * k.get(), 0);
        distance.resize(count * k.get(), 0.0);
        let go_on = || Ok::<(), Failure>(());
        if k == NonZeroUsize::MIN {
            matcher.match_into(some, &mut index, &mut distance, options, go_on)?;
        } else {
            matcher.match_k_into(some, k, &mut index, &mut distance, options, go_on)?;
        }
        found.extend(k.get(), &index, &distance);
        stage.advance(count);
        query = query.skip(count);
    }
    Ok(found)
}

#[cfg(test)]
mod tests {
    use super::*;
    use poly_match::{Best, Near, Point, Tie, Within};

    #[test]
    fn batches_change_nothing() {
        let centers: Vec<Point> = (0..30).map(|i| [f64::from(i % 6), f64::from(i / 6)]).collect();
        let of_center: Vec<u32> = (0..30).map(|i| i % 2).collect();
        let near = Near::Center(Within::new(0.0).expect("legal"));
        let rule = Rule { near, best: &[Best::First], tie: Tie::Index };
        let builder = Builder::new(rule).groups(&of_center);
        let built = builder.centers_with(&centers, || Ok::<(), Error>(()));
        let matcher = built.expect("sound");
        let points: Vec<Point> = (0..20).map(|i| [f64::from(i % 5), f64::from(i / 5)]).collect();
        let max_dist: Vec<f64> = (0..20).map(|i| f64::from(i % 4)).collect();
        let groups: Vec<u32> = (0..20).map(|i| i % 3).collect();
        let query = Query { points: &points, max_dist: Some(&max_dist), groups: Some(&groups) };
        for k in [1, 2, 30] {
            let k = NonZeroUsize::new(k).expect("not 0");
            let found = |batch| {
                let stage = Stage::rows("", 20, true);
                let found = find(&matcher, query, k, Options::default(), batch, stage);
                let found = found.expect("sound");
                (0..found.len()).map(|point| found.of(point).to_vec()).collect::<Vec<_>>()
            };
            let whole = found(20);
            assert!(whole.iter().flatten().count() > 8);
            for batch in [1, 3, 7, 19, 1000] {
                assert_eq!(found(batch), whole, "{batch}");
            }
        }
    }
}
