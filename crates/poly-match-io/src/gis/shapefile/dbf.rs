//! The columns of a `.dbf` file: dBASE III, as Shapefile uses it.

use std::io::Read;
use std::sync::Arc;

use arrow_array::ArrayRef;
use arrow_array::builder::{
    BooleanBuilder, Date32Builder, Float64Builder, Int64Builder, StringBuilder,
};
use arrow_array::types::Date32Type;
use arrow_cast::parse::Parser;
use arrow_schema::{DataType, Field, FieldRef};

use super::encoding::TextEncoding;
use crate::error::{Error, Place, Result, quoted};

/// The most digits of an integer column: more may not fit 64 bits.
const DIGITS: usize = 18;

/// The records of a file.
pub(super) struct Dbf {
    from: Box<dyn Read + Send>,
    pub(super) columns: Vec<Column>,
    pub(super) encoding: TextEncoding,
    /// How many records were not read yet.
    left: u32,
    record: Vec<u8>,
}

/// A column: where its bytes stand in a record.
#[derive(Debug)]
pub(super) struct Column {
    name: String,
    kind: Kind,
    start: usize,
    end: usize,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Text,
    Int,
    Float,
    Bool,
    Date,
}

impl Dbf {
    /// Reads the header. `named` is the encoding that a `.cpg` file names.
    pub(super) fn new(mut from: Box<dyn Read + Send>, named: Option<TextEncoding>) -> Result<Self> {
        let mut start = Vec::new();
        from.by_ref().take(32).read_to_end(&mut start)?;
        let short = |at: usize| usize::from(u16::from_le_bytes([start[at], start[at + 1]]));
        if start.len() < 32 || short(8) < 33 || short(10) == 0 {
            return Err(Error::malformed("expected the header of a dBASE file"));
        }
        let (header, width) = (short(8), short(10));
        let left = u32::from_le_bytes([start[4], start[5], start[6], start[7]]);
        let encoding = named.unwrap_or_else(|| TextEncoding::of_driver(start[29]));
        let mut fields = Vec::new();
        from.by_ref().take(header as u64 - 32).read_to_end(&mut fields)?;
        if fields.len() < header - 32 {
            return Err(Error::malformed("the file is truncated: expected its header"));
        }
        let (fields, _) = fields.as_chunks::<32>();
        let fields = fields.iter().take_while(|field| field[0] != b'\r');
        let mut columns: Vec<Column> = Vec::new();
        let mut at = 1;
        for field in fields {
            let name = field[..11].split(|byte| *byte == 0).next().unwrap_or_default();
            let name = encoding.decode(name.trim_ascii()).into_owned();
            let (start, len, decimals) = (at, usize::from(field[16]), field[17]);
            let kind = match field[11] {
                b'N' if decimals == 0 && len <= DIGITS => Kind::Int,
                b'N' | b'F' => Kind::Float,
                b'L' => Kind::Bool,
                b'D' => Kind::Date,
                _ => Kind::Text,
            };
            at += len;
            columns.push(Column { name, kind, start, end: at });
        }
        if at > width {
            return Err(Error::malformed(format_args!(
                "its columns have {at} bytes, expected at most the {width} of a record"
            )));
        }
        Ok(Self { from, columns, encoding, left, record: vec![0; width] })
    }

    /// The fields of the columns.
    pub(super) fn fields(&self) -> Vec<FieldRef> {
        self.columns.iter().map(Column::field).collect()
    }

    /// How many records were not read yet.
    pub(super) fn left(&self) -> u32 {
        self.left
    }

    /// Reads the next record. `None` at the end; false if it is deleted.
    pub(super) fn next(&mut self) -> Result<Option<bool>> {
        if self.left == 0 {
            return Ok(None);
        }
        match self.from.read_exact(&mut self.record) {
            Ok(()) => {}
            Err(error) if error.kind() == std::io::ErrorKind::UnexpectedEof => {
                return Err(Error::malformed(format_args!(
                    "the file is truncated: expected {} more records of {} bytes",
                    self.left,
                    self.record.len()
                )));
            }
            Err(error) => return Err(error.into()),
        }
        self.left -= 1;
        Ok(Some(self.record[0] != b'*'))
    }

