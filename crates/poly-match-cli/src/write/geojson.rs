//! Writes rows as GeoJSON: a collection of Point features, one per line.

use std::io::{self, Write};

use geojson::feature::Id;
use geojson::{Feature, Geometry, JsonObject};
use serde_json::Value;

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

fn feature(rows: Rows<'_>, columns: &[Column], row: usize, found: Option<Ranked>) -> Feature {
    let properties: JsonObject = columns
        .iter()
        .filter_map(|column| Some((column.name.clone(), rows.json(column.part, row, found)?)))
        .collect();
    Feature {
        geometry: geometry(rows, row),
        id: id(rows, row),
        properties: Some(properties),
        ..Feature::default()
    }
}

/// The geometry of the input, with any height. For CSV input, a point at the coordinates.
fn geometry(rows: Rows<'_>, row: usize) -> Option<Geometry> {
    match &rows.points.features {
        Some(features) => {
            let geometry = features.json(row, GEOMETRY, false)?;
            serde_json::from_value(geometry).ok()
        }
        None => {
            let point = rows.points.at[row];
            (!point[0].is_nan()).then(|| Geometry::new_point(point))
        }
    }
}

fn id(rows: Rows<'_>, row: usize) -> Option<Id> {
    match rows.points.features.as_ref()?.json(row, ID, false)? {
        Value::String(id) => Some(Id::String(id)),
        Value::Number(id) => Some(Id::Number(id)),
        _ => None,
    }
}
