//! Reads a layer as batches, in the order of its primary key.

use std::path::PathBuf;
use std::sync::Arc;

use arrow_array::{RecordBatch, RecordBatchOptions};
use arrow_schema::{Field, FieldRef, Schema, SchemaRef};
use rusqlite::types::ValueRef;
use rusqlite::{Connection, ErrorCode, params};

use super::cells::Cells;
use super::columns::{Columns, Kind};
use super::layers::Layer;
use super::{database, identifier};
use crate::columns;
use crate::error::{Cause, Error, Place, Result, quoted};
use crate::known::{Known, KnownColumn};
use crate::limits::Limits;
use crate::options::{Batches, ReadOptions};
use crate::stop::{Stop, stopped};

/// The batches of a layer.
pub(super) struct LayerBatches {
    connection: Connection,
    layer: Layer,
    sql: String,
    schema: SchemaRef,
    cells: Vec<Cells>,
    geometry: Option<String>,
    /// The least key of the rows that are left; `None` at the end.
    next: Option<i64>,
    /// How many rows were read.
    rows: u64,
    limits: Limits,
    stop: Stop,
}

impl LayerBatches {
    pub(super) fn new(source: crate::source::Source, options: &ReadOptions) -> Result<Self> {
        let stop = source.stop().clone();
        let file = PathBuf::from(source.name());
        let connection = database::open(source, &options.limits)?;
        let layer = Layer::find(&connection, options.layer.as_deref(), &file)?;
        let Columns { all, key } = Columns::of(&connection, &layer, &file)?;
        let schema = Schema::new(all.iter().map(|column| column.field.clone()).collect::<Vec<_>>());
        let chosen = columns::find(schema.fields(), options.columns.as_deref())?;
        let mut sql = format!("SELECT {key}");
        let mut cells = Vec::with_capacity(chosen.len());
        let mut geometry = None;
        for &position in &chosen {
            let column = &all[position];
            sql.push_str(", ");
            sql.push_str(&identifier(column.field.name()));
            cells.push(Cells::new(column.kind));
            if column.kind == Kind::Geometry {
                geometry = Some(column.field.name().clone());
            }
        }
        // The table itself is in the order of the key. An index need not be trusted.
        let table = identifier(&layer.table);
        sql.push_str(&format!(
            " FROM main.{table} NOT INDEXED WHERE {key} >= ?1 ORDER BY {key} LIMIT ?2"
        ));
        let schema = Arc::new(schema.project(&chosen)?);
        let limits = options.limits.clone();
        let (next, rows) = (Some(i64::MIN), 0);
        let batches =
            Self { connection, layer, sql, schema, cells, geometry, next, rows, limits, stop };
        batches.connection.prepare(&batches.sql)?;
        Ok(batches)
    }

    fn read(&mut self) -> Result<Option<RecordBatch>> {
        let Some(least) = self.next else { return Ok(None) };
        if self.stop.is_stopped() {
            return Err(stopped().into());
        }
        let most = self.limits.rows.max(1);
        let mut statement = self.connection.prepare(&self.sql)?;
        let mut rows = statement.query(params![least, i64::try_from(most).unwrap_or(i64::MAX)])?;
        let (mut count, mut bytes, mut next) = (0, 0, Some(least));
        let begin = self.rows;
        let far = self.limits.bytes.clamp(1, 1 << 29);
        while count < most && bytes < far {
            let place = || Place::Row(begin + count as u64);
            let row = rows.next().map_err(|error| told(error, &self.limits).at(place()))?;
            let Some(row) = row else {
                next = None;
                break;
            };
            let key = match row.get_ref(0)? {
                ValueRef::Integer(key) if next.is_some_and(|next| key >= next) => key,
                _ => {
                    let what = "the rows are not in the order of their keys: the file is damaged";
                    return Err(Error::malformed(what).at(place()));
                }
            };
            let mut row_bytes = 0;
            for (position, cells) in self.cells.iter_mut().enumerate() {
                let value = row.get_ref(position + 1)?;
                row_bytes += 8 + match value {
                    ValueRef::Text(value) | ValueRef::Blob(value) => value.len(),
                    _ => 0,
                };
                check_row(row_bytes, &self.limits).map_err(|error| error.at(place()))?;
                let pushed = cells.push(value);
                pushed
                    .map_err(|error| in_column(error, self.schema.field(position)).at(place()))?;
            }
            bytes += row_bytes;
            count += 1;
            next = key.checked_add(1);
            if next.is_none() {
                break;
            }
        }
        self.next = next;
        self.rows += count as u64;
        if count == 0 {
            return Ok(None);
        }
        let columns = self.cells.iter_mut().map(Cells::finish).collect::<Result<_>>()?;
        let options = RecordBatchOptions::new().with_row_count(Some(count));
        Ok(Some(RecordBatch::try_new_with_options(self.schema.clone(), columns, &options)?))
    }
}

/// Checks how many bytes a row has, as far as it was read.
fn check_row(bytes: usize, limits: &Limits) -> Result<()> {
    let (got, limit) = (bytes as u64, limits.memory / 2);
    if got <= limit {
        return Ok(());
    }
    Err(Error::new(Cause::TooLarge { what: "a row".to_owned(), got, limit }))
}

/// Adds the column to an error about a value.
fn in_column(error: Error, field: &Field) -> Error {
    let name = quoted(field.name());
    Error::malformed(format_args!("column {name}: {}", error.cause()))
}

/// The error of a row that cannot be read.
fn told(error: rusqlite::Error, limits: &Limits) -> Error {
    match error.sqlite_error_code() {
        Some(ErrorCode::TooBig) => Error::unsupported(format_args!(
            "a value needs more memory than {} bytes",
            limits.memory / 2
        )),
        _ => error.into(),
    }
}

impl Iterator for LayerBatches {
    type Item = Result<RecordBatch>;

    fn next(&mut self) -> Option<Self::Item> {
        self.read().transpose()
    }
}

impl Batches for LayerBatches {
    fn schema(&self) -> SchemaRef {
        self.schema.clone()
    }

    fn primary_geometry(&self) -> Option<&str> {
        self.geometry.as_deref()
    }

    fn known(&self) -> Result<Known> {
        let known = |field: &FieldRef| {
            let mut known = KnownColumn::default();
            if let Some(geometry) = self.layer.geometry.as_ref()
                && self.geometry.as_ref() == Some(field.name())
            {
                known.extent = self.layer.extent(&self.connection)?;
                known.geometry_types = geometry.types();
            }
            Ok(known)
        };
        Ok(Known {
            rows: self.total_rows(),
            columns: self.schema.fields().iter().map(known).collect::<Result<_>>()?,
            layers: self.layer.known(&self.connection)?,
            ..Known::default()
        })
    }

    fn total_rows(&self) -> Option<u64> {
        let table = identifier(&self.layer.table);
        let sql = format!("SELECT count(*) FROM main.{table} NOT INDEXED");
        let rows: i64 = self.connection.query_row(&sql, [], |row| row.get(0)).ok()?;
        u64::try_from(rows).ok()
    }
}
