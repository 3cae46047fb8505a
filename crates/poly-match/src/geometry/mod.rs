//! Points, boxes and polygons, and the exact predicates on their edges. No rules, no search.

pub(crate) mod bounds;
pub(crate) mod extent;
pub(crate) mod float;
pub(crate) mod measure;
pub(crate) mod offsets;
pub(crate) mod point;
pub(crate) mod polygon;
pub(crate) mod segment;
pub(crate) mod shapes;

pub use bounds::Bounds;
pub use point::Point;
pub use polygon::{Center, Polygon};
pub use shapes::{Location, Shapes};
