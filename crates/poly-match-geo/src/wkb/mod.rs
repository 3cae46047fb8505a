//! Reads and writes well-known binary. It is read also with an SRID in front, as PostGIS writes it (EWKB).
//!
//! The bytes need not be trusted. As GEOS does, what follows the geometry is left unread.
//!
//! [`walk`] tells a [`Visitor`] all that is in the bytes, with z and m, and builds nothing. [`read_wkb`]
//! makes a [`Geometry`], and [`push_wkb`] adds polygons to [`Shapes`].

mod error;
mod kind;
mod reader;
#[cfg(test)]
mod tests;
mod vertices;
mod walk;
mod write;

use poly_match::{Error, Point, Shapes};

use crate::geometry::{Geometry, Parts};
use reader::Reader;
use walk::Sound;

pub use error::WkbError;
pub use kind::GeometryType;
pub use reader::Header;
pub use vertices::Vertices;
pub use walk::{Visitor, walk};
pub use write::wkb_of;

/// A geometry, and its SRID if the bytes have one.
#[derive(Debug, Clone, PartialEq)]
pub struct Ewkb {
    /// The geometry.
    pub geometry: Geometry,
    /// The SRID of the outermost geometry.
    pub srid: Option<u32>,
}

/// Reads a geometry of any type, in either order of bytes. Z and M are left out.
///
/// Bytes after the geometry are ignored. A point whose x and y are NaN is empty.
///
/// ```
/// use poly_match_geo::{Geometry, read_wkb};
///
/// let mut wkb = vec![1, 1, 0, 0, 0];
/// wkb.extend([8.5, 47.4].map(f64::to_le_bytes).concat());
/// assert_eq!(read_wkb(&wkb)?.geometry, Geometry::Point(Some([8.5, 47.4])));
/// # Ok::<(), String>(())
/// ```
///
/// # Errors
/// A sentence that says what is wrong, and at which byte.
pub fn read_wkb(wkb: &[u8]) -> Result<Ewkb, String> {
    let srid = walk(wkb, &mut Sound)?.srid;
    Ok(Ewkb { geometry: geometry(&mut Reader::new(wkb))?, srid })
}

/// Adds the polygon or multipolygon of well-known binary to shapes. z, m and an SRID are left out.
/// Returns `None` if the bytes are malformed or hold another type; then nothing is added.
///
/// # Errors
/// As [`Shapes::push_parts`].
#[must_use]
pub fn push_wkb(shapes: &mut Shapes, wkb: &[u8]) -> Option<Result<(), Error>> {
    let header = walk(wkb, &mut Sound).ok()?;
    push_parts(shapes, wkb, header)
}

/// The SRID of well-known binary, if it starts with a header that has one. Only the header is read.
#[must_use]
pub fn wkb_srid(wkb: &[u8]) -> Option<u32> {
    Reader::new(wkb).header().ok()?.srid
}

/// Adds a sound polygon or multipolygon; `None` for another type. Parts without vertices are left
/// out.
fn push_parts(shapes: &mut Shapes, wkb: &[u8], header: Header) -> Option<Result<(), Error>> {
    let mut reader = Reader::behind(header, wkb);
    let count = reader.count(header).ok()?;
    match header.kind {
        GeometryType::Polygon => Some(shapes.push_parts([vertices(reader, header, count)])),
        GeometryType::MultiPolygon => {
            let parts = (0..count).filter_map(move |_| part(&mut reader));
            Some(shapes.push_parts(parts))
        }
        _ => None,
    }
}

/// The rings of a sound polygon, and moves past it; `None` if it has no vertices.
fn part<'a>(
    reader: &mut Reader<'a>,
) -> Option<impl Iterator<Item = impl Iterator<Item = Point> + use<'a>> + use<'a>> {
    let header = reader.header().ok()?;
    let mut rings = *reader;
    let number = reader.pass_rings(header).ok()?;
    let count = rings.count(header).ok()?;
    (number > 0).then(|| vertices(rings, header, count))
}

/// The vertices of some rings.
fn vertices<'a>(
    mut reader: Reader<'a>,
    header: Header,
    rings: usize,
) -> impl Iterator<Item = impl Iterator<Item = Point> + use<'a>> + use<'a> {
    (0..rings).map_while(move |_| Some(reader.vertices(header).ok()?.points()))
}

/// Reads a sound geometry.
fn geometry(reader: &mut Reader<'_>) -> Result<Geometry, WkbError> {
    let start = *reader;
    let header = reader.header()?;
    Ok(match header.kind {
        GeometryType::Point => Geometry::Point(reader.point(header)?),
        GeometryType::Polygon => Geometry::Polygon(rings(reader, header)?),
        GeometryType::MultiPoint => {
            let members = members(reader, header, |reader, header| reader.point(header));
            Geometry::MultiPoint(members?)
        }
        GeometryType::MultiPolygon => {
            let parts: Parts = members(reader, header, rings)?;
            Geometry::MultiPolygon(parts)
        }
        GeometryType::GeometryCollection => {
            let count = reader.count(header)?;
            Geometry::Collection((0..count).map(|_| geometry(reader)).collect::<Result<_, _>>()?)
        }
        other => {
            *reader = start;
            reader.walk(&mut Sound)?;
            Geometry::Other(other.name().into())
        }
    })
}

fn members<'a, T>(
    reader: &mut Reader<'a>,
    header: Header,
    read: impl Fn(&mut Reader<'a>, Header) -> Result<T, WkbError>,
) -> Result<Vec<T>, WkbError> {
    let count = reader.count(header)?;
    let member = |_| {
        let header = reader.header()?;
        read(reader, header)
    };
    (0..count).map(member).collect()
}

fn rings(reader: &mut Reader<'_>, header: Header) -> Result<Vec<Vec<Point>>, WkbError> {
    let count = reader.count(header)?;
    (0..count).map(|_| Ok(reader.vertices(header)?.points().collect())).collect()
}
