//! [`expect`]: counts the points of a query before they are searched, so that a full index is built
//! when it pays.

use std::num::NonZeroUsize;

use crate::error::Error;
use crate::near::{Group, Prepared};
use crate::query::Query;

/// Counts the points of a query that fits the polygons, and builds the full indexes that pay now.
///
/// # Errors
/// Returns the error of `poll`, which is called regularly.
pub(crate) fn expect<E: From<Error>>(
    prepared: &Prepared,
    query: &Query<'_>,
    workers: Option<NonZeroUsize>,
    mut poll: impl FnMut() -> Result<(), E>,
) -> Result<(), E> {
    let groups = &prepared.groups;
    let Some(labels) = query.groups else {
        let count = query.points.len();
        return groups.iter().try_for_each(|group| group.expect(count, workers, &mut poll));
    };
    if groups.iter().all(Group::is_full) {
        return Ok(());
    }
    let mut counts = vec![0; groups.len()];
    for &label in labels {
        if let Some(count) = counts.get_mut(label as usize) {
            *count += 1;
        }
    }
    let counted = groups.iter().zip(counts).filter(|&(_, count)| count > 0);
    counted.into_iter().try_for_each(|(group, count)| group.expect(count, workers, &mut poll))
}
