//! A table to write: its columns, and how a batch of them is made.

use std::borrow::Cow;
use std::sync::Arc;

use arrow_array::{ArrayRef, BooleanArray, RecordBatch, RecordBatchOptions, UInt32Array};
use arrow_schema::{DataType, Field, FieldRef, Schema, SchemaRef};
use arrow_select::filter::filter_record_batch;
use arrow_select::take::{take, take_record_batch};
use poly_match::Point;
use poly_match_io::{FEATURE_ID, Format};

use super::geometry;
use super::names::Names;
use super::numeric::{Numeric, as_json, is_numeric, to_json};
use crate::column::Column;
use crate::failure::Failure;
use crate::found::Rows;
use crate::read::PointColumns;

/// A table to write.
#[derive(Debug)]
pub(crate) struct Table {
    schema: SchemaRef,
    parts: Vec<Part>,
    /// The name of the column of geometry that the points came from.
    primary: Option<String>,
}

/// What is added to the columns of the points.
#[derive(Debug, Clone)]
pub(crate) struct Added {
    /// Whether points may have several matches, with ranks.
    pub(crate) has_rank: bool,
    pub(crate) ids: Option<Column>,
    pub(crate) fields: Vec<Column>,
}

/// The source of the values of a column.
#[derive(Debug, Clone)]
enum Part {
    /// A column of the points.
    Point(usize),
    /// A column of the points that holds numbers as text, as JSON.
    Number(usize),
    /// A column of the points, as the geometry of features.
    Geometry(usize),
    /// The points as geometry.
    Points,
    /// x (0) or y (1).
    Axis(usize),
    Rank,
    /// The position of the matched polygon.
    Position,
    /// A column of the polygons.
    Field(ArrayRef),
    Distance,
}

/// What a column is made of.
#[derive(Clone, Copy)]
struct Source<'a> {
    batch: &'a RecordBatch,
    at: &'a [Point],
    rows: Option<&'a Rows>,
}

impl Table {
    /// The table of all columns of the points, and of what is added, if anything is.
    ///
    /// `numeric` tells which columns of points in CSV hold numbers, for GeoJSON.
    pub(crate) fn new(
        points: &PointColumns,
        added: Option<&Added>,
        format: Format,
        numeric: &Numeric,
    ) -> Self {
        let mut columns = Columns::default();
        columns.of_points(points, format, numeric, added.is_some());
        if let Some(added) = added {
            columns.of_matches(added, format);
        }
        let Columns { fields, parts, primary, .. } = columns;
        let metadata = points.schema().metadata().clone();
        let schema = Arc::new(Schema::new_with_metadata(fields, metadata));
        Self { schema, parts, primary }
    }

    pub(crate) fn schema(&self) -> &SchemaRef {
        &self.schema
    }

    /// The name of the column of geometry that the points came from.
    pub(crate) fn primary(&self) -> Option<&str> {
        self.primary.as_deref()
    }

    /// The rows of a batch of points `at` these places, with their matches.
    pub(crate) fn matches(
        &self,
        batch: &RecordBatch,
        at: &[Point],
        rows: &Rows,
    ) -> Result<RecordBatch, Failure> {
        let chosen = rows.points.as_ref();
        let at: Cow<'_, [Point]> = match chosen {
            None => at.into(),
            Some(rows) => rows.values().iter().map(|&row| at[row as usize]).collect(),
        };
        let batch = chosen_rows(batch, chosen)?;
        self.made(Source { batch: &batch, at: &at, rows: Some(rows) }, rows.index.len())
    }

    /// The rows of a batch that `keep` tells, without matches.
    pub(crate) fn points(
        &self,
        batch: &RecordBatch,
        at: &[Point],
        keep: &BooleanArray,
    ) -> Result<RecordBatch, Failure> {
        let batch = filter_record_batch(batch, keep).map_err(Failure::new)?;
        let at = at.iter().zip(keep.values()).filter(|(_, keep)| *keep);
        let at: Vec<_> = at.map(|(point, _)| *point).collect();
        self.made(Source { batch: &batch, at: &at, rows: None }, at.len())
    }

    fn made(&self, source: Source<'_>, rows: usize) -> Result<RecordBatch, Failure> {
        let columns = self.parts.iter().map(|part| part.column(source));
        let columns = columns.collect::<Result<Vec<_>, _>>()?;
        let options = RecordBatchOptions::new().with_row_count(Some(rows));
        let made = RecordBatch::try_new_with_options(self.schema.clone(), columns, &options);
        made.map_err(Failure::new)
    }
}

fn chosen_rows(batch: &RecordBatch, rows: Option<&UInt32Array>) -> Result<RecordBatch, Failure> {
    match rows {
        None => Ok(batch.clone()),
        Some(rows) => take_record_batch(batch, rows).map_err(Failure::new),
    }
}

