//! The shortcut for leaves of few edges: answers by half-planes, without crossing edges.
//!
//! The edges of a leaf lie on lines, and the lines cut the cell into faces. A face is convex and no
//! edge is within it, so all its points have the same answer. The signs of a x + b y + c, one for
//! each line, tell which face a point is in. So a table indexed by these signs holds the answers,
//! and no branch depends on the point. An edge that several polygons share is one line. Most leaves
//! have one or two lines.
//!
//! The signs come from plain floating-point arithmetic. They are used only where rounding cannot
//! change them. The fallback is to cross the edges of the leaf: for a point close to a line, and in
//! a face that the build did not sample.

use std::array::from_fn;

use bytemuck::{Pod, Zeroable};

use super::frame::{Frame, side};
use super::path::PathEdge;
use super::word::{UNSURE, settled};
use crate::geometry::Point;
use crate::geometry::segment;

/// Threshold, in units: the sign of a value is trusted if the value is farther from 0 than this. It
/// is far above the rounding error, which is below 19.
///
/// Let the ends of an edge and the point each be off by less than 1/8 of a unit. Let L be the
/// longer extent of the edge, and D the distance along an axis from the point to an end of the
/// edge. Then the value is off by less than 1/8 (2 + 2 D / L). D is at most L plus the side of the
/// cell plus its slack. If L is at least 1/[`MAX_SIDE_TO_EDGE`] of the side, the error is less than
/// 17 + 1. The sum of three products below 2^50 adds less than 1.
const SIGN_MARGIN: f64 = 32.0;

/// Largest ratio of the cell's side to the longer extent of an edge. A leaf with a shorter edge
/// gets no half-planes, because the proof of [`SIGN_MARGIN`] would not hold.
const MAX_SIDE_TO_EDGE: f64 = 64.0;

/// The coefficients a, b and c of `N` lines, for coordinates in units. The one of a and b with the
/// larger absolute value is 1 or −1.
type Lines<const N: usize> = [[f64; N]; 3];

/// Up to two lines, and the answer for each combination of their half-planes.
#[derive(Debug, Clone, Copy, PartialEq, Pod, Zeroable)]
#[repr(C)]
pub(super) struct TwoHalfPlanes {
    lines: Lines<2>,
    /// The answer for each face: the word of a settled cell, or [`UNSURE`]. Bit i of the index is
    /// set if the point is on the positive side of line i.
    pub(super) faces: [u32; 4],
}

/// Up to four lines, and the answer for each combination of their half-planes.
#[derive(Debug, Clone, Copy, PartialEq, Pod, Zeroable)]
#[repr(C)]
pub(super) struct FourHalfPlanes {
    lines: Lines<4>,
    /// The answer for each face, as in [`TwoHalfPlanes::faces`].
    pub(super) faces: [u32; 16],
}

impl TwoHalfPlanes {
    /// The word of the point's face, or [`UNSURE`].
    #[inline(always)]
    pub(super) fn word(&self, units: Point) -> u32 {
        word(&self.lines, &self.faces, units)
    }
}

impl FourHalfPlanes {
    /// The word of the point's face, or [`UNSURE`].
    #[inline(always)]
    pub(super) fn word(&self, units: Point) -> u32 {
        word(&self.lines, &self.faces, units)
    }
}

/// Returns the word of the point's face, or [`UNSURE`] if the point is close to a line.
#[inline(always)]
fn word<const N: usize, const FACES: usize>(
    lines: &Lines<N>,
    faces: &[u32; FACES],
    units: Point,
) -> u32 {
    let (face, is_sure) = face(lines, units);
    let word = faces[face % FACES];
    if is_sure { word } else { UNSURE }
}

/// Returns the number of the face that a point, in units, is in, and whether all signs are sure.
#[inline(always)]
fn face<const N: usize>(lines: &Lines<N>, units: Point) -> (usize, bool) {
    let (mut face, mut is_sure) = (0, true);
    for i in 0..N {
        let value = value(lines, i, units);
        face |= usize::from(value > 0.0) << i;
        is_sure &= value.abs() > SIGN_MARGIN;
    }
    (face, is_sure)
}

/// Returns the number of the face that a place, in units, is in, if it is farther than `far` from
/// all lines.
#[inline(always)]
fn far_face<const N: usize>([a, b, c]: &Lines<N>, [x, y]: Point, far: f64) -> Option<usize> {
    let values: [f64; N] = from_fn(|i| a[i] * x);
    let values: [f64; N] = from_fn(|i| values[i] + b[i] * y);
    let values: [f64; N] = from_fn(|i| values[i] + c[i]);
    let is_far = values.iter().fold(true, |all, value| all & (value.abs() > far));
    let bits = values.iter().rev().map(|value| usize::from(value.is_sign_positive()));
    let face = bits.fold(0, |face, bit| face << 1 | bit);
    is_far.then_some(face)
}

