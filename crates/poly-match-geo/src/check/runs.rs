//! Finds the edges of a polygon in a box, and tells which cannot meet.
//!
//! Each ring is cut into runs of successive edges, and each run has a box. If there are many runs,
//! their boxes are in an R-tree. A run has a strip, too, along the direction of most of its edges: the
//! teeth of a comb or the spikes of a star are long and close together, so that many of their boxes
//! meet, but few of their strips.

use std::ops::Range;

use poly_match::{Bounds, Point};
use rstar::primitives::{GeomWithData, Rectangle};
use rstar::{AABB, RTree};

use super::outline::Outline;
use super::watch::Watch;

/// Most edges of a run.
const EDGES: usize = 64;

/// Up to this many runs, every box is looked at.
const FEW: usize = 24;

/// Some successive edges of a ring.
#[derive(Debug)]
pub(super) struct Run {
    pub(super) ring: usize,
    pub(super) edges: Range<usize>,
    pub(super) bounds: Bounds,
    /// A direction across the run, of length 1, and the range of the run in this direction.
    across: Point,
    strip: [f64; 2],
}

impl Run {
    fn new(outline: &Outline, ring: usize, edges: Range<usize>) -> Self {
        let mut bounds = Bounds::EMPTY;
        let [mut xx, mut xy, mut yy] = [0.0; 3];
        for edge in edges.clone() {
            let [a, b] = outline.edge(ring, edge);
            bounds = bounds.including(a).including(b);
            let [x, y] = [b[0] - a[0], b[1] - a[1]];
            xx += x * x;
            xy += x * y;
            yy += y * y;
        }
        // The axis of the largest sum of squares (K. Pearson, "On lines and planes of closest fit to
        // systems of points in space", 1901).
        let (sin, cos) = (0.5 * (2.0 * xy).atan2(xx - yy)).sin_cos();
        let mut run = Self { ring, edges, bounds, across: [-sin, cos], strip: [0.0; 2] };
        run.strip = run.range(outline, run.across);
        run
    }

    /// The range of its vertices in a direction.
    fn range(&self, outline: &Outline, direction: Point) -> [f64; 2] {
        let along = |vertex: Point| vertex[0] * direction[0] + vertex[1] * direction[1];
        let last = outline.next(self.ring, self.edges.end - 1);
        let vertices = outline.vertices(self.edges.clone()).iter().map(|&vertex| along(vertex));
        let last = along(outline.vertex(last));
        vertices.fold([last, last], |[low, high], place| [low.min(place), high.max(place)])
    }

    /// Whether the other run is beside its strip, by more than rounding can be wrong.
    fn is_beside(&self, outline: &Outline, other: &Self) -> bool {
        const ERROR: f64 = 1e-14 * Outline::LARGEST;
        let [low, high] = other.range(outline, self.across);
        low > self.strip[1] + ERROR || high < self.strip[0] - ERROR
    }
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
                all.push(Run::new(outline, number, edges));
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

    /// Whether the strips of two runs tell that they do not meet.
    pub(super) fn are_apart(&self, outline: &Outline, number: usize, other: usize) -> bool {
        let (run, its) = (&self.all[number], &self.all[other]);
        run.is_beside(outline, its) || its.is_beside(outline, run)
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
