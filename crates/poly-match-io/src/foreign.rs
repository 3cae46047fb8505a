//! Files that are recognised, but not read: what they are, and the command that converts them.

use std::fmt;
use std::path::Path;

use memchr::memmem;

use crate::error::Error;

/// A format that is recognised, but not read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Foreign {
    TopoJson,
    EsriJson,
    Kml,
    Kmz,
    Gpx,
    Gml,
    OpenStreetMap,
    MapInfo,
    Excel,
    OldExcel,
    OpenDocument,
    FileGeodatabase,
    ZippedShapefile,
    Zip,
    Html,
    Xml,
    EncryptedParquet,
    /// Databases of SQLite that are no GeoPackage, and a layer of one that is a view.
    SpatiaLite,
    Sqlite,
    View,
    Tiles,
    /// What poly-match itself saves, which holds no table to read.
    Saved,
}

impl Foreign {
    /// Finds the format by the first bytes of a file. Inside a ZIP archive, the extension of `name`
    /// counts where the bytes do not show it.
    pub(crate) fn of_content(start: &[u8], name: &Path) -> Option<Self> {
        match start {
            [b'P', b'K', 3, 4, ..] => Some(of_zip(start, name)),
            [0xd0, 0xcf, 0x11, 0xe0, 0xa1, 0xb1, 0x1a, 0xe1, ..] => Some(Self::OldExcel),
            [b'P', b'A', b'R', b'E', ..] => Some(Self::EncryptedParquet),
            [0x89, b'P', b'L', b'Y', b'\r', b'\n', 0x1a, b'\n', ..] => Some(Self::Saved),
            _ => of_text(start),
        }
    }

    /// Finds the format of a folder.
    pub(crate) fn of_folder(folder: &Path) -> Option<Self> {
        let is_called =
            folder.extension().is_some_and(|extension| extension.eq_ignore_ascii_case("gdb"));
        let is_table = |entry: &std::fs::DirEntry| {
            entry.path().extension().is_some_and(|extension| extension == "gdbtable")
        };
        let mut entries = folder.read_dir().ok()?.take(1000).filter_map(Result::ok);
        (is_called || entries.any(|entry| is_table(&entry))).then_some(Self::FileGeodatabase)
    }

    /// The error for a file of the format: it tells how the file is converted.
    pub(crate) fn error(self, path: &Path) -> Error {
        let way = Way(self, path);
        Error::unsupported(match self {
            Self::Saved => format!("{self} is not a table{way}"),
            _ => format!("{self} is not read{way}"),
        })
    }
}

impl fmt::Display for Foreign {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::TopoJson => "TopoJSON",
            Self::EsriJson => "the JSON of ArcGIS",
            Self::Kml => "KML",
            Self::Kmz => "KMZ",
            Self::Gpx => "GPX",
            Self::Gml => "GML",
            Self::OpenStreetMap => "OpenStreetMap's XML",
            Self::MapInfo => "MapInfo's TAB",
            Self::Excel => "an Excel workbook (.xlsx)",
            Self::OldExcel => "an old document of Office (.xls)",
            Self::OpenDocument => "an OpenDocument spreadsheet (.ods)",
            Self::FileGeodatabase => "a File Geodatabase",
            Self::ZippedShapefile => "a Shapefile in a ZIP archive",
            Self::Zip => "a ZIP archive",
            Self::Html => "a web page (HTML)",
            Self::Xml => "XML",
            Self::EncryptedParquet => "encrypted Parquet",
            Self::SpatiaLite => "a SpatiaLite database",
            Self::Sqlite => "a plain SQLite database",
            Self::View => "a view in a GeoPackage",
            Self::Tiles => "a database of map tiles (MBTiles)",
            Self::Saved => "a saved matcher of poly-match",
        })
    }
}

/// What the user can do with a file that is not read.
struct Way<'p>(Foreign, &'p Path);

