//! Whole files that are compressed: gzip with any number of members, and Zstandard.
//!
//! Decoding needs little memory of its own: at most the window of Zstandard, 128 MiB. What comes out
//! is bounded by who reads it, so a small file that becomes large does no harm.

use std::io::{self, BufReader, Cursor, Read, Write};
use std::path::Path;

use flate2::bufread::MultiGzDecoder;
use flate2::write::GzEncoder;

use crate::error::{Error, one_line};

/// How a whole file is compressed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Codec {
    /// gzip.
    Gzip,
    /// Zstandard.
    Zstd,
}

impl Codec {
    /// Finds the codec by the extension of a path, in any case.
    ///
    /// ```
    /// use poly_match_io::Codec;
    ///
    /// assert_eq!(Codec::of_path("a.csv.gz".as_ref()), Some(Codec::Gzip));
    /// assert_eq!(Codec::of_path("a.csv".as_ref()), None);
    /// ```
    #[must_use]
    pub fn of_path(path: &Path) -> Option<Self> {
        match path.extension()?.to_str()?.to_ascii_lowercase().as_str() {
            "gz" | "gzip" => Some(Self::Gzip),
            "zst" | "zstd" => Some(Self::Zstd),
            _ => None,
        }
    }

    /// Finds the codec by the first bytes of a file.
    pub(crate) fn of_content(start: &[u8]) -> Option<Self> {
        match start {
            [0x1f, 0x8b, 8, ..] => Some(Self::Gzip),
            // A frame, or a frame to skip, as parallel compressors write it first.
            [0x28, 0xb5, 0x2f, 0xfd, ..] | [0x50..=0x5f, 0x2a, 0x4d, 0x18, ..] => Some(Self::Zstd),
            _ => None,
        }
    }

    /// The name, for people.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Gzip => "gzip",
            Self::Zstd => "Zstandard",
        }
    }

    /// As much of the content as its first bytes give.
    pub(crate) fn start_of_content(self, start: &[u8], most: usize) -> Vec<u8> {
        let mut content = Vec::new();
        if let Ok(decoder) = self.decoder(Box::new(Cursor::new(start.to_vec()))) {
            // It ends with an error, as the start is cut off.
            let _ = decoder.take(most as u64).read_to_end(&mut content);
        }
        content
    }

    fn decoder(self, input: Box<dyn Read + Send>) -> io::Result<Box<dyn Read + Send>> {
        let input = BufReader::with_capacity(1 << 16, Told(input));
        Ok(match self {
            Self::Gzip => Box::new(MultiGzDecoder::new(input)),
            Self::Zstd => Box::new(zstd::Decoder::with_buffer(input)?),
        })
    }
}

/// The content of a file, decompressed if it is compressed.
pub(crate) struct Decoded(State);

enum State {
    /// Nothing is read yet.
    Closed(Box<dyn Read + Send>),
    Plain(Box<dyn Read + Send>),
    Compressed(Codec, Box<dyn Read + Send>),
}

impl Decoded {
    pub(crate) fn new(input: Box<dyn Read + Send>) -> Self {
        Self(State::Closed(input))
    }

    /// Reads the first bytes, and finds out whether the file is compressed.
    fn open(mut input: Box<dyn Read + Send>) -> io::Result<State> {
        let mut start = Vec::new();
        input.by_ref().take(4).read_to_end(&mut start)?;
        let codec = Codec::of_content(&start);
        let input = Box::new(Cursor::new(start).chain(input));
        Ok(match codec {
            Some(codec) => State::Compressed(codec, codec.decoder(input)?),
            None => State::Plain(input),
        })
    }
}

impl Read for Decoded {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if let State::Closed(input) = &mut self.0 {
            let input = std::mem::replace(input, Box::new(io::empty()));
            self.0 = Self::open(input)?;
        }
        match &mut self.0 {
            State::Closed(input) | State::Plain(input) => input.read(buffer),
            State::Compressed(codec, decoder) => {
                decoder.read(buffer).map_err(|error| damaged(*codec, error))
            }
        }
    }
}

/// A reader whose errors can be told from those of a decoder.
struct Told(Box<dyn Read + Send>);

impl Read for Told {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        self.0.read(buffer).map_err(|error| match error.kind() {
            io::ErrorKind::Interrupted => error,
            _ => Error::from(error).into(),
        })
    }
}

/// The error of a file that cannot be decompressed, unless it is one of reading it.
fn damaged(codec: Codec, error: io::Error) -> io::Error {
    let is_of_reading = error.kind() == io::ErrorKind::Interrupted
        || error.get_ref().is_some_and(|inner| inner.is::<Error>());
    if is_of_reading {
        return error;
    }
    let name = codec.name();
    let what = match error.kind() {
        io::ErrorKind::UnexpectedEof => format!("the {name} data is truncated"),
        _ => format!("the {name} data is damaged: {}", one_line(&error.to_string())),
    };
    Error::malformed(what).into()
}

