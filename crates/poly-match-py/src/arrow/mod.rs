//! Columns of Arrow: those that a matcher keeps, and those of a result.
//!
//! May use: `run`.

pub(crate) mod numbers;
pub(crate) mod stream;
pub(crate) mod table;
mod untrusted;
