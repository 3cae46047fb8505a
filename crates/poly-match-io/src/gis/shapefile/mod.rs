//! Shapefile: shapes in a `.shp` file, their columns in a `.dbf` file beside it, and in others the system
//! (`.prj`), the encoding of the text (`.cpg`), and where each shape is (`.shx`).
//!
//! `siblings` finds the files, `shapes` reads the records of shapes and `shape` one of them, with its `vertices`; `rings` puts
//! rings together as polygons; `dbf` reads the columns, and `encoding` their text. `read` puts them
//! together. `write` writes the files: `encode` the shapes, `table` the columns.
//!
//! Sources: ESRI Shapefile Technical Description (1998); the files that GDAL writes.

mod dbf;
mod encode;
mod encoding;
mod read;
mod rings;
mod shape;
mod shapes;
mod siblings;
mod table;
mod vertices;
mod write;

use std::io::Write;

use arrow_schema::SchemaRef;

use crate::error::Result;
use crate::options::{Batches, ReadOptions, ShapefileParts, Sink};
use crate::source::Source;

/// The types of shapes. With z they are 10 more, and with m 20.
const POINT: u32 = 1;
const LINE: u32 = 3;
const POLYGON: u32 = 5;
const MULTI_POINT: u32 = 8;

pub(super) fn read(source: Source, options: &ReadOptions) -> Result<Box<dyn Batches>> {
    Ok(Box::new(read::ShapefileBatches::new(source, options)?))
}

pub(super) fn write<'w>(
    out: ShapefileParts<impl Write + 'w>,
    schema: &SchemaRef,
) -> Result<Box<dyn Sink + 'w>> {
    Ok(Box::new(write::ShapefileSink::new(out, schema)?))
}
