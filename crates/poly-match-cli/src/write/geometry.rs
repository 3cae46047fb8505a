//! Points as the columns that a format has for them: x and y, or geometry; and polygons as geometry.

use std::collections::HashMap;
use std::sync::Arc;

use arrow_array::cast::AsArray;
use arrow_array::{Array, ArrayRef, BinaryArray, BooleanArray, FixedSizeListArray, Float64Array};
use arrow_buffer::{BooleanBuffer, NullBuffer, ScalarBuffer};
use arrow_cast::cast;
use arrow_schema::extension::{EXTENSION_TYPE_METADATA_KEY, EXTENSION_TYPE_NAME_KEY};
use arrow_schema::{DataType, Field, FieldRef};
use arrow_select::nullif::nullif;
use poly_match::{Point, Shapes};
use poly_match_geo::arrow::{Encoding, GeometryColumn};
use poly_match_geo::{Crs, wkb_of};
use serde_json::{Value, json};

use crate::failure::Failure;

/// The field of points that [`of_points`] makes.
pub(super) fn field(name: &str) -> FieldRef {
    let kind = DataType::FixedSizeList(item(), 2);
    let extension =
        HashMap::from([(EXTENSION_TYPE_NAME_KEY.to_owned(), "geoarrow.point".to_owned())]);
    Arc::new(Field::new(name, kind, true).with_metadata(extension))
}

fn item() -> FieldRef {
    Arc::new(Field::new("xy", DataType::Float64, false))
}

/// A column of points. One without coordinates is null.
pub(super) fn of_points(points: &[Point]) -> ArrayRef {
    let numbers = Float64Array::from(points.as_flattened().to_vec());
    Arc::new(FixedSizeListArray::new(item(), 2, Arc::new(numbers), known(points)))
}

/// The field of polygons in a system, that [`of_shapes`] makes.
pub(super) fn field_of_shapes(name: &str, crs: Option<&Crs>) -> Field {
    let metadata = crs.and_then(declared).map_or(json!({}), |crs| json!({ "crs": crs }));
    let extension = [
        (EXTENSION_TYPE_NAME_KEY.to_owned(), "geoarrow.wkb".to_owned()),
        (EXTENSION_TYPE_METADATA_KEY.to_owned(), metadata.to_string()),
    ];
    Field::new(name, DataType::Binary, true).with_metadata(extension.into())
}

/// What GeoArrow says of a system, if it is a certain one.
fn declared(crs: &Crs) -> Option<Value> {
    match serde_json::from_str(crs.definition()) {
        Ok(definition @ Value::Object(_)) => Some(definition),
        _ => crs.epsg().map(|_| json!(crs.definition())),
    }
}

/// A column of polygons as well-known binary. One without parts is null.
pub(super) fn of_shapes(shapes: &Shapes) -> ArrayRef {
    let shapes = (0..shapes.len()).map(|position| wkb_of(shapes, position));
    Arc::new(BinaryArray::from_iter(shapes))
}

/// A column of the x or the y of points.
pub(super) fn axis(points: &[Point], axis: usize) -> ArrayRef {
    let numbers: Vec<_> = points.iter().map(|point| point[axis]).collect();
    Arc::new(Float64Array::new(ScalarBuffer::from(numbers), known(points)))
}

/// Which points have coordinates; `None` if all have.
fn known(points: &[Point]) -> Option<NullBuffer> {
    let is_known = BooleanBuffer::collect_bool(points.len(), |i| !points[i][0].is_nan());
    Some(NullBuffer::new(is_known)).filter(|known| known.null_count() > 0)
}

/// Whether a column is written as the geometry of features as it is.
pub(super) fn is_geojson(field: &Field) -> bool {
    matches!(field.extension_type_name(), Some("geoarrow.wkb" | "ogc.wkb" | "geoarrow.point"))
}

/// Whether a column is text, which formats of text keep as it is.
pub(super) fn is_text(field: &Field) -> bool {
    GeometryColumn::encoding_of(field) == Some(Encoding::Wkt)
}

/// The geometry of features. A Point without usable coordinates is null.
pub(super) fn without_nowhere(array: &ArrayRef, points: &[Point]) -> Result<ArrayRef, Failure> {
    if !points.iter().any(|point| point[0].is_nan()) || !array.data_type().is_binary() {
        return Ok(array.clone());
    }
    let bytes = cast(array, &DataType::Binary).map_err(Failure::new)?;
    let bytes = bytes.as_binary::<i32>();
    let is_nowhere =
        |row: usize| points[row][0].is_nan() && bytes.is_valid(row) && is_point(bytes.value(row));
    let mask: BooleanArray = (0..bytes.len()).map(|row| Some(is_nowhere(row))).collect();
    nullif(array, &mask).map_err(Failure::new)
}

/// Whether well-known binary starts as a Point, with any dimensions.
fn is_point(wkb: &[u8]) -> bool {
    let code = match wkb {
        [0, a, b, c, d, ..] => u32::from_be_bytes([*a, *b, *c, *d]),
        [_, a, b, c, d, ..] => u32::from_le_bytes([*a, *b, *c, *d]),
        _ => return false,
    };
    (code & 0x1fff_ffff) % 1000 == 1
}
