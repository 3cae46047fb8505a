//! Geometry as GeoPackage stores it: a header, then well-known binary.

use poly_match_geo::wkb::{Header, Vertices, Visitor, WkbError, walk};

use crate::error::{Error, Result};

/// Well-known binary within a value.
pub(super) fn wkb(blob: &[u8]) -> Result<&[u8]> {
    let (flags, rest) = match blob {
        [b'G', b'P', 0, flags, rest @ ..] => (*flags, rest),
        [b'G', b'P', version, ..] => {
            return Err(Error::unsupported(format_args!(
                "expected a geometry of version 0, got version {version}"
            )));
        }
        _ => {
            let start: String = blob.iter().take(4).map(|byte| format!("{byte:02x}")).collect();
            return Err(Error::malformed(format_args!(
                "expected a geometry that begins with \"GP\", got the bytes {start:?}"
            )));
        }
    };
    if flags & 0b10_0000 != 0 {
        return Err(Error::unsupported("it has a geometry in an encoding of its own"));
    }
    let bounds = match flags >> 1 & 0b111 {
        0 => 0,
        1 => 32,
        2 | 3 => 48,
        4 => 64,
        kind => {
            let what = format_args!("expected a bounding box of kind 0 to 4, got {kind}");
            return Err(Error::malformed(what));
        }
    };
    // The number of the system stands before the bounding box.
    rest.get(4 + bounds..).ok_or_else(|| Error::malformed("the geometry is truncated"))
}

/// What is known of a geometry when it is written.
pub(super) struct Seen {
    /// Least x and y, greatest x and y. Of nothing, the least are infinite.
    pub(super) bounds: [f64; 4],
    pub(super) has_z: bool,
    pub(super) has_m: bool,
}

/// Writes a geometry. Well-known binary in the dialect of PostGIS becomes that of the standard.
pub(super) fn write(wkb: &[u8], srs: i32, out: &mut Vec<u8>) -> Result<Seen> {
    out.clear();
    out.extend([b'G', b'P', 0, 0]);
    out.extend(srs.to_le_bytes());
    let nothing = [f64::INFINITY, f64::INFINITY, f64::NEG_INFINITY, f64::NEG_INFINITY];
    let mut plain = Plain { wkb, done: 0, edited: Vec::new(), bounds: nothing };
    let header = walk(wkb, &mut plain).map_err(|error| Error::malformed(String::from(error)))?;
    let Plain { done, edited, bounds, .. } = plain;
    let is_empty = bounds[0] > bounds[2];
    let is_point =
        bounds[0].to_bits() == bounds[2].to_bits() && bounds[1].to_bits() == bounds[3].to_bits();
    let has_bounds = !is_empty && !is_point;
    // Little endian; a bounding box of x and y; whether it is empty.
    out[3] = 1 | u8::from(has_bounds) << 1 | u8::from(is_empty) << 4;
    if has_bounds {
        let [xmin, ymin, xmax, ymax] = bounds;
        out.extend([xmin, xmax, ymin, ymax].map(f64::to_le_bytes).concat());
    }
    out.extend(edited);
    out.extend_from_slice(&wkb[done..]);
    Ok(Seen { bounds, has_z: header.has_z(), has_m: header.has_m() })
}

/// Measures a geometry, and rewrites those of its headers that are of PostGIS.
struct Plain<'w> {
    wkb: &'w [u8],
    /// How many bytes are in `edited`.
    done: usize,
    edited: Vec<u8>,
    bounds: [f64; 4],
}

impl Visitor for Plain<'_> {
    type Error = WkbError;

    fn enter(
        &mut self,
        header: &Header,
        _: usize,
        _: Option<&Header>,
    ) -> std::result::Result<(), WkbError> {
        let at = header.start();
        // The walk has read these bytes.
        let Some(&[order, a, b, c, d]) = self.wkb.get(at..at + 5) else { return Ok(()) };
        let is_little = order & 1 == 1;
        let of = if is_little { u32::from_le_bytes } else { u32::from_be_bytes };
        let code = of([a, b, c, d]);
        if code >> 28 != 0 {
            let kind = (code & 0x0fff_ffff) % 1000
                + 1000 * u32::from(header.has_z())
                + 2000 * u32::from(header.has_m());
            self.edited.extend_from_slice(&self.wkb[self.done..=at]);
            self.edited.extend(if is_little { kind.to_le_bytes() } else { kind.to_be_bytes() });
            self.done = at + if header.srid().is_some() { 9 } else { 5 };
        }
        Ok(())
    }

    fn vertices(&mut self, _: &Header, vertices: Vertices<'_>) {
        for [x, y] in vertices.points() {
            let [xmin, ymin, xmax, ymax] = self.bounds;
            self.bounds = [xmin.min(x), ymin.min(y), xmax.max(x), ymax.max(y)];
        }
    }
}
