//! Labels: the points and polygons of one label are a group, and only they match.
//!
//! Labels are equal if their texts are. If both columns hold numbers only, the numbers decide: 2 and
//! 2.0 are equal. An empty cell or null is no label, and equals nothing.

use std::borrow::Cow;
use std::collections::HashMap;

use crate::decimal;
use crate::failure::quoted;
use crate::table::Column;

/// The group of polygons without a label. No point has it.
const UNLABELLED: u32 = 0;

/// The group of points whose label no polygon has.
const NO_GROUP: u32 = u32::MAX;

/// The group of every polygon and of every point.
#[derive(Debug)]
pub(crate) struct Groups {
    pub(crate) polygons: Vec<u32>,
    pub(crate) points: Vec<u32>,
    /// Why no point can match, if no label of the points is among the polygons'.
    pub(crate) mismatch: Option<String>,
}

impl Groups {
    /// Compares the labels of the points with those of the polygons.
    pub(crate) fn new<'a>(points: Column<'a>, polygons: Column<'a>) -> Self {
        let numeric = is_numeric(polygons) && is_numeric(points);
        let read: fn(Column<'a>, usize) -> Option<Cow<'a, str>> =
            if numeric { number } else { text };
        let mut known = HashMap::new();
        let of_polygon = |row| {
            // With more than 2^32 labels, the library refuses the polygons as too many.
            let next = u32::try_from(known.len() + 1).unwrap_or(NO_GROUP);
            read(polygons, row).map_or(UNLABELLED, |label| *known.entry(label).or_insert(next))
        };
        let of_polygons: Vec<_> = (0..polygons.len()).map(of_polygon).collect();
        let of_point = |row| {
            let group = read(points, row).and_then(|label| known.get(&label).copied());
            group.unwrap_or(NO_GROUP)
        };
        let of_points: Vec<_> = (0..points.len()).map(of_point).collect();
        let is_apart = of_points.iter().all(|&group| group == NO_GROUP);
        let mismatch = is_apart.then(|| mismatch(points, polygons)).flatten();
        Self { polygons: of_polygons, points: of_points, mismatch }
    }
}

/// Whether all labels of a column are numbers.
fn is_numeric(column: Column<'_>) -> bool {
    (0..column.len()).all(|row| text(column, row).is_none() || number(column, row).is_some())
}

/// The label of a row as text.
fn text(column: Column<'_>, row: usize) -> Option<Cow<'_, str>> {
    Some(column.plain(row)).filter(|label| !label.trim().is_empty())
}

/// The label of a row as a number, in the one text that equal numbers have.
fn number(column: Column<'_>, row: usize) -> Option<Cow<'_, str>> {
    decimal::canonical(column.untyped(row)?)
}

/// Says that the labels differ, with one of each.
fn mismatch(points: Column<'_>, polygons: Column<'_>) -> Option<String> {
    if points.len() == 0 || polygons.len() == 0 {
        return None;
    }
    let first = |column: Column<'_>| {
        (0..column.len()).find_map(|row| text(column, row)).map(|label| quoted(&label))
    };
    Some(match (first(points), first(polygons)) {
        (Some(point), Some(polygon)) => format!(
            "no label of the points is among those of the polygons: the points have labels such as \
             {point}, the polygons such as {polygon}"
        ),
        (None, _) => "no point has a label".to_owned(),
        (_, None) => "no polygon has a label".to_owned(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::table::{Notation, Table};

    fn table(notation: Notation, cells: &[&str]) -> Table {
        let mut table = Table::new(notation, vec!["label".to_owned()]);
        cells.iter().for_each(|cell| table.push_row([cell]));
        table
    }

    fn csv(cells: &[&str]) -> Table {
        table(Notation::Csv, cells)
    }

    fn groups(points: &Table, polygons: &Table) -> Groups {
        Groups::new(points.column(0), polygons.column(0))
    }

    #[test]
    fn equal_texts_are_one_group_and_missing_labels_are_none() {
        let Groups { polygons, points, mismatch } =
            groups(&csv(&["a", "", "c", "b", " "]), &csv(&["b", "a", "", "b", " "]));
        assert_eq!(polygons, [1, 2, UNLABELLED, 1, UNLABELLED]);
        assert_eq!(points, [2, NO_GROUP, NO_GROUP, 1, NO_GROUP]);
        assert_eq!(mismatch, None);
    }

    #[test]
    fn numbers_are_compared_where_both_columns_hold_nothing_else() {
        let twos = ["2", "2.0", "", "2e0", "3"];
        assert_eq!(groups(&csv(&["2.00", "3", "4"]), &csv(&twos)).polygons, [1, 1, 0, 1, 2]);
        assert_eq!(groups(&csv(&["2.00", "3", "4"]), &csv(&twos)).points, [1, 2, NO_GROUP]);
        let json = table(Notation::Json, &["2.0", "null", "", "3"]);
        assert_eq!(groups(&json, &csv(&twos)).points, [1, NO_GROUP, NO_GROUP, 2]);
        // One label that is no number makes a column text: a code, a word, a JSON string.
        for others in [["02", "2"], ["roof", "2"]] {
            assert_eq!(groups(&csv(&others), &csv(&["2.0", "2"])).points[1], 2);
            assert_eq!(groups(&csv(&["2.0", "2"]), &csv(&others)).points, [NO_GROUP, 2]);
        }
        let json = table(Notation::Json, &[r#""2""#, "2", "true"]);
        assert_eq!(groups(&json, &csv(&["2.0", "2"])).points, [2, 2, NO_GROUP]);
    }

    #[test]
    fn large_integers_are_told_apart() {
        let big = ["9007199254740993", "9007199254740992", "9007199254740993.0"];
        assert_eq!(groups(&csv(&big), &csv(&big)).polygons, [1, 2, 1]);
        let json = table(Notation::Json, &big[..2]);
        assert_eq!(groups(&json, &csv(&big)).points, [1, 2]);
    }

    #[test]
    fn a_mismatch_shows_a_label_of_each() {
        let of = |points: &[&str], polygons: &[&str]| groups(&csv(points), &csv(polygons)).mismatch;
        let shown = of(&["", "G"], &["", "ground"]).expect("apart");
        assert!(shown.ends_with(r#"labels such as "G", the polygons such as "ground""#), "{shown}");
        assert_eq!(of(&["", ""], &["a"]).as_deref(), Some("no point has a label"));
        assert_eq!(of(&["a"], &[""]).as_deref(), Some("no polygon has a label"));
        assert_eq!(of(&[], &["a"]), None);
        assert_eq!(of(&["a"], &[]), None);
    }
}
