//! Finds the code of a coordinate system in its definition: in well-known text, version 1 or 2, and in the
//! JSON of PROJ.
//!
//! Both nest systems: a projected one has a base. Only a code of the whole counts.
//!
//! Sources: OGC 18-010r11 (well-known text 2), OGC 01-009 (version 1),
//! <https://proj.org/specifications/projjson.html>.

use serde_json::Value;

use super::{Code, Kind, name};

/// How deep one system may stand for another: a compound system of a bound one has 2 levels.
const DEEPEST: usize = 8;

/// The most characters of a title.
const LONGEST: usize = 80;

/// Finds the code of a definition; `None` if it has none, or if the text is none.
///
/// A bound system is the same as its source, and a compound system without a code is the same as its
/// horizontal part: a shift to another datum and a height are left out, as everywhere here.
pub(super) fn code(text: &str) -> Option<Code> {
    let text = text.trim();
    if text.starts_with('{') {
        return of_json(&serde_json::from_str(text).ok()?);
    }
    of_text(text, DEEPEST)
}

/// The kind of a definition, by its first word; undecided if it is another, or the text is none.
pub(super) fn kind(text: &str) -> Kind {
    let text = text.trim();
    if text.starts_with('{') {
        return serde_json::from_str(text).map_or(Kind::Undecided, |system| kind_of_json(&system));
    }
    kind_of_text(text, DEEPEST)
}

fn kind_of_json(system: &Value) -> Kind {
    let inner = |system: Option<&Value>| system.map_or(Kind::Undecided, kind_of_json);
    match system.get("type").and_then(Value::as_str) {
        Some("GeographicCRS" | "DerivedGeographicCRS") => Kind::Geographic,
        Some("ProjectedCRS" | "DerivedProjectedCRS") => Kind::Projected,
        Some("BoundCRS") => inner(system.get("source_crs")),
        Some("CompoundCRS") => inner(system.get("components").and_then(|parts| parts.get(0))),
        _ => Kind::Undecided,
    }
}

fn kind_of_text(text: &str, deepest: usize) -> Kind {
    let Some((deeper, system)) = deepest.checked_sub(1).zip(Node::read(text)) else {
        return Kind::Undecided;
    };
    let inner =
        |text: Option<&&str>| text.map_or(Kind::Undecided, |text| kind_of_text(text, deeper));
    if system.is(&["GEOGCS", "GEOGCRS", "GEOGRAPHICCRS"]) {
        Kind::Geographic
    } else if system.is(&["PROJCS", "PROJCRS", "PROJECTEDCRS", "DERIVEDPROJCRS"]) {
        Kind::Projected
    } else if system.is(&["GEODCRS", "GEODETICCRS"]) {
        // It may be one of x, y and z, too: its axes tell.
        let is_of_angles = |axes: &Node<'_>| {
            axes.is(&["CS"])
                && axes
                    .values
                    .first()
                    .is_some_and(|kind| kind.trim().eq_ignore_ascii_case("ellipsoidal"))
        };
        if system.nodes().any(|node| is_of_angles(&node)) {
            Kind::Geographic
        } else {
            Kind::Undecided
        }
    } else if system.is(&["BOUNDCRS"]) {
        let source = system.nodes().find(|node| node.is(&["SOURCECRS"]));
        source.map_or(Kind::Undecided, |source| inner(source.values.first()))
    } else if system.is(&["COMPOUNDCRS", "COMPD_CS"]) {
        inner(system.values.get(1))
    } else {
        Kind::Undecided
    }
}

/// The name that a definition gives, for messages; a text that is no definition is its own. A long name is
/// cut.
pub(super) fn title(text: &str) -> String {
    let of_json =
        || serde_json::from_str::<Value>(text).ok()?.get("name")?.as_str().map(str::to_owned);
    let of_text = || Some(Node::read(text)?.values.first()?.trim().trim_matches('"').to_owned());
    let title = of_json().or_else(of_text).unwrap_or_else(|| text.to_owned());
    let mut short: String = title.chars().take(LONGEST).collect();
    if short.len() < title.len() {
        short.push('…');
    }
    short
}

fn of_json(system: &Value) -> Option<Code> {
    let ids = system.get("ids").and_then(Value::as_array).into_iter().flatten();
    let codes = system.get("id").into_iter().chain(ids).filter_map(|id| {
        let code = match id.get("code")? {
            Value::String(text) => text.clone(),
            Value::Number(number) => number.to_string(),
            _ => return None,
        };
        name::code(id.get("authority")?.as_str()?, &code)
    });
    best(codes).or_else(|| match system.get("type")?.as_str()? {
        "BoundCRS" => of_json(system.get("source_crs")?),
        "CompoundCRS" => of_json(system.get("components")?.get(0)?),
        _ => None,
    })
}

