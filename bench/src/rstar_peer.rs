//! rstar: every candidate from `locate_within_distance`, and the least of their ranks.

use rstar::RTree;
use rstar::primitives::GeomWithData;

use crate::share::share_out;
use crate::{Peer, Point, Sites};

struct Rstar {
    tree: RTree<GeomWithData<Point, u32>>,
    limit: f64,
}

/// Builds the tree in bulk, which is its fastest kind.
pub(crate) fn build(sites: &Sites) -> Box<dyn Peer> {
    let entries =
        sites.centers.iter().zip(0..).map(|(&center, rank)| GeomWithData::new(center, rank));
    Box::new(Rstar { tree: RTree::bulk_load(entries.collect()), limit: sites.limit })
}

impl Peer for Rstar {
    fn answer(&self, points: &[Point], threads: bool, ranks: &mut [i64]) {
        share_out(points, threads, ranks, |points, ranks| {
            for (&point, rank) in points.iter().zip(ranks) {
                let near = self.tree.locate_within_distance(point, self.limit);
                if let Some(best) = near.map(|entry| entry.data).min() {
                    *rank = i64::from(best);
                }
            }
        });
    }
}
