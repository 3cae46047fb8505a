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

/// Raises or skips, and remembers what was skipped.
pub(super) struct Skipping {
    /// None where the caller cannot choose.
    on_invalid: Option<OnInvalid>,
    positions: Vec<usize>,
}

impl Skipping {
    pub(super) fn new(on_invalid: Option<OnInvalid>) -> Self {
        Self { on_invalid, positions: Vec::new() }
    }

    /// Skips the object at `position`, or returns the error.
    pub(super) fn refuse(&mut self, position: usize, why: NoPolygon) -> PyResult<()> {
        match self.on_invalid {
            None => Err(why.exception("")),
            Some(OnInvalid::Raise) => Err(why.exception("; on_invalid='skip' skips it")),
            Some(OnInvalid::Skip) => {
                self.positions.push(position);
                Ok(())
            }
        }
    }

    /// Whether each of `count` objects was skipped; empty if none was.
    pub(super) fn flags(self, count: usize) -> Vec<bool> {
        if self.positions.is_empty() {
            return Vec::new();
        }
        let mut flags = vec![false; count];
        self.positions.into_iter().for_each(|position| flags[position] = true);
        flags
    }
}
