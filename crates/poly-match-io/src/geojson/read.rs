//! Reads features as batches. The first time through the file finds the columns.

use std::borrow::Cow;
use std::sync::Arc;

use arrow_array::builder::{BooleanBuilder, Float64Builder, Int64Builder, StringBuilder};
use arrow_array::{ArrayRef, BinaryArray, RecordBatch, RecordBatchOptions};
use arrow_buffer::{Buffer, NullBufferBuilder, OffsetBuffer, ScalarBuffer};
use arrow_schema::SchemaRef;

use super::columns::{Columns, Kind, Origin};
use super::feature::{Fault, Feature, Text};
use super::geometry::{Written, write_wkb};
use super::not_finite::null_for_nan;
use super::pieces::{Piece, Pieces};
use super::text::compact;
use crate::columns;
use crate::error::{Error, Place, Result};
use crate::limits::Limits;
use crate::options::{Batches, ReadOptions};
use crate::places::Places;

/// The batches of features.
pub(super) struct GeoJsonBatches {
    pieces: Pieces,
    features: Features,
    columns: Columns,
    schema: SchemaRef,
    built: Vec<(Origin, Values)>,
    places: Vec<Place>,
    limits: Limits,
}

impl GeoJsonBatches {
    /// Reads all features to find the columns. `open` gives the text from its start.
    pub(super) fn new(open: impl Fn() -> Result<Pieces>, options: &ReadOptions) -> Result<Self> {
        let mut columns = Columns::default();
        let mut features = Features::default();
        let mut pieces = open()?;
        while let Some(piece) = pieces.next()? {
            let add = |feature: &Feature<'_>| columns.add(feature, &options.limits);
            features.with(&piece, add).map_err(|error| error.at(piece.place.clone()))?;
        }
        let fields = columns.fields(pieces.crs().as_ref());
        let schema = Columns::schema(&fields);
        let chosen = columns::find(schema.fields(), options.columns.as_deref())?;
        let schema = Arc::new(schema.project(&chosen)?);
        let build = |position: usize| {
            let (_, kind, origin) = fields[position];
            (origin, Values::new(kind, origin))
        };
        Ok(Self {
            pieces: open()?,
            features,
            schema,
            built: chosen.into_iter().map(build).collect(),
            columns,
            places: Vec::new(),
            limits: options.limits.clone(),
        })
    }

    fn read(&mut self) -> Result<Option<RecordBatch>> {
        let (most, far) = (self.limits.rows.max(1), self.limits.bytes.clamp(1, 1 << 30));
        let longest = usize::try_from(self.limits.memory).unwrap_or(usize::MAX).min(1 << 30);
        self.places.clear();
        let mut bytes = 0;
        while self.places.len() < most && bytes < far {
            let Some(piece) = self.pieces.next()? else { break };
            let (built, columns) = (&mut self.built, &self.columns);
            let append = |feature: &Feature<'_>| append(feature, built, columns, longest);
            bytes += self
                .features
                .with(&piece, append)
                .map_err(|error| error.at(piece.place.clone()))?;
            bytes += piece.text.len() + self.built.len() * size_of::<f64>();
            self.places.push(piece.place);
        }
        if self.places.is_empty() {
            return Ok(None);
        }
        let columns = self.built.iter_mut().map(|(_, values)| values.finish());
        let options = RecordBatchOptions::new().with_row_count(Some(self.places.len()));
        let schema = self.schema.clone();
        Ok(Some(RecordBatch::try_new_with_options(schema, columns.collect(), &options)?))
    }
}

impl Iterator for GeoJsonBatches {
    type Item = Result<RecordBatch>;

    fn next(&mut self) -> Option<Self::Item> {
        self.read().transpose()
    }
}

impl Batches for GeoJsonBatches {
    fn schema(&self) -> SchemaRef {
        self.schema.clone()
    }

    fn places(&self) -> Option<Places> {
        Some(match self.places.first()? {
            Place::Feature(first) => Places::Features(*first),
            _ => Places::Lines(self.places.iter().filter_map(line).collect()),
        })
    }
}

fn line(place: &Place) -> Option<u64> {
    match place {
        Place::Line(line) => Some(*line),
        _ => None,
    }
}

/// Adds a feature as a row. Returns how many bytes its geometry takes.
fn append(
    feature: &Feature<'_>,
    built: &mut [(Origin, Values)],
    columns: &Columns,
    longest: usize,
) -> Result<usize> {
    let mut row = vec![None; columns.len()];
    for (expected, (name, value)) in feature.properties.iter().enumerate() {
        let position = columns.position(name, expected).ok_or_else(changed)?;
        row[position] = (*value != "null").then_some(*value);
    }
    let mut bytes = 0;
    for (origin, values) in built {
        match *origin {
            Origin::Id => values.push(feature.id)?,
            Origin::Property(position) => values.push(row[position])?,
            Origin::Geometry => bytes = values.push_geometry(feature.geometry, longest)?,
        }
    }
    Ok(bytes)
}

