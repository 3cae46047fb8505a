//! Fields of Arrow that say what a geometry column is, in the words of GeoArrow:
//! <https://geoarrow.org/extension-types.html>.

use std::collections::HashMap;
use std::sync::Arc;

use arrow_schema::extension::{EXTENSION_TYPE_METADATA_KEY, EXTENSION_TYPE_NAME_KEY};
use arrow_schema::{Field, FieldRef, Schema};
use serde_json::{Map, Value, json};

use super::metadata::{Column, Crs, Encoding, Metadata};
use crate::error::{Error, Place, Result, quoted};
use crate::systems;

/// The key in the metadata of a geometry column that tells the name of its covering column, which has
/// the bounding box of each row.
pub const COVERING: &str = "geoparquet.covering";

impl Metadata {
    /// Gives the fields of geometry columns the extension names and the metadata of GeoArrow.
    ///
    /// Columns that the schema does not have are left out.
    #[must_use]
    pub fn describe(&self, schema: &Schema) -> Schema {
        let columns: HashMap<_, _> =
            self.columns.iter().map(|column| (column.name.as_str(), column)).collect();
        let described = |field: &FieldRef| {
            let Some(column) = columns.get(field.name().as_str()) else { return field.clone() };
            let metadata = geoarrow(&column.crs, column.edges.as_deref());
            let described = extension(field, column.encoding.extension(), &metadata);
            match &column.covering {
                Some(covering) => covered(&described, covering),
                None => described,
            }
        };
        let fields: Vec<_> = schema.fields().iter().map(described).collect();
        Schema::new_with_metadata(fields, schema.metadata().clone())
    }
}

/// The metadata of GeoArrow for a coordinate system.
fn geoarrow(crs: &Crs, edges: Option<&str>) -> String {
    let mut members = Map::new();
    match crs {
        Crs::Unknown => {}
        Crs::Default => {
            members.insert("crs".to_owned(), "OGC:CRS84".into());
            members.insert("crs_type".to_owned(), "authority_code".into());
        }
        Crs::Given(text) => match serde_json::from_str(text) {
            Ok(object @ Value::Object(_)) => {
                members.insert("crs".to_owned(), object);
                members.insert("crs_type".to_owned(), "projjson".into());
            }
            _ => drop(members.insert("crs".to_owned(), text.clone().into())),
        },
    }
    if let Some(edges) = edges {
        members.insert("edges".to_owned(), json!(edges));
    }
    Value::Object(members).to_string()
}

/// A field with an extension name and its metadata.
pub(crate) fn extension(field: &Field, name: &str, metadata: &str) -> FieldRef {
    let mut all = field.metadata().clone();
    all.insert(EXTENSION_TYPE_NAME_KEY.to_owned(), name.to_owned());
    all.insert(EXTENSION_TYPE_METADATA_KEY.to_owned(), metadata.to_owned());
    Arc::new(field.clone().with_metadata(all))
}

/// A field that tells the name of its covering column.
fn covered(field: &Field, covering: &str) -> FieldRef {
    let mut all = field.metadata().clone();
    all.insert(COVERING.to_owned(), covering.to_owned());
    Arc::new(field.clone().with_metadata(all))
}

/// A field without what is said of its geometry.
pub(crate) fn without_extension(field: &Field) -> FieldRef {
    let mut metadata = field.metadata().clone();
    for key in [EXTENSION_TYPE_NAME_KEY, EXTENSION_TYPE_METADATA_KEY, COVERING] {
        metadata.remove(key);
    }
    Arc::new(field.clone().with_metadata(metadata))
}

/// What GeoParquet must say of a field; `None` if it is no geometry column that GeoParquet can have.
///
/// # Errors
/// If its coordinate system or its edges cannot be said in GeoParquet 1.1.
pub(crate) fn column_of(field: &Field) -> Result<Option<Column>> {
    let Some(encoding) = field.extension_type_name().and_then(Encoding::of_extension) else {
        return Ok(None);
    };
    let place = || Place::Column(field.name().clone());
    let mut column = Column::new(field.name(), encoding);
    column.covering = field.metadata().get(COVERING).cloned();
    let text = field.extension_type_metadata().unwrap_or_default();
    if !text.trim().is_empty() {
        let members: Map<String, Value> = serde_json::from_str(text).map_err(|error| {
            Error::malformed(format_args!("the metadata of its extension: {error}")).at(place())
        })?;
        column.crs = crs(&members).map_err(|error| error.at(place()))?;
        column.edges = edges(&members).map_err(|error| error.at(place()))?;
    }
    Ok(Some(column))
}

