//! The records of a `.shp` file, one after another, or where a `.shx` file says that they are.

use std::io::Read;

use bytes::Bytes;

use crate::error::{Cause, Error, Result};
use crate::known::sound;
use crate::source::Random;

/// The bytes of the header of the file.
pub(super) const HEADER: u64 = 100;

/// The number that the file begins with.
pub(super) const CODE: i32 = 9994;

/// Bytes that are read at once.
const PIECE: usize = 1 << 18;

/// The shapes of a file.
pub(super) struct Shapes {
    file: Random,
    /// What was read, and where it begins.
    piece: Bytes,
    start: u64,
    /// Where the next record begins, without an index.
    next: u64,
    /// Where the records end.
    end: u64,
    index: Option<Box<dyn Read + Send>>,
    longest: usize,
    /// The type of the shapes, and their box, as the header has them.
    pub(super) kind: u32,
    pub(super) extent: Option<[f64; 4]>,
}

impl Shapes {
    /// Reads the header. `index` is the `.shx` file, if there is one.
    pub(super) fn new(
        file: Random,
        index: Option<Box<dyn Read + Send>>,
        longest: usize,
    ) -> Result<Self> {
        let header = file.read_at(0, file.len().min(HEADER) as usize)?;
        let big = |at: usize| {
            header.get(at..at + 4).and_then(|b| Some(i32::from_be_bytes(*b.first_chunk()?)))
        };
        if big(0) != Some(CODE) || (header.len() as u64) < HEADER {
            return Err(Error::malformed("expected the header of a Shapefile"));
        }
        let end = big(24).and_then(|words| u64::try_from(words).ok()).unwrap_or(0) * 2;
        if end < HEADER || end > file.len() {
            return Err(Error::malformed(format_args!(
                "the file is truncated: its header says {end} bytes, got {}",
                file.len()
            )));
        }
        let index = match index {
            None => None,
            Some(mut index) => {
                let mut header = Vec::new();
                index.by_ref().take(HEADER).read_to_end(&mut header)?;
                (header.len() as u64 == HEADER && header.starts_with(&CODE.to_be_bytes()))
                    .then_some(index)
            }
        };
        let little = |at: usize| header.get(at..)?.first_chunk().copied();
        let kind =
            header.get(32..).and_then(<[u8]>::first_chunk).map_or(0, |b| u32::from_le_bytes(*b));
        let bounds = [36, 44, 52, 60].map(|at| little(at).map_or(f64::NAN, f64::from_le_bytes));
        let (piece, start, next, extent) = (Bytes::new(), 0, HEADER, sound(bounds));
        Ok(Self { file, piece, start, next, end, index, longest, kind, extent })
    }

    /// Whether a `.shx` file says where the records are.
    pub(super) fn is_indexed(&self) -> bool {
        self.index.is_some()
    }

    /// The content of the next record; `None` at the end.
    pub(super) fn next(&mut self) -> Result<Option<Bytes>> {
        let at = match &mut self.index {
            None => self.next,
            Some(index) => {
                let mut entry = Vec::with_capacity(8);
                index.take(8).read_to_end(&mut entry)?;
                let Some(words) = entry.first_chunk().filter(|_| entry.len() == 8) else {
                    return Ok(None);
                };
                u64::from(u32::from_be_bytes(*words)) * 2
            }
        };
        if at >= self.end && self.index.is_none() {
            return Ok(None);
        }
        if at < HEADER {
            return Err(Error::malformed(format_args!("the .shx file says byte {at} for a shape")));
        }
        let header = self.read(at, 8)?;
        let words = header.last_chunk::<4>().map_or(0, |words| u32::from_be_bytes(*words));
        let len = u64::from(words) * 2;
        if len > self.longest as u64 {
            let (what, limit) = ("a shape".to_owned(), self.longest as u64);
            return Err(Error::new(Cause::TooLarge { what, got: len, limit }));
        }
        // It is not longer than `longest`.
        let content = self.read(at + 8, usize::try_from(len).unwrap_or(usize::MAX))?;
        self.next = at + 8 + len;
        Ok(Some(content))
    }

    fn read(&mut self, at: u64, len: usize) -> Result<Bytes> {
        let inside = |start: u64, piece: &Bytes| {
            let from = usize::try_from(at.checked_sub(start)?).ok()?;
            (from.checked_add(len)? <= piece.len()).then(|| piece.slice(from..from + len))
        };
        if let Some(bytes) = inside(self.start, &self.piece) {
            return Ok(bytes);
        }
        if len > PIECE {
            return self.file.read_at(at, len);
        }
        let left = self.file.len().saturating_sub(at);
        let most = usize::try_from(left).unwrap_or(usize::MAX).min(PIECE);
        self.piece = self.file.read_at(at, most.max(len))?;
        self.start = at;
        Ok(self.piece.slice(..len))
    }
}
