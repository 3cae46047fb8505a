//! Reads the file format of Arrow IPC: messages, and at the end where they are.

use arrow_array::RecordBatch;
use arrow_buffer::Buffer;
use arrow_ipc::{Block, Footer, root_as_footer};
use arrow_schema::SchemaRef;

use super::decode::{Decoder, rows};
use crate::error::{Error, Place, Result};
use crate::known::Known;
use crate::limits::Limits;
use crate::options::{Batches, ReadOptions};
use crate::pieces::Pieces;
use crate::source::{Random, Source};

const MAGIC: &[u8] = b"ARROW1";

/// Opens a file, and reads its schema and its dictionaries.
pub(crate) fn read_file(source: Source, options: &ReadOptions) -> Result<Box<dyn Batches>> {
    let content = source.into_random()?;
    let footer = footer(&content)?;
    let footer = root_as_footer(&footer).map_err(|error| {
        let cause = crate::error::one_line(&error.to_string());
        Error::malformed(format_args!("the footer is malformed: {cause}"))
    })?;
    let mut file = File::new(content, &footer, options)?;
    for block in footer.dictionaries().into_iter().flatten() {
        if file.read(block)?.is_some() {
            return Err(Error::malformed("expected a dictionary, got a record batch"));
        }
    }
    Ok(Box::new(file))
}

/// Reads the footer. The file ends with it, its length, and the magic bytes.
fn footer(content: &Random) -> Result<bytes::Bytes> {
    let len = content.len();
    if len == 0 {
        return Err(Error::malformed("expected an Arrow IPC file, got an empty file"));
    }
    let start = content.read_at(0, MAGIC.len().min(usize::try_from(len).unwrap_or(usize::MAX)))?;
    if start != MAGIC {
        return Err(if start.starts_with(b"FEA1") {
            Error::unsupported("the first version of Feather cannot be read")
        } else {
            Error::malformed("expected an Arrow IPC file, which begins with \"ARROW1\"")
        });
    }
    // The magic bytes are padded to 8 at the start; the end is a length of 4 bytes and the magic.
    let end = if len >= 18 { Some(content.read_at(len - 10, 10)?) } else { None };
    let size = end.as_deref().and_then(<[u8]>::split_first_chunk);
    match size {
        Some((size, MAGIC)) => {
            let size = u64::from(u32::from_le_bytes(*size));
            match (len - 18).checked_sub(size) {
                Some(before) => content.read_at(8 + before, usize::try_from(size).unwrap_or(0)),
                None => Err(Error::malformed(format_args!(
                    "the footer claims {size} bytes in a file of {len} bytes"
                ))),
            }
        }
        _ => Err(Error::malformed(
            "the file is truncated: an Arrow IPC file ends with \"ARROW1\", this one does not",
        )),
    }
}

/// The batches of a file.
struct File {
    content: Random,
    decoder: Decoder,
    limits: Limits,
    blocks: Vec<Block>,
    pieces: Option<Pieces>,
    /// The position of the next batch in the file.
    position: usize,
}

impl File {
    fn new(content: Random, footer: &Footer<'_>, options: &ReadOptions) -> Result<Self> {
        let Some(schema) = footer.schema() else {
            return Err(Error::malformed("the footer has no schema"));
        };
        let decoder = Decoder::new(schema, options)?;
        let blocks: Vec<_> = footer.recordBatches().into_iter().flatten().copied().collect();
        Ok(Self {
            content,
            decoder,
            limits: options.limits.clone(),
            blocks,
            pieces: None,
            position: 0,
        })
    }

    /// Reads and decodes a message.
    fn read(&mut self, block: &Block) -> Result<Option<RecordBatch>> {
        let claims = [block.offset(), i64::from(block.metaDataLength()), block.bodyLength()];
        let [Ok(offset), Ok(metadata), Ok(body)] = claims.map(u64::try_from) else {
            return Err(Error::malformed(format_args!(
                "a message claims {} and {} bytes at byte {}",
                claims[1], claims[2], claims[0]
            )));
        };
        let at = |start: u64, len: u64| {
            self.content.read_at(start, usize::try_from(len).unwrap_or(usize::MAX))
        };
        let prefixed = at(offset, metadata)?;
        let body = at(offset.saturating_add(metadata), body)?;
        let metadata = unprefixed(&prefixed)?;
        let input = self.content.len();
        self.decoder.decode(metadata, &Buffer::from(body), input)
    }
}

/// The metadata of a message, without the continuation marker and its length.
fn unprefixed(bytes: &[u8]) -> Result<&[u8]> {
    let skipped = if bytes.starts_with(&[0xff; 4]) { 8 } else { 4 };
    bytes.get(skipped..).ok_or_else(|| {
        Error::malformed(format_args!("a message claims metadata of {} bytes", bytes.len()))
    })
}

impl Iterator for File {
    type Item = Result<RecordBatch>;

    fn next(&mut self) -> Option<Self::Item> {
        loop {
            if let Some(piece) = self.pieces.as_mut().and_then(Iterator::next) {
                return Some(Ok(piece));
            }
            let block = *self.blocks.get(self.position)?;
            let batch = self.read(&block).and_then(|batch| {
                batch.ok_or_else(|| Error::malformed("expected a record batch, got a dictionary"))
            });
            match batch {
                Ok(batch) => self.pieces = Some(Pieces::of(batch, &self.limits)),
                Err(error) => return Some(Err(error.at(Place::Batch(self.position)))),
            }
            self.position += 1;
        }
    }
}

impl Batches for File {
    fn schema(&self) -> SchemaRef {
        self.decoder.schema()
    }

    fn primary_geometry(&self) -> Option<&str> {
        self.decoder.primary_geometry()
    }

    fn known(&self) -> Result<Known> {
        let columns = self.decoder.known();
        Ok(Known {
            rows: self.total_rows(),
            columns,
            pieces: Some(self.blocks.len() as u64),
            ..Known::default()
        })
    }

    fn total_rows(&self) -> Option<u64> {
        // The metadata of all messages together is shorter than the file, unless it is malformed.
        let mut left = self.content.len();
        let mut total = 0_u64;
        for block in &self.blocks {
            let offset = u64::try_from(block.offset()).ok()?;
            let len = u64::try_from(block.metaDataLength()).ok()?;
            left = left.checked_sub(len)?;
            let prefixed = self.content.read_at(offset, usize::try_from(len).ok()?).ok()?;
            total = total.checked_add(rows(unprefixed(&prefixed).ok()?)?)?;
        }
        Some(total)
    }
}
