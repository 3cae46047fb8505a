//! Reads a table of polygons: their shapes, and the columns that the rule and the output need.
//!
//! A [`Source`] says how the table holds the shapes. Each source has a file in the folder `polygons`,
//! which adds the shapes of a batch; the columns beside them are read here.

mod circles;
mod geometry;
mod needed;
mod shaped;
mod vertices;

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Instant;

use arrow_array::{ArrayRef, RecordBatch, RecordBatchOptions, UInt64Array, new_null_array};
use arrow_schema::{DataType, Field as ArrowField, Schema, SchemaRef};
use arrow_select::concat::concat_batches;
use arrow_select::take::take_record_batch;
use poly_match_geo::Crs;
use poly_match_io::{Format, Reader};

use super::columns::{self, is_feature_id};
use super::fields::Fields;
use super::on_invalid::OnInvalid;
use crate::column::Column;
use crate::failure::Failure;
use crate::input::Input;
use crate::keys::Keys;
use crate::origins::{Batch, Batches, Origins};
use crate::progress::Progress;
use crate::text::Text;
use circles::Centers;
pub(crate) use circles::CircleColumns;
use geometry::Geometries;
use needed::Needed;
pub(crate) use shaped::Circles;
use shaped::Shaped;
pub(crate) use vertices::VertexColumns;
use vertices::Vertices;

/// How a table holds the shapes of polygons.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Source {
    /// In a column of geometry, with this name or by a guess.
    Geometry(Option<String>),
    /// In rows, one vertex a row.
    Vertices(VertexColumns),
    /// In rows, a centre and a radius in each.
    Circles(CircleColumns),
}

/// What to read of the polygons.
#[derive(Debug)]
pub(crate) struct Wanted<'a> {
    pub(crate) source: &'a Source,
    pub(crate) id: Option<&'a str>,
    pub(crate) fields: &'a Fields,
    /// The columns of keys, in the order of the criteria.
    pub(crate) keys: Vec<&'a str>,
    /// The column of labels.
    pub(crate) label: Option<&'a str>,
    pub(crate) on_invalid: OnInvalid,
    /// Whether no progress is shown.
    pub(crate) quiet: bool,
}

/// The polygons, in the order of the file.
#[derive(Debug)]
pub(crate) struct Polygons {
    pub(crate) shaped: Shaped,
    /// The columns that are needed.
    columns: RecordBatch,
    is_untyped: bool,
    /// The columns to write, as positions in `columns` with new names.
    fields: Vec<(Option<usize>, String)>,
    id: Option<usize>,
    label: Option<usize>,
    keys: Vec<(String, Option<usize>)>,
    text: Text,
    origins: Origins,
}

