//! The buffers of a file: what stands before each, and how large it may be.

use std::io::Read;

use flatbuffers::VerifierOptions;

use crate::error::{Cause, Error, Result};

/// The first bytes of every file. The fourth is the major version, the last one the patch.
const MAGIC: [u8; 7] = *b"fgb\x03fgb";

/// The bytes of a node of the index: a box, and an offset.
const NODE: u64 = 40;

/// Reads the first bytes.
pub(super) fn read_magic(from: &mut impl Read) -> Result<()> {
    let mut magic = Vec::with_capacity(8);
    from.take(8).read_to_end(&mut magic)?;
    match magic[..] {
        [ref start @ .., _] if *start == MAGIC => Ok(()),
        [b'f', b'g', b'b', version, b'f', b'g', b'b', _] => {
            Err(Error::unsupported(format_args!("expected version 3 of FlatGeobuf, got {version}")))
        }
        _ => Err(Error::malformed("it does not begin as FlatGeobuf does")),
    }
}

/// Reads a buffer with its size in front, which stays in `buffer`. Returns false at the end.
///
/// No more is allocated than there is.
pub(super) fn read_sized(
    from: &mut impl Read,
    what: &str,
    most: usize,
    buffer: &mut Vec<u8>,
) -> Result<bool> {
    buffer.clear();
    from.by_ref().take(4).read_to_end(buffer)?;
    let Some(size) = buffer.first_chunk().map(|size| u32::from_le_bytes(*size)) else {
        return if buffer.is_empty() { Ok(false) } else { Err(truncated(what, 4, buffer.len())) };
    };
    if size as usize > most {
        let (got, limit) = (u64::from(size), most as u64);
        return Err(Error::new(Cause::TooLarge { what: what.to_owned(), got, limit }));
    }
    from.take(u64::from(size)).read_to_end(buffer)?;
    match buffer.len() - 4 {
        got if got == size as usize => Ok(true),
        got => Err(truncated(what, size as usize, got)),
    }
}

fn truncated(what: &str, expected: usize, got: usize) -> Error {
    Error::malformed(format_args!(
        "the file is truncated: expected {expected} bytes of {what}, got {got}"
    ))
}

/// Passes over the index.
pub(super) fn skip_index(from: &mut impl Read, features: u64, node_size: u16) -> Result<()> {
    let expected = index_size(features, node_size)?;
    let got = std::io::copy(&mut from.take(expected), &mut std::io::sink())?;
    if got < expected {
        return Err(Error::malformed(format_args!(
            "the file is truncated: expected an index of {expected} bytes for {features} features, got \
             {got}"
        )));
    }
    Ok(())
}

/// The bytes of the index: a packed tree, each of whose nodes has `node_size` children.
fn index_size(features: u64, node_size: u16) -> Result<u64> {
    if features == 0 || node_size == 0 {
        return Ok(0);
    }
    if node_size == 1 {
        return Err(Error::malformed("the nodes of its index have one child, expected at least 2"));
    }
    let (mut level, mut nodes) = (features, features);
    while level > 1 {
        level = level.div_ceil(u64::from(node_size));
        nodes = nodes.saturating_add(level);
    }
    // A tree of one feature has a root, too.
    let nodes = if features == 1 { 2 } else { nodes };
    nodes.checked_mul(NODE).ok_or_else(|| {
        Error::malformed(format_args!(
            "expected an index of {features} features, which is too large"
        ))
    })
}

/// How a buffer is verified: what is shared between tables may not make the work more than linear.
pub(super) fn verifier(buffer: &[u8]) -> VerifierOptions {
    VerifierOptions {
        max_depth: 64,
        max_tables: 16 + buffer.len() / 8,
        max_apparent_size: 1024 + 16 * buffer.len(),
        ignore_missing_null_terminator: true,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_index_has_the_size_that_its_writer_gives_it() {
        for node_size in [2_u16, 3, 16, 65535] {
            for features in [1_u32, 2, 3, 16, 17, 1000, 65536, 65537] {
                let size = flatgeobuf::packed_r_tree::PackedRTree::index_size(
                    features as usize,
                    node_size,
                );
                let ours = index_size(features.into(), node_size).expect("small");
                assert_eq!(ours, size as u64, "{features} {node_size}");
            }
        }
        assert_eq!(index_size(0, 16).expect("none"), 0);
        assert_eq!(index_size(9, 0).expect("none"), 0);
        assert!(index_size(9, 1).is_err());
        assert!(index_size(u64::MAX, 2).is_err());
    }

    #[test]
    fn a_size_is_no_promise() {
        let mut buffer = Vec::new();
        let mut read = |bytes: &[u8], most| {
            let read = read_sized(&mut &bytes[..], "a feature", most, &mut buffer);
            read.map_err(|error| error.to_string()).map(|_| buffer.capacity())
        };
        let error = read(b"\xff\xff\xff\x7f....", usize::MAX).expect_err("truncated");
        assert_eq!(error, "the file is truncated: expected 2147483647 bytes of a feature, got 4");
        let error = read(b"\xff\xff\xff\x7f....", 1000).expect_err("too large");
        let line = "a feature needs 2147483647 bytes of memory, expected at most 1000";
        assert_eq!(error, line);
        assert_eq!(
            read(b"\xff", 1000).expect_err("truncated"),
            "the file is truncated: expected 4 bytes of a feature, got 1"
        );
        assert!(read(b"", 1000).expect("the end") < 1 << 16);
    }
}
