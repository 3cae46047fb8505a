//! The rings of many polygons in flat arrays. *Boundary*, *contains* and *covers* are tested on
//! these.
//!
//! The layout is that of GeoArrow's multipolygons: the vertices, where each ring ends in the
//! vertices, where each part ends in the rings, and where each polygon ends in the parts. The first
//! ring of a part is its outer ring; the others are holes.
//!
//! No rules and no search: the functions here look at one polygon and one point.

use std::convert::Infallible;
use std::ops::Range;
use std::sync::Arc;

use crate::error::Error;
use crate::geometry::measure::{Ring, area, centroid, mean};
use crate::geometry::polygon::{are_finite, is_finite};
use crate::geometry::segment::{Crossing, crossing, distance};
use crate::geometry::{Bounds, Center, Point, Polygon};

/// Where a point is, relative to a polygon.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Location {
    /// In the interior of one of its parts.
    Inside,
    /// On an edge or a vertex of one of its parts, and in the interior of none.
    Boundary,
    /// Neither inside nor on the boundary; for example, in a hole.
    Outside,
}

impl Location {
    /// Whether a point here is a match; `boundary_counts` tells *covers* from *contains*.
    #[inline(always)]
    pub(crate) fn counts(self, boundary_counts: bool) -> bool {
        match self {
            Self::Inside => true,
            Self::Boundary => boundary_counts,
            Self::Outside => false,
        }
    }
}

/// Many polygons with their rings.
///
/// A polygon is the union of its parts: a point is inside if it is inside one of them. Within a part,
/// an outer ring and its holes, the even-odd rule decides: a point is inside if a ray from it
/// crosses their edges an odd number of times. For rings that do not cross, in whatever direction
/// they run, that is the polygon as one draws it. If a ring crosses itself or another ring of its
/// part, the area that is covered twice is outside.
///
/// A point on an edge that two parts share is on the boundary, although it is in the interior of a
/// true union.
///
/// ```
/// use poly_match::{Location, Polygon, Shapes};
///
/// let mut zones = Shapes::new();
/// zones.push(&Polygon::new(vec![0.0, 4.0, 0.0], vec![0.0, 0.0, 4.0])?);
/// let outer = [[0.0, 0.0], [9.0, 0.0], [9.0, 9.0], [0.0, 9.0]];
/// let hole = [[1.0, 1.0], [1.0, 2.0], [2.0, 2.0], [2.0, 1.0]];
/// zones.push_parts([[outer, hole]])?; // one part: an outer ring and a hole
/// assert_eq!(zones.len(), 2);
/// assert_eq!(zones.locate(1, [1.5, 1.5]), Location::Outside);
/// assert_eq!(zones.distance(0, [6.0, 0.0]), 2.0);
/// # Ok::<(), poly_match::Error>(())
/// ```
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Shapes {
    vertices: Vec<Point>,
    ring_ends: Vec<usize>,
    part_ends: Vec<usize>,
    polygon_ends: Vec<usize>,
}

impl Shapes {
    /// No polygons.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// No polygons, and room for some: for vertices, and for rings, parts and polygons.
    pub(crate) fn with_room(vertices: usize, [rings, parts, polygons]: Ends<usize>) -> Self {
        Self {
            vertices: Vec::with_capacity(vertices),
            ring_ends: Vec::with_capacity(rings),
            part_ends: Vec::with_capacity(parts),
            polygon_ends: Vec::with_capacity(polygons),
        }
    }

    /// Adds a polygon of parts, each an outer ring followed by its holes. The closing vertex of a
    /// ring, equal to its first, is dropped.
    ///
    /// # Errors
    /// [`Error::NoVertices`] for an empty ring or no ring at all, [`Error::Vertex`] for a
    /// coordinate that is not finite. Nothing is added then.
    pub fn push_parts<P, R, V>(&mut self, parts: P) -> Result<(), Error>
    where
        P: IntoIterator<Item = R>,
        R: IntoIterator<Item = V>,
        V: IntoIterator<Item = Point>,
    {
        let before = [self.vertices.len(), self.ring_ends.len(), self.part_ends.len()];
        let pushed = parts.into_iter().try_for_each(|rings| self.push_part(rings, before[0]));
        match pushed {
            Ok(()) if self.ring_ends.len() > before[1] => {
                self.polygon_ends.push(self.part_ends.len());
                Ok(())
            }
            wrong => {
                self.vertices.truncate(before[0]);
                self.ring_ends.truncate(before[1]);
                self.part_ends.truncate(before[2]);
                Err(wrong.err().unwrap_or(Error::NoVertices { polygon: None }))
            }
        }
    }

