//! One polygon: its rings, centre, area and bounds.
//!
//! Nothing here knows of rules or of other polygons.

use crate::error::Error;
use crate::geometry::measure::{Ring, area, centroid, mean};
use crate::geometry::{Bounds, Point};

/// A polygon: one ring of vertices, or several parts with holes.
///
/// The vertices are stored flat, ring after ring. A ring is closed implicitly: its last vertex
/// joins its first. Units are those of the coordinates.
///
/// ```
/// use poly_match::Polygon;
///
/// let square = Polygon::new(vec![0.0, 4.0, 4.0, 0.0], vec![0.0, 0.0, 4.0, 4.0])?;
/// assert_eq!((square.area(), square.center()), (16.0, [2.0, 2.0]));
/// let hole = Polygon::new(vec![1.0, 2.0, 2.0, 1.0], vec![1.0, 1.0, 2.0, 2.0])?;
/// assert_eq!(square.with_hole(hole).area(), 15.0);
/// # Ok::<(), poly_match::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct Polygon {
    x: Vec<f64>,
    y: Vec<f64>,
    rings: Vec<RingEnd>,
}

/// Where a ring ends in the flat coordinates, and whether it is a hole.
#[derive(Debug, Clone, Copy, PartialEq)]
struct RingEnd {
    end: usize,
    hole: bool,
}

/// Which point of a polygon is its centre.
///
/// ```
/// use poly_match::{Center, Polygon};
///
/// let triangle = Polygon::new(vec![0.0, 3.0, 6.0, 0.0], vec![0.0, 0.0, 0.0, 6.0])?;
/// assert_eq!(triangle.center_by(Center::VertexMean), [2.25, 1.5]);
/// assert_eq!(triangle.center_by(Center::Centroid), [2.0, 2.0]);
/// assert_eq!(triangle.center_by(Center::Bounds), [3.0, 3.0]);
/// # Ok::<(), poly_match::Error>(())
/// ```
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Center {
    /// The mean of its vertices.
    #[default]
    VertexMean,
    /// The centroid of its area; the mean of its vertices if the area is 0.
    Centroid,
    /// The middle of its bounding box.
    Bounds,
}

impl Polygon {
    /// A polygon of one ring, with its vertices exactly as given.
    ///
    /// A closing vertex equal to the first is a vertex like any other here. For geometry whose
    /// rings repeat the first vertex by convention, see [`from_parts`](Self::from_parts).
    ///
    /// # Errors
    /// [`Error::Lengths`], [`Error::NoVertices`], or [`Error::Vertex`] for a coordinate that is NaN
    /// or infinite. Fewer than three vertices, or an area of zero, are no error.
    pub fn new(x: Vec<f64>, y: Vec<f64>) -> Result<Self, Error> {
        if x.len() != y.len() {
            return Err(Error::Lengths { polygon: None, x: x.len(), y: y.len() });
        }
        let mut polygon = Self { x, y, rings: Vec::with_capacity(1) };
        polygon.end_ring(false)?;
        Ok(polygon)
    }

    /// A polygon of parts, each an outer ring followed by its holes, as in GIS files.
    ///
    /// The closing vertex of a ring, equal to its first, is dropped, so that it counts once.
    ///
    /// ```
    /// use poly_match::Polygon;
    ///
    /// let outer = vec![[0.0, 0.0], [4.0, 0.0], [4.0, 4.0], [0.0, 4.0], [0.0, 0.0]];
    /// let hole = vec![[1.0, 1.0], [1.0, 2.0], [2.0, 2.0], [1.0, 1.0]];
    /// let island = vec![[9.0, 0.0], [11.0, 0.0], [9.0, 2.0], [9.0, 0.0]];
    /// let polygon = Polygon::from_parts([vec![outer, hole], vec![island]])?;
    /// assert_eq!(polygon.area(), 16.0 - 0.5 + 2.0);
    /// # Ok::<(), poly_match::Error>(())
    /// ```
    ///
    /// # Errors
    /// [`Error::NoVertices`] for an empty ring or no ring at all, [`Error::Vertex`] for a
    /// coordinate that is NaN or infinite.
    pub fn from_parts<P, R, V>(parts: P) -> Result<Self, Error>
    where
        P: IntoIterator<Item = R>,
        R: IntoIterator<Item = V>,
        V: IntoIterator<Item = Point>,
    {
        let mut polygon = Self { x: Vec::new(), y: Vec::new(), rings: Vec::new() };
        for rings in parts {
            for (i, ring) in rings.into_iter().enumerate() {
                let start = polygon.x.len();
                for [x, y] in ring {
                    polygon.x.push(x);
                    polygon.y.push(y);
                }
                let last = polygon.x.len().saturating_sub(1);
                if last > start
                    && polygon.x[last] == polygon.x[start]
                    && polygon.y[last] == polygon.y[start]
                {
                    polygon.x.pop();
                    polygon.y.pop();
                }
                polygon.end_ring(i > 0)?;
            }
        }
        if polygon.rings.is_empty() {
            return Err(Error::NoVertices { polygon: None });
        }
        Ok(polygon)
    }

