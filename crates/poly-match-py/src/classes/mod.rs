//! The classes `Polygon` and `MultiPolygon`, which researchers subclass.
//!
//! `__new__` reads the coordinates from the arguments of the call. In a subclass with an `__init__`
//! of its own, that is provisional: the first `super().__init__` that brings coordinates decides,
//! and if there is none, those of the call stay ([`held`], [`constructor`]).
//!
//! May use: `geometry`, to read what their constructors are given.

mod arguments;
mod arrays;
mod constructor;
pub(crate) mod coordinates;
mod held;
mod interface;
pub(crate) mod multi_polygon;
mod numbers;
pub(crate) mod parts;
pub(crate) mod polygon;
mod svg;
