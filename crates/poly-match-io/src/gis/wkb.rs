//! Writes well-known binary, in little-endian order.

use crate::error::{Cause, Error, Result};

/// A geometry that is being written, and how large it may become.
pub(super) struct Wkb<'o> {
    pub(super) out: &'o mut Vec<u8>,
    /// The most bytes that `out` may have.
    pub(super) most: usize,
    pub(super) has_z: bool,
    pub(super) has_m: bool,
}

pub(super) const POINT: u32 = 1;
pub(super) const LINE: u32 = 2;
pub(super) const POLYGON: u32 = 3;
pub(super) const MULTI_POINT: u32 = 4;
pub(super) const MULTI_LINE: u32 = 5;
pub(super) const MULTI_POLYGON: u32 = 6;
pub(super) const COLLECTION: u32 = 7;

impl Wkb<'_> {
    /// The bytes of a vertex.
    pub(super) fn vertex_size(&self) -> usize {
        8 * (2 + usize::from(self.has_z) + usize::from(self.has_m))
    }

    /// Writes the header of a geometry of a type.
    pub(super) fn header(&mut self, kind: u32) -> Result<()> {
        let code = kind + 1000 * u32::from(self.has_z) + 2000 * u32::from(self.has_m);
        self.put(&[1])?;
        self.put(&code.to_le_bytes())
    }

    /// Writes how many vertices, rings or members follow.
    pub(super) fn count(&mut self, count: usize) -> Result<()> {
        let count = u32::try_from(count).map_err(|_| Error::malformed("too many vertices"))?;
        self.put(&count.to_le_bytes())
    }

    /// Writes a number.
    pub(super) fn number(&mut self, number: f64) -> Result<()> {
        self.put(&number.to_le_bytes())
    }

    /// Writes a point without coordinates.
    pub(super) fn empty_point(&mut self) -> Result<()> {
        self.header(POINT)?;
        (0..self.vertex_size() / 8).try_for_each(|_| self.number(f64::NAN))
    }

    /// Writes bytes as they are.
    pub(super) fn put(&mut self, bytes: &[u8]) -> Result<()> {
        let len = self.out.len() + bytes.len();
        if len > self.most {
            let what = "a geometry".to_owned();
            let (got, limit) = (len as u64, self.most as u64);
            return Err(Error::new(Cause::TooLarge { what, got, limit }));
        }
        self.out.extend_from_slice(bytes);
        Ok(())
    }
}
