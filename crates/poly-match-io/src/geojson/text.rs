//! Text of JSON: where a value ends, without reading it, and what a value is by its first byte.

use std::borrow::Cow;

use memchr::{memchr_iter, memchr2, memrchr};

/// Finds where a value ends. It can go on when more of the text is there.
///
/// It only counts brackets outside strings: a value with an end may still be malformed.
#[derive(Debug, Default)]
pub(crate) struct Extent {
    at: usize,
    depth: usize,
    is_in_string: bool,
}

impl Extent {
    /// The end of the value that begins at the start of `text`, or `None` if more is needed.
    pub(crate) fn end(&mut self, text: &[u8], is_whole: bool) -> Option<usize> {
        while self.at < text.len() {
            if self.is_in_string {
                self.pass_string(text)?;
                if self.depth == 0 {
                    return Some(self.at);
                }
                continue;
            }
            match text[self.at] {
                b'"' => self.is_in_string = true,
                b'{' | b'[' => self.depth += 1,
                b'}' | b']' if self.depth > 1 => self.depth -= 1,
                // It closes the value, or ends a number in what is around it.
                b'}' | b']' => return Some(self.at + self.depth),
                b',' | b' ' | b'\n' | b'\r' | b'\t' if self.depth == 0 => return Some(self.at),
                _ => {}
            }
            self.at += 1;
        }
        (is_whole && self.depth == 0 && !self.is_in_string).then_some(self.at)
    }

    /// Moves past the quote that closes a string.
    fn pass_string(&mut self, text: &[u8]) -> Option<()> {
        loop {
            let Some(len) = memchr2(b'"', b'\\', &text[self.at..]) else {
                self.at = text.len();
                return None;
            };
            let found = self.at + len;
            if text[found] == b'"' {
                (self.at, self.is_in_string) = (found + 1, false);
                return Some(());
            }
            // The byte that it escapes may not be there yet.
            self.at = found;
            if found + 1 >= text.len() {
                return None;
            }
            self.at = found + 2;
        }
    }
}

/// The text of a value without the white space between its parts.
pub(crate) fn compact(json: &str) -> Cow<'_, str> {
    let is_space = |byte: u8| matches!(byte, b' ' | b'\n' | b'\r' | b'\t');
    if !json.bytes().any(is_space) {
        return Cow::Borrowed(json);
    }
    let (mut out, mut is_in_string, mut is_escaped) = (String::new(), false, false);
    for symbol in json.chars() {
        if is_in_string || !symbol.is_ascii() || !is_space(symbol as u8) {
            out.push(symbol);
        }
        match symbol {
            '"' if !is_escaped => is_in_string = !is_in_string,
            _ => {}
        }
        is_escaped = is_in_string && symbol == '\\' && !is_escaped;
    }
    Cow::Owned(out)
}

/// What a value is, for messages.
pub(super) fn noun(json: &str) -> &'static str {
    match json.as_bytes().first() {
        Some(b'n') => "null",
        Some(b't' | b'f') => "a boolean",
        Some(b'"') => "a string",
        Some(b'[') => "an array",
        Some(b'{') => "an object",
        _ => "a number",
    }
}

/// The line and the column of a byte, both from 1.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct At {
    pub(super) line: u64,
    pub(super) column: u64,
}

impl At {
    pub(super) const START: Self = Self { line: 1, column: 1 };

    /// Moves past some text.
    pub(super) fn pass(&mut self, text: &[u8]) {
        match memrchr(b'\n', text) {
            Some(last) => {
                self.line += memchr_iter(b'\n', text).count() as u64;
                self.column = (text.len() - last) as u64;
            }
            None => self.column += text.len() as u64,
        }
    }

    /// The place that is `line` and `column` in the text that begins here.
    pub(super) fn inside(self, line: usize, column: usize) -> Self {
        match (line as u64, column as u64) {
            (0 | 1, column) => Self { line: self.line, column: self.column + column.max(1) - 1 },
            (line, column) => Self { line: self.line + line - 1, column },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_value_ends_where_its_brackets_close() {
        for (text, len) in [
            (r#"{"a":[1,{"b":"}\"]"}]} , 7"#, 22),
            (r#"[] []"#, 2),
            (r#""a\\" b"#, 5),
            ("12.5,", 4),
            ("null]", 4),
            ("true\n", 4),
            ("]", 0),
        ] {
            let text = text.as_bytes();
            assert_eq!(Extent::default().end(text, false), Some(len));
            // The same if the text comes byte by byte.
            let mut extent = Extent::default();
            let end = (0..=text.len()).find_map(|shown| extent.end(&text[..shown], false));
            assert_eq!(end, Some(len));
        }
        for text in ["{", "[{}", "\"a", "\"a\\\"", "12"] {
            assert_eq!(Extent::default().end(text.as_bytes(), false), None, "{text}");
        }
        assert_eq!(Extent::default().end(b"12", true), Some(2));
        assert_eq!(Extent::default().end(b"[12", true), None);
    }

    #[test]
    fn white_space_goes_from_between_the_parts() {
        for (text, expected) in [
            (r#"{"a b": [1, "c \" d", "\\" ]}"#, r#"{"a b":[1,"c \" d","\\"]}"#),
            ("[\n\t\"\u{e4} \u{e4}\"\r\n]", "[\"\u{e4} \u{e4}\"]"),
            ("1.50", "1.50"),
        ] {
            assert_eq!(compact(text), expected);
        }
    }

    #[test]
    fn lines_and_columns_are_counted() {
        let mut at = At::START;
        at.pass(b"ab");
        assert_eq!((at.line, at.column), (1, 3));
        assert_eq!(at.inside(1, 4), At { line: 1, column: 6 });
        at.pass(b"\n\ncd");
        assert_eq!((at.line, at.column), (3, 3));
        assert_eq!(at.inside(2, 4), At { line: 4, column: 4 });
    }
}
