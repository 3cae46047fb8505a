//! One element of a column: what it gives as a point, or as a polygon.

use poly_match::{Error, Point, Shapes};

use crate::cell::{read_bytes, read_text};
use crate::geometry::{Absent, Geometry, Polygons};
use crate::wkb::push_wkb;

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

/// Reads the geometry of a cell of bytes.
pub(super) fn geometry_of_bytes(cell: &[u8]) -> Result<Geometry, Unreadable> {
    read_bytes(cell).map_err(Unreadable::Malformed)
}

/// Adds the polygons of a cell of bytes to shapes, as one polygon.
pub(super) fn push_polygon_of_bytes(cell: &[u8], shapes: &mut Shapes) -> Read<usize> {
    match push_wkb(shapes, cell) {
        Some(Ok(())) => Ok(Ok(0)),
        // It is wrong, empty, malformed, of another type, or in another notation.
        Some(Err(_)) | None => push(geometry_of_bytes(cell)?, shapes),
    }
}

/// Reads the geometry of a cell of text.
pub(super) fn geometry_of_text(cell: &str) -> Result<Geometry, Unreadable> {
    read_text(cell).map_err(Unreadable::Malformed)
}
