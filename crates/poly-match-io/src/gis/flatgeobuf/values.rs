//! The values of a column of a batch, as the properties of FlatGeobuf.

use arrow_array::cast::AsArray;
use arrow_array::types::{
    ArrowPrimitiveType, Float32Type, Float64Type, Int8Type, Int16Type, Int32Type, Int64Type,
    UInt8Type, UInt16Type, UInt32Type, UInt64Type,
};
use arrow_array::{Array, ArrayRef};
use arrow_cast::cast;
use arrow_schema::{DataType, Field};
use flatgeobuf::ColumnType;

use super::header::{DATE_TIME, TYPE};
use crate::cells::cells;
use crate::error::{Error, Place, Result};

/// The type of the column that a field becomes. What FlatGeobuf has no type for is text or JSON.
pub(super) fn column_type(field: &Field) -> ColumnType {
    of_type(field, field.data_type())
}

fn of_type(field: &Field, data_type: &DataType) -> ColumnType {
    match data_type {
        DataType::Boolean => ColumnType::Bool,
        DataType::Int8 => ColumnType::Byte,
        DataType::UInt8 => ColumnType::UByte,
        DataType::Int16 => ColumnType::Short,
        DataType::UInt16 => ColumnType::UShort,
        DataType::Int32 => ColumnType::Int,
        DataType::UInt32 => ColumnType::UInt,
        DataType::Int64 => ColumnType::Long,
        DataType::UInt64 => ColumnType::ULong,
        DataType::Float16 | DataType::Float32 => ColumnType::Float,
        DataType::Float64 => ColumnType::Double,
        DataType::Date32 | DataType::Date64 | DataType::Timestamp(..) => ColumnType::DateTime,
        DataType::Utf8 | DataType::LargeUtf8 | DataType::Utf8View
            if field.extension_type_name() == Some("arrow.json") =>
        {
            ColumnType::Json
        }
        DataType::Utf8 if field.metadata().get(TYPE).is_some_and(|kind| kind == DATE_TIME) => {
            ColumnType::DateTime
        }
        DataType::List(_)
        | DataType::LargeList(_)
        | DataType::FixedSizeList(..)
        | DataType::Struct(_) => ColumnType::Json,
        // Another geometry is text.
        other if is_binary(other) && field.extension_type_name().is_none() => ColumnType::Binary,
        DataType::Dictionary(_, values) => of_type(field, values),
        _ => ColumnType::String,
    }
}

fn is_binary(data_type: &DataType) -> bool {
    use DataType::{Binary, BinaryView, FixedSizeBinary, LargeBinary};
    matches!(data_type, Binary | LargeBinary | BinaryView | FixedSizeBinary(_))
}

/// The values of a column of a batch, in the form in which they are written.
pub(super) struct Values {
    array: ArrayRef,
    kind: ColumnType,
}

impl Values {
    /// Prepares the values of a column.
    ///
    /// # Errors
    /// If they cannot be written as text.
    pub(super) fn new(field: &Field, array: &ArrayRef) -> Result<Self> {
        let kind = column_type(field);
        let to = match kind {
            ColumnType::Bool => DataType::Boolean,
            ColumnType::Byte => DataType::Int8,
            ColumnType::UByte => DataType::UInt8,
            ColumnType::Short => DataType::Int16,
            ColumnType::UShort => DataType::UInt16,
            ColumnType::Int => DataType::Int32,
            ColumnType::UInt => DataType::UInt32,
            ColumnType::Long => DataType::Int64,
            ColumnType::ULong => DataType::UInt64,
            ColumnType::Float => DataType::Float32,
            ColumnType::Double => DataType::Float64,
            ColumnType::Binary => DataType::Binary,
            _ => return Ok(Self { array: std::sync::Arc::new(cells(field, array)?), kind }),
        };
        let array = cast(array, &to)
            .map_err(|error| Error::from(error).at(Place::Column(field.name().clone())))?;
        Ok(Self { array, kind })
    }

    /// Writes a value behind the position of its column; nothing if it is null.
    pub(super) fn write(&self, position: u16, row: usize, out: &mut Vec<u8>) {
        if self.array.is_null(row) {
            return;
        }
        out.extend(position.to_le_bytes());
        let with_length = |bytes: &[u8], out: &mut Vec<u8>| {
            // Arrays have fewer than 4 GiB.
            out.extend(u32::try_from(bytes.len()).unwrap_or(u32::MAX).to_le_bytes());
            out.extend_from_slice(bytes);
        };
        match self.kind {
            ColumnType::Bool => out.push(self.array.as_boolean().value(row).into()),
            ColumnType::Byte => out.extend(self.number::<Int8Type>(row).to_le_bytes()),
            ColumnType::UByte => out.extend(self.number::<UInt8Type>(row).to_le_bytes()),
            ColumnType::Short => out.extend(self.number::<Int16Type>(row).to_le_bytes()),
            ColumnType::UShort => out.extend(self.number::<UInt16Type>(row).to_le_bytes()),
            ColumnType::Int => out.extend(self.number::<Int32Type>(row).to_le_bytes()),
            ColumnType::UInt => out.extend(self.number::<UInt32Type>(row).to_le_bytes()),
            ColumnType::Long => out.extend(self.number::<Int64Type>(row).to_le_bytes()),
            ColumnType::ULong => out.extend(self.number::<UInt64Type>(row).to_le_bytes()),
            ColumnType::Float => out.extend(self.number::<Float32Type>(row).to_le_bytes()),
            ColumnType::Double => out.extend(self.number::<Float64Type>(row).to_le_bytes()),
            ColumnType::Binary => with_length(self.array.as_binary::<i32>().value(row), out),
            _ => with_length(self.array.as_string::<i32>().value(row).as_bytes(), out),
        }
    }

    fn number<T: ArrowPrimitiveType>(&self, row: usize) -> T::Native {
        self.array.as_primitive::<T>().value(row)
    }
}
