//! What the header says of all features: their columns, their geometry, and their system.

use std::io::Read;
use std::sync::Arc;

use super::frame::{read_magic, read_sized, skip_index, verifier};
use crate::error::{Error, Place, Result};
use crate::gis::field::Declared;
use crate::known::sound;
use crate::limits::Limits;
use arrow_schema::extension::EXTENSION_TYPE_NAME_KEY;
use arrow_schema::{DataType, Field, FieldRef};
use flatgeobuf::{ColumnType, Crs as FgbCrs, GeometryType};

/// What the header says.
#[derive(Debug)]
pub(super) struct Header {
    pub(super) columns: Vec<(String, ColumnType)>,
    pub(super) geometry: GeometryType,
    pub(super) has_z: bool,
    pub(super) has_m: bool,
    /// How many features there are; 0 if the writer did not know.
    pub(super) features: u64,
    /// The least x and y, and the greatest.
    pub(super) extent: Option<[f64; 4]>,
    pub(super) has_index: bool,
    pub(super) crs: Option<Declared>,
}

impl Header {
    /// Reads all that stands before the first feature.
    pub(super) fn read(from: &mut impl Read, most: usize, limits: &Limits) -> Result<Self> {
        read_magic(from)?;
        let mut buffer = Vec::new();
        if !read_sized(from, "the header", most, &mut buffer)? {
            return Err(Error::malformed("the file is truncated: expected a header, got none"));
        }
        let header =
            flatgeobuf::size_prefixed_root_as_header_with_opts(&verifier(&buffer), &buffer)
                .map_err(|error| {
                    Error::malformed(format_args!("the header: {}", reason(&error)))
                })?;
        let columns = header.columns();
        limits.check_columns(columns.map_or(0, |columns| columns.len()))?;
        let columns = columns.iter().flatten();
        let read = Self {
            columns: columns.map(|column| (column.name().to_owned(), column.type_())).collect(),
            geometry: header.geometry_type(),
            has_z: header.has_z(),
            has_m: header.has_m(),
            features: header.features_count(),
            extent: header.envelope().and_then(|bounds| extent(&bounds.iter().collect::<Vec<_>>())),
            has_index: header.features_count() > 0 && header.index_node_size() > 0,
            crs: header.crs().and_then(|crs| system(&crs)),
        };
        skip_index(from, header.features_count(), header.index_node_size())?;
        Ok(read)
    }

    /// The fields of the columns.
    pub(super) fn fields(&self) -> Result<Vec<FieldRef>> {
        self.columns.iter().map(|(name, kind)| field(name, *kind)).collect()
    }
}

/// The least x and y, and the greatest, of bounds that may have z and m after each.
fn extent(bounds: &[f64]) -> Option<[f64; 4]> {
    let (least, greatest) = bounds.split_at(bounds.len() / 2);
    match (least, greatest) {
        ([xmin, ymin, ..], [xmax, ymax, ..]) => sound([*xmin, *ymin, *xmax, *ymax]),
        _ => None,
    }
}

/// The key in the metadata of a field that tells the type in FlatGeobuf of a column of text.
pub(super) const TYPE: &str = "flatgeobuf:type";
pub(super) const DATE_TIME: &str = "DateTime";

/// The field of a column. A time is text, as it stands: it may have a zone or none, row by row.
fn field(name: &str, kind: ColumnType) -> Result<FieldRef> {
    let data_type = match kind {
        ColumnType::Byte => DataType::Int8,
        ColumnType::UByte => DataType::UInt8,
        ColumnType::Bool => DataType::Boolean,
        ColumnType::Short => DataType::Int16,
        ColumnType::UShort => DataType::UInt16,
        ColumnType::Int => DataType::Int32,
        ColumnType::UInt => DataType::UInt32,
        ColumnType::Long => DataType::Int64,
        ColumnType::ULong => DataType::UInt64,
        ColumnType::Float => DataType::Float32,
        ColumnType::Double => DataType::Float64,
        ColumnType::String | ColumnType::Json | ColumnType::DateTime => DataType::Utf8,
        ColumnType::Binary => DataType::Binary,
        ColumnType(other) => {
            return Err(Error::unsupported(format_args!(
                "expected a type of columns from 0 to 14, got {other}"
            ))
            .at(Place::Column(name.to_owned())));
        }
    };
    let field = Field::new(name, data_type, true);
    Ok(Arc::new(match kind {
        ColumnType::Json => field
            .with_metadata([(EXTENSION_TYPE_NAME_KEY.to_owned(), "arrow.json".to_owned())].into()),
        ColumnType::DateTime => {
            field.with_metadata([(TYPE.to_owned(), DATE_TIME.to_owned())].into())
        }
        _ => field,
    }))
}

/// The system: by its code at EPSG, or else by its definition, or by another code or a name.
fn system(crs: &FgbCrs<'_>) -> Option<Declared> {
    let authority = crs.org().filter(|org| !org.is_empty()).unwrap_or("EPSG");
    let code = match crs.code_string().filter(|code| !code.is_empty()) {
        Some(code) => Some(code.to_owned()),
        None => (crs.code() > 0).then(|| crs.code().to_string()),
    };
    let coded = code.map(|code| Declared::or_code(&format!("{authority}:{code}")));
    if coded.as_ref().is_some_and(|coded| coded.crs.epsg().is_some()) {
        return coded;
    }
    let there = |text: Option<&str>| text.filter(|text| !text.is_empty()).map(Declared::or_code);
    there(crs.wkt()).or(coded).or_else(|| there(crs.name()))
}

/// Why a buffer is not sound, on one line.
pub(super) fn reason(error: &flatbuffers::InvalidFlatbuffer) -> String {
    crate::error::one_line(&error.to_string())
}
