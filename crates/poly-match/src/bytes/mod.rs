//! Bytes: arrays that own or borrow their memory, and the container of a saved matcher.
//!
//! Nothing here knows what a matcher is; `save` does.

pub(crate) mod array;
pub(crate) mod container;

pub(crate) use array::Array;
pub use array::Bytes;
