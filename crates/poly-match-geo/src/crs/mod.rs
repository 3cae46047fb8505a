//! Coordinate systems: what data declares, and whether two declarations mean the same system.
//!
//! Nothing is projected here. Only two things are asked of a system: whether its coordinates are
//! degrees, and whether it is the same as another.

mod codes;
mod definition;
mod name;
mod names;

use std::fmt;

/// A coordinate system that data declares. Data that declares none has no `Crs`.
///
/// ```
/// use poly_match_geo::{Crs, Kind, Sameness};
///
/// let mercator = Crs::named("urn:ogc:def:crs:EPSG::3857");
/// assert_eq!((mercator.to_string().as_str(), mercator.kind()), ("EPSG:3857", Kind::Projected));
/// assert_eq!(mercator.compare(&Crs::geojson()), Sameness::Different);
/// assert_eq!(Crs::named("EPSG:4326").compare(&Crs::geojson()), Sameness::Same);
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Crs {
    /// How messages call it.
    name: String,
    /// The name or the definition, as it was declared.
    definition: String,
    code: Option<Code>,
    kind: Kind,
    /// Whether it stands for every geographic system.
    is_any: bool,
}

/// What the coordinates of a system are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// Longitude and latitude, in degrees.
    Geographic,
    /// Lengths on a plane.
    Projected,
    /// Not known here.
    Undecided,
}

/// Whether two systems are the same.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sameness {
    /// They have equal authority and code, whatever the order of their axes.
    Same,
    /// They are two systems.
    Different,
    /// At least one of them is not known well enough.
    Undecided,
}

/// Names of columns that hold degrees.
const LONGITUDES: [&str; 5] = ["lon", "lng", "long", "longitude", "decimallongitude"];
const LATITUDES: [&str; 3] = ["lat", "latitude", "decimallatitude"];

/// Authority and code, such as EPSG and 4326.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Code {
    authority: String,
    code: String,
}

impl Crs {
    /// Reads the name of a system: `EPSG:3857`, `urn:ogc:def:crs:EPSG::3857`,
    /// `http://www.opengis.net/def/crs/OGC/1.3/CRS84`, and the like; or its definition with a code: the
    /// JSON of PROJ with an `id`, and well-known text with an `ID` or `AUTHORITY`. Anything else is a
    /// system that is not known. So is a definition without a code, unless its name is one that ESRI's
    /// software gives to a system with a code; but its first word tells its kind.
    ///
    /// ```
    /// use poly_match_geo::{Crs, Sameness};
    ///
    /// let json = r#"{"type": "ProjectedCRS", "id": {"authority": "EPSG", "code": 25832}}"#;
    /// assert_eq!(Crs::named(json).compare(&Crs::named("EPSG:25832")), Sameness::Same);
    ///
    /// let of_esri = r#"PROJCS["WGS_1984_UTM_Zone_33N",GEOGCS["GCS_WGS_1984"]]"#;
    /// assert_eq!(Crs::named(of_esri).epsg(), Some(32633));
    /// ```
    #[must_use]
    pub fn named(name: &str) -> Self {
        match name::parse(name).or_else(|| definition::code(name)) {
            Some(code) => Self::coded(code),
            None => {
                let definition = name.trim().to_owned();
                let name = definition::title(&definition);
                let kind = definition::kind(&definition);
                match names::code(&name) {
                    Some(code) => Self::coded(code),
                    None => Self { name, definition, code: None, kind, is_any: false },
                }
            }
        }
    }

    /// The system of an SRID, which is an EPSG code by custom. `None` for 0, which declares nothing.
    #[must_use]
    pub fn of_srid(srid: u32) -> Option<Self> {
        (srid != 0).then(|| Self::named(&format!("EPSG:{srid}")))
    }

    /// The system of GeoJSON by its standard (RFC 7946): longitude and latitude on WGS 84.
    #[must_use]
    pub fn geojson() -> Self {
        Self::named("OGC:CRS84")
    }

