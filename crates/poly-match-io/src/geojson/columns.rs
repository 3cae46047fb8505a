//! The columns of features: their names and types, as the features show them.
//!
//! A column has a type that holds all its values: text, integers of 64 bits, doubles, or booleans.
//! Otherwise it holds JSON as text, with the extension type `arrow.json`. Integers and other numbers
//! together are doubles, unless an integer would change.

use std::collections::HashMap;
use std::sync::Arc;

use arrow_schema::extension::{EXTENSION_TYPE_METADATA_KEY, EXTENSION_TYPE_NAME_KEY};
use arrow_schema::{DataType, Field, Schema};
use poly_match_geo::Crs;
use serde_json::json;

use super::FEATURE_ID;
use super::feature::Feature;
use crate::error::{Cause, Error, Result};
use crate::limits::Limits;

/// The most bytes of all names.
const LONGEST_NAMES: usize = 16 << 20;

/// Integers up to this are doubles without loss.
const EXACT: u64 = 1 << 53;

/// The type of the values in a column.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) enum Kind {
    /// There are no values yet.
    #[default]
    Null,
    Bool,
    /// Integers, and whether all are doubles without loss.
    Int {
        exact: bool,
    },
    Float,
    Text,
    /// Values of several types, arrays, objects, and integers beyond 64 bits.
    Json,
}

impl Kind {
    /// The type of a value.
    ///
    /// # Errors
    /// A number that is too large for a double.
    pub(super) fn of(json: &str) -> std::result::Result<Self, String> {
        Ok(match json.as_bytes().first() {
            Some(b'n') => Self::Null,
            Some(b't' | b'f') => Self::Bool,
            Some(b'"') => Self::Text,
            Some(b'[' | b'{') => Self::Json,
            _ if json.contains(['.', 'e', 'E']) => {
                let number = json.parse::<f64>().ok().filter(|number| number.is_finite());
                number.map(|_| Self::Float).ok_or("number out of range")?
            }
            _ => match json.parse::<i64>() {
                Ok(integer) => Self::Int { exact: integer.unsigned_abs() <= EXACT },
                Err(_) => Self::Json,
            },
        })
    }

    /// The type that holds the values of both.
    fn and(self, other: Self) -> Self {
        match (self, other) {
            (Self::Null, kind) | (kind, Self::Null) => kind,
            (Self::Int { exact: a }, Self::Int { exact: b }) => Self::Int { exact: a && b },
            (Self::Int { exact: true } | Self::Float, Self::Int { exact: true } | Self::Float) => {
                Self::Float
            }
            (a, b) if a == b => a,
            _ => Self::Json,
        }
    }

    fn field(self, name: &str) -> Field {
        let data_type = match self {
            Self::Bool => DataType::Boolean,
            Self::Int { .. } => DataType::Int64,
            Self::Float => DataType::Float64,
            Self::Null | Self::Text | Self::Json => DataType::Utf8,
        };
        let field = Field::new(name, data_type, true);
        match self {
            Self::Json => with_metadata(field, &[(EXTENSION_TYPE_NAME_KEY, "arrow.json")]),
            _ => field,
        }
    }
}

/// The columns of features.
#[derive(Debug, Default)]
pub(super) struct Columns {
    positions: HashMap<String, usize>,
    properties: Vec<(String, Kind)>,
    /// The type of the ids, if there are any.
    id: Option<Kind>,
    names: usize,
}

/// Where the values of a column come from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Origin {
    Id,
    /// The property at a position.
    Property(usize),
    Geometry,
}

impl Columns {
    /// Takes the columns of a feature into account.
    ///
    /// # Errors
    /// If there are too many columns, or a number cannot be read.
    pub(super) fn add(&mut self, feature: &Feature<'_>, limits: &Limits) -> Result<()> {
        if let Some(id) = feature.id {
            let kind = Kind::of(id).map_err(Error::malformed)?;
            self.id = Some(self.id.unwrap_or_default().and(kind));
        }
        for (expected, (name, value)) in feature.properties.iter().enumerate() {
            let position = match self.position(name, expected) {
                Some(position) => position,
                None => self.push(name, limits)?,
            };
            let kind = Kind::of(value).map_err(Error::malformed)?;
            let known = &mut self.properties[position].1;
            *known = known.and(kind);
        }
        Ok(())
    }

    fn push(&mut self, name: &str, limits: &Limits) -> Result<usize> {
        self.names += name.len();
        if self.names > LONGEST_NAMES {
            return Err(Error::new(Cause::TooLarge {
                what: "the names of the properties".to_owned(),
                got: self.names as u64,
                limit: LONGEST_NAMES as u64,
            }));
        }
        let position = self.properties.len();
        limits.check_columns(position + 1)?;
        self.properties.push((name.to_owned(), Kind::Null));
        self.positions.insert(name.to_owned(), position);
        Ok(position)
    }

    /// The position of a property. It is likely the expected one, as features have one order.
    pub(super) fn position(&self, name: &str, expected: usize) -> Option<usize> {
        match self.properties.get(expected) {
            Some((known, _)) if known == name => Some(expected),
            _ => self.positions.get(name).copied(),
        }
    }

