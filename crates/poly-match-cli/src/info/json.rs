//! What was found out, as one JSON object. Its keys are stable: others may come, none goes or changes.

use arrow_schema::{Field, SchemaRef};
use poly_match_geo::{Crs, Kind};
use serde_json::{Map, Value, json};

use super::about::{Place, Table, Why};
use super::rows::FirstRows;
use super::saved::Saved;
use super::words;
use crate::read::Order;

/// A table.
pub(super) fn of_table(about: &Table) -> String {
    written(&table(about))
}

/// All layers of a file: what is said of each as a table is in its member of `layers`.
pub(super) fn of_layers(layers: &[Table]) -> String {
    let layer = |about: &Table| {
        let mut said = Map::new();
        if let Some(layer) = about.known.layers.iter().find(|layer| layer.is_read) {
            said.insert("name".to_owned(), layer.name.as_str().into());
            said.insert("geometry".to_owned(), layer.geometry.clone().into());
        }
        if let Value::Object(mut table) = table(about) {
            let of_layers = [
                "rows",
                "rows_read",
                "points",
                "polygons",
                "crs",
                "extent",
                "geometry_types",
                "columns",
            ];
            said.extend(of_layers.into_iter().filter_map(|key| table.remove_entry(key)));
        }
        Value::Object(said)
    };
    let first = layers.first();
    written(&json!({
        "file": first.map(|first| &first.file),
        "files": 1,
        "bytes": first.and_then(|first| first.files).map(|(_, bytes)| bytes),
        "format": first.map(|first| first.format.word()),
        "layers": layers.iter().map(layer).collect::<Vec<_>>(),
    }))
}

fn table(about: &Table) -> Value {
    let known = &about.known;
    let character = |byte: Option<u8>| byte.map(|byte| char::from(byte).to_string());
    let columns: Vec<_> = (0..about.schema.fields().len()).map(|i| column(about, i)).collect();
    let measured = about.looked.as_ref().and_then(|looked| looked.geometry.as_ref());
    let layers: Vec<_> = known
        .layers
        .iter()
        .map(|layer| json!({"name": layer.name, "geometry": layer.geometry, "read": layer.is_read}))
        .collect();
    json!({
        "file": about.file,
        "files": about.files.map(|(files, _)| files),
        "bytes": about.files.map(|(_, bytes)| bytes),
        "format": about.format.word(),
        "compression": known.codec.map(|codec| codec.name().to_lowercase()),
        "encoding": known.encoding,
        "delimiter": character(known.delimiter),
        "quote": character(known.quote),
        "pieces": known.pieces,
        "feature_index": known.has_index,
        "layers": if layers.is_empty() { Value::Null } else { layers.into() },
        "rows": about.rows,
        "rows_read": about.looked.is_some(),
        "points": place(about, &about.points),
        "polygons": place(about, &about.polygons),
        "crs": about.crs.as_ref().map(crs),
        "extent": about.extent,
        "geometry_types": types(about),
        "vertices": measured.map(|measured| measured.vertices),
        "unreadable_geometries": measured.map(|measured| measured.unreadable),
        "rows_without_coordinates": about.looked.as_ref().map(|looked| looked.invalid),
        "columns": columns,
        "first_rows": rows(&about.first, &about.schema),
    })
}

/// A saved matcher.
pub(super) fn of_saved(about: &Saved) -> String {
    let columns: Vec<_> =
        about.schema.fields().iter().map(|field| described(field)).map(Value::Object).collect();
    written(&json!({
        "file": about.file,
        "bytes": about.bytes,
        "format": "plym",
        "polygons": about.polygons,
        "rule": about.facts.rule,
        "crs": about.crs.as_ref().map(crs),
        "planar": about.facts.planar,
        "labels": about.labels,
        "labels_of": about.facts.by,
        "columns": columns,
        "first_rows": rows(&about.first, &about.schema),
    }))
}

fn written(value: &Value) -> String {
    format!("{value:#}\n")
}

fn column(about: &Table, position: usize) -> Value {
    let mut column = described(about.schema.field(position));
    let nulls = about.nulls(position);
    let is_untyped = about.looked.as_ref().is_some_and(|looked| !looked.looks.is_empty());
    if is_untyped {
        column.insert("empty".to_owned(), nulls.into());
        let looks = about.looks(position).map(super::guess::Looks::word);
        column.insert("looks_like".to_owned(), looks.into());
    } else {
        column.insert("nulls".to_owned(), nulls.into());
    }
    column.into()
}

fn described(field: &Field) -> Map<String, Value> {
    Map::from_iter([
        ("name".to_owned(), field.name().as_str().into()),
        ("type".to_owned(), words::kind(field).into()),
        ("arrow_type".to_owned(), field.data_type().to_string().into()),
    ])
}

/// The columns that `match` takes.
fn place(about: &Table, place: &Place) -> Value {
    let name = |column: usize| about.schema.field(column).name();
    let by = |why: Why| match why {
        Why::Given => "option",
        Why::Type => "type",
        Why::Name => "name",
    };
    match place {
        Place::Xy([x, y], why) => {
            json!({"kind": "xy", "columns": [name(*x), name(*y)], "by": by(*why)})
        }
        Place::Pair(column, order, why) => {
            let kind = match order {
                Order::LatLon => "latlon",
                Order::LonLat => "lonlat",
            };
            json!({"kind": kind, "columns": [name(*column)], "by": by(*why)})
        }
        Place::Geometry(column, why) => {
            json!({"kind": "geometry", "columns": [name(*column)], "by": by(*why)})
        }
        Place::None(reason) => json!({"kind": null, "reason": reason}),
    }
}

fn crs(crs: &Crs) -> Value {
    let kind = match crs.kind() {
        Kind::Geographic => Some("geographic"),
        Kind::Projected => Some("projected"),
        Kind::Undecided => None,
    };
    json!({"name": crs.to_string(), "epsg": crs.epsg(), "kind": kind, "definition": crs.definition()})
}

/// The types of geometries, with their numbers if they were counted.
fn types(about: &Table) -> Value {
    let measured = about.looked.as_ref().and_then(|looked| looked.geometry.as_ref());
    match measured {
        Some(measured) => measured
            .types
            .iter()
            .map(|(name, count)| json!({"type": name, "count": count}))
            .collect(),
        None if about.geometry().is_none() => Value::Null,
        None => {
            about.declared_types().iter().map(|name| json!({"type": name, "count": null})).collect()
        }
    }
}

/// The first rows, each a list of values in the order of the columns.
fn rows(first: &FirstRows, schema: &SchemaRef) -> Value {
    let value = |field: &Field, cell: &Option<String>| match cell {
        None => Value::Null,
        Some(cell) => match words::kind(field) {
            "integer" | "number" | "boolean" => {
                serde_json::from_str(cell).unwrap_or_else(|_| cell.as_str().into())
            }
            _ => cell.as_str().into(),
        },
    };
    let row = |row: &Vec<Option<String>>| -> Value {
        schema.fields().iter().zip(row).map(|(field, cell)| value(field, cell)).collect()
    };
    first.rows.iter().map(row).collect()
}
