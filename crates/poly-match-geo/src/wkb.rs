//! Reads polygons of well-known binary.

use geo_traits::{CoordTrait, GeometryTrait, GeometryType, LineStringTrait};
use geo_traits::{MultiPolygonTrait, PolygonTrait};
use poly_match::{Error, Point, Shapes};
use wkb::reader::{LinearRing, Polygon, read_wkb};

/// Adds the polygon or multipolygon of well-known binary to shapes. z, m and an SRID are left out.
/// Returns `None` if the bytes are malformed or hold another type; then nothing is added.
///
/// Only for bytes that are trusted to be sound: a collection is read by recursion.
///
/// # Errors
/// As [`Shapes::push_parts`].
#[must_use]
pub fn push_wkb(shapes: &mut Shapes, wkb: &[u8]) -> Option<Result<(), Error>> {
    match read_wkb(wkb).ok()?.as_type() {
        GeometryType::Polygon(polygon) => Some(shapes.push_parts([rings(polygon)])),
        GeometryType::MultiPolygon(polygon) => {
            let parts: Vec<_> = polygon.polygons().collect();
            Some(shapes.push_parts(parts.iter().map(|part| rings(part))))
        }
        _ => None,
    }
}

/// The rings of a polygon: its outer ring, then its holes. An empty polygon has none.
fn rings<'a>(polygon: &'a Polygon<'a>) -> impl Iterator<Item = impl Iterator<Item = Point>> {
    let rings = polygon.exterior().into_iter().chain(polygon.interiors());
    rings.map(|ring: &LinearRing<'_>| ring.coords().map(|vertex| [vertex.x(), vertex.y()]))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A triangle in well-known binary, little-endian, with the type and what stands before the
    /// number of its rings.
    fn triangle(kind: u32, before: &[u8]) -> Vec<u8> {
        let mut bytes = vec![1];
        bytes.extend(kind.to_le_bytes());
        bytes.extend(before);
        bytes.extend(1_u32.to_le_bytes());
        bytes.extend(4_u32.to_le_bytes());
        for number in [0.0, 0.0, 4.0, 0.0, 0.0, 4.0, 0.0, 0.0_f64] {
            bytes.extend(number.to_le_bytes());
        }
        bytes
    }

    #[test]
    fn polygons_are_read_with_and_without_an_srid() {
        let mut shapes = Shapes::new();
        push_wkb(&mut shapes, &triangle(3, &[])).expect("a polygon").expect("finite");
        let srid = 4326_u32.to_le_bytes();
        push_wkb(&mut shapes, &triangle(0x2000_0003, &srid)).expect("a polygon").expect("finite");
        assert_eq!(shapes.areas(), [8.0, 8.0]);
    }

    #[test]
    fn anything_else_is_refused() {
        let mut shapes = Shapes::new();
        let whole = triangle(3, &[]);
        for wkb in [&[][..], &[1], &whole[..whole.len() - 1], &triangle(2, &[])[..]] {
            assert!(push_wkb(&mut shapes, wkb).is_none(), "{wkb:?}");
        }
        assert!(shapes.is_empty());
    }
}
