//! Finds where a value of JSON ends, without reading it.

use memchr::memchr2;

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
}
