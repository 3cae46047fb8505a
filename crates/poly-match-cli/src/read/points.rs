//! Reads points: one per row of a CSV file, or one per Point feature of a GeoJSON file.

use std::collections::HashMap;
use std::io::Read;

use poly_match::Point;
use poly_match_geo::{Crs, Geometry, read_geojson};
use serde_json::Value;

use super::on_invalid::OnInvalid;
use super::records::Records;
use super::source::Source;
use super::{columns, features};
use crate::failure::{Failure, Place, quoted};
use crate::format::Format;
use crate::table::{Column, Notation, Table};

/// What to read of every point.
#[derive(Debug)]
pub(crate) struct Asked<'a> {
    /// The columns of x and y in a CSV file.
    pub(crate) xy: Option<&'a [String; 2]>,
    /// The column with a `max_dist` for each point.
    pub(crate) max_dist: Option<&'a str>,
    /// The column of labels.
    pub(crate) label: Option<&'a str>,
    pub(crate) on_invalid: OnInvalid,
}

/// The points, in the order of the file.
#[derive(Debug)]
pub(crate) struct Points {
    /// The coordinates, or NaN if a row has no usable ones.
    pub(crate) at: Vec<Point>,
    /// The number of rows without usable coordinates.
    pub(crate) invalid: usize,
    /// The columns of a CSV file, or the properties of GeoJSON features.
    pub(crate) cells: Table,
    /// The geometry and id of GeoJSON features, in the columns [`GEOMETRY`] and [`ID`].
    pub(crate) features: Option<Table>,
    /// Whether any GeoJSON feature has an id.
    pub(crate) has_ids: bool,
    /// The names of x and y.
    pub(crate) axes: [String; 2],
    /// The coordinate system that the file declares.
    pub(crate) crs: Option<Crs>,
    /// The distance of each point, if a column has it; 0 for a point without usable coordinates.
    pub(crate) max_dist: Option<Vec<f64>>,
    /// The column of labels in `cells`.
    label: Option<usize>,
}

/// The column of the geometry in [`Points::features`].
pub(crate) const GEOMETRY: usize = 0;
/// The column of the id in [`Points::features`].
pub(crate) const ID: usize = 1;

const NOWHERE: Point = [f64::NAN; 2];

/// Reads points, with the columns in `asked`.
pub(crate) fn read(source: &Source, asked: &Asked<'_>, quiet: bool) -> Result<Points, Failure> {
    let read = || {
        let input = source.open(quiet).map_err(Failure::new)?;
        match source.format {
            Format::Csv => from_csv(input, asked),
            Format::Geojson => from_geojson(input, asked),
        }
    };
    read().map_err(|failure| source.failed(failure))
}

fn from_csv(input: impl Read + 'static, asked: &Asked<'_>) -> Result<Points, Failure> {
    let mut records = Records::new(input)?;
    let names = records.columns().to_vec();
    let [x, y] = match asked.xy {
        Some([x, y]) => [columns::named(&names, x)?, columns::named(&names, y)?],
        None => columns::guess_xy(&names)?,
    };
    let axes = [names[x].trim().to_owned(), names[y].trim().to_owned()];
    let column = |name: &str| columns::named(&names, name);
    let label = asked.label.map(column).transpose()?;
    let radius = asked.max_dist.map(column).transpose()?;
    let mut max_dist = radius.map(|_| Vec::new());
    let crs = Crs::of_columns(&axes[0], &axes[1]);
    let mut points = Points { label, crs, ..Points::new(Table::new(Notation::Csv, names), axes) };
    while let Some((record, line)) = records.next()? {
        match coordinate(&record[x]).zip(coordinate(&record[y])) {
            Some((x, y)) => points.at.push([x, y]),
            None => {
                let column = if coordinate(&record[x]).is_none() { x } else { y };
                let cause = format_args!(
                    "{} must be a finite number, got {}",
                    quoted(&points.cells.columns()[column]),
                    quoted(&record[column])
                );
                let refused = asked.on_invalid.refuse(cause, "points");
                refused.map_err(|cause| Failure::at(Place::Line(line), cause))?;
                points.push_nowhere();
            }
        }
        if let (Some(column), Some(all)) = (radius, &mut max_dist) {
            let (name, at) = (&points.cells.columns()[column], points.at[all.len()]);
            let radius = columns::max_dist(name, &record[column], at);
            all.push(radius.map_err(|failure| Failure::at(Place::Line(line), failure))?);
        }
        points.cells.push_row(record);
    }
    Ok(Points { max_dist, ..points })
}

