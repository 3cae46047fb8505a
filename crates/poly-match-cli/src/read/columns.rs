//! Finds columns by name, by type, or by a guess.
//!
//! A guess must be the only one: if two columns fit, the user must name one.

use std::borrow::Cow;

use arrow_schema::{Field, Schema};
use poly_match_geo::arrow::GeometryColumn;
use poly_match_geo::{PairName, coordinate_pairs, geometry_columns, pair_name};
use poly_match_io::{Format, Reader};

use super::pair::Order;
use crate::failure::{Failure, listed, quoted};
use crate::similar::similar;

/// Where coordinates are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Coordinates {
    /// In columns of x and y.
    Xy([usize; 2]),
    /// Two numbers in each cell of a column.
    Pair(usize, Order),
    /// In a column of geometry.
    Geometry(usize),
}

/// Finds the column `name`. `format` says how to call it in an error.
///
/// `#3` is the third column, unless a column is called so.
pub(crate) fn named(schema: &Schema, name: &str, format: Format) -> Result<usize, Failure> {
    let exact = positions(schema, |column| column == name);
    let found = if exact.is_empty() { positions(schema, |c| c.trim() == name) } else { exact };
    match found[..] {
        [column] => Ok(column),
        [] => numbered(name)
            .filter(|&column| column < schema.fields().len())
            .ok_or_else(|| missing(schema, name, format)),
        ref columns => {
            let numbers: Vec<_> = columns.iter().take(4).map(|i| format!("'#{}'", i + 1)).collect();
            Err(Failure::new(format_args!(
                "{} columns are called {}: name one by its number, {}",
                columns.len(),
                quoted(name),
                numbers.join(" or ")
            )))
        }
    }
}

/// The position that a text such as `#3` tells: 2.
pub(super) fn numbered(name: &str) -> Option<usize> {
    let digits =
        name.strip_prefix('#').filter(|rest| rest.starts_with(|c: char| c.is_ascii_digit()));
    digits?.parse::<usize>().ok()?.checked_sub(1)
}

fn missing(schema: &Schema, name: &str, format: Format) -> Failure {
    let (what, known): (_, Vec<Cow<'_, str>>) = if format.has_features() {
        let properties = schema.fields().iter().filter(|field| is_property(field));
        ("no feature has a property", properties.map(|field| field.name().into()).collect())
    } else {
        ("there is no column", names(schema).map(Cow::from).collect())
    };
    let (quoted, found) = (quoted(name), listed(&known));
    let failure = Failure::new(format_args!("{what} {quoted}; found {found}"));
    match similar(name, &known) {
        Some(meant) => failure.with_hint(&format!("did you mean {meant:?}?")),
        None => failure,
    }
}

/// Whether a column of GeoJSON is a property: neither the geometry nor the id.
fn is_property(field: &Field) -> bool {
    !has_geometry_type(field) && !is_feature_id(field)
}

/// Whether a column has the ids of features.
pub(super) fn is_feature_id(field: &Field) -> bool {
    field.metadata().contains_key(poly_match_io::FEATURE_ID)
}

/// Whether the type of a column says that it is geometry, which may be points or polygons.
pub(crate) fn has_geometry_type(field: &Field) -> bool {
    let name = field.extension_type_name().unwrap_or_default();
    (name.starts_with("geoarrow.") || name == "ogc.wkb")
        && GeometryColumn::encoding_of(field).is_some()
}

/// The options that say where coordinates are, for messages.
#[derive(Debug)]
pub(super) struct Options {
    xy: &'static str,
    geometry: &'static str,
    /// The options for two numbers in a cell, if there are any.
    pair: Option<&'static str>,
    /// How columns of x and y are named by number.
    pub(super) numbers: &'static str,
}

/// The options for points.
pub(super) const POINTS: Options = Options {
    xy: "--x and --y",
    geometry: "--points-geometry",
    pair: Some("--latlon or --lonlat"),
    numbers: "e.g. --x '#1' --y '#2'",
};

/// The options for what makes polygons: vertices, and centres.
pub(super) const OF_POLYGONS: Options = Options {
    xy: "--polygons-x and --polygons-y",
    geometry: "--geometry",
    pair: None,
    numbers: "e.g. --polygons-x '#1' --polygons-y '#2'",
};

