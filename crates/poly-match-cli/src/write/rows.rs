//! Turns matches into output rows: the columns, their names, and their values.
//!
//! `csv` and `geojson` write the rows.

use std::borrow::Cow;
use std::collections::HashSet;
use std::num::NonZeroUsize;

use poly_match::Match;
use serde_json::{Value, json};

use crate::format::Format;
use crate::found::Found;
use crate::progress::Stage;
use crate::read::{ID, Points, Polygons};
use crate::table::Table;

/// The progress bar advances by this many points.
const PIECE: usize = 1024;

/// The rows of one output file, and the data they come from.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Rows<'a> {
    pub(crate) points: &'a Points,
    pub(crate) polygons: &'a Polygons,
    pub(crate) found: &'a Found,
    pub(crate) which: Which,
    /// The number given with `--k`.
    pub(crate) k: Option<NonZeroUsize>,
}

/// Which points are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Which {
    /// All points, with their matches.
    All,
    /// The points with a match, with their matches.
    Matched,
    /// The points without a match, unchanged.
    Unmatched,
}

/// A match and its rank among the matches of its point, from 1.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Ranked {
    pub(super) rank: usize,
    pub(super) index: usize,
    pub(super) distance: f64,
}

/// The source of the values of a column.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Part {
    /// A column of the points, and whether it holds only numbers.
    Point(usize, bool),
    /// The id of a point from GeoJSON.
    PointId,
    /// x (0) or y (1) of a point from GeoJSON.
    Coordinate(usize),
    Rank,
    /// The position of the matched polygon.
    Position,
    PolygonId,
    Field(usize, bool),
    Distance,
}

/// A column of the output.
#[derive(Debug)]
pub(super) struct Column {
    pub(super) name: String,
    pub(super) part: Part,
}

impl Rows<'_> {
    /// The columns: first those of the points, then those of the matches. No name comes twice.
    pub(super) fn columns(self, format: Format) -> Vec<Column> {
        let points = self.points;
        let numeric = numeric_if(format, &points.cells);
        if self.which == Which::Unmatched {
            let names = points.cells.columns().iter().zip(numeric).enumerate();
            let column = |(i, (name, numeric)): (usize, (&String, bool))| Column {
                name: name.clone(),
                part: Part::Point(i, numeric),
            };
            return names.map(column).collect();
        }
        let mut columns = Vec::new();
        let mut names = Names::default();
        let mut own = |name: &str, part| columns.push(Column { name: names.own(name), part });
        // GeoJSON keeps the id and the coordinates outside the properties.
        let apart = points.features.is_some() && format == Format::Csv;
        if apart && points.has_ids {
            own("id", Part::PointId);
        }
        for (i, name) in points.cells.columns().iter().enumerate() {
            own(name, Part::Point(i, numeric[i]));
        }
        if apart {
            own("x", Part::Coordinate(0));
            own("y", Part::Coordinate(1));
        }
        let mut add = |name: &str, part| columns.push(Column { name: names.added(name), part });
        if self.k.is_some() {
            add("rank", Part::Rank);
        }
        add("polygon", Part::Position);
        if self.polygons.ids.is_some() {
            add("polygon_id", Part::PolygonId);
        }
        let fields = &self.polygons.fields;
        let numeric = numeric_if(format, fields);
        for (i, name) in fields.columns().iter().enumerate() {
            add(name, Part::Field(i, numeric[i]));
        }
        add("distance", Part::Distance);
        columns
    }

    /// The rows to write: a point and a match each.
    pub(super) fn iter(self, mut stage: Stage) -> impl Iterator<Item = (usize, Option<Ranked>)> {
        (0..self.found.len()).flat_map(move |row| {
            if row % PIECE == PIECE - 1 {
                stage.advance(PIECE);
            }
            let matches = self.found.of(row);
            let bare = match self.which {
                Which::All | Which::Unmatched => matches.is_empty(),
                Which::Matched => false,
            };
            let shown = if self.which == Which::Unmatched { &[] } else { matches };
            let ranked = move |(rank, &Match { index, distance }): (usize, &Match)| {
                (row, Some(Ranked { rank, index, distance }))
            };
            (1..).zip(shown).map(ranked).chain(bare.then_some((row, None)))
        })
    }
}