    /// The number of properties.
    pub(super) fn len(&self) -> usize {
        self.properties.len()
    }

    /// The fields, each with its origin: the id if there is any, the properties, and the geometry.
    ///
    /// The names of properties stay. The id and the geometry get others if those are taken.
    pub(super) fn fields(&self, crs: Option<&Crs>) -> Vec<(Field, Kind, Origin)> {
        let mut fields = Vec::with_capacity(self.len() + 2);
        let is_taken = |name: &str| self.positions.contains_key(name);
        let free = |names: [&str; 2]| {
            let numbered = (2..).map(|number| format!("{}_{number}", names[1]));
            let mut names = names.into_iter().map(str::to_owned).chain(numbered);
            names.find(|name| !is_taken(name)).unwrap_or_default()
        };
        if let Some(kind) = self.id {
            let field = kind.field(&free(["id", "feature_id"]));
            fields.push((with_metadata(field, &[(FEATURE_ID, "true")]), kind, Origin::Id));
        }
        for (position, (name, kind)) in self.properties.iter().enumerate() {
            fields.push((kind.field(name), *kind, Origin::Property(position)));
        }
        let geometry = Field::new(free(["geometry", "geometry"]), DataType::Binary, true);
        fields.push((as_geometry(geometry, crs), Kind::Null, Origin::Geometry));
        fields
    }

    /// The schema of all fields.
    pub(super) fn schema(fields: &[(Field, Kind, Origin)]) -> Arc<Schema> {
        Arc::new(Schema::new(fields.iter().map(|(field, ..)| field.clone()).collect::<Vec<_>>()))
    }
}

/// Declares a column of well-known binary, and its system if one is known.
fn as_geometry(field: Field, crs: Option<&Crs>) -> Field {
    let metadata = match crs.map(Crs::definition) {
        None => json!({}),
        Some(name) if has_code(name) => json!({"crs": name, "crs_type": "authority_code"}),
        Some(name) => json!({"crs": name}),
    };
    let metadata = metadata.to_string();
    with_metadata(
        field,
        &[
            (EXTENSION_TYPE_NAME_KEY, "geoarrow.wkb"),
            (EXTENSION_TYPE_METADATA_KEY, metadata.as_str()),
        ],
    )
}

/// Whether the name of a system is that of an authority and its code, such as `EPSG:3857`.
fn has_code(name: &str) -> bool {
    let is_word = |text: &str| !text.is_empty() && text.bytes().all(|b| b.is_ascii_alphanumeric());
    name.split_once(':').is_some_and(|(authority, code)| is_word(authority) && is_word(code))
}

fn with_metadata(field: Field, added: &[(&str, &str)]) -> Field {
    let mut metadata = field.metadata().clone();
    metadata.extend(added.iter().map(|&(key, value)| (key.to_owned(), value.to_owned())));
    field.with_metadata(metadata)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kind(values: &[&str]) -> Kind {
        let kinds = values.iter().map(|value| Kind::of(value).expect("sound"));
        kinds.fold(Kind::Null, Kind::and)
    }

    #[test]
    fn a_type_holds_all_values() {
        for (values, expected) in [
            (&["null", "true", "false"][..], Kind::Bool),
            (&["1", "-9007199254740992"], Kind::Int { exact: true }),
            (&["1", "9007199254740993"], Kind::Int { exact: false }),
            (&["1", "null", "1.5"], Kind::Float),
            (&["1e3"], Kind::Float),
            (&["1.5", "9007199254740993"], Kind::Json),
            (&["9223372036854775808"], Kind::Json),
            (&["\"a\"", "null"], Kind::Text),
            (&["\"a\"", "1"], Kind::Json),
            (&["true", "1"], Kind::Json),
            (&["[1]"], Kind::Json),
            (&["null"], Kind::Null),
        ] {
            assert_eq!(kind(values), expected, "{values:?}");
            let turned: Vec<_> = values.iter().copied().rev().collect();
            assert_eq!(kind(&turned), expected, "{turned:?}");
        }
        assert!(Kind::of("1e999").is_err());
    }

    #[test]
    fn names_of_properties_stay() {
        let mut columns = Columns::default();
        let text = r#"{"type":"Feature","id":7,"properties":
            {"id":1,"geometry":"a","geometry_2":[1],"feature_id":null}}"#;
        let feature = Feature::read(text).expect("sound");
        columns.add(&feature, &Limits::default()).expect("few columns");
        let fields = columns.fields(Some(&Crs::geojson()));
        let names: Vec<_> = fields.iter().map(|(field, ..)| field.name().as_str()).collect();
        let expected = ["feature_id_2", "id", "geometry", "geometry_2", "feature_id", "geometry_3"];
        assert_eq!(names, expected);
        assert!(fields[0].0.metadata().contains_key(FEATURE_ID));
        assert_eq!(fields[3].0.extension_type_name(), Some("arrow.json"));
        assert_eq!(
            fields[5].0.extension_type_metadata(),
            Some(r#"{"crs":"OGC:CRS84","crs_type":"authority_code"}"#)
        );
        assert_eq!(columns.fields(None)[5].0.extension_type_metadata(), Some("{}"));
    }
}
