//! Parquet, GeoParquet among it.
//!
//! Of a file, nothing is allocated that was not checked before: `header` reads the header of a page,
//! `chunk` holds it against its column chunk, `budget` counts the memory, and `pages` bounds what values
//! take. `group` says how many rows make a batch.
//!
//! `native` and `geometry` say what the geometry columns are, when a file is read and written. `known` says
//! what the footer tells of the columns.
//!
//! `write` cuts tables into row groups, whose columns `encode` encodes in threads.

mod budget;
mod chunk;
mod encode;
mod geometry;
mod group;
mod header;
mod known;
mod native;
mod pages;
mod prefixes;
mod read;
mod write;

pub(crate) use read::read;
pub(crate) use write::write;
