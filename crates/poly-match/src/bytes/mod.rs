//! Bytes: arrays that own or borrow their memory, and the container of a saved matcher.

pub(crate) mod array;
pub(crate) mod container;

pub(crate) use array::Array;
pub use array::Bytes;
