//! Text of JSON: without white space, in words, and where its bytes are.

use std::borrow::Cow;

use memchr::{memchr_iter, memrchr};

/// The text of a value without the white space between its parts.
pub(super) fn compact(json: &str) -> Cow<'_, str> {
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
