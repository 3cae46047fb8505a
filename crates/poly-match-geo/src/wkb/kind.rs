//! The types of geometries in well-known binary.

/// A type of geometry, as ISO 13249-3 numbers them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[non_exhaustive]
pub enum GeometryType {
    /// A point.
    Point,
    /// A line of straight segments.
    LineString,
    /// A polygon: an outer ring and its holes.
    Polygon,
    /// Points.
    MultiPoint,
    /// Lines.
    MultiLineString,
    /// Polygons.
    MultiPolygon,
    /// Geometries of any type.
    GeometryCollection,
    /// A line of arcs.
    CircularString,
    /// A line of lines and arcs.
    CompoundCurve,
    /// A polygon whose rings may have arcs.
    CurvePolygon,
    /// Lines that may have arcs.
    MultiCurve,
    /// Polygons that may have arcs.
    MultiSurface,
    /// Polygons that share edges.
    PolyhedralSurface,
    /// Triangles that share edges.
    Tin,
    /// A polygon of three corners.
    Triangle,
}

/// What follows the header of a geometry.
pub(super) enum Content {
    Vertex,
    Vertices,
    Rings,
    Members,
}

impl GeometryType {
    /// The type of a number in the standard.
    #[inline]
    pub(super) fn of(code: u32) -> Option<Self> {
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

    /// The name, as GeoJSON and GeoParquet write those that they have.
    #[must_use]
    pub fn name(self) -> &'static str {
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

    /// Whether it is one of the seven types of simple features, which GeoJSON and GeoParquet have.
    #[inline]
    #[must_use]
    pub fn is_simple(self) -> bool {
        self <= Self::GeometryCollection
    }

    #[inline]
    pub(super) fn content(self) -> Content {
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
    pub(super) fn may_hold(self, member: Self) -> bool {
        match self {
            Self::MultiPoint => member == Self::Point,
            Self::MultiLineString => member == Self::LineString,
            Self::MultiPolygon => member == Self::Polygon,
            _ => true,
        }
    }
}
