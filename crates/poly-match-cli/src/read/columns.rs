//! Finds columns by name or by a guess, and reads the numbers in their cells.
//!
//! A guess must be the only one: if two columns fit, the user must name one.

use poly_match::Point;
use poly_match_geo::{coordinate_pairs, is_wkt_name};

use crate::failure::{Failure, listed, quoted};

/// Finds the column `name`.
pub(super) fn named(columns: &[String], name: &str) -> Result<usize, Failure> {
    let exact = positions(columns, |column| column == name);
    let found = if exact.is_empty() { positions(columns, |c| c.trim() == name) } else { exact };
    match found[..] {
        [column] => Ok(column),
        [] => Err(Failure::new(format_args!(
            "there is no column {}; found {}",
            quoted(name),
            listed(columns)
        ))),
        _ => Err(Failure::new(format_args!("more than one column is called {}", quoted(name)))),
    }
}

/// The error for a property that no feature has.
pub(super) fn no_property<S: AsRef<str>>(
    name: &str,
    known: impl IntoIterator<Item = S>,
) -> Failure {
    let (name, known) = (quoted(name), listed(known));
    Failure::new(format_args!("no feature has a property {name}; found {known}"))
}

/// Reads the distance in a cell of the column `name`.
///
/// `at` is the point. If it has no coordinates, a cell without a distance counts as 0.
pub(super) fn max_dist(name: &str, cell: &str, at: Point) -> Result<f64, Failure> {
    // The comparison also excludes NaN.
    let number = cell.trim().parse::<f64>().ok().filter(|&number| number >= 0.0);
    let nowhere = at[0].is_nan().then_some(0.0);
    number.or(nowhere).ok_or_else(|| {
        let (name, cell) = (quoted(name), quoted(cell));
        Failure::new(format_args!("{name} must be zero or more (inf means all), got {cell}"))
    })
}

/// Guesses the columns of x and y.
pub(super) fn guess_xy(columns: &[String]) -> Result<[usize; 2], Failure> {
    let guesses = coordinate_pairs(columns);
    match guesses[..] {
        [xy] => Ok(xy),
        [] => Err(Failure::new(format_args!(
            "no two columns look like coordinates: use --x and --y; found {}",
            listed(columns)
        ))),
        _ => {
            let pairs = guesses.iter().map(|[x, y]| format!("{}/{}", columns[*x], columns[*y]));
            Err(Failure::new(format_args!(
                "more than one pair of columns looks like coordinates ({}): use --x and --y",
                listed(pairs)
            )))
        }
    }
}

/// Guesses the column of WKT.
pub(super) fn guess_wkt(columns: &[String]) -> Result<usize, Failure> {
    let guesses = positions(columns, is_wkt_name);
    match guesses[..] {
        [column] => Ok(column),
        [] => Err(Failure::new(format_args!(
            "no column looks like WKT: use --wkt; found {}",
            listed(columns)
        ))),
        _ => Err(Failure::new(format_args!(
            "more than one column looks like WKT ({}): use --wkt",
            listed(guesses.iter().map(|&column| &columns[column]))
        ))),
    }
}

fn positions(columns: &[String], fits: impl Fn(&str) -> bool) -> Vec<usize> {
    (0..columns.len()).filter(|&column| fits(&columns[column])).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn columns(names: &[&str]) -> Vec<String> {
        names.iter().map(|&name| name.to_owned()).collect()
    }

    #[test]
    fn a_clear_guess_is_taken() {
        for (names, expected) in [
            (&["id", "x", "y"][..], [1, 2]),
            (&["name", "pop", "lat", "lon"], [3, 2]),
            (&["Latitude", " Longitude "], [1, 0]),
            (&["NORTHING", "Easting"], [1, 0]),
            (&["lng", "lat", "x"], [0, 1]),
        ] {
            assert_eq!(guess_xy(&columns(names)).expect("clear"), expected, "{names:?}");
        }
        assert_eq!(guess_wkt(&columns(&["id", "WKT"])).expect("clear"), 1);
    }

    #[test]
    fn an_unclear_guess_is_refused_with_what_was_found() {
        let error = guess_xy(&columns(&["a", "lat"])).expect_err("no x").to_string();
        assert!(error.ends_with(r#"use --x and --y; found "a", "lat""#), "{error}");
        let error = guess_xy(&columns(&["x", "y", "lon", "lat"])).expect_err("two").to_string();
        assert!(error.contains(r#"("x/y", "lon/lat")"#), "{error}");
        assert!(guess_wkt(&columns(&["wkt", "geom"])).is_err());
        assert!(named(&columns(&["a", "a"]), "a").is_err());
    }
}