impl fmt::Display for Way<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self(format, path) = self;
        let (file, stem) = names(path);
        let (file, gpkg, csv) =
            (quoted(&file), quoted(&format!("{stem}.gpkg")), quoted(&format!("{stem}.csv")));
        match format {
            Foreign::TopoJson
            | Foreign::EsriJson
            | Foreign::Kml
            | Foreign::Kmz
            | Foreign::Gpx
            | Foreign::Gml
            | Foreign::OpenStreetMap
            | Foreign::MapInfo
            | Foreign::FileGeodatabase => write!(f, "; convert it: ogr2ogr {gpkg} {file}"),
            Foreign::SpatiaLite | Foreign::Sqlite | Foreign::View => {
                let tables = quoted(&format!("{stem}.tables.gpkg"));
                write!(f, "; convert it: ogr2ogr {tables} {file}")
            }
            Foreign::Tiles => f.write_str("; it has no features"),
            Foreign::Saved => f.write_str(
                "; name the file, not a stream, in place of the polygons of `poly-match match`",
            ),
            Foreign::Excel | Foreign::OpenDocument => {
                write!(f, "; convert a sheet: ogr2ogr -oo HEADERS=FORCE {csv} {file}")
            }
            Foreign::OldExcel => f.write_str("; save a sheet as CSV"),
            Foreign::ZippedShapefile | Foreign::Zip => write!(f, "; unpack it: unzip {file}"),
            Foreign::Html => {
                f.write_str("; a download may have ended at a page that asks to log in")
            }
            Foreign::Xml => f.write_str("; ogrinfo may know it, and ogr2ogr convert it"),
            Foreign::EncryptedParquet => {
                let sql = |name: &str| name.replace('\'', "''");
                let (from, to) = (sql(&names(path).0), sql(&format!("{stem}.plain.parquet")));
                write!(
                    f,
                    "; decrypt it with its key, in DuckDB: PRAGMA add_parquet_key('k', 'KEY'); COPY \
                     (FROM read_parquet('{from}', encryption_config = {{footer_key: 'k'}})) TO '{to}'"
                )
            }
        }
    }
}

/// How a command calls the file, and its name without folder and extension. A stream must be saved
/// before.
fn names(path: &Path) -> (String, String) {
    let name = path.display().to_string();
    if name.starts_with('<') {
        return ("FILE".to_owned(), "out".to_owned());
    }
    let stem = path.file_stem().map_or_else(|| "out".into(), |stem| stem.to_string_lossy());
    (name, stem.into_owned())
}

/// A name as a shell takes it.
fn quoted(name: &str) -> String {
    let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || b"_-./+=:,@%".contains(&byte);
    match !name.is_empty() && name.bytes().all(is_plain) {
        true => name.to_owned(),
        false => format!("'{}'", name.replace('\'', r"'\''")),
    }
}

/// What is in a ZIP archive, by the name of its first file, or by its own.
fn of_zip(start: &[u8], name: &Path) -> Foreign {
    let len = match start.get(26..28) {
        Some(&[low, high]) => usize::from(u16::from_le_bytes([low, high])),
        _ => 0,
    };
    let first = start.get(30..30 + len).unwrap_or_default().to_ascii_lowercase();
    let own = name.to_string_lossy().to_ascii_lowercase();
    let is_first = |end: &str| first.ends_with(end.as_bytes());
    let is_shape = || {
        [".shp", ".shx", ".dbf", ".prj", ".cpg", ".qix", ".sbn", ".shp.xml"]
            .into_iter()
            .any(is_first)
    };
    if own.ends_with(".kmz") || is_first(".kml") {
        Foreign::Kmz
    } else if own.ends_with(".xlsx")
        || first.starts_with(b"[content_types]")
        || first.starts_with(b"xl/")
    {
        Foreign::Excel
    } else if own.ends_with(".ods") || memmem::find(start, b"opendocument.spreadsheet").is_some() {
        Foreign::OpenDocument
    } else if own.ends_with(".shz") || own.ends_with(".shp.zip") || is_shape() {
        Foreign::ZippedShapefile
    } else {
        Foreign::Zip
    }
}

fn of_text(start: &[u8]) -> Option<Foreign> {
    let text = start.strip_prefix(b"\xef\xbb\xbf").unwrap_or(start).trim_ascii_start();
    match text.first()? {
        b'<' => of_xml(text),
        b'{' => of_json(text),
        b'!' if text.len() >= 6 && text[..6].eq_ignore_ascii_case(b"!table") => {
            Some(Foreign::MapInfo)
        }
        _ => None,
    }
}

/// A document by the name of its first element.
fn of_xml(text: &[u8]) -> Option<Foreign> {
    let text = String::from_utf8_lossy(text);
    let mut rest = &text[..];
    loop {
        rest = rest.trim_start();
        if rest.get(..9).is_some_and(|start| start.eq_ignore_ascii_case("<!doctype")) {
            let of_html = rest[9..].trim_start().get(..4);
            if of_html.is_some_and(|word| word.eq_ignore_ascii_case("html")) {
                return Some(Foreign::Html);
            }
        }
        let end = match rest {
            _ if rest.starts_with("<?") => "?>",
            _ if rest.starts_with("<!--") => "-->",
            _ if rest.starts_with("<!") => ">",
            _ => break,
        };
        rest = &rest[rest.find(end)? + end.len()..];
    }
    let element = rest.strip_prefix('<')?;
    let name = element.split(|c: char| c.is_whitespace() || matches!(c, '>' | '/')).next()?;
    let local = name.rsplit(':').next()?.to_ascii_lowercase();
    Some(match local.as_str() {
        "kml" => Foreign::Kml,
        "gpx" => Foreign::Gpx,
        "osm" => Foreign::OpenStreetMap,
        "html" => Foreign::Html,
        _ if local.starts_with(|c: char| c.is_ascii_alphabetic()) => {
            if element.contains("opengis.net/gml") { Foreign::Gml } else { Foreign::Xml }
        }
        _ => return None,
    })
}

