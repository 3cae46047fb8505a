//! Content that can be read more than once, as the readers of GeoJSON need: the first time finds the
//! columns.

use std::fs::File;
use std::io::{Cursor, Read};
use std::path::PathBuf;
use std::sync::Arc;

use bytes::Bytes;

use crate::codec::Decoded;
use crate::copied::{Copied, FromStart};
use crate::error::Result;

/// Content that can be read more than once.
#[derive(Debug, Clone)]
pub(crate) enum Replay {
    /// A file that is opened each time.
    Path(PathBuf),
    File(Arc<File>),
    Bytes(Bytes),
    Stream(Copied),
}

impl Replay {
    pub(crate) fn file(file: File) -> Self {
        Self::File(Arc::new(file))
    }

    pub(crate) fn bytes(bytes: Bytes) -> Self {
        Self::Bytes(bytes)
    }

    pub(crate) fn stream(stream: impl Read + Send + 'static) -> Result<Self> {
        Ok(Self::Stream(Copied::new(stream)?))
    }

    /// Whether the content comes from a stream.
    pub(crate) fn is_stream(&self) -> bool {
        matches!(self, Self::Stream(_))
    }

    /// The content from start to end, decompressed.
    ///
    /// # Errors
    /// The system's errors.
    pub(crate) fn open(&self) -> Result<Box<dyn Read + Send>> {
        Ok(Box::new(Decoded::new(match self {
            Self::Path(path) => Box::new(File::open(path)?),
            Self::File(file) => Box::new(FromStart::new(file.clone())),
            Self::Bytes(bytes) => Box::new(Cursor::new(bytes.clone())),
            Self::Stream(copied) => copied.open()?,
        })))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn content_is_the_same_each_time() {
        let text = b"0123456789".repeat(10_000);
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("a");
        std::fs::write(&path, &text).expect("written");
        for replay in [
            Replay::Path(path.clone()),
            Replay::file(File::open(&path).expect("opened")),
            Replay::bytes(text.clone().into()),
            Replay::stream(Cursor::new(text.clone())).expect("copied"),
        ] {
            let mut first = replay.open().expect("opened");
            first.read_exact(&mut [0; 77]).expect("read");
            for _ in 0..2 {
                let mut all = Vec::new();
                replay.open().expect("opened").read_to_end(&mut all).expect("read");
                assert!(all == text);
            }
        }
    }
}
