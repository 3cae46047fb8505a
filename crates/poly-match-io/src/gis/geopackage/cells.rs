//! The values of a column of a layer, as an array of Arrow.
//!
//! SQLite lets any value stand in any column. A value of another type than the column declares is taken if
//! nothing of it is lost, or else it is an error.

use std::sync::Arc;

use arrow_array::ArrayRef;
use arrow_array::builder::{
    BinaryBuilder, BooleanBuilder, Date32Builder, Float64Builder, Int64Builder, StringBuilder,
    TimestampMicrosecondBuilder,
};
use arrow_cast::cast;
use rusqlite::types::ValueRef;

use super::columns::Kind;
use super::{blob, times};
use crate::error::{Error, Result, quoted};
use crate::numbers;

/// Collects the values of a column.
pub(super) struct Cells {
    kind: Kind,
    built: Built,
}

enum Built {
    Boolean(BooleanBuilder),
    Integer(Int64Builder),
    Float(Float64Builder),
    Text(StringBuilder),
    Bytes(BinaryBuilder),
    Date(Date32Builder),
    Time(TimestampMicrosecondBuilder),
}

impl Cells {
    pub(super) fn new(kind: Kind) -> Self {
        let built = match kind {
            Kind::Boolean => Built::Boolean(BooleanBuilder::new()),
            Kind::Integer(_) => Built::Integer(Int64Builder::new()),
            Kind::Float => Built::Float(Float64Builder::new()),
            Kind::Text | Kind::Json => Built::Text(StringBuilder::new()),
            Kind::Geometry | Kind::Bytes => Built::Bytes(BinaryBuilder::new()),
            Kind::Date => Built::Date(Date32Builder::new()),
            Kind::Time => Built::Time(TimestampMicrosecondBuilder::new().with_timezone("UTC")),
        };
        Self { kind, built }
    }

    /// Adds a value.
    pub(super) fn push(&mut self, value: ValueRef<'_>) -> Result<()> {
        let is_taken = match (&mut self.built, value) {
            (built, ValueRef::Null) => {
                built.push_null();
                true
            }
            (Built::Boolean(built), ValueRef::Integer(value @ (0 | 1))) => {
                built.append_value(value == 1);
                true
            }
            (Built::Integer(built), value) => {
                integer(value, self.kind).map(|value| built.append_value(value)).is_some()
            }
            (Built::Float(built), value) => {
                float(value).map(|value| built.append_value(value)).is_some()
            }
            (Built::Text(built), value) => match text(value)? {
                Some(text) => {
                    built.append_value(text);
                    true
                }
                None => false,
            },
            (Built::Bytes(built), ValueRef::Blob(bytes)) if self.kind == Kind::Geometry => {
                built.append_value(blob::wkb(bytes)?);
                true
            }
            (Built::Bytes(built), ValueRef::Blob(bytes) | ValueRef::Text(bytes))
                if self.kind != Kind::Geometry =>
            {
                built.append_value(bytes);
                true
            }
            (Built::Date(built), ValueRef::Text(text)) => {
                let date = str::from_utf8(text).ok().and_then(times::date);
                date.map(|date| built.append_value(date)).is_some()
            }
            (Built::Time(built), ValueRef::Text(text)) => {
                let time = str::from_utf8(text).ok().and_then(times::time);
                time.map(|time| built.append_value(time)).is_some()
            }
            _ => false,
        };
        if is_taken {
            return Ok(());
        }
        let (expected, got) = (self.kind.expected(), shown(value));
        Err(Error::malformed(format_args!("expected {expected}, got {got}")))
    }

    /// The values, and begins anew.
    pub(super) fn finish(&mut self) -> Result<ArrayRef> {
        Ok(match &mut self.built {
            Built::Boolean(built) => Arc::new(built.finish()),
            Built::Integer(built) => {
                let values: ArrayRef = Arc::new(built.finish());
                cast(&values, &self.kind.data_type())?
            }
            Built::Float(built) => Arc::new(built.finish()),
            Built::Text(built) => Arc::new(built.finish()),
            Built::Bytes(built) => Arc::new(built.finish()),
            Built::Date(built) => Arc::new(built.finish()),
            Built::Time(built) => Arc::new(built.finish()),
        })
    }
}

impl Built {
    fn push_null(&mut self) {
        match self {
            Self::Boolean(built) => built.append_null(),
            Self::Integer(built) => built.append_null(),
            Self::Float(built) => built.append_null(),
            Self::Text(built) => built.append_null(),
            Self::Bytes(built) => built.append_null(),
            Self::Date(built) => built.append_null(),
            Self::Time(built) => built.append_null(),
        }
    }
}

fn integer(value: ValueRef<'_>, kind: Kind) -> Option<i64> {
    let Kind::Integer(bits) = kind else { return None };
    let value = match value {
        ValueRef::Integer(value) => value,
        ValueRef::Real(value) => whole(value)?,
        _ => return None,
    };
    let least = i64::MIN >> (64 - bits);
    (least..=!least).contains(&value).then_some(value)
}

/// An integer that a double holds exactly.
#[expect(clippy::cast_possible_truncation, reason = "it is compared")]
fn whole(value: f64) -> Option<i64> {
    let integer = value as i64;
    (integer as f64 == value && integer != i64::MAX).then_some(integer)
}

fn float(value: ValueRef<'_>) -> Option<f64> {
    match value {
        ValueRef::Real(value) => Some(value),
        ValueRef::Integer(value) => {
            let float = value as f64;
            (whole(float) == Some(value)).then_some(float)
        }
        _ => None,
    }
}

/// A text, or a number as text.
fn text(value: ValueRef<'_>) -> Result<Option<std::borrow::Cow<'_, str>>> {
    let mut digits = Vec::new();
    match value {
        ValueRef::Text(text) => {
            let text = str::from_utf8(text).map_err(|error| {
                let at = error.valid_up_to();
                Error::malformed(format_args!(
                    "expected text in UTF-8, got other bytes at byte {at}"
                ))
            })?;
            return Ok(Some(text.into()));
        }
        ValueRef::Integer(value) => numbers::integer(value, &mut digits),
        ValueRef::Real(value) => numbers::float(value, &mut digits),
        ValueRef::Null | ValueRef::Blob(_) => return Ok(None),
    }
    Ok(String::from_utf8(digits).ok().map(Into::into))
}

/// A value, for messages.
fn shown(value: ValueRef<'_>) -> String {
    match value {
        ValueRef::Null => "null".to_owned(),
        ValueRef::Integer(value) => format!("the integer {value}"),
        ValueRef::Real(value) => format!("the number {value:?}"),
        ValueRef::Text(text) => {
            let start = &text[..text.len().min(200)];
            format!("the text {}", quoted(&String::from_utf8_lossy(start)))
        }
        ValueRef::Blob(bytes) => format!("{} bytes", bytes.len()),
    }
}
