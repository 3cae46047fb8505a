//! The encoding of the text in a `.dbf` file: by a `.cpg` file, or by the number in its header.

use std::borrow::Cow;

use encoding_rs::{Encoding, UTF_8, WINDOWS_1252};

use crate::error::{Error, Result, quoted};

/// How text is decoded. Bytes that have no meaning become U+FFFD.
#[derive(Debug, Clone, Copy)]
pub(super) enum TextEncoding {
    Known(&'static Encoding),
    /// UTF-8 if a value is valid UTF-8, or else windows-1252.
    Unknown,
}

impl TextEncoding {
    /// The encoding that a `.cpg` file names.
    ///
    /// # Errors
    /// If the name is not known.
    pub(super) fn named(name: &str) -> Result<Self> {
        let words = name.to_ascii_lowercase();
        let digits: String = words.chars().filter(char::is_ascii_digit).collect();
        let label = match digits.as_str() {
            _ if words.starts_with("ldid") => {
                return Ok(digits.parse().map_or(Self::Unknown, Self::of_driver));
            }
            "65001" | "8" => "utf-8".to_owned(),
            "932" => "shift_jis".to_owned(),
            "936" => "gbk".to_owned(),
            "949" => "euc-kr".to_owned(),
            "950" => "big5".to_owned(),
            "866" => "ibm866".to_owned(),
            "874" => "windows-874".to_owned(),
            page if page.len() == 4 && page.starts_with("125") => format!("windows-{page}"),
            page if page.len() > 4 && page.starts_with("8859") => {
                format!("iso-8859-{}", &page[4..])
            }
            _ => words.clone(),
        };
        let found = Encoding::for_label(label.as_bytes());
        found.map(Self::Known).ok_or_else(|| {
            Error::unsupported(format_args!(
                "expected an encoding such as UTF-8 or 1252, got {}",
                quoted(name)
            ))
        })
    }

    /// The encoding of a language driver in the header.
    pub(super) fn of_driver(driver: u8) -> Self {
        let label = match driver {
            0x03 | 0x57 | 0x58 | 0x59 => "windows-1252",
            0xc8 => "windows-1250",
            0xc9 => "windows-1251",
            0xca => "windows-1254",
            0xcb => "windows-1253",
            0xcc => "windows-1257",
            0x7d => "windows-1255",
            0x7e => "windows-1256",
            0x50 | 0x7c => "windows-874",
            0x26 | 0x65 => "ibm866",
            0x13 | 0x7b => "shift_jis",
            0x4d | 0x7a => "gbk",
            0x4e | 0x79 => "euc-kr",
            0x4f | 0x78 => "big5",
            _ => return Self::Unknown,
        };
        Encoding::for_label(label.as_bytes()).map_or(Self::Unknown, Self::Known)
    }

    /// The text of bytes.
    pub(super) fn decode(self, bytes: &[u8]) -> Cow<'_, str> {
        if bytes.is_ascii() {
            return String::from_utf8_lossy(bytes);
        }
        let encoding = match self {
            Self::Known(encoding) => encoding,
            Self::Unknown if str::from_utf8(bytes).is_ok() => UTF_8,
            Self::Unknown => WINDOWS_1252,
        };
        encoding.decode_without_bom_handling(bytes).0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn encodings_have_many_names() {
        for (name, bytes) in [
            ("UTF-8", &b"\xc3\xa4"[..]),
            ("65001", b"\xc3\xa4"),
            ("1252", b"\xe4"),
            ("ANSI 1252", b"\xe4"),
            ("CP1252", b"\xe4"),
            ("ISO-8859-1", b"\xe4"),
            ("ISO 88591", b"\xe4"),
            ("88591", b"\xe4"),
            ("LDID/87", b"\xe4"),
        ] {
            let encoding = TextEncoding::named(name).expect(name);
            assert_eq!(encoding.decode(bytes), "\u{e4}", "{name}");
        }
        assert_eq!(TextEncoding::of_driver(0xc9).decode(b"\xc6"), "\u{416}");
        for bytes in [&b"\xc3\xa4"[..], b"\xe4"] {
            assert_eq!(TextEncoding::of_driver(0).decode(bytes), "\u{e4}");
        }
        let error = TextEncoding::named("CP850").expect_err("unknown").to_string();
        assert_eq!(error, "expected an encoding such as UTF-8 or 1252, got \"CP850\"");
    }
}
