//! The type and the bounding box of well-known binary.

use poly_match_geo::wkb::{GeometryType, Header, Vertices, Visitor, WkbError, walk};

/// A bounding box: least x and y, greatest x and y. Of nothing, the least are infinite.
pub(super) type Bounds = [f64; 4];

/// The bounds of nothing.
pub(super) const NOTHING: Bounds =
    [f64::INFINITY, f64::INFINITY, f64::NEG_INFINITY, f64::NEG_INFINITY];

/// A geometry type, and whether it has z.
pub(super) type Kind = (GeometryType, bool);

/// Extends `bounds` by a geometry, and gives its type; `None` if the bytes are malformed, or if GeoParquet
/// does not have the type.
#[inline]
pub(super) fn measure(wkb: &[u8], bounds: &mut Bounds) -> Option<Kind> {
    let mut extent = Extent { bounds, is_simple: true };
    let header = walk(wkb, &mut extent).ok()?;
    extent.is_simple.then_some((header.geometry_type(), header.has_z()))
}

/// Extends `bounds` by a position. One that is NaN is none.
#[inline]
pub(super) fn extend(bounds: &mut Bounds, x: f64, y: f64) {
    let [xmin, ymin, xmax, ymax] = *bounds;
    *bounds = [xmin.min(x), ymin.min(y), xmax.max(x), ymax.max(y)];
}

/// Extends its bounds by all vertices.
struct Extent<'b> {
    bounds: &'b mut Bounds,
    /// Whether all geometries have types of GeoParquet.
    is_simple: bool,
}

impl Visitor for Extent<'_> {
    type Error = WkbError;

    #[inline]
    fn enter(&mut self, header: &Header, _: usize, _: Option<&Header>) -> Result<(), WkbError> {
        self.is_simple &= header.geometry_type().is_simple();
        Ok(())
    }

    #[inline(always)]
    fn vertices(&mut self, _: &Header, vertices: Vertices<'_>) {
        let mut bounds = *self.bounds;
        for [x, y] in vertices.points() {
            extend(&mut bounds, x, y);
        }
        *self.bounds = bounds;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hex(text: &str) -> Vec<u8> {
        let digits: Vec<_> = text.bytes().filter(|byte| !byte.is_ascii_whitespace()).collect();
        let byte = |pair: &[u8]| u8::from_str_radix(std::str::from_utf8(pair).expect("text"), 16);
        digits.chunks(2).map(|pair| byte(pair).expect("hex")).collect()
    }

    fn numbers(numbers: &[f64]) -> Vec<u8> {
        numbers.iter().flat_map(|number| number.to_le_bytes()).collect()
    }

    #[test]
    fn types_and_boxes_of_both_dialects() {
        let point = |head: &str, coordinates: &[f64]| [hex(head), numbers(coordinates)].concat();
        for (wkb, kind) in [
            (point("01 01000000", &[3.0, -4.0]), (GeometryType::Point, false)),
            (point("01 e9030000", &[3.0, -4.0, 9.0]), (GeometryType::Point, true)), // Z by ISO
            (point("01 d1070000", &[3.0, -4.0, 9.0]), (GeometryType::Point, false)), // M by ISO
            (point("01 b90b0000", &[3.0, -4.0, 9.0, 9.0]), (GeometryType::Point, true)), // ZM by ISO
            (point("01 010000a0 e6100000", &[3.0, -4.0, 9.0]), (GeometryType::Point, true)), // Z by EWKB, and an SRID
            (
                [hex("00 00000001"), [3.0_f64, -4.0].map(f64::to_be_bytes).concat()].concat(),
                (GeometryType::Point, false),
            ),
        ] {
            let mut bounds = NOTHING;
            assert_eq!(measure(&wkb, &mut bounds), Some(kind), "{wkb:02x?}");
            assert_eq!(bounds, [3.0, -4.0, 3.0, -4.0], "{wkb:02x?}");
        }
    }

    #[test]
    fn a_collection_has_the_box_of_its_parts() {
        let ring = numbers(&[0.0, 0.0, 4.0, 0.0, 0.0, 5.0, 0.0, 0.0]);
        let polygon = [hex("01 03000000 01000000 04000000"), ring].concat();
        let line = [hex("01 02000000 02000000"), numbers(&[-1.0, 2.0, f64::NAN, 2.5])].concat();
        let collection = [hex("01 07000000 02000000"), polygon, line].concat();
        let mut bounds = NOTHING;
        assert_eq!(
            measure(&collection, &mut bounds),
            Some((GeometryType::GeometryCollection, false))
        );
        assert_eq!(bounds, [-1.0, 0.0, 4.0, 5.0]);
        for len in 0..collection.len() {
            assert_eq!(measure(&collection[..len], &mut NOTHING.clone()), None, "{len}");
        }
    }

    #[test]
    fn hostile_bytes_end_at_once() {
        let deep = hex("01 07000000 01000000").repeat(100_000);
        assert_eq!(measure(&deep, &mut NOTHING.clone()), None);
        let many = hex("01 03000000 ffffffff");
        assert_eq!(measure(&many, &mut NOTHING.clone()), None);
        assert_eq!(measure(&hex("01 08000000"), &mut NOTHING.clone()), None);
    }
}
