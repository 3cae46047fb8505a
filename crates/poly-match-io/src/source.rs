//! Where a table is read from: a file, bytes, or a stream such as a pipe.
//!
//! Formats with an index at their end need [`Random`] access; the others read from start to end.

use std::fmt;
use std::fs::File;
use std::io::{self, Read};
use std::os::unix::fs::{FileExt, OpenOptionsExt};
use std::path::{Path, PathBuf};

use bytes::Bytes;
use rustix::event::{PollFd, PollFlags, Timespec};
use rustix::fs::OFlags;
use rustix::io::Errno;

use crate::codec::{Codec, Decoded};
use crate::encoding::{Encoding, start_of_text};
use crate::error::{Cause, Error, Result};
use crate::foreign::Foreign;
use crate::format::Format;
use crate::replay::Replay;
use crate::stop::{Stop, stopped};

/// The length of one step of waiting for a pipe.
const STEP: Timespec = Timespec { tv_sec: 0, tv_nsec: 20_000_000 };

/// A table in a file, in memory, or in a stream. It has a name, which errors tell.
pub struct Source {
    name: String,
    /// The path, if it was opened by one: some formats have files beside it.
    path: Option<PathBuf>,
    content: Content,
    stop: Stop,
}

enum Content {
    File(File),
    Bytes(Bytes),
    Stream {
        /// Bytes that were read to find the format.
        start: Vec<u8>,
        rest: Box<dyn Read + Send>,
    },
}

impl Source {
    /// Opens a file to read. A named pipe is a stream: `stop` ends the wait for it.
    ///
    /// # Errors
    /// The system's errors, with the name of the file.
    pub fn open(path: &Path, stop: &Stop) -> Result<Self> {
        let name = path.display().to_string();
        // Without it, the open would wait for the writer of a named pipe.
        let flags = (OFlags::NONBLOCK | OFlags::NOCTTY).bits().cast_signed();
        let opened = File::options().read(true).custom_flags(flags).open(path);
        match opened {
            Ok(file) => {
                let source = Self::file(name, file, stop)?;
                Ok(Self { path: Some(path.to_owned()), ..source })
            }
            Err(error) => Err(Error::from(error).in_file(name)),
        }
    }

    /// Takes a file that is open. If it is a pipe or a device, it is a stream.
    ///
    /// # Errors
    /// The system's errors, with the name of the file; one is for a directory.
    pub fn file(name: impl Into<String>, file: File, stop: &Stop) -> Result<Self> {
        let name = name.into();
        let content = match file.metadata() {
            Ok(metadata) if metadata.is_file() => Content::File(file),
            Ok(metadata) if metadata.is_dir() => {
                let error = io::Error::from(io::ErrorKind::IsADirectory);
                return Err(Error::from(error).in_file(name));
            }
            Ok(_) => {
                let rest = Box::new(Pipe { file, stop: stop.clone() });
                Content::Stream { start: Vec::new(), rest }
            }
            Err(error) => return Err(Error::from(error).in_file(name)),
        };
        Ok(Self { name, path: None, content, stop: stop.clone() })
    }

    /// A table in memory.
    #[must_use]
    pub fn bytes(name: impl Into<String>, bytes: impl Into<Bytes>) -> Self {
        let content = Content::Bytes(bytes.into());
        Self { name: name.into(), path: None, content, stop: Stop::new() }
    }

    /// A table that is read from start to end.
    #[must_use]
    pub fn stream(name: impl Into<String>, stream: impl Read + Send + 'static) -> Self {
        let rest = Box::new(stream);
        Self {
            name: name.into(),
            path: None,
            content: Content::Stream { start: Vec::new(), rest },
            stop: Stop::new(),
        }
    }

    /// The name, which errors tell and whose extension may show the format.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The path, if the source is a file that was opened by its path.
    pub(crate) fn path(&self) -> Option<&Path> {
        self.path.as_deref()
    }

    /// The request that ends a long reading.
    pub(crate) fn stop(&self) -> &Stop {
        &self.stop
    }

    /// Finds the format: by the first bytes, or else by the extension of the name.
    ///
    /// # Errors
    /// [`Cause::UnknownFormat`] if neither shows it, [`Cause::Unsupported`] if they show a format that
    /// is not read, and the system's errors.
    pub fn format(&mut self) -> Result<Format> {
        let (start, codec) = self.start_of_content()?;
        self.refuse(&start)?;
        let start = start_of_text(start);
        let format = Format::of_content(&start)
            .or_else(|| Format::of_path(self.name.as_ref()))
            .or_else(|| Format::like(&start));
        let cause = match (format, codec) {
            (
                Some(
                    format @ (Format::Parquet
                    | Format::ArrowFile
                    | Format::GeoPackage
                    | Format::Shapefile),
                ),
                Some(codec),
            ) => {
                let name = codec.name();
                Cause::Unsupported(format!(
                    "{format} in {name} cannot be read: decompress it first"
                ))
            }
            (Some(format), _) => return Ok(format),
            (None, _) => Cause::UnknownFormat(
                "neither the content nor the extension shows its format".to_owned(),
            ),
        };
        Err(Error::new(cause).in_file(&self.name))
    }

