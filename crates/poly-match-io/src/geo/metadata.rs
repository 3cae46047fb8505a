//! The JSON text under the key `geo`.

use serde_json::{Map, Value, json};

use crate::error::{Error, Result, quoted};
use crate::known::{KnownColumn, sound};

/// What a file of GeoParquet says of its geometry columns. Versions 1.0, 1.1 and 2.0 are read; 1.1 is
/// written.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Metadata {
    /// The column that is *the* geometry, if there are several.
    pub primary: Option<String>,
    /// The geometry columns.
    pub columns: Vec<Column>,
}

/// A geometry column.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Column {
    /// The name.
    pub name: String,
    /// How geometries are encoded.
    pub encoding: Encoding,
    /// The coordinate system.
    pub crs: Crs,
    /// The word for edges that are not straight on the plane, such as `spherical`.
    pub edges: Option<String>,
    /// The types that occur, such as `Polygon` or `Point Z`. Empty if they are not known.
    pub geometry_types: Vec<String>,
    /// The least x and y, and the greatest.
    pub bbox: Option<[f64; 4]>,
    /// The column with the bounding box of each row. It is a hint: the boxes may be larger, or wrong.
    pub covering: Option<String>,
}

/// The coordinate system of a geometry column.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Crs {
    /// OGC:CRS84, longitude and latitude: the file names none.
    Default,
    /// Unknown: the file says so.
    Unknown,
    /// The JSON of PROJ, as text. Before version 1.0, well-known text.
    Given(String),
}

/// How geometries are encoded. All but the first are the native encodings of GeoArrow.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Encoding {
    /// Well-known binary.
    Wkb,
    /// Points.
    Point,
    /// Lines.
    LineString,
    /// Polygons.
    Polygon,
    /// Several points a row.
    MultiPoint,
    /// Several lines a row.
    MultiLineString,
    /// Several polygons a row.
    MultiPolygon,
}

impl Encoding {
    /// The words of GeoParquet and GeoArrow.
    const WORDS: [(Self, &'static str, &'static str); 7] = [
        (Self::Wkb, "WKB", "geoarrow.wkb"),
        (Self::Point, "point", "geoarrow.point"),
        (Self::LineString, "linestring", "geoarrow.linestring"),
        (Self::Polygon, "polygon", "geoarrow.polygon"),
        (Self::MultiPoint, "multipoint", "geoarrow.multipoint"),
        (Self::MultiLineString, "multilinestring", "geoarrow.multilinestring"),
        (Self::MultiPolygon, "multipolygon", "geoarrow.multipolygon"),
    ];

    fn find(is_it: impl Fn(&str, &str) -> bool) -> Option<Self> {
        let found = Self::WORDS.iter().find(|(_, word, extension)| is_it(word, extension));
        found.map(|&(encoding, ..)| encoding)
    }

    fn words(self) -> (&'static str, &'static str) {
        let of_self = Self::WORDS.iter().find(|(encoding, ..)| *encoding == self);
        of_self.map_or(("WKB", "geoarrow.wkb"), |&(_, word, extension)| (word, extension))
    }

    /// Finds an encoding by the extension name of a field.
    pub(super) fn of_extension(name: &str) -> Option<Self> {
        if name == "ogc.wkb" {
            return Some(Self::Wkb);
        }
        Self::find(|_, extension| extension == name)
    }

    /// The extension name of a field of GeoArrow.
    #[must_use]
    pub fn extension(self) -> &'static str {
        self.words().1
    }

    /// The word of GeoParquet.
    #[must_use]
    pub fn word(self) -> &'static str {
        self.words().0
    }
}

impl Metadata {
    /// Reads the text under the key `geo`.
    ///
    /// # Errors
    /// [`Cause::Malformed`](crate::Cause::Malformed) with the member that is not as GeoParquet says.
    pub fn parse(text: &str) -> Result<Self> {
        let value: Value = serde_json::from_str(text)
            .map_err(|error| Error::malformed(format_args!("metadata \"geo\": {error}")))?;
        let members = value.as_object().ok_or_else(|| wrong("", "an object", &value))?;
        let primary = text_of(members, "primary_column", "")?;
        let columns = match members.get("columns") {
            Some(Value::Object(columns)) => columns,
            other => return Err(wrong("columns", "an object", other.unwrap_or(&Value::Null))),
        };
        let columns = columns.iter().map(|(name, column)| Column::parse(name, column));
        Ok(Self { primary, columns: columns.collect::<Result<_>>()? })
    }

