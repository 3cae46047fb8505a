//! Finds what is suspicious in the caller's polygons.

use poly_match_geo::{Finding, check};
use pyo3::prelude::*;

use crate::polygons::read::{Needed, Polygons, Wanted};
use crate::polygons::skipping::OnInvalid;
use crate::run::detached;

/// A finding: the position of the polygon, the word of the kind, the point where it can be seen, a
/// sentence, and whether the polygon is invalid.
type Row = (usize, &'static str, Option<(f64, f64)>, String, bool);

/// Finds what is suspicious in polygons of any class. An object that holds no polygon is a finding.
#[pyfunction]
#[pyo3(signature = (polygons, is_degrees))]
pub(crate) fn check_polygons(polygons: &Bound<'_, PyAny>, is_degrees: bool) -> PyResult<Vec<Row>> {
    let wanted = Wanted { center: None, areas: false, shapes: true, in_degrees: false };
    let read = Polygons::read_with(polygons, wanted, Some(OnInvalid::Skip), Needed::All)?;
    let shapes = read.shapes.unwrap_or_default();
    let found = detached(polygons.py(), |poll| check(&shapes, is_degrees, poll))?;
    Ok(found.iter().map(row).collect())
}

fn row(finding: &Finding) -> Row {
    let Finding { polygon, kind, at } = *finding;
    (polygon, kind.word(), at.map(<_>::from), kind.to_string(), kind.is_invalid())
}
