//! What happens to an object that holds no polygon: it is an error, or it is skipped.

use pyo3::prelude::*;

use crate::geometry::refused::NoPolygon;

/// What to do with an object that holds no polygon.
#[derive(Clone, Copy)]
pub(crate) enum OnInvalid {
    Raise,
    /// It keeps its position, and matches nothing.
    Skip,
}

/// Raises or skips, and remembers which objects match nothing.
pub(super) struct Skipping {
    /// None where the caller cannot choose.
    on_invalid: Option<OnInvalid>,
    /// Whether each object matches nothing, up to the last that does.
    flags: Vec<bool>,
}

impl Skipping {
    pub(super) fn new(on_invalid: Option<OnInvalid>) -> Self {
        Self { on_invalid, flags: Vec::new() }
    }

    /// Skips the object at `position`, which holds no polygon, or returns the error.
    pub(super) fn refuse(&mut self, position: usize, why: NoPolygon) -> PyResult<()> {
        match self.on_invalid {
            None => Err(why.exception("")),
            Some(OnInvalid::Raise) => Err(why.exception("; on_invalid='skip' skips it")),
            Some(OnInvalid::Skip) => {
                self.leave_out(position);
                Ok(())
            }
        }
    }

    /// Leaves out the object at `position`, which comes after all that were left out before.
    #[inline]
    pub(super) fn leave_out(&mut self, position: usize) {
        self.flags.resize(position, false);
        self.flags.push(true);
    }

    /// Whether each of `count` objects matches nothing; empty if none does.
    pub(super) fn flags(mut self, count: usize) -> Vec<bool> {
        if !self.flags.is_empty() {
            self.flags.resize(count, false);
        }
        self.flags
    }
}