    /// Writes the text of version 1.1.
    #[must_use]
    pub fn to_json(&self) -> String {
        let columns: Map<_, _> =
            self.columns.iter().map(|column| (column.name.clone(), column.to_json())).collect();
        let first = self.columns.first().map(|column| &column.name);
        json!({
            "version": "1.1.0",
            "primary_column": self.primary.as_ref().or(first),
            "columns": columns,
        })
        .to_string()
    }
}

impl Column {
    /// A geometry column of which only the name and the encoding are known.
    #[must_use]
    pub fn new(name: impl Into<String>, encoding: Encoding) -> Self {
        Self {
            name: name.into(),
            encoding,
            crs: Crs::Unknown,
            edges: None,
            geometry_types: Vec::new(),
            bbox: None,
            covering: None,
        }
    }

    /// What it tells of the geometries.
    pub(crate) fn known(&self) -> KnownColumn {
        KnownColumn {
            extent: self.bbox.and_then(sound),
            geometry_types: self.geometry_types.clone(),
            ..KnownColumn::default()
        }
    }

    fn parse(name: &str, value: &Value) -> Result<Self> {
        let place = |member: &str| format!("columns.{name}{member}");
        let members = value.as_object().ok_or_else(|| wrong(&place(""), "an object", value))?;
        let encoding = match members.get("encoding") {
            Some(Value::String(text)) => Encoding::find(|word, _| word.eq_ignore_ascii_case(text))
                .ok_or_else(|| {
                    wrong(
                        &place(".encoding"),
                        "WKB or an encoding of GeoArrow",
                        &members["encoding"],
                    )
                })?,
            other => {
                let got = other.unwrap_or(&Value::Null);
                return Err(wrong(&place(".encoding"), "a text", got));
            }
        };
        let crs = match members.get("crs") {
            None => Crs::Default,
            Some(Value::Null) => Crs::Unknown,
            Some(Value::String(text)) => Crs::Given(text.clone()),
            Some(object @ Value::Object(_)) => Crs::Given(object.to_string()),
            Some(other) => return Err(wrong(&place(".crs"), "an object or null", other)),
        };
        let edges = text_of(members, "edges", &place("."))?.filter(|edges| edges != "planar");
        let types = members.get("geometry_types").and_then(Value::as_array);
        let types = types.into_iter().flatten().filter_map(Value::as_str).map(str::to_owned);
        // These two are hints. One that cannot be understood is none.
        let bbox = members.get("bbox").and_then(Value::as_array).and_then(|bbox| bounds(bbox));
        let covering = members.get("covering").and_then(|it| it["bbox"]["xmin"][0].as_str());
        Ok(Self {
            name: name.to_owned(),
            encoding,
            crs,
            edges,
            geometry_types: types.collect(),
            bbox,
            covering: covering.map(str::to_owned),
        })
    }

    fn to_json(&self) -> Value {
        let mut members = Map::new();
        members.insert("encoding".to_owned(), self.encoding.word().into());
        members.insert("geometry_types".to_owned(), self.geometry_types.clone().into());
        match &self.crs {
            Crs::Default => {}
            Crs::Unknown => drop(members.insert("crs".to_owned(), Value::Null)),
            Crs::Given(text) => {
                let crs = serde_json::from_str(text).unwrap_or_else(|_| text.clone().into());
                members.insert("crs".to_owned(), crs);
            }
        }
        if let Some(edges) = &self.edges {
            members.insert("edges".to_owned(), edges.clone().into());
        }
        if let Some(bbox) = self.bbox {
            members.insert("bbox".to_owned(), bbox.to_vec().into());
        }
        if let Some(covering) = &self.covering {
            let bound = |bound: &str| json!([covering, bound]);
            let bbox = json!({
                "xmin": bound("xmin"),
                "ymin": bound("ymin"),
                "xmax": bound("xmax"),
                "ymax": bound("ymax"),
            });
            members.insert("covering".to_owned(), json!({ "bbox": bbox }));
        }
        members.into()
    }
}

