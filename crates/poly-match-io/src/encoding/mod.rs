//! The encodings of text other than UTF-8, and text that is decoded while it is read.
//!
//! What cannot be decoded is an error with its line: nothing is replaced.

mod stream;

use std::fmt;
use std::io::{self, Cursor, Read};
use std::str::FromStr;

use encoding_rs::{UTF_16BE, UTF_16LE};

use stream::DecodedText;

use crate::error::{Cause, Error, Remedy, Result, quoted};

/// An encoding of text, by one of the names that the [Encoding Standard] has for it, such as
/// `windows-1252`, `latin1`, `utf-16le`, `shift_jis` or `gb18030`.
///
/// As on the web, `latin1` and `iso-8859-1` are windows-1252, which has more characters.
///
/// ```
/// use poly_match_io::Encoding;
///
/// assert_eq!("Latin-1".parse::<Encoding>()?.name(), "windows-1252");
/// assert!("ebcdic".parse::<Encoding>().is_err());
/// # Ok::<(), String>(())
/// ```
///
/// [Encoding Standard]: https://encoding.spec.whatwg.org/#names-and-labels
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Encoding {
    encoding: &'static encoding_rs::Encoding,
    /// Whether text that is UTF-8 stays what it is.
    unless_utf8: bool,
}

impl Encoding {
    /// The name in the Encoding Standard.
    #[must_use]
    pub fn name(self) -> &'static str {
        self.encoding.name()
    }

    /// The name of the encoding of a text: the given one, or as a byte order mark at its start says.
    pub(crate) fn name_of(given: Option<Self>, start: &[u8]) -> &'static str {
        let found = given.or_else(|| Self::of_mark(start).ok().flatten());
        found.map_or("UTF-8", |encoding| encoding.encoding.name())
    }

    /// The same encoding for a text that may also be UTF-8: the first character beyond ASCII decides.
    ///
    /// `None` if its characters up to ASCII are not single bytes, as in UTF-16: nothing would decide.
    #[must_use]
    pub fn unless_utf8(self) -> Option<Self> {
        self.encoding.is_ascii_compatible().then_some(Self { unless_utf8: true, ..self })
    }

    /// The encoding that a byte order mark at the start of a text tells, besides that of UTF-8.
    fn of_mark(start: &[u8]) -> Result<Option<Self>> {
        let encoding = match start {
            [0xff, 0xfe, 0, 0, ..] | [0, 0, 0xfe, 0xff, ..] => {
                let what = "expected text in UTF-8 or UTF-16, got UTF-32".to_owned();
                return Err(Error::new(Cause::Text { what, remedy: None }));
            }
            [0xff, 0xfe, ..] => UTF_16LE,
            [0xfe, 0xff, ..] => UTF_16BE,
            _ => return Ok(None),
        };
        Ok(Some(Self { encoding, unless_utf8: false }))
    }

    fn decode(self, input: Box<dyn Read + Send>) -> Box<dyn Read + Send> {
        Box::new(DecodedText::new(input, self.encoding, self.unless_utf8))
    }
}

/// Reads a name, in any case, also as Python and others write it.
impl FromStr for Encoding {
    type Err = String;

    fn from_str(name: &str) -> std::result::Result<Self, String> {
        let dashed = name.trim().replace('_', "-");
        let joined = dashed.rfind('-').map(|dash| [&dashed[..dash], &dashed[dash + 1..]].concat());
        let names = [Some(name), Some(&dashed), joined.as_deref()].into_iter().flatten();
        let known = |name: &str| encoding_rs::Encoding::for_label_no_replacement(name.as_bytes());
        match names.filter_map(known).next() {
            Some(encoding) => Ok(Self { encoding, unless_utf8: false }),
            None => Err(format!(
                "expected the name of an encoding, such as windows-1252, iso-8859-15, utf-16le, \
                 macintosh or shift_jis, got {}",
                quoted(name)
            )),
        }
    }
}

impl fmt::Display for Encoding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// The text of a stream as UTF-8: decoded as it is told, or as a byte order mark says. `start` is what
/// was read of the stream. `None` if it needs no decoding, and `input` is left as it is.
///
/// # Errors
/// Text in UTF-32, or in UTF-16 without a mark.
pub(crate) fn decoded(
    input: &mut Box<dyn Read + Send>,
    start: &[u8],
    encoding: Option<Encoding>,
) -> Result<Option<Box<dyn Read + Send>>> {
    let likely = match start {
        [1..=0x7f, 0, 1..=0x7f, 0, ..] => Some("utf-16le"),
        [0, 1..=0x7f, 0, 1..=0x7f, ..] => Some("utf-16be"),
        _ => None,
    };
    let Some(encoding) = encoding.map_or_else(|| Encoding::of_mark(start), |one| Ok(Some(one)))?
    else {
        let what = "expected text in UTF-8, got what looks like UTF-16 without a byte order mark";
        let refuse =
            |likely| Cause::Text { what: what.to_owned(), remedy: Some(Remedy::Encoding(likely)) };
        return likely.map_or(Ok(None), |likely| Err(Error::new(refuse(likely))));
    };
    let rest = std::mem::replace(input, Box::new(io::empty()));
    Ok(Some(encoding.decode(Box::new(Cursor::new(start.to_vec()).chain(rest)))))
}

/// The start of a text as UTF-8, if a byte order mark says that it is UTF-16.
pub(crate) fn start_of_text(start: Vec<u8>) -> Vec<u8> {
    match Encoding::of_mark(&start) {
        Ok(Some(encoding)) => encoding.encoding.decode(&start).0.into_owned().into_bytes(),
        _ => start,
    }
}

/// The error for bytes that are no UTF-8. `what` they are in the file.
pub(crate) fn not_utf8(what: impl fmt::Display) -> Error {
    let what = format!("{what} is not valid UTF-8");
    Error::new(Cause::Text { what, remedy: Some(Remedy::Encoding("windows-1252")) })
}

#[cfg(test)]
mod tests;
