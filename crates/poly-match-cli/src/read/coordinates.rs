//! Reads coordinates out of a table, a place for each row: two columns of numbers, two numbers in a
//! cell, or a column of geometry.

use std::fmt::Display;
use std::sync::Arc;

use arrow_array::{Array, ArrayRef};
use arrow_schema::{DataType, Field, SchemaRef};
use poly_match::Point;
use poly_match_geo::Crs;
use poly_match_geo::arrow::GeometryColumn;
use poly_match_io::Reader;

use super::columns::{self, Coordinates, Options, named};
use super::geometry::{Stopped, declared};
use super::numbers;
use super::pair::{self, Order};
use crate::failure::{Failure, quoted};
use crate::origins::Batch;
use crate::text::Text;

/// Where the user says that coordinates are.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Given {
    /// Nowhere: by the types and the names of the columns.
    Guess,
    /// In columns of x and y.
    Xy([String; 2]),
    /// Two numbers in each cell of a column, in degrees.
    Pair(String, Order),
    /// In a column of geometry.
    Geometry(String),
}

/// The columns of a table that hold coordinates.
#[derive(Debug)]
pub(super) struct CoordinateColumns {
    schema: SchemaRef,
    coordinates: Coordinates,
    text: Text,
    crs: Option<Crs>,
}

impl CoordinateColumns {
    /// Finds the columns in the table that `reader` has opened, and that is written as `text` says.
    /// `options` are what messages name.
    pub(super) fn of(
        reader: &Reader,
        given: &Given,
        options: &Options,
        text: &Text,
    ) -> Result<Self, Failure> {
        let (schema, format) = (reader.schema(), reader.format());
        let column = |name: &String| named(&schema, name, format);
        let coordinates = match given {
            Given::Guess => {
                let found = columns::of_points(&schema, reader.primary_geometry(), options);
                let hint = || text.column_hint(&schema, format, options.numbers);
                found.map_err(|failure| failure.with_remark(&hint()))?
            }
            Given::Xy([x, y]) => Coordinates::Xy([column(x)?, column(y)?]),
            Given::Pair(name, order) => Coordinates::Pair(column(name)?, *order),
            Given::Geometry(name) => Coordinates::Geometry(column(name)?),
        };
        let crs = match coordinates {
            Coordinates::Xy(axes) => {
                let [x, y] = axes.map(|axis| schema.field(axis).name().trim());
                Crs::of_columns(x, y)
            }
            Coordinates::Pair(column, _) => Some(Crs::of_pairs(schema.field(column).name())),
            Coordinates::Geometry(column) => {
                let empty = GeometryColumn::try_new(schema.fields()[column].clone(), Vec::new());
                declared(&empty.map_err(Failure::new)?)?
            }
        };
        let found = Self { schema, coordinates, text: text.clone(), crs };
        text.check_names(&found.schema, format, &found.columns())?;
        Ok(found)
    }

    /// The coordinate system that the columns declare.
    pub(super) fn crs(&self) -> Option<&Crs> {
        self.crs.as_ref()
    }

    /// Where they are.
    pub(super) fn coordinates(&self) -> Coordinates {
        self.coordinates
    }

    /// The column of geometry, if they are in one.
    pub(super) fn geometry(&self) -> Option<usize> {
        match self.coordinates {
            Coordinates::Geometry(column) => Some(column),
            Coordinates::Xy(_) | Coordinates::Pair(..) => None,
        }
    }

    /// All columns that hold them.
    pub(super) fn columns(&self) -> Vec<usize> {
        match self.coordinates {
            Coordinates::Xy(axes) => axes.to_vec(),
            Coordinates::Geometry(column) | Coordinates::Pair(column, _) => vec![column],
        }
    }

    /// The names of x and y.
    pub(super) fn axes(&self) -> [String; 2] {
        match self.coordinates {
            Coordinates::Xy(axes) => {
                axes.map(|axis| self.schema.field(axis).name().trim().to_owned())
            }
            Coordinates::Pair(..) => ["lon", "lat"].map(str::to_owned),
            Coordinates::Geometry(_) => ["x", "y"].map(str::to_owned),
        }
    }

