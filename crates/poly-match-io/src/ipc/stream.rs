//! Reads the stream format of Arrow IPC: messages one after the other.

use std::io::{self, BufReader, Read};

use arrow_array::RecordBatch;
use arrow_buffer::Buffer;
use arrow_ipc::root_as_message;
use arrow_schema::SchemaRef;

use super::decode::Decoder;
use crate::error::{Error, Place, Result};
use crate::known::Known;
use crate::limits::Limits;
use crate::options::{Batches, ReadOptions};
use crate::pieces::Pieces;
use crate::source::Source;

/// Stands before the length of a message.
const CONTINUATION: u32 = u32::MAX;

/// Opens a stream, and reads its schema.
pub(crate) fn read_stream(source: Source, options: &ReadOptions) -> Result<Box<dyn Batches>> {
    let mut messages = Messages { input: BufReader::new(source.into_stream()), bytes: 0 };
    let Some((metadata, _)) = messages.next()? else {
        return Err(Error::malformed("expected an Arrow IPC stream, got no message"));
    };
    let decoder = Decoder::of_message(&metadata, options)?;
    let limits = options.limits.clone();
    Ok(Box::new(Stream { messages, decoder, limits, pieces: None, position: 0 }))
}

/// The messages of a stream.
struct Messages {
    input: BufReader<Box<dyn Read + Send>>,
    /// How many bytes were read.
    bytes: u64,
}

impl Messages {
    /// Reads the metadata and the body of the next message.
    fn next(&mut self) -> Result<Option<(Vec<u8>, Buffer)>> {
        let Some(mut len) = self.number()? else { return Ok(None) };
        if len == CONTINUATION {
            len = self.number()?.ok_or_else(|| Error::malformed("the stream is truncated"))?;
        }
        if len == 0 {
            return Ok(None);
        }
        let metadata = self.exactly(u64::from(len))?;
        let body = root_as_message(&metadata).map_or(0, |message| message.bodyLength());
        let body = u64::try_from(body).map_err(|_| {
            Error::malformed(format_args!("a message claims a body of {body} bytes"))
        })?;
        Ok(Some((metadata, Buffer::from_vec(self.exactly(body)?))))
    }

    /// Reads four bytes; none at the end of the stream.
    fn number(&mut self) -> Result<Option<u32>> {
        let mut bytes = Vec::new();
        self.input.by_ref().take(4).read_to_end(&mut bytes)?;
        self.bytes += bytes.len() as u64;
        match bytes.try_into() {
            Ok(bytes) => Ok(Some(u32::from_le_bytes(bytes))),
            Err(bytes) if bytes.is_empty() => Ok(None),
            Err(_) => Err(Error::malformed("the stream is truncated in the length of a message")),
        }
    }

    /// Reads `len` bytes. Memory grows with what comes, not with what is claimed.
    fn exactly(&mut self, len: u64) -> Result<Vec<u8>> {
        let mut bytes = Vec::new();
        let read = self.input.by_ref().take(len).read_to_end(&mut bytes);
        self.bytes += bytes.len() as u64;
        match read {
            Ok(count) if count as u64 == len => Ok(bytes),
            Ok(count) => Err(Error::malformed(format_args!(
                "the stream is truncated: expected {len} bytes, got {count}"
            ))),
            Err(error) => Err(io::Error::into(error)),
        }
    }
}

/// The batches of a stream.
struct Stream {
    messages: Messages,
    decoder: Decoder,
    limits: Limits,
    pieces: Option<Pieces>,
    /// The position of the next batch in the stream.
    position: usize,
}

impl Stream {
    fn next_batch(&mut self) -> Result<Option<RecordBatch>> {
        while let Some((metadata, body)) = self.messages.next()? {
            if let Some(batch) = self.decoder.decode(&metadata, &body, self.messages.bytes)? {
                self.position += 1;
                return Ok(Some(batch));
            }
        }
        Ok(None)
    }
}

impl Iterator for Stream {
    type Item = Result<RecordBatch>;

    fn next(&mut self) -> Option<Self::Item> {
        loop {
            if let Some(piece) = self.pieces.as_mut().and_then(Iterator::next) {
                return Some(Ok(piece));
            }
            self.pieces = None;
            match self.next_batch() {
                Ok(Some(batch)) => self.pieces = Some(Pieces::of(batch, &self.limits)),
                Ok(None) => return None,
                Err(error) => return Some(Err(error.at(Place::Batch(self.position)))),
            }
        }
    }
}

impl Batches for Stream {
    fn schema(&self) -> SchemaRef {
        self.decoder.schema()
    }

    fn primary_geometry(&self) -> Option<&str> {
        self.decoder.primary_geometry()
    }

    fn known(&self) -> Result<Known> {
        let columns = self.decoder.known();
        Ok(Known { columns, ..Known::default() })
    }
}
