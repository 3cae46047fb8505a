//! Reads a table of any format, batch by batch.

use std::fmt;
use std::path::{Path, PathBuf};

use arrow_array::RecordBatch;
use arrow_schema::SchemaRef;

use crate::codec::Codec;
use crate::error::{Error, Result};
use crate::format::Format;
use crate::geojson::Layout;
use crate::known::{Known, Layer};
use crate::meter::Meter;
use crate::options::{Batches, ReadOptions};
use crate::parts::{self, Part, Parts};
use crate::places::Places;
use crate::source::Source;
use crate::stop::Stop;
use crate::{csv, geojson, gis, ipc, parquet};

/// A stream of record batches with a known schema. It ends after its first error.
pub struct Reader {
    name: String,
    format: Format,
    schema: SchemaRef,
    primary: Option<String>,
    /// How the file is compressed, and the encoding of its text.
    written: (Option<Codec>, Option<&'static str>),
    batches: Option<Box<dyn Batches>>,
    /// The rows up to the last batch, and up to its end.
    rows: [u64; 2],
    /// Counts the bytes that are read, of all files.
    meter: Meter,
    /// Counts the rows instead.
    of_rows: Option<Meter>,
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
    pub fn open(source: Source, options: &ReadOptions) -> Result<Self> {
        let meter = Meter::default();
        meter.start(source.size().unwrap_or(0));
        Self::open_metered(source, options, meter)
    }

    /// Opens a table. `meter` counts its bytes.
    fn open_metered(mut source: Source, options: &ReadOptions, meter: Meter) -> Result<Self> {
        source.count(meter.clone());
        let name = source.name().to_owned();
        let format = match options.format {
            None => source.format()?,
            Some(format) => {
                source.refuse_foreign()?;
                format
            }
        };
        let written = source.written(format, options.encoding)?;
        let opened: Result<Box<dyn Batches>> = match format {
            Format::Parquet => parquet::read(source, options),
            Format::ArrowFile => ipc::read_file(source, options),
            Format::ArrowStream => ipc::read_stream(source, options),
            Format::Csv => csv::read(source, csv::COMMA, options),
            Format::Tsv => csv::read(source, csv::TAB, options),
            Format::GeoJson => geojson::read(source, Layout::Document, options),
            Format::GeoJsonLines => geojson::read(source, Layout::Lines, options),
            Format::FlatGeobuf => gis::read_flatgeobuf(source, options),
            Format::GeoPackage => gis::read_geopackage(source, options),
            Format::Shapefile => gis::read_shapefile(source, options),
        };
        let opened = opened.and_then(|batches| {
            options.limits.check_columns(batches.schema().fields().len())?;
            Ok(batches)
        });
        let batches = opened.map_err(|error| error.in_file(&name))?;
        Ok(Self { written, meter, ..Self::of(name, format, batches) })
    }

    /// Opens files of one format and one schema, such as [`find_inputs`](crate::find_inputs) finds, as
    /// one table. Their rows come in the order of the files.
    ///
    /// In GeoJSON, which has no schema, a column has a type that holds the values of all files.
    ///
    /// # Errors
    /// As [`open`](Self::open); and if a file is a pipe, or has other columns than the first: the error
    /// names both files.
    pub fn open_all(paths: &[PathBuf], options: &ReadOptions, stop: &Stop) -> Result<Self> {
        let [first, others @ ..] = paths else {
            return Err(Error::unsupported("expected at least one file, got none"));
        };
        let source = Source::open(first, stop)?;
        if others.is_empty() {
            return Self::open(source, options);
        }
        let mut source = source;
        let format = options.format.map_or_else(|| source.format(), Ok)?;
        let written = source.written(format, options.encoding)?;
        let meter = Meter::default();
        let batches = match format {
            Format::GeoJson => {
                geojson::read_all(parts::replays(paths)?, Layout::Document, options, stop.clone())?
            }
            Format::GeoJsonLines => {
                geojson::read_all(parts::replays(paths)?, Layout::Lines, options, stop.clone())?
            }
            Format::Csv
            | Format::Tsv
            | Format::Parquet
            | Format::ArrowFile
            | Format::ArrowStream
            | Format::FlatGeobuf
            | Format::GeoPackage
            | Format::Shapefile => {
                let options = ReadOptions { format: Some(format), ..options.clone() };
                let (paths, stop) = (paths.to_vec(), stop.clone());
                let of_part = meter.clone();
                let open = move |path: &Path| {
                    Self::open_metered(Source::open(path, &stop)?, &options, of_part.clone())
                };
                Box::new(Parts::new(paths, open)?)
            }
        };
        // Each file was opened for a look at its columns, and is opened again.
        let size = |path: &PathBuf| path.metadata().map_or(0, |there| there.len());
        meter.start(paths.iter().map(size).sum());
        Ok(Self { written, meter, ..Self::of(first.display().to_string(), format, batches) })
    }

    /// The layers of a file, of which [`open`](Self::open) reads one. Only GeoPackage has any.
    ///
    /// # Errors
    /// As [`open`](Self::open).
    pub fn layers(mut source: Source, options: &ReadOptions) -> Result<Vec<Layer>> {
        let format = options.format.map_or_else(|| source.format(), Ok)?;
        if format != Format::GeoPackage {
            return Ok(Vec::new());
        }
        let name = source.name().to_owned();
        gis::layers_of_geopackage(source, options).map_err(|error| error.in_file(name))
    }

    fn of(name: String, format: Format, batches: Box<dyn Batches>) -> Self {
        let primary = batches.primary_geometry().map(str::to_owned);
        let schema = batches.schema();
        Self {
            name,
            format,
            schema,
            primary,
            written: (None, None),
            batches: Some(batches),
            rows: [0; 2],
            meter: Meter::default(),
            of_rows: None,
        }
    }

    /// Tells from now on how much of the table has been read. Ask before the first batch.
    ///
    /// Rows are counted if [`total_rows`](Self::total_rows) knows their number, and otherwise bytes.
    pub fn meter(&mut self) -> Meter {
        let read = self.meter.clone();
        let before = read.read();
        let Some(total) = self.total_rows() else {
            // Files may have been opened again for an answer.
            read.set_read(before);
            return read;
        };
        let meter = self.of_rows.get_or_insert_default();
        meter.start(total);
        meter.clone()
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

    /// Where the rows of the last batch are in the file, for errors about a row.
    #[must_use]
    pub fn places(&self) -> Places {
        let places = self.batches.as_ref().and_then(|batches| batches.places());
        places.unwrap_or(Places::Rows(self.rows[0]))
    }

    /// The name of the geometry column that the file calls primary, as GeoParquet does.
    #[must_use]
    pub fn primary_geometry(&self) -> Option<&str> {
        self.primary.as_deref()
    }

    /// The number of rows of the whole table, if it is known without reading them: exact, and `None`
    /// rather than a guess. Of several files, it is the sum.
    ///
    /// | format | where it is |
    /// |---|---|
    /// | Parquet | in the footer |
    /// | Arrow IPC file | in the headers of the batches |
    /// | FlatGeobuf | in the header, unless its writer did not know |
    /// | GeoPackage | SQLite counts, which takes some time in a large file |
    /// | Shapefile | in the `.dbf` file, whose marks of deleted rows are read, or else the `.shx` file |
    /// | GeoJSON | counted when it was opened |
    /// | CSV, TSV, Arrow IPC stream | nowhere |
    ///
    /// ```
    /// use poly_match_io::{ReadOptions, Reader, Source};
    ///
    /// let text = r#"{"type": "FeatureCollection", "features": [
    ///     {"type": "Feature", "properties": null, "geometry": null}]}"#;
    /// let source = Source::bytes("one.geojson", text);
    /// let reader = Reader::open(source, &ReadOptions::default())?;
    /// assert_eq!(reader.total_rows(), Some(1));
    /// # Ok::<(), poly_match_io::Error>(())
    /// ```
    #[must_use]
    pub fn total_rows(&self) -> Option<u64> {
        self.batches.as_ref()?.total_rows()
    }

    /// What the file says of its table before its rows are read. Ask before the first batch.
    ///
    /// It takes a moment: the statistics of Parquet are read for it, and of several files each is opened.
    ///
    /// # Errors
    /// As [`open`](Self::open), if a file changed since.
    pub fn known(&self) -> Result<Known> {
        let Some(batches) = &self.batches else { return Ok(Known::default()) };
        let known = batches.known().map_err(|error| error.in_file(&self.name))?;
        let (codec, encoding) = self.written;
        Ok(Known { codec, encoding, ..known })
    }

    /// The name of the source; of several files, the one of the last batch.
    #[must_use]
    pub fn name(&self) -> &str {
        self.batches.as_ref().and_then(|batches| batches.file()).unwrap_or(&self.name)
    }
}

impl Part for Reader {
    fn schema(&self) -> SchemaRef {
        self.schema()
    }

    fn places(&self) -> Places {
        self.places()
    }

    fn primary_geometry(&self) -> Option<&str> {
        self.primary_geometry()
    }

    fn total_rows(&self) -> Option<u64> {
        self.total_rows()
    }

    fn known(&self) -> Result<Known> {
        self.known()
    }
}

impl Iterator for Reader {
    type Item = Result<RecordBatch>;

    fn next(&mut self) -> Option<Self::Item> {
        let batches = self.batches.as_mut()?;
        let next = batches.next();
        if let Some(Ok(batch)) = &next {
            let count = batch.num_rows() as u64;
            self.rows = [self.rows[1], self.rows[1] + count];
            if let Some(meter) = &self.of_rows {
                meter.add(count);
            }
        } else {
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
