//! How a column holds geometry, as its field says.

use arrow_schema::{DataType, Field};

/// How a column holds geometry.
///
/// The last four are the native encodings of GeoArrow: lists of coordinates, which are either a
/// struct of x and y (separated) or a fixed-size list (interleaved), of `f64` or `f32`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Encoding {
    /// Bytes: well-known binary, with or without an SRID. Each element may also be in another notation,
    /// see [`read_bytes`](crate::read_bytes).
    Wkb,
    /// Text: well-known text, with or without an SRID. Each element may also be in another notation, see
    /// [`read_text`](crate::read_text).
    Wkt,
    /// Coordinates.
    Point,
    /// A list of coordinates.
    MultiPoint,
    /// A list of rings, each a list of coordinates.
    Polygon,
    /// A list of polygons.
    MultiPolygon,
}

impl Encoding {
    /// The encoding that the field's extension declares, if its type fits; else the one that its
    /// type leaves possible. A dictionary is seen as its values. `None` if it holds no geometry, or
    /// another one than points and polygons.
    pub(super) fn of(field: &Field) -> Option<Self> {
        let storage = match field.data_type() {
            DataType::Dictionary(_, values) => values,
            storage => storage,
        };
        let declared = match field.extension_type_name() {
            Some("geoarrow.wkb" | "ogc.wkb") => Self::Wkb,
            Some("geoarrow.wkt") => Self::Wkt,
            Some("geoarrow.point") => Self::Point,
            Some("geoarrow.multipoint") => Self::MultiPoint,
            Some("geoarrow.polygon") => Self::Polygon,
            Some("geoarrow.multipolygon") => Self::MultiPolygon,
            Some(other) if other.starts_with("geoarrow.") => return None,
            Some(_) | None => return Self::of_storage(storage),
        };
        declared.fits(storage).then_some(declared)
    }

    fn of_storage(storage: &DataType) -> Option<Self> {
        // A list of coordinates may be a line as well as a MultiPoint, so it is neither.
        [Self::Wkb, Self::Wkt, Self::Point, Self::Polygon, Self::MultiPolygon]
            .into_iter()
            .find(|encoding| encoding.fits(storage))
    }

    fn fits(self, storage: &DataType) -> bool {
        use DataType::{Binary, BinaryView, FixedSizeBinary, LargeBinary};
        use DataType::{LargeUtf8, Utf8, Utf8View};
        match self {
            Self::Wkb => {
                matches!(storage, Binary | LargeBinary | BinaryView | FixedSizeBinary(_))
            }
            Self::Wkt => matches!(storage, Utf8 | LargeUtf8 | Utf8View),
            Self::Point => are_coordinates(storage),
            Self::MultiPoint => levels(storage) == Some(1),
            Self::Polygon => levels(storage) == Some(2),
            Self::MultiPolygon => levels(storage) == Some(3),
        }
    }
}

/// How many levels of lists there are above the coordinates.
fn levels(storage: &DataType) -> Option<usize> {
    use DataType::{FixedSizeList, LargeList, LargeListView, List, ListView};
    match storage {
        storage if are_coordinates(storage) => Some(0),
        List(item) | LargeList(item) | ListView(item) | LargeListView(item) => {
            Some(1 + levels(item.data_type())?)
        }
        FixedSizeList(item, _) => Some(1 + levels(item.data_type())?),
        _ => None,
    }
}