/// Compresses what is written, or passes it on.
pub(crate) enum Encoded<W: Write> {
    Plain(W),
    Gzip(GzEncoder<W>),
    Zstd(zstd::Encoder<'static, W>),
}

impl<W: Write> Encoded<W> {
    pub(crate) fn new(out: W, codec: Option<Codec>) -> io::Result<Self> {
        Ok(match codec {
            None => Self::Plain(out),
            Some(Codec::Gzip) => Self::Gzip(GzEncoder::new(out, flate2::Compression::default())),
            Some(Codec::Zstd) => {
                let mut encoder = zstd::Encoder::new(out, zstd::DEFAULT_COMPRESSION_LEVEL)?;
                encoder.include_checksum(true)?;
                Self::Zstd(encoder)
            }
        })
    }

    /// Writes the end.
    pub(crate) fn finish(self) -> io::Result<()> {
        match self {
            Self::Plain(out) => Ok(out),
            Self::Gzip(encoder) => encoder.finish(),
            Self::Zstd(encoder) => encoder.finish(),
        }?
        .flush()
    }
}

impl<W: Write> Write for Encoded<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        match self {
            Self::Plain(out) => out.write(bytes),
            Self::Gzip(encoder) => encoder.write(bytes),
            Self::Zstd(encoder) => encoder.write(bytes),
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        match self {
            Self::Plain(out) => out.flush(),
            Self::Gzip(encoder) => encoder.flush(),
            Self::Zstd(encoder) => encoder.flush(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn encoded(text: &[u8], codec: Codec) -> Vec<u8> {
        let mut out = Vec::new();
        let mut encoder = Encoded::new(&mut out, Some(codec)).expect("started");
        encoder.write_all(text).expect("written");
        encoder.finish().expect("finished");
        out
    }

    fn decoded(bytes: Vec<u8>) -> Result<Vec<u8>, String> {
        let mut content = Vec::new();
        let mut decoder = Decoded::new(Box::new(Cursor::new(bytes)));
        let read = decoder.read_to_end(&mut content);
        read.map(|_| content).map_err(|error| Error::from(error).to_string())
    }

    #[test]
    fn what_is_written_is_read_in_any_number_of_members() {
        let text = b"x,y\n1,2\n".repeat(10_000);
        assert_eq!(decoded(text.clone()), Ok(text.clone()));
        assert_eq!(decoded(Vec::new()), Ok(Vec::new()));
        for codec in [Codec::Gzip, Codec::Zstd] {
            let bytes = encoded(&text, codec);
            assert_eq!(Codec::of_content(&bytes), Some(codec));
            assert_eq!(codec.start_of_content(&bytes[..bytes.len().min(60)], 8), b"x,y\n1,2\n");
            assert_eq!(decoded(bytes.clone()), Ok(text.clone()));
            let two = [bytes, encoded(b"", codec), encoded(b"end", codec)].concat();
            assert_eq!(decoded(two), Ok([&text[..], b"end"].concat()));
        }
        let skipped = [&b"\x50\x2a\x4d\x18\x01\0\0\0?"[..], &encoded(b"text", Codec::Zstd)];
        assert_eq!(decoded(skipped.concat()), Ok(b"text".to_vec()));
    }

    #[test]
    fn truncated_and_damaged_files_are_told() {
        let text: Vec<u8> = (0..9999_u32).flat_map(|i| (i * i).to_le_bytes()).collect();
        for codec in [Codec::Gzip, Codec::Zstd] {
            let bytes = encoded(&text, codec);
            for len in [4, 5, 11, 1000, bytes.len() - 1] {
                let error = decoded(bytes[..len].to_vec()).expect_err("truncated");
                assert_eq!(error, format!("the {} data is truncated", codec.name()), "{len}");
            }
            let mut broken = bytes.clone();
            broken[bytes.len() / 2] ^= 0x55;
            let error = decoded(broken).expect_err("damaged");
            assert!(
                error.starts_with(&format!("the {} data is damaged: ", codec.name())),
                "{error}"
            );
        }
    }

    #[test]
    fn errors_of_the_reader_stay_what_they_are() {
        struct Full;
        impl Read for Full {
            fn read(&mut self, _: &mut [u8]) -> io::Result<usize> {
                Err(io::ErrorKind::PermissionDenied.into())
            }
        }
        let bytes = encoded(b"text", Codec::Gzip);
        let input = Cursor::new(bytes[..12].to_vec()).chain(Full);
        let error =
            Decoded::new(Box::new(input)).read_to_end(&mut Vec::new()).expect_err("refused");
        assert_eq!(Error::from(error).to_string(), "permission denied");
    }

    #[test]
    fn a_window_that_needs_much_memory_is_refused() {
        // A frame whose window has 2 GiB.
        let frame = b"\x28\xb5\x2f\xfd\x00\xa8\x01\0\0";
        let error = decoded(frame.to_vec()).expect_err("too large");
        assert!(error.starts_with("the Zstandard data is damaged: "), "{error}");
    }
}
