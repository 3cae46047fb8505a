//! kiddo's `nearest_one`: the nearest centre, one point after the other or all in a batch.

use std::sync::atomic::{AtomicI64, Ordering};

use kiddo::batch::Executor;
use kiddo::{Donnelly, Eytzinger, FlatVec, KdTree, SquaredEuclidean, VecOfArenas};

use crate::share::share_out;
use crate::{Peer, Point, Sites};

struct Nearest<T> {
    tree: T,
    batch: bool,
}

/// Builds one kind, and teaches it to answer.
macro_rules! kind {
    ($sites:expr, $batch:expr, $threads:expr, $stems:ty, $leaves:ident, $bucket:literal) => {{
        type Tree = KdTree<f64, u32, $stems, $leaves<f64, u32, 2, $bucket>, 2, $bucket>;
        impl Peer for Nearest<Tree> {
            fn answer(&self, points: &[Point], threads: bool, ranks: &mut [i64]) {
                if self.batch {
                    let executor = if threads { Executor::parallel() } else { Executor::serial() };
                    let found: Vec<_> = ranks.iter().map(|_| AtomicI64::new(-1)).collect();
                    self.tree
                        .query_batch(points)
                        .nearest_one::<SquaredEuclidean<f64>>()
                        .with_executor(&executor)
                        .for_each(|position, nearest| {
                            found[position].store(i64::from(nearest.item), Ordering::Relaxed);
                        });
                    for (rank, found) in ranks.iter_mut().zip(found) {
                        *rank = found.into_inner();
                    }
                    return;
                }
                share_out(points, threads, ranks, |points, ranks| {
                    let mut scratch = self.tree.create_scratch::<SquaredEuclidean<f64>>();
                    for (point, rank) in points.iter().zip(ranks) {
                        let nearest = self
                            .tree
                            .query(point)
                            .nearest_one::<SquaredEuclidean<f64>>()
                            .with_scratch(&mut scratch)
                            .execute();
                        *rank = i64::from(nearest.item);
                    }
                });
            }
        }
        let builder = Tree::builder();
        let tree = if $threads {
            builder.build_from_slice(&$sites.centers)
        } else {
            builder.with_serial_construction().build_from_slice(&$sites.centers)
        };
        tree.map(|tree: Tree| Some(Box::new(Nearest { tree, batch: $batch }) as Box<dyn Peer>))
            .map_err(|error| format!("{error:?}"))
    }};
}

/// Builds the tree of the mode `name`, or says that there is none of this name.
pub(crate) fn build(
    name: &str,
    sites: &Sites,
    threads: bool,
) -> Result<Option<Box<dyn Peer>>, String> {
    let (name, batch) = match name.strip_suffix(" batch") {
        Some(name) => (name, true),
        None => (name, false),
    };
    match name {
        "default" => kind!(sites, batch, threads, Eytzinger, VecOfArenas, 32),
        "plain" => kind!(sites, batch, threads, Donnelly<3>, FlatVec, 32),
        _ => Ok(None),
    }
}
