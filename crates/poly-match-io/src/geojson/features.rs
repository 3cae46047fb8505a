//! Reads the texts of features, also those with NaN.

use std::borrow::Cow;

use super::feature::{Fault, Feature};
use super::found::Found;
use super::not_finite::null_for_nan;
use crate::error::{Error, Result};

/// Reads the texts of features, also those with NaN.
#[derive(Default)]
pub(super) struct Features {
    /// Whether a feature before had NaN. Others likely have it, too.
    has_nan: bool,
}

impl Features {
    /// Reads a feature, and calls `work` with it.
    ///
    /// # Errors
    /// Those of `work`, and the place of a text that is no feature.
    pub(super) fn with<T>(
        &mut self,
        found: &Found<'_>,
        work: impl FnOnce(&Feature<'_>) -> Result<T>,
    ) -> Result<T> {
        let failed = |fault| match fault {
            Fault::Json(error) => found.no_json(&error),
            Fault::What(what) => Error::malformed(what).at(found.place.clone()),
        };
        if !self.has_nan {
            match Feature::read(found.text) {
                Ok(feature) => return work(&feature),
                Err(fault @ Fault::What(_)) => return Err(failed(fault)),
                Err(fault @ Fault::Json(_)) => match null_for_nan(found.text) {
                    Cow::Borrowed(_) => return Err(failed(fault)),
                    Cow::Owned(_) => self.has_nan = true,
                },
            }
        }
        let text = null_for_nan(found.text);
        Feature::read(&text).map_err(failed).and_then(|feature| work(&feature))
    }
}