/// An object of JSON that is no GeoJSON, by the members that come first.
fn of_json(text: &[u8]) -> Option<Foreign> {
    let has = |name: &str, value: &str| {
        memmem::find_iter(text, name).any(|at| {
            let rest = text[at + name.len()..].trim_ascii_start();
            rest.strip_prefix(b":")
                .is_some_and(|rest| rest.trim_ascii_start().starts_with(value.as_bytes()))
        })
    };
    if has("\"type\"", "\"Topology\"") {
        Some(Foreign::TopoJson)
    } else if has("\"geometryType\"", "\"esriGeometry") {
        Some(Foreign::EsriJson)
    } else {
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn first_bytes_show_what_is_not_read() {
        let zip = |first: &str, rest: &[u8]| {
            let mut start = b"PK\x03\x04".to_vec();
            start.resize(26, 0);
            start.extend([u8::try_from(first.len()).expect("short"), 0, 0, 0]);
            start.extend(first.bytes());
            start.extend(rest);
            start
        };
        let ods = b"application/vnd.oasis.opendocument.spreadsheet";
        for (start, name, expected) in [
            (b"<?xml version='1.0'?>\n<!-- a -->\n<kml xmlns=''>".to_vec(), "a", Foreign::Kml),
            (b"\xef\xbb\xbf <gpx version=\"1.1\">".to_vec(), "a", Foreign::Gpx),
            (
                b"<ogr:FeatureCollection xmlns:gml='http://www.opengis.net/gml'>".to_vec(),
                "a",
                Foreign::Gml,
            ),
            (b"<osm version='0.6'>".to_vec(), "a", Foreign::OpenStreetMap),
            (b"<!DOCTYPE html><html>".to_vec(), "a.csv", Foreign::Html),
            (b"<HTML><head>".to_vec(), "a.json", Foreign::Html),
            (b"<a><b/></a>".to_vec(), "a", Foreign::Xml),
            (b"{\"type\" : \"Topology\", \"arcs\":[]}".to_vec(), "a.json", Foreign::TopoJson),
            (b"{\"geometryType\":\"esriGeometryPolygon\"}".to_vec(), "a", Foreign::EsriJson),
            (b"!table\n!version 300".to_vec(), "a.tab", Foreign::MapInfo),
            (b"PARE....".to_vec(), "a", Foreign::EncryptedParquet),
            (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1".to_vec(), "a", Foreign::OldExcel),
            (zip("doc.kml", b""), "a", Foreign::Kmz),
            (zip("a.txt", b""), "a.KMZ", Foreign::Kmz),
            (zip("[Content_Types].xml", b""), "a", Foreign::Excel),
            (zip("mimetype", ods), "a", Foreign::OpenDocument),
            (zip("in/zones.shp", b""), "zones.zip", Foreign::ZippedShapefile),
            (zip("zones.csv", b""), "zones.zip", Foreign::Zip),
            (b"PK\x03\x04".to_vec(), "a", Foreign::Zip),
        ] {
            let found = Foreign::of_content(&start, name.as_ref());
            assert_eq!(found, Some(expected), "{}", start.escape_ascii());
        }
        for start in [&b"x,y\n"[..], b"", b"<", b"<5,3\n", b"{\"type\":\"Feature\"}", b"<!-- "] {
            assert_eq!(Foreign::of_content(start, "a".as_ref()), None, "{}", start.escape_ascii());
        }
    }

    #[test]
    fn commands_are_as_a_shell_takes_them() {
        let error = |format: Foreign, path: &str| format.error(path.as_ref()).to_string();
        assert_eq!(
            error(Foreign::Kml, "in/my zones.kml"),
            "KML is not read; convert it: ogr2ogr 'my zones.gpkg' 'in/my zones.kml'"
        );
        assert_eq!(
            error(Foreign::Gpx, "<stdin>"),
            "GPX is not read; convert it: ogr2ogr out.gpkg FILE"
        );
        assert_eq!(quoted("it's"), r"'it'\''s'");
    }
}
