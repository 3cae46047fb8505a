//! Reads features as batches. The first time through the file finds the columns.

use std::sync::Arc;

use arrow_array::{RecordBatch, RecordBatchOptions};
use arrow_schema::SchemaRef;

use super::cells::{Cells, changed};
use super::columns::{Columns, Origin};
use super::feature::Feature;
use super::features::Features;
use super::files::Files;
use super::texts::Texts;
use crate::columns;
use crate::error::{Place, Result};
use crate::limits::Limits;
use crate::options::{Batches, ReadOptions};
use crate::places::Places;

/// The batches of features in files.
pub(super) struct GeoJsonBatches {
    files: Files,
    features: Features,
    columns: Columns,
    schema: SchemaRef,
    built: Vec<(Origin, Cells)>,
    places: Vec<Place>,
    limits: Limits,
}

impl GeoJsonBatches {
    /// Reads all features to find the columns.
    pub(super) fn new(mut files: Files, options: &ReadOptions) -> Result<Self> {
        let mut features = Features::default();
        let (columns, crs) = files.columns(&mut features, &options.limits)?;
        let fields = columns.fields(crs.as_ref());
        let schema = Columns::schema(&fields);
        let chosen = columns::find(schema.fields(), options.columns.as_deref())?;
        let schema = Arc::new(schema.project(&chosen)?);
        let build = |position: usize| {
            let (_, kind, origin) = fields[position];
            (origin, Cells::new(kind, origin))
        };
        Ok(Self {
            files,
            features,
            schema,
            built: chosen.into_iter().map(build).collect(),
            columns,
            places: Vec::new(),
            limits: options.limits.clone(),
        })
    }

    /// Reads a batch. Each is of one file.
    fn read(&mut self) -> Result<Option<RecordBatch>> {
        while !self.files.is_at_end() {
            let mut texts = match self.files.texts.take() {
                Some(texts) => texts,
                None => self.files.open(self.files.position)?,
            };
            self.fill(&mut texts)?;
            if !self.places.is_empty() {
                self.files.texts = Some(texts);
                return self.batch().map(Some);
            }
            self.files.position += 1;
        }
        Ok(None)
    }

    /// Adds rows until a batch is full or the file ends.
    fn fill(&mut self, texts: &mut Texts) -> Result<()> {
        let (most, far) = (self.limits.rows.max(1), self.limits.bytes.clamp(1, 1 << 29));
        let longest = usize::try_from(self.limits.memory).unwrap_or(usize::MAX).min(1 << 30);
        self.places.clear();
        let mut bytes = 0;
        while self.places.len() < most && bytes < far {
            let Some(found) = texts.next()? else { break };
            let (built, columns) = (&mut self.built, &self.columns);
            let append = |feature: &Feature<'_>| append(feature, built, columns, longest);
            bytes += self
                .features
                .with(&found, append)
                .map_err(|error| error.at(found.place.clone()))?;
            bytes += found.text.len() + self.built.len() * size_of::<f64>();
            self.places.push(found.place);
        }
        Ok(())
    }

    fn batch(&mut self) -> Result<RecordBatch> {
        let columns = self.built.iter_mut().map(|(_, values)| values.finish());
        let options = RecordBatchOptions::new().with_row_count(Some(self.places.len()));
        let schema = self.schema.clone();
        Ok(RecordBatch::try_new_with_options(schema, columns.collect(), &options)?)
    }
}

impl Iterator for GeoJsonBatches {
    type Item = Result<RecordBatch>;

    fn next(&mut self) -> Option<Self::Item> {
        self.read().map_err(|error| error.in_file(self.files.name())).transpose()
    }
}

impl Batches for GeoJsonBatches {
    fn schema(&self) -> SchemaRef {
        self.schema.clone()
    }

    fn file(&self) -> Option<&str> {
        Some(self.files.name())
    }

    fn total_rows(&self) -> Option<u64> {
        Some(self.files.features)
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
    built: &mut [(Origin, Cells)],
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
