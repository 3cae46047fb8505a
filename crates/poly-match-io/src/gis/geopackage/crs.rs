//! Coordinate systems: the rows of `gpkg_spatial_ref_sys`, and the metadata of GeoArrow.

use arrow_schema::Field;
use poly_match_geo::Crs;
use rusqlite::{Connection, OptionalExtension};
use serde_json::{Map, Value, json};

use super::layers::is_table;
use crate::error::{Error, Place, Result};
use crate::systems;

/// The number that GDAL gives to a system that is not known.
const UNKNOWN: i32 = 99_999;

/// The first number that GDAL gives to systems without a code.
const CUSTOM: i32 = 100_000;

/// How well-known text of the first version begins.
const OLD: [&str; 6] = ["PROJCS[", "GEOGCS[", "GEOCCS[", "LOCAL_CS[", "COMPD_CS[", "VERT_CS["];

/// The metadata of GeoArrow for the system of a number.
pub(super) fn metadata(connection: &Connection, srs: i64) -> Result<String> {
    let is_undefined = matches!(srs, -1 | 0) || srs == i64::from(UNKNOWN);
    if is_undefined || !is_table(connection, "gpkg_spatial_ref_sys")? {
        return Ok("{}".to_owned());
    }
    type Row = (Option<String>, Option<i64>, Option<String>);
    let row: Option<Row> = connection
        .query_row(
            "SELECT organization, organization_coordsys_id, definition
             FROM gpkg_spatial_ref_sys WHERE srs_id = ?1",
            [srs],
            |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)),
        )
        .optional()?;
    let Some((organization, code, definition)) = row else { return Ok("{}".to_owned()) };
    let organization = organization.unwrap_or_default().to_ascii_uppercase();
    let definition = definition.unwrap_or_default();
    let definition = definition.trim();
    let is_wkt = definition.contains('[') && !definition.starts_with('{');
    // Definitions by EPSG are known. Of the others, the code alone might say too little.
    let has_code = match organization.as_str() {
        "EPSG" => true,
        "NONE" | "" => false,
        _ => !is_wkt && !definition.starts_with('{'),
    };
    if let (true, Some(code @ 1..)) = (has_code, code) {
        let name = format!("{organization}:{code}");
        return Ok(json!({"crs": name, "crs_type": "authority_code"}).to_string());
    }
    Ok(match serde_json::from_str(definition) {
        Ok(object @ Value::Object(_)) => json!({"crs": object, "crs_type": "projjson"}),
        _ if definition.is_empty() || definition.eq_ignore_ascii_case("undefined") => json!({}),
        // GeoArrow has no word for the first version of well-known text.
        _ if is_wkt && !OLD.iter().any(|old| definition.starts_with(old)) => {
            json!({"crs": definition, "crs_type": "wkt2:2019"})
        }
        _ => json!({"crs": definition}),
    }
    .to_string())
}

/// A row of `gpkg_spatial_ref_sys`.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct System {
    pub(super) id: i32,
    pub(super) name: String,
    pub(super) organization: String,
    pub(super) code: i32,
    pub(super) definition: String,
}

impl System {
    /// The systems that every GeoPackage has, and the one for data that declares none.
    pub(super) fn usual() -> [Self; 4] {
        let undefined = |id, name: &str| Self {
            id,
            name: name.to_owned(),
            organization: "NONE".to_owned(),
            code: id,
            definition: "undefined".to_owned(),
        };
        let wgs84 = Self::of("EPSG:4326");
        [
            undefined(-1, "Undefined Cartesian SRS"),
            undefined(0, "Undefined geographic SRS"),
            undefined(UNKNOWN, "Undefined SRS"),
            wgs84,
        ]
    }

    /// The number of the system that a field declares, and its row if it is not among the usual ones.
    pub(super) fn declared(field: &Field) -> Result<(i32, Option<Self>)> {
        let text = field.extension_type_metadata().unwrap_or_default().trim();
        if text.is_empty() {
            return Ok((UNKNOWN, None));
        }
        let members: Map<String, Value> = serde_json::from_str(text).map_err(|error| {
            let what = format_args!("the metadata of its extension: {error}");
            Error::malformed(what).at(Place::Column(field.name().clone()))
        })?;
        let is_srid = members.get("crs_type").and_then(Value::as_str) == Some("srid");
        let name = match members.get("crs") {
            None | Some(Value::Null) => return Ok((UNKNOWN, None)),
            Some(Value::String(text)) => text.trim().to_owned(),
            Some(other) => other.to_string(),
        };
        let name = if is_srid && name != "0" { format!("EPSG:{name}") } else { name };
        if name.is_empty() || name == "0" {
            return Ok((UNKNOWN, None));
        }
        let system = Self::of(&name);
        let is_usual = Self::usual().iter().any(|usual| usual.id == system.id);
        Ok((system.id, (!is_usual).then_some(system)))
    }

    /// The system of a name or a definition.
    fn of(text: &str) -> Self {
        let crs = Crs::named(text);
        if let Some(code) = crs.epsg().and_then(|code| i32::try_from(code).ok())
            && code != UNKNOWN
            && let Some(definition) = systems::wkt(&crs)
        {
            let (name, organization) = (crs.to_string(), "EPSG".to_owned());
            return Self { id: code, name, organization, code, definition: definition.to_owned() };
        }
        let name = crs.to_string();
        let parts = name.split_once(':').and_then(|(authority, code)| {
            let is_word = authority.bytes().all(|byte| byte.is_ascii_alphanumeric());
            Some((authority.to_owned(), code.parse().ok().filter(|_| is_word)?))
        });
        let (organization, code) = parts.unwrap_or_else(|| ("NONE".to_owned(), CUSTOM));
        Self { id: CUSTOM, name, organization, code, definition: text.to_owned() }
    }
}
