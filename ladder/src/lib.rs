//! The article's ladder in Rust: one file per rung, each the least change from the one before.
//!
//! The extension module is `ladder_rs`; every rung is a submodule of it, so that all of them can be
//! measured in one process. Nothing of the product lives here: these are the versions that it is
//! measured against. The Python halves of the rungs are in `ladder/rungs/`.

mod mean;
mod naive;
mod no_alloc;
mod outer_loop;
mod polygon;

use pyo3::prelude::*;

/// The Rust rungs of the ladder, one submodule each.
#[pymodule]
mod ladder_rs {
    #[pymodule_export]
    use crate::naive::naive;
    #[pymodule_export]
    use crate::no_alloc::no_alloc;
    #[pymodule_export]
    use crate::outer_loop::outer_loop;
    #[pymodule_export]
    use crate::polygon::polygon;

    /// Whether this module was built without optimization (the ladder measures both).
    #[pymodule_export]
    const DEBUG: bool = cfg!(debug_assertions);
}
