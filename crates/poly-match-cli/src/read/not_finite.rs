//! Reads NaN and infinity in JSON as null.
//!
//! JSON has no such numbers, but Python and R write them into properties by default. They stand for
//! missing values. After one, the columns in errors of the same line count from the text with null.

use std::io::{self, Read};

use memchr::{memchr2, memchr3};

/// Bytes that are read at once.
const PIECE: usize = 1 << 16;

const TOKENS: [&[u8]; 2] = [b"NaN", b"Infinity"];

/// A reader of JSON that has null in the place of NaN, Infinity and -Infinity.
#[derive(Debug)]
pub(super) struct NullForNan<R> {
    inner: R,
    /// Bytes that are not looked at yet.
    raw: Vec<u8>,
    /// Bytes to give out, from `given` on.
    out: Vec<u8>,
    given: usize,
    is_in_string: bool,
    /// Whether the last byte, in a string, is a backslash that escapes the next.
    is_escaped: bool,
}

impl<R: Read> NullForNan<R> {
    pub(super) fn new(inner: R) -> Self {
        let (raw, out) = (Vec::new(), Vec::new());
        Self { inner, raw, out, given: 0, is_in_string: false, is_escaped: false }
    }

    /// Reads the next piece. Returns whether there is more.
    fn fill(&mut self) -> io::Result<bool> {
        let kept = self.raw.len();
        self.raw.resize(kept + PIECE, 0);
        let read = self.inner.read(&mut self.raw[kept..]);
        self.raw.truncate(kept + *read.as_ref().unwrap_or(&0));
        let is_end = read? == 0;
        self.out.clear();
        self.given = 0;
        let done = self.replace(is_end);
        self.raw.drain(..done);
        Ok(!is_end)
    }

    /// Copies the raw bytes to `out`, and returns how many. The beginning of a word at their end is
    /// left for the next piece.
    fn replace(&mut self, is_end: bool) -> usize {
        let raw = &self.raw[..];
        let (mut at, mut copied) = (0, 0);
        while at < raw.len() {
            if self.is_in_string {
                if std::mem::take(&mut self.is_escaped) {
                    at += 1;
                    continue;
                }
                let Some(found) = memchr2(b'"', b'\\', &raw[at..]) else { break };
                at += found + 1;
                self.is_escaped = raw[at - 1] == b'\\';
                self.is_in_string = self.is_escaped;
                continue;
            }
            let Some(found) = memchr3(b'"', b'N', b'I', &raw[at..]) else { break };
            at += found;
            if raw[at] == b'"' {
                self.is_in_string = true;
                at += 1;
                continue;
            }
            let start = if at > copied && raw[at - 1] == b'-' { at - 1 } else { at };
            let rest = &raw[at..];
            if let Some(token) = TOKENS.into_iter().find(|token| rest.starts_with(token)) {
                let start = if token == b"NaN" { at } else { start };
                self.out.extend_from_slice(&raw[copied..start]);
                self.out.extend_from_slice(b"null");
                at += token.len();
                copied = at;
            } else if !is_end && TOKENS.into_iter().any(|token| token.starts_with(rest)) {
                self.out.extend_from_slice(&raw[copied..start]);
                return start;
            } else {
                at += 1;
            }
        }
        // A minus at the end may belong to an infinity.
        let ends_in_minus = !self.is_in_string && !is_end && raw.len() > copied;
        let end = raw.len() - usize::from(ends_in_minus && raw.ends_with(b"-"));
        self.out.extend_from_slice(&raw[copied..end]);
        end
    }
}

impl<R: Read> Read for NullForNan<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        while self.given == self.out.len() {
            if !self.fill()? && self.out.is_empty() {
                return Ok(0);
            }
        }
        let rest = &self.out[self.given..];
        let count = rest.len().min(buffer.len());
        buffer[..count].copy_from_slice(&rest[..count]);
        self.given += count;
        Ok(count)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Gives its bytes some at a time.
    struct Pieces<'a>(&'a [u8], usize);

    impl Read for Pieces<'_> {
        fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
            let count = self.1.min(self.0.len()).min(buffer.len());
            let (now, later) = self.0.split_at(count);
            buffer[..count].copy_from_slice(now);
            self.0 = later;
            Ok(count)
        }
    }

    #[test]
    fn only_whole_words_outside_strings_are_replaced() {
        for (text, expected) in [
            (r#"{"a":NaN}"#, r#"{"a":null}"#),
            ("[NaN,Infinity,-Infinity,-1,NaN]", "[null,null,null,-1,null]"),
            (r#"["NaN","\"NaN","\\",NaN,"-Infinity"]"#, r#"["NaN","\"NaN","\\",null,"-Infinity"]"#),
            ("[Na, Inf, NNaN, -NaN, -]", "[Na, Inf, Nnull, -null, -]"),
            ("-", "-"),
            ("NaN", "null"),
            ("Na", "Na"),
            ("\"é\\u00e9 NaN", "\"é\\u00e9 NaN"),
            ("", ""),
        ] {
            for size in 1..12 {
                let mut read = String::new();
                let pieces = Pieces(text.as_bytes(), size);
                NullForNan::new(pieces).read_to_string(&mut read).expect("in memory");
                assert_eq!(read, expected, "{size} bytes at a time");
            }
        }
    }

    #[test]
    fn errors_of_the_reader_pass() {
        struct Broken;
        impl Read for Broken {
            fn read(&mut self, _: &mut [u8]) -> io::Result<usize> {
                Err(io::ErrorKind::FileTooLarge.into())
            }
        }
        let error = NullForNan::new(Broken).read(&mut [0; 4]).expect_err("it is broken");
        assert_eq!(error.kind(), io::ErrorKind::FileTooLarge);
    }
}