impl Part {
    fn column(&self, source: Source<'_>) -> Result<ArrayRef, Failure> {
        let Source { batch, at, rows } = source;
        // Tables without matches have none of these parts.
        let matches = || rows.ok_or_else(|| Failure::new("there are no matches"));
        Ok(match self {
            Self::Point(column) => batch.column(*column).clone(),
            Self::Number(column) => to_json(batch.column(*column)),
            Self::Geometry(column) => geometry::without_nowhere(batch.column(*column), at)?,
            Self::Points => geometry::of_points(at),
            Self::Axis(axis) => geometry::axis(at, *axis),
            Self::Rank => Arc::new(matches()?.rank.clone()),
            Self::Position => Arc::new(matches()?.index.clone()),
            Self::Distance => Arc::new(matches()?.distance.clone()),
            Self::Field(values) => take(values, &matches()?.index, None).map_err(Failure::new)?,
        })
    }
}

/// Columns as they are put together.
#[derive(Default)]
struct Columns {
    fields: Vec<FieldRef>,
    parts: Vec<Part>,
    names: Names,
    primary: Option<String>,
}

impl Columns {
    fn push(&mut self, field: Field, part: Part) {
        self.fields.push(Arc::new(field));
        self.parts.push(part);
    }

    /// The columns of the points. Names change only if matches are added, and a name comes twice.
    fn of_points(
        &mut self,
        points: &PointColumns,
        format: Format,
        numeric: &Numeric,
        is_joined: bool,
    ) {
        let (is_geojson, has_features) = (is_geojson(format), format.has_features());
        let of_points = points.geometry();
        let mut has_geometry = false;
        for (position, field) in points.schema().fields().iter().enumerate() {
            let is_geometry = Some(position) == of_points && !geometry::is_text(field);
            if is_geometry && is_csv(format) {
                for (axis, name) in ["x", "y"].into_iter().enumerate() {
                    let name = self.names.own(name);
                    self.push(Field::new(name, DataType::Float64, true), Part::Axis(axis));
                }
                continue;
            }
            // Features have their geometry, and in GeoJSON their id, beside the properties.
            let is_id = is_geojson && field.metadata().contains_key(FEATURE_ID);
            let is_beside = (has_features && is_geometry) || is_id;
            let name = match is_joined && !is_beside {
                true => self.names.own(field.name()),
                false => field.name().clone(),
            };
            if is_geometry {
                self.primary = Some(name.clone());
            }
            if is_geometry && has_features {
                has_geometry = true;
                if !geometry::is_geojson(field) {
                    self.push(geometry::field(&name).as_ref().clone(), Part::Points);
                    continue;
                }
                let field = field.as_ref().clone().with_name(name).with_nullable(true);
                self.push(field, Part::Geometry(position));
            } else if is_geojson && numeric.has(position) {
                self.push(as_json(field).as_ref().clone().with_name(name), Part::Number(position));
            } else {
                self.push(field.as_ref().clone().with_name(name), Part::Point(position));
            }
        }
        if has_features && !has_geometry {
            let name = "geometry";
            self.primary = Some(name.to_owned());
            self.push(geometry::field(name).as_ref().clone(), Part::Points);
        }
    }

    /// The columns of the matches.
    fn of_matches(&mut self, added: &Added, format: Format) {
        let integer = |name: String| Field::new(name, DataType::Int64, true);
        if added.has_rank {
            let field = integer(self.names.added("rank"));
            self.push(field, Part::Rank);
        }
        let field = integer(self.names.added("polygon"));
        self.push(field, Part::Position);
        let ids = added.ids.iter().map(|ids| ids.clone().named("polygon_id"));
        for column in ids.chain(added.fields.iter().cloned()) {
            let name = self.names.added(column.name());
            let (field, array) = field_of(&column, name, format);
            self.push(field, Part::Field(array));
        }
        let distance = self.names.added("distance");
        self.push(Field::new(distance, DataType::Float64, true), Part::Distance);
    }
}

/// A column of the polygons under a name, as a format has it: in GeoJSON, numbers in text are numbers.
pub(super) fn field_of(column: &Column, name: String, format: Format) -> (Field, ArrayRef) {
    let mut field = column.field().as_ref().clone().with_name(name).with_nullable(true);
    field.metadata_mut().remove(FEATURE_ID);
    if is_geojson(format) && column.is_untyped() && is_numeric(column.array()) {
        (as_json(&field).as_ref().clone(), to_json(column.array()))
    } else {
        (field, column.array().clone())
    }
}

fn is_csv(format: Format) -> bool {
    matches!(format, Format::Csv | Format::Tsv)
}

fn is_geojson(format: Format) -> bool {
    matches!(format, Format::GeoJson | Format::GeoJsonLines)
}
