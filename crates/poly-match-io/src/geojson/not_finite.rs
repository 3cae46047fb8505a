//! Replaces NaN and infinity in JSON by null.
//!
//! JSON has no such numbers, but Python and R write them into properties by default. They stand for
//! missing values.

use std::borrow::Cow;

use memchr::{memchr2, memchr3};

const WORDS: [&[u8]; 3] = [b"NaN", b"-Infinity", b"Infinity"];

/// The text with null in the place of NaN, Infinity and -Infinity. Strings stay as they are.
pub(super) fn null_for_nan(text: &str) -> Cow<'_, str> {
    let bytes = text.as_bytes();
    let mut out = String::new();
    let (mut at, mut copied) = (0, 0);
    while let Some(len) = memchr3(b'"', b'N', b'I', &bytes[at..]) {
        at += len;
        if bytes[at] == b'"' {
            at = end_of_string(bytes, at);
            continue;
        }
        let start = if at > copied && bytes[at - 1] == b'-' { at - 1 } else { at };
        let word = WORDS.into_iter().find(|&word| {
            bytes[start..].starts_with(word) || (word == b"NaN" && bytes[at..].starts_with(word))
        });
        let Some(word) = word else {
            at += 1;
            continue;
        };
        let start = if word == b"NaN" { at } else { start };
        out.push_str(&text[copied..start]);
        out.push_str("null");
        at = start + word.len();
        copied = at;
    }
    if copied == 0 {
        return Cow::Borrowed(text);
    }
    out.push_str(&text[copied..]);
    Cow::Owned(out)
}

/// The place behind the string that begins at `at`.
fn end_of_string(bytes: &[u8], at: usize) -> usize {
    let mut at = at + 1;
    while let Some(len) = bytes.get(at..).and_then(|rest| memchr2(b'"', b'\\', rest)) {
        at += len;
        if bytes[at] == b'"' {
            return at + 1;
        }
        at += 2;
    }
    bytes.len()
}

#[cfg(test)]
mod tests {
    use super::*;

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
            ("\"\u{e4}\\u00e9 NaN", "\"\u{e4}\\u00e9 NaN"),
            ("\"\\", "\"\\"),
            ("", ""),
        ] {
            assert_eq!(null_for_nan(text), expected);
        }
    }
}