fn crs(members: &Map<String, Value>) -> Result<Crs> {
    let text = match members.get("crs") {
        None | Some(Value::Null) => return Ok(Crs::Unknown),
        Some(object @ Value::Object(_)) => return Ok(Crs::Given(object.to_string())),
        Some(Value::String(text)) => text.trim().to_owned(),
        Some(other) => other.to_string(),
    };
    let is_srid = members.get("crs_type").and_then(Value::as_str) == Some("srid");
    match text.as_str() {
        "" => return Ok(Crs::Unknown),
        "0" if is_srid => return Ok(Crs::Unknown),
        text if text.starts_with('{') => return Ok(Crs::Given(text.to_owned())),
        _ => {}
    }
    let name = if is_srid { format!("EPSG:{text}") } else { text };
    let system = poly_match_geo::Crs::named(&name);
    if system.compare(&poly_match_geo::Crs::geojson()) == poly_match_geo::Sameness::Same {
        return Ok(Crs::Default);
    }
    if let Some(definition) = systems::projjson(&system) {
        return Ok(Crs::Given(definition));
    }
    Err(Error::unsupported(format_args!(
        "GeoParquet needs the coordinate system as PROJJSON, got {}",
        quoted(&name)
    )))
}

fn edges(members: &Map<String, Value>) -> Result<Option<String>> {
    match members.get("edges").and_then(Value::as_str) {
        None | Some("planar") => Ok(None),
        Some("spherical") => Ok(Some("spherical".to_owned())),
        Some(other) => Err(Error::unsupported(format_args!(
            "GeoParquet 1.1 has planar and spherical edges, got {}",
            quoted(other)
        ))),
    }
}

#[cfg(test)]
mod tests {
    use arrow_schema::DataType;

    use super::*;

    fn plain() -> Field {
        let metadata = [("note".to_owned(), "kept".to_owned())];
        Field::new("g", DataType::Binary, true).with_metadata(metadata.into())
    }

    #[test]
    fn a_field_says_what_the_metadata_said() {
        let given = Crs::Given(r#"{"name":"Local","id":{"authority":"EPSG","code":2}}"#.to_owned());
        for crs in [Crs::Default, Crs::Unknown, given] {
            for edges in [None, Some("spherical".to_owned())] {
                let mut column = Column::new("g", Encoding::Wkb);
                (column.crs, column.edges) = (crs.clone(), edges);
                column.covering = Some("bbox".to_owned());
                let metadata = Metadata { primary: None, columns: vec![column.clone()] };
                let schema = metadata.describe(&Schema::new(vec![plain()]));
                let field = &schema.fields()[0];
                assert_eq!(column_of(field).expect("sound"), Some(column), "{field:?}");
                assert_eq!(*without_extension(field), plain());
            }
        }
        assert_eq!(column_of(&plain()).expect("sound"), None);
    }

    #[test]
    fn systems_are_known_by_their_codes_and_other_names_are_refused() {
        let read = |metadata: &str| column_of(&extension(&plain(), "geoarrow.wkb", metadata));
        for metadata in [
            r#"{"crs": "EPSG:4326"}"#,
            r#"{"crs": "OGC:CRS84", "crs_type": "authority_code"}"#,
            r#"{"crs": "4326", "crs_type": "srid"}"#,
            r#"{"crs": 4326, "crs_type": "srid"}"#,
        ] {
            let column = read(metadata).expect("sound").expect("a column");
            assert_eq!(column.crs, Crs::Default, "{metadata}");
        }
        for metadata in ["", "{}", r#"{"crs": null}"#, r#"{"crs": "0", "crs_type": "srid"}"#] {
            let column = read(metadata).expect("sound").expect("a column");
            assert_eq!(column.crs, Crs::Unknown, "{metadata}");
        }
        for metadata in [r#"{"crs": "EPSG:25832"}"#, r#"{"crs": 25832, "crs_type": "srid"}"#] {
            let column = read(metadata).expect("sound").expect("a column");
            let Crs::Given(json) = column.crs else { panic!("{metadata}") };
            assert_eq!(poly_match_geo::Crs::named(&json).epsg(), Some(25832));
        }
        let error = read(r#"{"crs": "Site grid"}"#).expect_err("no PROJJSON").to_string();
        let line =
            "column \"g\": GeoParquet needs the coordinate system as PROJJSON, got \"Site grid\"";
        assert_eq!(error, line);
        assert!(read(r#"{"edges": "karney"}"#).is_err());
        assert!(read("7").is_err());
    }
}