    /// Refuses a file that is recognised as one that is not read.
    pub(crate) fn refuse_foreign(&mut self) -> Result<()> {
        let (start, _) = self.start_of_content()?;
        self.refuse(&start)
    }

    /// How the file is compressed; and if its `format` is text, the name of its encoding. `given` is the
    /// encoding that the user gives.
    pub(crate) fn written(
        &mut self,
        format: Format,
        given: Option<Encoding>,
    ) -> Result<(Option<Codec>, Option<&'static str>)> {
        let (start, codec) = self.start_of_content()?;
        let encoding = format.is_text().then(|| Encoding::name_of(given, &start));
        Ok((codec, encoding))
    }

    /// Whether there is no content.
    pub(crate) fn is_empty(&mut self) -> Result<bool> {
        Ok(self.start()?.is_empty())
    }

    fn refuse(&self, start: &[u8]) -> Result<()> {
        let path = self.name.as_ref();
        match Foreign::of_content(start, path) {
            Some(format) => Err(format.error(path).in_file(&self.name)),
            None => Ok(()),
        }
    }

    /// The first bytes, decompressed, and what they were compressed by.
    fn start_of_content(&mut self) -> Result<(Vec<u8>, Option<Codec>)> {
        let start = self.start().map_err(|error| Error::from(error).in_file(&self.name))?;
        let codec = Codec::of_content(&start);
        Ok(match codec {
            Some(codec) => (codec.start_of_content(&start, Format::ENOUGH), Some(codec)),
            None => (start, None),
        })
    }

    /// The first bytes: [`Format::ENOUGH`] of them, or all.
    fn start(&mut self) -> io::Result<Vec<u8>> {
        match &mut self.content {
            Content::File(file) => {
                let mut start = vec![0; Format::ENOUGH];
                let mut len = 0;
                while len < start.len() {
                    match file.read_at(&mut start[len..], len as u64) {
                        Ok(0) => break,
                        Ok(count) => len += count,
                        Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                        Err(error) => return Err(error),
                    }
                }
                start.truncate(len);
                Ok(start)
            }
            Content::Bytes(bytes) => Ok(bytes[..bytes.len().min(Format::ENOUGH)].to_vec()),
            Content::Stream { start, rest } => {
                let missing = Format::ENOUGH.saturating_sub(start.len());
                rest.take(missing as u64).read_to_end(start)?;
                Ok(start.clone())
            }
        }
    }

    /// Gives the content from start to end, decompressed.
    pub(crate) fn into_stream(self) -> Box<dyn Read + Send> {
        Box::new(Decoded::new(match self.content {
            Content::File(file) => Box::new(file),
            Content::Bytes(bytes) => Box::new(io::Cursor::new(bytes)),
            Content::Stream { start, rest } => Box::new(io::Cursor::new(start).chain(rest)),
        }))
    }

    /// Gives the content as often as it is asked for. A stream is copied to a file for that.
    pub(crate) fn into_replay(self) -> Result<Replay> {
        Ok(match self.content {
            Content::File(file) => Replay::file(file),
            Content::Bytes(bytes) => Replay::bytes(bytes),
            Content::Stream { start, rest } => Replay::stream(io::Cursor::new(start).chain(rest))?,
        })
    }

    /// Gives access to any place. A stream is read into memory for that.
    pub(crate) fn into_random(self) -> Result<Random> {
        match self.content {
            Content::File(file) => {
                let len = file.metadata()?.len();
                Ok(Random { len, content: RandomContent::File(file) })
            }
            Content::Bytes(bytes) => Ok(Random::from(bytes)),
            Content::Stream { start: mut bytes, mut rest } => {
                rest.read_to_end(&mut bytes)?;
                Ok(Random::from(Bytes::from(bytes)))
            }
        }
    }
}

impl fmt::Debug for Source {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Source").field("name", &self.name).finish_non_exhaustive()
    }
}

/// Bytes at any place of a file.
#[derive(Debug)]
pub(crate) struct Random {
    len: u64,
    content: RandomContent,
}

