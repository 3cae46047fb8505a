//! Keep and carry: a matcher as a file or as bytes, and back.
//!
//! What Python keeps beside it, such as the caller's objects, travels along as bytes with a name.
//! What is in them is known to `poly_match._store` alone.

use std::io;
use std::path::PathBuf;
use std::sync::Arc;

use pyo3::exceptions::{PyOSError, PyValueError};
use pyo3::prelude::*;
use pyo3::pybacked::PyBackedBytes;
use pyo3::types::PyBytes;

use crate::errors::{Stop, exception};
use crate::matcher::Matcher;
use crate::run::detached;

/// Bytes that travel with a matcher, by name.
type Attached = Vec<(String, PyBackedBytes)>;

fn borrowed(attached: &Attached) -> Vec<(&str, &[u8])> {
    attached.iter().map(|(name, bytes)| (name.as_str(), bytes.as_ref())).collect()
}

/// Writes a matcher to a file, which appears whole or not at all.
#[pyfunction]
pub(crate) fn save(
    py: Python<'_>,
    matcher: &Bound<'_, Matcher>,
    path: PathBuf,
    attached: Attached,
) -> PyResult<()> {
    let matcher = &matcher.get().0;
    py.detach(|| poly_match_file::save(matcher, &path, &borrowed(&attached)))
        .map_err(|error| raised(&error, &path))
}

/// A matcher as bytes.
#[pyfunction]
pub(crate) fn to_bytes<'py>(
    matcher: &Bound<'py, Matcher>,
    attached: Attached,
) -> PyResult<Bound<'py, PyBytes>> {
    let (py, matcher) = (matcher.py(), &matcher.get().0);
    let mut bytes = Vec::new();
    py.detach(|| matcher.write_to(&mut bytes, &borrowed(&attached)))?;
    Ok(PyBytes::new(py, &bytes))
}

/// A matcher that was saved, with what travelled along.
#[pyclass(frozen, module = "poly_match_rs._native")]
pub(crate) struct Saved(poly_match::Saved);

#[pymethods]
impl Saved {
    /// Maps a file that `save` wrote.
    #[staticmethod]
    fn load(py: Python<'_>, path: PathBuf) -> PyResult<Self> {
        let loaded = detached(py, |poll| {
            match poly_match_file::load(&path, || poll().map_err(Unloaded::Stop)) {
                Ok(saved) => Ok(saved),
                Err(Unloaded::Stop(Stop::Core(error))) => {
                    let message = format!("{}: {error}", path.display());
                    Err(Stop::Raised(PyValueError::new_err(message)))
                }
                Err(Unloaded::Stop(stop)) => Err(stop),
                Err(Unloaded::Io(error)) => Err(Stop::Raised(raised(&error, &path))),
            }
        });
        loaded.map(Self)
    }

    /// Reads what `to_bytes` gave.
    #[staticmethod]
    fn from_bytes(py: Python<'_>, data: PyBackedBytes) -> PyResult<Self> {
        detached(py, |poll| poly_match::Saved::read(Arc::new(data), poll)).map(Self)
    }

    fn matcher(&self) -> Matcher {
        Matcher(self.0.matcher.clone())
    }

    /// How many groups the polygons are in; None where they have no groups.
    fn groups(&self) -> Option<usize> {
        self.0.groups()
    }

    /// Whether there are bytes of that name. They are not read.
    fn has_attached(&self, name: &str) -> bool {
        self.0.has_attached(name)
    }

    /// The bytes that were given a name; None where there are none.
    fn attached<'py>(&self, py: Python<'py>, name: &str) -> PyResult<Option<Bound<'py, PyBytes>>> {
        let found = py.detach(|| self.0.attached(name)).map_err(|error| exception(&error))?;
        Ok(found.map(|bytes| PyBytes::new(py, bytes)))
    }
}

/// Why a file is not loaded.
enum Unloaded {
    Io(io::Error),
    Stop(Stop),
}

impl From<io::Error> for Unloaded {
    fn from(error: io::Error) -> Self {
        Self::Io(error)
    }
}

impl From<poly_match::Error> for Unloaded {
    fn from(error: poly_match::Error) -> Self {
        Self::Stop(Stop::Core(error))
    }
}

/// The exception that Python's own `open` would raise.
fn raised(error: &io::Error, path: &std::path::Path) -> PyErr {
    match error.raw_os_error() {
        Some(number) => {
            let said = error.to_string();
            let said = said.split(" (os error").next().unwrap_or_default().to_owned();
            PyOSError::new_err((number, said, path.as_os_str().to_owned()))
        }
        None => io::Error::new(error.kind(), format!("{}: {error}", path.display())).into(),
    }
}
