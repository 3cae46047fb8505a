//! The order of the sites in the tree: what lies close together, and of that the best first.

use std::cell::RefCell;
use std::cmp::Ordering;
use std::sync::atomic::{self, AtomicBool};

use crate::near::larger;
use crate::simd::LANES;
use crate::threads::{all_cores, join};
use crate::{Bounds, Point, tiles};

/// A centre, and its rank.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Site {
    pub(crate) center: Point,
    pub(crate) rank: u32,
}

impl From<(Point, u32)> for Site {
    fn from((center, rank): (Point, u32)) -> Self {
        Self { center, rank }
    }
}

#[cfg(test)]
pub(crate) fn ranked(sites: &[Point]) -> impl Iterator<Item = Site> {
    sites.iter().copied().zip(0..).map(Site::from)
}

/// From this many sites on, two halves are split on two threads.
const PARALLEL_MIN: usize = 1 << 15;

/// Reorders `sites` so that runs of `LANES`, `LANES²`, … sites lie close together: halves them along
/// the longer side of their box, again and again, at a multiple of the largest run that is shorter.
/// The order is the same for any number of threads.
///
/// # Errors
/// What `poll` returns, which is called every few milliseconds, but for the cuts of millions.
pub(crate) fn split<E>(
    sites: &mut [Site],
    mut poll: impl FnMut() -> Result<(), E>,
) -> Result<(), E> {
    let workers = if sites.len() < 2 * PARALLEL_MIN { 1 } else { all_cores().get() };
    let (stop, mut result) = (AtomicBool::new(false), Ok(()));
    halve(sites, workers, &stop, &mut || {
        if result.is_ok() {
            result = poll();
        }
        if result.is_err() {
            stop.store(true, atomic::Ordering::Relaxed);
        }
    });
    result
}

/// Leaves off in any order once `stop` is set, by `ask` or by another thread.
fn halve(sites: &mut [Site], workers: usize, stop: &AtomicBool, ask: &mut dyn FnMut()) {
    ask();
    if stop.load(atomic::Ordering::Relaxed) {
        return;
    }
    if sites.len() <= tiles::MAX {
        return tiles::split(sites);
    }
    let axis = longer_side(&bounds_of(sites.iter().map(|site| site.center)));
    let middle = step(sites.len(), 2);
    sites.select_nth_unstable_by(middle, |a, b| compare(a.center[axis], b.center[axis]));
    let (left, right) = sites.split_at_mut(middle);
    if workers > 1 && right.len() >= PARALLEL_MIN {
        let (half, rest) = (workers / 2, workers - workers / 2);
        // Both use it, one after the other.
        let ask = RefCell::new(ask);
        let here = || halve(right, rest, stop, *ask.borrow_mut());
        join(|| halve(left, half, stop, &mut || ()), here, || (*ask.borrow_mut())());
    } else {
        halve(left, 1, stop, ask);
        halve(right, 1, stop, ask);
    }
}

/// How many sites to cut off at a time for up to so many parts: a multiple of the largest run that
/// is shorter than `count`.
pub(crate) fn step(count: usize, parts: usize) -> usize {
    let mut run = LANES;
    while run * LANES < count {
        run *= LANES;
    }
    let step = count.div_ceil(parts).next_multiple_of(run);
    if step < count { step } else { step - run }
}

/// The box around finite points.
#[inline(always)]
pub(crate) fn bounds_of(points: impl Iterator<Item = Point>) -> Bounds {
    points.fold(Bounds::EMPTY, |Bounds { mut min, mut max }, point| {
        for axis in 0..2 {
            min[axis] = if point[axis] < min[axis] { point[axis] } else { min[axis] };
            max[axis] = larger(point[axis], max[axis]);
        }
        Bounds { min, max }
    })
}

/// Half the width and the height: the difference of two large doubles may overflow.
pub(crate) fn half_sides(bounds: &Bounds) -> [f64; 2] {
    [0, 1].map(|axis| bounds.max[axis] / 2.0 - bounds.min[axis] / 2.0)
}

fn longer_side(bounds: &Bounds) -> usize {
    let [width, height] = half_sides(bounds);
    usize::from(height > width)
}

/// Finite numbers compare by one instruction; which of two zeros comes first does not matter.
pub(crate) fn compare(a: f64, b: f64) -> Ordering {
    a.partial_cmp(&b).unwrap_or(Ordering::Equal)
}

/// Where the runs of [`LANES`] sites start, in the order in which the children of every node go by
/// their lowest rank. Of children, one that is not full stays the last, so that no place is left
/// empty before it.
pub(crate) fn in_order_of_rank(sites: &[Site]) -> Vec<usize> {
    let lowest = |ranks: &[u32]| ranks.iter().fold(u32::MAX, |lowest, &rank| lowest.min(rank));
    let lowest_of_sites =
        |sites: &[Site]| sites.iter().fold(u32::MAX, |lowest, site| lowest.min(site.rank));
    let mut levels: Vec<Vec<u32>> = vec![sites.chunks(LANES).map(lowest_of_sites).collect()];
    while let Some(top) = levels.last()
        && top.len() > 1
    {
        levels.push(top.chunks(LANES).map(lowest).collect());
    }
    // From the top down, every node is replaced by its children.
    let mut order = vec![0];
    let mut size = LANES.pow(u32::try_from(levels.len()).unwrap_or(0));
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
    order.into_iter().map(|node| node * LANES).collect()
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

    fn arranged(places: &[Point]) -> Vec<Site> {
        let mut sites: Vec<Site> = ranked(places).collect();
        split(&mut sites, || Ok::<(), Infallible>(())).expect("nothing can fail");
        sites
    }

    proptest! {
        #[test]
        fn the_order_is_a_permutation(places in places(0..3000)) {
            let mut sites = arranged(&places);
            sites.sort_unstable_by_key(|site| site.rank);
            prop_assert!(sites.iter().map(|site| site.center).eq(places));
            prop_assert!((0..).zip(&sites).all(|(rank, site)| rank == site.rank));
        }

        #[test]
        fn children_go_by_their_lowest_rank(places in places(1..6000)) {
            let sites = arranged(&places);
            let mut order = in_order_of_rank(&sites);
            let lowest = |starts: &[usize]| {
                let sites = starts.iter().flat_map(|&start| sites[start..].iter().take(LANES));
                sites.map(|site| site.rank).min()
            };
            // Whatever the level: full children by rank, then the one that is not full.
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
            prop_assert!(order.into_iter().eq((0..sites.len()).step_by(LANES)));
        }
    }

    #[test]
    fn no_site_is_moved_after_a_stop() {
        let mut sites: Vec<Site> = ranked(&[[2.0, 1.0], [1.0, 2.0]].repeat(50_000)).collect();
        assert_eq!(split(&mut sites, || Err("stop")), Err("stop"));
        assert!(sites.is_sorted_by_key(|site| site.rank));
    }

    #[test]
    fn any_number_of_threads_gives_the_same_order() {
        let places: Vec<Point> = (0..100_000_u32)
            .map(|i| [f64::from(i * 37 % 9973), f64::from(i * 101 % 9967)])
            .collect();
        let order = |workers| {
            let mut sites: Vec<Site> = ranked(&places).collect();
            halve(&mut sites, workers, &AtomicBool::new(false), &mut || ());
            sites.into_iter().map(|site| site.rank).collect::<Vec<_>>()
        };
        for workers in [2, 3, 8] {
            assert!(order(workers) == order(1), "{workers} threads");
        }
    }
}
