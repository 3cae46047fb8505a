//! Types of columns in plain words.

use arrow_schema::{DataType, Field, TimeUnit};
use poly_match_geo::arrow::{Encoding, GeometryColumn};

/// The kind of a column, as one word for scripts.
pub(super) fn kind(field: &Field) -> &'static str {
    if is_geometry(field) {
        return "geometry";
    }
    if field.extension_type_name() == Some("arrow.json") {
        return "json";
    }
    of_type(field.data_type())
}

fn of_type(kind: &DataType) -> &'static str {
    use DataType as D;
    match kind {
        D::Null => "null",
        D::Boolean => "boolean",
        kind if kind.is_integer() => "integer",
        D::Float16 | D::Float32 | D::Float64 => "number",
        D::Decimal32(..) | D::Decimal64(..) | D::Decimal128(..) | D::Decimal256(..) => "decimal",
        D::Utf8 | D::LargeUtf8 | D::Utf8View => "text",
        D::Date32 | D::Date64 => "date",
        D::Timestamp(..) => "timestamp",
        D::Time32(_) | D::Time64(_) => "time",
        D::Duration(_) | D::Interval(_) => "duration",
        D::Binary | D::LargeBinary | D::BinaryView | D::FixedSizeBinary(_) => "bytes",
        D::List(_)
        | D::LargeList(_)
        | D::ListView(_)
        | D::LargeListView(_)
        | D::FixedSizeList(..) => "list",
        D::Struct(_) => "struct",
        D::Map(..) => "map",
        D::Dictionary(_, values) => of_type(values),
        D::RunEndEncoded(_, values) => of_type(values.data_type()),
        _ => "other",
    }
}

/// The type of a column for people, with the type of Arrow where that says more.
pub(super) fn said(field: &Field) -> String {
    use DataType as D;
    let word = match kind(field) {
        "json" => "JSON",
        "other" => "of another type",
        word => word,
    };
    let remark = if is_geometry(field) {
        encoding(field).to_owned()
    } else {
        match field.data_type() {
            D::Int64 | D::Float64 | D::Utf8 | D::Boolean | D::Date32 | D::Binary | D::Null => {
                String::new()
            }
            D::LargeUtf8 | D::Utf8View if word == "text" => String::new(),
            D::Timestamp(unit, zone) => {
                let zone = zone.as_deref().map_or("no zone".to_owned(), str::to_owned);
                format!("{}, {zone}", of_unit(*unit))
            }
            D::Struct(fields) => {
                fields.iter().map(|field| field.name().as_str()).collect::<Vec<_>>().join(", ")
            }
            D::Dictionary(..) => "dictionary".to_owned(),
            other => other.to_string(),
        }
    };
    if remark.is_empty() { word.to_owned() } else { format!("{word} ({})", cut(&remark)) }
}

/// Whether the type of a column says that it holds geometry.
fn is_geometry(field: &Field) -> bool {
    let name = field.extension_type_name().unwrap_or_default();
    name.starts_with("geoarrow.") || name == "ogc.wkb"
}

fn encoding(field: &Field) -> &'static str {
    match GeometryColumn::encoding_of(field) {
        Some(Encoding::Wkb) => "WKB",
        Some(Encoding::Wkt) => "WKT",
        Some(Encoding::Point) => "points of GeoArrow",
        Some(Encoding::MultiPoint) => "multipoints of GeoArrow",
        Some(Encoding::Polygon) => "polygons of GeoArrow",
        Some(Encoding::MultiPolygon) => "multipolygons of GeoArrow",
        None => "neither points nor polygons",
    }
}

fn of_unit(unit: TimeUnit) -> &'static str {
    match unit {
        TimeUnit::Second => "seconds",
        TimeUnit::Millisecond => "milliseconds",
        TimeUnit::Microsecond => "microseconds",
        TimeUnit::Nanosecond => "nanoseconds",
    }
}

/// The start of a remark: types may be nested deep.
fn cut(text: &str) -> String {
    super::rows::cut(text, 40)
}

#[cfg(test)]
mod tests {
    use std::collections::HashMap;
    use std::sync::Arc;

    use arrow_schema::extension::EXTENSION_TYPE_NAME_KEY;

    use super::*;

    #[test]
    fn types_are_said_in_words() {
        let utc = DataType::Timestamp(TimeUnit::Microsecond, Some("UTC".into()));
        let record = DataType::Struct(vec![Field::new("a", DataType::Int8, true)].into());
        let dictionary = DataType::Dictionary(Box::new(DataType::Int8), Box::new(DataType::Utf8));
        for (kind, expected) in [
            (DataType::Int64, "integer"),
            (DataType::UInt8, "integer (UInt8)"),
            (DataType::Float64, "number"),
            (DataType::Float32, "number (Float32)"),
            (DataType::Decimal128(5, 2), "decimal (Decimal128(5, 2))"),
            (DataType::Utf8View, "text"),
            (DataType::Date32, "date"),
            (utc, "timestamp (microseconds, UTC)"),
            (record, "struct (a)"),
            (dictionary, "text (dictionary)"),
            (DataType::Null, "null"),
        ] {
            assert_eq!(said(&Field::new("c", kind, true)), expected);
        }
        let extension = |name: &str| HashMap::from([(EXTENSION_TYPE_NAME_KEY.into(), name.into())]);
        let wkb = Field::new("g", DataType::Binary, true).with_metadata(extension("geoarrow.wkb"));
        assert_eq!((kind(&wkb), said(&wkb).as_str()), ("geometry", "geometry (WKB)"));
        let json = Field::new("j", DataType::Utf8, true).with_metadata(extension("arrow.json"));
        assert_eq!((kind(&json), said(&json).as_str()), ("json", "JSON"));
        let list = DataType::List(Arc::new(Field::new("item", DataType::Float64, true)));
        let line = Field::new("l", list, true).with_metadata(extension("geoarrow.linestring"));
        assert_eq!(said(&line), "geometry (neither points nor polygons)");
    }
}