    /// Adds a hole. Its vertices stay exactly as given.
    ///
    /// If the polygon has several parts, the hole belongs to the last one. If the hole has holes
    /// itself, these become holes of the polygon too.
    #[must_use]
    pub fn with_hole(mut self, hole: Self) -> Self {
        self.take(hole, true);
        self
    }

    /// Adds the parts of `other` behind its own parts. All vertices stay exactly as given.
    #[must_use]
    pub fn with_parts_of(mut self, other: Self) -> Self {
        self.take(other, false);
        self
    }

    /// Adds the rings of another polygon: all as holes if `as_holes`, else unchanged.
    fn take(&mut self, other: Self, as_holes: bool) {
        let start = self.x.len();
        self.x.extend(other.x);
        self.y.extend(other.y);
        let rings = other.rings.into_iter();
        self.rings.extend(
            rings.map(|RingEnd { end, hole }| RingEnd { end: start + end, hole: hole || as_holes }),
        );
    }

    /// A polygon of parts whose rings are known to be valid. All vertices stay exactly as given.
    pub(crate) fn from_sound_parts<P, R, V>(parts: P) -> Self
    where
        P: IntoIterator<Item = R>,
        R: IntoIterator<Item = V>,
        V: IntoIterator<Item = Point>,
    {
        let mut polygon = Self { x: Vec::new(), y: Vec::new(), rings: Vec::new() };
        for rings in parts {
            for (i, ring) in rings.into_iter().enumerate() {
                for [x, y] in ring {
                    polygon.x.push(x);
                    polygon.y.push(y);
                }
                polygon.rings.push(RingEnd { end: polygon.x.len(), hole: i > 0 });
            }
        }
        polygon
    }

    /// Ends a ring: the vertices since the last ring, after checking that they are valid.
    fn end_ring(&mut self, hole: bool) -> Result<(), Error> {
        let (start, end) = (self.rings.last().map_or(0, |ring| ring.end), self.x.len());
        if start == end {
            return Err(Error::NoVertices { polygon: None });
        }
        for vertex in start..end {
            let got = [self.x[vertex], self.y[vertex]];
            if !is_finite(got) {
                return Err(Error::Vertex { polygon: None, vertex, got });
            }
        }
        self.rings.push(RingEnd { end, hole });
        Ok(())
    }

    /// The x coordinates of all vertices, ring after ring.
    #[must_use]
    pub fn x(&self) -> &[f64] {
        &self.x
    }

    /// The y coordinates of all vertices, ring after ring.
    #[must_use]
    pub fn y(&self) -> &[f64] {
        &self.y
    }

    /// The x and y coordinates of each ring: of each part, its outer ring and then its holes.
    pub fn ring_coordinates(&self) -> impl Iterator<Item = (&[f64], &[f64])> {
        let mut start = 0;
        self.rings.iter().map(move |ring| {
            let range = std::mem::replace(&mut start, ring.end)..ring.end;
            (&self.x[range.clone()], &self.y[range])
        })
    }

    /// Consumes the polygon and returns its x and y coordinates, without copying them.
    #[must_use]
    pub fn into_coordinates(self) -> (Vec<f64>, Vec<f64>) {
        (self.x, self.y)
    }

    /// The mean of all vertices, equal bit for bit to NumPy's `np.array([x, y]).mean(axis=1)`.
    ///
    /// Infinite if the sum of the coordinates overflows.
    #[must_use]
    pub fn center(&self) -> Point {
        [mean(&self.x, |x| x), mean(&self.y, |y| y)]
    }

    /// The centre of the given kind.
    #[must_use]
    pub fn center_by(&self, center: Center) -> Point {
        match center {
            Center::VertexMean => self.center(),
            Center::Centroid => centroid(self.rings()).unwrap_or_else(|| self.center()),
            Center::Bounds => self.bounds().middle(),
        }
    }

    /// The vertices of every ring, and whether it is a hole.
    pub(crate) fn rings(&self) -> impl Iterator<Item = (impl Ring, bool)> {
        self.ring_coordinates()
            .zip(&self.rings)
            .map(|((x, y), ring)| (x.iter().zip(y).map(|(&x, &y)| [x, y]), ring.hole))
    }

    /// The area in squared units: the sum of the outer rings minus the sum of the holes.
    ///
    /// Uses the shoelace formula, in the order of the vertices. Infinite or NaN if the products of
    /// the coordinates overflow.
    #[must_use]
    pub fn area(&self) -> f64 {
        area(self.rings())
    }

    /// The smallest box that holds every vertex.
    #[must_use]
    pub fn bounds(&self) -> Bounds {
        let vertices = self.x.iter().zip(&self.y).map(|(&x, &y)| [x, y]);
        vertices.fold(Bounds::EMPTY, Bounds::including)
    }
}