    /// Adds the rings of a part. `first` is where the vertices of its polygon start.
    #[inline]
    fn push_part<R, V>(&mut self, rings: R, first: usize) -> Result<(), Error>
    where
        R: IntoIterator<Item = V>,
        V: IntoIterator<Item = Point>,
    {
        let before = self.ring_ends.len();
        for ring in rings {
            let start = self.vertices.len();
            self.vertices.extend(ring);
            if let [one, .., last] = &self.vertices[start..]
                && one == last
            {
                self.vertices.pop();
            }
            let ring = &self.vertices[start..];
            if ring.is_empty() {
                return Err(Error::NoVertices { polygon: None });
            }
            if !are_finite(ring) {
                let is_wrong = |vertex: &&Point| !is_finite(**vertex);
                let wrong = ring.iter().enumerate().find(|(_, vertex)| is_wrong(vertex));
                return Err(wrong.map_or(Error::NoVertices { polygon: None }, |(at, &got)| {
                    Error::Vertex { polygon: None, vertex: start - first + at, got }
                }));
            }
            self.ring_ends.push(self.vertices.len());
        }
        if self.ring_ends.len() > before {
            self.part_ends.push(self.ring_ends.len());
        }
        Ok(())
    }

    /// Adds a polygon. Its vertices stay exactly as they are.
    pub fn push(&mut self, polygon: &Polygon) {
        self.push_union([polygon]);
    }

