//! The columns of a layer, with the types that they declare.

use std::path::Path;
use std::sync::Arc;

use arrow_schema::extension::EXTENSION_TYPE_NAME_KEY;
use arrow_schema::{DataType, Field, FieldRef, TimeUnit};
use rusqlite::Connection;

use super::layers::{Layer, is_table};
use super::{crs, identifier};
use crate::error::{Error, Result, quoted};
use crate::foreign::Foreign;
use crate::geo;
use crate::geojson::FEATURE_ID;

/// What a column holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Geometry,
    Boolean,
    /// Integers with this number of bits.
    Integer(u32),
    Float,
    Text,
    Json,
    Bytes,
    Date,
    Time,
}

/// A column of a layer.
#[derive(Debug, Clone)]
pub(super) struct Column {
    pub(super) field: FieldRef,
    pub(super) kind: Kind,
}

/// The columns of a layer, and what its rows are ordered by.
#[derive(Debug)]
pub(super) struct Columns {
    pub(super) all: Vec<Column>,
    /// The primary key as SQL.
    pub(super) key: String,
}

impl Columns {
    pub(super) fn of(connection: &Connection, layer: &Layer, file: &Path) -> Result<Self> {
        if !is_table(connection, &layer.table)? {
            return Err(Foreign::View.error(file));
        }
        let json = json_columns(connection, &layer.table)?;
        let metadata = match &layer.geometry {
            Some(geometry) => crs::metadata(connection, geometry.srs)?,
            None => String::new(),
        };
        let mut statement = connection
            .prepare("SELECT name, type, pk FROM pragma_table_xinfo(?1) WHERE hidden <> 1")?;
        let mut rows = statement.query([&layer.table])?;
        let (mut all, mut keys) = (Vec::new(), Vec::new());
        while let Some(row) = rows.next()? {
            let (name, declared): (String, String) = (row.get(0)?, row.get(1)?);
            let is_key = row.get::<_, i64>(2)? > 0;
            let is_same = |other: &String| other.eq_ignore_ascii_case(&name);
            let kind = match &layer.geometry {
                Some(geometry) if is_same(&geometry.column) => Kind::Geometry,
                _ if json.iter().any(is_same) => Kind::Json,
                _ => Kind::declared(&declared),
            };
            if is_key {
                keys.push((name.clone(), declared.trim().eq_ignore_ascii_case("INTEGER")));
            }
            let mut field = Field::new(&name, kind.data_type(), true);
            match kind {
                Kind::Geometry => {
                    let described = geo::extension(&field, "geoarrow.wkb", &metadata);
                    field = described.as_ref().clone();
                }
                Kind::Json => {
                    let extension = (EXTENSION_TYPE_NAME_KEY.to_owned(), "arrow.json".to_owned());
                    field = field.with_metadata([extension].into());
                }
                _ => {}
            }
            all.push(Column { field: Arc::new(field), kind });
        }
        if let Some(geometry) = &layer.geometry
            && !all.iter().any(|column| column.kind == Kind::Geometry)
        {
            return Err(Error::malformed(format_args!(
                "expected a column {} of geometry in the layer {}, got none",
                quoted(&geometry.column),
                quoted(&layer.table)
            )));
        }
        let key = match keys.as_slice() {
            [(name, true)] => {
                for column in &mut all {
                    if column.field.name() == name && column.kind == Kind::Integer(64) {
                        let id = [(FEATURE_ID.to_owned(), "true".to_owned())];
                        let field = column.field.as_ref().clone().with_metadata(id.into());
                        column.field = Arc::new(field);
                    }
                }
                identifier(name)
            }
            // The hidden key has three names, of which a column may take some.
            _ => ["rowid", "_rowid_", "oid"]
                .into_iter()
                .find(|key| all.iter().all(|column| !column.field.name().eq_ignore_ascii_case(key)))
                .ok_or_else(|| Error::unsupported("expected a layer with a primary key, got none"))?
                .to_owned(),
        };
        Ok(Self { all, key })
    }
}

/// The columns of a table whose text is JSON.
fn json_columns(connection: &Connection, table: &str) -> Result<Vec<String>> {
    if !is_table(connection, "gpkg_data_columns")? {
        return Ok(Vec::new());
    }
    let mut statement = connection.prepare(
        "SELECT column_name FROM gpkg_data_columns
         WHERE table_name = ?1 COLLATE NOCASE AND mime_type = 'application/json' LIMIT 10000",
    )?;
    let names = statement.query_map([table], |row| row.get(0))?;
    Ok(names.collect::<rusqlite::Result<_>>()?)
}

impl Kind {
    /// What a declared type holds: that of the standard, or else by the rules of SQLite, which takes any
    /// word for a type.
    fn declared(declared: &str) -> Self {
        let word = declared.split('(').next().unwrap_or_default().trim().to_ascii_uppercase();
        match word.as_str() {
            "BOOLEAN" | "BOOL" => Self::Boolean,
            "TINYINT" => Self::Integer(8),
            "SMALLINT" => Self::Integer(16),
            "MEDIUMINT" => Self::Integer(32),
            "DATE" => Self::Date,
            "DATETIME" | "TIMESTAMP" => Self::Time,
            "NUMERIC" | "DECIMAL" | "NUMBER" => Self::Float,
            word if word.contains("INT") => Self::Integer(64),
            word if word.contains("BLOB") => Self::Bytes,
            word if ["REAL", "FLOA", "DOUB"].iter().any(|part| word.contains(part)) => Self::Float,
            _ => Self::Text,
        }
    }

    pub(super) fn data_type(self) -> DataType {
        match self {
            Self::Geometry | Self::Bytes => DataType::Binary,
            Self::Boolean => DataType::Boolean,
            Self::Integer(8) => DataType::Int8,
            Self::Integer(16) => DataType::Int16,
            Self::Integer(32) => DataType::Int32,
            Self::Integer(_) => DataType::Int64,
            Self::Float => DataType::Float64,
            Self::Text | Self::Json => DataType::Utf8,
            Self::Date => DataType::Date32,
            Self::Time => DataType::Timestamp(TimeUnit::Microsecond, Some("UTC".into())),
        }
    }

    /// What a value must be, for messages.
    pub(super) fn expected(self) -> &'static str {
        match self {
            Self::Geometry => "a geometry",
            Self::Boolean => "0 or 1",
            Self::Integer(8) => "an integer of 8 bits",
            Self::Integer(16) => "an integer of 16 bits",
            Self::Integer(32) => "an integer of 32 bits",
            Self::Integer(_) => "an integer",
            Self::Float => "a number",
            Self::Text | Self::Json => "a text",
            Self::Bytes => "bytes",
            Self::Date => "a date such as 2024-02-29",
            Self::Time => "a time such as 2024-02-29T12:30:00.500Z, to the microsecond",
        }
    }
}
