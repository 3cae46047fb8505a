//! Reads the names of coordinate systems: short, as URN, and as URL.
//!
//! Source: OGC 09-048r6, "Name type specification: definitions".

use super::Code;

/// Reads authority and code from a name; `None` if it is not written in a known way.
pub(super) fn parse(name: &str) -> Option<Code> {
    let name = name.trim();
    let lower = name.to_ascii_lowercase();
    // urn:ogc:def:crs:EPSG:9.9:4326, with any version or none
    if lower.starts_with("urn:") {
        return after_crs(name, ':');
    }
    if lower.starts_with("http://") || lower.starts_with("https://") {
        return match name.split_once('#') {
            // …/gml/srs/epsg.xml#4326
            Some((file, number)) => code(file.rsplit('/').next()?.split('.').next()?, number),
            // …/def/crs/EPSG/0/4326
            None => after_crs(name, '/'),
        };
    }
    match name.split_once(':') {
        Some((authority, number)) => code(authority, number),
        None if ["CRS84", "CRS84H", "CRS83", "CRS27"]
            .contains(&name.to_ascii_uppercase().as_str()) =>
        {
            code("OGC", name)
        }
        None => None,
    }
}

/// Reads the part after the part `crs`, which is the authority, and the last, which is the code.
fn after_crs(name: &str, separator: char) -> Option<Code> {
    let parts: Vec<_> = name.split(separator).collect();
    let crs = parts.iter().position(|part| part.eq_ignore_ascii_case("crs"))?;
    match parts[crs + 1..] {
        [authority, .., number] => code(authority, number),
        _ => None,
    }
}

/// Reads authority and code; `None` if they are no words.
pub(super) fn code(authority: &str, code: &str) -> Option<Code> {
    let is_word = |text: &str| {
        !text.is_empty() && text.chars().all(|c| c.is_ascii_alphanumeric() || c == '_')
    };
    let (authority, code) = (authority.trim().to_ascii_uppercase(), code.trim());
    if !is_word(&authority) || !is_word(code) {
        return None;
    }
    let code = match (authority.as_str(), code.to_ascii_uppercase().as_str()) {
        ("OGC", "84") => "CRS84".to_owned(), // as in URNs of version 1.3
        ("OGC", "CRS84H") => "CRS84h".to_owned(),
        // A leading zero is not part of a number.
        (_, code) => match code.parse::<u64>() {
            Ok(number) => number.to_string(),
            Err(_) => code.to_owned(),
        },
    };
    Some(Code { authority, code })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_read_however_they_are_written() {
        for (name, authority, number) in [
            ("EPSG:4326", "EPSG", "4326"),
            (" epsg:4326 ", "EPSG", "4326"),
            ("urn:ogc:def:crs:EPSG::3857", "EPSG", "3857"),
            ("urn:ogc:def:crs:EPSG:9.9.1:3857", "EPSG", "3857"),
            ("urn:ogc:def:crs:OGC:1.3:CRS84", "OGC", "CRS84"),
            ("urn:ogc:def:crs:OGC::CRS84h", "OGC", "CRS84h"),
            ("urn:x-ogc:def:crs:EPSG:4326", "EPSG", "4326"),
            ("http://www.opengis.net/def/crs/EPSG/0/4326", "EPSG", "4326"),
            ("https://www.opengis.net/def/crs/OGC/1.3/CRS84", "OGC", "CRS84"),
            ("http://www.opengis.net/gml/srs/epsg.xml#27700", "EPSG", "27700"),
            ("CRS84", "OGC", "CRS84"),
            ("ESRI:102100", "ESRI", "102100"),
            ("IAU_2015:30100", "IAU_2015", "30100"),
        ] {
            let found = parse(name).map(|code| (code.authority, code.code));
            assert_eq!(found, Some((authority.to_owned(), number.to_owned())), "{name}");
        }
    }

    #[test]
    fn other_names_have_no_code() {
        for name in [
            "",
            ":",
            "EPSG:",
            ":4326",
            "4326",
            "WGS 84",
            "urn:",
            "urn:ogc:def:crs",
            "urn:ogc:def:crs:EPSG",
            "http://",
            "https://example.org/#",
            "https://spatialreference.org/",
            "EPSG:4326+5773",
            "é:é",
        ] {
            assert_eq!(parse(name).map(|code| code.code), None, "{name}");
        }
    }
}
