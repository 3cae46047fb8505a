//! The values of a column as text, for the formats that are text.
//!
//! | column | as JSON | as a cell of CSV |
//! |---|---|---|
//! | integers, floats | a number; null if it is not finite | the shortest text that reads back |
//! | booleans | `true`, `false` | `true`, `false` |
//! | text | a string | the text |
//! | `arrow.json` | the value | the value; a string without quotes |
//! | decimals | a number | its digits |
//! | dates, times, durations | a string, as ISO 8601 has it | the same |
//! | `geoarrow.wkb`, `geoarrow.point` | a geometry of GeoJSON | well-known text |
//! | other bytes | a string of hexadecimal digits | the digits |
//! | lists, structs | arrays, objects | the JSON |
//! | null | `null` | nothing |

use arrow_array::cast::AsArray;
use arrow_array::types::{Float32Type, Float64Type, Int64Type, UInt64Type};
use arrow_array::{
    Array, ArrayRef, BinaryArray, BooleanArray, ListArray, PrimitiveArray, StringArray, StructArray,
};
use arrow_cast::{CastOptions, cast_with_options};
use arrow_schema::{DataType, Field};
use serde::de::IgnoredAny;

use crate::error::{Error, Place, Result, quoted};
use crate::notation::{self, Notation};
use crate::numbers;
use crate::points;

/// The values of a column of a batch.
pub(crate) enum Values {
    Null,
    Bool(BooleanArray),
    Int(PrimitiveArray<Int64Type>),
    UInt(PrimitiveArray<UInt64Type>),
    Float(PrimitiveArray<Float64Type>),
    Float32(PrimitiveArray<Float32Type>),
    Text(StringArray),
    /// Text that is JSON.
    Json(StringArray),
    /// Text that is a number.
    Number(StringArray),
    Bytes(BinaryArray),
    Geometry(BinaryArray),
    List(ListArray, Box<Values>),
    Struct(StructArray, Vec<(String, Values)>),
}

impl Values {
    /// Prepares the values of a column.
    ///
    /// # Errors
    /// If its type cannot be written as text.
    pub(crate) fn new(field: &Field, array: &ArrayRef) -> Result<Self> {
        Self::prepare(field, array).map_err(|error| error.at(Place::Column(field.name().clone())))
    }

    fn prepare(field: &Field, array: &ArrayRef) -> Result<Self> {
        use DataType as T;
        if field.extension_type_name() == Some("geoarrow.point") {
            return Ok(Self::Geometry(points::to_wkb(array)?));
        }
        let to = |data_type: &DataType| cast(array, data_type);
        Ok(match array.data_type() {
            T::Null => Self::Null,
            T::Boolean => Self::Bool(array.as_boolean().clone()),
            T::Int8 | T::Int16 | T::Int32 | T::Int64 => {
                Self::Int(to(&T::Int64)?.as_primitive().clone())
            }
            T::UInt8 | T::UInt16 | T::UInt32 | T::UInt64 => {
                Self::UInt(to(&T::UInt64)?.as_primitive().clone())
            }
            T::Float16 | T::Float32 => Self::Float32(to(&T::Float32)?.as_primitive().clone()),
            T::Float64 => Self::Float(array.as_primitive().clone()),
            T::Utf8 | T::LargeUtf8 | T::Utf8View => {
                let text = to(&T::Utf8)?.as_string().clone();
                match field.extension_type_name() {
                    Some("arrow.json") => Self::Json(text),
                    _ => Self::Text(text),
                }
            }
            T::Binary | T::LargeBinary | T::BinaryView | T::FixedSizeBinary(_) => {
                let bytes = to(&T::Binary)?.as_binary().clone();
                match field.extension_type_name() {
                    Some("geoarrow.wkb" | "ogc.wkb") => Self::Geometry(bytes),
                    _ => Self::Bytes(bytes),
                }
            }
            T::Decimal32(..) | T::Decimal64(..) | T::Decimal128(..) | T::Decimal256(..) => {
                Self::Number(to(&T::Utf8)?.as_string().clone())
            }
            // The zone of a time needs a database; the time itself does not.
            T::Timestamp(unit, Some(_)) => {
                let utc = to(&T::Timestamp(*unit, Some("+00:00".into())))?;
                Self::Text(cast(&utc, &T::Utf8)?.as_string().clone())
            }
            T::Date32
            | T::Date64
            | T::Time32(_)
            | T::Time64(_)
            | T::Timestamp(_, None)
            | T::Duration(_)
            | T::Interval(_) => Self::Text(to(&T::Utf8)?.as_string().clone()),
            T::Dictionary(_, values) => Self::prepare(field, &to(values)?)?,
            T::List(item) | T::LargeList(item) | T::FixedSizeList(item, _) => {
                let lists = to(&T::List(item.clone()))?.as_list::<i32>().clone();
                let items = Self::prepare(item, lists.values())?;
                Self::List(lists, Box::new(items))
            }
            T::Struct(fields) => {
                let structs = array.as_struct().clone();
                let members = fields.iter().zip(structs.columns()).map(|(field, array)| {
                    Ok((
                        serde_json::to_string(field.name()).map_err(Error::malformed)?,
                        Self::prepare(field, array)?,
                    ))
                });
                let members = members.collect::<Result<_>>()?;
                Self::Struct(structs, members)
            }
            other => {
                return Err(Error::unsupported(format_args!(
                    "values of the type {other} cannot be written as text"
                )));
            }
        })
    }

