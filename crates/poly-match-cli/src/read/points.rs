//! Reads the points of a batch, with what the rule needs of them.

use arrow_schema::SchemaRef;
use poly_match::Point;
use poly_match_geo::Crs;
use poly_match_io::{Format, Reader};

use super::asked::Asked;
use super::columns::{self, Coordinates, named};
use super::coordinates::{CoordinateColumns, Given};
use super::numbers;
use super::on_invalid::OnInvalid;
use crate::column::Column;
use crate::failure::{Failure, quoted};
use crate::input::Input;
use crate::origins::{Batch, Batches};
use crate::text::Text;

/// Which columns of a table of points mean what.
#[derive(Debug)]
pub(crate) struct PointColumns {
    schema: SchemaRef,
    format: Format,
    coordinates: CoordinateColumns,
    label: Option<usize>,
    max_dist: Option<usize>,
    on_invalid: OnInvalid,
    text: Text,
    /// The coordinate system that the table declares.
    pub(crate) crs: Option<Crs>,
}

/// The points of a batch.
#[derive(Debug)]
pub(crate) struct At {
    /// The coordinates, or NaN if a row has no usable ones.
    pub(crate) points: Vec<Point>,
    /// The number of rows without usable coordinates.
    pub(crate) invalid: usize,
    /// The distance of each point, if a column has it; 0 for a point without usable coordinates.
    pub(crate) max_dist: Option<Vec<f64>>,
    pub(crate) label: Option<Column>,
    /// The coordinate system that SRIDs in the rows declare.
    pub(crate) crs: Option<Crs>,
}

/// Whether the first rows of a table hold points, in columns that are guessed.
pub(crate) fn starts_with_points(input: &Input) -> bool {
    let points = || {
        let reader = input.open()?;
        let asked = Asked {
            coordinates: Given::Guess,
            max_dist: None,
            group_by: None,
            on_invalid: OnInvalid::Raise,
            text: input.text().clone(),
        };
        let columns = PointColumns::of(&reader, &asked)?;
        let batch = Batches::of_rows(reader, input.text(), super::FEW).next();
        batch.map_or(Ok(false), |batch| Ok::<_, Failure>(!columns.read(&batch?)?.points.is_empty()))
    };
    points().unwrap_or(false)
}

impl PointColumns {
    /// Finds the columns that are `asked` for in the table that `reader` has opened.
    pub(crate) fn of(reader: &Reader, asked: &Asked) -> Result<Self, Failure> {
        let (schema, format) = (reader.schema(), reader.format());
        let column = |name: &String| named(&schema, name, format);
        let coordinates =
            CoordinateColumns::of(reader, &asked.coordinates, &columns::POINTS, &asked.text)?;
        let label = asked.group_by.as_ref().map(|columns| column(&columns.points));
        let max_dist = asked.max_dist.as_ref().map(column);
        // A file without features has no properties: no column is missing in it.
        let may_lack = columns::is_without_rows(reader);
        let lenient = |found: Option<Result<usize, Failure>>| match found {
            Some(Err(_)) if may_lack => Ok(None),
            found => found.transpose(),
        };
        let (label, max_dist) = (lenient(label)?, lenient(max_dist)?);
        let crs = coordinates.crs().cloned();
        let on_invalid = asked.on_invalid;
        let text = asked.text.clone();
        Ok(Self { schema, format, coordinates, label, max_dist, on_invalid, text, crs })
    }

    /// The schema of the table.
    pub(crate) fn schema(&self) -> &SchemaRef {
        &self.schema
    }

    pub(crate) fn format(&self) -> Format {
        self.format
    }

    /// The columns that hold coordinates.
    pub(crate) fn coordinates(&self) -> Coordinates {
        self.coordinates.coordinates()
    }

    /// The column of geometry that the points come from.
    pub(crate) fn geometry(&self) -> Option<usize> {
        self.coordinates.geometry()
    }

    /// The names of x and y.
    pub(crate) fn axes(&self) -> [String; 2] {
        self.coordinates.axes()
    }

    /// Why the first row of a batch without usable coordinates has none.
    pub(crate) fn first_invalid(&self, batch: &Batch) -> Option<Failure> {
        let refuse = |row, cause: &dyn std::fmt::Display| Err(batch.origin.failure(row, cause));
        self.coordinates.read(batch, refuse).err()
    }

    /// Reads the points of a batch.
    pub(crate) fn read(&self, batch: &Batch) -> Result<At, Failure> {
        let Batch { rows, origin } = batch;
        let in_file = |failure| origin.failed(failure);
        let (points, crs) = self.coordinates.read(batch, |row, cause| {
            let refused = self.on_invalid.refuse(cause, "points");
            refused.map_err(|cause| origin.failure(row, cause))
        })?;
        let invalid = points.iter().filter(|point| point[0].is_nan()).count();
        let max_dist = self.max_dist.map(|column| {
            let field = self.schema.field(column);
            let array = rows.column(column);
            let mut radii = numbers::read(field, array, &self.text).map_err(in_file)?;
            for (row, (radius, point)) in radii.iter_mut().zip(&points).enumerate() {
                if *radius >= 0.0 {
                    continue; // neither NaN nor negative
                }
                if !point[0].is_nan() {
                    let name = quoted(field.name());
                    let cell = numbers::shown(field, array, row, &self.text);
                    let cause =
                        format_args!("{name} must be zero or more (inf means all), got {cell}");
                    return Err(origin.failure(row, cause));
                }
                *radius = 0.0;
            }
            Ok(radii)
        });
        let is_untyped = matches!(self.format, Format::Csv | Format::Tsv);
        let label = self.label.map(|column| Column::of(rows, column, is_untyped));
        Ok(At { points, invalid, max_dist: max_dist.transpose()?, label, crs })
    }
}
