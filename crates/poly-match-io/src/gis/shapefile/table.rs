//! Writes the columns of a `.dbf` file.
//!
//! Its header says how wide each column is, so the values are collected in a temporary file, and written
//! at the end. A double has up to 24 characters, so that it reads back exactly.

use std::collections::HashSet;
use std::fs::File;
use std::io::{BufReader, BufWriter, Read, Seek, Write};

use arrow_array::{Array, RecordBatch};
use arrow_schema::{DataType, Field, Schema};

use crate::cells::cells;
use crate::error::{Error, Place, Result, quoted};

/// The most bytes of a name.
const LONGEST_NAME: usize = 10;

/// The most bytes of a value.
const LONGEST: usize = 254;

/// The most characters of an integer.
const DIGITS: usize = 18;

/// Stands for a null among the lengths of values.
const NULL: u8 = u8::MAX;

/// The most bytes of a file.
pub(super) const LARGEST: u64 = i32::MAX as u64;

/// How the values of a column are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Text,
    Int,
    Float,
    Bool,
    Date,
}

#[derive(Debug)]
struct Column {
    position: usize,
    name: String,
    kind: Kind,
    width: usize,
}

/// The values of the columns, as they come.
pub(super) struct Table {
    columns: Vec<Column>,
    /// The new name of each column whose name is too long or comes twice.
    pub(super) renamed: Vec<(String, String)>,
    spool: BufWriter<File>,
    rows: u64,
}

impl Table {
    /// Starts a table of all columns but the geometry.
    pub(super) fn new(schema: &Schema, geometry: Option<usize>) -> Result<Self> {
        let (mut columns, mut renamed) = (Vec::new(), Vec::new());
        let mut taken = HashSet::new();
        for (position, field) in schema.fields().iter().enumerate() {
            if Some(position) == geometry {
                continue;
            }
            let name = short(field.name(), &mut taken);
            if name != *field.name() {
                renamed.push((field.name().clone(), name.clone()));
            }
            let kind = kind(field.data_type());
            let width = match (kind, field.data_type()) {
                (Kind::Int, DataType::Int64 | DataType::UInt64) => DIGITS,
                (Kind::Int, _) => 9,
                (Kind::Float, _) => 24,
                (Kind::Date, _) => 8,
                (Kind::Text | Kind::Bool, _) => 1,
            };
            columns.push(Column { position, name, kind, width });
        }
        if columns.len() > 2046 {
            return Err(Error::unsupported(format_args!(
                "a Shapefile has at most 2046 columns, got {}",
                columns.len()
            )));
        }
        let spool = BufWriter::with_capacity(1 << 16, tempfile::tempfile()?);
        Ok(Self { columns, renamed, spool, rows: 0 })
    }

    /// Collects the rows of a batch.
    pub(super) fn write(&mut self, batch: &RecordBatch) -> Result<()> {
        let schema = batch.schema();
        let values = self
            .columns
            .iter()
            .map(|column| cells(schema.field(column.position), batch.column(column.position)));
        let values = values.collect::<Result<Vec<_>>>()?;
        for row in 0..batch.num_rows() {
            for (column, values) in self.columns.iter_mut().zip(&values) {
                let text = values.is_valid(row).then(|| values.value(row));
                let Some(value) = text.and_then(|text| written(column.kind, text)) else {
                    self.spool.write_all(&[NULL])?;
                    continue;
                };
                column
                    .check(&value, schema.field(column.position))
                    .map_err(|error| error.at(Place::Feature(self.rows)))?;
                column.width = column.width.max(value.len());
                // It was checked.
                self.spool.write_all(&[u8::try_from(value.len()).unwrap_or_default()])?;
                self.spool.write_all(value.as_bytes())?;
            }
            self.rows += 1;
        }
        let size = self.header_size() as u64 + self.rows * self.record_size() as u64;
        if size >= LARGEST {
            return Err(too_large("the .dbf file"));
        }
        Ok(())
    }

    fn header_size(&self) -> usize {
        32 * (self.columns.len() + 1) + 1
    }

    fn record_size(&self) -> usize {
        1 + self.columns.iter().map(|column| column.width).sum::<usize>()
    }

