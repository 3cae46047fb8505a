//! Finds where the edges of a polygon meet: rings that cross or touch themselves or each other.
//!
//! Only runs of edges whose boxes meet are compared. Once something is wrong, the search goes on for
//! other kinds of faults, but not for long: a polygon may cross itself as many times as it has pairs
//! of edges.

use poly_match::{Bounds, Point};

use super::finding::{Faults, FindingKind};
use super::outline::{Outline, Ring};
use super::runs::{Run, Runs, meet};
use super::segment::{Meeting, is_before, meeting};
use super::touches::Touches;
use super::watch::Watch;

/// Work for each edge, and for each polygon, once something is wrong. A comparison of two runs or of
/// two edges is one.
const LEFT: [usize; 2] = [256, 1 << 16];

/// How two edges belong together.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Pair {
    OneRing,
    /// Two rings of one part.
    OnePart,
    TwoParts,
}

/// An edge and its ring.
#[derive(Debug, Clone, Copy)]
struct Edge {
    ring: usize,
    number: usize,
    ends: [Point; 2],
}

/// Finds where edges meet, and adds what is wrong to the faults. Returns where the rings of one part
/// touch.
pub(super) fn find<E>(
    outline: &Outline,
    runs: &Runs,
    faults: &mut Faults,
    watch: &mut Watch<'_, E>,
) -> Result<Touches, E> {
    let mut search = Search { outline, faults, touches: Touches::default() };
    let pairs = pairs(&outline.rings);
    let mut left = LEFT[0] * outline.len() + LEFT[1];
    let mut is_wrong = false;
    for (number, run) in runs.all.iter().enumerate() {
        for other in runs.meeting(run.bounds).filter(|&other| other >= number) {
            let pair = search.pair(run.ring, runs.all[other].ring);
            let mut work = 1;
            if !search.is_done(pair) && (number == other || !runs.are_apart(outline, number, other))
            {
                let (compared, found) = search.compare(&runs.all, number, other);
                work += compared;
                is_wrong |= found;
            }
            watch.after(work)?;
            if is_wrong {
                left = left.saturating_sub(work);
                if left == 0 || pairs.iter().all(|&pair| search.is_done(pair)) {
                    return Ok(search.touches);
                }
            }
        }
    }
    Ok(search.touches)
}

/// The kinds of pairs that there are. The rings of a part follow each other.
fn pairs(rings: &[Ring]) -> Vec<Pair> {
    let neighbors = || rings.windows(2).map(|two| two[0].part == two[1].part);
    let mut pairs = vec![Pair::OneRing];
    pairs.extend(neighbors().any(|are_one| are_one).then_some(Pair::OnePart));
    pairs.extend(neighbors().any(|are_one| !are_one).then_some(Pair::TwoParts));
    pairs
}

struct Search<'a> {
    outline: &'a Outline,
    faults: &'a mut Faults,
    touches: Touches,
}

impl Search<'_> {
    fn pair(&self, ring: usize, other: usize) -> Pair {
        let rings = &self.outline.rings;
        if ring == other {
            Pair::OneRing
        } else if rings[ring].part == rings[other].part {
            Pair::OnePart
        } else {
            Pair::TwoParts
        }
    }

    /// Whether the worst that such pairs can do was found.
    fn is_done(&self, pair: Pair) -> bool {
        self.faults.has(crossing(pair))
    }

    /// Compares the edges of two runs, or of one. Returns the number of comparisons, and whether
    /// something is wrong.
    fn compare(&mut self, runs: &[Run], number: usize, other: usize) -> (usize, bool) {
        let (run, its) = (&runs[number], &runs[other]);
        let others: Vec<_> = self.edges(its, run.bounds).collect();
        let (mut compared, mut is_wrong) = (0, false);
        let edges: Vec<_> = self.edges(run, its.bounds).collect();
        for (edge, bounds) in edges {
            for (its, its_bounds) in &others {
                compared += 1;
                let is_new = number != other || its.number > edge.number;
                if is_new && meet(&bounds, its_bounds) {
                    is_wrong |= self.compare_edges(edge, *its);
                }
            }
        }
        (compared, is_wrong)
    }

    /// The edges of a run in a box, each with its own box.
    fn edges(&self, run: &Run, bounds: Bounds) -> impl Iterator<Item = (Edge, Bounds)> {
        let ring = run.ring;
        let boxed = move |number| {
            let ends = self.outline.edge(ring, number);
            let bounds = Bounds::EMPTY.including(ends[0]).including(ends[1]);
            (Edge { ring, number, ends }, bounds)
        };
        run.edges.clone().map(boxed).filter(move |(_, its)| meet(its, &bounds))
    }

    /// Returns whether something is wrong with two edges.
    fn compare_edges(&mut self, edge: Edge, other: Edge) -> bool {
        let pair = self.pair(edge.ring, other.ring);
        let fault = match meeting(edge.ends, other.ends) {
            Meeting::Apart => None,
            Meeting::Cross(at) => Some((crossing(pair), at)),
            Meeting::Overlap(at) if pair == Pair::TwoParts && !self.share_a_side(edge, other) => {
                Some((FindingKind::SharedBoundary, at))
            }
            Meeting::Overlap(at) => Some((crossing(pair), at)),
            Meeting::Touch(at) => self.touch(edge, other, at).map(|kind| (kind, at)),
        };
        if let Some((kind, at)) = fault {
            self.faults.add(kind, self.outline.place(at));
        }
        fault.is_some()
    }

    /// What is wrong where two edges touch. An edge that ends there is left to the one that follows it,
    /// so an edge and the one that follows it in its ring are not compared at their common vertex.
    fn touch(&mut self, edge: Edge, other: Edge, at: Point) -> Option<FindingKind> {
        let corner = self.outline.corner_at(edge.ring, edge.number, at)?;
        let its_corner = self.outline.corner_at(other.ring, other.number, at)?;
        let pair = self.pair(edge.ring, other.ring);
        if corner.crosses(&its_corner) {
            return Some(crossing(pair));
        }
        match pair {
            Pair::OneRing => Some(FindingKind::SelfTouch),
            Pair::OnePart => {
                self.touches.add([edge.ring, other.ring], at);
                None
            }
            Pair::TwoParts => None,
        }
    }

    /// Whether the interiors of two parts are on the same side of a stretch that two edges share.
    fn share_a_side(&self, edge: Edge, other: Edge) -> bool {
        // To the left of the direction in which x grows, or else y.
        let is_left = |edge: Edge| {
            let ring = &self.outline.rings[edge.ring];
            (ring.turns_left != ring.is_hole) == is_before(edge.ends[0], edge.ends[1])
        };
        is_left(edge) == is_left(other)
    }
}

/// The fault of two edges that cross.
fn crossing(pair: Pair) -> FindingKind {
    match pair {
        Pair::OneRing => FindingKind::SelfIntersection,
        Pair::OnePart => FindingKind::RingsCross,
        Pair::TwoParts => FindingKind::PartsOverlap,
    }
}
