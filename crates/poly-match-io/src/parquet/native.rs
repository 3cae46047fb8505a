//! Columns of Parquet's own types GEOMETRY and GEOGRAPHY, as fields of GeoArrow:
//! <https://github.com/apache/parquet-format/blob/master/Geospatial.md>.

use arrow_schema::Schema;
use parquet::basic::{EdgeInterpolationAlgorithm, LogicalType};
use parquet::file::metadata::{FileMetaData, KeyValue};
use serde_json::{Map, Value};

use crate::geo::{Encoding, extension};

/// Gives the fields of such columns the extension name and the metadata of GeoArrow.
pub(super) fn describe(schema: &Schema, file: &FileMetaData) -> Schema {
    let roots = file.schema().get_fields();
    let fields = schema.fields().iter().zip(roots).map(|(field, root)| {
        let (crs, edges) = match root.get_basic_info().logical_type_ref() {
            Some(LogicalType::Geometry(geometry)) => (&geometry.crs, None),
            Some(LogicalType::Geography(geography)) => {
                (&geography.crs, Some(edges(geography.algorithm())))
            }
            _ => return field.clone(),
        };
        let mut members = crs_members(crs.as_deref(), file.key_value_metadata());
        members.extend(edges.map(|edges| ("edges".to_owned(), edges.into())));
        extension(field, Encoding::Wkb.extension(), &Value::Object(members).to_string())
    });
    Schema::new_with_metadata(fields.collect::<Vec<_>>(), schema.metadata().clone())
}

/// The system in the words of GeoArrow. Without one, it is OGC:CRS84.
fn crs_members(crs: Option<&str>, keys: Option<&Vec<KeyValue>>) -> Map<String, Value> {
    let under = |key: &str| {
        let found = keys?.iter().find(|pair| pair.key == key)?;
        serde_json::from_str(found.value.as_deref()?).ok()
    };
    let (crs, kind) = match crs {
        None | Some("") => ("OGC:CRS84".into(), Some("authority_code")),
        Some("srid:0") => return Map::new(),
        Some(text) => match text.split_once(':') {
            Some(("srid", srid)) => (srid.into(), Some("srid")),
            Some(("projjson", key)) => match under(key) {
                Some(object @ Value::Object(_)) => (object, Some("projjson")),
                _ => (text.into(), None),
            },
            _ => match serde_json::from_str(text) {
                Ok(object @ Value::Object(_)) => (object, Some("projjson")),
                _ => (text.into(), None),
            },
        },
    };
    let mut members = Map::from_iter([("crs".to_owned(), crs)]);
    members.extend(kind.map(|kind| ("crs_type".to_owned(), kind.into())));
    members
}

fn edges(algorithm: Option<EdgeInterpolationAlgorithm>) -> &'static str {
    match algorithm {
        None | Some(EdgeInterpolationAlgorithm::SPHERICAL) => "spherical",
        Some(EdgeInterpolationAlgorithm::VINCENTY) => "vincenty",
        Some(EdgeInterpolationAlgorithm::THOMAS) => "thomas",
        Some(EdgeInterpolationAlgorithm::ANDOYER) => "andoyer",
        Some(EdgeInterpolationAlgorithm::KARNEY) => "karney",
        Some(_) => "unknown",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn systems_are_said_in_the_words_of_geoarrow() {
        let keys = vec![KeyValue::new("local".to_owned(), r#"{"name":"Local"}"#.to_owned())];
        for (crs, expected) in [
            (None, r#"{"crs":"OGC:CRS84","crs_type":"authority_code"}"#),
            (Some("srid:0"), "{}"),
            (Some("srid:25832"), r#"{"crs":"25832","crs_type":"srid"}"#),
            (Some("projjson:local"), r#"{"crs":{"name":"Local"},"crs_type":"projjson"}"#),
            (Some("projjson:gone"), r#"{"crs":"projjson:gone"}"#),
            (Some(r#"{"name":"Here"}"#), r#"{"crs":{"name":"Here"},"crs_type":"projjson"}"#),
            (Some("EPSG:3857"), r#"{"crs":"EPSG:3857"}"#),
        ] {
            let members = crs_members(crs, Some(&keys));
            assert_eq!(Value::Object(members).to_string(), expected, "{crs:?}");
        }
    }
}
