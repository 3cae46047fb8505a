//! Writes batches as the only layer of a GeoPackage.
//!
//! SQLite writes to a file without a name, which is copied to the output at the end.

use std::fs::File;
use std::io::{self, Seek, Write};

use arrow_array::cast::AsArray;
use arrow_array::types::Int64Type;
use arrow_array::{Array, RecordBatch, new_empty_array};
use arrow_cast::cast;
use arrow_schema::{DataType, Field, SchemaRef};
use rusqlite::types::{ToSqlOutput, ValueRef};
use rusqlite::{Connection, OpenFlags, Statement};

use super::crs::System;
use super::written::{Created, Extent};
use super::{blob, database, identifier};
use crate::error::{Error, Place, Result, quoted};
use crate::geojson::FEATURE_ID;
use crate::options::{Sink, WriteOptions};
use crate::values::Values;

/// Takes batches and writes a layer.
pub(super) struct LayerSink<W: Write> {
    out: W,
    file: File,
    connection: Connection,
    schema: SchemaRef,
    layer: String,
    key: String,
    /// The names of the columns in the layer; `None` for the one that is the primary key.
    names: Vec<Option<String>>,
    geometry: Option<(usize, i32)>,
    /// The greatest key so far.
    last: Option<i64>,
    rows: u64,
    extent: Extent,
}

impl<W: Write> LayerSink<W> {
    pub(super) fn new(out: W, schema: &SchemaRef, options: &WriteOptions) -> Result<Self> {
        let fields = schema.fields();
        for field in fields {
            let name = field.extension_type_name().unwrap_or_default();
            if name.starts_with("geoarrow.") && !is_geometry(field) {
                let what =
                    format_args!("expected a geometry as well-known binary or points, got {name}");
                return Err(Error::unsupported(what).at(Place::Column(field.name().clone())));
            }
            // A type that cannot be written is refused before the first batch.
            Values::new(field, &new_empty_array(field.data_type()))?;
        }
        let is_primary = |field: &Field| options.primary_geometry.as_ref() == Some(field.name());
        let geometry = (fields.iter().position(|field| is_geometry(field) && is_primary(field)))
            .or_else(|| fields.iter().position(|field| is_geometry(field)));
        let id = fields.iter().position(|field| is_id(field));
        let mut taken = Vec::new();
        let (mut names, mut columns, mut json) = (Vec::new(), Vec::new(), Vec::new());
        let mut key = None;
        for (position, field) in fields.iter().enumerate() {
            let name = free(field.name(), &mut taken);
            if Some(position) == id {
                key = Some(name);
                names.push(None);
                continue;
            }
            let is_point = field.extension_type_name() == Some("geoarrow.point");
            let kind = match (Some(position) == geometry, is_point) {
                (true, true) => "POINT",
                (true, false) => "GEOMETRY",
                (false, _) => declared(field.data_type()),
            };
            if is_json(field) {
                json.push(name.clone());
            }
            columns.push((name.clone(), kind));
            names.push(Some(name));
        }
        let key = key.unwrap_or_else(|| free("fid", &mut taken));
        let (srs, system) = match geometry {
            Some(geometry) => System::declared(&fields[geometry])?,
            None => (0, None),
        };
        let layer = table(options.layer.as_deref().unwrap_or_default());
        let (file, path) = tempfile::NamedTempFile::new()?.into_parts();
        let connection = database::connect(&path, "mode=rw", OpenFlags::SQLITE_OPEN_READ_WRITE)?;
        path.close()?;
        let created = Created {
            layer: &layer,
            key: &key,
            columns: &columns,
            json: &json,
            geometry: geometry.and_then(|position| {
                let kind =
                    columns.iter().find(|(name, _)| Some(name) == names[position].as_ref())?;
                Some((kind.0.as_str(), kind.1, srs))
            }),
            system,
        };
        created.create(&connection)?;
        let nothing = [f64::INFINITY, f64::INFINITY, f64::NEG_INFINITY, f64::NEG_INFINITY];
        Ok(Self {
            out,
            file,
            connection,
            schema: schema.clone(),
            layer,
            key,
            names,
            geometry: geometry.map(|geometry| (geometry, srs)),
            last: None,
            rows: 0,
            extent: Extent { bounds: nothing, has_z: false, has_m: false },
        })
    }

