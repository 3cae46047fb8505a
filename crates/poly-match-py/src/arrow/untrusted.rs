//! Reads an Arrow IPC stream that may come from anywhere.
//!
//! The reader of arrow allocates what a message claims, and panics where a buffer leaves its
//! message. So the claims are checked first. What still panics, such as a schema without its
//! children, becomes an error.

use std::io::Cursor;
use std::panic::{AssertUnwindSafe, catch_unwind};

use arrow_array::RecordBatch;
use arrow_ipc::reader::StreamReader;
use arrow_ipc::{Message, MessageHeader, RecordBatch as Header, root_as_message};
use arrow_schema::SchemaRef;
use arrow_schema::ffi::FFI_ArrowSchema;
use pyo3::exceptions::PyValueError;

use crate::errors::Stop;

/// What stands before the length of a message.
const CONTINUATION: [u8; 4] = [0xff; 4];

/// An extension type that pyarrow before 14.0.1 unpickles.
const PICKLED: &str = "arrow.py_extension_type";

/// Reads a schema and its batches. `poll` checks for signals.
pub(super) fn read(
    data: &[u8],
    poll: &mut dyn FnMut() -> Result<(), Stop>,
) -> Result<(SchemaRef, Vec<RecordBatch>), Stop> {
    check(data).map_err(unsound)?;
    let done = catch_unwind(AssertUnwindSafe(|| read_checked(data, poll)));
    done.unwrap_or_else(|_| Err(unsound("its schema and its columns differ")))
}

fn read_checked(
    data: &[u8],
    poll: &mut dyn FnMut() -> Result<(), Stop>,
) -> Result<(SchemaRef, Vec<RecordBatch>), Stop> {
    let reader = StreamReader::try_new(Cursor::new(data), None).map_err(unsound)?;
    let schema = reader.schema();
    if schema.flattened_fields().iter().any(|field| field.extension_type_name() == Some(PICKLED)) {
        return Err(unsound("it has a type that is pickled"));
    }
    // Python asks for the schema where a panic would end the process.
    FFI_ArrowSchema::try_from(schema.as_ref()).map_err(unsound)?;
    let mut batches = Vec::new();
    for batch in reader {
        poll()?;
        batches.push(batch.map_err(unsound)?);
    }
    Ok((schema, batches))
}

/// Checks that every message, and every buffer in it, is where it claims to be.
fn check(mut data: &[u8]) -> Result<(), String> {
    loop {
        if take(&mut data, 4)? != CONTINUATION {
            return Err("a message starts without its mark".into());
        }
        let size: [u8; 4] = take(&mut data, 4)?.try_into().expect("there are four bytes");
        let size = u32::from_le_bytes(size);
        if size == 0 {
            return Ok(());
        }
        let message = take(&mut data, size.into())?;
        let message = root_as_message(message).map_err(|error| error.to_string())?;
        let size = message.bodyLength();
        let body = take(&mut data, unsigned(size)?)?;
        if let Some(batch) = batch_of(&message)? {
            check_batch(&batch, body.len() as u64)?;
        }
    }
}

/// The batch of a message; none for a schema.
fn batch_of<'a>(message: &Message<'a>) -> Result<Option<Header<'a>>, String> {
    let batch = match message.header_type() {
        MessageHeader::Schema => return Ok(None),
        MessageHeader::RecordBatch => message.header_as_record_batch(),
        MessageHeader::DictionaryBatch => {
            message.header_as_dictionary_batch().and_then(|dictionary| dictionary.data())
        }
        other => return Err(format!("a message of type {other:?}")),
    };
    batch.map(Some).ok_or_else(|| "a message without its batch".into())
}

fn check_batch(batch: &Header<'_>, size: u64) -> Result<(), String> {
    if batch.compression().is_some() {
        return Err("it is compressed".into());
    }
    unsigned(batch.length())?;
    for node in batch.nodes().iter().flatten() {
        if unsigned(node.null_count())? > unsigned(node.length())? {
            return Err(format!("{} nulls in {} rows", node.null_count(), node.length()));
        }
    }
    for buffer in batch.buffers().iter().flatten() {
        let end = unsigned(buffer.offset())?.checked_add(unsigned(buffer.length())?);
        if end.is_none_or(|end| end > size) {
            let (start, length) = (buffer.offset(), buffer.length());
            return Err(format!("{length} bytes from byte {start} in a message of {size}"));
        }
    }
    Ok(())
}

fn take<'a>(data: &mut &'a [u8], count: u64) -> Result<&'a [u8], String> {
    let left = data.len();
    let split = usize::try_from(count).ok().and_then(|count| data.split_at_checked(count));
    let (taken, rest) =
        split.ok_or_else(|| format!("it needs {count} more bytes, and has {left}"))?;
    *data = rest;
    Ok(taken)
}

fn unsigned(number: i64) -> Result<u64, String> {
    u64::try_from(number).map_err(|_| format!("a count of {number}"))
}

fn unsound(error: impl std::fmt::Display) -> Stop {
    Stop::Raised(PyValueError::new_err(format!(
        "an unsound saved matcher: expected its columns as a stream of Arrow, got an error: {error}"
    )))
}