fn changed() -> Error {
    Error::malformed("the file changed while it was read")
}

/// Reads the texts of features, also those with NaN.
#[derive(Default)]
struct Features {
    /// Whether a feature before had NaN. Others likely have it, too.
    has_nan: bool,
}

impl Features {
    fn with<T>(
        &mut self,
        piece: &Piece<'_>,
        work: impl FnOnce(&Feature<'_>) -> Result<T>,
    ) -> Result<T> {
        let failed = |fault| match fault {
            Fault::Json(error) => piece.no_json(&error),
            Fault::What(what) => Error::malformed(what).at(piece.place.clone()),
        };
        if !self.has_nan {
            match Feature::read(piece.text) {
                Ok(feature) => return work(&feature),
                Err(fault @ Fault::What(_)) => return Err(failed(fault)),
                Err(fault @ Fault::Json(_)) => match null_for_nan(piece.text) {
                    Cow::Borrowed(_) => return Err(failed(fault)),
                    Cow::Owned(_) => self.has_nan = true,
                },
            }
        }
        let text = null_for_nan(piece.text);
        Feature::read(&text).map_err(failed).and_then(|feature| work(&feature))
    }
}

/// The values of a column of a batch.
enum Values {
    Bool(BooleanBuilder),
    Int(Int64Builder),
    Float(Float64Builder),
    Text(StringBuilder),
    Json(StringBuilder),
    Geometry(Geometries),
}

/// Geometries as well-known binary, one after another.
#[derive(Default)]
struct Geometries {
    values: Vec<u8>,
    ends: Vec<i32>,
    nulls: Option<NullBufferBuilder>,
}

impl Values {
    fn new(kind: Kind, origin: Origin) -> Self {
        match (origin, kind) {
            (Origin::Geometry, _) => Self::Geometry(Geometries::default()),
            (_, Kind::Bool) => Self::Bool(BooleanBuilder::new()),
            (_, Kind::Int { .. }) => Self::Int(Int64Builder::new()),
            (_, Kind::Float) => Self::Float(Float64Builder::new()),
            (_, Kind::Null | Kind::Text) => Self::Text(StringBuilder::new()),
            (_, Kind::Json) => Self::Json(StringBuilder::new()),
        }
    }

    /// Adds a value that fits the type, or null.
    fn push(&mut self, json: Option<&str>) -> Result<()> {
        match self {
            Self::Bool(values) => values.append_option(json.map(|json| json == "true")),
            Self::Int(values) => values.append_option(parsed(json)?),
            Self::Float(values) => values.append_option(parsed(json)?),
            Self::Json(values) => values.append_option(json.map(compact)),
            Self::Text(values) => match json.map(serde_json::from_str::<Text<'_>>) {
                Some(Ok(text)) => values.append_value(text.0),
                Some(Err(_)) => return Err(changed()),
                None => values.append_null(),
            },
            Self::Geometry(_) => return Err(changed()),
        }
        Ok(())
    }

    /// Adds a geometry, and returns its bytes.
    fn push_geometry(&mut self, json: Option<&str>, longest: usize) -> Result<usize> {
        let Self::Geometry(column) = self else { return Err(changed()) };
        let start = column.values.len();
        let written = match json {
            Some(json) => write_wkb(json, &mut column.values, start + longest),
            None => Ok(Written::Nothing),
        };
        let is_there = written.map_err(Error::malformed)? != Written::Nothing;
        column.nulls.get_or_insert_with(|| NullBufferBuilder::new(1024)).append(is_there);
        // A batch has fewer than 2 GiB.
        column.ends.push(i32::try_from(column.values.len()).map_err(Error::malformed)?);
        Ok(column.values.len() - start)
    }

    fn finish(&mut self) -> ArrayRef {
        match self {
            Self::Bool(values) => Arc::new(values.finish()),
            Self::Int(values) => Arc::new(values.finish()),
            Self::Float(values) => Arc::new(values.finish()),
            Self::Text(values) | Self::Json(values) => Arc::new(values.finish()),
            Self::Geometry(column) => {
                let Geometries { values, ends, nulls } = std::mem::take(column);
                let offsets = std::iter::once(0).chain(ends).collect::<Vec<i32>>();
                let offsets = OffsetBuffer::new(ScalarBuffer::from(offsets));
                let nulls = nulls.and_then(|mut nulls| nulls.finish());
                Arc::new(BinaryArray::new(offsets, Buffer::from_vec(values), nulls))
            }
        }
    }
}

fn parsed<T: std::str::FromStr>(json: Option<&str>) -> Result<Option<T>> {
    json.map(|json| json.parse().map_err(|_| changed())).transpose()
}
