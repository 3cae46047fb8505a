//! Writes rows as GeoJSON: a collection of Point features, one per line.

use std::io::{self, Write};

use serde_json::{Map, Value, json};

use super::rows::{Column, Ranked, Rows};
use crate::progress::Stage;
use crate::read::{GEOMETRY, ID};

pub(super) fn write(
    rows: Rows<'_>,
    columns: &[Column],
    stage: Stage,
    out: &mut dyn Write,
) -> io::Result<()> {
    out.write_all(b"{\"type\":\"FeatureCollection\",\"features\":[")?;
    let mut separator = "\n";
    for (row, found) in rows.iter(stage) {
        out.write_all(separator.as_bytes())?;
        let feature = serde_json::to_string(&feature(rows, columns, row, found))?;
        out.write_all(feature.as_bytes())?;
        separator = ",\n";
    }
    out.write_all(b"\n]}\n")
}

/// A feature, its members in the usual order.
fn feature(rows: Rows<'_>, columns: &[Column], row: usize, found: Option<Ranked>) -> Value {
    let properties: Map<String, Value> = columns
        .iter()
        .filter_map(|column| Some((column.name.clone(), rows.json(column.part, row, found)?)))
        .collect();
    let mut feature = Map::new();
    feature.insert("type".to_owned(), json!("Feature"));
    if let Some(id) = id(rows, row) {
        feature.insert("id".to_owned(), id);
    }
    feature.insert("geometry".to_owned(), geometry(rows, row));
    feature.insert("properties".to_owned(), Value::Object(properties));
    Value::Object(feature)
}

/// The geometry of the input, with any height. For CSV input, a point at the coordinates.
fn geometry(rows: Rows<'_>, row: usize) -> Value {
    match &rows.points.features {
        Some(features) => features.json(row, GEOMETRY, false).unwrap_or(Value::Null),
        None => match rows.points.at[row] {
            [x, _] if x.is_nan() => Value::Null,
            point => json!({"type": "Point", "coordinates": point}),
        },
    }
}

fn id(rows: Rows<'_>, row: usize) -> Option<Value> {
    rows.points.features.as_ref()?.json(row, ID, false)
}