    /// Adds the value of a column of the record that was read.
    pub(super) fn push(&self, column: usize, cells: &mut Cells) -> Result<()> {
        let Column { name, start, end, .. } = &self.columns[column];
        let bytes = &self.record[*start..*end];
        cells.push(bytes, self.encoding).map_err(|what| {
            let value = self.encoding.decode(bytes.trim_ascii());
            Error::malformed(format_args!(
                "{}: expected {what}, got {}",
                Place::Column(name.clone()),
                quoted(&value)
            ))
        })
    }

    /// The cells of a column of a batch.
    pub(super) fn cells(&self, column: usize) -> Cells {
        match self.columns[column].kind {
            Kind::Text => Cells::Text(StringBuilder::new()),
            Kind::Int => Cells::Int(Int64Builder::new()),
            Kind::Float => Cells::Float(Float64Builder::new()),
            Kind::Bool => Cells::Bool(BooleanBuilder::new()),
            Kind::Date => Cells::Date(Date32Builder::new()),
        }
    }

    /// About how many bytes a record takes.
    pub(super) fn width(&self) -> usize {
        self.record.len()
    }
}

impl Column {
    fn field(&self) -> FieldRef {
        let data_type = match self.kind {
            Kind::Text => DataType::Utf8,
            Kind::Int => DataType::Int64,
            Kind::Float => DataType::Float64,
            Kind::Bool => DataType::Boolean,
            Kind::Date => DataType::Date32,
        };
        Arc::new(Field::new(&self.name, data_type, true))
    }
}

/// The cells of a column of a batch.
pub(super) enum Cells {
    Text(StringBuilder),
    Int(Int64Builder),
    Float(Float64Builder),
    Bool(BooleanBuilder),
    Date(Date32Builder),
}

impl Cells {
    /// Adds a value; null if it is blank. The error says what was expected.
    fn push(
        &mut self,
        bytes: &[u8],
        encoding: TextEncoding,
    ) -> std::result::Result<(), &'static str> {
        let end = bytes.iter().rposition(|byte| !matches!(byte, b' ' | 0)).map_or(0, |at| at + 1);
        let (text, bytes) = (&bytes[..end], bytes[..end].trim_ascii());
        // A number that did not fit is written as asterisks.
        let digits = Some(bytes).filter(|bytes| !bytes.is_empty() && !bytes.contains(&b'*'));
        match self {
            Self::Text(cells) => {
                cells.append_option((!text.is_empty()).then(|| encoding.decode(text)));
            }
            Self::Int(cells) => cells.append_option(digits.map(integer).transpose()?),
            Self::Float(cells) => cells.append_option(digits.map(double).transpose()?),
            Self::Bool(cells) => cells.append_option(match bytes {
                [b'T' | b't' | b'Y' | b'y' | b'1'] => Some(true),
                [b'F' | b'f' | b'N' | b'n' | b'0'] => Some(false),
                [] | [b'?'] => None,
                _ => return Err("T or F"),
            }),
            Self::Date(cells) => {
                let is_there = |digits: &&[u8]| digits.iter().any(|digit| *digit != b'0');
                cells.append_option(digits.filter(is_there).map(date).transpose()?);
            }
        }
        Ok(())
    }

    pub(super) fn finish(&mut self) -> ArrayRef {
        match self {
            Self::Text(cells) => Arc::new(cells.finish()),
            Self::Int(cells) => Arc::new(cells.finish()),
            Self::Float(cells) => Arc::new(cells.finish()),
            Self::Bool(cells) => Arc::new(cells.finish()),
            Self::Date(cells) => Arc::new(cells.finish()),
        }
    }
}

fn integer(digits: &[u8]) -> std::result::Result<i64, &'static str> {
    let digits = digits.strip_suffix(b".").unwrap_or(digits);
    str::from_utf8(digits).ok().and_then(|text| text.parse().ok()).ok_or("an integer")
}

fn double(digits: &[u8]) -> std::result::Result<f64, &'static str> {
    let text = str::from_utf8(digits).map_err(|_| "a number")?;
    text.parse().or_else(|_| text.replace(',', ".").parse()).map_err(|_| "a number")
}

/// Days since 1970-01-01, of a year, a month and a day.
fn date(digits: &[u8]) -> std::result::Result<i32, &'static str> {
    let wrong = "a date such as 20240131";
    if digits.len() != 8 || !digits.iter().all(u8::is_ascii_digit) {
        return Err(wrong);
    }
    let text = str::from_utf8(digits).map_err(|_| wrong)?;
    let (year, rest) = text.split_at(4);
    let (month, day) = rest.split_at(2);
    Date32Type::parse(&format!("{year}-{month}-{day}")).ok_or(wrong)
}
