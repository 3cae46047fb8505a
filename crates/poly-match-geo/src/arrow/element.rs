//! One element of a column: what it gives as a point, or as a polygon.

use poly_match::{Error, Point, Shapes};

use crate::geometry::{Absent, Geometry};
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

/// Adds the polygons of a geometry to shapes, as one polygon.
pub(super) fn push(geometry: Geometry, shapes: &mut Shapes) -> Read<()> {
    match geometry.into_polygons() {
        Ok(polygons) => shapes.push_parts(polygons.parts).map(Ok).map_err(Unreadable::Wrong),
        Err(absent) => Ok(Err(absent)),
    }
}

/// Reads the point of well-known binary.
pub(super) fn wkb_point(wkb: &[u8]) -> Read<Point> {
    // Nearly all points are written so: little-endian, without z, m and SRID.
    if let [1, 1, 0, 0, 0, numbers @ ..] = wkb
        && let ([x, y, ..], _) = numbers.as_chunks()
    {
        let point = [x, y].map(|&number| f64::from_le_bytes(number));
        if !point[0].is_nan() {
            return Ok(Ok(point));
        }
    }
    let read = read_wkb(wkb).map_err(Unreadable::Malformed)?;
    Ok(read.geometry.point())
}

/// Adds the polygons of well-known binary to shapes, as one polygon.
pub(super) fn push_polygon_of_wkb(wkb: &[u8], shapes: &mut Shapes) -> Read<()> {
    match push_wkb(shapes, wkb) {
        Some(Ok(())) => Ok(Ok(())),
        Some(Err(error @ Error::Vertex { .. })) => Err(Unreadable::Wrong(error)),
        // Malformed, empty, or of another type.
        Some(Err(_)) | None => push(read_wkb(wkb).map_err(Unreadable::Malformed)?.geometry, shapes),
    }
}

/// Reads a geometry of well-known text.
pub(super) fn wkt_geometry(text: &str) -> Result<Geometry, Unreadable> {
    Ok(read_wkt(text).map_err(Unreadable::Malformed)?.geometry)
}
