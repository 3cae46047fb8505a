//! `poly_match_rs._native`: the core, for Python.
//!
//! The binding converts, then delegates; it decides nothing about matches.
//!
//! - **Objects.** The caller's polygons are read once ([`polygons`]) into centres, areas and shapes,
//!   and are handed back by identity: the core knows their positions only.
//! - **The GIL** is released while the core works ([`run`]). An (N, 2) float64 array of points is
//!   then read in place, so a write to it by another thread during the call may or may not be seen.
//!   Where code of the caller's runs in between, such as a callable for *best*, it is copied first:
//!   that code could resize the array, which takes its memory away.
//! - **Signals** are looked for while the core works, and in loops that hold the GIL ([`run`]).
//! - **Errors** of the core become built-in exceptions ([`errors`]); an exception raised by the
//!   caller's own code reaches the caller as it was raised.

mod arrays;
mod article;
mod callable;
mod errors;
mod foreign;
mod geometry;
mod holes;
mod keys;
mod matcher;
mod measure;
mod multi_polygon;
mod points;
mod polygon;
mod polygons;
mod query;
mod rings;
mod rule;
mod run;
mod shapely;
mod store;

/// The native half of `poly_match_rs`.
#[pyo3::pymodule]
mod _native {
    #[pymodule_export]
    use super::article::{
        find_all_close_polygons, find_close_polygons, match_pairs, select_best_polygon,
    };
    #[pymodule_export]
    use super::matcher::{Matcher, objects_at};
    #[pymodule_export]
    use super::measure::{measure_polygons, measure_rings};
    #[pymodule_export]
    use super::multi_polygon::MultiPolygon;
    #[pymodule_export]
    use super::polygon::Polygon;
    #[pymodule_export]
    use super::query::{read_numbers, read_points};
    #[pymodule_export]
    use super::rule::Rule;
    #[pymodule_export]
    use super::store::{Saved, save, to_bytes};

    /// Whether the extension was built for speed.
    #[pymodule_export]
    const OPTIMIZED: bool = !cfg!(debug_assertions);
}