    /// Degrees of any geographic system, if the names of two columns declare them: if one is a
    /// longitude (`lon`, `lng`, `long`, `longitude`) and the other a latitude (`lat`, `latitude`).
    /// Case does not matter, and the `decimalLongitude` of Darwin Core is one, too.
    ///
    /// ```
    /// use poly_match_geo::{Crs, Kind};
    ///
    /// let degrees = Crs::of_columns("lon", "lat").expect("they declare degrees");
    /// assert_eq!(degrees.kind(), Kind::Geographic);
    /// assert_eq!(Crs::of_columns("x", "y"), None);
    /// ```
    #[must_use]
    pub fn of_columns(x: &str, y: &str) -> Option<Self> {
        let is_of = |names: &[&str], name: &str| {
            names.iter().any(|known| known.eq_ignore_ascii_case(name.trim()))
        };
        let are_degrees = (is_of(&LONGITUDES, x) && is_of(&LATITUDES, y))
            || (is_of(&LATITUDES, x) && is_of(&LONGITUDES, y));
        let name = || format!("degrees (columns {:?} and {:?})", x.trim(), y.trim());
        are_degrees.then(|| Self::any_degrees(name()))
    }

    /// Degrees of any geographic system, in a column that holds latitude and longitude in each cell.
    ///
    /// ```
    /// use poly_match_geo::Crs;
    ///
    /// assert_eq!(Crs::of_pairs("place").to_string(), r#"degrees (column "place")"#);
    /// ```
    #[must_use]
    pub fn of_pairs(column: &str) -> Self {
        Self::any_degrees(format!("degrees (column {:?})", column.trim()))
    }

    fn any_degrees(name: String) -> Self {
        let kind = Kind::Geographic;
        Self { definition: name.clone(), name, code: None, kind, is_any: true }
    }

    /// What [`named`](Self::named) reads as this system: its code, or else all that was declared. Its
    /// display is shorter.
    ///
    /// ```
    /// let json = r#"{"type": "ProjectedCRS", "name": "Site grid"}"#;
    /// let crs = poly_match_geo::Crs::named(json);
    /// assert_eq!((crs.to_string().as_str(), crs.definition()), ("Site grid", json));
    /// ```
    #[must_use]
    pub fn definition(&self) -> &str {
        &self.definition
    }

    /// The code at EPSG, if the system has one. CRS84 has that of EPSG:4326, which differs only in the order of
    /// its axes.
    ///
    /// ```
    /// use poly_match_geo::Crs;
    ///
    /// assert_eq!(Crs::named("urn:ogc:def:crs:EPSG::3857").epsg(), Some(3857));
    /// assert_eq!(Crs::geojson().epsg(), Some(4326));
    /// assert_eq!(Crs::named("ESRI:102003").epsg(), None);
    /// ```
    #[must_use]
    pub fn epsg(&self) -> Option<u32> {
        self.code.as_ref().filter(|code| code.authority == "EPSG")?.code.parse().ok()
    }

    /// Whether the system has a code at an authority, by which others can find it.
    ///
    /// ```
    /// use poly_match_geo::Crs;
    ///
    /// assert!(Crs::named("ESRI:102003").has_code());
    /// assert!(!Crs::named("Site grid").has_code());
    /// ```
    #[must_use]
    pub fn has_code(&self) -> bool {
        self.code.is_some()
    }

    /// Whether the coordinates are degrees.
    #[must_use]
    pub fn kind(&self) -> Kind {
        self.kind
    }

    /// Whether the other system is the same.
    #[must_use]
    pub fn compare(&self, other: &Self) -> Sameness {
        use Kind::{Geographic, Projected, Undecided};
        match (self.kind, other.kind) {
            (Geographic, Projected) | (Projected, Geographic) => return Sameness::Different,
            (Geographic, Geographic) if self.is_any || other.is_any => return Sameness::Same,
            (Geographic | Projected | Undecided, _) => {}
        }
        match (&self.code, &other.code) {
            (Some(code), Some(its)) if code == its => Sameness::Same,
            (None, None) if self.definition == other.definition => Sameness::Same,
            // Two authorities may have codes of their own for one system.
            (Some(code), Some(its))
                if code.authority == its.authority
                    && self.kind != Undecided
                    && other.kind != Undecided =>
            {
                Sameness::Different
            }
            _ => Sameness::Undecided,
        }
    }

    fn coded(code: Code) -> Self {
        let name = format!("{}:{}", code.authority, code.code);
        let code = code.canonical();
        let kind = codes::kind(&code.authority, &code.code);
        Self { definition: name.clone(), name, kind, code: Some(code), is_any: false }
    }
}

/// The name that messages use, on one line: the code, or the name in a definition.
impl fmt::Display for Crs {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.name)
    }
}

