//! Reads columns of numbers: numbers as they are, and texts that hold them.

use std::sync::Arc;

use arrow_array::cast::AsArray;
use arrow_array::types::Float64Type;
use arrow_array::{Array, ArrayRef, StringArray};
use arrow_cast::cast;
use arrow_schema::{DataType, Field};

use crate::failure::{Failure, quoted};
use crate::text::{Decimal, Text};

/// The numbers of a column; in one of JSON, also those in strings. A cell that holds none is NaN.
pub(super) fn read(field: &Field, array: &ArrayRef, text: &Text) -> Result<Vec<f64>, Failure> {
    if field.extension_type_name() == Some("arrow.json") {
        let texts: ArrayRef = Arc::new(poly_match_io::cells(field, array)?);
        return read(&Field::new(field.name(), DataType::Utf8, true), &texts, text);
    }
    if let Some(texts) = array.as_string_opt::<i32>() {
        return Ok(if text.decimal == Decimal::Point {
            of_texts(texts, |cell| cell.trim().parse().unwrap_or(f64::NAN))
        } else {
            of_texts(texts, |cell| text.number(cell).unwrap_or(f64::NAN))
        });
    }
    match array.data_type() {
        DataType::LargeUtf8 | DataType::Utf8View => {
            read(field, &cast(array, &DataType::Utf8).map_err(Failure::new)?, text)
        }
        DataType::Dictionary(_, values) => {
            read(field, &cast(array, values).map_err(Failure::new)?, text)
        }
        DataType::Null => Ok(vec![f64::NAN; array.len()]),
        kind if kind.is_numeric() => {
            let numbers = cast(array, &DataType::Float64).map_err(Failure::new)?;
            let numbers = numbers.as_primitive::<Float64Type>();
            Ok(if numbers.null_count() == 0 {
                numbers.values().to_vec()
            } else {
                numbers.iter().map(|number| number.unwrap_or(f64::NAN)).collect()
            })
        }
        kind => Err(Failure::new(format_args!(
            "{} must hold numbers, got a column of {kind}",
            quoted(field.name())
        ))),
    }
}

/// The numbers of texts; NaN for null.
fn of_texts(texts: &StringArray, number: impl Fn(&str) -> f64) -> Vec<f64> {
    if texts.null_count() == 0 {
        (0..texts.len()).map(|row| number(texts.value(row))).collect()
    } else {
        texts.iter().map(|text| text.map_or(f64::NAN, &number)).collect()
    }
}

/// The value of a cell that is no number, as a message shows it, and what may help.
pub(super) fn shown(field: &Field, array: &ArrayRef, row: usize, text: &Text) -> String {
    let cells = poly_match_io::cells(field, &array.slice(row, 1));
    match cells {
        Ok(cells) if cells.is_valid(0) => {
            quoted(cells.value(0)) + &text.decimal_hint(cells.value(0))
        }
        _ => "null".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use arrow_array::*;

    use super::*;

    #[test]
    fn numbers_of_every_type_are_read() {
        let dictionary: DictionaryArray<types::Int8Type> =
            ["1.5", "2", "1.5"].into_iter().collect();
        let decimals = Decimal128Array::from(vec![150, 200, 150]).with_precision_and_scale(5, 2);
        for array in [
            Arc::new(StringArray::from(vec![" 1.5", "2", "15e-1"])) as ArrayRef,
            Arc::new(LargeStringArray::from(vec!["1.5", "2 ", "1.50"])),
            Arc::new(StringViewArray::from(vec!["1.5", "2", "1.5"])),
            Arc::new(Float32Array::from(vec![1.5, 2.0, 1.5])),
            Arc::new(Float64Array::from(vec![1.5, 2.0, 1.5])),
            Arc::new(dictionary),
            Arc::new(decimals.expect("few digits")),
        ] {
            let field = Field::new("x", array.data_type().clone(), true);
            assert_eq!(
                read(&field, &array, &Text::default()).expect("numbers"),
                [1.5, 2.0, 1.5],
                "{field}"
            );
        }
        let text = Text::default();
        let integers: ArrayRef = Arc::new(UInt16Array::from(vec![Some(7), None]));
        let read_integers = read(&Field::new("x", DataType::UInt16, true), &integers, &text);
        let read_integers = read_integers.expect("numbers");
        assert!(read_integers[0] == 7.0 && read_integers[1].is_nan());
        let texts: ArrayRef = Arc::new(StringArray::from(vec![Some("no"), Some(""), None]));
        let read_texts =
            read(&Field::new("x", DataType::Utf8, true), &texts, &text).expect("texts");
        assert!(read_texts.iter().all(|number| number.is_nan()));
        let no: ArrayRef = Arc::new(BooleanArray::from(vec![true]));
        let field = Field::new("x", DataType::Boolean, true);
        let error = read(&field, &no, &text).expect_err("no numbers");
        assert_eq!(error.to_string(), "\"x\" must hold numbers, got a column of Boolean");
    }
}
