//! Reads geometries of GeoJSON, and the coordinate system that an older file declares.
//!
//! Sources: RFC 7946; for the member `crs`, the GeoJSON format specification of 2008, section 3.
//! What lies about in real files is read as what it means: `{}` is no geometry, `[]` no position, and
//! a coordinate that is null or no number is missing.

use poly_match::Point;
use serde_json::{Map, Value};

use crate::crs::Crs;
use crate::geometry::Geometry;

/// How deep collections may be nested.
const DEEPEST: usize = 64;

/// Reads a geometry of any type. Coordinates after x and y are left out.
///
/// ```
/// use poly_match_geo::{Geometry, read_geojson};
///
/// let value = serde_json::json!({"type": "Point", "coordinates": [8.5, 47.4, 400]});
/// assert_eq!(read_geojson(&value)?, Geometry::Point(Some([8.5, 47.4])));
/// # Ok::<(), String>(())
/// ```
///
/// # Errors
/// A sentence that says what is wrong with the geometry.
pub fn read_geojson(geometry: &Value) -> Result<Geometry, String> {
    read(geometry, DEEPEST)
}

fn read(geometry: &Value, depth: usize) -> Result<Geometry, String> {
    let object = match geometry {
        Value::Null => return Ok(Geometry::Null),
        Value::Object(object) if object.is_empty() => return Ok(Geometry::Null),
        Value::Object(object) => object,
        other => return Err(format!("a geometry must be an object, got {}", noun(other))),
    };
    let kind = match object.get("type") {
        Some(Value::String(kind)) => kind.as_str(),
        Some(other) => return Err(format!("a \"type\" must be a string, got {}", noun(other))),
        None => return Err("a geometry must have a \"type\"".to_owned()),
    };
    let coordinates = object.get("coordinates").unwrap_or(&Value::Null);
    match kind {
        "Point" => position(coordinates).map(Geometry::Point),
        "MultiPoint" => list(coordinates, position).map(Geometry::MultiPoint),
        "Polygon" => polygon(coordinates).map(Geometry::Polygon),
        "MultiPolygon" => list(coordinates, polygon).map(Geometry::MultiPolygon),
        "GeometryCollection" => {
            let depth = depth.checked_sub(1).ok_or_else(|| {
                format!("collections must be nested at most {DEEPEST} deep, got more")
            })?;
            let members = object.get("geometries").unwrap_or(&Value::Null);
            list(members, |member| read(member, depth)).map(Geometry::Collection)
        }
        other => Ok(Geometry::Other(other.to_owned().into())),
    }
}

fn polygon(rings: &Value) -> Result<Vec<Vec<Point>>, String> {
    list(rings, |ring| list(ring, vertex))
}

/// A vertex. One without coordinates is NaN, which no polygon may have.
fn vertex(value: &Value) -> Result<Point, String> {
    position(value).map(|position| position.unwrap_or([f64::NAN; 2]))
}

/// x and y; `None` if there are none.
fn position(value: &Value) -> Result<Option<Point>, String> {
    let numbers = list(value, |number| Ok(number.as_f64().unwrap_or(f64::NAN)))?;
    Ok(match numbers[..] {
        [] => None,
        [x] => Some([x, f64::NAN]),
        [x, y, ..] => Some([x, y]),
    })
}

/// The elements of an array; none if it is null.
fn list<T>(
    array: &Value,
    element: impl FnMut(&Value) -> Result<T, String>,
) -> Result<Vec<T>, String> {
    match array {
        Value::Null => Ok(Vec::new()),
        Value::Array(elements) => elements.iter().map(element).collect(),
        other => Err(format!("expected an array of coordinates, got {}", noun(other))),
    }
}

fn noun(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "a boolean",
        Value::Number(_) => "a number",
        Value::String(_) => "a string",
        Value::Array(_) => "an array",
        Value::Object(_) => "an object",
    }
}

/// The coordinate system of a document, from its own members: that of the standard, unless the old
/// member `crs` names another one. `None` if that is null, which declares that none is known.
///
/// ```
/// use poly_match_geo::{Crs, geojson_crs};
///
/// let named = serde_json::json!({"crs": {"type": "name", "properties": {"name": "EPSG:3857"}}});
/// assert_eq!(geojson_crs(named.as_object().expect("it is one")), Some(Crs::named("EPSG:3857")));
/// assert_eq!(geojson_crs(&serde_json::Map::new()), Some(Crs::geojson()));
/// ```
#[must_use]
pub fn geojson_crs(document: &Map<String, Value>) -> Option<Crs> {
    let crs = match document.get("crs") {
        None => return Some(Crs::geojson()),
        Some(Value::Null) => return None,
        Some(crs) => crs,
    };
    let property = |name: &str| crs.get("properties").and_then(|all| all.get(name));
    let name = match crs.get("type").and_then(Value::as_str) {
        Some("name") => property("name").and_then(Value::as_str).map(str::to_owned),
        // As some files of before 2008 have it.
        Some("EPSG") => property("code").map(|code| format!("EPSG:{code}").replace('"', "")),
        _ => None,
    };
    Some(Crs::named(&name.unwrap_or_else(|| crs.to_string().chars().take(60).collect())))
}