/// Finds the coordinates of points. `primary` is the geometry column that the file calls primary.
pub(super) fn of_points(
    schema: &Schema,
    primary: Option<&str>,
    options: &Options,
) -> Result<Coordinates, Failure> {
    if let Some(column) = by_type(schema, primary, options.geometry)? {
        return Ok(Coordinates::Geometry(column));
    }
    let names: Vec<_> = names(schema).collect();
    let guesses = coordinate_pairs(&names);
    match guesses[..] {
        [xy] => return Ok(Coordinates::Xy(xy)),
        [] => {}
        _ => {
            let name = |column: usize| unique(schema, column);
            let pairs = guesses.iter().map(|[x, y]| format!("{}/{}", name(*x), name(*y)));
            return Err(Failure::new(format_args!(
                "more than one pair of columns looks like coordinates ({}): use {}",
                listed(pairs),
                options.xy
            )));
        }
    }
    match by_name(schema)[..] {
        [column] => return Ok(Coordinates::Geometry(column)),
        [] => {}
        ref columns => return Err(several(schema, columns, options.geometry)),
    }
    in_one_cell(schema, options)
}

/// Finds the column that has both coordinates in a cell. Their order must be in its name.
fn in_one_cell(schema: &Schema, options: &Options) -> Result<Coordinates, Failure> {
    let found = names(schema).enumerate();
    let found = found.filter_map(|(column, name)| Some((column, pair_name(name)?)));
    let found: Vec<_> = found.collect();
    let xy = options.xy;
    let Some(pair) = options.pair.filter(|_| !found.is_empty()) else {
        let found = listed(names(schema));
        let way = if schema.fields().len() > 1 { format!(": use {xy}") } else { String::new() };
        return Err(Failure::new(format_args!(
            "no two columns look like coordinates{way}; found {found}"
        )));
    };
    match found[..] {
        [(column, PairName::LatLon)] => Ok(Coordinates::Pair(column, Order::LatLon)),
        [(column, PairName::LonLat)] => Ok(Coordinates::Pair(column, Order::LonLat)),
        _ => {
            let columns = listed(found.iter().map(|(column, _)| unique(schema, *column)));
            Err(Failure::new(format_args!(
                "no two columns look like coordinates: use {xy}, or {pair} with {columns} if a cell \
                 holds both numbers, or {} if it holds geometry",
                options.geometry
            )))
        }
    }
}

/// Finds the column of polygons.
pub(super) fn of_polygons(schema: &Schema, primary: Option<&str>) -> Result<usize, Failure> {
    const OPTIONS: &str = "--geometry";
    if let Some(column) = by_type(schema, primary, OPTIONS)? {
        return Ok(column);
    }
    match by_name(schema)[..] {
        [column] => Ok(column),
        [] => Err(Failure::new(format_args!(
            "no column looks like geometry: use --geometry; found {}",
            listed(names(schema))
        ))),
        ref columns => Err(several(schema, columns, OPTIONS)),
    }
}

/// The column of geometry by its type: the primary one, or the only one.
fn by_type(
    schema: &Schema,
    primary: Option<&str>,
    options: &str,
) -> Result<Option<usize>, Failure> {
    let fields = schema.fields().iter().enumerate();
    let found: Vec<_> =
        fields.filter(|(_, field)| has_geometry_type(field)).map(|(i, _)| i).collect();
    let is_primary = |&&column: &&usize| Some(schema.field(column).name().as_str()) == primary;
    match (found.iter().find(is_primary), &found[..]) {
        (Some(&column), _) | (None, &[column]) => Ok(Some(column)),
        (None, []) => Ok(None),
        (None, columns) => Err(several(schema, columns, options)),
    }
}

/// The columns that are called as columns of geometry are, and may hold it.
fn by_name(schema: &Schema) -> Vec<usize> {
    let may_hold: Vec<_> = (0..schema.fields().len())
        .filter(|&column| GeometryColumn::encoding_of(schema.field(column)).is_some())
        .collect();
    let names: Vec<_> = may_hold.iter().map(|&column| schema.field(column).name()).collect();
    geometry_columns(&names).into_iter().map(|i| may_hold[i]).collect()
}

fn several(schema: &Schema, columns: &[usize], options: &str) -> Failure {
    let columns = listed(columns.iter().map(|&column| unique(schema, column)));
    Failure::new(format_args!(
        "more than one column looks like geometry ({columns}): use {options}"
    ))
}