    /// Whether no cell of CSV needs quotes, whatever the row.
    pub(crate) fn is_without(&self, special: impl Fn(&[u8]) -> bool) -> bool {
        match self {
            Self::Null
            | Self::Bool(_)
            | Self::Int(_)
            | Self::UInt(_)
            | Self::Float(_)
            | Self::Float32(_)
            | Self::Number(_)
            | Self::Bytes(_) => true,
            Self::Text(values) => !special(values.values()),
            Self::Json(_) | Self::Geometry(_) | Self::List(..) | Self::Struct(..) => false,
        }
    }

    /// Whether a value is null.
    pub(crate) fn is_null(&self, row: usize) -> bool {
        match self {
            Self::Null => true,
            Self::Bool(values) => values.is_null(row),
            Self::Int(values) => values.is_null(row),
            Self::UInt(values) => values.is_null(row),
            Self::Float(values) => values.is_null(row),
            Self::Float32(values) => values.is_null(row),
            Self::Text(values) | Self::Json(values) | Self::Number(values) => values.is_null(row),
            Self::Bytes(values) | Self::Geometry(values) => values.is_null(row),
            Self::List(values, _) => values.is_null(row),
            Self::Struct(values, _) => values.is_null(row),
        }
    }

    /// Writes a value as a cell of CSV, without quotes.
    pub(crate) fn write_cell(&self, row: usize, out: &mut Vec<u8>) -> Result<()> {
        if self.is_null(row) {
            return Ok(());
        }
        match self {
            Self::Text(values) => out.extend_from_slice(values.value(row).as_bytes()),
            Self::Int(values) => numbers::integer(values.value(row), out),
            Self::Float(values) => numbers::float(values.value(row), out),
            Self::Float32(values) => numbers::float32(values.value(row), out),
            Self::Bytes(values) => hex(values.value(row), out),
            Self::Geometry(values) => {
                notation::write(values.value(row), Notation::Wkt, out).map_err(Error::malformed)?;
            }
            Self::Json(values) => match serde_json::from_str::<String>(values.value(row)) {
                Ok(text) => out.extend_from_slice(text.as_bytes()),
                Err(_) => out.extend_from_slice(values.value(row).as_bytes()),
            },
            _ => self.write_json(row, out)?,
        }
        Ok(())
    }