    /// Adds one polygon of the parts of several. Their vertices stay exactly as they are.
    pub fn push_union<'p>(&mut self, polygons: impl IntoIterator<Item = &'p Polygon>) {
        for polygon in polygons {
            for (i, (ring, is_hole)) in polygon.rings().enumerate() {
                if i > 0 && !is_hole {
                    self.part_ends.push(self.ring_ends.len());
                }
                self.vertices.extend(ring);
                self.ring_ends.push(self.vertices.len());
            }
            if !polygon.x().is_empty() {
                self.part_ends.push(self.ring_ends.len());
            }
        }
        self.polygon_ends.push(self.part_ends.len());
    }

    /// Adds a polygon without parts, as a place for one that is missing. It contains nothing and is
    /// infinitely far from everything; its centre is NaN, and its area is 0.
    ///
    /// ```
    /// use poly_match::{Location, Shapes};
    ///
    /// let mut shapes = Shapes::new();
    /// shapes.push_nothing();
    /// assert_eq!(shapes.locate(0, [1.0, 1.0]), Location::Outside);
    /// assert_eq!(shapes.distance(0, [1.0, 1.0]), f64::INFINITY);
    /// ```
    pub fn push_nothing(&mut self) {
        self.polygon_ends.push(self.part_ends.len());
    }

    /// Adds the polygons of `other` behind its own.
    pub fn append(&mut self, other: Self) {
        if self.is_empty() {
            *self = other;
            return;
        }
        let starts = [self.vertices.len(), self.ring_ends.len(), self.part_ends.len()];
        self.vertices.extend(other.vertices);
        self.ring_ends.extend(other.ring_ends.into_iter().map(|end| starts[0] + end));
        self.part_ends.extend(other.part_ends.into_iter().map(|end| starts[1] + end));
        self.polygon_ends.extend(other.polygon_ends.into_iter().map(|end| starts[2] + end));
    }

    /// The number of polygons.
    #[must_use]
    pub fn len(&self) -> usize {
        self.polygon_ends.len()
    }

    /// Whether there are no polygons.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.polygon_ends.is_empty()
    }

    /// A copy of the polygon at `position`.
    ///
    /// # Panics
    /// If there is no such polygon.
    #[must_use]
    pub fn polygon(&self, position: usize) -> Polygon {
        let parts = self
            .parts(position)
            .map(|part| self.rings(part).map(|ring| self.vertices[ring].iter().copied()));
        Polygon::from_sound_parts(parts)
    }

    /// Copies of the polygons at some positions.
    pub(crate) fn at(&self, positions: &[u32]) -> Self {
        let mut some = Self::new();
        for position in positions.iter().map(|&position| position as usize) {
            for part in self.parts(position) {
                for ring in self.rings(part) {
                    some.vertices.extend_from_slice(&self.vertices[ring]);
                    some.ring_ends.push(some.vertices.len());
                }
                some.part_ends.push(some.ring_ends.len());
            }
            some.polygon_ends.push(some.part_ends.len());
        }
        some
    }

    /// The centre of the polygon at `position`, of the given kind.
    ///
    /// # Panics
    /// If there is no such polygon.
    #[must_use]
    pub fn center(&self, position: usize, center: Center) -> Point {
        let mean = || {
            let vertices = &self.vertices[self.vertices_of(position)];
            [0, 1].map(|axis| mean(vertices, |vertex: Point| vertex[axis]))
        };
        match center {
            Center::VertexMean => mean(),
            Center::Centroid => centroid(self.rings_of(position)).unwrap_or_else(mean),
            Center::Bounds => self.bounds(position).middle(),
        }
    }

    /// The centres of all polygons, of the given kind.
    #[must_use]
    pub fn centers(&self, center: Center) -> Vec<Point> {
        (0..self.len()).map(|position| self.center(position, center)).collect()
    }

    /// The area of the polygon at `position`; see [`Polygon::area`].
    ///
    /// # Panics
    /// If there is no such polygon.
    #[must_use]
    pub fn area(&self, position: usize) -> f64 {
        area(self.rings_of(position))
    }

    /// The areas of all polygons.
    #[must_use]
    pub fn areas(&self) -> Vec<f64> {
        let Ok(areas) = self.areas_with(|| Ok::<(), Infallible>(()));
        areas
    }

    /// The areas of all polygons. Calls `poll` now and then, and stops with its error if it returns
    /// one.
    pub(crate) fn areas_with<E>(
        &self,
        mut poll: impl FnMut() -> Result<(), E>,
    ) -> Result<Vec<f64>, E> {
        /// Vertices plus polygons between two calls of `poll`.
        const AT_ONCE: usize = 1 << 16;
        let mut work = AT_ONCE;
        let mut areas = Vec::with_capacity(self.len());
        for position in 0..self.len() {
            work += 1 + self.vertices_of(position).len();
            if work > AT_ONCE {
                work = 0;
                poll()?;
            }
            areas.push(self.area(position));
        }
        Ok(areas)
    }

    /// The smallest box that holds the polygon at `position`; [`Bounds::EMPTY`] without parts.
    ///
    /// # Panics
    /// If there is no such polygon.
    #[must_use]
    pub fn bounds(&self, position: usize) -> Bounds {
        Bounds::of(&self.vertices[self.vertices_of(position)])
    }

    /// Where `point` is, relative to the polygon at `position`. The answer is exact.
    ///
    /// # Panics
    /// If there is no such polygon.
    #[must_use]
    pub fn locate(&self, position: usize, point: Point) -> Location {
        let mut location = Location::Outside;
        for part in self.parts(position) {
            match self.locate_in_part(part, point) {
                Location::Inside => return Location::Inside,
                Location::Boundary => location = Location::Boundary,
                Location::Outside => {}
            }
        }
        location
    }

    fn locate_in_part(&self, part: usize, point: Point) -> Location {
        let mut is_inside = false;
        for [a, b] in self.rings(part).flat_map(|ring| edges(&self.vertices[ring])) {
            match crossing(a, b, point) {
                Crossing::Apart => {}
                Crossing::Crosses => is_inside = !is_inside,
                Crossing::Touches => return Location::Boundary,
            }
        }
        if is_inside { Location::Inside } else { Location::Outside }
    }

    /// The distance from `point` to the polygon at `position`: 0 inside it and on its boundary;
    /// infinity if it has no parts.
    ///
    /// # Panics
    /// If there is no such polygon.
    #[must_use]
    pub fn distance(&self, position: usize, point: Point) -> f64 {
        match self.locate(position, point) {
            Location::Inside | Location::Boundary => 0.0,
            Location::Outside => {
                let distances = self.edges(position).map(|[a, b]| distance(a, b, point));
                distances.fold(f64::INFINITY, f64::min)
            }
        }
    }

    /// The edges of the polygon at `position`, including the edge that closes each ring.
    pub(crate) fn edges(&self, position: usize) -> impl Iterator<Item = [Point; 2]> {
        self.parts_of(position).flatten().flat_map(edges)
    }

    /// The parts of the polygon at `position`: of each, the vertices of its rings, the outer ring
    /// first. No ring repeats its first vertex at its end.
    ///
    /// # Panics
    /// If there is no such polygon.
    pub fn parts_of(
        &self,
        position: usize,
    ) -> impl Iterator<Item = impl Iterator<Item = &[Point]>> {
        self.parts(position).map(|part| self.rings(part).map(|ring| &self.vertices[ring]))
    }

    /// The rings of the polygon at `position`, and whether each is a hole.
    fn rings_of(&self, position: usize) -> impl Iterator<Item = (impl Ring, bool)> {
        self.parts_of(position)
            .flat_map(|rings| rings.enumerate().map(|(i, ring)| (ring.iter().copied(), i > 0)))
    }

    /// All vertices, ring after ring.
    pub(crate) fn vertices(&self) -> &[Point] {
        &self.vertices
    }

    /// The parts of the polygon at `position`: for each, its rings as ranges of
    /// [`vertices`](Self::vertices).
    pub(crate) fn part_rings(
        &self,
        position: usize,
    ) -> impl Iterator<Item = impl Iterator<Item = Range<usize>> + Clone> {
        self.parts(position).map(|part| self.rings(part))
    }

    /// The vertices of the polygon at `position`.
    pub(crate) fn vertices_of(&self, position: usize) -> Range<usize> {
        let Range { start, end } = self.parts(position);
        let vertices_before = |part| end_before(&self.ring_ends, end_before(&self.part_ends, part));
        vertices_before(start)..vertices_before(end)
    }

    fn parts(&self, position: usize) -> Range<usize> {
        nth(&self.polygon_ends, position)
    }

    fn rings(&self, part: usize) -> impl Iterator<Item = Range<usize>> + Clone {
        nth(&self.part_ends, part).map(|ring| nth(&self.ring_ends, ring))
    }
}

