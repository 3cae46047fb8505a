//! How a table is read and written, and what a format implements.

use std::num::NonZeroUsize;

use arrow_array::RecordBatch;
use arrow_schema::SchemaRef;

use crate::codec::Codec;
use crate::error::Result;
use crate::format::Format;
use crate::limits::Limits;
use crate::places::Places;

/// The record batches of a table. All have the schema that is known before the first.
///
/// A format implements this; users meet [`Reader`](crate::Reader).
pub(crate) trait Batches: Iterator<Item = Result<RecordBatch>> + Send {
    /// The schema of all batches.
    fn schema(&self) -> SchemaRef;

    /// The name of the file of the last batch, if there are several.
    fn file(&self) -> Option<&str> {
        None
    }

    /// Where the rows of the last batch are in the file, if that is more than their positions.
    fn places(&self) -> Option<Places> {
        None
    }

    /// The name of the geometry column that the file calls primary.
    fn primary_geometry(&self) -> Option<&str> {
        None
    }
}

/// Takes the record batches of a table. A format implements this; users meet [`Writer`](crate::Writer).
pub(crate) trait Sink {
    /// Writes a batch, at the latest when the table is finished.
    fn write(&mut self, batch: &RecordBatch) -> Result<()>;

    /// The columns that the format calls otherwise: their names, and those in the file.
    fn renamed(&self) -> &[(String, String)] {
        &[]
    }

    /// Writes what is left, and the end of the table.
    fn finish(self: Box<Self>) -> Result<()>;
}

/// How a table is read.
#[derive(Debug, Clone, Default)]
#[non_exhaustive]
pub struct ReadOptions {
    /// The format. By default it is found by the content or the extension.
    pub format: Option<Format>,
    /// The columns to read, by name. They come in the order of the file. By default all are read.
    pub columns: Option<Vec<String>>,
    /// The layer to read of a file that has several, such as GeoPackage. By default its only layer of
    /// features is read.
    pub layer: Option<String>,
    /// Bounds of batches and of memory.
    pub limits: Limits,
}

/// How the data of a table is compressed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Compression {
    /// The usual one of the format: Zstandard for Parquet, none for the others.
    #[default]
    Usual,
    /// None.
    Uncompressed,
    /// Snappy, which only Parquet has.
    Snappy,
    /// LZ4.
    Lz4,
    /// Zstandard.
    Zstd,
}

/// How a table is written.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct WriteOptions {
    /// How the data is compressed.
    pub compression: Compression,
    /// How the whole file is compressed, if its format is text: CSV, TSV, or GeoJSON.
    pub codec: Option<Codec>,
    /// How many threads encode the columns of Parquet. By default one per core, at most 4. It does not
    /// change the file.
    pub threads: Option<NonZeroUsize>,
    /// In GeoParquet, whether a column of well-known binary gets a covering column, with the bounding
    /// box of each row. By default it does.
    pub covering: bool,
    /// In GeoParquet, the geometry column that is called primary. By default the first.
    pub primary_geometry: Option<String>,
    /// In GeoPackage and FlatGeobuf, the name of the layer.
    pub layer: Option<String>,
}

impl Default for WriteOptions {
    fn default() -> Self {
        Self {
            compression: Compression::Usual,
            codec: None,
            threads: None,
            covering: true,
            primary_geometry: None,
            layer: None,
        }
    }
}

/// The files of a Shapefile.
#[derive(Debug, Default)]
pub struct ShapefileParts<W> {
    /// The shapes, `.shp`.
    pub shp: W,
    /// Where each shape is, `.shx`.
    pub shx: W,
    /// The columns, `.dbf`.
    pub dbf: W,
    /// The definition of the coordinate system, `.prj`. It is empty if there is none.
    pub prj: W,
    /// The encoding of the text, `.cpg`.
    pub cpg: W,
}

impl<W> ShapefileParts<W> {
    /// The extensions of the files, in the order that [`of`](Self::of) takes them.
    pub const EXTENSIONS: [&str; 5] = ["shp", "shx", "dbf", "prj", "cpg"];

    /// The files, in the order of their [extensions](Self::EXTENSIONS).
    #[must_use]
    pub fn of([shp, shx, dbf, prj, cpg]: [W; 5]) -> Self {
        Self { shp, shx, dbf, prj, cpg }
    }

    /// Each file, to write to it.
    pub fn each_mut(&mut self) -> ShapefileParts<&mut W> {
        let Self { shp, shx, dbf, prj, cpg } = self;
        ShapefileParts { shp, shx, dbf, prj, cpg }
    }
}
