//! Finds the line of a byte, also if the reader has already read further.
//!
//! The CSV library also counts lines, but its counts are wrong after `\r\n` and blank lines.

use std::collections::VecDeque;
use std::io::{self, Read};

/// A reader that records where lines begin. It forgets lines once they are asked for.
#[derive(Debug)]
pub(super) struct Lines<R> {
    inner: R,
    /// The offset and number of each line that is not blank.
    begun: VecDeque<(u64, u64)>,
    offset: u64,
    line: u64,
    last: u8,
    /// Reading past this offset is an error.
    end: u64,
}

impl<R: Read> Lines<R> {
    pub(super) fn new(inner: R) -> Self {
        Self { inner, begun: VecDeque::new(), offset: 0, line: 1, last: b'\n', end: u64::MAX }
    }

    /// Sets a limit: reading fails after more than `most` bytes from `offset`.
    pub(super) fn bound(&mut self, offset: u64, most: u64) {
        self.end = offset.saturating_add(most);
    }

    /// The number of the first line that is not blank and begins at or after `offset`.
    ///
    /// A later call must not have a smaller offset.
    pub(super) fn first_from(&mut self, offset: u64) -> u64 {
        while self.begun.front().is_some_and(|&(begin, _)| begin < offset) {
            self.begun.pop_front();
        }
        self.begun.front().map_or(self.line, |&(_, line)| line)
    }

    fn note(&mut self, byte: u8) {
        let at_start = matches!(self.last, b'\n' | b'\r');
        match byte {
            b'\n' if self.last == b'\r' => {}
            b'\n' | b'\r' => self.line += 1,
            _ if at_start => self.begun.push_back((self.offset, self.line)),
            _ => {}
        }
        self.last = byte;
        self.offset += 1;
    }
}

impl<R: Read> Read for Lines<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if self.offset > self.end {
            return Err(io::ErrorKind::FileTooLarge.into());
        }
        let count = self.inner.read(buffer)?;
        buffer[..count].iter().for_each(|&byte| self.note(byte));
        Ok(count)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_more_is_read_than_is_allowed() {
        let mut lines = Lines::new(io::repeat(b'a'));
        lines.bound(5, 100_000);
        let mut read = Vec::new();
        let error = lines.read_to_end(&mut read).expect_err("it does not end");
        assert_eq!(error.kind(), io::ErrorKind::FileTooLarge);
        assert!((100_005..1_000_000).contains(&read.len()), "{}", read.len());
    }

    #[test]
    fn lines_are_counted_whatever_ends_them() {
        for text in ["ab\n\ncd\nef", "ab\r\n\r\ncd\r\nef", "ab\r\rcd\ref"] {
            let mut lines = Lines::new(text.as_bytes());
            io::copy(&mut lines, &mut io::sink()).expect("in memory");
            let offset = |word| text.find(word).expect("there") as u64;
            assert_eq!(lines.first_from(0), 1);
            assert_eq!(lines.first_from(2), 3, "{text:?}");
            assert_eq!(lines.first_from(offset("cd")), 3);
            assert_eq!(lines.first_from(offset("ef")), 4);
        }
    }
}
