//! Bulk loading: the order of the sites in a packed tree.
//!
//! Sites that are close together share a node. The children of a node stand in the order of their
//! lowest rank.

use std::num::NonZeroUsize;
use std::sync::atomic::{self, AtomicBool};

use crate::geometry::Point;
use crate::geometry::bounds::{bounds_of, half_sides};
use crate::machine::{LANES, Level, all_cores};
use crate::tree::kd_sort::{self, Work};
use crate::tree::{BOTTOM_LEAVES, BOTTOM_SITES};

/// Below this many sites, one thread sorts them all.
const PARALLEL_MIN: usize = 1 << 16;

/// The positions of the sites, ordered so that each run of [`BOTTOM_SITES`] lies close together,
/// and so does each run of eight times as many, and so on. The order is the same for any number of
/// threads: up to `workers`, or all cores.
///
/// # Errors
/// What `poll` returns. It is called every few milliseconds, but less often while millions of sites
/// are cut.
pub(crate) fn split<E>(
    centers: &[Point],
    workers: Option<NonZeroUsize>,
    mut poll: impl FnMut() -> Result<(), E>,
) -> Result<Vec<u32>, E> {
    let workers = match centers.len() {
        0..PARALLEL_MIN => 1,
        _ => workers.unwrap_or_else(all_cores).get(),
    };
    let (stop, mut result) = (AtomicBool::new(false), Ok(()));
    let work = Work { centers, level: Level::widest(), stop: &stop };
    let order = kd_sort::split(work, workers, &mut || {
        if result.is_ok() {
            result = poll();
        }
        if result.is_err() {
            stop.store(true, atomic::Ordering::Relaxed);
        }
    });
    result.map(|()| order)
}

/// Where the runs of [`BOTTOM_SITES`] sites start, after the children of every node were sorted by
/// their lowest rank.
///
/// A child that is not full stays the last one, so that there is no gap before it.
pub(crate) fn in_order_of_rank(sites: &[u32]) -> Vec<usize> {
    let lowest = |ranks: &[u32]| ranks.iter().fold(u32::MAX, |lowest, &rank| lowest.min(rank));
    let mut levels: Vec<Vec<u32>> = vec![sites.chunks(BOTTOM_SITES).map(lowest).collect()];
    while let Some(top) = levels.last()
        && top.len() > 1
    {
        levels.push(top.chunks(LANES).map(lowest).collect());
    }
    // From the top down, replace every node by its children.
    let mut order = vec![0];
    let mut size = BOTTOM_LEAVES * LANES.pow(u32::try_from(levels.len()).unwrap_or(0));
    for ranks in levels.iter().rev().skip(1) {
        size /= LANES;
        let full = sites.len() / size;
        let mut children = Vec::with_capacity(ranks.len());
        for node in order {
            let first = children.len();
            children.extend(node * LANES..ranks.len().min((node + 1) * LANES));
            children[first..].sort_unstable_by_key(|&node| (node >= full, ranks[node]));
        }
        order = children;
    }
    order.into_iter().map(|node| node * BOTTOM_SITES).collect()
}

/// Returns the sites run by run in the order of [`in_order_of_rank`], and sorts each run spatially,
/// so that every [`LANES`] sites in it lie close together too.
pub(crate) fn in_leaves(mut sites: Vec<u32>, centers: &[Point]) -> Vec<u32> {
    let mut order = Vec::with_capacity(sites.len());
    if sites.is_empty() {
        return order;
    }
    for start in in_order_of_rank(&sites) {
        let end = sites.len().min(start + BOTTOM_SITES);
        let run = &mut sites[start..end];
        halve(run, centers);
        order.extend_from_slice(run);
    }
    order
}

/// Splits sites across the longer side of their bounding box, and splits the halves again, down to
/// [`LANES`] sites.
pub(crate) fn halve(sites: &mut [u32], centers: &[Point]) {
    if sites.len() <= LANES {
        return;
    }
    let center = |&site: &u32| centers[site as usize];
    let [width, height] = half_sides(&bounds_of(sites.iter().map(center)));
    let axis = usize::from(height > width);
    let half = (sites.len() / 2).next_multiple_of(LANES);
    sites.select_nth_unstable_by(half, |a, b| center(a)[axis].total_cmp(&center(b)[axis]));
    let (low, high) = sites.split_at_mut(half);
    halve(low, centers);
    halve(high, centers);
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::collection::vec;
    use proptest::prelude::*;
    use std::convert::Infallible;

    fn places(count: std::ops::Range<usize>) -> impl Strategy<Value = Vec<Point>> {
        let coordinate = || prop_oneof![-9.0..9.0, (-3i32..3).prop_map(f64::from)];
        vec([coordinate(), coordinate()], count)
    }

    fn arranged(places: &[Point]) -> Vec<u32> {
        split(places, None, || Ok::<(), Infallible>(())).expect("nothing can fail")
    }

    proptest! {
        #[test]
        fn the_order_is_a_permutation(places in places(0..3000)) {
            let mut sites = arranged(&places);
            sites.sort_unstable();
            prop_assert!(sites.into_iter().eq((0..).take(places.len())));
        }

        #[test]
        fn leaves_are_parts_of_the_runs(places in places(0..3000)) {
            let sites = arranged(&places);
            let leaves = in_leaves(sites.clone(), &places);
            let starts = if sites.is_empty() { Vec::new() } else { in_order_of_rank(&sites) };
            let mut rest = leaves.as_slice();
            for start in starts {
                let mut run = sites[start..sites.len().min(start + BOTTOM_SITES)].to_vec();
                let (mut found, more) = (rest[..run.len()].to_vec(), &rest[run.len()..]);
                run.sort_unstable();
                found.sort_unstable();
                prop_assert_eq!(found, run);
                rest = more;
            }
            prop_assert!(rest.is_empty());
        }

        #[test]
        fn children_go_by_their_lowest_rank(places in places(1..12000)) {
            let sites = arranged(&places);
            let mut order = in_order_of_rank(&sites);
            let lowest = |starts: &[usize]| {
                let sites = starts.iter().flat_map(|&start| sites[start..].iter().take(BOTTOM_SITES));
                sites.min()
            };
            // At every level: the full children by rank, then the one that is not full.
            let mut size = 1;
            while size < order.len() {
                for node in order.chunks(size * LANES) {
                    let full = node.chunks_exact(size);
                    let not_last = full.len() - usize::from(full.remainder().is_empty());
                    prop_assert!(full.take(not_last).map(lowest).is_sorted());
                }
                size *= LANES;
            }
            order.sort_unstable();
            prop_assert!(order.into_iter().eq((0..sites.len()).step_by(BOTTOM_SITES)));
        }
    }

    #[test]
    fn a_stop_ends_it() {
        let sites = [[2.0, 1.0], [1.0, 2.0]].repeat(50_000);
        let mut polls = 0;
        let stop = || {
            polls += 1;
            if polls > 1 { Err("stop") } else { Ok(()) }
        };
        assert_eq!(split(&sites, None, stop), Err("stop"));
        assert_eq!(polls, 2);
    }

    #[test]
    fn any_number_of_threads_gives_the_same_order() {
        let places: Vec<Point> = (0..100_000_u32)
            .map(|i| [f64::from(i * 37 % 9973), f64::from(i * 101 % 9967)])
            .collect();
        let order = |workers| {
            let stop = AtomicBool::new(false);
            let work = Work { centers: &places, level: Level::widest(), stop: &stop };
            kd_sort::split(work, workers, &mut || ())
        };
        for workers in [2, 3, 8] {
            assert!(order(workers) == order(1), "{workers} threads");
        }
    }
}
