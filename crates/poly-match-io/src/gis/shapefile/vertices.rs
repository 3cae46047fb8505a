//! The vertices of a shape. Every count is compared with the bytes of the record.

use crate::error::{Error, Result};
use crate::gis::wkb::Wkb;

/// A measure below this is none.
pub(super) const NO_MEASURE: f64 = -1e38;

/// The numbers of a vertex besides x and y.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Axes {
    Flat,
    Z,
    M,
}

/// The first vertex of a run, and the one behind its last.
pub(super) type Run = [usize; 2];

/// The vertices of a shape with several.
pub(super) struct Vertices<'a> {
    xy: &'a [[u8; 16]],
    pub(super) z: Option<&'a [[u8; 8]]>,
    pub(super) m: Option<&'a [[u8; 8]]>,
}

impl<'a> Vertices<'a> {
    pub(super) fn new(shape: &'a [u8], at: usize, len: usize, axes: Axes) -> Result<Self> {
        let xy = slice(shape, at, len, 16)?;
        // An axis begins with its range.
        let axis = |at: usize| Some(slice(shape, at + 16, len, 8).ok()?.as_chunks().0);
        let behind = at + 16 * len;
        let z = match axes {
            Axes::Z => Some(slice(shape, behind + 16, len, 8)?.as_chunks().0),
            Axes::Flat | Axes::M => None,
        };
        let m = match axes {
            Axes::Flat => None,
            Axes::M => axis(behind),
            Axes::Z => axis(behind + 16 + 8 * len),
        };
        let is_measure = |m: &[u8; 8]| f64::from_le_bytes(*m) > NO_MEASURE;
        let m = m.filter(|m| m.iter().any(is_measure));
        Ok(Self { xy: xy.as_chunks().0, z, m })
    }

    /// x and y of a vertex.
    pub(super) fn point(&self, at: usize) -> [f64; 2] {
        let (numbers, _) = self.xy[at].as_chunks::<8>();
        [f64::from_le_bytes(numbers[0]), f64::from_le_bytes(numbers[1])]
    }

    pub(super) fn write(&self, at: usize, wkb: &mut Wkb<'_>) -> Result<()> {
        wkb.put(&self.xy[at])?;
        if let Some(z) = self.z {
            wkb.put(&z[at])?;
        }
        let Some(m) = self.m.map(|m| f64::from_le_bytes(m[at])) else { return Ok(()) };
        wkb.number(if m > NO_MEASURE { m } else { f64::NAN })
    }
}

/// The number at a byte.
pub(super) fn number(shape: &[u8], at: usize) -> Result<u32> {
    let bytes = slice(shape, at, 1, 4)?.first_chunk();
    Ok(bytes.map_or(0, |bytes| u32::from_le_bytes(*bytes)))
}

/// The count at a byte.
pub(super) fn count(shape: &[u8], at: usize) -> Result<usize> {
    Ok(number(shape, at)? as usize)
}

/// The bytes of `count` items of a size.
pub(super) fn slice(shape: &[u8], at: usize, count: usize, size: usize) -> Result<&[u8]> {
    let end = count.checked_mul(size).and_then(|len| len.checked_add(at));
    end.and_then(|end| shape.get(at..end)).ok_or_else(|| {
        Error::malformed(format_args!(
            "the shape is truncated: expected {count} items of {size} bytes at byte {at}, got {} bytes",
            shape.len()
        ))
    })
}
