//! Columns of points in the native encodings of GeoArrow, as well-known binary.

use arrow_array::builder::BinaryBuilder;
use arrow_array::cast::AsArray;
use arrow_array::types::Float64Type;
use arrow_array::{Array, ArrayRef, BinaryArray, PrimitiveArray};
use arrow_cast::cast;
use arrow_schema::DataType;

use crate::error::{Error, Result};

/// The coordinates of a column: for each of x, y and perhaps z the values, and how far apart they are.
struct Axes {
    axes: Vec<(PrimitiveArray<Float64Type>, usize)>,
    /// How many numbers a point has, if they stand side by side; else 1.
    step: usize,
}

/// Turns points into well-known binary, with z if they have it and without m.
///
/// # Errors
/// If the column has no encoding of points.
pub(crate) fn to_wkb(points: &ArrayRef) -> Result<BinaryArray> {
    let Axes { axes, step } = axes(points)?;
    let code: u32 = if axes.len() == 3 { 1001 } else { 1 };
    let mut out = BinaryBuilder::with_capacity(points.len(), points.len() * 29);
    let mut point = Vec::new();
    for row in 0..points.len() {
        if points.is_null(row) {
            out.append_null();
            continue;
        }
        point.clear();
        point.push(1);
        point.extend(code.to_le_bytes());
        for (numbers, first) in &axes {
            let at = row * step + first;
            let number = if numbers.is_null(at) { f64::NAN } else { numbers.value(at) };
            point.extend(number.to_le_bytes());
        }
        out.append_value(&point);
    }
    Ok(out.finish())
}

fn axes(points: &ArrayRef) -> Result<Axes> {
    let doubles = |array: &ArrayRef| {
        Ok::<_, Error>(cast(array, &DataType::Float64)?.as_primitive::<Float64Type>().clone())
    };
    match points.data_type() {
        DataType::Struct(fields) if fields.len() >= 2 => {
            let columns = points.as_struct().columns();
            let is_axis = |&i: &usize| matches!(fields[i].name().as_str(), "x" | "y" | "z");
            let axes = (0..fields.len()).filter(is_axis);
            let axes = axes.map(|i| Ok((doubles(&columns[i])?, 0))).collect::<Result<_>>()?;
            Ok(Axes { axes, step: 1 })
        }
        DataType::FixedSizeList(item, size @ 2..=4) => {
            let list = points.as_fixed_size_list();
            let numbers = doubles(list.values())?;
            // The name of the item tells z from m, as in `xym`.
            let has_z = *size == 4 || (*size == 3 && item.name() != "xym");
            let axes = (0..if has_z { 3 } else { 2 }).map(|first| (numbers.clone(), first));
            let step = usize::try_from(*size).unwrap_or_default();
            Ok(Axes { axes: axes.collect(), step })
        }
        other => Err(Error::unsupported(format_args!("expected a column of points, got {other}"))),
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use arrow_array::{FixedSizeListArray, Float32Array, Float64Array, StructArray};
    use arrow_buffer::NullBuffer;
    use arrow_schema::Field;
    use poly_match_geo::{Geometry, read_wkb};

    use super::*;

    fn field(name: &str, data_type: DataType) -> Arc<Field> {
        Arc::new(Field::new(name, data_type, true))
    }

    fn read(points: impl Array + 'static) -> Vec<Option<Geometry>> {
        let wkb = to_wkb(&(Arc::new(points) as ArrayRef)).expect("points");
        wkb.iter().map(|wkb| Some(read_wkb(wkb?).expect("sound").geometry)).collect()
    }

    #[test]
    fn points_of_both_encodings_are_read() {
        let expected = [Some(Geometry::Point(Some([1.0, 2.0]))), None];
        let nulls = || Some(NullBuffer::from(vec![true, false]));
        let columns: Vec<ArrayRef> = vec![
            Arc::new(Float32Array::from(vec![1.0, 0.0])),
            Arc::new(Float32Array::from(vec![2.0, 0.0])),
            Arc::new(Float32Array::from(vec![3.0, 0.0])),
        ];
        for count in [2, 3] {
            let names = ["x", "y", "z"].into_iter().take(count);
            let fields: Vec<_> = names.map(|name| field(name, DataType::Float32)).collect();
            let points = StructArray::new(fields.into(), columns[..count].to_vec(), nulls());
            assert_eq!(read(points), expected);
        }
        let numbers = Arc::new(Float64Array::from(vec![1.0, 2.0, 9.0, 0.0, 0.0, 0.0]));
        let item = field("xym", DataType::Float64);
        // A slice begins within the numbers.
        let points = FixedSizeListArray::new(item, 3, numbers.clone(), nulls());
        assert_eq!(read(points.clone()), expected);
        assert_eq!(read(points.slice(1, 1)), [None]);
        let item = field("xyz", DataType::Float64);
        let with_z: ArrayRef = Arc::new(FixedSizeListArray::new(item, 3, numbers, nulls()));
        assert_eq!(to_wkb(&with_z).expect("points").value(0).len(), 29);
        let no_points: ArrayRef = Arc::new(Float64Array::from(vec![1.0]));
        assert!(to_wkb(&no_points).is_err());
    }
}
