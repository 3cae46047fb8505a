//! The properties of features: bytes, in which the position of a column stands before each value.

use std::ops::Range;
use std::sync::Arc;

use arrow_array::ArrayRef;
use arrow_array::builder::{BinaryBuilder, BooleanBuilder, PrimitiveBuilder, StringBuilder};
use arrow_array::types::{
    ArrowPrimitiveType, Float32Type, Float64Type, Int8Type, Int16Type, Int32Type, Int64Type,
    UInt8Type, UInt16Type, UInt32Type, UInt64Type,
};
use flatgeobuf::ColumnType;

use crate::error::{Error, Result, quoted};

/// Finds the bytes of each column's value. Columns without one are null.
pub(super) fn find(
    bytes: &[u8],
    columns: &[(String, ColumnType)],
    values: &mut [Option<Range<usize>>],
) -> Result<()> {
    values.fill(None);
    let mut at = 0;
    // Some writers leave a byte at the end.
    while bytes.len() - at >= 2 {
        let position = usize::from(u16::from_le_bytes([bytes[at], bytes[at + 1]]));
        at += 2;
        let Some((name, kind)) = columns.get(position) else {
            return Err(Error::malformed(format_args!(
                "expected a property of {} columns, got position {position}",
                columns.len()
            )));
        };
        let truncated =
            || Error::malformed(format_args!("the property {} is truncated", quoted(name)));
        let size = match size(*kind) {
            Some(size) => size,
            None => {
                let len = bytes[at..].first_chunk().ok_or_else(truncated)?;
                at += 4;
                u32::from_le_bytes(*len) as usize
            }
        };
        if bytes.len() - at < size {
            return Err(truncated());
        }
        values[position] = Some(at..at + size);
        at += size;
    }
    Ok(())
}

/// The bytes of a value; `None` if its length stands before it.
fn size(kind: ColumnType) -> Option<usize> {
    match kind {
        ColumnType::Byte | ColumnType::UByte | ColumnType::Bool => Some(1),
        ColumnType::Short | ColumnType::UShort => Some(2),
        ColumnType::Int | ColumnType::UInt | ColumnType::Float => Some(4),
        ColumnType::Long | ColumnType::ULong | ColumnType::Double => Some(8),
        _ => None,
    }
}

/// The cells of a column of a batch.
pub(super) enum Cells {
    Bool(BooleanBuilder),
    I8(PrimitiveBuilder<Int8Type>),
    U8(PrimitiveBuilder<UInt8Type>),
    I16(PrimitiveBuilder<Int16Type>),
    U16(PrimitiveBuilder<UInt16Type>),
    I32(PrimitiveBuilder<Int32Type>),
    U32(PrimitiveBuilder<UInt32Type>),
    I64(PrimitiveBuilder<Int64Type>),
    U64(PrimitiveBuilder<UInt64Type>),
    F32(PrimitiveBuilder<Float32Type>),
    F64(PrimitiveBuilder<Float64Type>),
    Text(StringBuilder),
    Bytes(BinaryBuilder),
}

impl Cells {
    pub(super) fn new(kind: ColumnType) -> Self {
        match kind {
            ColumnType::Bool => Self::Bool(BooleanBuilder::new()),
            ColumnType::Byte => Self::I8(PrimitiveBuilder::new()),
            ColumnType::UByte => Self::U8(PrimitiveBuilder::new()),
            ColumnType::Short => Self::I16(PrimitiveBuilder::new()),
            ColumnType::UShort => Self::U16(PrimitiveBuilder::new()),
            ColumnType::Int => Self::I32(PrimitiveBuilder::new()),
            ColumnType::UInt => Self::U32(PrimitiveBuilder::new()),
            ColumnType::Long => Self::I64(PrimitiveBuilder::new()),
            ColumnType::ULong => Self::U64(PrimitiveBuilder::new()),
            ColumnType::Float => Self::F32(PrimitiveBuilder::new()),
            ColumnType::Double => Self::F64(PrimitiveBuilder::new()),
            ColumnType::Binary => Self::Bytes(BinaryBuilder::new()),
            _ => Self::Text(StringBuilder::new()),
        }
    }

