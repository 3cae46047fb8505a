//! Arrow IPC: the file format, which is Feather V2, and the stream format.
//!
//! `check` looks at what a message claims, before `decode` lets `arrow-ipc` decode it.

mod check;
mod decode;
mod file;
mod lz4;
mod plain;
mod stream;
mod write;

pub(crate) use file::read_file;
pub(crate) use stream::read_stream;
pub(crate) use write::{write_file, write_stream};