fn are_coordinates(storage: &DataType) -> bool {
    let is_number =
        |field: &Field| matches!(field.data_type(), DataType::Float64 | DataType::Float32);
    match storage {
        DataType::FixedSizeList(item, 2..=4) => is_number(item),
        DataType::Struct(fields) => {
            let names: Vec<_> = fields.iter().map(|field| field.name().as_str()).collect();
            matches!(names[..], ["x", "y"] | ["x", "y", "z" | "m"] | ["x", "y", "z", "m"])
                && fields.iter().all(|field| is_number(field))
        }
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use arrow_schema::extension::EXTENSION_TYPE_NAME_KEY;

    use super::*;

    fn list(item: DataType) -> DataType {
        DataType::new_list(item, true)
    }

    fn interleaved(item: DataType, size: i32) -> DataType {
        DataType::new_fixed_size_list(item, size, true)
    }

    fn separated(names: &[&str], number: &DataType) -> DataType {
        let fields = names.iter().map(|&name| Field::new(name, number.clone(), true));
        DataType::Struct(fields.collect())
    }

    fn found(data_type: &DataType, extension: &str) -> Option<Encoding> {
        let name = (EXTENSION_TYPE_NAME_KEY.to_owned(), extension.to_owned());
        let metadata = (!extension.is_empty()).then_some(name).into_iter().collect();
        Encoding::of(&Field::new("a", data_type.clone(), true).with_metadata(metadata))
    }

    #[test]
    fn the_type_decides_where_nothing_is_declared() {
        use DataType::{Float32, Float64, Int32};
        let xy = separated(&["x", "y"], &Float64);
        for (data_type, expected) in [
            (DataType::Binary, Some(Encoding::Wkb)),
            (DataType::LargeBinary, Some(Encoding::Wkb)),
            (DataType::BinaryView, Some(Encoding::Wkb)),
            (DataType::FixedSizeBinary(21), Some(Encoding::Wkb)),
            (DataType::Utf8, Some(Encoding::Wkt)),
            (DataType::LargeUtf8, Some(Encoding::Wkt)),
            (DataType::Utf8View, Some(Encoding::Wkt)),
            (xy.clone(), Some(Encoding::Point)),
            (separated(&["x", "y", "z"], &Float32), Some(Encoding::Point)),
            (separated(&["x", "y", "z", "m"], &Float64), Some(Encoding::Point)),
            (interleaved(Float64, 2), Some(Encoding::Point)),
            (interleaved(Float32, 4), Some(Encoding::Point)),
            (list(list(xy.clone())), Some(Encoding::Polygon)),
            (list(list(list(interleaved(Float64, 3)))), Some(Encoding::MultiPolygon)),
            (list(xy.clone()), None),
            (list(list(list(list(xy)))), None),
            (separated(&["y", "x"], &Float64), None),
            (separated(&["x", "y"], &Int32), None),
            (separated(&["x", "y", "name"], &Float64), None),
            (interleaved(Float64, 5), None),
            (interleaved(Int32, 2), None),
            (list(list(Float64)), None),
            (Float64, None),
            (DataType::Null, None),
        ] {
            assert_eq!(found(&data_type, ""), expected, "{data_type}");
            assert_eq!(found(&data_type, "another.one"), expected, "{data_type}");
            let dictionary = DataType::Dictionary(Box::new(Int32), Box::new(data_type));
            assert_eq!(found(&dictionary, ""), expected, "{dictionary}");
        }
    }

    #[test]
    fn the_extension_decides_where_the_type_fits() {
        let xy = separated(&["x", "y"], &DataType::Float64);
        let lists = [1, 2, 3].map(|levels| (0..levels).fold(xy.clone(), |item, _| list(item)));
        let [line, polygon, multi_polygon] = lists;
        for (data_type, extension, expected) in [
            (&DataType::Binary, "geoarrow.wkb", Some(Encoding::Wkb)),
            (&DataType::Binary, "ogc.wkb", Some(Encoding::Wkb)),
            (&DataType::Utf8, "geoarrow.wkt", Some(Encoding::Wkt)),
            (&xy, "geoarrow.point", Some(Encoding::Point)),
            (&line, "geoarrow.multipoint", Some(Encoding::MultiPoint)),
            (&polygon, "geoarrow.polygon", Some(Encoding::Polygon)),
            (&multi_polygon, "geoarrow.multipolygon", Some(Encoding::MultiPolygon)),
            (&line, "geoarrow.linestring", None),
            (&polygon, "geoarrow.multilinestring", None),
            (&xy, "geoarrow.box", None),
            (&DataType::Utf8, "geoarrow.wkb", None),
            (&line, "geoarrow.polygon", None),
            (&polygon, "geoarrow.point", None),
        ] {
            assert_eq!(found(data_type, extension), expected, "{extension} {data_type}");
        }
    }
}