    /// Adds a value by its bytes, or null.
    pub(super) fn push(&mut self, value: Option<&[u8]>) -> Result<()> {
        match self {
            Self::Bool(cells) => cells.append_option(value.map(|value| value != [0])),
            Self::I8(cells) => number(cells, value, i8::from_le_bytes),
            Self::U8(cells) => number(cells, value, u8::from_le_bytes),
            Self::I16(cells) => number(cells, value, i16::from_le_bytes),
            Self::U16(cells) => number(cells, value, u16::from_le_bytes),
            Self::I32(cells) => number(cells, value, i32::from_le_bytes),
            Self::U32(cells) => number(cells, value, u32::from_le_bytes),
            Self::I64(cells) => number(cells, value, i64::from_le_bytes),
            Self::U64(cells) => number(cells, value, u64::from_le_bytes),
            Self::F32(cells) => number(cells, value, f32::from_le_bytes),
            Self::F64(cells) => number(cells, value, f64::from_le_bytes),
            Self::Bytes(cells) => cells.append_option(value),
            Self::Text(cells) => {
                let text = value.map(str::from_utf8).transpose();
                cells.append_option(text.map_err(|_| Error::malformed("expected UTF-8"))?);
            }
        }
        Ok(())
    }

    pub(super) fn finish(&mut self) -> ArrayRef {
        match self {
            Self::Bool(cells) => Arc::new(cells.finish()),
            Self::I8(cells) => Arc::new(cells.finish()),
            Self::U8(cells) => Arc::new(cells.finish()),
            Self::I16(cells) => Arc::new(cells.finish()),
            Self::U16(cells) => Arc::new(cells.finish()),
            Self::I32(cells) => Arc::new(cells.finish()),
            Self::U32(cells) => Arc::new(cells.finish()),
            Self::I64(cells) => Arc::new(cells.finish()),
            Self::U64(cells) => Arc::new(cells.finish()),
            Self::F32(cells) => Arc::new(cells.finish()),
            Self::F64(cells) => Arc::new(cells.finish()),
            Self::Text(cells) => Arc::new(cells.finish()),
            Self::Bytes(cells) => Arc::new(cells.finish()),
        }
    }
}

/// Adds a number of `N` bytes, which [`find`] found.
fn number<T: ArrowPrimitiveType, const N: usize>(
    cells: &mut PrimitiveBuilder<T>,
    value: Option<&[u8]>,
    read: impl Fn([u8; N]) -> T::Native,
) {
    cells.append_option(value.and_then(|value| value.first_chunk()).map(|bytes| read(*bytes)));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_no_property_is_refused() {
        let columns = [("a".to_owned(), ColumnType::Int), ("b".to_owned(), ColumnType::String)];
        let found = |bytes: &[u8]| {
            let mut values = vec![None; 2];
            find(bytes, &columns, &mut values).map_err(|error| error.to_string()).map(|()| values)
        };
        assert_eq!(found(b"\x01\0\x01\0\0\0x\0\0\x07\0\0\0\0"), Ok(vec![Some(9..13), Some(6..7)]));
        assert_eq!(found(b""), Ok(vec![None, None]));
        for (bytes, line) in [
            (&b"\x02\0"[..], "expected a property of 2 columns, got position 2"),
            (b"\0\0\x07\0\0", "the property \"a\" is truncated"),
            (b"\x01\0\x07\0\0", "the property \"b\" is truncated"),
            (b"\x01\0\xff\xff\xff\xffx", "the property \"b\" is truncated"),
        ] {
            assert_eq!(found(bytes).expect_err("malformed"), line);
        }
    }
}