    /// Writes a value as JSON.
    pub(crate) fn write_json(&self, row: usize, out: &mut Vec<u8>) -> Result<()> {
        if self.is_null(row) {
            out.extend_from_slice(b"null");
            return Ok(());
        }
        match self {
            Self::Null => {}
            Self::Bool(values) => {
                out.extend_from_slice(if values.value(row) { b"true" } else { b"false" });
            }
            Self::Int(values) => numbers::integer(values.value(row), out),
            Self::UInt(values) => numbers::integer(values.value(row), out),
            Self::Float(values) if values.value(row).is_finite() => {
                numbers::float(values.value(row), out);
            }
            Self::Float32(values) if values.value(row).is_finite() => {
                numbers::float32(values.value(row), out);
            }
            Self::Float(_) | Self::Float32(_) => out.extend_from_slice(b"null"),
            Self::Text(values) => string(values.value(row), out)?,
            Self::Number(values) => out.extend_from_slice(values.value(row).as_bytes()),
            Self::Json(values) => {
                let text = values.value(row);
                serde_json::from_str::<IgnoredAny>(text).map_err(|error| {
                    Error::malformed(format_args!("{} is no JSON: {error}", quoted(text)))
                })?;
                out.extend_from_slice(text.as_bytes());
            }
            Self::Bytes(values) => {
                out.push(b'"');
                hex(values.value(row), out);
                out.push(b'"');
            }
            Self::Geometry(values) => {
                notation::write(values.value(row), Notation::GeoJson, out)
                    .map_err(Error::malformed)?;
            }
            Self::List(lists, items) => {
                let offsets = lists.value_offsets();
                let range = offsets[row]..offsets[row + 1];
                out.push(b'[');
                for (i, item) in range.enumerate() {
                    if i > 0 {
                        out.push(b',');
                    }
                    // Offsets of a list are not negative.
                    items.write_json(usize::try_from(item).unwrap_or_default(), out)?;
                }
                out.push(b']');
            }
            Self::Struct(_, members) => {
                out.push(b'{');
                for (i, (name, values)) in members.iter().enumerate() {
                    if i > 0 {
                        out.push(b',');
                    }
                    out.extend_from_slice(name.as_bytes());
                    out.push(b':');
                    values.write_json(row, out)?;
                }
                out.push(b'}');
            }
        }
        Ok(())
    }
}

/// Changes the type of an array. A value that the type cannot hold is an error.
fn cast(array: &ArrayRef, to: &DataType) -> Result<ArrayRef> {
    let options = CastOptions { safe: false, ..CastOptions::default() };
    Ok(cast_with_options(array, to, &options)?)
}

/// Writes a string of JSON.
pub(crate) fn string(text: &str, out: &mut Vec<u8>) -> Result<()> {
    serde_json::to_writer(out, text).map_err(Error::malformed)
}