impl Code {
    /// The same system's code at EPSG, if it is one of those that are well known. The order of axes
    /// and a height are left out, as everywhere here.
    fn canonical(self) -> Self {
        let epsg = match (self.authority.as_str(), self.code.as_str()) {
            ("OGC", "CRS84" | "CRS84h") | ("EPSG", "4979") => "4326",
            ("OGC", "CRS83") => "4269",
            ("OGC", "CRS27") => "4267",
            ("EPSG", "900913") | ("ESRI", "102100" | "102113") => "3857",
            _ => return self,
        };
        Self { authority: "EPSG".to_owned(), code: epsg.to_owned() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn compare(a: &str, b: &str) -> Sameness {
        let (a, b) = (Crs::named(a), Crs::named(b));
        assert_eq!(a.compare(&b), b.compare(&a), "{a} {b}");
        a.compare(&b)
    }

    #[test]
    fn the_same_system_has_many_names() {
        for name in ["EPSG:4326", "urn:ogc:def:crs:EPSG::4326", "CRS84", "EPSG:4979"] {
            assert_eq!(compare(name, "OGC:CRS84"), Sameness::Same, "{name}");
        }
        assert_eq!(compare("EPSG:3857", "EPSG:900913"), Sameness::Same);
        assert_eq!(compare("EPSG:3857", "ESRI:102100"), Sameness::Same);
        assert_eq!(compare("Local grid", " Local grid "), Sameness::Same);
    }

    #[test]
    fn known_systems_differ_and_others_are_undecided() {
        for (a, b) in [("EPSG:4326", "EPSG:4269"), ("EPSG:3857", "EPSG:25832")] {
            assert_eq!(compare(a, b), Sameness::Different, "{a} {b}");
        }
        assert_eq!(compare("EPSG:4326", "EPSG:3857"), Sameness::Different);
        assert_eq!(compare("EPSG:4326", "ESRI:102003"), Sameness::Different); // degrees, and metres
        for (a, b) in [
            ("EPSG:4326", "EPSG:999999"),
            ("EPSG:3857", "Local grid"),
            ("EPSG:25832", "ESRI:102003"), // ESRI has codes for EPSG's systems, too
        ] {
            assert_eq!(compare(a, b), Sameness::Undecided, "{a} {b}");
        }
    }

    #[test]
    fn a_definition_without_a_code_has_a_kind() {
        let degrees = r#"GEOGCS["Site degrees",DATUM["D_Site"]]"#;
        let metres = r#"PROJCS["Site grid",GEOGCS["GCS_WGS_1984"]]"#;
        assert_eq!(Crs::named(degrees).kind(), Kind::Geographic);
        assert_eq!(Crs::named(metres).kind(), Kind::Projected);
        assert_eq!(compare(degrees, metres), Sameness::Different);
        assert_eq!(compare(degrees, degrees), Sameness::Same);
        for other in [r#"GEOGCS["Other degrees"]"#, "EPSG:4326"] {
            assert_eq!(compare(degrees, other), Sameness::Undecided, "{other}");
        }
        assert_eq!(compare(degrees, "EPSG:3857"), Sameness::Different);
        let any = Crs::of_columns("lon", "lat").expect("degrees");
        assert_eq!(any.compare(&Crs::named(degrees)), Sameness::Same);
    }

    #[test]
    fn degrees_are_of_any_geographic_system() {
        let degrees = Crs::of_columns("lon", "lat").expect("degrees");
        for name in ["EPSG:4326", "EPSG:4269", "OGC:CRS84"] {
            assert_eq!(degrees.compare(&Crs::named(name)), Sameness::Same, "{name}");
        }
        assert_eq!(degrees.compare(&Crs::named("EPSG:3857")), Sameness::Different);
        assert_eq!(degrees.compare(&Crs::named("Local grid")), Sameness::Undecided);
    }

    #[test]
    fn names_of_columns_declare_degrees() {
        for (x, y) in [("lon", "lat"), ("Longitude", "LATITUDE"), ("lat", " lng ")] {
            assert!(Crs::of_columns(x, y).is_some(), "{x} {y}");
        }
        for (x, y) in [("x", "y"), ("lon", "y"), ("lon", "lon"), ("easting", "northing")] {
            assert_eq!(Crs::of_columns(x, y), None, "{x} {y}");
        }
    }

    #[test]
    fn an_srid_of_zero_declares_nothing() {
        assert_eq!(Crs::of_srid(0), None);
        assert_eq!(Crs::of_srid(4326), Some(Crs::named("EPSG:4326")));
    }
}
