//! The codes of the systems that ESRI's software names without a code, as in most `.prj` files.
//!
//! `names.py` makes `names.csv` from PROJ's database.

use super::Code;

/// Lines of name, authority and code.
const NAMES: &str = include_str!("names.csv");

/// The code of a name of ESRI, such as `WGS_1984_UTM_Zone_33N`.
pub(super) fn code(name: &str) -> Option<Code> {
    // No other name looks like one, and most are not looked up.
    if name.contains([',', '\n']) || !name.contains('_') && name.contains(' ') {
        return None;
    }
    NAMES.lines().skip(1).find_map(|line| {
        let (authority, code) = line.strip_prefix(name)?.strip_prefix(',')?.split_once(',')?;
        Some(Code { authority: authority.to_owned(), code: code.to_owned() })
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_esri_have_codes() {
        for (name, expected) in [
            ("GCS_WGS_1984", Some("EPSG:4326")),
            ("WGS_1984_UTM_Zone_33N", Some("EPSG:32633")),
            ("WGS_1984_Web_Mercator_Auxiliary_Sphere", Some("EPSG:3857")),
            ("USA_Contiguous_Albers_Equal_Area_Conic", Some("ESRI:102003")),
            ("WGS_1984_UTM_Zone", None),
            ("name", None),
            ("", None),
        ] {
            let found = code(name).map(|code| format!("{}:{}", code.authority, code.code));
            assert_eq!(found.as_deref(), expected, "{name}");
        }
    }
}