fn of_text(text: &str, deepest: usize) -> Option<Code> {
    let deeper = deepest.checked_sub(1)?;
    let system = Node::read(text)?;
    let codes = system.nodes().filter(|node| node.is(&["ID", "AUTHORITY"])).filter_map(|id| {
        let unquoted = |value: &&str| value.trim().trim_matches('"').to_owned();
        name::code(&id.values.first().map(unquoted)?, &id.values.get(1).map(unquoted)?)
    });
    best(codes).or_else(|| {
        if system.is(&["BOUNDCRS"]) {
            let source = system.nodes().find(|node| node.is(&["SOURCECRS"]))?;
            of_text(source.values.first()?, deeper)
        } else if system.is(&["COMPOUNDCRS", "COMPD_CS"]) {
            of_text(system.values.get(1)?, deeper)
        } else {
            None
        }
    })
}

/// The code at EPSG, if there is one, or else the first.
fn best(codes: impl Iterator<Item = Code>) -> Option<Code> {
    let mut codes: Vec<_> = codes.collect();
    let epsg = codes.iter().position(|code| code.authority == "EPSG").unwrap_or(0);
    (!codes.is_empty()).then(|| codes.swap_remove(epsg))
}

/// A node of well-known text: a keyword, and values in brackets.
struct Node<'a> {
    keyword: &'a str,
    values: Vec<&'a str>,
}

impl<'a> Node<'a> {
    /// Reads a node; `None` if the text is another. Values are not read.
    fn read(text: &'a str) -> Option<Self> {
        let open = text.find(['[', '('])?;
        let keyword = text[..open].trim();
        let is_word = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'_';
        if keyword.is_empty() || !keyword.bytes().all(is_word) {
            return None;
        }
        let (mut values, mut start) = (Vec::new(), open + 1);
        let (mut depth, mut is_quoted) = (0_usize, false);
        for (at, byte) in text.bytes().enumerate().skip(open) {
            match byte {
                // A quote within quotes is doubled, and ends and begins them.
                b'"' => is_quoted = !is_quoted,
                _ if is_quoted => {}
                b'[' | b'(' => depth += 1,
                b',' if depth == 1 => {
                    values.push(&text[start..at]);
                    start = at + 1;
                }
                b']' | b')' => {
                    depth -= 1;
                    if depth == 0 {
                        values.push(&text[start..at]);
                        return text[at + 1..]
                            .trim()
                            .is_empty()
                            .then_some(Self { keyword, values });
                    }
                }
                _ => {}
            }
        }
        None
    }

    fn is(&self, keywords: &[&str]) -> bool {
        keywords.iter().any(|keyword| keyword.eq_ignore_ascii_case(self.keyword))
    }

