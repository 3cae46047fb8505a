//! Leaves of few lines, answered by the sides that a point is on.
//!
//! The edges in a leaf lie on lines, which cut it into faces. A face is convex and no edge is within
//! it, so all of its points have one answer, and which face a point is in is told by the signs of
//! a x + b y + c, one for each line. So the answers stand in a table by these signs, and no branch
//! depends on the point. Edges that polygons share are one line, and most leaves have one or two.
//!
//! The signs are those of plain arithmetic, and are taken where rounding cannot matter. Beside a
//! line, and in faces that were not found when the tree was made, the leaf itself is asked.

use bytemuck::{Pod, Zeroable};

use super::frame::{Frame, side};
use super::path;
use super::tree::settled;
use crate::geometry::Point;

/// Of no face that is known: the leaf is to be asked.
pub(super) const UNSURE: u32 = u32::MAX;

/// How far from 0, in units, a value is sure of its sign; far above what arithmetic can be wrong by.
///
/// With the ends of an edge, and the point, each wrong by less than 1/8 of a unit, the value is off
/// by less than 1/8 (2 + 2 D / L), where L is the edge's longer extent and D how far, along an axis,
/// the point is from its end; and that is at most L and a cell's side and its slack more. Where L is
/// at least the [`SHORT`]th part of the side, this is less than 17 + 1, and the sum of three products
/// below 2^50 adds less than 1.
const SURE: f64 = 32.0;

/// Edges shorter than this part of their cell's side are left to others.
const SHORT: f64 = 64.0;

/// a, b and c of `N` lines; in units, the larger of a and b is 1 or −1.
type Lines<const N: usize> = [[f64; N]; 3];

/// Up to two lines, and the answers of the combinations of sides.
#[derive(Debug, Clone, Copy, PartialEq, Pod, Zeroable)]
#[repr(C)]
pub(super) struct Two {
    lines: Lines<2>,
    /// The words of settled cells, or [`UNSURE`], by a bit for each line that has the point on its
    /// positive side.
    pub(super) faces: [u32; 4],
}

/// The same of up to four lines.
#[derive(Debug, Clone, Copy, PartialEq, Pod, Zeroable)]
#[repr(C)]
pub(super) struct Four {
    lines: Lines<4>,
    pub(super) faces: [u32; 16],
}

impl Two {
    /// The word of the point's face, or [`UNSURE`].
    #[inline(always)]
    pub(super) fn word(&self, units: Point) -> u32 {
        word(&self.lines, &self.faces, units)
    }
}

impl Four {
    /// The word of the point's face, or [`UNSURE`].
    #[inline(always)]
    pub(super) fn word(&self, units: Point) -> u32 {
        word(&self.lines, &self.faces, units)
    }
}

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

/// The number of the face, and whether that is sure, for a point in units.
#[inline(always)]
fn face<const N: usize>([a, b, c]: &Lines<N>, [x, y]: Point) -> (usize, bool) {
    let (mut face, mut is_sure) = (0, true);
    for i in 0..N {
        let value = a[i] * x + b[i] * y + c[i];
        face |= usize::from(value > 0.0) << i;
        is_sure &= value.abs() > SURE;
    }
    (face, is_sure)
}

/// Polygons that may take part in a leaf of few lines.
const FEW: usize = 8;

/// What is in a leaf, each edge once, whichever polygons share it.
#[derive(Debug)]
pub(super) struct Sketch {
    edges: [[Point; 2]; 4],
    edge_count: usize,
    polygons: [Owner; FEW],
    polygon_count: usize,
}

/// A polygon of a leaf.
#[derive(Debug, Clone, Copy, Default)]
struct Owner {
    rank: u32,
    /// Whether the corner of the cell is inside.
    is_inside: bool,
    /// A bit for each edge that the polygon has an odd number of times.
    edges: u32,
}

impl Sketch {
    pub(super) fn new() -> Self {
        Self {
            edges: Default::default(),
            edge_count: 0,
            polygons: Default::default(),
            polygon_count: 0,
        }
    }

    /// Adds a polygon, the next by rank; none where there are too many of them, or of edges.
    pub(super) fn push(
        &mut self,
        rank: u32,
        is_inside: bool,
        edges: impl Iterator<Item = [Point; 2]>,
    ) -> Option<()> {
        let mut owner = Owner { rank, is_inside, edges: 0 };
        for [from, to] in edges {
            let is_it = |&other: &[Point; 2]| other == [to, from] || other == [from, to];
            let known = self.edges[..self.edge_count].iter().position(is_it);
            let i = known.unwrap_or(self.edge_count);
            if known.is_none() {
                *self.edges.get_mut(i)? = [from, to];
                self.edge_count += 1;
            }
            owner.edges ^= 1 << i;
        }
        *self.polygons.get_mut(self.polygon_count)? = owner;
        self.polygon_count += 1;
        Some(())
    }

