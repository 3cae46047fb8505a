//! A window that moves over a stream of text: the bytes that are read and not yet used.
//!
//! The window grows until it holds a whole record, up to a limit.

use std::io::{self, Read};

use crate::encoding::{Encoding, decoded};
use crate::error::{Cause, Error, Result};
use crate::limits::Limits;

/// Bytes that are read at once.
const PIECE: usize = 1 << 18;

/// The mark that some programs write before UTF-8.
const MARK: &[u8] = b"\xef\xbb\xbf";

/// The bytes of a stream that are read and not yet used.
pub(crate) struct Window {
    input: Box<dyn Read + Send>,
    /// Room for bytes. Those from `start` to `end` are read and not used.
    bytes: Vec<u8>,
    start: usize,
    end: usize,
    /// Whether all of the stream is read.
    is_whole: bool,
    /// The most bytes that the window may hold before some are used.
    longest: usize,
}

impl Window {
    /// Starts to read text in an encoding, by default UTF-8. A byte order mark is left out; that of
    /// UTF-16 says that the text is UTF-16.
    ///
    /// # Errors
    /// The system's errors, text that cannot be decoded, and text in other encodings that say so.
    pub(crate) fn new(
        input: Box<dyn Read + Send>,
        encoding: Option<Encoding>,
        longest: usize,
    ) -> Result<Self> {
        let mut window =
            Self { input, bytes: Vec::new(), start: 0, end: 0, is_whole: false, longest };
        window.fill("the start of the file")?;
        let start = &window.bytes[..window.end];
        if let Some(input) = decoded(&mut window.input, start, encoding)? {
            window = Self { input, end: 0, is_whole: false, ..window };
            window.fill("the start of the file")?;
        }
        if window.rest().starts_with(MARK) {
            window.advance(MARK.len());
        }
        Ok(window)
    }

    /// The bytes that are read and not used.
    pub(crate) fn rest(&self) -> &[u8] {
        &self.bytes[self.start..self.end]
    }

    /// Whether the rest is all that is left.
    pub(crate) fn is_whole(&self) -> bool {
        self.is_whole
    }

    /// Marks bytes of the rest as used.
    pub(crate) fn advance(&mut self, count: usize) {
        debug_assert!(count <= self.end - self.start);
        self.start += count;
    }

    /// The most bytes that a record may have.
    pub(crate) fn longest(&self) -> usize {
        self.longest
    }

    /// Sets the most bytes that a record may have.
    pub(crate) fn set_longest(&mut self, longest: usize) {
        self.longest = longest;
    }

    /// Reads as many bytes as there is room for, at least one, unless the stream ends.
    ///
    /// # Errors
    /// [`Cause::TooLarge`] if `what`, which the window holds, is longer than the limit; and the
    /// system's errors.
    pub(crate) fn fill(&mut self, what: &str) -> Result<()> {
        let held = self.end - self.start;
        if held > self.longest {
            return Err(Error::new(Cause::TooLarge {
                what: what.to_owned(),
                got: held as u64,
                limit: self.longest as u64,
            }));
        }
        self.bytes.copy_within(self.start..self.end, 0);
        (self.start, self.end) = (0, held);
        if self.bytes.len() < held + PIECE / 2 {
            let more = held.min(self.longest.saturating_sub(held)) + PIECE;
            self.bytes.reserve_exact(held + more - self.bytes.len());
            self.bytes.resize(held + more, 0);
        }
        while self.end < self.bytes.len() && !self.is_whole {
            match self.input.read(&mut self.bytes[self.end..]) {
                Ok(0) => self.is_whole = true,
                Ok(count) => self.end += count,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return Err(error.into()),
            }
        }
        Ok(())
    }
}

/// The most bytes of a record: it is in memory as text and as cells, so it may take half of what
/// decoding may take.
pub(crate) fn longest_record(limits: &Limits) -> usize {
    usize::try_from(limits.memory / 2).unwrap_or(usize::MAX).min(1 << 30)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Gives a few bytes at a time.
    struct Pieces(io::Cursor<Vec<u8>>);

    impl Read for Pieces {
        fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
            let most = buffer.len().min(777);
            self.0.read(&mut buffer[..most])
        }
    }

    #[test]
    fn all_bytes_come_once_and_in_order() {
        let text: Vec<u8> = (0..2_000_000_u32).map(|i| (i * 7 % 251) as u8).collect();
        let pieces = Box::new(Pieces(io::Cursor::new(text.clone())));
        let mut window = Window::new(pieces, None, 1 << 20).expect("started");
        let mut all = Vec::new();
        for step in [1, 1000, 100_000].into_iter().cycle() {
            while window.rest().len() < step && !window.is_whole() {
                window.fill("a step").expect("read");
            }
            let step = step.min(window.rest().len());
            all.extend_from_slice(&window.rest()[..step]);
            window.advance(step);
            if step == 0 {
                break;
            }
        }
        assert!(all == text);
    }

    #[test]
    fn a_record_without_an_end_is_refused() {
        let mut window = Window::new(Box::new(io::repeat(b'a')), None, 1 << 20).expect("started");
        let error = loop {
            if let Err(error) = window.fill("a record") {
                break error;
            }
        };
        assert!(matches!(error.cause(), Cause::TooLarge { limit: 1_048_576, .. }), "{error}");
        assert!(window.bytes.capacity() < 3 << 20, "{}", window.bytes.capacity());
    }

    #[test]
    fn marks_are_left_out() {
        let start = |text: &'static [u8]| {
            Window::new(Box::new(text), None, 100).map(|window| window.rest().to_vec())
        };
        assert_eq!(start(b"\xef\xbb\xbfa").expect("text"), b"a");
        assert_eq!(start(b"\xef\xbb").expect("text"), b"\xef\xbb");
        assert_eq!(start(b"\xff\xfea\0").expect("UTF-16"), b"a");
        assert!(start(b"a\0b\0").is_err());
    }
}
