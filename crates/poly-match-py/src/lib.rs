//! `poly_match_rs._native`: the core, for Python.
//!
//! The binding converts, then delegates; it decides nothing about matches.
//!
//! - **Objects.** The caller's polygons are read once ([`polygons`]) into centres and areas, and are
//!   handed back by identity: the core knows their positions only.
//! - **The GIL** is released while the core works ([`run`]). An (N, 2) float64 array of points is
//!   then read in place, so a write to it by another thread during the call may or may not be seen.
//! - **Errors** of the core become built-in exceptions ([`errors`]); an exception raised by the
//!   caller's own code reaches the caller as it was raised.

mod arrays;
mod article;
mod errors;
mod matcher;
mod points;
mod polygon;
mod polygons;
mod run;

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
    use super::polygon::Polygon;

    /// Whether the extension was built for speed.
    #[pymodule_export]
    const OPTIMIZED: bool = !cfg!(debug_assertions);
}
