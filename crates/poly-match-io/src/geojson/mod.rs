//! GeoJSON: an object with features (RFC 7946), and features in lines or records (RFC 8142).
//!
//! `texts` finds the text of each feature, `feature` its members, `columns` the types of the columns;
//! `wrapper` finds them in another document; `cells` makes values of them, and `geometry` well-known binary. `read` puts them together. `write`
//! writes features.

mod cells;
mod columns;
mod coordinates;
mod feature;
mod features;
mod files;
mod found;
mod geometry;
mod member;
mod not_finite;
mod read;
mod text;
mod texts;
mod wrapper;
mod write;

use std::io::Write;

use arrow_schema::SchemaRef;

use crate::error::Result;
use crate::options::{Batches, ReadOptions, Sink, WriteOptions};
use crate::replay::Replay;
use crate::source::Source;
use crate::stop::Stop;

/// The key in the metadata of a field that tells the column with the ids of features, which GeoJSON
/// has beside the properties.
pub const FEATURE_ID: &str = "geojson:feature_id";

/// Whether features are in one object, or in lines.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Layout {
    Document,
    Lines,
}

pub(crate) fn read(
    source: Source,
    layout: Layout,
    options: &ReadOptions,
) -> Result<Box<dyn Batches>> {
    let name = source.name().to_owned();
    let stop = source.stop().clone();
    read_all(vec![(name, source.into_replay()?)], layout, options, stop)
}

/// Reads the features of files with names, one file after another. A column has a type that holds
/// the values of all files. The first time through them, too, ends at a request to stop.
pub(crate) fn read_all(
    files: Vec<(String, Replay)>,
    layout: Layout,
    options: &ReadOptions,
    stop: Stop,
) -> Result<Box<dyn Batches>> {
    let files = files::Files::new(files, layout, options, stop);
    Ok(Box::new(read::GeoJsonBatches::new(files, options)?))
}

pub(crate) fn write<'w>(
    out: impl Write + 'w,
    layout: Layout,
    schema: &SchemaRef,
    options: &WriteOptions,
) -> Result<Box<dyn Sink + 'w>> {
    Ok(Box::new(write::GeoJsonSink::new(out, layout, schema, options)?))
}