    /// The keys of the rows: the ids, if they rise, or else numbers. Rows are read in the order of their
    /// keys.
    fn keys(&mut self, batch: &RecordBatch) -> Result<Vec<i64>> {
        let Some(position) = self.names.iter().position(Option::is_none) else {
            return self.numbers(batch.num_rows());
        };
        let ids = cast(batch.column(position), &DataType::Int64)?;
        let ids = ids.as_primitive::<Int64Type>();
        let first = ids.values().first();
        let follows = self.last.zip(first).is_none_or(|(last, &first)| last < first);
        if ids.null_count() == 0 && follows && ids.values().is_sorted_by(|a, b| a < b) {
            return Ok(ids.values().to_vec());
        }
        // The ids become a column like any other.
        let mut taken: Vec<_> = self.names.iter().flatten().cloned().collect();
        taken.push(self.key.clone());
        let name = free(self.schema.field(position).name(), &mut taken);
        let (table, column, key) =
            (identifier(&self.layer), identifier(&name), identifier(&self.key));
        self.connection.execute_batch(&format!(
            "ALTER TABLE {table} ADD COLUMN {column} INTEGER; UPDATE {table} SET {column} = {key}"
        ))?;
        self.names[position] = Some(name);
        self.numbers(batch.num_rows())
    }

    /// Keys that follow the last one.
    fn numbers(&self, count: usize) -> Result<Vec<i64>> {
        let next = |number: Option<i64>| number?.checked_add(1);
        let mut number = Some(self.last.unwrap_or(0));
        let numbers = std::iter::repeat_with(|| {
            number = next(number);
            number.ok_or_else(|| Error::unsupported("there is no integer after the greatest id"))
        });
        numbers.take(count).collect()
    }

    fn insert(&mut self, batch: &RecordBatch) -> Result<()> {
        let keys = self.keys(batch)?;
        let values = (self.schema.fields().iter().zip(batch.columns()).zip(&self.names))
            .enumerate()
            .filter_map(|(position, ((field, array), name))| {
                let name = name.as_ref()?;
                let is_geometry = self.geometry.is_some_and(|(geometry, _)| geometry == position);
                Some(Values::new(field, array).map(|values| (values, field, name, is_geometry)))
            })
            .collect::<Result<Vec<_>>>()?;
        let names = values.iter().map(|(_, _, name, _)| format!(", {}", identifier(name)));
        let sql = format!(
            "INSERT INTO {} ({}{}) VALUES (?{})",
            identifier(&self.layer),
            identifier(&self.key),
            names.collect::<String>(),
            ", ?".repeat(values.len())
        );
        let mut statement = self.connection.prepare(&sql)?;
        let srs = self.geometry.map_or(0, |(_, srs)| srs);
        let mut bytes = Vec::new();
        for (row, &key) in keys.iter().enumerate() {
            statement.raw_bind_parameter(1, key)?;
            for (position, (values, field, _, is_geometry)) in values.iter().enumerate() {
                let mut to =
                    Cell { statement: &mut statement, position: position + 2, bytes: &mut bytes };
                let bound = match (is_geometry, values) {
                    (true, Values::Geometry(wkb)) if !wkb.is_null(row) => {
                        to.geometry(wkb.value(row), srs, &mut self.extent)
                    }
                    _ => to.value(values, row, is_instant(field.data_type())),
                };
                bound.map_err(|error| {
                    let name = quoted(field.name());
                    let what = format_args!("column {name}: {}", error.cause());
                    Error::malformed(what).at(Place::Row(self.rows + row as u64))
                })?;
            }
            statement.raw_execute()?;
        }
        drop(statement);
        self.last = keys.last().copied().or(self.last);
        self.rows += keys.len() as u64;
        Ok(())
    }
}

/// A cell to write.
struct Cell<'a, 'c> {
    statement: &'a mut Statement<'c>,
    position: usize,
    /// Memory that is used again.
    bytes: &'a mut Vec<u8>,
}

impl Cell<'_, '_> {
    fn bind(&mut self, value: ValueRef<'_>) -> Result<()> {
        Ok(self.statement.raw_bind_parameter(self.position, ToSqlOutput::Borrowed(value))?)
    }

    fn geometry(&mut self, wkb: &[u8], srs: i32, extent: &mut Extent) -> Result<()> {
        let seen = blob::write(wkb, srs, self.bytes)?;
        let [xmin, ymin, xmax, ymax] = extent.bounds;
        let [a, b, c, d] = seen.bounds;
        extent.bounds = [xmin.min(a), ymin.min(b), xmax.max(c), ymax.max(d)];
        extent.has_z |= seen.has_z;
        extent.has_m |= seen.has_m;
        let value = ToSqlOutput::Borrowed(ValueRef::Blob(self.bytes));
        Ok(self.statement.raw_bind_parameter(self.position, value)?)
    }

