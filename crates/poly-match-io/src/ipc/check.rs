//! Checks what a message claims, before `arrow-ipc` decodes it.

use arrow_ipc::{CompressionType, RecordBatch};

use super::lz4;
use crate::error::{Cause, Error, Result};

/// Checks a record batch, or the values of a dictionary, against its body.
///
/// # Errors
/// A malformed file, and [`Cause::TooLarge`] if its buffers need more than `limit` bytes.
pub(super) fn check(batch: RecordBatch<'_>, body: &[u8], limit: u64) -> Result<()> {
    check_rows(batch.length(), body.len())?;
    for node in batch.nodes().into_iter().flatten() {
        if node.length() < 0 || !(0..=node.length()).contains(&node.null_count()) {
            return Err(Error::malformed(format_args!(
                "a column claims {} values and {} nulls",
                node.length(),
                node.null_count()
            )));
        }
        check_rows(node.length(), body.len())?;
    }
    let codec = batch.compression().map(|compression| compression.codec());
    let mut total = 0_u64;
    for buffer in batch.buffers().into_iter().flatten() {
        let start = usize::try_from(buffer.offset()).ok();
        let len = usize::try_from(buffer.length()).ok();
        let bytes =
            start.zip(len).and_then(|(start, len)| body.get(start..start.checked_add(len)?));
        let Some(bytes) = bytes else {
            return Err(Error::malformed(format_args!(
                "a buffer of {} bytes at byte {} is not inside a body of {} bytes",
                buffer.length(),
                buffer.offset(),
                body.len()
            )));
        };
        if let Some(codec) = codec.filter(|_| !bytes.is_empty()) {
            total = total.saturating_add(decompressed(bytes, codec)?);
        }
    }
    if total > limit {
        let what = "decompressing a batch".to_owned();
        return Err(Error::new(Cause::TooLarge { what, got: total, limit }));
    }
    Ok(())
}

/// Refuses a number of rows that nobody writes: columns of nulls take no bytes, and could claim any.
fn check_rows(rows: i64, body: usize) -> Result<()> {
    const FREE: u64 = 1 << 31;
    let most = FREE.max(8 * body as u64);
    match u64::try_from(rows) {
        Ok(rows) if rows <= most => Ok(()),
        _ => Err(Error::malformed(format_args!(
            "a batch claims {rows} rows in a body of {body} bytes"
        ))),
    }
}

/// The bytes that decompressing a buffer may allocate. It begins with the length that it claims, or
/// with -1 if it is not compressed.
fn decompressed(bytes: &[u8], codec: CompressionType) -> Result<u64> {
    let Some((claimed, compressed)) = bytes.split_first_chunk() else {
        return Err(Error::malformed(format_args!(
            "a compressed buffer must have at least 8 bytes, got {}",
            bytes.len()
        )));
    };
    let claimed = i64::from_le_bytes(*claimed);
    if claimed == -1 {
        return Ok(0);
    }
    let Ok(claimed) = u64::try_from(claimed) else {
        return Err(Error::malformed(format_args!("a buffer claims {claimed} bytes")));
    };
    // The decoder of LZ4 goes on beyond the claim; that of Zstandard does not.
    match codec {
        CompressionType::LZ4_FRAME if claimed > 0 => match lz4::most(compressed) {
            Some(most) => Ok(claimed.max(most)),
            None => Err(Error::malformed("a buffer is no frame of LZ4")),
        },
        _ => Ok(claimed),
    }
}