    /// Reads the places of a batch, and the system that SRIDs in the rows declare.
    ///
    /// `refuse` is called with a row that has no usable coordinates, and the reason. If it returns no
    /// error, the place is NaN.
    pub(super) fn read(
        &self,
        batch: &Batch,
        refuse: impl Fn(usize, &dyn Display) -> Result<(), Failure>,
    ) -> Result<(Vec<Point>, Option<Crs>), Failure> {
        match self.coordinates {
            Coordinates::Xy(axes) => Ok((self.of_numbers(batch, axes, refuse)?, None)),
            Coordinates::Pair(column, order) => {
                Ok((self.of_pairs(batch, column, order, refuse)?, None))
            }
            Coordinates::Geometry(column) => self.of_geometry(batch, column, refuse),
        }
    }

    fn of_numbers(
        &self,
        batch: &Batch,
        axes: [usize; 2],
        refuse: impl Fn(usize, &dyn Display) -> Result<(), Failure>,
    ) -> Result<Vec<Point>, Failure> {
        let Batch { rows, origin } = batch;
        let text = &self.text;
        let [x, y] =
            axes.map(|axis| numbers::read(self.schema.field(axis), rows.column(axis), text));
        let (x, y) = (x.map_err(|e| origin.failed(e))?, y.map_err(|e| origin.failed(e))?);
        let mut points: Vec<Point> = x.into_iter().zip(y).map(|(x, y)| [x, y]).collect();
        for (row, point) in points.iter_mut().enumerate().filter(|(_, point)| is_wrong(point)) {
            let axis = axes[usize::from(point[0].is_finite())];
            let field = self.schema.field(axis);
            let name = quoted(field.name());
            let cell = numbers::shown(field, rows.column(axis), row, text);
            refuse(row, &format_args!("{name} must be a finite number, got {cell}"))?;
            *point = [f64::NAN; 2];
        }
        Ok(points)
    }

    fn of_pairs(
        &self,
        batch: &Batch,
        column: usize,
        order: Order,
        refuse: impl Fn(usize, &dyn Display) -> Result<(), Failure>,
    ) -> Result<Vec<Point>, Failure> {
        let Batch { rows, origin } = batch;
        let (field, array) = (self.schema.field(column), rows.column(column));
        let cells = poly_match_io::cells(field, array).map_err(|e| origin.failed(e.into()))?;
        let mut points = Vec::with_capacity(cells.len());
        for row in 0..cells.len() {
            let cell = cells.is_valid(row).then(|| cells.value(row));
            let point = cell.and_then(|cell| pair::read(cell, order, self.text.decimal));
            points.push(match point.filter(|point| !is_wrong(point)) {
                Some(point) => point,
                None => {
                    let (name, example) = (quoted(field.name()), order.example());
                    let shown: ArrayRef = Arc::new(cells.slice(row, 1));
                    let text = Field::new(field.name(), DataType::Utf8, true);
                    let got = numbers::shown(&text, &shown, 0, &Text::default());
                    refuse(row, &format_args!("{name} must hold {example}, got {got}"))?;
                    [f64::NAN; 2]
                }
            });
        }
        Ok(points)
    }

    fn of_geometry(
        &self,
        batch: &Batch,
        column: usize,
        refuse: impl Fn(usize, &dyn Display) -> Result<(), Failure>,
    ) -> Result<(Vec<Point>, Option<Crs>), Failure> {
        let Batch { rows, origin } = batch;
        let field = self.schema.fields()[column].clone();
        let geometry = GeometryColumn::try_new(field, vec![rows.column(column).clone()]);
        let geometry = geometry.map_err(|error| origin.failed(Failure::new(error)))?;
        let crs = declared(&geometry).map_err(|failure| origin.failed(failure))?;
        let read =
            geometry.points::<Stopped>(|row, absent| Ok(refuse(row, &absent)?), &mut || Ok(()));
        let mut points = read.map_err(|stopped| stopped.told(origin))?.into_owned();
        for (row, point) in points.iter_mut().enumerate().filter(|(_, point)| is_wrong(point)) {
            refuse(row, &NoPoint { geometry: &geometry, row })?;
            *point = [f64::NAN; 2];
        }
        Ok((points, crs))
    }
}

fn is_wrong(point: &Point) -> bool {
    !(point[0].is_finite() && point[1].is_finite())
}

/// Why a row of a column of geometry has no usable coordinates. It is found out when it is shown.
struct NoPoint<'a> {
    geometry: &'a GeometryColumn,
    row: usize,
}

impl Display for NoPoint<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self.geometry.geometry(self.row).map(|geometry| geometry.point()) {
            Ok(Err(absent)) => absent.fmt(f),
            Err(error) => error.fmt(f),
            Ok(Ok(_)) => f.write_str("the coordinates of a Point must be finite numbers"),
        }
    }
}
