//! Definitions of coordinate systems by their codes, for formats that need more than a code.
//!
//! The definitions are those of EPSG's dataset, which the crate `epsg-utils` holds.

use poly_match_geo::Crs;

/// The definition in the JSON of PROJ; `None` if the system has no code at EPSG, or an unknown one.
pub(crate) fn projjson(crs: &Crs) -> Option<&'static str> {
    epsg_utils::epsg_to_projjson(crs.epsg()?.try_into().ok()?).ok()
}

/// The definition in well-known text, version 2; `None` if the system has no code at EPSG, or an unknown
/// one.
#[cfg(any(feature = "flatgeobuf", feature = "geopackage", feature = "shapefile"))]
pub(crate) fn wkt(crs: &Crs) -> Option<&'static str> {
    epsg_utils::epsg_to_wkt2(crs.epsg()?.try_into().ok()?).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_definition_has_the_code_that_it_was_found_by() {
        for name in ["EPSG:25832", "EPSG:4326", "OGC:CRS84", "EPSG:2263"] {
            let crs = Crs::named(name);
            let json = projjson(&crs).expect("a definition");
            assert_eq!(Crs::named(json).epsg(), crs.epsg(), "{name}");
        }
        assert_eq!(projjson(&Crs::named("EPSG:1")), None);
        assert_eq!(projjson(&Crs::named("ESRI:102003")), None);
        assert_eq!(projjson(&Crs::named("Site grid")), None);
    }
}
