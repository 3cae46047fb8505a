//! Points, boxes and polygons, and the exact predicates on their edges. No rules, no search.

pub(crate) mod bounds;
pub(crate) mod extent;
pub(crate) mod float;
pub(crate) mod polygon;
pub(crate) mod segment;
pub(crate) mod shapes;

pub use bounds::Bounds;
pub use polygon::{Center, Polygon};
pub use shapes::{Location, Shapes};

/// A point in the plane: x, then y.
pub type Point = [f64; 2];
