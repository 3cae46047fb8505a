//! kiddo's `best_n_within` with n = 1: the item is the rank, so the least item is the best.
//!
//! Written once for every kind of tree, because the kind is a type. One point after the other goes
//! in with a scratch that is reused, as kiddo's documentation recommends; or all points go in as a
//! batch, on kiddo's own executors.

use std::num::NonZero;
use std::sync::atomic::{AtomicI64, Ordering};

use kiddo::batch::Executor;
use kiddo::{Donnelly, Eytzinger, FlatVec, KdTree, SquaredEuclidean, VecOfArenas};
use kiddo::{ITEM_LEAF_MODE_SORTED as SORTED, ITEM_LEAF_MODE_UNSORTED as UNSORTED};

use crate::share::share_out;
use crate::{Peer, Point, Sites};

const ONE: NonZero<usize> = NonZero::<usize>::MIN;

/// A kind of tree: how its stems are laid out, how its leaves, how many sites are in a leaf.
macro_rules! tree {
    ($stems:ty, $leaves:ident, $bucket:literal, $mode:expr) => {
        KdTree<f64, u32, $stems, $leaves<f64, u32, 2, $bucket>, 2, $bucket, { $mode }>
    };
}

struct Kiddo<T> {
    tree: T,
    limit: f64,
    batch: bool,
}

/// Builds one kind, and teaches it to answer.
macro_rules! kind {
    ($sites:expr, $batch:expr, $threads:expr, $stems:ty, $leaves:ident, $bucket:literal, $mode:expr, $($order:tt)*) => {{
        type Tree = tree!($stems, $leaves, $bucket, $mode);
        impl Peer for Kiddo<Tree> {
            fn answer(&self, points: &[Point], threads: bool, ranks: &mut [i64]) {
                if self.batch {
                    let executor = if threads { Executor::parallel() } else { Executor::serial() };
                    let found: Vec<_> = ranks.iter().map(|_| AtomicI64::new(-1)).collect();
                    self.tree
                        .query_batch(points)
                        .best_n_within::<SquaredEuclidean<f64>>(self.limit, ONE)
                        .with_executor(&executor)
                        .for_each(|position, best| {
                            if let Some(best) = best.peek() {
                                found[position].store(i64::from(best.item), Ordering::Relaxed);
                            }
                        });
                    for (rank, found) in ranks.iter_mut().zip(found) {
                        *rank = found.into_inner();
                    }
                    return;
                }
                share_out(points, threads, ranks, |points, ranks| {
                    let mut scratch = self.tree.create_scratch::<SquaredEuclidean<f64>>();
                    for (point, rank) in points.iter().zip(ranks) {
                        let best = self
                            .tree
                            .query(point)
                            .best_n_within::<SquaredEuclidean<f64>>(self.limit, ONE)
                            .with_scratch(&mut scratch)
                            .execute();
                        if let Some(best) = best.peek() {
                            *rank = i64::from(best.item);
                        }
                    }
                });
            }
        }
        let plain = <tree!($stems, $leaves, $bucket, UNSORTED)>::builder();
        let builder = plain$($order)*;
        let entries: Vec<(u32, Point)> = (0..).zip($sites.centers.iter().copied()).collect();
        let tree = if $threads {
            builder.build_from_entries(&entries)
        } else {
            builder.with_serial_construction().build_from_entries(&entries)
        };
        tree.map(|tree: Tree| Box::new(Kiddo { tree, limit: $sites.limit, batch: $batch }) as Box<dyn Peer>)
            .map_err(|error| format!("{error:?}"))
    }};
}

/// Chooses a kind by name; after `batch` all points go in at once.
macro_rules! kinds {
    ($name:expr, $sites:expr, $threads:expr, $($title:literal => ($stems:ty, $leaves:ident, $bucket:literal, $mode:expr, $($order:tt)*)),* $(,)?) => {{
        let (name, batch) = match $name.strip_suffix(" batch") {
            Some(name) => (name, true),
            None => ($name, false),
        };
        match name {
            $($title => kind!($sites, batch, $threads, $stems, $leaves, $bucket, $mode, $($order)*).map(Some),)*
            _ => Ok(None),
        }
    }};
}

/// Builds the tree of the mode `name`, or says that there is none of this name.
pub(crate) fn build(
    name: &str,
    sites: &Sites,
    threads: bool,
) -> Result<Option<Box<dyn Peer>>, String> {
    kinds!(name, sites, threads,
        "default" => (Eytzinger, VecOfArenas, 32, UNSORTED, ),
        "plain" => (Donnelly<3>, FlatVec, 32, UNSORTED, ),
        "sorted 32" => (Eytzinger, VecOfArenas, 32, SORTED, .with_item_sorted_leaves()),
        "sorted 64" => (Eytzinger, VecOfArenas, 64, SORTED, .with_item_sorted_leaves()),
        "sorted 128" => (Eytzinger, VecOfArenas, 128, SORTED, .with_item_sorted_leaves()),
        "shift 1 64" => (Donnelly<3>, FlatVec, 64, 1, .with_embedded_min_item_shifted_summary::<1>()),
        "shift 4 32" => (Donnelly<3>, FlatVec, 32, 4, .with_embedded_min_item_shifted_summary::<4>()),
        "shift 4 64" => (Donnelly<3>, FlatVec, 64, 4, .with_embedded_min_item_shifted_summary::<4>()),
        "shift 4 128" => (Donnelly<3>, FlatVec, 128, 4, .with_embedded_min_item_shifted_summary::<4>()),
        "shift 6 64" => (Donnelly<3>, FlatVec, 64, 6, .with_embedded_min_item_shifted_summary::<6>()),
        "shift 9 64" => (Donnelly<3>, FlatVec, 64, 9, .with_embedded_min_item_shifted_summary::<9>()),
        "shift 12 64" => (Donnelly<3>, FlatVec, 64, 12, .with_embedded_min_item_shifted_summary::<12>()),
    )
}