    /// The values that are nodes.
    fn nodes(&self) -> impl Iterator<Item = Node<'a>> {
        self.values.iter().filter_map(|value| Node::read(value))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// EPSG:25832 as PROJ 9 writes it, shortened.
    const TEXT_2: &str = r#"PROJCRS["ETRS89 / UTM zone 32N",BASEGEOGCRS["ETRS89",
        DATUM["an ""odd"" name, [with brackets"],ID["EPSG",4258]],
        CONVERSION["UTM zone 32N",METHOD["Transverse Mercator",ID["EPSG",9807]]],
        CS[Cartesian,2],USAGE[SCOPE["Mapping."],BBOX[36.53,6,84.01,12.01]],ID["EPSG",25832]]"#;

    const TEXT_1: &str = r#"PROJCS["ETRS89 / UTM zone 32N",GEOGCS["ETRS89",
        AUTHORITY["EPSG","4258"]],UNIT["metre",1,AUTHORITY["EPSG","9001"]],
        AXIS["Easting",EAST],AUTHORITY["EPSG","25832"]]"#;

    #[test]
    fn a_definition_has_a_title() {
        for text in [TEXT_2, TEXT_1, JSON] {
            assert_eq!(title(text), "ETRS89 / UTM zone 32N");
        }
        for text in ["Local grid", "{}", "[1", ""] {
            assert_eq!(title(text), text);
        }
        assert_eq!(title(&"é".repeat(1000)).chars().count(), 81);
    }

    const JSON: &str = r#"{"type": "ProjectedCRS", "name": "ETRS89 / UTM zone 32N",
        "base_crs": {"name": "ETRS89", "id": {"authority": "EPSG", "code": 4258}},
        "id": {"authority": "EPSG", "code": 25832}}"#;

    fn found(text: &str) -> Option<String> {
        code(text).map(|code| format!("{}:{}", code.authority, code.code))
    }

    #[test]
    fn the_code_of_the_whole_is_found() {
        let within = |start: &str, text: &str, end: &str| format!("{start}{text}{end}");
        let target = r#","target_crs": {"id": {"authority": "EPSG", "code": 4326}}}"#;
        let heights = r#"VERTCRS["heights",ID["EPSG",7837]]"#;
        for text in [
            TEXT_2.to_owned(),
            TEXT_2.to_lowercase(),
            TEXT_2.replace('[', "(").replace(']', ")"),
            TEXT_2.replace("25832]", "\"25832\",\"10.0\",URI[\"https://epsg.org\"]]"),
            TEXT_2.replace("ID[\"EPSG\",25832]", "ID[\"ESRI\",7],ID[\"EPSG\",25832]"),
            TEXT_1.to_owned(),
            JSON.to_owned(),
            JSON.replace("25832", "\"25832\""),
            JSON.replace(
                "\"id\": {\"authority\": \"EPSG\", \"code\": 25832}",
                "\"ids\": [{\"authority\": \"ESRI\", \"code\": 7}, {\"authority\": \"EPSG\", \"code\": 25832}]",
            ),
            within("BOUNDCRS[SOURCECRS[", TEXT_2, "],TARGETCRS[GEOGCRS[\"WGS 84\",ID[\"EPSG\",4326]]]]"),
            within("COMPOUNDCRS[\"both\",", TEXT_2, &format!(",{heights}]")),
            within("COMPD_CS[\"both\",", TEXT_1, ",VERT_CS[\"heights\"]]"),
            within("{\"type\": \"BoundCRS\", \"source_crs\": ", JSON, target),
            within("{\"type\": \"CompoundCRS\", \"components\": [", JSON, "]}"),
        ] {
            assert_eq!(found(&text).as_deref(), Some("EPSG:25832"), "{text}");
        }
        let compound = format!("COMPOUNDCRS[\"both\",{TEXT_2},{heights},ID[\"EPSG\",5555]]");
        assert_eq!(found(&compound).as_deref(), Some("EPSG:5555"));
        let degrees = r#"{"id": {"authority": "OGC", "version": "1.3", "code": "CRS84"}}"#;
        assert_eq!(found(degrees).as_deref(), Some("OGC:CRS84"));
    }

    #[test]
    fn the_first_word_tells_the_kind() {
        let bound = format!("BOUNDCRS[SOURCECRS[{TEXT_2}],TARGETCRS[GEOGCRS[\"WGS 84\"]]]");
        let compound = format!("COMPOUNDCRS[\"both\",{TEXT_2},VERTCRS[\"heights\"]]");
        let of_json = format!("{{\"type\": \"BoundCRS\", \"source_crs\": {JSON}}}");
        for text in [TEXT_1, TEXT_2, JSON, &bound, &compound, &of_json] {
            assert_eq!(kind(text), Kind::Projected, "{text}");
        }
        for text in [
            "GEOGCS[\"a\"]",
            " geogcrs [\"a\"]",
            "GEODCRS[\"a\",CS[ellipsoidal,2]]",
            r#"{"type": "GeographicCRS"}"#,
        ] {
            assert_eq!(kind(text), Kind::Geographic, "{text}");
        }
        for text in ["", "Site grid", "GEODCRS[\"a\",CS[Cartesian,3]]", "LOCAL_CS[\"a\"]", "{}"] {
            assert_eq!(kind(text), Kind::Undecided, "{text}");
        }
    }

    #[test]
    fn the_code_of_a_part_is_none_of_the_whole() {
        for text in [
            TEXT_2.replace(",ID[\"EPSG\",25832]", ""),
            TEXT_1.replace(",AUTHORITY[\"EPSG\",\"25832\"]", ""),
            JSON.replace("\"id\": {\"authority\": \"EPSG\", \"code\": 25832}", "\"id\": 7"),
        ] {
            assert_eq!(found(&text), None, "{text}");
        }
    }

    #[test]
    fn other_texts_have_no_code() {
        for text in [
            "",
            "{",
            "[1]",
            "{}",
            r#"{"type": "BoundCRS"}"#,
            r#"{"id": {"authority": "EPSG", "code": [1]}}"#,
            "WGS 84",
            "PROJCS[",
            "PROJCS]",
            "PROJCS[\"a]",
            "PROJCS[ID[\"EPSG\"]]",
            "PROJCS[ID[\"EPSG\",4326]] and more",
            "é[ID[\"EPSG\",4326]]",
        ] {
            assert_eq!(found(text), None, "{text}");
        }
        assert_eq!(found(&"BOUNDCRS[SOURCECRS[".repeat(100_000)), None);
        let deep = ["BOUNDCRS[SOURCECRS[".repeat(50), "]]".repeat(50)].join("X[1]");
        assert_eq!(found(&deep), None);
    }
}