    fn value(&mut self, values: &Values, row: usize, is_instant: bool) -> Result<()> {
        if values.is_null(row) {
            return self.bind(ValueRef::Null);
        }
        match values {
            Values::Null => self.bind(ValueRef::Null),
            Values::Bool(values) => self.bind(ValueRef::Integer(values.value(row).into())),
            Values::Int(values) => self.bind(ValueRef::Integer(values.value(row))),
            Values::UInt(values) => {
                let value = values.value(row);
                let value = i64::try_from(value).map_err(|_| {
                    let most = i64::MAX;
                    Error::unsupported(format_args!("expected at most {most}, got {value}"))
                })?;
                self.bind(ValueRef::Integer(value))
            }
            Values::Float(values) => self.bind(ValueRef::Real(values.value(row))),
            Values::Float32(values) => self.bind(ValueRef::Real(values.value(row).into())),
            Values::Text(values) if is_instant && !values.value(row).ends_with('Z') => {
                // Times of GeoPackage are UTC.
                let time = format!("{}Z", values.value(row));
                self.bind(ValueRef::Text(time.as_bytes()))
            }
            Values::Text(values) | Values::Json(values) | Values::Number(values) => {
                self.bind(ValueRef::Text(values.value(row).as_bytes()))
            }
            Values::Bytes(values) | Values::Geometry(values) => {
                self.bind(ValueRef::Blob(values.value(row)))
            }
            Values::List(..) | Values::Struct(..) => {
                self.bytes.clear();
                values.write_json(row, self.bytes)?;
                let value = ToSqlOutput::Borrowed(ValueRef::Text(self.bytes));
                Ok(self.statement.raw_bind_parameter(self.position, value)?)
            }
        }
    }
}

/// Whether a field holds geometry that is written as such.
fn is_geometry(field: &Field) -> bool {
    matches!(field.extension_type_name(), Some("geoarrow.wkb" | "ogc.wkb" | "geoarrow.point"))
}

/// Whether a field holds the ids of features as integers.
fn is_id(field: &Field) -> bool {
    field.metadata().contains_key(FEATURE_ID)
        && field.data_type().is_integer()
        && *field.data_type() != DataType::UInt64
}

fn is_json(field: &Field) -> bool {
    field.extension_type_name() == Some("arrow.json") || field.data_type().is_nested()
}

/// Whether a type is of points in time.
fn is_instant(data_type: &DataType) -> bool {
    match data_type {
        DataType::Date64 | DataType::Timestamp(..) => true,
        DataType::Dictionary(_, values) => is_instant(values),
        _ => false,
    }
}

/// The type that a column declares.
fn declared(data_type: &DataType) -> &'static str {
    use DataType as T;
    match data_type {
        T::Boolean => "BOOLEAN",
        T::Int8 => "TINYINT",
        T::Int16 | T::UInt8 => "SMALLINT",
        T::Int32 | T::UInt16 => "MEDIUMINT",
        T::Int64 | T::UInt32 | T::UInt64 => "INTEGER",
        T::Float16 | T::Float32 => "FLOAT",
        T::Float64 => "DOUBLE",
        T::Date32 => "DATE",
        T::Date64 | T::Timestamp(..) => "DATETIME",
        T::Dictionary(_, values) => declared(values),
        other if other.is_binary() || matches!(other, T::FixedSizeBinary(_)) => "BLOB",
        _ => "TEXT",
    }
}

/// The name of the table for a layer. Some beginnings are reserved.
fn table(name: &str) -> String {
    let lower = name.to_ascii_lowercase();
    match name {
        "" => "layer".to_owned(),
        _ if ["sqlite_", "gpkg_", "rtree_"].iter().any(|start| lower.starts_with(start)) => {
            format!("layer_{name}")
        }
        _ => name.to_owned(),
    }
}

/// A name that no column has. To SQLite, `a` and `A` are the same.
fn free(name: &str, taken: &mut Vec<String>) -> String {
    let mut free = name.to_owned();
    let mut number = 2;
    while taken.iter().any(|taken| taken.eq_ignore_ascii_case(&free)) {
        free = format!("{name}_{number}");
        number += 1;
    }
    taken.push(free.clone());
    free
}

impl<W: Write> Sink for LayerSink<W> {
    fn write(&mut self, batch: &RecordBatch) -> Result<()> {
        self.insert(batch)
    }

    fn finish(self: Box<Self>) -> Result<()> {
        let Self { mut out, mut file, connection, extent, .. } = *self;
        extent.finish(&connection)?;
        connection.close().map_err(|(_, error)| error)?;
        file.rewind()?;
        io::copy(&mut file, &mut out)?;
        Ok(out.flush()?)
    }
}
