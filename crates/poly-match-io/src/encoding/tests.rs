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
    let latin = encoding("latin1").unless_utf8();
    for sample in [SAMPLE, "plain", "", "\u{feff}a", "é"] {
        let expected = sample.trim_start_matches('\u{feff}');
        assert_eq!(text(sample.as_bytes(), latin).as_deref(), Ok(expected));
    }
    assert_eq!(text(b"a\nD\xfcne \xc3\xbc", latin).as_deref(), Ok("a\nDüne Ã¼"));
    assert_eq!(text(b"abc \xc3", latin).as_deref(), Ok("abc Ã"));
    let error = text(b"\xc3\xbc\n\n\xfc", latin).expect_err("both");
    assert_eq!(error, "line 3: the text is not valid UTF-8");
    assert_eq!(encoding("utf-16le").unless_utf8(), None);
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