/// Returns the value of line `i` at a point, in units.
#[inline(always)]
fn value<const N: usize>([a, b, c]: &Lines<N>, i: usize, [x, y]: Point) -> f64 {
    a[i] * x + b[i] * y + c[i]
}

/// Most parts of polygons with edges in a leaf that has half-planes.
const MAX_PARTS: usize = 8;

/// The parts and the distinct edges of a leaf. An edge that parts share is stored once.
#[derive(Debug)]
pub(super) struct LeafEdges {
    edges: [[Point; 2]; 4],
    edge_count: usize,
    parts: [LeafPart; MAX_PARTS],
    part_count: usize,
}

/// A part of a polygon with edges in the leaf.
#[derive(Debug, Clone, Copy, Default)]
struct LeafPart {
    /// The rank of the polygon.
    rank: u32,
    /// Whether the upper right corner of the cell is inside the part.
    is_inside: bool,
    /// A bit for each distinct edge that the part has an odd number of times.
    edges: u32,
}

impl LeafEdges {
    pub(super) fn new() -> Self {
        Self { edges: Default::default(), edge_count: 0, parts: Default::default(), part_count: 0 }
    }

    /// Adds the part that is next by rank. Returns `None` if there are more than [`MAX_PARTS`] parts
    /// or more than four distinct edges.
    pub(super) fn push(
        &mut self,
        rank: u32,
        is_inside: bool,
        edges: impl Iterator<Item = [Point; 2]>,
    ) -> Option<()> {
        let mut part = LeafPart { rank, is_inside, edges: 0 };
        for [from, to] in edges {
            let is_it = |&[a, b]: &[Point; 2]| {
                (a[0] == to[0] && a[1] == to[1] && b[0] == from[0] && b[1] == from[1])
                    || (a[0] == from[0] && a[1] == from[1] && b[0] == to[0] && b[1] == to[1])
            };
            let mut i = 0;
            while i < self.edge_count && !is_it(&self.edges[i % 4]) {
                i += 1;
            }
            if i == self.edge_count {
                *self.edges.get_mut(i)? = [from, to];
                self.edge_count += 1;
            }
            part.edges ^= 1 << i;
        }
        *self.parts.get_mut(self.part_count)? = part;
        self.part_count += 1;
        Some(())
    }

    /// Number of distinct edges.
    pub(super) fn edge_count(&self) -> usize {
        self.edge_count
    }

    /// Returns two lines with the answers of their faces. Returns `None` if an edge is too short.
    pub(super) fn two_half_planes(&self, frame: &Frame, cell: &LeafCell) -> Option<TwoHalfPlanes> {
        self.lines(frame, cell).map(|(lines, faces)| TwoHalfPlanes { lines, faces })
    }

    /// Returns four lines with the answers of their faces. Returns `None` if an edge is too short.
    pub(super) fn four_half_planes(
        &self,
        frame: &Frame,
        cell: &LeafCell,
    ) -> Option<FourHalfPlanes> {
        self.lines(frame, cell).map(|(lines, faces)| FourHalfPlanes { lines, faces })
    }

    /// Returns the lines of the edges, and the answers of the faces. An answer is found by locating
    /// a sample point; a face without a sample point stays [`UNSURE`].
    fn lines<const N: usize, const FACES: usize>(
        &self,
        frame: &Frame,
        cell: &LeafCell,
    ) -> Option<(Lines<N>, [u32; FACES])> {
        // Unused lines have every point on their positive side.
        let mut lines = [[0.0; N], [0.0; N], [f64::INFINITY; N]];
        let mut directions = [Direction::default(); N];
        let side = side(cell.level);
        for (i, ends) in self.edges[..self.edge_count].iter().enumerate() {
            let [from, to] = ends.map(|end| frame.units(end));
            let along = [to[0] - from[0], to[1] - from[1]];
            let length = along[0].abs().max(along[1].abs());
            if length * MAX_SIDE_TO_EDGE < side {
                return None;
            }
            let along = along.map(|v| v / length);
            let (a, b) = (-along[1], along[0]);
            (lines[0][i], lines[1][i]) = (a, b);
            lines[2][i] = -(a * from[0] + b * from[1]);
            directions[i] = Direction { from, along };
        }
        let side_of = |i: usize, point: Point| {
            let ([a, b], value) = (self.edges[i], value(&lines, i, frame.units(point)));
            if value.abs() > SIGN_MARGIN { value } else { segment::side(a, b, point) }
        };
        let mut edges = [PathEdge::default(); N];
        for (i, &ends) in self.edges[..self.edge_count].iter().enumerate() {
            edges[i] = PathEdge::new(ends, cell.corner, |corner| side_of(i, corner));
        }
        // Rounding a place to a representable point moves it by less than the slack. So if a place is
        // this far from all lines, the point is in the same face, and surely.
        let far = SIGN_MARGIN + 4.0 * frame.slack();
        let mut faces = [UNSURE; FACES];
        // k lines cut a plane into at most 1 + k (k + 1) / 2 faces.
        let mut left = 1 + self.edge_count * (self.edge_count + 1) / 2;
        let mut places = [[0.0; 2]; MAX_SAMPLES];
        let count = sample_places(&mut places, cell.at, side, &directions[..self.edge_count]);
        for &place in &places[..count] {
            if far_face(&lines, place, far).is_some_and(|face| faces[face] != UNSURE) {
                continue;
            }
            let is_in = |axis: usize| (0.0..side).contains(&(place[axis] - cell.at[axis]));
            if !(is_in(0) && is_in(1)) {
                continue;
            }
            let point = frame.corner(place);
            let (face, is_sure) = face(&lines, frame.units(point));
            if !is_sure || faces[face] != UNSURE {
                continue;
            }
            let turn = [cell.corner[0], point[1]];
            let mut crossed = 0;
            for (i, edge) in edges.iter().enumerate() {
                // The positive side of a line is to the left.
                let is_odd = edge.is_odd(point, face >> i & 1 == 1, || side_of(i, turn));
                crossed |= u32::from(is_odd) << i;
            }
            faces[face] = self.word(crossed, cell);
            left -= 1;
            if left == 0 {
                break;
            }
        }
        Some((lines, faces))
    }

