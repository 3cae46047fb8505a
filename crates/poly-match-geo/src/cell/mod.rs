//! Geometry in the cells of tables, in any notation that a cell shows by its start.
//!
//! | a cell of text that starts with | holds |
//! |---|---|
//! | `{` | GeoJSON: a geometry, or a Feature with one |
//! | `00`, `01`, `\x` or `0x` | WKB or EWKB in hexadecimal digits; `\x` as PostgreSQL writes bytes |
//! | `4750` | a blob of GeoPackage in hexadecimal digits |
//! | `"` | a string of JSON that holds one of the others |
//! | anything else | WKT or EWKT; nothing and `null` are no geometry |
//!
//! A cell of bytes holds WKB or EWKB if its first byte is 0 or 1, a blob of GeoPackage if it starts with
//! `GP`, and otherwise text as above.

#[cfg(feature = "arrow")]
mod system;

use serde_json::Value;

use crate::geojson::read_geojson;
use crate::geometry::Geometry;
use crate::wkb::read_wkb;
use crate::wkt::{is_wkt, quoted, read_wkt};

#[cfg(feature = "arrow")]
pub(crate) use system::{System, system_of_bytes, system_of_text};

/// Reads the geometry of a cell of text.
///
/// ```
/// use poly_match_geo::{Geometry, read_text};
///
/// let point = Geometry::Point(Some([1.0, 2.0]));
/// for cell in [
///     "POINT (1 2)",
///     "SRID=4326;POINT(1 2)",
///     r#"{"type": "Point", "coordinates": [1, 2]}"#,
///     "0101000000000000000000F03F0000000000000040",
///     r"\x0101000000000000000000f03f0000000000000040",
/// ] {
///     assert_eq!(read_text(cell)?, point);
/// }
/// # Ok::<(), String>(())
/// ```
///
/// # Errors
/// A sentence that says what is wrong with the cell, and where.
pub fn read_text(cell: &str) -> Result<Geometry, String> {
    let text = cell.trim();
    match Notation::of(text) {
        Notation::Wkt if text == "null" => Ok(Geometry::Null),
        Notation::Wkt => Ok(read_wkt(cell).map_err(|what| or_other(what, text))?.geometry),
        Notation::Hex => read_bytes(&bytes_of_hex(text)?),
        Notation::GeoJson => of_geojson(text),
        Notation::Quoted => read_text(&unquoted(text)?),
    }
}

/// Reads the geometry of a cell of bytes.
///
/// # Errors
/// As [`read_text`].
pub fn read_bytes(cell: &[u8]) -> Result<Geometry, String> {
    if let Some((_, wkb)) = in_geopackage(cell) {
        return Ok(read_wkb(wkb)?.geometry);
    }
    match text_of(cell) {
        Some(text) => read_text(text),
        None => Ok(read_wkb(cell)?.geometry),
    }
}

/// The error of text that does not even start as WKT: it may be meant as any notation.
fn or_other(what: String, text: &str) -> String {
    if is_wkt(text) {
        return what;
    }
    format!("expected WKT, WKB in hexadecimal digits or GeoJSON, got {}", quoted(text))
}

/// How a cell of text holds geometry.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Notation {
    Wkt,
    Hex,
    GeoJson,
    /// A string of JSON.
    Quoted,
}

impl Notation {
    /// The notation of a text without blanks around it, by its start.
    fn of(text: &str) -> Self {
        match text.as_bytes() {
            [b'{', ..] => Self::GeoJson,
            [b'"', ..] => Self::Quoted,
            [b'\\', ..] | [b'0', b'0' | b'1' | b'x' | b'X', ..] | [b'4', b'7', b'5', b'0', ..] => {
                Self::Hex
            }
            _ => Self::Wkt,
        }
    }
}

/// The bytes that hexadecimal digits are.
fn bytes_of_hex(text: &str) -> Result<Vec<u8>, String> {
    const PREFIXES: [&str; 5] = [r"\\x", r"\x", r"\X", "0x", "0X"];
    let digits = PREFIXES.iter().find_map(|prefix| text.strip_prefix(prefix)).unwrap_or(text);
    let mut bytes = Vec::with_capacity(digits.len() / 2);
    let (pairs, rest) = digits.as_bytes().as_chunks();
    for &[high, low] in pairs {
        let (high, low) = (DIGITS[usize::from(high)], DIGITS[usize::from(low)]);
        if (high | low) > 15 {
            break;
        }
        bytes.push(high << 4 | low);
    }
    if bytes.len() == pairs.len() && rest.is_empty() {
        return Ok(bytes);
    }
    let wrong = digits.chars().enumerate().find(|(_, c)| !c.is_ascii_hexdigit());
    Err(match wrong {
        Some((at, c)) => {
            let character = text.len() - digits.len() + at + 1;
            format!(
                "malformed WKB: expected a hexadecimal digit at character {character}, got {c:?}"
            )
        }
        None => {
            let got = digits.len();
            format!("malformed WKB: expected an even number of hexadecimal digits, got {got}")
        }
    })
}

/// The values of hexadecimal digits, by their bytes; more than 15 for other bytes.
const DIGITS: [u8; 256] = {
    let mut values = [0xff; 256];
    let mut digit = 0_u8;
    while digit < 16 {
        let byte = b"0123456789abcdef"[digit as usize];
        values[byte as usize] = digit;
        values[byte.to_ascii_uppercase() as usize] = digit;
        digit += 1;
    }
    values
};

fn of_geojson(text: &str) -> Result<Geometry, String> {
    let value: Value =
        serde_json::from_str(text).map_err(|error| format!("malformed GeoJSON: {error}"))?;
    let is_feature = value.get("type").and_then(Value::as_str) == Some("Feature");
    let geometry = if is_feature { value.get("geometry").unwrap_or(&Value::Null) } else { &value };
    read_geojson(geometry).map_err(|what| format!("malformed GeoJSON: {what}"))
}

/// The text in a string of JSON. Strings in strings take twice the length each, so there are few.
fn unquoted(text: &str) -> Result<String, String> {
    serde_json::from_str(text).map_err(|error| format!("malformed JSON: {error}"))
}

/// The SRID and the WKB of a blob of GeoPackage.
///
/// Source: OGC 12-128r19, "GeoPackage Encoding Standard", 2.1.3.
fn in_geopackage(blob: &[u8]) -> Option<(Option<u32>, &[u8])> {
    let (&[b'G', b'P', _, flags, a, b, c, d], rest) = blob.split_first_chunk()? else {
        return None;
    };
    let srid = if flags & 1 == 1 { u32::from_le_bytes } else { u32::from_be_bytes }([a, b, c, d]);
    let envelope = match flags >> 1 & 7 {
        0 => 0,
        1 => 32,
        2 | 3 => 48,
        _ => 64,
    };
    // -1 and 0 are systems that are not known.
    let srid = Some(srid).filter(|&srid| srid != u32::MAX);
    Some((srid, rest.get(envelope..).unwrap_or_default()))
}

/// Bytes as text, if they begin as text does.
fn text_of(bytes: &[u8]) -> Option<&str> {
    let first = *bytes.first()?;
    let is_text = first.is_ascii_graphic() || first.is_ascii_whitespace();
    if is_text { str::from_utf8(bytes).ok() } else { None }
}
