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

/// The types of geometries, numbered as in the standard (ISO 13249-3).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Point,
    MultiPoint,
    Polygon,
    MultiPolygon,
    Collection,
    /// A type that holds neither points nor polygons with straight edges.
    Other(&'static str, Content),
}

/// What follows the header of a geometry.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Content {
    Vertices,
    Rings,
    Members,
}

impl Kind {
    fn of(code: u32) -> Option<Self> {
        use Content::{Members, Rings, Vertices};
        Some(match code {
            1 => Self::Point,
            2 => Self::Other("LineString", Vertices),
            3 => Self::Polygon,
            4 => Self::MultiPoint,
            5 => Self::Other("MultiLineString", Members),
            6 => Self::MultiPolygon,
            7 => Self::Collection,
            8 => Self::Other("CircularString", Vertices),
            9 => Self::Other("CompoundCurve", Members),
            10 => Self::Other("CurvePolygon", Members),
            11 => Self::Other("MultiCurve", Members),
            12 => Self::Other("MultiSurface", Members),
            15 => Self::Other("PolyhedralSurface", Members),
            16 => Self::Other("TIN", Members),
            17 => Self::Other("Triangle", Rings),
            _ => return None,
        })
    }

    fn name(self) -> &'static str {
        match self {
            Self::Point => "Point",
            Self::MultiPoint => "MultiPoint",
            Self::Polygon => "Polygon",
            Self::MultiPolygon => "MultiPolygon",
            Self::Collection => "GeometryCollection",
            Self::Other(name, _) => name,
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
        let vertices = match header.kind {
            Kind::Point => self.vertex(header)?.map_or(0, |_| 1),
            Kind::Other(_, Content::Vertices) => self.vertices(header)?.len(),
            Kind::Polygon | Kind::Other(_, Content::Rings) => self.pass_rings(header)?,
            Kind::MultiPoint
            | Kind::MultiPolygon
            | Kind::Collection
            | Kind::Other(_, Content::Members) => {
                let mut vertices = 0;
                for _ in 0..self.count(header)? {
                    let start = self.at;
                    let (member, its) = self.pass_at(depth + 1)?;
                    let fits = match header.kind {
                        Kind::MultiPoint => member.kind == Kind::Point,
                        Kind::MultiPolygon => member.kind == Kind::Polygon,
                        _ => true,
                    };
                    if !fits {
                        return Err(malformed(format_args!(
                            "a {} at byte {start} in a {}",
                            member.kind.name(),
                            header.kind.name()
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
            vertices += self.vertices(header)?.len();
        }
        Ok(vertices)
    }

    /// Reads the coordinates of a point. `None` if it is empty: if both are NaN.
    pub(super) fn vertex(&mut self, header: Header) -> Result<Option<Point>, String> {
        let point = header.point(self.take(8 * header.dimensions)?);
        Ok((!point.iter().all(|number| number.is_nan())).then_some(point))
    }

    /// Reads the number of vertices, and then these.
    pub(super) fn vertices(
        &mut self,
        header: Header,
    ) -> Result<impl ExactSizeIterator<Item = Point> + use<'a>, String> {
        let count = self.count(header)?;
        let size = 8 * header.dimensions;
        // On a machine of 32 bits the product may not fit, and then there are too few bytes, too.
        let bytes = self.take(count.saturating_mul(size))?;
        Ok(bytes.chunks_exact(size).map(move |vertex| header.point(vertex)))
    }

    /// Reads the number of members, rings or vertices.
    pub(super) fn count(&mut self, header: Header) -> Result<usize, String> {
        Ok(self.number(header.is_little)? as usize)
    }

    fn number(&mut self, is_little: bool) -> Result<u32, String> {
        let bytes = *self.take(4)?.first_chunk().unwrap_or(&[0; 4]);
        Ok(if is_little { u32::from_le_bytes(bytes) } else { u32::from_be_bytes(bytes) })
    }

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
    /// x and y of a vertex.
    fn point(self, vertex: &[u8]) -> Point {
        let [x, y] = [0, 1].map(|axis| *vertex.as_chunks().0.get(axis).unwrap_or(&[0; 8]));
        let read = if self.is_little { f64::from_le_bytes } else { f64::from_be_bytes };
        [read(x), read(y)]
    }
}

fn malformed(what: std::fmt::Arguments<'_>) -> String {
    format!("malformed WKB: {what}")
}
