//! Reads a table of any format, batch by batch.

use std::fmt;

use arrow_array::RecordBatch;
use arrow_schema::SchemaRef;

use crate::error::{Error, Result};
use crate::format::Format;
use crate::options::{Batches, ReadOptions};
use crate::source::Source;
use crate::{ipc, parquet};

/// A stream of record batches with a known schema. It ends after its first error.
pub struct Reader {
    name: String,
    format: Format,
    schema: SchemaRef,
    primary: Option<String>,
    batches: Option<Box<dyn Batches>>,
}

impl Reader {
    /// Opens a table, and reads its schema.
    ///
    /// A geometry column of GeoParquet has the extension type and metadata of GeoArrow, so that
    /// `poly_match_geo::arrow::GeometryColumn` reads it.
    ///
    /// # Errors
    /// An [`Error`] that names the file: if its format is not known, if it is malformed, if a column
    /// is missing, or if the system cannot read it.
    pub fn open(mut source: Source, options: &ReadOptions) -> Result<Self> {
        let name = source.name().to_owned();
        let format = options.format.map_or_else(|| source.format(), Ok)?;
        let opened: Result<Box<dyn Batches>> = match format {
            Format::Parquet => parquet::read(source, options),
            Format::ArrowFile => ipc::read_file(source, options),
            Format::ArrowStream => ipc::read_stream(source, options),
            Format::Csv | Format::Tsv | Format::GeoJson | Format::GeoJsonLines => {
                Err(Error::unsupported(format_args!("{format} cannot be read here")))
            }
        };
        let batches = opened.map_err(|error| error.in_file(&name))?;
        let primary = batches.primary_geometry().map(str::to_owned);
        Ok(Self { name, format, schema: batches.schema(), primary, batches: Some(batches) })
    }

    /// The schema of all batches.
    #[must_use]
    pub fn schema(&self) -> SchemaRef {
        self.schema.clone()
    }

    /// The format of the table.
    #[must_use]
    pub fn format(&self) -> Format {
        self.format
    }

    /// The name of the geometry column that the file calls primary, as GeoParquet does.
    #[must_use]
    pub fn primary_geometry(&self) -> Option<&str> {
        self.primary.as_deref()
    }

    /// The name of the source.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }
}

impl Iterator for Reader {
    type Item = Result<RecordBatch>;

    fn next(&mut self) -> Option<Self::Item> {
        let next = self.batches.as_mut()?.next();
        if !matches!(next, Some(Ok(_))) {
            self.batches = None;
        }
        Some(next?.map_err(|error| error.in_file(&self.name)))
    }
}

impl fmt::Debug for Reader {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Reader")
            .field("name", &self.name)
            .field("format", &self.format)
            .field("schema", &self.schema)
            .finish_non_exhaustive()
    }
}
