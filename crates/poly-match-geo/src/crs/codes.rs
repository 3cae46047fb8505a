//! Which codes are geographic and which are projected systems.
//!
//! `codes.csv` has the ranges of codes of each kind. `codes.py` makes it from PROJ's database, which
//! holds the EPSG Geodetic Parameter Dataset and ESRI's codes.

use super::Kind;

/// Lines of authority, kind, first and last code.
const CODES: &str = include_str!("codes.csv");

/// The kind of a system.
pub(super) fn kind(authority: &str, code: &str) -> Kind {
    let Ok(code) = code.parse::<u32>() else { return Kind::Undecided };
    let found = CODES.lines().skip(1).find_map(|line| {
        let mut cells = line.split(',');
        let (its, kind) = (cells.next()?, cells.next()?);
        let (first, last) = (cells.next()?.parse().ok()?, cells.next()?.parse().ok()?);
        (its == authority && (first..=last).contains(&code)).then_some(kind)
    });
    match found {
        Some("geographic") => Kind::Geographic,
        Some("projected") => Kind::Projected,
        _ => Kind::Undecided,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn kinds_are_those_of_the_registry() {
        for (authority, code, expected) in [
            ("EPSG", "4326", Kind::Geographic),
            ("EPSG", "4269", Kind::Geographic),
            ("EPSG", "7844", Kind::Geographic),
            ("EPSG", "3857", Kind::Projected),
            ("EPSG", "25832", Kind::Projected),
            ("EPSG", "32633", Kind::Projected),
            ("EPSG", "5773", Kind::Undecided), // heights
            ("EPSG", "4978", Kind::Undecided), // geocentric
            ("EPSG", "999999", Kind::Undecided),
            ("EPSG", "CRS84", Kind::Undecided),
            ("ESRI", "102003", Kind::Projected),
            ("ESRI", "104905", Kind::Geographic),
            ("NOBODY", "4326", Kind::Undecided),
        ] {
            assert_eq!(kind(authority, code), expected, "{authority}:{code}");
        }
    }

    #[test]
    fn every_line_is_sound() {
        for line in CODES.lines().skip(1) {
            let cells: Vec<_> = line.split(',').collect();
            let [authority, kind, first, last] = cells[..] else { panic!("{line}") };
            assert!(["EPSG", "ESRI"].contains(&authority), "{line}");
            assert!(["geographic", "projected"].contains(&kind), "{line}");
            assert!(first.parse::<u32>().expect(line) <= last.parse().expect(line), "{line}");
        }
    }
}
