//! Writes geometry to arrays, in every encoding, with garbage where an element is null.

use std::sync::Arc;

use arrow_array::types::Int16Type;
use arrow_array::{
    Array, ArrayRef, BinaryArray, BinaryViewArray, DictionaryArray, FixedSizeListArray,
    Float32Array, Float64Array, Int16Array, LargeBinaryArray, LargeListArray, LargeListViewArray,
    LargeStringArray, ListArray, ListViewArray, StringArray, StringViewArray, StructArray,
};
use arrow_buffer::{NullBuffer, OffsetBuffer};
use arrow_schema::{DataType, Field, FieldRef};
use poly_match::Point;
use poly_match_geo::Geometry;
use proptest::prelude::*;

/// How native coordinates and lists are laid out.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Layout {
    pub(crate) is_separated: bool,
    pub(crate) is_single: bool,
    pub(crate) dimensions: usize,
    pub(crate) lists: ListKind,
}

#[derive(Debug, Clone, Copy)]
pub(crate) enum ListKind {
    Small,
    Large,
    View,
    LargeView,
}

pub(crate) fn layouts() -> impl Strategy<Value = Layout> {
    use ListKind::{Large, LargeView, Small, View};
    let lists = prop::sample::select(vec![Small, Large, View, LargeView]);
    (any::<bool>(), any::<bool>(), 2..=4_usize, lists).prop_map(
        |(is_separated, is_single, dimensions, lists)| Layout {
            is_separated,
            is_single,
            dimensions,
            lists,
        },
    )
}

fn item(array: &dyn Array) -> FieldRef {
    Arc::new(Field::new("item", array.data_type().clone(), true))
}

fn numbers(layout: Layout, numbers: Vec<Option<f64>>) -> ArrayRef {
    if layout.is_single {
        #[expect(clippy::cast_possible_truncation, reason = "small whole numbers")]
        let singles = numbers.into_iter().map(|number| number.map(|number| number as f32));
        return Arc::new(singles.collect::<Float32Array>());
    }
    Arc::new(Float64Array::from(numbers))
}

/// Coordinates. A vertex that is missing is null itself, or has no x, or no y, by turns.
fn coordinates(layout: Layout, points: &[Option<Point>]) -> ArrayRef {
    let mut missing = points.len();
    let mut valid = Vec::new();
    let mut columns = vec![Vec::new(); layout.dimensions];
    for point in points {
        let which = if point.is_none() { 1 + missing % 3 } else { 0 };
        missing += usize::from(point.is_none());
        valid.push(which != 1);
        for (axis, column) in columns.iter_mut().enumerate() {
            let number = point.map_or(99.0, |point| point.get(axis).copied().unwrap_or(5.0));
            let is_null = which == axis + 2 || (axis >= 2 && valid.len() % 2 == 0);
            column.push((!is_null).then_some(number));
        }
    }
    let nulls = valid.contains(&false).then(|| NullBuffer::from(valid));
    if layout.is_separated {
        let names = ["x", "y", "z", "m"];
        let columns: Vec<_> = columns.into_iter().map(|column| numbers(layout, column)).collect();
        let fields = names
            .iter()
            .zip(&columns)
            .map(|(name, column)| Field::new(*name, column.data_type().clone(), true));
        return Arc::new(StructArray::new(fields.collect(), columns.clone(), nulls));
    }
    let all = (0..points.len()).flat_map(|i| columns.iter().map(move |column| column[i]));
    let values = numbers(layout, all.collect());
    let size = i32::try_from(layout.dimensions).expect("small");
    Arc::new(FixedSizeListArray::new(item(&values), size, values, nulls))
}

/// Lists with the given lengths. Those that are not valid are null.
fn lists(kind: ListKind, items: ArrayRef, lengths: &[usize], valid: Option<Vec<bool>>) -> ArrayRef {
    let nulls = valid.filter(|valid| valid.contains(&false)).map(NullBuffer::from);
    let lengths = lengths.iter().copied();
    match kind {
        ListKind::Small => {
            let offsets = OffsetBuffer::<i32>::from_lengths(lengths);
            Arc::new(ListArray::new(item(&items), offsets, items, nulls))
        }
        ListKind::Large => {
            let offsets = OffsetBuffer::<i64>::from_lengths(lengths);
            Arc::new(LargeListArray::new(item(&items), offsets, items, nulls))
        }
        ListKind::View => {
            let lists =
                ListArray::new(item(&items), OffsetBuffer::from_lengths(lengths), items, nulls);
            Arc::new(ListViewArray::from(lists))
        }
        ListKind::LargeView => {
            let offsets = OffsetBuffer::from_lengths(lengths);
            Arc::new(LargeListViewArray::from(LargeListArray::new(
                item(&items),
                offsets,
                items,
                nulls,
            )))
        }
    }
}

