//! The vertices of a point, a line, or a ring.

use poly_match::Point;

/// Vertices as they stand in well-known binary.
#[derive(Debug, Clone, Copy)]
pub struct Vertices<'a> {
    bytes: &'a [u8],
    /// How many there are. To divide the number of bytes would take longer than to read a vertex.
    len: usize,
    layout: Layout,
}

/// How vertices are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Layout {
    pub(super) is_little: bool,
    pub(super) has_z: bool,
    pub(super) has_m: bool,
}

impl Layout {
    /// The bytes of a vertex.
    #[inline]
    pub(super) fn size(self) -> usize {
        8 * (2 + usize::from(self.has_z) + usize::from(self.has_m))
    }

    /// The number at a position of a vertex.
    #[inline]
    fn number(self, vertex: &[u8], axis: usize) -> f64 {
        let bytes = *vertex.as_chunks().0.get(axis).unwrap_or(&[0; 8]);
        if self.is_little { f64::from_le_bytes(bytes) } else { f64::from_be_bytes(bytes) }
    }

    /// x and y of a vertex.
    #[inline]
    pub(super) fn point(self, vertex: &[u8]) -> Point {
        [self.number(vertex, 0), self.number(vertex, 1)]
    }

    /// x, y, z and m of a vertex; NaN if there is none.
    #[inline]
    fn position(self, vertex: &[u8]) -> [f64; 4] {
        let [x, y] = self.point(vertex);
        let z = if self.has_z { self.number(vertex, 2) } else { f64::NAN };
        let m = self.number(vertex, 2 + usize::from(self.has_z));
        [x, y, z, if self.has_m { m } else { f64::NAN }]
    }
}

impl<'a> Vertices<'a> {
    /// The vertices of some bytes.
    #[inline]
    pub(super) fn new(bytes: &'a [u8], len: usize, layout: Layout) -> Self {
        Self { bytes, len, layout }
    }

    /// How many there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.len
    }

    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len == 0
    }

    /// The bytes from each vertex on.
    #[inline]
    fn vertices(self) -> impl ExactSizeIterator<Item = &'a [u8]> + use<'a> {
        let size = self.layout.size();
        (0..self.len).map(move |i| self.bytes.get(i * size..).unwrap_or_default())
    }

    /// x and y of each.
    #[inline]
    #[must_use]
    pub fn points(self) -> impl ExactSizeIterator<Item = Point> + use<'a> {
        self.vertices().map(move |vertex| self.layout.point(vertex))
    }

    /// x, y, z and m of each. A number that the geometry does not have is NaN.
    #[inline]
    #[must_use]
    pub fn positions(self) -> impl ExactSizeIterator<Item = [f64; 4]> + use<'a> {
        self.vertices().map(move |vertex| self.layout.position(vertex))
    }
}