/// Whether all points are finite. It does not stop at the first that is not, so that the compiler can
/// use vectors.
pub(crate) fn are_finite(points: &[Point]) -> bool {
    // Zero times a number is zero, and NaN if the number is not finite.
    let (chunks, rest) = points.as_flattened().as_chunks::<8>();
    let mut sums = [0.0; 8];
    for chunk in chunks {
        for (sum, x) in sums.iter_mut().zip(chunk) {
            *sum += x * 0.0;
        }
    }
    sums.iter().all(|&sum| sum == 0.0) && rest.iter().all(|x| x.is_finite())
}

pub(crate) fn is_finite(point: Point) -> bool {
    point[0].is_finite() && point[1].is_finite()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn polygon(vertices: &[Point]) -> Polygon {
        Polygon::new(
            vertices.iter().map(|v| v[0]).collect(),
            vertices.iter().map(|v| v[1]).collect(),
        )
        .expect("sound vertices")
    }

    const SQUARE: [Point; 4] = [[0.0, 0.0], [4.0, 0.0], [4.0, 4.0], [0.0, 4.0]];
    const CLOSED: [Point; 5] = [[0.0, 0.0], [4.0, 0.0], [4.0, 4.0], [0.0, 4.0], [0.0, 0.0]];
    const HOLE: [Point; 4] = [[1.0, 1.0], [1.0, 2.0], [2.0, 2.0], [2.0, 1.0]];

    #[test]
    fn a_square_has_its_centre_area_and_bounds() {
        let square = polygon(&SQUARE);
        assert_eq!(square.center(), [2.0, 2.0]);
        assert_eq!(square.area(), 16.0);
        assert_eq!(square.bounds(), Bounds { min: [0.0, 0.0], max: [4.0, 4.0] });
    }

    #[test]
    fn the_vertices_count_as_given() {
        assert_eq!(polygon(&CLOSED).center(), [1.6, 1.6]);
        assert_eq!(polygon(&CLOSED).area(), 16.0);
    }

    #[test]
    fn a_ring_of_parts_counts_its_closing_vertex_once() {
        let square = Polygon::from_parts([[CLOSED]]).expect("sound");
        assert_eq!(square, polygon(&SQUARE));
        let single = Polygon::from_parts([[[[3.0, 4.0]]]]).expect("sound");
        assert_eq!(single.center(), [3.0, 4.0]);
    }

    #[test]
    fn holes_are_subtracted_and_parts_are_added() {
        let far = SQUARE.map(|[x, y]| [x + 10.0, y]);
        let parts = [vec![SQUARE.to_vec(), HOLE.to_vec()], vec![far.to_vec()]];
        let polygon = Polygon::from_parts(parts).expect("sound");
        assert_eq!(polygon.area(), 31.0);
        assert_eq!(polygon.center(), [(8.0 + 6.0 + 48.0) / 12.0, (8.0 + 6.0 + 8.0) / 12.0]);
    }

    #[test]
    fn adding_holes_and_parts_equals_building_from_parts() {
        let far = SQUARE.map(|[x, y]| [x + 10.0, y]);
        let parts = [vec![SQUARE.to_vec(), HOLE.to_vec()], vec![far.to_vec()]];
        let whole = Polygon::from_parts(parts).expect("sound");
        let together = polygon(&SQUARE).with_hole(polygon(&HOLE)).with_parts_of(polygon(&far));
        assert_eq!(together, whole);
        assert_eq!(polygon(&far).with_parts_of(together).area(), 16.0 + 31.0);
        let closed = polygon(&SQUARE).with_hole(polygon(&CLOSED));
        assert_eq!(closed.x().len(), 9);
    }

    #[test]
    fn fewer_than_three_vertices_have_no_area() {
        assert_eq!(polygon(&[[5.0, 6.0]]).area(), 0.0);
        assert_eq!(polygon(&[[5.0, 6.0], [7.0, 8.0]]).center(), [6.0, 7.0]);
    }

    #[test]
    fn one_point_that_is_not_finite_is_found_anywhere() {
        for len in 0..20 {
            assert!(are_finite(&vec![[1.0, -2.0]; len]));
            for (at, axis) in (0..len).flat_map(|at| [(at, 0), (at, 1)]) {
                for wrong in [f64::NAN, f64::INFINITY, f64::NEG_INFINITY] {
                    let mut points = vec![[f64::MAX, -0.0]; len];
                    points[at][axis] = wrong;
                    assert!(!are_finite(&points), "{wrong} at {at} of {len}");
                }
            }
        }
    }

    #[test]
    fn bad_vertices_are_named() {
        let lengths = Error::Lengths { polygon: None, x: 1, y: 0 };
        assert_eq!(Polygon::new(vec![1.0], vec![]), Err(lengths));
        assert_eq!(Polygon::new(vec![], vec![]), Err(Error::NoVertices { polygon: None }));
        let error = Polygon::new(vec![1.0, f64::INFINITY], vec![1.0, 2.0]).expect_err("infinite");
        let got = [f64::INFINITY, 2.0];
        assert_eq!(error, Error::Vertex { polygon: None, vertex: 1, got });
        let none: [[[Point; 1]; 1]; 0] = [];
        assert_eq!(Polygon::from_parts(none), Err(Error::NoVertices { polygon: None }));
    }
}