    /// Writes the file.
    pub(super) fn finish(self, mut out: impl Write) -> Result<()> {
        let size = |size: usize, what: &str| {
            u16::try_from(size).map_err(|_| {
                Error::unsupported(format_args!(
                    "the {what} of a Shapefile has at most 65535 bytes, got {size}"
                ))
            })
        };
        let (header_size, record_size) =
            (size(self.header_size(), "header")?, size(self.record_size(), "row")?);
        // dBASE III, and a day: the same rows give the same file.
        let mut header = vec![3, 95, 7, 26];
        header.extend(u32::try_from(self.rows).unwrap_or(u32::MAX).to_le_bytes());
        header.extend(header_size.to_le_bytes());
        header.extend(record_size.to_le_bytes());
        header.resize(32, 0);
        for Column { name, kind, width, .. } in &self.columns {
            let start = header.len();
            header.extend(name.as_bytes());
            header.resize(start + 11, 0);
            header.push(match kind {
                Kind::Text => b'C',
                Kind::Int | Kind::Float => b'N',
                Kind::Bool => b'L',
                Kind::Date => b'D',
            });
            header.resize(start + 16, 0);
            header.push(u8::try_from(*width).unwrap_or(u8::MAX));
            header.push(if *kind == Kind::Float { 15 } else { 0 });
            header.resize(start + 32, 0);
        }
        header.push(b'\r');
        out.write_all(&header)?;
        let mut spool = self.spool.into_inner().map_err(|error| error.into_error())?;
        spool.rewind()?;
        let mut spool = BufReader::with_capacity(1 << 16, spool);
        let mut record = Vec::new();
        for _ in 0..self.rows {
            record.clear();
            record.push(b' ');
            for Column { kind, width, .. } in &self.columns {
                let mut len = [0];
                spool.read_exact(&mut len)?;
                let end = record.len() + width;
                match (len[0], kind) {
                    (NULL, Kind::Bool) => record.push(b'?'),
                    (NULL, _) => {}
                    (len, Kind::Int | Kind::Float) => {
                        record.resize(end - usize::from(len), b' ');
                        (&mut spool).take(len.into()).read_to_end(&mut record)?;
                    }
                    (len, _) => {
                        (&mut spool).take(len.into()).read_to_end(&mut record)?;
                    }
                }
                record.resize(end, b' ');
            }
            out.write_all(&record)?;
        }
        Ok(out.write_all(b"\x1a")?)
    }
}

impl Column {
    fn check(&self, value: &str, field: &Field) -> Result<()> {
        let (longest, what) = match self.kind {
            Kind::Int => (DIGITS, "characters of an integer"),
            Kind::Date => (8, "digits of a date"),
            Kind::Text | Kind::Float | Kind::Bool => (LONGEST, "bytes of text"),
        };
        if value.len() <= longest {
            return Ok(());
        }
        Err(Error::unsupported(format_args!(
            "{}: a Shapefile has at most {longest} {what}, got {} in {}: write another format, such as \
             GeoPackage",
            Place::Column(field.name().clone()),
            value.len(),
            quoted(value)
        )))
    }
}

/// An error of a file that would become too large.
pub(super) fn too_large(what: &str) -> Error {
    Error::unsupported(format_args!(
        "{what} would have more than {LARGEST} bytes: write another format, such as GeoPackage"
    ))
}

fn kind(data_type: &DataType) -> Kind {
    match data_type {
        DataType::Int8
        | DataType::Int16
        | DataType::Int32
        | DataType::Int64
        | DataType::UInt8
        | DataType::UInt16
        | DataType::UInt32
        | DataType::UInt64 => Kind::Int,
        DataType::Float16 | DataType::Float32 | DataType::Float64 => Kind::Float,
        DataType::Boolean => Kind::Bool,
        DataType::Date32 => Kind::Date,
        DataType::Dictionary(_, values) => kind(values),
        _ => Kind::Text,
    }
}

/// A value as it is written; `None` if there is no form for it, as for NaN.
fn written(kind: Kind, cell: &str) -> Option<String> {
    Some(match kind {
        Kind::Text | Kind::Int => cell.to_owned(),
        Kind::Float if cell.ends_with(|last: char| last.is_ascii_alphabetic()) => return None,
        Kind::Float => cell.to_owned(),
        Kind::Bool => if cell == "true" { "T" } else { "F" }.to_owned(),
        Kind::Date => cell.replace('-', ""),
    })
}

/// A name of at most 10 bytes that no other column has, in any case.
fn short(name: &str, taken: &mut HashSet<String>) -> String {
    let cut = |most: usize| {
        let mut end = name.len().min(most);
        while !name.is_char_boundary(end) {
            end -= 1;
        }
        &name[..end]
    };
    let numbered = (1..).map(|number: usize| {
        let number = format!("_{number}");
        format!("{}{number}", cut(LONGEST_NAME.saturating_sub(number.len())))
    });
    let mut names = std::iter::once(cut(LONGEST_NAME).to_owned()).chain(numbered);
    names.find(|name| taken.insert(name.to_lowercase())).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_short_and_come_once() {
        let mut taken = HashSet::new();
        let mut named = |name: &str| short(name, &mut taken);
        assert_eq!(named("polygon_id"), "polygon_id");
        assert_eq!(named("polygon_identifier"), "polygon__1");
        assert_eq!(named("POLYGON_ID"), "POLYGON__2");
        assert_eq!(named("\u{e4}\u{e4}\u{e4}\u{e4}\u{e4}\u{e4}"), "\u{e4}\u{e4}\u{e4}\u{e4}\u{e4}");
    }
}
