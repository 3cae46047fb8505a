//! Walks through well-known binary, also with an SRID in front, as PostGIS writes it (EWKB).
//!
//! Nothing is trusted: a count is compared with the bytes that are left before anything is read or
//! allocated, and the depth of nesting is limited.

use poly_match::Point;

/// How deep geometries may be nested. A multipolygon has 2 levels, and each collection adds one.
const DEEPEST: usize = 128;

/// The bits of EWKB that announce z, m and an SRID.
const HAS_Z: u32 = 0x8000_0000;
const HAS_M: u32 = 0x4000_0000;
const HAS_SRID: u32 = 0x2000_0000;

/// The types of geometries.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Point,
    LineString,
    Polygon,
    MultiPoint,
    MultiLineString,
    MultiPolygon,
    GeometryCollection,
    CircularString,
    CompoundCurve,
    CurvePolygon,
    MultiCurve,
    MultiSurface,
    PolyhedralSurface,
    Tin,
    Triangle,
}

/// What follows the header of a geometry.
enum Content {
    Vertex,
    Vertices,
    Rings,
    Members,
}

impl Kind {
    /// The type of a number in the standard (ISO 13249-3).
    fn of(code: u32) -> Option<Self> {
        Some(match code {
            1 => Self::Point,
            2 => Self::LineString,
            3 => Self::Polygon,
            4 => Self::MultiPoint,
            5 => Self::MultiLineString,
            6 => Self::MultiPolygon,
            7 => Self::GeometryCollection,
            8 => Self::CircularString,
            9 => Self::CompoundCurve,
            10 => Self::CurvePolygon,
            11 => Self::MultiCurve,
            12 => Self::MultiSurface,
            15 => Self::PolyhedralSurface,
            16 => Self::Tin,
            17 => Self::Triangle,
            _ => return None,
        })
    }

    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Point => "Point",
            Self::LineString => "LineString",
            Self::Polygon => "Polygon",
            Self::MultiPoint => "MultiPoint",
            Self::MultiLineString => "MultiLineString",
            Self::MultiPolygon => "MultiPolygon",
            Self::GeometryCollection => "GeometryCollection",
            Self::CircularString => "CircularString",
            Self::CompoundCurve => "CompoundCurve",
            Self::CurvePolygon => "CurvePolygon",
            Self::MultiCurve => "MultiCurve",
            Self::MultiSurface => "MultiSurface",
            Self::PolyhedralSurface => "PolyhedralSurface",
            Self::Tin => "TIN",
            Self::Triangle => "Triangle",
        }
    }

    fn content(self) -> Content {
        match self {
            Self::Point => Content::Vertex,
            Self::LineString | Self::CircularString => Content::Vertices,
            Self::Polygon | Self::Triangle => Content::Rings,
            Self::MultiPoint
            | Self::MultiLineString
            | Self::MultiPolygon
            | Self::GeometryCollection
            | Self::CompoundCurve
            | Self::CurvePolygon
            | Self::MultiCurve
            | Self::MultiSurface
            | Self::PolyhedralSurface
            | Self::Tin => Content::Members,
        }
    }

    /// Whether a geometry of this type may hold the other as a member.
    fn may_hold(self, member: Self) -> bool {
        match self {
            Self::MultiPoint => member == Self::Point,
            Self::MultiPolygon => member == Self::Polygon,
            _ => true,
        }
    }
}

