//! The values of a column as the text that CSV has for them.

use arrow_array::builder::StringBuilder;
use arrow_array::cast::AsArray;
use arrow_array::{Array, ArrayRef, StringArray};
use arrow_schema::{DataType, Field};

use crate::error::{Error, Result};
use crate::values::Values;

/// The values of a column as the text that CSV has for them: the shortest numbers that read back, dates
/// and times as ISO 8601 writes them, geometry as well-known text. A null stays null.
///
/// ```
/// use std::sync::Arc;
///
/// use arrow_array::{Array, ArrayRef, Float64Array};
/// use arrow_schema::{DataType, Field};
///
/// let field = Field::new("level", DataType::Float64, true);
/// let levels: ArrayRef = Arc::new(Float64Array::from(vec![Some(2.0), None]));
/// let cells = poly_match_io::cells(&field, &levels)?;
/// assert_eq!((cells.value(0), cells.is_null(1)), ("2.0", true));
/// # Ok::<(), poly_match_io::Error>(())
/// ```
///
/// # Errors
/// If the type cannot be written as text, or a value is malformed; the error names the column.
pub fn cells(field: &Field, array: &ArrayRef) -> Result<StringArray> {
    if *array.data_type() == DataType::Utf8 && field.extension_type_name().is_none() {
        return Ok(array.as_string().clone());
    }
    let values = Values::new(field, array)?;
    let mut cells = StringBuilder::with_capacity(array.len(), array.len() * 8);
    let mut cell = Vec::new();
    for row in 0..array.len() {
        if values.is_null(row) {
            cells.append_null();
            continue;
        }
        cell.clear();
        values.write_cell(row, &mut cell)?;
        cells.append_value(std::str::from_utf8(&cell).map_err(Error::malformed)?);
    }
    Ok(cells.finish())
}
