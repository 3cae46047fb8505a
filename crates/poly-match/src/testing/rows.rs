//! Every way to ask a matcher, against the candidates of the oracle.

use std::num::NonZeroUsize;

use super::oracle::{Found, as_bits, bits, compare, name};
use crate::answer::Match;
use crate::error::Error;
use crate::matcher::Matcher;
use crate::query::{Options, Query, RowOrder};

/// Checks every way to ask against the candidates of the oracle, in input order and best first.
pub(crate) fn check_rows(
    matcher: &Matcher,
    query: &Query<'_>,
    k: usize,
    options: Options,
    (all, best): (&[Vec<Match>], &[Vec<Match>]),
) -> Result<(), String> {
    let (points, query, go_on) = (query.points, *query, || Ok::<(), Error>(()));
    let first: Vec<Found> = best.iter().map(|row| as_bits(row.first().copied())).collect();
    let how =
        |what: &str| format!("{what}, {}, {:?}", name(matcher.prepared.level), matcher.near());
    let (mut index, mut distance) = (vec![7; points.len()], vec![7.0; points.len()]);
    let done = matcher.match_into(query, &mut index, &mut distance, options, go_on);
    done.map_err(|error| format!("{}: {error}", how("match")))?;
    compare(|| how("match"), points, &bits(&index, &distance), &first)?;
    let size = k * points.len();
    let (mut index, mut distance) = (vec![7; size], vec![7.0; size]);
    let count = NonZeroUsize::new(k).expect("not zero");
    let done = matcher.match_k_into(query, count, &mut index, &mut distance, options, go_on);
    done.map_err(|error| format!("{}: {error}", how("k best")))?;
    let expected: Vec<Found> =
        best.iter().flat_map(|row| (0..k).map(|i| as_bits(row.get(i).copied()))).collect();
    compare(|| how("k best"), points, &bits(&index, &distance), &expected)?;
    for (order, expected) in [(RowOrder::Input, all), (RowOrder::Best, best)] {
        let found = matcher.some_candidates(query, order, usize::MAX, options, go_on);
        let found = found.map_err(|error| format!("{}: {error}", how("candidates")))?;
        for ((row, expected), &point) in found.rows().zip(expected).zip(points) {
            let row: Vec<Found> = row.map(|found| as_bits(Some(found))).collect();
            let expected: Vec<Found> = expected.iter().map(|&found| as_bits(Some(found))).collect();
            compare(|| how("candidates"), &[point], &row, &expected)?;
        }
    }
    if query.groups.is_none() && query.max_dist.is_none() {
        for (&point, &first) in points.iter().zip(&first) {
            let found = matcher.find(point).map_err(|error| error.to_string())?;
            compare(|| how("find"), &[point], &[as_bits(found)], &[first])?;
        }
    }
    Ok(())
}
