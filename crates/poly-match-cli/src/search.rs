//! Matches points to polygons: builds a matcher with the rule, then matches batch by batch.

use std::borrow::Cow;
use std::collections::HashMap;
use std::num::NonZeroUsize;

use poly_match::{Best, Builder, Error, Matcher, Options, Query, Rule, Shapes};

use crate::args::{BestBy, Plan};
use crate::failure::Failure;
use crate::found::Found;
use crate::progress::Stage;
use crate::read::{Points, Polygons};

/// Points per batch. Batches are large, since the library prepares something for each batch. The
/// progress bar moves after each batch.
const BATCH: usize = 1 << 20;

/// Matches per batch. With a large k, a batch has fewer points.
const ROOM: usize = 1 << 22;

/// The group of a point if no polygon has its label.
const NO_GROUP: u32 = u32::MAX;

/// A matcher for the polygons.
pub(crate) struct Search {
    matcher: Matcher,
    /// The number of each label of the polygons, if the rule uses labels.
    groups: Option<HashMap<String, u32>>,
}

impl Search {
    /// Builds a matcher with the rule of the plan. `shapes` are the shapes of the polygons.
    pub(crate) fn new(plan: &Plan, polygons: &Polygons, shapes: Shapes) -> Result<Self, Failure> {
        let keys: Vec<f64>;
        let best = match &plan.rule.best {
            BestBy::Area => Best::Smallest,
            BestBy::Largest => Best::Largest,
            BestBy::Nearest => Best::Nearest,
            BestBy::First => Best::First,
            BestBy::Key(_) => {
                keys = polygons.keys()?;
                Best::key(&keys)
            }
        };
        let rule = Rule { near: plan.rule.near, best: &[best], tie: plan.rule.tie };
        let groups = plan.rule.group_by.as_ref().map(|_| numbered(polygons.labels()));
        let mut builder = Builder::new(rule).center(plan.rule.center);
        if let Some((_, groups)) = &groups {
            builder = builder.groups(groups);
        }
        let built = builder.shapes_with(&shapes, || Ok::<(), Error>(()));
        let matcher = built.map_err(|error| polygons.failed(&error))?;
        Ok(Self { matcher, groups: groups.map(|(numbers, _)| numbers) })
    }

    /// The number of polygons.
    pub(crate) fn len(&self) -> usize {
        self.matcher.len()
    }

    /// Matches all points, batch by batch. The size of a batch does not change the matches.
    pub(crate) fn run(&self, plan: &Plan, points: &Points) -> Result<Found, Failure> {
        // Points without usable coordinates are still here only if the user allowed them.
        let on_invalid = poly_match::OnInvalid::Unmatched;
        let options = Options { workers: plan.workers, on_invalid };
        let most = NonZeroUsize::new(self.len()).unwrap_or(NonZeroUsize::MIN);
        let k = plan.rule.k.map_or(NonZeroUsize::MIN, |k| k.min(most));
        let batch = (ROOM / k.get()).clamp(1, BATCH);
        let groups = self.groups.as_ref().map(|numbers| {
            let number = |label: Cow<'_, str>| numbers.get(&*label).copied().unwrap_or(NO_GROUP);
            points.labels().map(number).collect::<Vec<_>>()
        });
        let query = Query {
            points: &points.at,
            max_dist: points.max_dist.as_deref(),
            groups: groups.as_deref(),
        };
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

/// Numbers the labels from 0. Returns the number of each label, and the labels as numbers.
fn numbered<'a>(labels: impl Iterator<Item = Cow<'a, str>>) -> (HashMap<String, u32>, Vec<u32>) {
    let mut numbers = HashMap::new();
    let mut groups = Vec::new();
    for label in labels {
        // With more than 2^32 labels, the library refuses the polygons as too many.
        let next = u32::try_from(numbers.len()).unwrap_or(NO_GROUP);
        let group = match numbers.get(&*label) {
            Some(&group) => group,
            None => *numbers.entry(label.into_owned()).or_insert(next),
        };
        groups.push(group);
    }
    (numbers, groups)
}

#[cfg(test)]
mod tests {
    use super::*;
    use poly_match::{Near, Point, Tie, Within};

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

    #[test]
    fn equal_labels_have_equal_numbers() {
        let (numbers, groups) = numbered(["b", "a", "", "b"].map(Cow::Borrowed).into_iter());
        assert_eq!(groups, [0, 1, 2, 0]);
        assert_eq!((numbers.len(), numbers["a"], numbers.get("c")), (3, 1, None));
    }
}