fn coordinate(text: &str) -> Option<f64> {
    text.trim().parse::<f64>().ok().filter(|number| number.is_finite())
}

fn from_geojson(input: impl Read, asked: &Asked<'_>) -> Result<Points, Failure> {
    let axes = ["x", "y"].map(str::to_owned);
    let mut points = Points::new(Table::new(Notation::Json, Vec::new()), axes);
    let mut beside = Table::new(Notation::Json, vec!["geometry".to_owned(), "id".to_owned()]);
    let mut known = HashMap::new();
    let crs = features::each(input, |position, feature| {
        let at = |cause: String| Failure::at(Place::Feature(position), cause);
        let geometry = read_geojson(&feature.geometry).map_err(at)?;
        let refused = |cause: String| asked.on_invalid.refuse(cause, "points").map_err(at);
        match geometry.point() {
            Ok(point) if point.iter().all(|number| number.is_finite()) => points.at.push(point),
            Ok(_) => {
                refused("the coordinates of a Point must be finite numbers".to_owned())?;
                points.push_nowhere();
            }
            Err(absent) => {
                refused(absent.to_string())?;
                points.push_nowhere();
            }
        }
        // A point without coordinates has no geometry when it is written.
        let is_nowhere = matches!(geometry, Geometry::Null | Geometry::Point(_))
            && points.at.last().is_some_and(|point| point[0].is_nan());
        let written = if is_nowhere { Value::Null } else { feature.geometry };
        let id = feature.id.map_or(String::new(), |id| id.to_string());
        points.has_ids |= !id.is_empty();
        beside.push_row([written.to_string(), id]);
        let mut row = vec![String::new(); known.len()];
        for (name, value) in feature.properties {
            fill(&mut row, &mut known, &mut points.cells, name, &value);
        }
        points.cells.push_row(row);
        Ok(())
    })?;
    points.crs = crs;
    points.features = Some(beside);
    points.label = asked.label.map(|name| points.property(name)).transpose()?.flatten();
    points.max_dist = asked.max_dist.map(|name| points.max_dists(name)).transpose()?;
    Ok(points)
}

/// Puts a property into its column. The first feature with a property adds its column.
fn fill(
    row: &mut Vec<String>,
    known: &mut HashMap<String, usize>,
    cells: &mut Table,
    name: String,
    value: &Value,
) {
    let column = *known.entry(name).or_insert_with_key(|name| {
        cells.add_column(name.clone());
        row.push(String::new());
        row.len() - 1
    });
    row[column] = value.to_string();
}

impl Points {
    fn new(cells: Table, axes: [String; 2]) -> Self {
        Self {
            at: Vec::new(),
            invalid: 0,
            cells,
            features: None,
            has_ids: false,
            axes,
            crs: None,
            max_dist: None,
            label: None,
        }
    }

    /// The labels of the points. There is no such column in a file without features.
    pub(crate) fn labels(&self) -> Option<Column<'_>> {
        self.label.map(|position| self.cells.column(position))
    }

    /// Finds the column of a property. A file without features has no properties: none is found.
    fn property(&self, name: &str) -> Result<Option<usize>, Failure> {
        let names = self.cells.columns();
        match names.iter().position(|known| known == name) {
            None if !self.at.is_empty() => Err(columns::no_property(name, names)),
            column => Ok(column),
        }
    }

    /// Reads the distance of every feature from a property.
    fn max_dists(&self, name: &str) -> Result<Vec<f64>, Failure> {
        let Some(column) = self.property(name)? else { return Ok(Vec::new()) };
        let max_dist = |(row, &at): (usize, &Point)| {
            let max_dist = columns::max_dist(name, &self.cells.plain(row, column), at);
            max_dist.map_err(|failure| Failure::at(Place::Feature(row), failure))
        };
        self.at.iter().enumerate().map(max_dist).collect()
    }

    fn push_nowhere(&mut self) {
        self.at.push(NOWHERE);
        self.invalid += 1;
    }
}