fn hex(bytes: &[u8], out: &mut Vec<u8>) {
    const DIGITS: &[u8; 16] = b"0123456789ABCDEF";
    out.extend(
        bytes
            .iter()
            .flat_map(|byte| [DIGITS[usize::from(byte >> 4)], DIGITS[usize::from(byte & 15)]]),
    );
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use arrow_array::types::Int8Type;
    use arrow_array::*;
    use arrow_schema::extension::EXTENSION_TYPE_NAME_KEY;

    use super::*;

    /// The first and the second value, as JSON and as cells.
    fn written(array: impl Array + 'static, extension: &str) -> [String; 4] {
        let metadata = [(EXTENSION_TYPE_NAME_KEY.to_owned(), extension.to_owned())];
        let field = Field::new("a", array.data_type().clone(), true).with_metadata(metadata.into());
        let array: ArrayRef = Arc::new(array);
        let values = Values::new(&field, &array).expect("a type");
        let mut all: [Vec<u8>; 4] = Default::default();
        for row in 0..2 {
            values.write_json(row, &mut all[row]).expect("JSON");
            values.write_cell(row, &mut all[2 + row]).expect("a cell");
        }
        all.map(|text| String::from_utf8(text).expect("text"))
    }

    #[test]
    fn values_of_every_type_are_written() {
        let list = ListArray::from_iter_primitive::<Int8Type, _, _>([Some([Some(1), None]), None]);
        let decimals = Decimal128Array::from(vec![150, -5]).with_precision_and_scale(5, 2);
        let dates = Date32Array::from(vec![Some(19_723), None]);
        let times = TimestampMillisecondArray::from(vec![0, 1500]).with_timezone("UTC");
        let point = b"\x01\x01\0\0\0\0\0\0\0\0\0\xf0\x3f\0\0\0\0\0\0\0\x40";
        let fields = vec![Arc::new(Field::new("k\"", DataType::Int8, true))];
        let members: Vec<ArrayRef> = vec![Arc::new(Int8Array::from(vec![7, 8]))];
        let structs = StructArray::new(fields.into(), members, None);
        for (got, expected) in [
            (written(NullArray::new(2), ""), ["null", "null", "", ""]),
            (written(BooleanArray::from(vec![Some(true), None]), ""), ["true", "null", "true", ""]),
            (written(Int8Array::from(vec![-1, 2]), ""), ["-1", "2", "-1", "2"]),
            (
                written(UInt64Array::from(vec![u64::MAX, 0]), ""),
                ["18446744073709551615", "0", "18446744073709551615", "0"],
            ),
            (
                written(Float32Array::from(vec![0.1, f32::INFINITY]), ""),
                ["0.1", "null", "0.1", "inf"],
            ),
            (written(Float64Array::from(vec![3.0, f64::NAN]), ""), ["3.0", "null", "3.0", "NaN"]),
            (written(StringArray::from(vec!["a\"b", ""]), ""), [r#""a\"b""#, "\"\"", "a\"b", ""]),
            (
                written(StringViewArray::from(vec!["\u{e4}", "b"]), ""),
                ["\"\u{e4}\"", "\"b\"", "\u{e4}", "b"],
            ),
            (
                written(StringArray::from(vec![r#""a\nb""#, "[1]"]), "arrow.json"),
                [r#""a\nb""#, "[1]", "a\nb", "[1]"],
            ),
            (written(decimals.expect("few digits"), ""), ["1.50", "-0.05", "1.50", "-0.05"]),
            (written(dates, ""), ["\"2024-01-01\"", "null", "2024-01-01", ""]),
            (
                written(times, ""),
                [
                    "\"1970-01-01T00:00:00Z\"",
                    "\"1970-01-01T00:00:01.500Z\"",
                    "1970-01-01T00:00:00Z",
                    "1970-01-01T00:00:01.500Z",
                ],
            ),
            (
                written(BinaryArray::from(vec![&b"\x01\xab"[..], b""]), ""),
                ["\"01AB\"", "\"\"", "01AB", ""],
            ),
            (
                written(BinaryArray::from(vec![Some(&point[..]), None]), "geoarrow.wkb"),
                [r#"{"type":"Point","coordinates":[1,2]}"#, "null", "POINT (1 2)", ""],
            ),
            (written(list, ""), ["[1,null]", "null", "[1,null]", ""]),
            (
                written(structs, ""),
                [r#"{"k\"":7}"#, r#"{"k\"":8}"#, r#"{"k\"":7}"#, r#"{"k\"":8}"#],
            ),
            (
                written(DictionaryArray::<Int8Type>::from_iter([Some("x"), None]), ""),
                ["\"x\"", "null", "x", ""],
            ),
        ] {
            assert_eq!(got, expected);
        }
    }

    #[test]
    fn what_is_no_json_is_refused() {
        let metadata = [(EXTENSION_TYPE_NAME_KEY.to_owned(), "arrow.json".to_owned())];
        let field = Field::new("a", DataType::Utf8, true).with_metadata(metadata.into());
        let array: ArrayRef = Arc::new(StringArray::from(vec!["{]"]));
        let values = Values::new(&field, &array).expect("text");
        let error = values.write_json(0, &mut Vec::new()).expect_err("no JSON").to_string();
        assert!(error.starts_with(r#""{]" is no JSON"#), "{error}");
    }
}