/// The name of a column, or its number if the name comes twice.
fn unique(schema: &Schema, column: usize) -> Cow<'_, str> {
    let name = schema.field(column).name();
    let is_twice = names(schema).filter(|other| other == name).nth(1).is_some();
    if is_twice { format!("#{}", column + 1).into() } else { name.into() }
}

fn positions(schema: &Schema, fits: impl Fn(&str) -> bool) -> Vec<usize> {
    names(schema).enumerate().filter(|(_, name)| fits(name)).map(|(i, _)| i).collect()
}

fn names(schema: &Schema) -> impl Iterator<Item = &str> {
    schema.fields().iter().map(|field| field.name().as_str())
}

/// Whether a reader of GeoJSON has no features, and so no properties.
pub(super) fn is_without_rows(reader: &Reader) -> bool {
    let is_geojson = matches!(reader.format(), Format::GeoJson | Format::GeoJsonLines);
    is_geojson && reader.schema().fields().len() == 1
}

#[cfg(test)]
mod tests {
    use std::collections::HashMap;

    use arrow_schema::DataType;
    use arrow_schema::extension::EXTENSION_TYPE_NAME_KEY;

    use super::*;

    fn schema(names: &[&str]) -> Schema {
        let field = |name: &&str| Field::new(*name, DataType::Utf8, false);
        Schema::new(names.iter().map(field).collect::<Vec<_>>())
    }

    /// A schema of columns of well-known binary.
    fn wkb(names: &[&str]) -> Schema {
        let metadata = || HashMap::from([(EXTENSION_TYPE_NAME_KEY.into(), "geoarrow.wkb".into())]);
        let field =
            |name: &&str| Field::new(*name, DataType::Binary, true).with_metadata(metadata());
        Schema::new(names.iter().map(field).collect::<Vec<_>>())
    }

    #[test]
    fn a_clear_guess_is_taken() {
        for (names, expected) in [
            (&["id", "x", "y"][..], [1, 2]),
            (&["name", "pop", "lat", "lon"], [3, 2]),
            (&["Latitude", " Longitude "], [1, 0]),
            (&["NORTHING", "Easting"], [1, 0]),
            (&["lng", "lat", "x"], [0, 1]),
            (&["x", "y", "wkt"], [0, 1]),
        ] {
            let found = of_points(&schema(names), None, &POINTS).expect("clear");
            assert_eq!(found, Coordinates::Xy(expected), "{names:?}");
        }
        assert_eq!(
            of_points(&schema(&["id", "wkt"]), None, &POINTS).expect("clear"),
            Coordinates::Geometry(1)
        );
        assert_eq!(of_polygons(&schema(&["id", "WKT"]), None).expect("clear"), 1);
    }

    #[test]
    fn a_type_counts_more_than_a_name() {
        let one = wkb(&["outline"]);
        assert_eq!(of_polygons(&one, None).expect("clear"), 0);
        assert_eq!(of_points(&one, None, &POINTS).expect("clear"), Coordinates::Geometry(0));
        let two = wkb(&["outline", "label_at"]);
        assert_eq!(of_polygons(&two, Some("label_at")).expect("primary"), 1);
        let error = of_polygons(&two, None).expect_err("two").to_string();
        assert!(error.ends_with(r#"("outline", "label_at"): use --geometry"#), "{error}");
    }

    #[test]
    fn an_unclear_guess_is_refused_with_what_was_found() {
        let points = |names: &[&str]| {
            of_points(&schema(names), None, &POINTS).expect_err("unclear").to_string()
        };
        let error = points(&["a", "lat"]);
        assert!(error.ends_with(r#"use --x and --y; found "a", "lat""#), "{error}");
        let error = points(&["x", "y", "lon", "lat"]);
        assert!(error.contains(r#"("x/y", "lon/lat")"#), "{error}");
        assert!(of_polygons(&schema(&["wkt", "geom"]), None).is_err());
        let twice = schema(&["a", "b", "a", "#1"]);
        let error = named(&twice, "a", Format::Csv).expect_err("twice").to_string();
        assert_eq!(error, r#"2 columns are called "a": name one by its number, '#1' or '#3'"#);
        for (name, expected) in [("#2", 1), ("#3", 2), ("#1", 3)] {
            assert_eq!(named(&twice, name, Format::Parquet).expect("there"), expected, "{name}");
        }
        for name in ["#0", "#5", "#", "#b", "#-1", "#99999999999999999999"] {
            assert!(named(&twice, name, Format::Csv).is_err(), "{name}");
        }
    }
}