/// Whether each geometry is there.
fn valid(geometries: &[Geometry]) -> Vec<bool> {
    geometries.iter().map(|geometry| *geometry != Geometry::Null).collect()
}

pub(crate) fn points(layout: Layout, geometries: &[Geometry]) -> ArrayRef {
    let points = geometries.iter().map(|geometry| match geometry {
        Geometry::Point(point) => Some(point.unwrap_or([f64::NAN; 2])),
        _ => None,
    });
    coordinates(layout, &points.collect::<Vec<_>>())
}

pub(crate) fn multi_points(layout: Layout, geometries: &[Geometry]) -> ArrayRef {
    let garbage = vec![Some([7.0, 7.0])];
    let members = geometries.iter().map(|geometry| match geometry {
        Geometry::MultiPoint(points) => points,
        _ => &garbage,
    });
    let members: Vec<_> = members.collect();
    let lengths: Vec<_> = members.iter().map(|points| points.len()).collect();
    let items = coordinates(layout, &members.into_iter().flatten().copied().collect::<Vec<_>>());
    lists(layout.lists, items, &lengths, Some(valid(geometries)))
}

/// Polygons, or MultiPolygons if one of the geometries is.
pub(crate) fn polygons(layout: Layout, geometries: &[Geometry], is_multi: bool) -> ArrayRef {
    let garbage = vec![vec![vec![[7.0, 7.0], [f64::NAN, 8.0]]]];
    let parts: Vec<_> = geometries
        .iter()
        .map(|geometry| match geometry {
            Geometry::Polygon(rings) => vec![rings.clone()],
            Geometry::MultiPolygon(parts) => parts.clone(),
            _ => garbage.clone(),
        })
        .collect();
    let lengths = |lists: &[Vec<_>]| lists.iter().map(Vec::len).collect::<Vec<_>>();
    let rings: Vec<Vec<Point>> = parts.iter().flatten().flatten().cloned().collect();
    let vertices: Vec<_> = rings.iter().flatten().map(|&vertex| Some(vertex)).collect();
    let ring_lengths: Vec<_> = rings.iter().map(Vec::len).collect();
    let items = lists(layout.lists, coordinates(layout, &vertices), &ring_lengths, None);
    let all_parts: Vec<_> = parts.iter().flatten().cloned().collect();
    let nulls = Some(valid(geometries));
    if !is_multi {
        return lists(layout.lists, items, &lengths(&all_parts), nulls);
    }
    let items = lists(layout.lists, items, &lengths(&all_parts), None);
    let lengths: Vec<_> = parts.iter().map(Vec::len).collect();
    lists(layout.lists, items, &lengths, nulls)
}

/// Well-known binary in three types.
pub(crate) fn wkb(geometries: &[Geometry]) -> Vec<ArrayRef> {
    let bytes = geometries.iter().enumerate().map(|(i, geometry)| match geometry {
        Geometry::Null => None,
        geometry => Some(wkb_of(geometry, i % 2 == 0, i % 3 == 0, i % 5 == 0)),
    });
    let bytes: Vec<_> = bytes.collect();
    let bytes = || bytes.iter().map(Option::as_deref);
    vec![
        Arc::new(bytes().collect::<BinaryArray>()),
        Arc::new(bytes().collect::<LargeBinaryArray>()),
        Arc::new(bytes().collect::<BinaryViewArray>()),
    ]
}

/// Well-known text in three types.
pub(crate) fn wkt(geometries: &[Geometry]) -> Vec<ArrayRef> {
    let texts = geometries.iter().map(|geometry| match geometry {
        Geometry::Null => None,
        geometry => Some(wkt_of(geometry)),
    });
    let texts: Vec<_> = texts.collect();
    let texts = || texts.iter().map(Option::as_deref);
    vec![
        Arc::new(texts().collect::<StringArray>()),
        Arc::new(texts().collect::<LargeStringArray>()),
        Arc::new(texts().collect::<StringViewArray>()),
    ]
}

