//! The formats of tables: the extensions that name them, and the first bytes that show them.

use std::fmt;
use std::path::Path;
use std::str::FromStr;

use memchr::memmem;

use crate::codec::Codec;
use crate::extent::Extent;

/// A format of tables.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Format {
    /// Values separated by commas.
    Csv,
    /// Values separated by tabs.
    Tsv,
    /// One GeoJSON object, such as a FeatureCollection.
    GeoJson,
    /// Features of GeoJSON, one a line or each after a record separator (RFC 8142).
    GeoJsonLines,
    /// Parquet, GeoParquet among it.
    Parquet,
    /// The file format of Arrow IPC, which is Feather V2.
    ArrowFile,
    /// The stream format of Arrow IPC.
    ArrowStream,
    /// FlatGeobuf.
    FlatGeobuf,
    /// GeoPackage, which is a database of SQLite.
    GeoPackage,
    /// Shapefile: a `.shp` file with others beside it.
    Shapefile,
}

impl Format {
    /// All formats.
    pub const ALL: [Self; 10] = [
        Self::Csv,
        Self::Tsv,
        Self::GeoJson,
        Self::GeoJsonLines,
        Self::Parquet,
        Self::ArrowFile,
        Self::ArrowStream,
        Self::FlatGeobuf,
        Self::GeoPackage,
        Self::Shapefile,
    ];

    /// How many first bytes [`of_content`](Self::of_content) wants to see.
    pub const ENOUGH: usize = 4096;

    /// The word for a format, as in `--format parquet`.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Csv => "csv",
            Self::Tsv => "tsv",
            Self::GeoJson => "geojson",
            Self::GeoJsonLines => "geojsonl",
            Self::Parquet => "parquet",
            Self::ArrowFile => "arrow",
            Self::ArrowStream => "arrows",
            Self::FlatGeobuf => "fgb",
            Self::GeoPackage => "gpkg",
            Self::Shapefile => "shp",
        }
    }

    /// Finds the format by the extension of a path, in any case. Those of gzip and Zstandard are
    /// passed over.
    ///
    /// ```
    /// use poly_match_io::Format;
    ///
    /// assert_eq!(Format::of_path("zones.GeoParquet".as_ref()), Some(Format::Parquet));
    /// assert_eq!(Format::of_path("zones.csv.gz".as_ref()), Some(Format::Csv));
    /// assert_eq!(Format::of_path("zones.xlsx".as_ref()), None);
    /// ```
    #[must_use]
    pub fn of_path(path: &Path) -> Option<Self> {
        let inner = Codec::of_path(path).map(|_| path.with_extension(""));
        let path = inner.as_deref().unwrap_or(path);
        Some(match path.extension()?.to_str()?.to_ascii_lowercase().as_str() {
            "csv" => Self::Csv,
            "tsv" | "tab" => Self::Tsv,
            "geojson" | "json" => Self::GeoJson,
            "geojsonl" | "geojsonseq" | "geojsons" | "jsonl" | "ndjson" => Self::GeoJsonLines,
            "parquet" | "geoparquet" | "pq" => Self::Parquet,
            "arrow" | "feather" | "ipc" => Self::ArrowFile,
            "arrows" => Self::ArrowStream,
            "fgb" => Self::FlatGeobuf,
            "gpkg" => Self::GeoPackage,
            "shp" => Self::Shapefile,
            _ => return None,
        })
    }

    /// Finds the format by the first bytes of a file; [`ENOUGH`](Self::ENOUGH) of them, or all. `None`
    /// if they do not show it: text of CSV looks like any text.
    ///
    /// ```
    /// use poly_match_io::Format;
    ///
    /// assert_eq!(Format::of_content(b"PAR1\x15\x04"), Some(Format::Parquet));
    /// assert_eq!(Format::of_content(b"x,y\n1,2\n"), None);
    /// ```
    #[must_use]
    pub fn of_content(start: &[u8]) -> Option<Self> {
        match start {
            [b'P', b'A', b'R', b'1' | b'E', ..] => Some(Self::Parquet),
            [b'A', b'R', b'R', b'O', b'W', b'1', ..] => Some(Self::ArrowFile),
            // The continuation marker of a message, and the length of a schema.
            [0xff, 0xff, 0xff, 0xff, _, _, _, 0..=0x7f, ..] => Some(Self::ArrowStream),
            [b'f', b'g', b'b', _, b'f', b'g', b'b', ..] => Some(Self::FlatGeobuf),
            [0, 0, 0x27, 0x0a, ..] => Some(Self::Shapefile),
            [0x1e, ..] => Some(Self::GeoJsonLines),
            _ if start.starts_with(b"SQLite format 3\0") => Some(Self::GeoPackage),
            _ => Self::of_json(start),
        }
    }

    /// Tells one object of GeoJSON from several, if the first bytes show it.
    fn of_json(start: &[u8]) -> Option<Self> {
        let text = without_mark(start).trim_ascii_start();
        if !text.starts_with(b"{") {
            return None;
        }
        let after = Extent::default().end(text, false).map(|end| text[end..].trim_ascii_start());
        match after {
            Some([b'{', ..]) => Some(Self::GeoJsonLines),
            _ => memmem::find(text, b"\"FeatureCollection\"").map(|_| Self::GeoJson),
        }
    }

    /// What the first bytes look like, if nothing else shows the format.
    pub(crate) fn like(start: &[u8]) -> Option<Self> {
        let text = without_mark(start).trim_ascii_start();
        let is_json = match text.strip_prefix(b"[") {
            Some(inside) => inside.trim_ascii_start().starts_with(b"{"),
            None => text.starts_with(b"{"),
        };
        is_json.then_some(Self::GeoJson)
    }

    /// Whether files of the format are text, which may be compressed as a whole.
    #[must_use]
    pub fn is_text(self) -> bool {
        match self {
            Self::Csv | Self::Tsv | Self::GeoJson | Self::GeoJsonLines => true,
            Self::Parquet
            | Self::ArrowFile
            | Self::ArrowStream
            | Self::FlatGeobuf
            | Self::GeoPackage
            | Self::Shapefile => false,
        }
    }

    /// Whether each row is a feature: a geometry with properties beside it.
    #[must_use]
    pub fn has_features(self) -> bool {
        match self {
            Self::GeoJson
            | Self::GeoJsonLines
            | Self::FlatGeobuf
            | Self::GeoPackage
            | Self::Shapefile => true,
            Self::Csv | Self::Tsv | Self::Parquet | Self::ArrowFile | Self::ArrowStream => false,
        }
    }
}