/// The system that the own member `crs` of an object declares; `None` without one.
#[cfg(feature = "arrow")]
pub(crate) fn declared_crs(object: &Value) -> Option<Crs> {
    let object = object.as_object()?;
    if object.contains_key("crs") { geojson_crs(object) } else { None }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn geometries_of_every_type_are_read() {
        let ring = json!([[0, 0], [1, 0, 7], [1, 1.5], [0, 0]]);
        let read_ring = vec![[0.0, 0.0], [1.0, 0.0], [1.0, 1.5], [0.0, 0.0]];
        for (value, expected) in [
            (json!(null), Geometry::Null),
            (json!({}), Geometry::Null),
            (json!({"type": "Point", "coordinates": [1, 2, 3]}), Geometry::Point(Some([1.0, 2.0]))),
            (json!({"type": "Point", "coordinates": []}), Geometry::Point(None)),
            (json!({"type": "Point", "coordinates": null}), Geometry::Point(None)),
            (json!({"type": "Point"}), Geometry::Point(None)),
            (
                json!({"type": "MultiPoint", "coordinates": [[1, 2], []]}),
                Geometry::MultiPoint(vec![Some([1.0, 2.0]), None]),
            ),
            (
                json!({"type": "Polygon", "coordinates": [ring]}),
                Geometry::Polygon(vec![read_ring.clone()]),
            ),
            (
                json!({"type": "MultiPolygon", "coordinates": [[ring], []]}),
                Geometry::MultiPolygon(vec![vec![read_ring], vec![]]),
            ),
            (
                json!({"type": "GeometryCollection", "geometries": [{"type": "Point"}, null]}),
                Geometry::Collection(vec![Geometry::Point(None), Geometry::Null]),
            ),
            (json!({"type": "LineString"}), Geometry::Other("LineString".into())),
            (json!({"type": "Circle", "radius": 3}), Geometry::Other("Circle".into())),
        ] {
            assert_eq!(read_geojson(&value), Ok(expected), "{value}");
        }
    }

    #[test]
    fn coordinates_that_are_no_numbers_are_missing() {
        for (coordinates, [x, y]) in [
            (json!([null, null]), [true, true]),
            (json!([1, null]), [false, true]),
            (json!(["1", 2]), [true, false]),
            (json!([1]), [false, true]),
        ] {
            let value = json!({"type": "Point", "coordinates": coordinates});
            let Ok(Geometry::Point(Some(point))) = read_geojson(&value) else { panic!("{value}") };
            assert_eq!(point.map(f64::is_nan), [x, y], "{value}");
        }
    }

    #[test]
    fn everything_else_is_malformed() {
        let nested = (0..100).fold(
            json!({"type": "Point"}),
            |member, _| json!({"type": "GeometryCollection", "geometries": [member]}),
        );
        for value in [
            json!([]),
            json!("POINT(1 2)"),
            json!({"coordinates": [1, 2]}),
            json!({"type": 7}),
            json!({"type": null}),
            json!({"type": "Point", "coordinates": {"x": 1}}),
            json!({"type": "Point", "coordinates": 7}),
            json!({"type": "Polygon", "coordinates": [[1, 2], [3, 4]]}),
            json!({"type": "GeometryCollection", "geometries": 7}),
            nested,
        ] {
            assert!(read_geojson(&value).is_err(), "{value:.80}");
        }
    }

    #[test]
    fn a_document_declares_its_system() {
        let crs = |crs: Value| geojson_crs(json!({ "crs": crs }).as_object().expect("it is one"));
        let named = |name: &str| crs(json!({"type": "name", "properties": {"name": name}}));
        assert_eq!(named("urn:ogc:def:crs:EPSG::3857"), Some(Crs::named("EPSG:3857")));
        assert_eq!(named("urn:ogc:def:crs:OGC:1.3:CRS84"), Some(Crs::geojson()));
        let old = json!({"type": "EPSG", "properties": {"code": 25832}});
        assert_eq!(crs(old), Some(Crs::named("EPSG:25832")));
        assert_eq!(crs(json!(null)), None);
        let link = crs(json!({"type": "link", "properties": {"href": "x.prj"}}));
        let link = link.expect("it declares one");
        assert_eq!(link.compare(&Crs::geojson()), crate::Sameness::Undecided);
    }
}