/// A dictionary whose values are the elements in reverse order. The keys of some nulls are null.
pub(crate) fn dictionary(values: &[ArrayRef], geometries: &[Geometry]) -> Vec<ArrayRef> {
    let len = i16::try_from(geometries.len()).expect("few");
    let keys: Int16Array = (0..len)
        .map(|i| {
            let is_null = geometries[usize::try_from(len - 1 - i).expect("few")] == Geometry::Null;
            (!is_null || i % 2 == 0).then_some(len - 1 - i)
        })
        .collect();
    let of = |values: &ArrayRef| -> ArrayRef {
        Arc::new(DictionaryArray::<Int16Type>::new(keys.clone(), values.clone()))
    };
    values.iter().map(of).collect()
}

fn wkb_of(geometry: &Geometry, is_little: bool, has_z: bool, has_srid: bool) -> Vec<u8> {
    let number = |number: u32| {
        if is_little { number.to_le_bytes() } else { number.to_be_bytes() }
    };
    let count = |len: usize| number(u32::try_from(len).expect("few"));
    let header = |code: u32| {
        let srid = if has_srid { 0x2000_0000 } else { 0 };
        let z = if !has_z {
            0
        } else if has_srid {
            0x8000_0000
        } else {
            1000
        };
        let mut header = vec![u8::from(is_little)];
        header.extend(number((code + z) | srid));
        header.extend(has_srid.then(|| number(25832)).into_iter().flatten());
        header
    };
    let vertex = |[x, y]: Point| {
        let numbers = [x, y, 5.0]
            .map(|number| if is_little { number.to_le_bytes() } else { number.to_be_bytes() });
        numbers[..if has_z { 3 } else { 2 }].concat()
    };
    let ring = |ring: &Vec<Point>| {
        let vertices: Vec<u8> = ring.iter().flat_map(|&point| vertex(point)).collect();
        [&count(ring.len())[..], &vertices].concat()
    };
    let members = |code: u32, members: Vec<Vec<u8>>| {
        [header(code), count(members.len()).to_vec(), members.concat()].concat()
    };
    let of = |geometry: &Geometry| wkb_of(geometry, !is_little, has_z, false);
    match geometry {
        Geometry::Null => vec![],
        Geometry::Point(point) => [header(1), vertex(point.unwrap_or([f64::NAN; 2]))].concat(),
        Geometry::Polygon(rings) => members(3, rings.iter().map(ring).collect()),
        Geometry::MultiPoint(points) => {
            members(4, points.iter().map(|point| of(&Geometry::Point(*point))).collect())
        }
        Geometry::MultiPolygon(parts) => {
            members(6, parts.iter().map(|part| of(&Geometry::Polygon(part.clone()))).collect())
        }
        Geometry::Collection(all) => members(7, all.iter().map(of).collect()),
        Geometry::Other(_) => [header(2), ring(&vec![[0.0, 0.0], [1.0, 1.0]])].concat(),
    }
}

fn wkt_of(geometry: &Geometry) -> String {
    let list = |items: Vec<String>| match items.len() {
        0 => "EMPTY".to_owned(),
        _ => format!("({})", items.join(",")),
    };
    let vertex = |[x, y]: &Point| format!("{x:?} {y:?}");
    let ring = |ring: &Vec<Point>| list(ring.iter().map(vertex).collect());
    let rings = |rings: &Vec<Vec<Point>>| list(rings.iter().map(ring).collect());
    match geometry {
        Geometry::Null => String::new(),
        Geometry::Point(point) => format!("POINT {}", list(point.iter().map(vertex).collect())),
        Geometry::Polygon(polygon) => format!("POLYGON {}", rings(polygon)),
        Geometry::MultiPoint(points) => {
            let points = points.iter().map(|point| list(point.iter().map(vertex).collect()));
            format!("MULTIPOINT {}", list(points.collect()))
        }
        Geometry::MultiPolygon(parts) => {
            format!("MULTIPOLYGON {}", list(parts.iter().map(rings).collect()))
        }
        Geometry::Collection(all) => {
            format!("GEOMETRYCOLLECTION {}", list(all.iter().map(wkt_of).collect()))
        }
        Geometry::Other(_) => "LINESTRING(0 0,1 1)".to_owned(),
    }
}

/// The field of a column, with an extension.
pub(crate) fn field(array: &dyn Array, extension: &str, metadata: &str) -> FieldRef {
    let data_type: DataType = array.data_type().clone();
    let metadata = [("ARROW:extension:name", extension), ("ARROW:extension:metadata", metadata)];
    let metadata = metadata.into_iter().filter(|(_, text)| !text.is_empty());
    let metadata = metadata.map(|(key, text)| (key.to_owned(), text.to_owned()));
    Arc::new(Field::new("place", data_type, true).with_metadata(metadata.collect()))
}