/// The least and greatest x and y of a box, which may have z between.
fn bounds(bbox: &[Value]) -> Option<[f64; 4]> {
    let numbers: Vec<_> = bbox.iter().map(Value::as_f64).collect::<Option<_>>()?;
    match numbers[..] {
        [xmin, ymin, xmax, ymax] | [xmin, ymin, _, xmax, ymax, _] => Some([xmin, ymin, xmax, ymax]),
        _ => None,
    }
}

/// A member that is a text, if it is there.
fn text_of(members: &Map<String, Value>, member: &str, place: &str) -> Result<Option<String>> {
    match members.get(member) {
        None | Some(Value::Null) => Ok(None),
        Some(Value::String(text)) => Ok(Some(text.clone())),
        Some(other) => Err(wrong(&format!("{place}{member}"), "a text", other)),
    }
}

fn wrong(place: &str, expected: &str, got: &Value) -> Error {
    let got = match got {
        Value::Null => "nothing".to_owned(),
        got => quoted(&got.to_string()),
    };
    let at = if place.is_empty() { String::new() } else { format!(", {place}") };
    Error::malformed(format_args!("metadata \"geo\"{at}: expected {expected}, got {got}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn column(members: &str) -> Result<Column> {
        let text = format!(r#"{{"columns": {{"g": {{"encoding": "WKB"{members}}}}}}}"#);
        Metadata::parse(&text).map(|mut metadata| metadata.columns.remove(0))
    }

    #[test]
    fn a_system_has_three_states() {
        let crs = |members: &str| column(members).expect("sound").crs;
        assert_eq!(crs(""), Crs::Default);
        assert_eq!(crs(r#", "crs": null"#), Crs::Unknown);
        let given = r#"{"type":"GeographicCRS","name":"Local"}"#;
        assert_eq!(crs(&format!(r#", "crs": {given}"#)), Crs::Given(given.to_owned()));
        assert_eq!(crs(r#", "crs": "GEOGCS[]""#), Crs::Given("GEOGCS[]".to_owned()));
    }

    #[test]
    fn what_is_written_is_read_back() {
        let mut full = Column::new("outline", Encoding::MultiPolygon);
        full.crs = Crs::Given(r#"{"id":{"authority":"EPSG","code":25832}}"#.to_owned());
        full.edges = Some("spherical".to_owned());
        full.geometry_types = vec!["Polygon".to_owned(), "Point Z".to_owned()];
        full.bbox = Some([-1.5, 0.0, 2.0, 3.0]);
        full.covering = Some("bbox".to_owned());
        let mut plain = Column::new("geometry", Encoding::Wkb);
        plain.crs = Crs::Default;
        let unknown = Column::new("é \"", Encoding::Point);
        let primary = Some("geometry".to_owned());
        let metadata = Metadata { primary, columns: vec![full, plain, unknown] };
        assert_eq!(Metadata::parse(&metadata.to_json()).expect("sound"), metadata);
    }

    #[test]
    fn hints_and_planar_edges_are_no_errors() {
        let read = column(r#", "edges": "planar", "bbox": [1, 2, 9, 3, 4, 9], "covering": 7"#);
        let read = read.expect("sound");
        assert_eq!(
            (read.edges, read.bbox, read.covering),
            (None, Some([1.0, 2.0, 3.0, 4.0]), None)
        );
        assert_eq!(column(r#", "bbox": ["a"]"#).expect("sound").bbox, None);
    }

    #[test]
    fn what_is_no_metadata_is_refused() {
        for (text, expected) in [
            ("7", r#"metadata "geo": expected an object, got "7""#),
            ("{}", r#"metadata "geo", columns: expected an object, got nothing"#),
            (
                r#"{"columns": {"g": {}}}"#,
                r#"metadata "geo", columns.g.encoding: expected a text, got nothing"#,
            ),
            (
                r#"{"columns": {"g": {"encoding": "WKB", "crs": 7}}}"#,
                r#"metadata "geo", columns.g.crs: expected an object or null, got "7""#,
            ),
        ] {
            assert_eq!(Metadata::parse(text).expect_err("wrong").to_string(), expected, "{text}");
        }
        let error = Metadata::parse("{").expect_err("cut");
        assert!(error.to_string().starts_with("metadata \"geo\": "), "{error}");
        assert!(Metadata::parse(&"[".repeat(100_000)).is_err());
    }
}
