//! A point in the plane.

/// A point in the plane: x, then y.
pub type Point = [f64; 2];