impl<'p> FromIterator<&'p Polygon> for Shapes {
    fn from_iter<I: IntoIterator<Item = &'p Polygon>>(polygons: I) -> Self {
        polygons.into_iter().fold(Self::new(), |mut shapes, polygon| {
            shapes.push(polygon);
            shapes
        })
    }
}

impl From<&Shapes> for Arc<Shapes> {
    /// A copy of the shapes, to share.
    fn from(shapes: &Shapes) -> Self {
        Self::new(shapes.clone())
    }
}

/// Where rings, parts and polygons end: rings in the vertices, parts in the rings, polygons in the
/// parts.
pub(crate) type Ends<T> = [T; 3];

impl Shapes {
    /// The vertices, and where rings, parts and polygons end.
    pub(crate) fn arrays(&self) -> (&[Point], Ends<&[usize]>) {
        (&self.vertices, [&self.ring_ends, &self.part_ends, &self.polygon_ends])
    }

    /// Restores shapes from what [`arrays`](Self::arrays) gave. `None` if the arrays do not fit
    /// together.
    pub(crate) fn from_arrays(vertices: Vec<Point>, ends: Ends<Vec<usize>>) -> Option<Self> {
        let mut len = vertices.len();
        for ends in &ends {
            let is_sound = ends.is_sorted() && ends.last().copied().unwrap_or(0) == len;
            len = is_sound.then_some(ends.len())?;
        }
        let [ring_ends, part_ends, polygon_ends] = ends;
        Some(Self { vertices, ring_ends, part_ends, polygon_ends })
    }

    /// Whether every ring has a vertex, every part a ring, and every vertex is finite.
    pub(crate) fn has_whole_rings(&self) -> bool {
        let are_whole = |ends: &[usize]| (0..ends.len()).all(|i| !nth(ends, i).is_empty());
        are_whole(&self.ring_ends) && are_whole(&self.part_ends) && are_finite(&self.vertices)
    }
}

/// The edges of a ring, including the one that closes it.
fn edges(ring: &[Point]) -> impl Iterator<Item = [Point; 2]> {
    let before = ring.last().into_iter().chain(ring);
    before.zip(ring).map(|(&a, &b)| [a, b])
}

/// The range of item `i`: from the end of the item before to its own end.
fn nth(ends: &[usize], i: usize) -> Range<usize> {
    end_before(ends, i)..ends[i]
}

