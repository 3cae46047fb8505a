//! The encodings of text other than UTF-8, and text that is decoded while it is read.
//!
//! What cannot be decoded is an error with its line: nothing is replaced.

use std::fmt;
use std::io::{self, Cursor, Read};
use std::str::FromStr;

use encoding_rs::{Decoder, DecoderResult, UTF_8, UTF_16BE, UTF_16LE};

use crate::error::{Cause, Error, Place, Remedy, Result, quoted};

/// Bytes that are read and decoded at once.
const PIECE: usize = 1 << 16;

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

    /// The same encoding for a text that may also be UTF-8: the first character beyond ASCII decides.
    ///
    /// An encoding whose characters are not single bytes up to ASCII, such as UTF-16, is not changed.
    #[must_use]
    pub fn unless_utf8(self) -> Self {
        Self { unless_utf8: self.encoding.is_ascii_compatible(), ..self }
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
        Box::new(DecodedText::new(input, self))
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

/// A stream of text as UTF-8.
struct DecodedText {
    input: Box<dyn Read + Send>,
    encoding: Encoding,
    /// `None` until it is known whether the text is UTF-8 after all.
    decoder: Option<Decoder>,
    /// Bytes that are read; those from `start` are not decoded yet.
    bytes: Vec<u8>,
    start: usize,
    is_at_end: bool,
    /// Text that is decoded; what stands before `shown` is given away.
    text: Vec<u8>,
    shown: usize,
    /// The line of the next character, and whether the last one was `\r`.
    line: u64,
    is_after_return: bool,
    is_done: bool,
}

impl DecodedText {
    fn new(input: Box<dyn Read + Send>, encoding: Encoding) -> Self {
        let decoder = (!encoding.unless_utf8).then(|| encoding.encoding.new_decoder());
        Self {
            input,
            encoding,
            decoder,
            bytes: Vec::new(),
            start: 0,
            is_at_end: false,
            text: Vec::new(),
            shown: 0,
            line: 1,
            is_after_return: false,
            is_done: false,
        }
    }

    /// Decodes more text. There is none at the end.
    fn fill(&mut self) -> io::Result<()> {
        self.shown = 0;
        self.text.clear();
        while self.text.is_empty() && !self.is_done {
            self.read()?;
            self.decode()?;
        }
        Ok(())
    }

    /// Reads a piece behind the bytes that are not decoded.
    fn read(&mut self) -> io::Result<()> {
        self.bytes.drain(..self.start);
        self.start = 0;
        let held = self.bytes.len();
        self.bytes.resize(held + PIECE, 0);
        let count = self.input.read(&mut self.bytes[held..]);
        self.bytes.truncate(held + *count.as_ref().unwrap_or(&0));
        self.is_at_end = count? == 0;
        Ok(())
    }

    /// Decodes all bytes that are read.
    fn decode(&mut self) -> io::Result<()> {
        let Some(decoder) = &mut self.decoder else { return Ok(self.decide()) };
        loop {
            let bytes = &self.bytes[self.start..];
            let known = self.text.len();
            // One byte becomes at most three.
            self.text.resize(known + bytes.len() * 3 + 8, 0);
            let (result, read, written) = decoder.decode_to_utf8_without_replacement(
                bytes,
                &mut self.text[known..],
                self.is_at_end,
            );
            self.text.truncate(known + written);
            self.start += read;
            match result {
                DecoderResult::InputEmpty => {
                    self.is_done = self.is_at_end;
                    break;
                }
                DecoderResult::OutputFull => {}
                DecoderResult::Malformed(..) => {
                    self.count_lines();
                    return Err(self.malformed().into());
                }
            }
        }
        self.count_lines();
        Ok(())
    }

    /// Finds out whether the text is UTF-8, by its first character beyond ASCII. What is before it is
    /// text.
    fn decide(&mut self) {
        let bytes = &self.bytes[self.start..];
        let ascii = bytes.iter().take_while(|byte| byte.is_ascii()).count();
        let after = &bytes[ascii..];
        if !after.is_empty() {
            let encoding = match std::str::from_utf8(&after[..after.len().min(4)]) {
                Ok(_) => UTF_8,
                Err(error) if error.valid_up_to() > 0 => UTF_8,
                // The rest of the character is still to come.
                Err(error) if error.error_len().is_none() && !self.is_at_end => return,
                Err(_) => self.encoding.encoding,
            };
            let is_start = self.line == 1 && self.bytes.starts_with(after);
            self.decoder = Some(if is_start {
                encoding.new_decoder()
            } else {
                encoding.new_decoder_without_bom_handling()
            });
        }
        self.text.extend_from_slice(&self.bytes[self.start..self.start + ascii]);
        self.start += ascii;
        self.is_done = self.is_at_end && after.is_empty();
        self.count_lines();
    }

    fn count_lines(&mut self) {
        for &byte in &self.text {
            // `\r\n` is one line end.
            let is_end = byte == b'\r' || (byte == b'\n' && !self.is_after_return);
            self.line += u64::from(is_end);
            self.is_after_return = byte == b'\r';
        }
    }

    fn malformed(&self) -> Error {
        let name = self.decoder.as_ref().map_or(self.encoding.encoding, Decoder::encoding).name();
        let what = format!("the text is not valid {name}");
        Error::new(Cause::Text { what, remedy: None }).at(Place::Line(self.line))
    }
}

impl Read for DecodedText {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if self.shown == self.text.len() {
            self.fill()?;
        }
        let shown = &self.text[self.shown..];
        let count = shown.len().min(buffer.len());
        buffer[..count].copy_from_slice(&shown[..count]);
        self.shown += count;
        Ok(count)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Gives some bytes at a time.
    struct Pieces(Cursor<Vec<u8>>, usize);

    impl Read for Pieces {
        fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
            let most = buffer.len().min(self.1);
            self.0.read(&mut buffer[..most])
        }
    }

    fn encoding(name: &str) -> Encoding {
        name.parse().expect("a name")
    }

    /// The text, read in pieces of any size.
    fn text(bytes: &[u8], encoding: Option<Encoding>) -> std::result::Result<String, String> {
        let read = |step: usize| -> Result<String> {
            let mut start = bytes.to_vec();
            let rest = start.split_off(start.len().min(4));
            let mut input: Box<dyn Read + Send> = Box::new(Pieces(Cursor::new(rest), step));
            let mut all = Vec::new();
            match decoded(&mut input, &start, encoding)? {
                Some(mut input) => input.read_to_end(&mut all)?,
                None => Cursor::new(start).chain(input).read_to_end(&mut all)?,
            };
            Ok(String::from_utf8(all).expect("UTF-8"))
        };
        let expected = read(1).map_err(|error| error.to_string());
        for step in [2, 3, 5, 1 << 20] {
            assert_eq!(read(step).map_err(|error| error.to_string()), expected, "{step}");
        }
        expected
    }

    fn utf16(text: &str, byte: fn(u16) -> [u8; 2]) -> Vec<u8> {
        text.encode_utf16().flat_map(byte).collect()
    }

    const SAMPLE: &str = "name,x\nDüne,1\n東京 😀,2\n";

    #[test]
    fn names_are_those_of_the_standard_and_of_python() {
        for (names, expected) in [
            (
                &["latin1", "latin-1", "Latin_1", "ISO-8859-1", "cp1252", "windows-1252"][..],
                "windows-1252",
            ),
            (&["utf-8", "UTF8", "utf_8"], "UTF-8"),
            (&["utf-16", "utf-16le", "utf_16_le"], "UTF-16LE"),
            (&["shift_jis", "sjis"], "Shift_JIS"),
        ] {
            for name in names {
                assert_eq!(encoding(name).to_string(), expected, "{name}");
            }
        }
        for name in ["", "cp437", "utf-7", "é"] {
            let error = name.parse::<Encoding>().expect_err("unknown");
            assert!(error.ends_with(&format!("got {name:?}")), "{error}");
        }
    }

    #[test]
    fn a_mark_says_what_the_text_is() {
        let marked = format!("\u{feff}{SAMPLE}");
        assert_eq!(text(&utf16(&marked, u16::to_le_bytes), None).as_deref(), Ok(SAMPLE));
        assert_eq!(text(&utf16(&marked, u16::to_be_bytes), None).as_deref(), Ok(SAMPLE));
        // The mark counts more than the name.
        let latin = Some(encoding("latin1"));
        assert_eq!(text(marked.as_bytes(), latin).as_deref(), Ok(SAMPLE));
        assert_eq!(text(SAMPLE.as_bytes(), None).as_deref(), Ok(SAMPLE));
        assert_eq!(start_of_text(utf16(&marked, u16::to_be_bytes)), SAMPLE.as_bytes());
        let error = text(b"\xff\xfe\0\0a\0\0\0", None).expect_err("UTF-32");
        assert_eq!(error, "expected text in UTF-8 or UTF-16, got UTF-32");
        for (bytes, name) in [
            (utf16(SAMPLE, u16::to_le_bytes), "utf-16le"),
            (utf16(SAMPLE, u16::to_be_bytes), "utf-16be"),
        ] {
            let error = decoded(&mut (Box::new(io::empty()) as _), &bytes, None).err();
            let error = error.expect("no mark");
            assert!(
                matches!(error.cause(), Cause::Text { remedy, .. } if *remedy == Some(Remedy::Encoding(name)))
            );
            assert_eq!(text(&bytes, Some(encoding(name))).as_deref(), Ok(SAMPLE));
        }
    }

    #[test]
    fn text_is_decoded_as_it_is_told() {
        let latin = Some(encoding("latin1"));
        assert_eq!(text(b"D\xfcne \x80\n", latin).as_deref(), Ok("Düne €\n"));
        let japanese = Some(encoding("shift_jis"));
        assert_eq!(text(b"\x93\x8c\x8b\x9e", japanese).as_deref(), Ok("東京"));
        let long = "é".repeat(100_000).replace('é', "\u{e9}");
        let bytes: Vec<u8> = std::iter::repeat_n(0xe9, 100_000).collect();
        assert!(text(&bytes, latin).as_deref() == Ok(&long));
    }

    #[test]
    fn text_may_be_utf8_after_all() {
        let latin = Some(encoding("latin1").unless_utf8());
        for sample in [SAMPLE, "plain", "", "\u{feff}a", "é"] {
            let expected = sample.trim_start_matches('\u{feff}');
            assert_eq!(text(sample.as_bytes(), latin).as_deref(), Ok(expected));
        }
        assert_eq!(text(b"a\nD\xfcne \xc3\xbc", latin).as_deref(), Ok("a\nDüne Ã¼"));
        assert_eq!(text(b"abc \xc3", latin).as_deref(), Ok("abc Ã"));
        let error = text("ü\n\u{fc}".as_bytes(), latin);
        assert_eq!(error.as_deref(), Ok("ü\nü"));
        let error = text(b"\xc3\xbc\n\n\xfc", latin).expect_err("both");
        assert_eq!(error, "line 3: the text is not valid UTF-8");
        let wide = encoding("utf-16le");
        assert_eq!(wide.unless_utf8(), wide);
    }

    #[test]
    fn what_cannot_be_decoded_is_told_with_its_line() {
        for (bytes, name, line) in [
            (&b"a\nb\r\nc\rd\x93"[..], "Shift_JIS", 4),
            (b"a\n\xff", "UTF-8", 2),
            (b"\xff", "UTF-8", 1),
            (b"\n\0\n\0a", "UTF-16LE", 3),
        ] {
            let error = text(bytes, Some(encoding(name))).expect_err("malformed");
            assert_eq!(error, format!("line {line}: the text is not valid {name}"));
        }
    }
}
