//! Reads the points of a batch, with what the rule needs of them.

use arrow_schema::SchemaRef;
use poly_match::Point;
use poly_match_geo::Crs;
use poly_match_geo::arrow::GeometryColumn;
use poly_match_io::{Format, Reader};

use super::asked::Asked;
use super::columns::{self, Coordinates, named};
use super::geometry::{Stopped, declared};
use super::numbers;
use super::on_invalid::OnInvalid;
use crate::column::Column;
use crate::failure::{Failure, quoted};
use crate::origins::Batch;
use crate::text::Text;

/// Which columns of a table of points mean what.
#[derive(Debug)]
pub(crate) struct PointColumns {
    schema: SchemaRef,
    format: Format,
    coordinates: Coordinates,
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

impl PointColumns {
    /// Finds the columns that are `asked` for in the table that `reader` has opened.
    pub(crate) fn of(reader: &Reader, asked: &Asked) -> Result<Self, Failure> {
        let (schema, format) = (reader.schema(), reader.format());
        let column = |name: &String| named(&schema, name, format);
        let coordinates = match (&asked.xy, &asked.geometry) {
            (Some([x, y]), _) => Coordinates::Xy([column(x)?, column(y)?]),
            (None, Some(name)) => Coordinates::Geometry(column(name)?),
            (None, None) => {
                let found = columns::of_points(&schema, reader.primary_geometry());
                let example = "e.g. --x '#1' --y '#2'";
                found.map_err(|failure| {
                    failure.with_remark(&asked.text.column_hint(&schema, format, example))
                })?
            }
        };
        let used = match &coordinates {
            Coordinates::Xy(axes) => &axes[..],
            Coordinates::Geometry(column) => std::slice::from_ref(column),
        };
        asked.text.check_names(&schema, format, used)?;
        let label = asked.group_by.as_ref().map(|columns| column(&columns.points));
        let max_dist = asked.max_dist.as_ref().map(column);
        // A file without features has no properties: no column is missing in it.
        let may_lack = columns::is_without_rows(reader);
        let lenient = |found: Option<Result<usize, Failure>>| match found {
            Some(Err(_)) if may_lack => Ok(None),
            found => found.transpose(),
        };
        let (label, max_dist) = (lenient(label)?, lenient(max_dist)?);
        let crs = match coordinates {
            Coordinates::Xy(axes) => {
                let [x, y] = axes.map(|axis| schema.field(axis).name().trim());
                Crs::of_columns(x, y)
            }
            Coordinates::Geometry(column) => {
                let empty = GeometryColumn::try_new(schema.fields()[column].clone(), Vec::new());
                declared(&empty.map_err(Failure::new)?)?
            }
        };
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

    /// The column of geometry that the points come from.
    pub(crate) fn geometry(&self) -> Option<usize> {
        match self.coordinates {
            Coordinates::Geometry(column) => Some(column),
            Coordinates::Xy(_) => None,
        }
    }

    /// The names of x and y.
    pub(crate) fn axes(&self) -> [String; 2] {
        match self.coordinates {
            Coordinates::Xy(axes) => {
                axes.map(|axis| self.schema.field(axis).name().trim().to_owned())
            }
            Coordinates::Geometry(_) => ["x", "y"].map(str::to_owned),
        }
    }

    /// Reads the points of a batch.
    pub(crate) fn read(&self, batch: &Batch) -> Result<At, Failure> {
        let Batch { rows, origin } = batch;
        let in_file = |failure| origin.failed(failure);
        let (points, crs) = match self.coordinates {
            Coordinates::Xy(axes) => (self.of_numbers(batch, axes)?, None),
            Coordinates::Geometry(column) => self.of_geometry(batch, column)?,
        };
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

    /// Points of columns of x and y.
    fn of_numbers(&self, batch: &Batch, axes: [usize; 2]) -> Result<Vec<Point>, Failure> {
        let Batch { rows, origin } = batch;
        let [x, y] =
            axes.map(|axis| numbers::read(self.schema.field(axis), rows.column(axis), &self.text));
        let (x, y) = (x.map_err(|e| origin.failed(e))?, y.map_err(|e| origin.failed(e))?);
        let mut points: Vec<Point> = x.into_iter().zip(y).map(|(x, y)| [x, y]).collect();
        let is_wrong = |point: &Point| !(point[0].is_finite() && point[1].is_finite());
        for (row, point) in points.iter_mut().enumerate().filter(|(_, point)| is_wrong(point)) {
            let axis = axes[usize::from(point[0].is_finite())];
            let field = self.schema.field(axis);
            let name = quoted(field.name());
            let cell = numbers::shown(field, rows.column(axis), row, &self.text);
            let cause = format_args!("{name} must be a finite number, got {cell}");
            self.on_invalid.refuse(cause, "points").map_err(|cause| origin.failure(row, cause))?;
            *point = [f64::NAN; 2];
        }
        Ok(points)
    }

    /// Points of a column of geometry, and the system that their SRIDs declare.
    fn of_geometry(
        &self,
        batch: &Batch,
        column: usize,
    ) -> Result<(Vec<Point>, Option<Crs>), Failure> {
        let Batch { rows, origin } = batch;
        let field = self.schema.fields()[column].clone();
        let geometry = GeometryColumn::try_new(field, vec![rows.column(column).clone()]);
        let geometry = geometry.map_err(|error| origin.failed(Failure::new(error)))?;
        let crs = declared(&geometry).map_err(|failure| origin.failed(failure))?;
        let refused = |row: usize, absent: &dyn std::fmt::Display| {
            let refused = self.on_invalid.refuse(absent, "points");
            refused.map_err(|cause| origin.failure(row, cause))
        };
        let read =
            geometry.points::<Stopped>(|row, absent| Ok(refused(row, &absent)?), &mut || Ok(()));
        let mut points = read.map_err(|stopped| stopped.told(origin))?.into_owned();
        let is_wrong = |point: &Point| !(point[0].is_finite() && point[1].is_finite());
        for (row, point) in points.iter_mut().enumerate().filter(|(_, point)| is_wrong(point)) {
            if self.on_invalid == OnInvalid::Raise {
                match geometry
                    .geometry(row)
                    .map_err(|error| Stopped::from(error).told(origin))?
                    .point()
                {
                    Err(absent) => refused(row, &absent)?,
                    Ok(_) => refused(row, &"the coordinates of a Point must be finite numbers")?,
                }
            }
            *point = [f64::NAN; 2];
        }
        Ok((points, crs))
    }
}
