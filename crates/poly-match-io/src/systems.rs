//! Definitions of coordinate systems by their codes, for formats that need more than a code.
//!
//! Those in well-known text 2 and in the JSON of PROJ are of EPSG's dataset, which the crate `epsg-utils`
//! holds; those in well-known text 1 are of the crate `crs-definitions`.

use poly_match_geo::Crs;
use serde_json::Value;

/// The definition in the JSON of PROJ; `None` if the system has no code at EPSG, or an unknown one.
pub(crate) fn projjson(crs: &Crs) -> Option<String> {
    let code = i32::try_from(crs.epsg()?).ok()?;
    let mut definition = definition(code)?;
    // The dataset leaves out the axes of a base, which PROJ wants to see.
    if let Some(base) = definition.get_mut("base_crs").and_then(Value::as_object_mut)
        && !base.contains_key("coordinate_system")
    {
        let id = base.get("id")?.get("code")?.as_i64()?;
        let axes = self::definition(id.try_into().ok()?)?.get("coordinate_system")?.clone();
        base.insert("coordinate_system".to_owned(), axes);
    }
    Some(definition.to_string())
}

fn definition(code: i32) -> Option<Value> {
    serde_json::from_str(epsg_utils::epsg_to_projjson(code).ok()?).ok()
}

/// The definition in well-known text, version 2; `None` if the system has no code at EPSG, or an unknown
/// one.
#[cfg(any(feature = "flatgeobuf", feature = "geopackage", feature = "shapefile"))]
pub(crate) fn wkt(crs: &Crs) -> Option<&'static str> {
    epsg_utils::epsg_to_wkt2(crs.epsg()?.try_into().ok()?).ok()
}

/// The definition in well-known text, version 1; `None` if the system has no code at EPSG, or an unknown
/// one.
#[cfg(feature = "shapefile")]
pub(crate) fn wkt1(crs: &Crs) -> Option<&'static str> {
    Some(crs_definitions::from_code(crs.epsg()?.try_into().ok()?)?.wkt)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_definition_has_the_code_that_it_was_found_by() {
        for name in ["EPSG:25832", "EPSG:4326", "OGC:CRS84", "EPSG:2263"] {
            let crs = Crs::named(name);
            let json = projjson(&crs).expect("a definition");
            assert_eq!(Crs::named(&json).epsg(), crs.epsg(), "{name}");
        }
        assert_eq!(projjson(&Crs::named("EPSG:1")), None);
        assert_eq!(projjson(&Crs::named("ESRI:102003")), None);
        assert_eq!(projjson(&Crs::named("Site grid")), None);
    }

    #[cfg(feature = "shapefile")]
    #[test]
    fn a_definition_of_version_1_has_the_code_that_it_was_found_by() {
        for code in [25832, 4326, 2263, 3857] {
            let text = wkt1(&Crs::named(&format!("EPSG:{code}"))).expect("a definition");
            assert_eq!(Crs::named(text).epsg(), Some(code), "{text}");
        }
    }
}
