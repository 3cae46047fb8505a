//! The rings of one polygon, as the check looks at them: without repeated vertices, and scaled so
//! that all decisions are exact.

use std::ops::Range;

use poly_match::{Bounds, Point, Shapes};

use super::corner::Corner;
use super::finding::{Faults, FindingKind};
use super::segment::{is_before, side};
use super::watch::Watch;

/// The rings of one polygon that have an area.
///
/// All coordinates are multiplied by a power of two, which rounds nothing. The largest is then about
/// 2^400, so that no product of two overflows, and none vanishes that matters.
#[derive(Debug)]
pub(super) struct Outline {
    /// The vertices of all rings. No ring repeats a vertex in a row, or its first at its end.
    vertices: Vec<Point>,
    pub(super) rings: Vec<Ring>,
    scale: f64,
}

/// A ring of at least three vertices that are not all on one line.
#[derive(Debug)]
pub(super) struct Ring {
    /// Its vertices, and its edges: each begins at the vertex of its number.
    pub(super) edges: Range<usize>,
    pub(super) part: usize,
    pub(super) is_hole: bool,
    /// Whether it runs counterclockwise. Without a meaning if it crosses itself.
    pub(super) turns_left: bool,
}

impl Outline {
    /// Reads the polygon at `position`. Adds repeated vertices and rings without an area to the
    /// faults; such rings are left out.
    pub(super) fn read<E>(
        shapes: &Shapes,
        position: usize,
        faults: &mut Faults,
        watch: &mut Watch<'_, E>,
    ) -> Result<Self, E> {
        let scale = scale(&shapes.bounds(position));
        let mut outline = Self { vertices: Vec::new(), rings: Vec::new(), scale };
        for (part, rings) in shapes.parts_of(position).enumerate() {
            for (i, ring) in rings.enumerate() {
                watch.after(ring.len())?;
                outline.push(ring, part, i > 0, faults);
            }
        }
        Ok(outline)
    }

    fn push(&mut self, ring: &[Point], part: usize, is_hole: bool, faults: &mut Faults) {
        let start = self.vertices.len();
        let scaled = ring.iter().map(|vertex| vertex.map(|value| value * self.scale));
        if let Some(repeated) = push_distinct(&mut self.vertices, scaled) {
            faults.add(FindingKind::RepeatedVertex, self.place(repeated));
        }
        if has_area(&self.vertices[start..]) {
            let edges = start..self.vertices.len();
            self.rings.push(Ring { edges, part, is_hole, turns_left: false });
            let ring = self.rings.len() - 1;
            self.rings[ring].turns_left = self.turns_left(ring);
        } else {
            faults.add(FindingKind::NoArea, self.place(self.vertices[start]));
            self.vertices.truncate(start);
        }
    }

    /// Whether a ring runs counterclockwise: whether it turns left at its lowest vertex.
    fn turns_left(&self, ring: usize) -> bool {
        let edges = self.rings[ring].edges.clone();
        let lower = |a: usize, b: usize| {
            if is_before(self.vertices[b], self.vertices[a]) { b } else { a }
        };
        let lowest = edges.clone().fold(edges.start, lower);
        let Corner { at, from, to } = self.corner(ring, lowest);
        side(from, at, to) > 0.0
    }

    /// The number of edges.
    pub(super) fn len(&self) -> usize {
        self.vertices.len()
    }

    pub(super) fn vertex(&self, number: usize) -> Point {
        self.vertices[number]
    }

    /// The edge that follows an edge of the ring.
    pub(super) fn next(&self, ring: usize, edge: usize) -> usize {
        let edges = &self.rings[ring].edges;
        if edge + 1 == edges.end { edges.start } else { edge + 1 }
    }

    /// The ends of an edge of the ring.
    pub(super) fn edge(&self, ring: usize, edge: usize) -> [Point; 2] {
        [self.vertices[edge], self.vertices[self.next(ring, edge)]]
    }

    /// The corner at the first vertex of an edge of the ring.
    pub(super) fn corner(&self, ring: usize, edge: usize) -> Corner {
        let edges = &self.rings[ring].edges;
        let before = if edge == edges.start { edges.end - 1 } else { edge - 1 };
        let [at, to] = self.edge(ring, edge);
        Corner { at, from: self.vertices[before], to }
    }

    /// The corner at a point of an edge of the ring. `None` at its last vertex, where the next edge
    /// begins.
    pub(super) fn corner_at(&self, ring: usize, edge: usize, at: Point) -> Option<Corner> {
        let [from, to] = self.edge(ring, edge);
        if at == from {
            return Some(self.corner(ring, edge));
        }
        (at != to).then_some(Corner { at, from, to })
    }

    /// A place in the coordinates of the polygon.
    #[allow(clippy::unnecessary_wraps)] // as findings have it
    pub(super) fn place(&self, at: Point) -> Option<Point> {
        Some(at.map(|value| value / self.scale))
    }
}

/// Adds the vertices of a ring, without those that repeat the one before, and without a last one that
/// equals the first. Returns the first vertex that comes twice in a row.
pub(super) fn push_distinct(
    vertices: &mut Vec<Point>,
    ring: impl IntoIterator<Item = Point>,
) -> Option<Point> {
    let start = vertices.len();
    let mut repeated = None;
    for vertex in ring {
        if vertices[start..].last() == Some(&vertex) {
            repeated = repeated.or(Some(vertex));
        } else {
            vertices.push(vertex);
        }
    }
    if let [first, .., last] = &vertices[start..]
        && first == last
    {
        vertices.pop();
    }
    repeated
}

/// Whether there are three distinct vertices that are not on one line. The first two are distinct.
fn has_area(ring: &[Point]) -> bool {
    match ring {
        [a, b, rest @ ..] => rest.iter().any(|&vertex| side(*a, *b, vertex) != 0.0),
        _ => false,
    }
}

/// The power of two that makes the largest coordinate about 2^400.
fn scale(bounds: &Bounds) -> f64 {
    let values = [bounds.min, bounds.max].into_iter().flatten();
    let largest = values.fold(0.0, |largest: f64, value| largest.max(value.abs()));
    let exponent = largest.to_bits() >> 52; // 1023 more than it is
    f64::from_bits((1023 + 400 + 1023 - exponent).min(2046) << 52)
}
