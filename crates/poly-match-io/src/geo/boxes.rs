//! Bounding boxes of the geometries of a column: one a row, and one of all.

use std::collections::BTreeSet;
use std::sync::Arc;

use arrow_array::builder::{Float64Builder, NullBufferBuilder};
use arrow_array::cast::AsArray;
use arrow_array::types::Float64Type;
use arrow_array::{Array, ArrayRef, StructArray};
use arrow_schema::{DataType, Field, Fields};

use super::metadata::Encoding;
use super::wkb::{self, Bounds, Kind, NOTHING};

/// The bounds in a covering column, in the order of GeoParquet.
const NAMES: [&str; 4] = ["xmin", "ymin", "xmax", "ymax"];

/// The box and the types of all geometries so far.
#[derive(Debug)]
pub(crate) struct Boxes {
    all: Bounds,
    kinds: BTreeSet<Kind>,
}

impl Boxes {
    pub(crate) fn new() -> Self {
        Self { all: NOTHING, kinds: BTreeSet::new() }
    }

    /// Adds the geometries of a column of well-known binary. Gives the column of their boxes: null for a
    /// geometry that is null, empty or malformed.
    pub(crate) fn add_wkb(&mut self, column: &ArrayRef) -> ArrayRef {
        let bytes = bytes(column);
        let len = column.len();
        let mut bounds = [(); 4].map(|()| Float64Builder::with_capacity(len));
        let mut valid = NullBufferBuilder::new(len);
        for i in 0..len {
            let mut own = NOTHING;
            let kind = bytes(i).and_then(|wkb| wkb::measure(wkb, &mut own));
            self.kinds.extend(kind);
            let is_box = kind.is_some() && own[0] <= own[2] && own[1] <= own[3];
            valid.append(is_box);
            for (builder, bound) in bounds.iter_mut().zip(own) {
                builder.append_value(if is_box { bound } else { 0.0 });
            }
            if is_box {
                self.add(own);
            }
        }
        let columns = bounds.map(|mut builder| Arc::new(builder.finish()) as ArrayRef);
        Arc::new(StructArray::new(fields(), columns.to_vec(), valid.finish()))
    }

    /// Adds the points of a column of separated x and y.
    pub(crate) fn add_points(&mut self, column: &ArrayRef) {
        let Some(points) = column.as_struct_opt() else { return };
        let axis = |name| points.column_by_name(name)?.as_primitive_opt::<Float64Type>();
        let (Some(xs), Some(ys)) = (axis("x"), axis("y")) else { return };
        for (i, (&x, &y)) in xs.values().iter().zip(ys.values()).enumerate() {
            if points.is_valid(i) && !x.is_nan() && !y.is_nan() {
                wkb::extend(&mut self.all, x, y);
            }
        }
    }

    fn add(&mut self, own: Bounds) {
        wkb::extend(&mut self.all, own[0], own[1]);
        wkb::extend(&mut self.all, own[2], own[3]);
    }

    /// The box of all; `None` if there was none, or if it has no finite numbers.
    pub(crate) fn bbox(&self) -> Option<[f64; 4]> {
        self.all.iter().all(|bound| bound.is_finite()).then_some(self.all)
    }

    /// The names of the types that occur.
    pub(crate) fn types(&self, encoding: Encoding) -> Vec<String> {
        let named = |(kind, has_z): &Kind| {
            let name = kind.name();
            if *has_z { format!("{name} Z") } else { name.to_owned() }
        };
        match encoding {
            Encoding::Wkb => self.kinds.iter().map(named).collect(),
            Encoding::Point => vec!["Point".to_owned()],
            Encoding::LineString => vec!["LineString".to_owned()],
            Encoding::Polygon => vec!["Polygon".to_owned()],
            Encoding::MultiPoint => vec!["MultiPoint".to_owned()],
            Encoding::MultiLineString => vec!["MultiLineString".to_owned()],
            Encoding::MultiPolygon => vec!["MultiPolygon".to_owned()],
        }
    }
}

/// The field of a covering column.
pub(crate) fn covering_field(name: impl Into<String>) -> Field {
    Field::new(name, DataType::Struct(fields()), true)
}

/// Whether a column can be a covering: whether it has the four bounds.
pub(crate) fn is_covering(field: &Field) -> bool {
    let DataType::Struct(members) = field.data_type() else { return false };
    NAMES.iter().all(|name| {
        members.find(name).is_some_and(|(_, member)| {
            matches!(member.data_type(), DataType::Float32 | DataType::Float64)
        })
    })
}

fn fields() -> Fields {
    NAMES.iter().map(|name| Field::new(*name, DataType::Float64, false)).collect()
}

/// A function that gives the bytes at a position; `None` for null.
fn bytes<'a>(column: &'a ArrayRef) -> Box<dyn Fn(usize) -> Option<&'a [u8]> + 'a> {
    match column.data_type() {
        DataType::Binary => {
            let column = column.as_binary::<i32>();
            Box::new(move |i| column.is_valid(i).then(|| column.value(i)))
        }
        DataType::LargeBinary => {
            let column = column.as_binary::<i64>();
            Box::new(move |i| column.is_valid(i).then(|| column.value(i)))
        }
        DataType::BinaryView => {
            let column = column.as_binary_view();
            Box::new(move |i| column.is_valid(i).then(|| column.value(i)))
        }
        DataType::FixedSizeBinary(_) => {
            let column = column.as_fixed_size_binary();
            Box::new(move |i| column.is_valid(i).then(|| column.value(i)))
        }
        _ => Box::new(|_| None),
    }
}

#[cfg(test)]
mod tests {
    use arrow_array::BinaryArray;

    use super::*;

    fn point(x: f64, y: f64) -> Vec<u8> {
        let numbers = [x, y].map(f64::to_le_bytes).concat();
        [vec![1, 1, 0, 0, 0], numbers].concat()
    }

    #[test]
    fn a_geometry_without_a_place_has_no_box() {
        let wkb = [
            Some(point(3.0, 4.0)),
            None,
            Some(point(f64::NAN, f64::NAN)),
            Some(vec![7]),
            Some(point(-1.0, 9.0)),
        ];
        let column: ArrayRef = Arc::new(wkb.iter().map(Option::as_deref).collect::<BinaryArray>());
        let mut boxes = Boxes::new();
        let covering = boxes.add_wkb(&column);
        let valid: Vec<_> = (0..5).map(|i| covering.is_valid(i)).collect();
        assert_eq!(valid, [true, false, false, false, true]);
        let ymin = covering.as_struct().column_by_name("ymin").expect("a bound").clone();
        assert_eq!(ymin.as_primitive::<Float64Type>().value(4), 9.0);
        assert_eq!(boxes.bbox(), Some([-1.0, 4.0, 3.0, 9.0]));
        assert_eq!(boxes.types(Encoding::Wkb), ["Point"]);
        assert!(is_covering(&covering_field("bbox")));
        assert_eq!(Boxes::new().bbox(), None);
    }
}