/// The header of a geometry.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Header {
    pub(super) kind: Kind,
    pub(super) srid: Option<u32>,
    is_little: bool,
    /// The numbers of a vertex: x, y, and perhaps z and m.
    dimensions: usize,
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
    pub(super) fn header(&mut self) -> Result<Header, String> {
        let start = self.at;
        let is_little = match self.take(1)? {
            [0] => false,
            [1] => true,
            order => {
                return Err(malformed(format_args!(
                    "the order of bytes at byte {start} must be 0 or 1, got {}",
                    order[0]
                )));
            }
        };
        let code = self.number(is_little)?;
        let plain = code & !(HAS_Z | HAS_M | HAS_SRID);
        let unknown = || malformed(format_args!("unknown type {code} at byte {}", start + 1));
        let kind = Kind::of(plain % 1000).ok_or_else(unknown)?;
        let (z, m) = match plain / 1000 {
            0 => (false, false),
            1 => (true, false),
            2 => (false, true),
            3 => (true, true),
            _ => return Err(unknown()),
        };
        let (z, m) = (z || code & HAS_Z != 0, m || code & HAS_M != 0);
        let srid = (code & HAS_SRID != 0).then(|| self.number(is_little)).transpose()?;
        Ok(Header { kind, srid, is_little, dimensions: 2 + usize::from(z) + usize::from(m) })
    }

    /// Moves past a geometry. Returns its header and the number of its vertices.
    pub(super) fn pass(&mut self) -> Result<(Header, usize), String> {
        self.pass_at(0)
    }

    fn pass_at(&mut self, depth: usize) -> Result<(Header, usize), String> {
        if depth == DEEPEST {
            return Err(malformed(format_args!("geometries nested more than {DEEPEST} deep")));
        }
        let header = self.header()?;
        let vertices = match header.kind.content() {
            Content::Vertex => self.vertex(header)?.map_or(0, |_| 1),
            Content::Vertices => self.bytes_of_vertices(header)?.0,
            Content::Rings => self.pass_rings(header)?,
            Content::Members => {
                let mut vertices = 0;
                for _ in 0..self.count(header)? {
                    let start = self.at;
                    let (member, its) = self.pass_at(depth + 1)?;
                    if !header.kind.may_hold(member.kind) {
                        let [whole, member] = [header.kind, member.kind].map(Kind::name);
                        return Err(malformed(format_args!(
                            "a {member} at byte {start} in a {whole}"
                        )));
                    }
                    vertices += its;
                }
                vertices
            }
        };
        Ok((header, vertices))
    }

    /// Moves past the rings of a polygon. Returns the number of their vertices.
    pub(super) fn pass_rings(&mut self, header: Header) -> Result<usize, String> {
        let mut vertices = 0;
        for _ in 0..self.count(header)? {
            vertices += self.bytes_of_vertices(header)?.0;
        }
        Ok(vertices)
    }

    /// Reads the coordinates of a point. `None` if it is empty: if both are NaN.
    pub(super) fn vertex(&mut self, header: Header) -> Result<Option<Point>, String> {
        let point = header.point(self.take(header.size())?);
        Ok((!point.iter().all(|number| number.is_nan())).then_some(point))
    }

    /// Reads the number of vertices, and then these.
    #[inline]
    pub(super) fn vertices(
        &mut self,
        header: Header,
    ) -> Result<impl Iterator<Item = Point> + use<'a>, String> {
        let (_, bytes) = self.bytes_of_vertices(header)?;
        Ok(bytes.chunks_exact(header.size()).map(move |vertex| header.point(vertex)))
    }

    /// Reads the number of vertices, and then their bytes.
    #[inline]
    fn bytes_of_vertices(&mut self, header: Header) -> Result<(usize, &'a [u8]), String> {
        let count = self.count(header)?;
        // On a machine of 32 bits the product may not fit, and then there are too few bytes, too.
        Ok((count, self.take(count.saturating_mul(header.size()))?))
    }

    /// Reads the number of members, rings or vertices.
    pub(super) fn count(&mut self, header: Header) -> Result<usize, String> {
        Ok(self.number(header.is_little)? as usize)
    }

    #[inline]
    fn number(&mut self, is_little: bool) -> Result<u32, String> {
        let bytes = *self.take(4)?.first_chunk().unwrap_or(&[0; 4]);
        Ok(if is_little { u32::from_le_bytes(bytes) } else { u32::from_be_bytes(bytes) })
    }

    #[inline]
    fn take(&mut self, len: usize) -> Result<&'a [u8], String> {
        let left = &self.bytes[self.at..];
        let taken = left.get(..len).ok_or_else(|| {
            malformed(format_args!("expected {len} bytes at byte {}, got {}", self.at, left.len()))
        })?;
        self.at += len;
        Ok(taken)
    }
}

impl Header {
    /// The bytes of a vertex.
    fn size(self) -> usize {
        8 * self.dimensions
    }

    /// x and y of a vertex.
    #[inline]
    fn point(self, vertex: &[u8]) -> Point {
        let [x, y] = [0, 1].map(|axis| *vertex.as_chunks().0.get(axis).unwrap_or(&[0; 8]));
        let read = if self.is_little { f64::from_le_bytes } else { f64::from_be_bytes };
        [read(x), read(y)]
    }
}

#[cold]
fn malformed(what: std::fmt::Arguments<'_>) -> String {
    format!("malformed WKB: {what}")
}
