//! Reads the parts of well-known binary one after another, also with an SRID in front, as PostGIS writes
//! it (EWKB).
//!
//! Nothing is trusted: a count is compared with the bytes that are left before anything is read or
//! allocated.

use poly_match::Point;

use super::kind::Content;
use super::vertices::{Layout, Vertices};
use super::{GeometryType, WkbError};

/// The bits of EWKB that announce z, m and an SRID.
const HAS_Z: u32 = 0x8000_0000;
const HAS_M: u32 = 0x4000_0000;
const HAS_SRID: u32 = 0x2000_0000;

/// The header of a geometry.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Header {
    pub(super) kind: GeometryType,
    pub(super) srid: Option<u32>,
    pub(super) layout: Layout,
    pub(super) at: usize,
}

impl Header {
    /// The type of the geometry.
    #[must_use]
    pub fn geometry_type(&self) -> GeometryType {
        self.kind
    }

    /// The SRID, if it has one.
    #[must_use]
    pub fn srid(&self) -> Option<u32> {
        self.srid
    }

    /// Whether the vertices have z.
    #[must_use]
    pub fn has_z(&self) -> bool {
        self.layout.has_z
    }

    /// Whether the vertices have m.
    #[must_use]
    pub fn has_m(&self) -> bool {
        self.layout.has_m
    }

    /// The byte where the geometry begins.
    #[must_use]
    pub fn start(&self) -> usize {
        self.at
    }

    /// The least bytes of what the geometry counts.
    fn least(&self) -> usize {
        match self.kind.content() {
            Content::Vertex | Content::Vertices => self.layout.size(),
            Content::Rings => 4,
            // A member has an order of bytes, a type, and a count or a vertex.
            Content::Members => 9,
        }
    }
}

/// A place in the bytes.
#[derive(Debug, Clone, Copy)]
pub(super) struct Reader<'a> {
    bytes: &'a [u8],
    at: usize,
}

impl<'a> Reader<'a> {
    pub(super) fn new(bytes: &'a [u8]) -> Self {
        Self { bytes, at: 0 }
    }

    /// The place behind the header at the start of the bytes.
    pub(super) fn behind(header: Header, bytes: &'a [u8]) -> Self {
        Self { bytes, at: if header.srid.is_some() { 9 } else { 5 } }
    }

    /// Reads the header of a geometry.
    #[inline(always)]
    pub(super) fn header(&mut self) -> Result<Header, WkbError> {
        let at = self.at;
        let is_little = match self.take(1)? {
            [0] => false,
            [1] => true,
            order => return Err(WkbError::ByteOrder { at, got: order[0] }),
        };
        let code = self.number(is_little)?;
        let plain = code & !(HAS_Z | HAS_M | HAS_SRID);
        let unknown = || WkbError::UnknownType { at: at + 1, got: code };
        let kind = GeometryType::of(plain % 1000).ok_or_else(unknown)?;
        let (z, m) = match plain / 1000 {
            0 => (false, false),
            1 => (true, false),
            2 => (false, true),
            3 => (true, true),
            _ => return Err(unknown()),
        };
        let (has_z, has_m) = (z || code & HAS_Z != 0, m || code & HAS_M != 0);
        let srid = (code & HAS_SRID != 0).then(|| self.number(is_little)).transpose()?;
        Ok(Header { kind, srid, layout: Layout { is_little, has_z, has_m }, at })
    }

    /// Reads the vertex of a point. `None` if it is empty: if both coordinates are NaN.
    #[inline(always)]
    pub(super) fn vertex(&mut self, header: Header) -> Result<Option<Vertices<'a>>, WkbError> {
        let bytes = self.take(header.layout.size())?;
        let is_empty = header.layout.point(bytes).iter().all(|number| number.is_nan());
        Ok((!is_empty).then(|| Vertices::new(bytes, 1, header.layout)))
    }

    /// Reads the coordinates of a point.
    pub(super) fn point(&mut self, header: Header) -> Result<Option<Point>, WkbError> {
        Ok(self.vertex(header)?.and_then(|vertex| vertex.points().next()))
    }

    /// Reads the number of vertices, and then these.
    #[inline]
    pub(super) fn vertices(&mut self, header: Header) -> Result<Vertices<'a>, WkbError> {
        let count = self.number(header.layout.is_little)? as usize;
        // On a machine of 32 bits the product may not fit, and then there are too few bytes, too.
        let bytes = self.take(count.saturating_mul(header.layout.size()))?;
        Ok(Vertices::new(bytes, count, header.layout))
    }

    /// Moves past the rings of a polygon. Returns the number of their vertices.
    pub(super) fn pass_rings(&mut self, header: Header) -> Result<usize, WkbError> {
        let mut vertices = 0;
        for _ in 0..self.count(header)? {
            vertices += self.vertices(header)?.len();
        }
        Ok(vertices)
    }

    /// Reads the number of members or rings. There are enough bytes for the least that they may be.
    pub(super) fn count(&mut self, header: Header) -> Result<usize, WkbError> {
        let count = self.number(header.layout.is_little)? as usize;
        let (expected, got) = (count.saturating_mul(header.least()), self.bytes.len() - self.at);
        if expected > got {
            return Err(WkbError::Truncated { at: self.at, expected, got });
        }
        Ok(count)
    }

    #[inline]
    fn number(&mut self, is_little: bool) -> Result<u32, WkbError> {
        let bytes = *self.take(4)?.first_chunk().unwrap_or(&[0; 4]);
        Ok(if is_little { u32::from_le_bytes(bytes) } else { u32::from_be_bytes(bytes) })
    }

    #[inline]
    fn take(&mut self, len: usize) -> Result<&'a [u8], WkbError> {
        let left = &self.bytes[self.at..];
        let truncated = || WkbError::Truncated { at: self.at, expected: len, got: left.len() };
        let taken = left.get(..len).ok_or_else(truncated)?;
        self.at += len;
        Ok(taken)
    }
}
