//! Writes shapes from well-known binary.

use poly_match_geo::wkb::{GeometryType, Header, Vertices, Visitor, WkbError, walk};

use super::{LINE, MULTI_POINT, POINT, POLYGON};
use crate::error::{Error, Result};

/// A measure that is none.
const NO_MEASURE: f64 = -1e39;

/// The numbers of vertices: x, y, z and m.
type Position = [f64; 4];

/// The least and the most of each axis.
#[derive(Debug, Clone, Copy)]
pub(super) struct Extent {
    pub(super) low: Position,
    pub(super) high: Position,
}

impl Extent {
    pub(super) const EMPTY: Self = Self { low: [f64::INFINITY; 4], high: [f64::NEG_INFINITY; 4] };

    pub(super) fn add(&mut self, other: &Self) {
        for axis in 0..4 {
            self.low[axis] = self.low[axis].min(other.low[axis]);
            self.high[axis] = self.high[axis].max(other.high[axis]);
        }
    }

    /// The least and the most of an axis; zeros if there is none.
    pub(super) fn range(&self, axis: usize) -> [f64; 2] {
        let range = [self.low[axis], self.high[axis]];
        if range[0] <= range[1] { range } else { [0.0; 2] }
    }
}

/// A shape: its vertices, and where each part begins.
pub(super) struct Shape {
    kind: u32,
    has_z: bool,
    has_m: bool,
    vertices: Vec<Position>,
    parts: Vec<usize>,
    /// The ring of the polygon that is next.
    ring: usize,
}

impl Shape {
    /// Reads a geometry; `None` if it is empty.
    pub(super) fn read(wkb: &[u8]) -> Result<Option<Self>> {
        let mut shape = Self {
            kind: 0,
            has_z: false,
            has_m: false,
            vertices: Vec::new(),
            parts: Vec::new(),
            ring: 0,
        };
        walk(wkb, &mut shape).map_err(|Refused(error)| error)?;
        Ok((!shape.vertices.is_empty()).then_some(shape))
    }

    /// The type of the shape.
    pub(super) fn code(&self) -> u32 {
        self.kind + if self.has_z { 10 } else { 20 * u32::from(self.has_m) }
    }

    /// Writes the content of a record, and returns the extent.
    pub(super) fn write(&self, out: &mut Vec<u8>) -> Extent {
        let mut extent = Extent::EMPTY;
        for position in &self.vertices {
            extent.add(&Extent { low: *position, high: *position });
        }
        out.extend(self.code().to_le_bytes());
        let doubles = |out: &mut Vec<u8>, numbers: &[f64]| {
            out.extend(numbers.iter().flat_map(|number| number.to_le_bytes()));
        };
        if self.kind == POINT {
            let [x, y, z, m] = self.vertices[0];
            doubles(out, &[x, y]);
            doubles(out, if self.has_z { std::slice::from_ref(&z) } else { &[] });
            doubles(out, if self.has_m { std::slice::from_ref(&m) } else { &[] });
            return extent;
        }
        let [[x0, x1], [y0, y1]] = [extent.range(0), extent.range(1)];
        doubles(out, &[x0, y0, x1, y1]);
        let count = |out: &mut Vec<u8>, count: usize| {
            // The size of a file has 32 bits, too.
            out.extend(u32::try_from(count).unwrap_or(u32::MAX).to_le_bytes());
        };
        if self.kind != MULTI_POINT {
            count(out, self.parts.len());
        }
        count(out, self.vertices.len());
        if self.kind != MULTI_POINT {
            self.parts.iter().for_each(|part| count(out, *part));
        }
        self.vertices.iter().for_each(|[x, y, ..]| doubles(out, &[*x, *y]));
        for (axis, is_there) in [(2, self.has_z), (3, self.has_m)] {
            if is_there {
                doubles(out, &extent.range(axis));
                let numbers = self.vertices.iter().map(|position| position[axis]);
                numbers.for_each(|number| doubles(out, &[number]));
            }
        }
        extent
    }
}

/// Why a geometry is no shape.
pub(super) struct Refused(Error);

impl From<WkbError> for Refused {
    fn from(error: WkbError) -> Self {
        Self(Error::malformed(error))
    }
}

impl Visitor for Shape {
    type Error = Refused;

    fn enter(
        &mut self,
        header: &Header,
        _: usize,
        parent: Option<&Header>,
    ) -> std::result::Result<(), Refused> {
        self.ring = 0;
        if parent.is_some() {
            return Ok(());
        }
        (self.has_z, self.has_m) = (header.has_z(), header.has_m());
        self.kind = match header.geometry_type() {
            GeometryType::Point => POINT,
            GeometryType::LineString | GeometryType::MultiLineString => LINE,
            GeometryType::Polygon | GeometryType::MultiPolygon => POLYGON,
            GeometryType::MultiPoint => MULTI_POINT,
            other => {
                let name = other.name();
                return Err(Refused(Error::unsupported(format_args!(
                    "a Shapefile has no {name}: write another format, such as GeoPackage"
                ))));
            }
        };
        Ok(())
    }

    fn vertices(&mut self, _: &Header, vertices: Vertices<'_>) {
        if vertices.is_empty() {
            return;
        }
        let start = self.vertices.len();
        self.parts.push(start);
        let measured = |[x, y, z, m]: Position| [x, y, z, if m.is_nan() { NO_MEASURE } else { m }];
        self.vertices.extend(vertices.positions().map(measured));
        if self.kind == POLYGON {
            // The outer ring runs clockwise, and holes the other way.
            let ring = &mut self.vertices[start..];
            if (area(ring) > 0.0) == (self.ring == 0) {
                ring.reverse();
            }
            self.ring += 1;
        }
    }
}

/// Twice the area: positive if the ring runs counter-clockwise.
fn area(ring: &[Position]) -> f64 {
    let [x0, y0, ..] = ring[0];
    let cross = |pair: &[Position]| {
        let ([x1, y1, ..], [x2, y2, ..]) = (pair[0], pair[1]);
        (x1 - x0) * (y2 - y0) - (x2 - x0) * (y1 - y0)
    };
    ring.windows(2).map(cross).sum()
}
