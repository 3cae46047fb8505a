//! The cells of a column of a batch, from the text of values.

use std::str::FromStr;
use std::sync::Arc;

use arrow_array::builder::{BooleanBuilder, Float64Builder, Int64Builder, StringBuilder};
use arrow_array::{ArrayRef, BinaryArray};
use arrow_buffer::{Buffer, NullBufferBuilder, OffsetBuffer, ScalarBuffer};

use super::columns::{Kind, Origin};
use super::feature::Text;
use super::geometry::{Written, write_wkb};
use super::text::compact;
use crate::error::{Error, Result};

/// The cells of a column of a batch.
pub(super) enum Cells {
    Bool(BooleanBuilder),
    Int(Int64Builder),
    Float(Float64Builder),
    Text(StringBuilder),
    Json(StringBuilder),
    Geometry(Geometries),
}

/// Geometries as well-known binary, one after another.
#[derive(Default)]
pub(super) struct Geometries {
    values: Vec<u8>,
    ends: Vec<i32>,
    nulls: Option<NullBufferBuilder>,
}

impl Cells {
    pub(super) fn new(kind: Kind, origin: Origin) -> Self {
        match (origin, kind) {
            (Origin::Geometry, _) => Self::Geometry(Geometries::default()),
            (_, Kind::Bool) => Self::Bool(BooleanBuilder::new()),
            (_, Kind::Int { .. }) => Self::Int(Int64Builder::new()),
            (_, Kind::Float) => Self::Float(Float64Builder::new()),
            (_, Kind::Null | Kind::Text) => Self::Text(StringBuilder::new()),
            (_, Kind::Json) => Self::Json(StringBuilder::new()),
        }
    }

    /// Adds a value that fits the type, or null.
    pub(super) fn push(&mut self, json: Option<&str>) -> Result<()> {
        match self {
            Self::Bool(values) => values.append_option(json.map(|json| json == "true")),
            Self::Int(values) => values.append_option(parsed(json)?),
            Self::Float(values) => values.append_option(parsed(json)?),
            Self::Json(values) => values.append_option(json.map(compact)),
            Self::Text(values) => match json.map(serde_json::from_str::<Text<'_>>) {
                Some(Ok(text)) => values.append_value(text.0),
                Some(Err(_)) => return Err(changed()),
                None => values.append_null(),
            },
            Self::Geometry(_) => return Err(changed()),
        }
        Ok(())
    }

    /// Adds a geometry, and returns its bytes.
    pub(super) fn push_geometry(&mut self, json: Option<&str>, longest: usize) -> Result<usize> {
        let Self::Geometry(column) = self else { return Err(changed()) };
        let start = column.values.len();
        let written = match json {
            Some(json) => write_wkb(json, &mut column.values, start + longest),
            None => Ok(Written::Nothing),
        };
        let is_there = written.map_err(Error::malformed)? != Written::Nothing;
        column.nulls.get_or_insert_with(|| NullBufferBuilder::new(1024)).append(is_there);
        // A batch has fewer than 2 GiB.
        column.ends.push(i32::try_from(column.values.len()).map_err(Error::malformed)?);
        Ok(column.values.len() - start)
    }

    pub(super) fn finish(&mut self) -> ArrayRef {
        match self {
            Self::Bool(values) => Arc::new(values.finish()),
            Self::Int(values) => Arc::new(values.finish()),
            Self::Float(values) => Arc::new(values.finish()),
            Self::Text(values) | Self::Json(values) => Arc::new(values.finish()),
            Self::Geometry(column) => {
                let Geometries { values, ends, nulls } = std::mem::take(column);
                let offsets = std::iter::once(0).chain(ends).collect::<Vec<i32>>();
                let offsets = OffsetBuffer::new(ScalarBuffer::from(offsets));
                let nulls = nulls.and_then(|mut nulls| nulls.finish());
                Arc::new(BinaryArray::new(offsets, Buffer::from_vec(values), nulls))
            }
        }
    }
}

fn parsed<T: FromStr>(json: Option<&str>) -> Result<Option<T>> {
    json.map(|json| json.parse().map_err(|_| changed())).transpose()
}

/// The first time through the file, the value was another one.
pub(super) fn changed() -> Error {
    Error::malformed("the file changed while it was read")
}