#[derive(Debug)]
enum RandomContent {
    File(File),
    Bytes(Bytes),
}

impl From<Bytes> for Random {
    fn from(bytes: Bytes) -> Self {
        Self { len: bytes.len() as u64, content: RandomContent::Bytes(bytes) }
    }
}

impl Random {
    /// The length of the file.
    pub(crate) fn len(&self) -> u64 {
        self.len
    }

    /// Reads `len` bytes at a place.
    ///
    /// # Errors
    /// The system's errors, and a malformed file if it ends before. Nothing is allocated then.
    pub(crate) fn read_at(&self, start: u64, len: usize) -> Result<Bytes> {
        let is_inside = start.checked_add(len as u64).is_some_and(|end| end <= self.len);
        if !is_inside {
            return Err(Error::malformed(format_args!(
                "the file is truncated: expected {len} bytes at byte {start}, got a file of {} bytes",
                self.len
            )));
        }
        match &self.content {
            RandomContent::File(file) => {
                let mut bytes = vec![0; len];
                file.read_exact_at(&mut bytes, start)?;
                Ok(bytes.into())
            }
            RandomContent::Bytes(bytes) => {
                let start = usize::try_from(start).unwrap_or(usize::MAX);
                Ok(bytes.slice(start..start + len))
            }
        }
    }
}

/// A pipe or a device. While it waits, it looks at a request to stop.
struct Pipe {
    file: File,
    stop: Stop,
}

impl Read for Pipe {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        loop {
            if self.stop.is_stopped() {
                return Err(stopped());
            }
            let mut asked = [PollFd::new(&self.file, PollFlags::IN)];
            match rustix::event::poll(&mut asked, Some(&STEP)) {
                Ok(0) | Err(Errno::INTR) => continue,
                Ok(_) => {}
                Err(error) => return Err(error.into()),
            }
            match self.file.read(buffer) {
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => {}
                done => return done,
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use std::io::Write;
    use std::time::Duration;

    use super::*;

    #[test]
    fn the_format_is_found_and_no_byte_is_lost() {
        let text = b"ARROW1\0\0 and more".repeat(1000);
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("zones.csv");
        std::fs::write(&path, &text).expect("written");
        for mut source in [
            Source::open(&path, &Stop::new()).expect("opened"),
            Source::bytes("zones.csv", text.clone()),
            Source::stream("zones.csv", io::Cursor::new(text.clone())),
        ] {
            assert_eq!(source.format().expect("known"), Format::ArrowFile);
            assert_eq!(source.format().expect("known"), Format::ArrowFile);
            let mut all = Vec::new();
            source.into_stream().read_to_end(&mut all).expect("read");
            assert!(all == text);
        }
        let mut plain = Source::bytes("zones.csv", &b"x,y\n"[..]);
        assert_eq!(plain.format().expect("known"), Format::Csv);
        let error = Source::bytes("zones", &b"x,y\n"[..]).format().expect_err("unknown");
        assert!(matches!(error.cause(), Cause::UnknownFormat(_)));
        assert!(error.to_string().starts_with("zones: "), "{error}");
    }

    #[test]
    fn bytes_beyond_the_end_are_not_allocated() {
        let random = Random::from(Bytes::from_static(b"0123456789"));
        assert_eq!(&random.read_at(7, 3).expect("inside")[..], b"789");
        for (start, len) in [(8, 3), (0, usize::MAX), (u64::MAX, 1)] {
            let error = random.read_at(start, len).expect_err("outside");
            assert!(error.to_string().starts_with("the file is truncated: "), "{error}");
        }
    }

    #[test]
    fn a_folder_and_a_missing_file_are_named() {
        for path in ["/", "/nowhere/at.all"] {
            let error = Source::open(path.as_ref(), &Stop::new()).expect_err("no file");
            assert_eq!(error.file(), Some(path));
        }
    }

    #[test]
    fn a_wait_for_a_pipe_can_be_stopped() {
        let (reader, mut writer) = io::pipe().expect("a pipe");
        writer.write_all(b"x,y\n").expect("written");
        let stop = Stop::new();
        let file = File::from(std::os::fd::OwnedFd::from(reader));
        let mut stream = Source::file("pipe", file, &stop).expect("a stream").into_stream();
        let mut start = [0; 4];
        stream.read_exact(&mut start).expect("read");
        std::thread::scope(|scope| {
            let waits = scope.spawn(move || stream.read(&mut [0; 1]).map(drop));
            std::thread::sleep(Duration::from_millis(50));
            stop.stop();
            assert!(waits.join().expect("no panic").is_err());
        });
        drop(writer);
    }
}
