//! Guesses from their names which columns of a table hold coordinates or geometry.
//!
//! Case and spaces around a name do not matter.

/// Pairs of names for x and y.
const XY: [[&str; 2]; 12] = [
    ["x", "y"],
    ["lon", "lat"],
    ["lng", "lat"],
    ["long", "lat"],
    ["longitude", "latitude"],
    ["easting", "northing"],
    ["x_coord", "y_coord"],
    ["coord_x", "coord_y"],
    ["pos_x", "pos_y"],
    ["point_x", "point_y"],
    ["x_m", "y_m"],
    ["decimallongitude", "decimallatitude"],
];

/// Names for a column of well-known text, or of geometry in another form.
const WKT: [&str; 6] = ["wkt", "geometry", "geom", "the_geom", "shape", "wkt_geom"];

/// More names for a column of geometry.
const OTHER: [&str; 9] =
    ["ewkt", "wkb", "ewkb", "wkb_geom", "wkb_geometry", "geo", "geog", "the_geog", "geography"];

/// Names for both coordinates in a cell, without what is neither a letter nor a digit.
const LAT_LON: [&str; 5] = ["latlon", "latlng", "latlong", "latitudelongitude", "latitudlongitud"];
const LON_LAT: [&str; 4] = ["lonlat", "lnglat", "longlat", "longitudelatitude"];
const UNORDERED: [&str; 20] = [
    "location",
    "position",
    "coordinates",
    "coordinate",
    "coords",
    "coord",
    "point",
    "latlonpoint",
    "geopoint",
    "geopoint2d",
    "geolocation",
    "geolocalisation",
    "geocoordinates",
    "gps",
    "gpscoordinates",
    "gpslocation",
    "place",
    "centroid",
    "center",
    "xy",
];

/// Names that are less sure. Columns are taken for geometry by them only if no other name is there.
/// Only letters and digits count.
const UNSURE: [&str; 16] = [
    "geojson",
    "geomgeojson",
    "geometrygeojson",
    "geoshape",
    "geomwkt",
    "geometrywkt",
    "wktgeometry",
    "geomwkb",
    "geometrywkb",
    "wkbhex",
    "hexwkb",
    "hexewkb",
    "multipolygon",
    "stastext",
    "stasbinary",
    "stasgeojson",
];

/// All pairs of columns that are called as x and y are: the positions of x and of y.
///
/// ```
/// let pairs = poly_match_geo::coordinate_pairs(&["id", "Latitude", "Longitude"]);
/// assert_eq!(pairs, [[2, 1]]);
/// ```
#[must_use]
pub fn coordinate_pairs(names: &[impl AsRef<str>]) -> Vec<[usize; 2]> {
    let like =
        |name: &'static str| (0..names.len()).filter(move |&i| is_like(names[i].as_ref(), name));
    XY.iter().flat_map(|[x, y]| like(x).flat_map(|x| like(y).map(move |y| [x, y]))).collect()
}

/// Whether a column is called as columns of geometry are, such as `geometry`, `wkb` or `the_geom`.
///
/// ```
/// assert!(poly_match_geo::is_geometry_name("The_Geom"));
/// assert!(!poly_match_geo::is_geometry_name("name"));
/// ```
#[must_use]
pub fn is_geometry_name(name: &str) -> bool {
    is_wkt_name(name) || OTHER.iter().any(|known| is_like(name, known))
}

/// The columns that are called as columns of geometry are, by position. Names such as `geojson` count
/// only if there is none for which [`is_geometry_name`] holds.
///
/// ```
/// use poly_match_geo::geometry_columns;
///
/// assert_eq!(geometry_columns(&["id", "geojson", "geom"]), [2]);
/// assert_eq!(geometry_columns(&["id", "Geo Shape"]), [1]);
/// ```
#[must_use]
pub fn geometry_columns(names: &[impl AsRef<str>]) -> Vec<usize> {
    let all = |fits: fn(&str) -> bool| -> Vec<usize> {
        (0..names.len()).filter(|&i| fits(names[i].as_ref())).collect()
    };
    let sure = all(is_geometry_name);
    if sure.is_empty() { all(|name| UNSURE.contains(&letters(name).as_str())) } else { sure }
}

/// Whether a column of text is called as columns of well-known text are.
///
/// ```
/// assert!(poly_match_geo::is_wkt_name("geom"));
/// assert!(!poly_match_geo::is_wkt_name("wkb"));
/// ```
#[must_use]
pub fn is_wkt_name(name: &str) -> bool {
    WKT.iter().any(|known| is_like(name, known))
}

/// What the name of a column says of two coordinates in each of its cells.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PairName {
    /// Latitude comes first.
    LatLon,
    /// Longitude comes first.
    LonLat,
    /// They may be there, in either order.
    Unordered,
}

/// What the name of a column says of two coordinates in each cell, as in `48.2, 16.3`. `None` if it is
/// not called as such columns are. Only letters and digits count.
///
/// ```
/// use poly_match_geo::{PairName, pair_name};
///
/// assert_eq!(pair_name("Lat/Lng"), Some(PairName::LatLon));
/// assert_eq!(pair_name("geo_point_2d"), Some(PairName::Unordered));
/// assert_eq!(pair_name("name"), None);
/// ```
#[must_use]
pub fn pair_name(name: &str) -> Option<PairName> {
    let letters = letters(name);
    let is_in = |names: &[&str]| names.contains(&letters.as_str());
    if is_in(&LAT_LON) {
        Some(PairName::LatLon)
    } else if is_in(&LON_LAT) {
        Some(PairName::LonLat)
    } else {
        is_in(&UNORDERED).then_some(PairName::Unordered)
    }
}

/// The letters and digits of a name, in lower case.
fn letters(name: &str) -> String {
    name.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

fn is_like(name: &str, known: &str) -> bool {
    name.trim().eq_ignore_ascii_case(known)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_pairs_that_fit_are_given() {
        for (names, expected) in [
            (&["id", "x", "y"][..], &[[1, 2]][..]),
            (&["pop", "LAT", " Lon "], &[[2, 1]]),
            (&["lon", "lat", "x", "y"], &[[2, 3], [0, 1]]),
            (&["x", "y", "Y"], &[[0, 1], [0, 2]]),
            (&["x", "lat"], &[]),
            (&[], &[]),
        ] {
            assert_eq!(coordinate_pairs(names), expected, "{names:?}");
        }
    }

    #[test]
    fn case_and_spaces_do_not_matter() {
        for name in ["WKB", " geometry", "Geography", "the_geom"] {
            assert!(is_geometry_name(name), "{name}");
        }
        for name in ["", "geo metry", "geometry2"] {
            assert!(!is_geometry_name(name), "{name}");
        }
    }
}