    /// Finds the best polygon at a point, given a bit for each edge that the path from it to the
    /// corner crosses. Returns it as the word of a settled cell.
    fn word(&self, crossed: u32, cell: &LeafCell) -> u32 {
        let is_inside = |part: &&LeafPart| part.is_inside ^ is_odd(part.edges & crossed);
        let best = self.parts[..self.part_count].iter().find(is_inside);
        settled(best.map_or(cell.cover, |part| part.rank))
    }
}

/// Whether an odd number of the lowest four bits is set.
fn is_odd(bits: u32) -> bool {
    const PARITY: u32 = 0b0110_1001_1001_0110;
    PARITY >> bits & 1 == 1
}

/// The cell of a leaf.
#[derive(Debug)]
pub(super) struct LeafCell {
    /// The lower left corner, in units.
    pub(super) at: Point,
    pub(super) level: u32,
    /// The upper right corner, as a point.
    pub(super) corner: Point,
    /// The lowest rank that covers the cell, or `NONE`.
    pub(super) cover: u32,
}

/// A line by a point and a direction, in units. The longer extent of the direction is 1.
#[derive(Debug, Clone, Copy, Default)]
struct Direction {
    from: Point,
    along: Point,
}

impl Direction {
    /// Returns four places around the intersection with another line, for a cell of this side.
    /// Returns `None` if the lines are parallel.
    fn around(&self, other: &Self, side: f64) -> Option<[Point; 4]> {
        /// Distance from the intersection, along each line, in sides of the cell.
        const FAR: f64 = 1.0 / 32.0;
        let (a, along, b, other) = (self.from, self.along, other.from, other.along);
        let turn = along[0] * other[1] - along[1] * other[0];
        let far = ((b[0] - a[0]) * other[1] - (b[1] - a[1]) * other[0]) / turn;
        let [to, other] = [along, other].map(|v| v.map(|v| v * FAR * side));
        let middle = [a[0] + far * along[0], a[1] + far * along[1]];
        let around = [(1.0, 1.0), (1.0, -1.0), (-1.0, 1.0), (-1.0, -1.0)]
            .map(|(s, t)| [0, 1].map(|axis| middle[axis] + s * to[axis] + t * other[axis]));
        far.is_finite().then_some(around)
    }
}

/// Most sample points in a cell: four near its corners, and four for each pair of four lines.
const MAX_SAMPLES: usize = 4 + 4 * 6;

/// Writes sample places for a cell, in units, and returns their number. They are near the corners of
/// the cell, and around the intersections of two lines, where they may be outside the cell. As a
/// rule, every face has one.
fn sample_places(
    places: &mut [Point; MAX_SAMPLES],
    at: Point,
    side: f64,
    lines: &[Direction],
) -> usize {
    let near = [1.0 / 1024.0, 1023.0 / 1024.0].map(|part| part * side);
    let corners = [(0, 0), (1, 1), (0, 1), (1, 0)];
    for (place, (x, y)) in places.iter_mut().zip(corners) {
        *place = [at[0] + near[x], at[1] + near[y]];
    }
    let mut count = corners.len();
    for (i, line) in lines.iter().enumerate() {
        for before in &lines[..i] {
            if let Some(around) = before.around(line, side) {
                places[count..][..4].copy_from_slice(&around);
                count += 4;
            }
        }
    }
    count
}
