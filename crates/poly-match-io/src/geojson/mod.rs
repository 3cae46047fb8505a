//! GeoJSON: an object with features (RFC 7946), and features in lines or records (RFC 8142).
//!
//! `pieces` finds the text of each feature, `feature` its members, `columns` the types of the columns,
//! `geometry` makes well-known binary. `read` puts them together; `write` writes features.

mod columns;
mod feature;
mod geometry;
mod not_finite;
mod pieces;
mod read;
pub(crate) mod text;
mod write;

use std::io::Write;

use arrow_schema::SchemaRef;

use crate::error::Result;
use crate::options::{Batches, ReadOptions, Sink, WriteOptions};
use crate::source::Source;
use crate::window::longest_record;
use pieces::Pieces;

/// The key in the metadata of the column that holds the ids of features. They stand beside the
/// properties.
pub(crate) const FEATURE_ID: &str = "geojson:feature_id";

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
    let replay = source.into_replay()?;
    let longest = longest_record(&options.limits);
    let open = || match layout {
        Layout::Document => Pieces::of_document(replay.open(), longest),
        Layout::Lines => Pieces::of_lines(replay.open(), longest),
    };
    Ok(Box::new(read::GeoJsonBatches::new(open, options)?))
}

pub(crate) fn write<'w>(
    out: impl Write + 'w,
    layout: Layout,
    schema: &SchemaRef,
    options: &WriteOptions,
) -> Result<Box<dyn Sink + 'w>> {
    Ok(Box::new(write::GeoJsonSink::new(out, layout, schema, options)?))
}