impl<'a> Rows<'a> {
    /// A value as CSV text, or empty text if there is none.
    pub(super) fn plain(self, part: Part, row: usize, found: Option<Ranked>) -> Cow<'a, str> {
        let Self { points, polygons, .. } = self;
        let of_match = |value: fn(&Ranked) -> String| found.as_ref().map(value).unwrap_or_default();
        match (part, found) {
            (Part::Point(column, _), _) => points.cells.plain(row, column),
            (Part::PointId, _) => cell(points.features.as_ref(), row, ID),
            (Part::Coordinate(axis), _) if points.at[row][axis].is_nan() => Cow::Borrowed(""),
            (Part::Coordinate(axis), _) => number(points.at[row][axis]).into(),
            (Part::Rank, _) => of_match(|found| found.rank.to_string()).into(),
            (Part::Position, _) => of_match(|found| found.index.to_string()).into(),
            (Part::Distance, _) => of_match(|found| number(found.distance)).into(),
            (_, None) => Cow::Borrowed(""),
            (Part::PolygonId, Some(found)) => cell(polygons.ids.as_ref(), found.index, 0),
            (Part::Field(column, _), Some(found)) => polygons.fields.plain(found.index, column),
        }
    }

    /// A value as JSON, or `None` if the input row does not have it.
    pub(super) fn json(self, part: Part, row: usize, found: Option<Ranked>) -> Option<Value> {
        let Self { points, polygons, .. } = self;
        match part {
            Part::Point(column, numeric) => points.cells.json(row, column, numeric),
            Part::PointId => points.features.as_ref()?.json(row, ID, false),
            Part::Coordinate(axis) => Some(json!(points.at[row][axis])),
            Part::Rank => Some(json!(found.map(|found| found.rank))),
            Part::Position => Some(json!(found.map(|found| found.index))),
            Part::Distance => Some(json!(found.map(|found| found.distance))),
            Part::PolygonId => Some(of_polygon(polygons.ids.as_ref(), found, 0, false)),
            Part::Field(i, numeric) => Some(of_polygon(Some(&polygons.fields), found, i, numeric)),
        }
    }
}

fn cell(table: Option<&Table>, row: usize, column: usize) -> Cow<'_, str> {
    table.map_or(Cow::Borrowed(""), |table| table.plain(row, column))
}

/// A property of the matched polygon. It is null if there is no match or no such property.
fn of_polygon(table: Option<&Table>, found: Option<Ranked>, column: usize, numeric: bool) -> Value {
    let cell = table.zip(found).and_then(|(table, found)| table.json(found.index, column, numeric));
    cell.unwrap_or(Value::Null)
}

/// Writes the shortest number that reads back as the same double.
fn number(value: f64) -> String {
    format!("{value:?}")
}

fn numeric_if(format: Format, table: &Table) -> Vec<bool> {
    match format {
        Format::Csv => vec![false; table.columns().len()],
        Format::Geojson => table.numeric_columns(),
    }
}

/// The column names in use.
#[derive(Debug, Default)]
struct Names(HashSet<String>);

impl Names {
    /// The name for a column of the input. It changes only if the input has it twice.
    fn own(&mut self, name: &str) -> String {
        self.take(name.to_owned())
    }

    /// The name for an added column. It gets a prefix if the input has the name.
    fn added(&mut self, name: &str) -> String {
        if self.0.contains(name) { self.take(format!("polygon_{name}")) } else { self.own(name) }
    }

    /// The name, with a number if it is in use.
    fn take(&mut self, name: String) -> String {
        let numbered = (2..).map(|number| format!("{name}_{number}"));
        let mut candidates = std::iter::once(name.clone()).chain(numbered);
        let free = candidates.find(|candidate| !self.0.contains(candidate)).unwrap_or(name);
        self.0.insert(free.clone());
        free
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_name_comes_twice() {
        let mut names = Names::default();
        let own = ["name", "distance", "polygon_distance", "name"].map(|name| names.own(name));
        assert_eq!(own, ["name", "distance", "polygon_distance", "name_2"]);
        let added = ["polygon", "name", "NAME", "distance", "name"].map(|name| names.added(name));
        assert_eq!(
            added,
            ["polygon", "polygon_name", "NAME", "polygon_distance_2", "polygon_name_2"]
        );
    }

    #[test]
    fn numbers_are_short_and_exact() {
        for (value, text) in [(0.1, "0.1"), (3.0, "3.0"), (1e-7, "1e-7"), (1e300, "1e300")] {
            assert_eq!(number(value), text);
        }
    }
}
