//! A chunk of a column, ready to be read element by element.

use arrow_array::cast::AsArray;
use arrow_array::{Array, ArrayAccessor};
use arrow_schema::DataType;
use poly_match::{Point, Shapes};

use super::coordinates::Coordinates;
use super::element::{self, Read, Unreadable};
use super::encoding::Encoding;
use super::native::{Points, Polygons};
use crate::cell::{System, system_of_bytes, system_of_text};
use crate::geometry::Geometry;

/// A chunk of a column. In a dictionary, each element is looked up where it is read.
pub(super) struct Chunk<'a> {
    /// Where each element is among the values of a dictionary; `None` if it is null.
    keys: Option<Vec<Option<usize>>>,
    values: Values<'a>,
}

/// The elements of an array, or `None` where it is null.
type Get<'a, T> = Box<dyn Fn(usize) -> Option<T> + 'a>;

enum Values<'a> {
    Bytes(Get<'a, &'a [u8]>),
    Text(Get<'a, &'a str>),
    Points(Points),
    Polygons(Polygons),
}

impl<'a> Chunk<'a> {
    /// `None` if the array does not hold the encoding.
    pub(super) fn of(array: &'a dyn Array, encoding: Encoding) -> Option<Self> {
        match array.as_any_dictionary_opt() {
            None => Some(Self { keys: None, values: Values::of(array, encoding)? }),
            Some(dictionary) => {
                let places = if dictionary.values().is_empty() {
                    vec![0; array.len()] // all are null
                } else {
                    dictionary.normalized_keys()
                };
                let keys = dictionary.keys();
                let key = |(i, place)| keys.is_valid(i).then_some(place);
                let keys = Some(places.into_iter().enumerate().map(key).collect());
                Some(Self { keys, values: Values::of(dictionary.values(), encoding)? })
            }
        }
    }

    /// The coordinates of all elements, if these are points and in no dictionary.
    pub(super) fn coordinates(&self) -> Option<&Coordinates> {
        match (&self.keys, &self.values) {
            (None, Values::Points(points)) => points.plain(),
            _ => None,
        }
    }

    /// The point at a position, if it is well-known binary in the usual form.
    #[inline]
    pub(super) fn plain_point(&self, i: usize) -> Option<Point> {
        match &self.values {
            Values::Bytes(get) => element::plain_wkb_point(get(self.place(i)?)?),
            Values::Text(_) | Values::Points(_) | Values::Polygons(_) => None,
        }
    }

    /// Reads the geometry at a position. Polygons in a native encoding are read without their
    /// coordinates.
    pub(super) fn geometry(&self, i: usize) -> Result<Geometry, Unreadable> {
        let Some(i) = self.place(i) else { return Ok(Geometry::Null) };
        match &self.values {
            Values::Bytes(get) => get(i).map_or(Ok(Geometry::Null), element::geometry_of_bytes),
            Values::Text(get) => get(i).map_or(Ok(Geometry::Null), element::geometry_of_text),
            Values::Points(points) => Ok(points.geometry(i)),
            Values::Polygons(polygons) => Ok(polygons.outline(i)),
        }
    }

    /// Adds the polygon at a position to shapes. Gives the number of members of a collection that are
    /// no polygons.
    pub(super) fn push(&self, i: usize, shapes: &mut Shapes) -> Read<usize> {
        match (self.place(i), &self.values) {
            (Some(i), Values::Polygons(polygons)) => return polygons.push(i, shapes),
            (Some(i), Values::Bytes(get)) => {
                if let Some(wkb) = get(i) {
                    return element::push_polygon_of_bytes(wkb, shapes);
                }
            }
            (Some(_), Values::Text(_) | Values::Points(_)) | (None, _) => {}
        }
        element::push(self.geometry(i)?, shapes)
    }

    /// The system that the element at a position declares.
    pub(super) fn system(&self, i: usize) -> Option<System> {
        let i = self.place(i)?;
        match &self.values {
            Values::Bytes(get) => system_of_bytes(get(i)?),
            Values::Text(get) => system_of_text(get(i)?),
            Values::Points(_) | Values::Polygons(_) => None,
        }
    }

    fn place(&self, i: usize) -> Option<usize> {
        self.keys.as_ref().map_or(Some(i), |keys| keys[i])
    }
}

impl<'a> Values<'a> {
    fn of(array: &'a dyn Array, encoding: Encoding) -> Option<Self> {
        Some(match (encoding, array.data_type()) {
            (Encoding::Wkb, DataType::Binary) => Self::Bytes(get(array.as_binary::<i32>())),
            (Encoding::Wkb, DataType::LargeBinary) => Self::Bytes(get(array.as_binary::<i64>())),
            (Encoding::Wkb, DataType::BinaryView) => Self::Bytes(get(array.as_binary_view())),
            (Encoding::Wkb, DataType::FixedSizeBinary(_)) => {
                Self::Bytes(get(array.as_fixed_size_binary()))
            }
            (Encoding::Wkt, DataType::Utf8) => Self::Text(get(array.as_string::<i32>())),
            (Encoding::Wkt, DataType::LargeUtf8) => Self::Text(get(array.as_string::<i64>())),
            (Encoding::Wkt, DataType::Utf8View) => Self::Text(get(array.as_string_view())),
            (Encoding::Wkb | Encoding::Wkt, _) => return None,
            (Encoding::Point, _) => Self::Points(Points::of(array, false)?),
            (Encoding::MultiPoint, _) => Self::Points(Points::of(array, true)?),
            (Encoding::Polygon, _) => Self::Polygons(Polygons::of(array, false)?),
            (Encoding::MultiPolygon, _) => Self::Polygons(Polygons::of(array, true)?),
        })
    }
}

fn get<'a, A: ArrayAccessor + 'a>(array: A) -> Get<'a, A::Item> {
    Box::new(move |i| array.is_valid(i).then(|| array.value(i)))
}
