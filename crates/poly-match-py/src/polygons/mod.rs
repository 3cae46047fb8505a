//! Reads the caller's list of polygons, of any class, into centres, areas and shapes.
//!
//! May use: `geometry`, for objects of other libraries, and `classes`, for our own.

pub(crate) mod measure;
pub(crate) mod outlines;
mod own;
pub(crate) mod read;
pub(crate) mod skipping;
