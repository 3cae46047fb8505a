//! Parquet, GeoParquet among it.
//!
//! Of a file, nothing is allocated that was not checked before: `header` reads the header of a page,
//! `chunk` holds it against its column chunk, `budget` counts the memory, and `pages` bounds what values
//! take. `group` says how many rows make a batch.

mod budget;
mod chunk;
mod group;
mod header;
mod pages;
mod prefixes;
mod read;
mod write;

pub(crate) use read::read;
pub(crate) use write::write;
