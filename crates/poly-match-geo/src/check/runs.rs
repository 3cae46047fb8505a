//! Finds the edges of a polygon in a box.
//!
//! Each ring is cut into runs of successive edges, and each run has a box. If there are many runs,
//! their boxes are in an R-tree.

use std::ops::Range;

use poly_match::Bounds;
use rstar::primitives::{GeomWithData, Rectangle};
use rstar::{AABB, RTree};

use super::outline::Outline;
use super::watch::Watch;

/// Most edges of a run.
const EDGES: usize = 16;

/// Up to this many runs, every box is looked at.
const FEW: usize = 24;

/// Some successive edges of a ring.
#[derive(Debug)]
pub(super) struct Run {
    pub(super) ring: usize,
    pub(super) edges: Range<usize>,
    pub(super) bounds: Bounds,
}

/// The runs of all rings of a polygon.
#[derive(Debug)]
pub(super) struct Runs {
    pub(super) all: Vec<Run>,
    /// The number of each run, by its box; only if there are many.
    tree: Option<RTree<GeomWithData<Rectangle<[f64; 2]>, usize>>>,
}

impl Runs {
    pub(super) fn new<E>(outline: &Outline, watch: &mut Watch<'_, E>) -> Result<Self, E> {
        let mut all = Vec::new();
        for (number, ring) in outline.rings.iter().enumerate() {
            for start in ring.edges.clone().step_by(EDGES) {
                watch.after(EDGES)?;
                let edges = start..ring.edges.end.min(start + EDGES);
                let bounds = edges.clone().fold(Bounds::EMPTY, |bounds, edge| {
                    let [a, b] = outline.edge(number, edge);
                    bounds.including(a).including(b)
                });
                all.push(Run { ring: number, edges, bounds });
            }
        }
        let tree = (all.len() > FEW).then(|| {
            let boxed = |(number, run): (usize, &Run)| {
                GeomWithData::new(Rectangle::from_aabb(aabb(&run.bounds)), number)
            };
            RTree::bulk_load(all.iter().enumerate().map(boxed).collect())
        });
        Ok(Self { all, tree })
    }

    /// The numbers of the runs whose boxes meet a box.
    pub(super) fn meeting(&self, bounds: Bounds) -> impl Iterator<Item = usize> {
        let few = if self.tree.is_some() { 0..0 } else { 0..self.all.len() };
        let few = few.filter(move |&number| meet(&self.all[number].bounds, &bounds));
        let many = self.tree.iter().flat_map(move |tree| {
            tree.locate_in_envelope_intersecting(aabb(&bounds)).map(|found| found.data)
        });
        few.chain(many)
    }
}

fn aabb(bounds: &Bounds) -> AABB<[f64; 2]> {
    AABB::from_corners(bounds.min, bounds.max)
}

/// Whether two boxes have a point in common.
pub(super) fn meet(a: &Bounds, b: &Bounds) -> bool {
    (0..2).all(|axis| a.min[axis] <= b.max[axis] && b.min[axis] <= a.max[axis])
}
