//! Writes batches as features: a collection with one feature a line, or lines alone.
//!
//! The first column of well-known binary or of points is the geometry, and a column of ids stands beside the
//! properties. All others are properties, also if they are null. A collection names its coordinate
//! system if it is another one than that of GeoJSON.

use std::io::Write;

use arrow_array::RecordBatch;
use arrow_schema::{Field, SchemaRef};
use poly_match_geo::{Crs, Sameness};
use serde_json::{Value, json};

use super::{FEATURE_ID, Layout};
use crate::codec::Encoded;
use crate::error::{Error, Place, Result};
use crate::options::{Sink, WriteOptions};
use crate::values::{Values, string};

/// Bytes that are written at once.
const PIECE: usize = 1 << 18;

/// Takes batches and writes features.
pub(super) struct GeoJsonSink<W: Write> {
    out: Encoded<W>,
    layout: Layout,
    schema: SchemaRef,
    geometry: Option<usize>,
    id: Option<usize>,
    /// The names of the columns as strings of JSON.
    names: Vec<Vec<u8>>,
    is_first: bool,
    count: u64,
    text: Vec<u8>,
}

impl<W: Write> GeoJsonSink<W> {
    pub(super) fn new(
        out: W,
        layout: Layout,
        schema: &SchemaRef,
        options: &WriteOptions,
    ) -> Result<Self> {
        let fields = schema.fields();
        if let Some(field) = fields.iter().find(|field| is_other_geometry(field)) {
            let kind = field.extension_type_name().unwrap_or_default();
            let what =
                format_args!("expected a geometry as well-known binary or points, got {kind}");
            return Err(Error::unsupported(what).at(Place::Column(field.name().clone())));
        }
        let geometry = fields.iter().position(|field| is_geometry(field));
        let id = fields.iter().position(|field| field.metadata().contains_key(FEATURE_ID));
        let mut text = Vec::new();
        if layout == Layout::Document {
            text.extend_from_slice(b"{\"type\":\"FeatureCollection\",");
            if let Some(crs) = geometry.and_then(|geometry| declared(&fields[geometry])) {
                let crs = json!({"type": "name", "properties": {"name": crs}});
                text.extend_from_slice(format!("\"crs\":{crs},").as_bytes());
            }
            text.extend_from_slice(b"\"features\":[");
        }
        let name = |field: &std::sync::Arc<Field>| {
            let mut name = Vec::new();
            string(field.name(), &mut name).map(|()| name)
        };
        let names = fields.iter().map(name).collect::<Result<_>>()?;
        let out = Encoded::new(out, options.codec)?;
        let schema = schema.clone();
        Ok(Self { out, layout, schema, geometry, id, names, is_first: true, count: 0, text })
    }

    fn feature(&mut self, columns: &[Values], row: usize) -> Result<()> {
        let text = &mut self.text;
        if self.layout == Layout::Document {
            text.extend_from_slice(if self.is_first { b"\n" } else { b",\n" });
        }
        self.is_first = false;
        text.extend_from_slice(b"{\"type\":\"Feature\"");
        if let Some(id) = self.id.map(|id| &columns[id]).filter(|id| !id.is_null(row)) {
            text.extend_from_slice(b",\"id\":");
            id.write_json(row, text)?;
        }
        text.extend_from_slice(b",\"geometry\":");
        match self.geometry {
            Some(geometry) => columns[geometry].write_json(row, text)?,
            None => text.extend_from_slice(b"null"),
        }
        text.extend_from_slice(b",\"properties\":");
        let mut separator = b'{';
        for (position, values) in columns.iter().enumerate() {
            if Some(position) == self.geometry || Some(position) == self.id {
                continue;
            }
            text.push(std::mem::replace(&mut separator, b','));
            text.extend_from_slice(&self.names[position]);
            text.push(b':');
            values.write_json(row, text)?;
        }
        text.extend_from_slice(if separator == b'{' { b"{}}" } else { b"}}" });
        if self.layout == Layout::Lines {
            text.push(b'\n');
        }
        Ok(())
    }
}

/// Whether a field holds geometry that is written as such.
fn is_geometry(field: &Field) -> bool {
    matches!(field.extension_type_name(), Some("geoarrow.wkb" | "ogc.wkb" | "geoarrow.point"))
}

/// Whether a field holds geometry in another encoding.
fn is_other_geometry(field: &Field) -> bool {
    let name = field.extension_type_name().unwrap_or_default();
    name.starts_with("geoarrow.") && !is_geometry(field)
}

/// The name of the system that a field declares, if it is another one than that of GeoJSON.
fn declared(field: &Field) -> Option<String> {
    let metadata: Value = serde_json::from_str(field.extension_type_metadata()?).ok()?;
    let name = match metadata.get("crs")? {
        Value::String(name) => name.clone(),
        projjson => match projjson.get("id") {
            Some(id) => {
                format!("{}:{}", id.get("authority")?.as_str()?, id.get("code")?).replace('"', "")
            }
            None => projjson.get("name")?.as_str()?.to_owned(),
        },
    };
    (Crs::named(&name).compare(&Crs::geojson()) != Sameness::Same).then_some(name)
}

impl<W: Write> Sink for GeoJsonSink<W> {
    fn write(&mut self, batch: &RecordBatch) -> Result<()> {
        let fields = self.schema.fields().iter().zip(batch.columns());
        let columns = fields.map(|(field, array)| Values::new(field, array));
        let columns = columns.collect::<Result<Vec<_>>>()?;
        for row in 0..batch.num_rows() {
            let written = self.feature(&columns, row);
            written.map_err(|error| error.at(Place::Feature(self.count)))?;
            self.count += 1;
            if self.text.len() >= PIECE {
                self.out.write_all(&self.text)?;
                self.text.clear();
            }
        }
        Ok(())
    }

    fn finish(mut self: Box<Self>) -> Result<()> {
        if self.layout == Layout::Document {
            self.text.extend_from_slice(b"\n]}\n");
        }
        self.out.write_all(&self.text)?;
        Ok(self.out.finish()?)
    }
}
