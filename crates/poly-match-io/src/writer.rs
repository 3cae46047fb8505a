//! Writes a table of any format, batch by batch.

use std::fmt;
use std::io::Write;

use arrow_array::RecordBatch;
use arrow_schema::{Schema, SchemaRef};

use crate::error::{Error, Result};
use crate::format::Format;
use crate::geojson::Layout;
use crate::options::{ShapefileParts, Sink, WriteOptions};
use crate::{csv, geojson, gis, ipc, parquet};

/// Writes record batches of one schema as a table of a format.
pub struct Writer<'w> {
    schema: SchemaRef,
    sink: Box<dyn Sink + 'w>,
}

impl<'w> Writer<'w> {
    /// Starts a table.
    ///
    /// In Parquet, columns with an extension type of GeoArrow become geometry columns of GeoParquet.
    ///
    /// # Errors
    /// [`Cause::Unsupported`](crate::Cause::Unsupported) if the format cannot hold the schema, and
    /// the errors of `out`.
    pub fn new(
        out: impl Write + 'w,
        format: Format,
        schema: &SchemaRef,
        options: &WriteOptions,
    ) -> Result<Self> {
        if let Some(codec) = options.codec.filter(|_| !format.is_text()) {
            let codec = codec.name();
            return Err(Error::unsupported(format_args!(
                "{format} compresses its own data: it cannot be written with {codec}"
            )));
        }
        let sink: Box<dyn Sink + 'w> = match format {
            Format::Parquet => parquet::write(out, schema, options)?,
            Format::ArrowFile => ipc::write_file(out, schema, options)?,
            Format::ArrowStream => ipc::write_stream(out, schema, options)?,
            Format::Csv => csv::write(out, csv::COMMA, schema, options)?,
            Format::Tsv => csv::write(out, csv::TAB, schema, options)?,
            Format::GeoJson => geojson::write(out, Layout::Document, schema, options)?,
            Format::GeoJsonLines => geojson::write(out, Layout::Lines, schema, options)?,
            Format::FlatGeobuf => gis::write_flatgeobuf(out, schema, options)?,
            Format::GeoPackage => gis::write_geopackage(out, schema, options)?,
            Format::Shapefile => {
                return Err(Error::unsupported(
                    "a Shapefile is several files, so it cannot go to stdout or a pipe: name a .shp file",
                ));
            }
        };
        Ok(Self { schema: schema.clone(), sink })
    }

    /// Starts a Shapefile, which is several files. All are written at the end.
    ///
    /// Names of columns are shortened to 10 bytes: see [`renamed`](Self::renamed).
    ///
    /// ```
    /// use std::sync::Arc;
    ///
    /// use arrow_array::{Int64Array, RecordBatch};
    /// use poly_match_io::{ShapefileParts, Writer};
    ///
    /// let ids = Int64Array::from(vec![7, 8, 9]);
    /// let batch = RecordBatch::try_from_iter([("a_long_identifier", Arc::new(ids) as _)])?;
    ///
    /// let mut files = ShapefileParts::<Vec<u8>>::default();
    /// let mut writer = Writer::shapefile(files.each_mut(), &batch.schema())?;
    /// writer.write(&batch)?;
    /// assert_eq!(writer.renamed(), [("a_long_identifier".to_owned(), "a_long_ide".to_owned())]);
    /// writer.finish()?;
    /// assert_eq!((files.shp.len(), files.shx.len()), (100 + 3 * 12, 100 + 3 * 8));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    /// As [`new`](Self::new).
    pub fn shapefile(out: ShapefileParts<impl Write + 'w>, schema: &SchemaRef) -> Result<Self> {
        Ok(Self { schema: schema.clone(), sink: gis::write_shapefile(out, schema)? })
    }

    /// The columns that the format calls otherwise: their names, and those in the file.
    #[must_use]
    pub fn renamed(&self) -> &[(String, String)] {
        self.sink.renamed()
    }

    /// Writes a batch. Parquet collects batches until they make a row group.
    ///
    /// # Errors
    /// [`Cause::Malformed`](crate::Cause::Malformed) if the batch has other columns than the table,
    /// and the errors of `out`.
    pub fn write(&mut self, batch: &RecordBatch) -> Result<()> {
        if !have_same_columns(&self.schema, batch.schema_ref()) {
            return Err(Error::malformed(format_args!(
                "expected a batch with the columns [{}], got [{}]",
                columns(&self.schema),
                columns(batch.schema_ref())
            )));
        }
        self.sink.write(batch)
    }

    /// Writes what is left, and the end of the table. A table without it is truncated.
    ///
    /// # Errors
    /// The errors of `out`.
    pub fn finish(self) -> Result<()> {
        self.sink.finish()
    }
}

impl fmt::Debug for Writer<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Writer").field("schema", &self.schema).finish_non_exhaustive()
    }
}

/// Whether names and types are the same; metadata may differ.
fn have_same_columns(a: &Schema, b: &Schema) -> bool {
    std::ptr::eq(a, b)
        || (a.fields().len() == b.fields().len()
            && a.fields()
                .iter()
                .zip(b.fields())
                .all(|(a, b)| a.name() == b.name() && a.data_type().equals_datatype(b.data_type())))
}

fn columns(schema: &Schema) -> String {
    const MOST: usize = 8;
    let mut columns: Vec<_> = (schema.fields().iter().take(MOST))
        .map(|field| format!("{}: {}", crate::error::quoted(field.name()), field.data_type()))
        .collect();
    if schema.fields().len() > MOST {
        columns.push(format!("and {} more", schema.fields().len() - MOST));
    }
    columns.join(", ")
}