/// Reads polygons, with the columns in `wanted`.
pub(crate) fn read(input: &Input, wanted: &Wanted<'_>) -> Result<Polygons, Failure> {
    let reader = input.open()?;
    let in_file = |failure| input.failed(failure);
    let (schema, format) = (reader.schema(), reader.format());
    let mut rows = Rows::of(&reader, wanted, input.text()).map_err(in_file)?;
    let mut needed = Needed::new(&reader);
    let may_lack = columns::is_without_rows(&reader);
    let chosen = wanted.fields.among(&schema, &rows.columns(), format, may_lack);
    let fields = chosen
        .map_err(in_file)?
        .into_iter()
        .map(|field| (field.position.map(|p| needed.push(p)), field.name))
        .collect();
    let id = match wanted.id {
        Some(name) => needed.find(name).map_err(in_file)?,
        // A feature that is a vertex does not have the id of the polygon.
        None if matches!(wanted.source, Source::Vertices(_)) => None,
        None => {
            schema.fields().iter().position(|field| is_feature_id(field)).map(|p| needed.push(p))
        }
    };
    let label = wanted.label.map(|name| needed.find(name)).transpose().map_err(in_file)?.flatten();
    let keys = wanted.keys.iter().map(|&name| Ok((name.to_owned(), needed.find(name)?)));
    let keys = keys.collect::<Result<_, _>>().map_err(in_file)?;
    let is_untyped = matches!(format, Format::Csv | Format::Tsv);

    let mut polygons = Polygons {
        shaped: rows.shaped(),
        columns: RecordBatch::new_empty(Arc::new(Schema::empty())),
        is_untyped,
        fields,
        id,
        label,
        keys,
        text: input.text().clone(),
        origins: Origins::default(),
    };
    let kept =
        Arc::new(schema.project(needed.columns()).map_err(|error| in_file(Failure::new(error)))?);
    let mut parts = Vec::new();
    let mut batches = Batches::new(reader, input.text());
    let mut progress =
        Progress::new("reading polygons", Instant::now(), wanted.quiet, || batches.meter());
    for batch in batches {
        let batch = batch?;
        let of_polygons = rows.push(&batch, needed.columns(), &mut polygons.shaped)?;
        let part = batch.rows.project(needed.columns());
        let part = part.and_then(|part| match &of_polygons {
            None => Ok(part),
            Some(rows) => taken(&part, rows),
        });
        parts.push(part.map_err(|error| in_file(Failure::new(error)))?);
        progress.advance(batch.rows.num_rows());
        match of_polygons {
            None => polygons.origins.push(batch.origin, batch.rows.num_rows()),
            Some(rows) => polygons.origins.push_rows(batch.origin, rows),
        }
    }
    rows.finish(&mut polygons.shaped).map_err(in_file)?;
    polygons.columns = together(&kept, &parts, polygons.shaped.skipped.len())
        .map_err(|error| in_file(Failure::new(error)))?;
    Ok(polygons)
}

/// Whether the first rows of a table hold polygons, in a column that is guessed.
pub(crate) fn starts_with_polygons(input: &Input) -> bool {
    let polygons = || {
        let reader = input.open()?;
        let geometries = Geometries::of(&reader, None, OnInvalid::Raise, input.text())?;
        let mut shaped = geometries.shaped();
        if let Some(batch) = Batches::of_rows(reader, input.text(), super::FEW).next() {
            geometries.push(&batch?, &mut shaped)?;
        }
        Ok::<_, Failure>(!shaped.shapes.is_empty())
    };
    polygons().unwrap_or(false)
}

/// The column of geometry that polygons are read from, and the system that its type declares. It is the one
/// called `name`, or else a guess.
pub(crate) fn geometry_column(
    reader: &Reader,
    name: Option<&str>,
    text: &Text,
) -> Result<(usize, Option<Crs>), Failure> {
    let geometries = Geometries::of(reader, name, OnInvalid::Skip, text)?;
    Ok((geometries.column(), geometries.shaped().crs))
}

/// Reads the shapes out of the rows of a table.
enum Rows {
    Geometry(Geometries),
    Vertices(Box<Vertices>),
    Circles(Centers),
}

impl Rows {
    /// Finds the columns of the wanted source in the table that `reader` has opened.
    fn of(reader: &Reader, wanted: &Wanted<'_>, text: &Text) -> Result<Self, Failure> {
        Ok(match wanted.source {
            Source::Geometry(name) => {
                Self::Geometry(Geometries::of(reader, name.as_deref(), wanted.on_invalid, text)?)
            }
            Source::Vertices(columns) => {
                Self::Vertices(Box::new(Vertices::of(reader, columns, text)?))
            }
            Source::Circles(columns) => {
                Self::Circles(Centers::of(reader, columns, wanted.on_invalid, text)?)
            }
        })
    }

    /// The columns that make the shapes, and are no properties of a polygon.
    fn columns(&self) -> Vec<usize> {
        match self {
            Self::Geometry(geometries) => vec![geometries.column()],
            Self::Vertices(vertices) => vertices.columns(),
            Self::Circles(centers) => centers.columns(),
        }
    }

    /// No shapes yet, with what the columns declare.
    fn shaped(&self) -> Shaped {
        match self {
            Self::Geometry(geometries) => geometries.shaped(),
            Self::Vertices(vertices) => vertices.shaped(),
            Self::Circles(centers) => centers.shaped(),
        }
    }

