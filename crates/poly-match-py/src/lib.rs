//! `poly_match_rs._native`: the Python binding of the core.
//!
//! The binding converts arguments and results, and calls the core. It contains no matching logic.
//!
//! The rooms, each using only those above it:
//!
//! | room | holds |
//! |---|---|
//! | [`errors`], [`run`] | exceptions; how the core runs without the GIL |
//! | [`arrow`] | columns of Arrow that a matcher keeps, or that a result gives |
//! | [`geometry`] | reads the caller's arrays, points, and polygons of other libraries |
//! | [`crs`] | coordinate systems that the caller's data declares |
//! | [`classes`] | `Polygon` and `MultiPolygon` |
//! | [`polygons`] | reads a list of polygons, of any class |
//! | [`check`] | finds what is suspicious in polygons |
//! | [`matcher`] | the prepared matcher: rule, queries, callables, saving |
//! | [`article`] | the article's functions |
//!
//! - **Objects.** The caller's polygons are read once into centres, areas and shapes. Results hold
//!   the caller's own objects: the core only knows their positions.
//! - **The GIL** is released while the core works ([`run`]). An (N, 2) float64 array of points is
//!   read in place, so a write by another thread during the call may or may not be seen. If Python
//!   code of the caller runs in between, such as a callable for *best*, the array is copied first:
//!   that code could resize the array, which frees its memory.
//! - **Signals** are checked while the core works, and in loops that hold the GIL ([`run`]).
//! - **Errors** of the core become built-in exceptions ([`errors`]). An exception raised by the
//!   caller's own code reaches the caller unchanged.

mod arrow;
mod article;
mod check;
mod classes;
mod crs;
mod errors;
mod geometry;
mod matcher;
mod polygons;
mod run;

/// The native module of `poly_match_rs`.
#[pyo3::pymodule]
mod _native {
    #[pymodule_export]
    use super::arrow::numbers::stream_numbers;
    #[pymodule_export]
    use super::arrow::table::ArrowTable;
    #[pymodule_export]
    use super::article::{
        find_all_close_polygons, find_close_polygons, match_pairs, select_best_polygon,
    };
    #[pymodule_export]
    use super::check::check_polygons;
    #[pymodule_export]
    use super::classes::multi_polygon::MultiPolygon;
    #[pymodule_export]
    use super::classes::polygon::Polygon;
    #[pymodule_export]
    use super::crs::{compare_crs, crs_named, degrees_of_columns};
    #[pymodule_export]
    use super::geometry::column::GeometryColumn;
    #[pymodule_export]
    use super::geometry::column::{coordinate_pairs, geometry_columns};
    #[pymodule_export]
    use super::matcher::criteria::{criteria, criterion};
    #[pymodule_export]
    use super::matcher::objects::objects_at;
    #[pymodule_export]
    use super::matcher::prepared::Matcher;
    #[pymodule_export]
    use super::matcher::query::{read_numbers, read_points};
    #[pymodule_export]
    use super::matcher::reach::reach;
    #[pymodule_export]
    use super::matcher::rule::Rule;
    #[pymodule_export]
    use super::matcher::store::{Saved, save, to_bytes};
    #[pymodule_export]
    use super::polygons::measure::{measure_polygons, measure_rings};
    #[pymodule_export]
    use super::polygons::outlines::outlines;

    /// Whether the extension was built with optimization.
    #[pymodule_export]
    const OPTIMIZED: bool = !cfg!(debug_assertions);

    /// The version of the package.
    #[pymodule_export]
    const VERSION: &str = env!("CARGO_PKG_VERSION");
}
