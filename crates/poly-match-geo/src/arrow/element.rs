//! One element of a column: what it gives as a point, or as a polygon.

use poly_match::{Error, Point, Shapes};

use crate::geometry::{Absent, Geometry, Polygons};
use crate::wkb::{push_wkb, read_wkb};
use crate::wkt::read_wkt;

/// Why an element cannot be read at all.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Unreadable {
    /// It is malformed.
    Malformed(String),
    /// A coordinate of a polygon is not finite, or a ring has no vertices.
    Wrong(Error),
}

/// What an element is read as, or why it holds none.
pub(super) type Read<T> = Result<Result<T, Absent>, Unreadable>;

/// Adds the polygons of a geometry to shapes, as one polygon. Gives the number of members of a
/// collection that are no polygons.
pub(super) fn push(geometry: Geometry, shapes: &mut Shapes) -> Read<usize> {
    match geometry.into_polygons() {
        Ok(Polygons { parts, ignored }) => {
            shapes.push_parts(parts).map(|()| Ok(ignored)).map_err(Unreadable::Wrong)
        }
        Err(absent) => Ok(Err(absent)),
    }
}

/// The point of well-known binary as nearly all is written: little-endian, without z, m and SRID.
pub(super) fn plain_wkb_point(wkb: &[u8]) -> Option<Point> {
    let numbers = wkb.strip_prefix(&[1, 1, 0, 0, 0])?;
    match numbers.as_chunks() {
        ([x, y, ..], _) => Some([f64::from_le_bytes(*x), f64::from_le_bytes(*y)]),
        _ => None,
    }
}

/// Reads a geometry of well-known binary.
pub(super) fn wkb_geometry(wkb: &[u8]) -> Result<Geometry, Unreadable> {
    Ok(read_wkb(wkb).map_err(Unreadable::Malformed)?.geometry)
}

/// Adds the polygons of well-known binary to shapes, as one polygon.
pub(super) fn push_polygon_of_wkb(wkb: &[u8], shapes: &mut Shapes) -> Read<usize> {
    match push_wkb(shapes, wkb) {
        Some(Ok(())) => Ok(Ok(0)),
        // It is wrong, empty, malformed, or of another type.
        Some(Err(_)) | None => push(wkb_geometry(wkb)?, shapes),
    }
}

/// Reads a geometry of well-known text.
pub(super) fn wkt_geometry(text: &str) -> Result<Geometry, Unreadable> {
    Ok(read_wkt(text).map_err(Unreadable::Malformed)?.geometry)
}
