//! A chunk of a column, ready to be read element by element.

use arrow_array::cast::AsArray;
use arrow_array::{Array, ArrayAccessor};
use arrow_schema::DataType;
use poly_match::{Point, Shapes};

use super::coordinates::Coordinates;
use super::element::{self, Read};
use super::encoding::Encoding;
use super::native::{Points, Polygons};
use crate::geometry::Geometry;
use crate::wkb::wkb_srid;
use crate::wkt::split_srid;

/// A chunk of a column. In a dictionary, each element is looked up where it is read.
pub(super) struct Chunk<'a> {
    /// Where each element is among the values of a dictionary; `None` if it is null.
    keys: Option<Vec<Option<usize>>>,
    values: Values<'a>,
}

/// The elements of an array, or `None` where it is null.
type Get<'a, T> = Box<dyn Fn(usize) -> Option<T> + 'a>;

enum Values<'a> {
    Wkb(Get<'a, &'a [u8]>),
    Wkt(Get<'a, &'a str>),
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

    /// The coordinates of the elements, if these are points and in no dictionary.
    pub(super) fn coordinates(&self) -> Option<&Coordinates> {
        match (&self.keys, &self.values) {
            (None, Values::Points(points)) => points.plain(),
            _ => None,
        }
    }

    /// Reads the point at a position.
    pub(super) fn point(&self, i: usize) -> Read<Point> {
        let Some(i) = self.place(i) else { return Ok(Geometry::Null.point()) };
        match &self.values {
            Values::Wkb(get) => get(i).map_or(Ok(Geometry::Null.point()), element::wkb_point),
            Values::Wkt(get) => Ok(wkt(get(i))?.point()),
            Values::Points(points) => Ok(points.geometry(i).point()),
            Values::Polygons(polygons) => Ok(polygons.outline(i).point()),
        }
    }

    /// Adds the polygon at a position to shapes.
    pub(super) fn push(&self, i: usize, shapes: &mut Shapes) -> Read<()> {
        let Some(i) = self.place(i) else { return element::push(Geometry::Null, shapes) };
        match &self.values {
            Values::Wkb(get) => match get(i) {
                Some(wkb) => element::push_polygon_of_wkb(wkb, shapes),
                None => element::push(Geometry::Null, shapes),
            },
            Values::Wkt(get) => element::push(wkt(get(i))?, shapes),
            Values::Points(points) => element::push(points.geometry(i), shapes),
            Values::Polygons(polygons) => polygons.push(i, shapes),
        }
    }

    /// The SRID at a position, if the element has one.
    pub(super) fn srid(&self, i: usize) -> Option<u32> {
        let i = self.place(i)?;
        match &self.values {
            Values::Wkb(get) => wkb_srid(get(i)?),
            Values::Wkt(get) => split_srid(get(i)?.trim()).ok()?.0,
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
            (Encoding::Wkb, DataType::Binary) => Self::Wkb(get(array.as_binary::<i32>())),
            (Encoding::Wkb, DataType::LargeBinary) => Self::Wkb(get(array.as_binary::<i64>())),
            (Encoding::Wkb, DataType::BinaryView) => Self::Wkb(get(array.as_binary_view())),
            (Encoding::Wkb, DataType::FixedSizeBinary(_)) => {
                Self::Wkb(get(array.as_fixed_size_binary()))
            }
            (Encoding::Wkt, DataType::Utf8) => Self::Wkt(get(array.as_string::<i32>())),
            (Encoding::Wkt, DataType::LargeUtf8) => Self::Wkt(get(array.as_string::<i64>())),
            (Encoding::Wkt, DataType::Utf8View) => Self::Wkt(get(array.as_string_view())),
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

fn wkt(text: Option<&str>) -> Result<Geometry, element::Unreadable> {
    text.map_or(Ok(Geometry::Null), element::wkt_geometry)
}
