//! GeoPackage: a database of SQLite with tables that the standard names, <https://www.geopackage.org/spec140/>.
//!
//! A layer is a table: of features, with one column of geometry, or of attributes alone. Both ways stream:
//! memory does not grow with the rows. No SQL of the file runs, and reading writes nothing to it or beside
//! it.

mod blob;
mod cells;
mod columns;
mod crs;
mod database;
mod layers;
mod read;
#[cfg(test)]
mod tests;
mod times;
mod write;
mod written;
mod wrong;

use std::io::Write;
use std::path::PathBuf;

use arrow_schema::SchemaRef;

use crate::error::Result;
use crate::known::Layer;
use crate::options::{Batches, ReadOptions, Sink, WriteOptions};
use crate::source::Source;

pub(super) fn read(source: Source, options: &ReadOptions) -> Result<Box<dyn Batches>> {
    Ok(Box::new(read::LayerBatches::new(source, options)?))
}

/// The layers of a file.
pub(super) fn layers(source: Source, options: &ReadOptions) -> Result<Vec<Layer>> {
    let file = PathBuf::from(source.name());
    let connection = database::open(source, &options.limits)?;
    layers::Layer::listed(&connection, &file)
}

pub(super) fn write<'w>(
    out: impl Write + 'w,
    schema: &SchemaRef,
    options: &WriteOptions,
) -> Result<Box<dyn Sink + 'w>> {
    Ok(Box::new(write::LayerSink::new(out, schema, options)?))
}

/// A name in SQL.
fn identifier(name: &str) -> String {
    format!("\"{}\"", name.replace('"', "\"\""))
}
