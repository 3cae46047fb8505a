//! [`Pick`]: the k best candidates of many points, for any rule.
//!
//! Each thread sorts its piece of the points along a space-filling curve, and by group. What one
//! point finds is then a good guess for the next. The answers are written in the order of the
//! input.

use std::num::NonZeroUsize;

use crate::error::Error;
use crate::geometry::Bounds;
use crate::machine::{Level, Simd, Task, share_out, threads_for};
use crate::near::center::Centers;
use crate::near::center::nearest::{BATCH, Nearest};
use crate::near::{Group, SearchBuffers};
use crate::query::path::{Path, path};
use crate::query::{self, Query};
use crate::rank::select::Selection;
use crate::tree::curve::Curve;

/// Fewest points that a thread sorts and searches at a time. In a larger piece neighbours lie
/// closer together.
const MIN_PIECE: usize = 1 << 10;

/// Most points that a thread sorts and searches at a time.
const MAX_PIECE: usize = 1 << 20;

/// Average number of points in a cell of the curve.
const POINTS_PER_CELL: usize = 2;

/// A search for the k best of a query. `bounds` holds its finite points.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Pick<'a> {
    pub(crate) groups: &'a [Group],
    pub(crate) level: Level,
    pub(crate) query: Query<'a>,
    pub(crate) bounds: Bounds,
    pub(crate) k: usize,
    pub(crate) workers: Option<NonZeroUsize>,
}

impl Pick<'_> {
    /// Writes the positions and distances of the best, a row of k for each point.
    pub(crate) fn run<E: From<Error>>(
        &self,
        index: &mut [i64],
        distance: &mut [f64],
        poll: impl FnMut() -> Result<(), E>,
    ) -> Result<(), E> {
        let Self { query, k, .. } = *self;
        let count = query.points.len().max(1);
        let workers = threads_for(self.workers, count, MIN_PIECE);
        let size = count.div_ceil(workers.get()).clamp(MIN_PIECE, MAX_PIECE).min(count);
        let outputs = index.chunks_mut(size * k).zip(distance.chunks_mut(size * k));
        share_out(outputs.enumerate(), self.workers, poll, |(i, (index, distance)), go_on| {
            let pick = Pick { query: query.piece(i * size, size), ..*self };
            self.level.run(PickPiece { pick, index, distance, go_on });
        })
    }
}

struct PickPiece<'a, 'p> {
    pick: Pick<'a>,
    index: &'p mut [i64],
    distance: &'p mut [f64],
    go_on: &'p mut dyn FnMut() -> bool,
}

impl Task for PickPiece<'_, '_> {
    type Output = ();

    #[inline(always)]
    fn run<S: Simd>(self, simd: S) {
        let Self { pick: Pick { groups, query, bounds, k, .. }, index, distance, go_on } = self;
        index.fill(-1);
        distance.fill(f64::NAN);
        let Some(first) = groups.first() else { return };
        let mut selection = Selection::new(&first.order, k);
        let (mut buffers, mut curve) = (SearchBuffers::default(), Curve::default());
        let order = query::sort(&mut curve, &query, &bounds, POINTS_PER_CELL, groups.len());
        let mut nearest = Nearest::new();
        let group_of = |place: u32| query.groups.map(|groups| groups[place as usize]);
        for places in order.chunk_by(|&a, &b| group_of(a) == group_of(b)) {
            buffers.leave();
            nearest.leave();
            for places in places.chunks(BATCH) {
                if !go_on() {
                    return;
                }
                let Some((group, _)) = query.group_of(places[0] as usize, groups) else { continue };
                match path(group, k, query.max_dist.is_some()) {
                    Path::NearestCenters(Centers { within, index: sites, .. }) => {
                        let ranking = &group.order.ranking;
                        let found = |place: usize, rank, at| {
                            index[place] = i64::from(ranking.position(rank));
                            distance[place] = at;
                        };
                        nearest.search(simd, (sites.view(), within), query.points, places, found);
                        continue;
                    }
                    Path::Boxes(boxes, boundary_counts) => {
                        for place in places.iter().map(|&place| place as usize) {
                            let point = query.points[place];
                            let found = buffers.best_in(simd, boxes, point, boundary_counts);
                            if let Some(rank) = found {
                                index[place] = i64::from(group.order.ranking.position(rank));
                                distance[place] = 0.0;
                            }
                        }
                        continue;
                    }
                    // Of the paths in bulk, only cells come here: those that another thread built
                    // meanwhile. The search finds them, too.
                    Path::Centers(_) | Path::Cells(..) | Path::Search => {}
                }
                for place in places.iter().map(|&place| place as usize) {
                    let max_dist = query.max_dist.map(|all| all[place]);
                    let point = query.points[place];
                    group.best(simd, max_dist, point, &mut buffers, &mut selection);
                    let row = place * k..(place + 1) * k;
                    let row = index[row.clone()].iter_mut().zip(&mut distance[row]);
                    for (found, (index, distance)) in selection.found().iter().zip(row) {
                        *index = i64::from(group.order.ranking.position(found.score.rank));
                        *distance = found.score.distance;
                    }
                }
            }
        }
    }
}
