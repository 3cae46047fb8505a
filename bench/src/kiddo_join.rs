//! kiddo's other way: a second tree over the points, and every near pair of the two trees.
//!
//! Not `best_n_within`: all pairs are visited, and the least rank of each point is kept. The tree of
//! the points is built inside the call, as a caller with new points must.

use std::sync::atomic::{AtomicU32, Ordering};

use kiddo::batch::Executor;
use kiddo::{Donnelly, FlatVec, KdTree, SquaredEuclidean};

use crate::{Peer, Point, Sites};

type Tree = KdTree<f64, u32, Donnelly<3>, FlatVec<f64, u32, 2, 32>, 2, 32>;

struct Join {
    tree: Tree,
    limit: f64,
}

fn tree(points: &[Point], threads: bool) -> Result<Tree, String> {
    let builder = Tree::builder();
    let built = if threads {
        builder.build_from_slice(points)
    } else {
        builder.with_serial_construction().build_from_slice(points)
    };
    built.map_err(|error| format!("{error:?}"))
}

/// Builds the tree of the centres.
pub(crate) fn build(sites: &Sites, threads: bool) -> Result<Box<dyn Peer>, String> {
    Ok(Box::new(Join { tree: tree(&sites.centers, threads)?, limit: sites.limit }))
}

impl Peer for Join {
    fn answer(&self, points: &[Point], threads: bool, ranks: &mut [i64]) {
        let Ok(left) = tree(points, threads) else { return }; // the answer will not be right
        let executor = if threads { Executor::parallel() } else { Executor::serial() };
        let best: Vec<_> = points.iter().map(|_| AtomicU32::new(u32::MAX)).collect();
        left.query_tree(&self.tree)
            .within::<SquaredEuclidean<f64>>(self.limit)
            .without_distances()
            .with_executor(&executor)
            .for_each(|pair| {
                let best = &best[pair.left_item as usize];
                if pair.right_item < best.load(Ordering::Relaxed) {
                    best.fetch_min(pair.right_item, Ordering::Relaxed);
                }
            });
        for (rank, best) in ranks.iter_mut().zip(best) {
            *rank = match best.into_inner() {
                u32::MAX => -1,
                best => i64::from(best),
            };
        }
    }
}
