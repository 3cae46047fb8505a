//! How a table is read and written, and what a format implements.

use std::num::NonZeroUsize;

use arrow_array::RecordBatch;
use arrow_schema::SchemaRef;

use crate::codec::Codec;
use crate::encoding::Encoding;
use crate::error::Result;
use crate::format::Format;
use crate::known::Known;
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

    /// The number of rows of the whole table, if the file tells it without reading them.
    fn total_rows(&self) -> Option<u64> {
        None
    }

    /// What the file says of the whole table, if that is more than the number of rows.
    fn known(&self) -> Result<Known> {
        Ok(Known { rows: self.total_rows(), ..Known::default() })
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
    /// How CSV and TSV are written.
    pub csv: CsvOptions,
    /// The encoding of text: CSV, TSV, and GeoJSON. By default UTF-8, or UTF-16 if a byte order mark
    /// says so.
    pub encoding: Option<Encoding>,
    /// The columns to read, by name. They come in the order of the file. By default all are read.
    pub columns: Option<Vec<String>>,
    /// The layer to read of a file that has several, such as GeoPackage. By default its only layer of
    /// features is read.
    pub layer: Option<String>,
    /// Bounds of batches and of memory.
    pub limits: Limits,
}

/// How text of CSV or TSV is written. What is not given is found in its first records.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct CsvOptions {
    /// The ASCII character between the cells of a record. It is found among `,`, `;`, tab and `|`.
    pub delimiter: Option<u8>,
    /// What may stand around a cell. It is found among `"` and `'`.
    pub quote: Option<Quote>,
    /// Whether the first record has the names of the columns. Otherwise these are `#1`, `#2`, and so
    /// on. By default it has.
    pub header: bool,
}

impl Default for CsvOptions {
    fn default() -> Self {
        Self { delimiter: None, quote: None, header: true }
    }
}

/// What may stand around a cell of CSV.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Quote {
    /// This ASCII character; two of them in a quoted cell are one.
    Character(u8),
    /// Nothing: `"` is a character as any other.
    None,
}

impl Quote {
    /// The byte around a cell; one that UTF-8 does not have if there is none.
    pub(crate) fn byte(self) -> u8 {
        match self {
            Self::Character(byte) => byte,
            Self::None => u8::MAX,
        }
    }
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
