//! Tables in files as streams of Arrow record batches, for poly-match.
//!
//! A [`Reader`] is an iterator of batches with a known schema, whatever the format of the file. A
//! [`Writer`] takes batches and writes a file of a format. [`run`] reads, works and writes at the same
//! time, in threads. Everything is synchronous, and memory does not grow with the number of rows.
//!
//! | to | use |
//! |---|---|
//! | read a file | [`Source::open`], then [`Reader::open`] |
//! | write a file | [`Writer::new`], [`Writer::write`], [`Writer::finish`] |
//! | write a Shapefile, which is several files | [`Writer::shapefile`] |
//! | read several files, a folder or a pattern | [`find_inputs`], then [`Reader::open_all`] |
//! | say where a row is in a file | [`Reader::places`] |
//! | know how many rows there are, before they are read | [`Reader::total_rows`] |
//! | list the layers of a file | [`Reader::layers`] |
//! | know the bounds and types of geometry, before they are read | [`Reader::known`] |
//! | find the format of a file | [`Source::format`], [`Format::of_path`], [`Format::of_content`] |
//! | read, work and write at the same time | [`run`] |
//! | know the text of a value, as CSV has it | [`cells`] |
//! | read a stream twice | [`Copied`] |
//! | bound the memory | [`Limits`] |
//! | end a wait for a pipe | [`Stop`] |
//! | know what GeoParquet says of a column | [`geo`] |
//! | show only the error of a malformed file | [`hide_caught_panics`] |
//!
//! ```
//! use std::sync::Arc;
//!
//! use arrow_array::{Int64Array, RecordBatch};
//! use poly_match_io::{Format, ReadOptions, Reader, Source, Writer, WriteOptions};
//!
//! let ids = Int64Array::from(vec![7, 8, 9]);
//! let batch = RecordBatch::try_from_iter([("id", Arc::new(ids) as _)])?;
//!
//! let mut file = Vec::new();
//! let options = WriteOptions::default();
//! let mut writer = Writer::new(&mut file, Format::Parquet, &batch.schema(), &options)?;
//! writer.write(&batch)?;
//! writer.finish()?;
//!
//! let reader = Reader::open(Source::bytes("ids.parquet", file), &ReadOptions::default())?;
//! assert_eq!(reader.format(), Format::Parquet);
//! assert_eq!(reader.collect::<Result<Vec<_>, _>>()?, [batch]);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

// A build without some formats does not use all of what these share.
#![cfg_attr(
    not(all(feature = "flatgeobuf", feature = "geopackage", feature = "shapefile")),
    allow(dead_code)
)]

mod cells;
mod codec;
mod columns;
mod copied;
mod csv;
mod encoding;
mod error;
mod extent;
mod foreign;
mod format;
pub mod geo;
mod geojson;
mod gis;
mod guard;
mod inputs;
mod ipc;
mod known;
mod limits;
mod meter;
mod notation;
mod numbers;
mod options;
mod parquet;
mod parts;
mod pieces;
mod pipeline;
mod places;
mod points;
mod reader;
mod replay;
mod source;
mod stop;
mod systems;
mod values;
mod window;
mod writer;

pub use cells::cells;
pub use codec::Codec;
pub use copied::Copied;
pub use encoding::Encoding;
pub use error::{Cause, Error, Place, Remedy};
pub use format::Format;
pub use geojson::FEATURE_ID;
pub use guard::hide_caught_panics;
pub use inputs::find_inputs;
pub use known::{Known, KnownColumn, Layer};
pub use limits::Limits;
pub use meter::Meter;
pub use options::{Compression, CsvOptions, Quote, ReadOptions, ShapefileParts, WriteOptions};
pub use pipeline::run;
pub use places::Places;
pub use reader::Reader;
pub use source::Source;
pub use stop::Stop;
pub use writer::Writer;

/// The examples of the README run as tests.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;