    /// Adds the polygons of a batch. Returns their rows, if these are not all.
    ///
    /// If a polygon has several rows, these must agree in the columns at the positions `needed`.
    fn push(
        &mut self,
        batch: &Batch,
        needed: &[usize],
        shaped: &mut Shaped,
    ) -> Result<Option<Vec<usize>>, Failure> {
        match self {
            Self::Geometry(geometries) => geometries.push(batch, shaped).map(|()| None),
            Self::Vertices(vertices) => vertices.push(batch, needed, shaped).map(Some),
            Self::Circles(centers) => centers.push(batch, shaped).map(|()| None),
        }
    }

    /// Adds what is known only after the last batch.
    fn finish(&mut self, shaped: &mut Shaped) -> Result<(), Failure> {
        match self {
            Self::Geometry(_) | Self::Circles(_) => Ok(()),
            Self::Vertices(vertices) => vertices.finish(shaped),
        }
    }
}

/// Some rows of a batch.
fn taken(batch: &RecordBatch, rows: &[usize]) -> Result<RecordBatch, arrow_schema::ArrowError> {
    if batch.num_columns() == 0 {
        let options = RecordBatchOptions::new().with_row_count(Some(rows.len()));
        return RecordBatch::try_new_with_options(batch.schema(), Vec::new(), &options);
    }
    let rows = UInt64Array::from_iter_values(rows.iter().map(|&row| row as u64));
    take_record_batch(batch, &rows)
}

/// Puts the columns of all batches together.
fn together(
    schema: &SchemaRef,
    parts: &[RecordBatch],
    rows: usize,
) -> Result<RecordBatch, arrow_schema::ArrowError> {
    if schema.fields().is_empty() {
        let options = RecordBatchOptions::new().with_row_count(Some(rows));
        return RecordBatch::try_new_with_options(schema.clone(), Vec::new(), &options);
    }
    concat_batches(schema, parts)
}

impl Polygons {
    /// The values of each key, by the name of its column; see [`Keys::read`].
    pub(crate) fn keys(&self, nulls_last: bool) -> Result<HashMap<String, Keys>, Failure> {
        let read = |(name, column): &(String, Option<usize>)| {
            let column = self.column(*column, name);
            let skipped = &self.shaped.skipped;
            let keys = Keys::read(&column, &self.origins, skipped, nulls_last, &self.text)?;
            Ok((name.clone(), keys))
        };
        self.keys.iter().map(read).collect()
    }

    /// The labels of the polygons, if they have any.
    pub(crate) fn labels(&self) -> Option<Column> {
        self.label.map(|label| self.column(Some(label), ""))
    }

    /// The ids of the polygons, if they have any.
    pub(crate) fn ids(&self) -> Option<Column> {
        self.id.map(|id| self.column(Some(id), ""))
    }

    /// The columns to write, with their names in the output.
    pub(crate) fn fields(&self) -> Vec<Column> {
        let field =
            |(column, name): &(Option<usize>, String)| self.column(*column, name).named(name);
        self.fields.iter().map(field).collect()
    }

    /// A column, or one of nulls.
    fn column(&self, position: Option<usize>, name: &str) -> Column {
        if let Some(position) = position {
            return Column::of(&self.columns, position, self.is_untyped);
        }
        let nulls: ArrayRef = new_null_array(&DataType::Utf8, self.shaped.skipped.len());
        Column::new(Arc::new(ArrowField::new(name, DataType::Utf8, true)), nulls, false)
    }

    /// Adds the place of the polygon to an error.
    pub(crate) fn failed(&self, error: &poly_match::Error) -> Failure {
        use poly_match::Error::{Center, Key};
        let (polygon, cause) = match error {
            Center { polygon, .. } => {
                (*polygon, "the coordinates are so large that their sum overflows")
            }
            Key { polygon } => (*polygon, "the coordinates are so large that the area overflows"),
            other => return Failure::new(other),
        };
        self.origins.failure(polygon, cause)
    }
}