/// The text behind the mark that some programs write before UTF-8.
fn without_mark(start: &[u8]) -> &[u8] {
    start.strip_prefix(b"\xef\xbb\xbf").unwrap_or(start)
}

impl fmt::Display for Format {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Csv => "CSV",
            Self::Tsv => "TSV",
            Self::GeoJson => "GeoJSON",
            Self::GeoJsonLines => "GeoJSON lines",
            Self::Parquet => "Parquet",
            Self::ArrowFile => "Arrow IPC file",
            Self::ArrowStream => "Arrow IPC stream",
            Self::FlatGeobuf => "FlatGeobuf",
            Self::GeoPackage => "GeoPackage",
            Self::Shapefile => "Shapefile",
        })
    }
}

/// Reads the [word](Format::word) for a format. The error lists the words.
impl FromStr for Format {
    type Err = String;

    fn from_str(word: &str) -> Result<Self, String> {
        Self::ALL.into_iter().find(|format| format.word() == word).ok_or_else(|| {
            let words: Vec<_> = Self::ALL.into_iter().map(Self::word).collect();
            format!("expected one of {}, got {word:?}", words.join(", "))
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_word_is_read_back_and_is_an_extension() {
        for format in Format::ALL {
            assert_eq!(format.word().parse(), Ok(format));
            let path = format!("a.b.{}", format.word().to_uppercase());
            assert_eq!(Format::of_path(path.as_ref()), Some(format), "{path}");
        }
        let error = "xlsx".parse::<Format>().expect_err("no format");
        assert!(error.starts_with("expected one of csv, tsv, "), "{error}");
    }

    #[test]
    fn first_bytes_show_the_binary_formats() {
        for (start, expected) in [
            (&b"PAR1"[..], Some(Format::Parquet)),
            (b"PARE", Some(Format::Parquet)),
            (b"ARROW1\0\0", Some(Format::ArrowFile)),
            (b"\xff\xff\xff\xff\x10\x01\0\0", Some(Format::ArrowStream)),
            (b"\xff\xff\xff\xff\x10\x01\0\xff", None),
            (b"\x1e{", Some(Format::GeoJsonLines)),
            (b"PAR", None),
            (b"{\"type\":\"FeatureCollection\",\"features\":[{", Some(Format::GeoJson)),
            (b"\xef\xbb\xbf {\"type\":\"FeatureCollection\"}", Some(Format::GeoJson)),
            (b"{\"type\":\"Feature\",\"a\":\"}\"}\n{\"type\":", Some(Format::GeoJsonLines)),
            (b"{\"type\":\"Feature\"}\n", None),
            (b"{\"type\":\"Feature\",", None),
            (b"", None),
        ] {
            assert_eq!(Format::of_content(start), expected, "{start:?}");
        }
    }
}