    pub(super) fn edge_count(&self) -> usize {
        self.edge_count
    }

    /// Two lines for a cell, with the answers of their faces; none where an edge is too short.
    pub(super) fn two(&self, frame: &Frame, cell: &Square) -> Option<Two> {
        self.lines(frame, cell).map(|(lines, faces)| Two { lines, faces })
    }

    /// The same with four lines.
    pub(super) fn four(&self, frame: &Frame, cell: &Square) -> Option<Four> {
        self.lines(frame, cell).map(|(lines, faces)| Four { lines, faces })
    }

    fn lines<const N: usize, const FACES: usize>(
        &self,
        frame: &Frame,
        cell: &Square,
    ) -> Option<(Lines<N>, [u32; FACES])> {
        // Those that are not there have every point on their positive side.
        let mut lines = [[0.0; N], [0.0; N], [f64::INFINITY; N]];
        let mut faces = [UNSURE; FACES];
        let side = side(cell.level);
        let mut places = Places { at: cell.at, side, points: [[0.0; 2]; 32], count: 0 };
        let near = [1.0 / 1024.0, 1023.0 / 1024.0].map(|part| part * side);
        for (x, y) in [(0, 0), (1, 1), (0, 1), (1, 0)] {
            places.push([cell.at[0] + near[x], cell.at[1] + near[y]]);
        }
        let mut directions = [([0.0; 2], [0.0; 2]); N];
        for i in 0..self.edge_count {
            let [from, to] = self.edges[i].map(|end| frame.units(end));
            let along = [to[0] - from[0], to[1] - from[1]];
            let length = along[0].abs().max(along[1].abs());
            if length * SHORT < side {
                return None;
            }
            let along = along.map(|v| v / length);
            let (a, b) = (-along[1], along[0]);
            (lines[0][i], lines[1][i]) = (a, b);
            lines[2][i] = -(a * from[0] + b * from[1]);
            directions[i] = (from, along);
            for &before in &directions[..i] {
                places.push_around(before, directions[i]);
            }
        }
        for &place in &places.points[..places.count] {
            // Rounded to what a point can be.
            let point = frame.corner(place);
            let (face, is_sure) = face(&lines, frame.units(point));
            if is_sure && faces[face] == UNSURE {
                faces[face] = self.word(point, cell).unwrap_or(UNSURE);
            }
        }
        Some((lines, faces))
    }

    /// The word for the best of a point of the cell; none on an edge.
    fn word(&self, point: Point, cell: &Square) -> Option<u32> {
        let mut crossed = 0;
        for (i, edge) in self.edges[..self.edge_count].iter().enumerate() {
            crossed |= u32::from(path::is_odd(edge, point, cell.corner)?) << i;
        }
        let is_inside = |polygon: &&Owner| {
            polygon.is_inside ^ ((polygon.edges & crossed).count_ones() % 2 == 1)
        };
        let best = self.polygons[..self.polygon_count].iter().find(is_inside);
        Some(settled(best.map_or(cell.cover, |polygon| polygon.rank)))
    }
}

/// A cell: in units its lower left corner, its level, its upper right corner, and the lowest rank
/// that covers it, or `NONE`.
#[derive(Debug)]
pub(super) struct Square {
    pub(super) at: Point,
    pub(super) level: u32,
    pub(super) corner: Point,
    pub(super) cover: u32,
}

/// Places in a cell, in units, of which some are in each face, as a rule: near its corners, and
/// around the places where two lines meet.
struct Places {
    at: Point,
    side: f64,
    points: [Point; 32],
    count: usize,
}

impl Places {
    /// Adds a place that is in the cell.
    fn push(&mut self, place: Point) {
        let is_in = |axis: usize| (0.0..self.side).contains(&(place[axis] - self.at[axis]));
        if is_in(0) && is_in(1) && self.count < self.points.len() {
            self.points[self.count] = place;
            self.count += 1;
        }
    }

    /// Adds places around that where two lines meet, each given by a place and a direction.
    fn push_around(&mut self, (a, along): (Point, Point), (b, other): (Point, Point)) {
        /// How far, in sides of the cell.
        const FAR: f64 = 1.0 / 32.0;
        let turn = along[0] * other[1] - along[1] * other[0];
        let far = ((b[0] - a[0]) * other[1] - (b[1] - a[1]) * other[0]) / turn;
        if !far.is_finite() {
            return; // they do not meet
        }
        let [to, other] = [along, other].map(|v| v.map(|v| v * FAR * self.side));
        let middle = [a[0] + far * along[0], a[1] + far * along[1]];
        for (s, t) in [(1.0, 1.0), (1.0, -1.0), (-1.0, 1.0), (-1.0, -1.0)] {
            self.push([0, 1].map(|axis| middle[axis] + s * to[axis] + t * other[axis]));
        }
    }
}
