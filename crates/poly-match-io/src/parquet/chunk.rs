//! The bytes of a column chunk. The header of each page is checked before it is used.

use std::io::{self, Cursor, Read};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use bytes::Bytes;
use parquet::file::metadata::ColumnChunkMetaData;
use parquet::file::reader::{ChunkReader, Length};

use super::budget::Budget;
use super::header::{PageHeader, PageKind, Unreadable};
use crate::error::{Error, Result};
use crate::source::Random;

/// Bytes that are read first to find a header. Nearly all are shorter.
const FIRST: usize = 1 << 10;

/// A column chunk of at most this many bytes is read as a whole, when it is opened.
const SMALL: u64 = 1 << 16;

/// A column chunk in a file.
#[derive(Debug, Clone)]
pub(super) struct Chunk {
    content: Arc<Random>,
    /// Where its bytes begin and end in the file.
    start: u64,
    end: u64,
    /// The bytes, if they are few.
    whole: Option<Bytes>,
    open: Arc<Open>,
}

/// The bytes of the pages that are open: the dictionary, and one data page.
#[derive(Debug)]
struct Open {
    budget: Arc<Budget>,
    dictionary: AtomicU64,
    data: AtomicU64,
}

impl Open {
    /// Counts a page before it is decompressed.
    fn open(&self, kind: PageKind, bytes: u64) -> Result<()> {
        match kind {
            PageKind::Data => self.budget.open(bytes, self.data.swap(bytes, Ordering::Relaxed)),
            PageKind::Dictionary => {
                self.budget.open(bytes, self.dictionary.swap(bytes, Ordering::Relaxed))
            }
            PageKind::Other => Ok(()),
        }
    }
}

impl Drop for Open {
    fn drop(&mut self) {
        self.budget.close(*self.dictionary.get_mut() + *self.data.get_mut());
    }
}

impl Chunk {
    /// The chunk that the metadata of a column describes.
    ///
    /// # Errors
    /// A malformed file, if the chunk is not inside.
    pub(super) fn new(
        content: Arc<Random>,
        budget: Arc<Budget>,
        column: &ColumnChunkMetaData,
    ) -> Result<Self> {
        let start = column.dictionary_page_offset().unwrap_or(column.data_page_offset());
        let len = column.compressed_size();
        let range = u64::try_from(start).ok().zip(u64::try_from(len).ok());
        let end = range.and_then(|(start, len)| start.checked_add(len));
        let Some(((start, len), end)) = range.zip(end).filter(|&(_, end)| end <= content.len())
        else {
            return Err(Error::malformed(format_args!(
                "the column chunk must be inside the file of {} bytes, got {len} bytes at byte {start}",
                content.len()
            )));
        };
        let open = Open { budget, dictionary: AtomicU64::new(0), data: AtomicU64::new(0) };
        let mut chunk = Self { content, start, end, whole: None, open: Arc::new(open) };
        if len <= SMALL {
            let len = usize::try_from(len).unwrap_or(usize::MAX);
            chunk.whole = Some(chunk.content.read_at(start, len)?);
        }
        Ok(chunk)
    }

    /// Reads bytes of the chunk.
    fn read(&self, at: u64, len: usize) -> Result<Bytes> {
        let is_inside =
            self.start <= at && at.checked_add(len as u64).is_some_and(|end| end <= self.end);
        if !is_inside {
            return Err(Error::malformed(format_args!(
                "a page must be inside its column chunk (bytes {} to {}), got {len} bytes at byte {at}",
                self.start, self.end
            )));
        }
        match &self.whole {
            Some(whole) => {
                let at = usize::try_from(at - self.start).unwrap_or(usize::MAX);
                Ok(whole.slice(at..at + len))
            }
            None => self.content.read_at(at, len),
        }
    }

    /// Reads and checks the header at a place. Gives bytes that begin with it.
    fn header(&self, at: u64) -> Result<Bytes> {
        let left = usize::try_from(self.end.saturating_sub(at)).unwrap_or(usize::MAX);
        let mut len = FIRST.min(left);
        loop {
            let bytes = self.read(at, len)?;
            match PageHeader::read(&bytes) {
                Ok(header) => {
                    self.check(header, left)?;
                    return Ok(bytes);
                }
                Err(Unreadable::Truncated) if len < left => len = left.min(len * 8),
                Err(Unreadable::Truncated) => {
                    return Err(Error::malformed(format_args!(
                        "the page header at byte {at} is truncated"
                    )));
                }
                Err(Unreadable::Malformed) => {
                    return Err(Error::malformed(format_args!(
                        "the page header at byte {at} is malformed"
                    )));
                }
            }
        }
    }

    fn check(&self, header: PageHeader, left: usize) -> Result<()> {
        let PageHeader { uncompressed, compressed, values, kind } = header;
        if usize::try_from(compressed).is_ok_and(|compressed| compressed <= left)
            && values >= 0
            && let Ok(uncompressed) = u64::try_from(uncompressed)
        {
            return self.open.open(kind, uncompressed);
        }
        Err(Error::malformed(format_args!(
            "a page header claims {compressed} bytes, {uncompressed} after decompression, and \
             {values} values; its column chunk has {left} bytes left"
        )))
    }
}

impl Length for Chunk {
    fn len(&self) -> u64 {
        self.content.len()
    }
}

impl ChunkReader for Chunk {
    type T = Header;

    fn get_read(&self, start: u64) -> parquet::errors::Result<Header> {
        Ok(Header { chunk: self.clone(), at: start, bytes: None })
    }

    fn get_bytes(&self, start: u64, length: usize) -> parquet::errors::Result<Bytes> {
        Ok(self.read(start, length)?)
    }
}

/// Reads a page header. It is checked when its first byte is asked for: `parquet` also makes a reader
/// that it does not use, at a place where no header is.
pub(super) struct Header {
    chunk: Chunk,
    at: u64,
    bytes: Option<Cursor<Bytes>>,
}

impl Read for Header {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let bytes = match &mut self.bytes {
            Some(bytes) => bytes,
            None => self.bytes.insert(Cursor::new(self.chunk.header(self.at)?)),
        };
        bytes.read(buffer)
    }
}
