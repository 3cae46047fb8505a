//! Columns of Arrow that a matcher keeps: taken from Python, saved, and given back.
//!
//! May use: `run`.

pub(crate) mod stream;
pub(crate) mod table;
mod untrusted;