/// Where the item before item `i` ends.
fn end_before(ends: &[usize], i: usize) -> usize {
    i.checked_sub(1).map_or(0, |before| ends[before])
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Builder, Near, Rule, Within};

    const SQUARE: [Point; 4] = [[0.0, 0.0], [4.0, 0.0], [4.0, 4.0], [0.0, 4.0]];

    /// Nothing, a square, nothing, the same square, nothing.
    fn with_nothing() -> Shapes {
        let mut shapes = Shapes::new();
        for is_there in [false, true, false, true, false] {
            if is_there {
                shapes.push_parts([[SQUARE]]).expect("sound");
            } else {
                shapes.push_nothing();
            }
        }
        shapes
    }

    #[test]
    fn nothing_has_no_vertices_and_is_infinitely_far() {
        let shapes = with_nothing();
        assert_eq!(shapes.len(), 5);
        assert_eq!(shapes.areas(), [0.0, 16.0, 0.0, 16.0, 0.0]);
        for position in [0, 2, 4] {
            assert!(shapes.vertices_of(position).is_empty());
            assert_eq!(shapes.edges(position).count(), 0);
            assert_eq!(shapes.bounds(position), Bounds::EMPTY);
            assert_eq!(shapes.locate(position, [1.0, 1.0]), Location::Outside);
            assert_eq!(shapes.distance(position, [1.0, 1.0]), f64::INFINITY);
        }
        assert_eq!([shapes.vertices_of(1), shapes.vertices_of(3)], [0..4, 4..8]);
        for center in [Center::VertexMean, Center::Centroid, Center::Bounds] {
            let centers = shapes.centers(center);
            assert!([0, 2, 4].iter().all(|&i: &usize| centers[i].iter().all(|x| x.is_nan())));
            assert_eq!([centers[1], centers[3]], [[2.0, 2.0]; 2]);
        }
    }

    #[test]
    fn nothing_stays_nothing_where_shapes_are_copied_and_joined() {
        let shapes = with_nothing();
        let again: Shapes = (0..5).map(|position| shapes.polygon(position)).fold(
            Shapes::new(),
            |mut again, polygon| {
                again.push(&polygon);
                again
            },
        );
        assert_eq!(again, shapes);
        assert_eq!(shapes.at(&[0, 1, 2, 3, 4]), shapes);
        let mut joined = shapes.at(&[0, 1, 2]);
        joined.append(shapes.at(&[3, 4]));
        assert_eq!(joined, shapes);
        let (vertices, ends) = shapes.arrays();
        let restored = Shapes::from_arrays(vertices.to_vec(), ends.map(<[usize]>::to_vec));
        assert_eq!(restored, Some(shapes));
    }

    #[test]
    fn a_polygon_among_many_has_the_measures_that_it_has_alone() {
        let far = SQUARE.map(|[x, y]| [x / 3.0 - 10.0, y]);
        let hole = [[1.0, 1.0], [1.0, 2.0], [2.0, 2.0]];
        let parts = [vec![SQUARE.to_vec(), hole.to_vec()], vec![far.to_vec()]];
        let alone = Polygon::from_parts(parts.clone()).expect("sound");
        let mut shapes = with_nothing();
        shapes.push_parts(parts).expect("sound");
        shapes.push_union([&alone, &alone]);
        let twice = alone.clone().with_parts_of(alone.clone());
        for (position, polygon) in [(5, &alone), (6, &twice)] {
            assert_eq!(&shapes.polygon(position), polygon);
            assert_eq!(shapes.area(position), polygon.area());
            assert_eq!(shapes.bounds(position), polygon.bounds());
            for center in [Center::VertexMean, Center::Centroid, Center::Bounds] {
                assert_eq!(shapes.center(position, center), polygon.center_by(center));
            }
        }
    }

    #[test]
    fn a_polygon_that_is_refused_leaves_nothing_behind() {
        let mut shapes = with_nothing();
        let nan = [[0.0, 0.0], [f64::NAN, 1.0], [0.0, 0.0]];
        let closed = [SQUARE.to_vec(), SQUARE[..1].to_vec()].concat();
        let error = shapes.push_parts([vec![closed.clone(), nan.to_vec()]]).expect_err("a NaN");
        let Error::Vertex { polygon: None, vertex: 5, .. } = error else { panic!("{error}") };
        let no_vertices = Err(Error::NoVertices { polygon: None });
        assert_eq!(shapes.push_parts([vec![closed, vec![]]]), no_vertices);
        assert_eq!(shapes.push_parts([Vec::<Vec<Point>>::new()]), no_vertices);
        assert_eq!(shapes, with_nothing());
    }

    #[test]
    fn nothing_matches_nothing() {
        let nears =
            [Near::Contains, Near::Covers, Near::Boundary(Within::new(1.0).expect("sound"))];
        for near in nears {
            let matcher = Builder::new(Rule::from(near)).shapes(with_nothing()).expect("sound");
            let points = [[1.0, 1.0], [9.0, 9.0]];
            let best = matcher.match_points(&points).expect("finite");
            assert!(best.indices().eq([Some(1), None]));
            let all = matcher.candidates(&points).expect("finite");
            assert_eq!(all.as_csr().1, [1, 3]);
        }
    }
}
