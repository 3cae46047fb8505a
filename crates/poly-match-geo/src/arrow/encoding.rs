//! How a column holds geometry, as its field says.

use arrow_schema::{DataType, Field};

/// How a column holds geometry.
///
/// The last four are the native encodings of GeoArrow: lists of coordinates, which are either a
/// struct of x and y (separated) or a fixed-size list (interleaved), of `f64` or `f32`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Encoding {
    /// Well-known binary, with or without an SRID.
    Wkb,
    /// Well-known text, with or without an SRID.
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
