//! Saves a matcher to a file or to bytes, and loads it.
//!
//! Python data such as the caller's objects are saved with it, as named bytes. Only
//! `poly_match._store` knows their content.

use std::ffi::OsStr;
use std::io;
use std::os::unix::ffi::OsStrExt;
use std::path::PathBuf;
use std::sync::Arc;

use poly_match::Options;
use pyo3::exceptions::{PyOSError, PyValueError};
use pyo3::prelude::*;
use pyo3::pybacked::PyBackedBytes;
use pyo3::types::PyBytes;

use crate::crs::Systems;
use crate::errors::{Stop, exception};
use crate::matcher::prepared::Matcher;
use crate::run::detached;

/// Named bytes that are saved with a matcher.
type Attached = Vec<(String, PyBackedBytes)>;

fn borrowed(attached: &Attached) -> Vec<(&str, &[u8])> {
    attached.iter().map(|(name, bytes)| (name.as_str(), bytes.as_ref())).collect()
}

/// Writes a matcher to a file, whole or not at all.
#[pyfunction]
pub(crate) fn save(
    py: Python<'_>,
    matcher: &Bound<'_, Matcher>,
    path: Named,
    attached: Attached,
) -> PyResult<()> {
    let matcher = &matcher.get().core;
    detached(py, |poll| {
        let poll = || poll().map_err(Failed::Stop);
        poly_match_file::save_with(matcher, &path.path, &borrowed(&attached), poll)
            .map_err(|failed| failed.stop(&path))
    })
}

/// The path of a file, and the object that the caller passed as its path.
pub(crate) struct Named {
    path: PathBuf,
    /// A str or bytes, for the exception.
    given: Py<PyAny>,
}

impl<'py> FromPyObject<'_, 'py> for Named {
    type Error = PyErr;

    fn extract(given: Borrowed<'_, 'py, PyAny>) -> PyResult<Self> {
        let path = match given.cast::<PyBytes>() {
            Ok(bytes) => PathBuf::from(OsStr::from_bytes(bytes.as_bytes())),
            Err(_) => given.extract()?,
        };
        if path.as_os_str().as_bytes().contains(&0) {
            return Err(PyValueError::new_err("embedded null byte"));
        }
        Ok(Self { path, given: given.to_owned().unbind() })
    }
}

/// Writes a matcher to bytes.
#[pyfunction]
pub(crate) fn to_bytes<'py>(
    matcher: &Bound<'py, Matcher>,
    attached: Attached,
) -> PyResult<Bound<'py, PyBytes>> {
    let (py, matcher) = (matcher.py(), &matcher.get().core);
    let mut bytes = Vec::new();
    detached(py, |poll| matcher.prepare_with(Options::default(), poll))?;
    py.detach(|| matcher.write_to(&mut bytes, &borrowed(&attached)))?;
    Ok(PyBytes::new(py, &bytes))
}

/// A loaded matcher, with the named bytes saved with it.
#[pyclass(frozen, module = "poly_match_rs._native")]
pub(crate) struct Saved(poly_match::Saved);

#[pymethods]
impl Saved {
    /// Maps a file that `save` wrote.
    #[staticmethod]
    fn load(py: Python<'_>, path: Named) -> PyResult<Self> {
        let loaded = detached(py, |poll| {
            poly_match_file::load(&path.path, || poll().map_err(Failed::Stop)).map_err(|failed| {
                match failed {
                    Failed::Stop(Stop::Core(error)) => {
                        let message = format!("{}: {error}", path.path.display());
                        Stop::Raised(PyValueError::new_err(message))
                    }
                    failed => failed.stop(&path),
                }
            })
        });
        loaded.map(Self)
    }

    /// Reads the bytes that `to_bytes` wrote.
    #[staticmethod]
    fn from_bytes(py: Python<'_>, data: PyBackedBytes) -> PyResult<Self> {
        detached(py, |poll| poly_match::Saved::read(Arc::new(data), poll)).map(Self)
    }

    /// The matcher, with the coordinate system of its polygons, a `poly_match_rs._crs.System`.
    #[pyo3(signature = (crs, planar))]
    fn matcher(&self, crs: Option<Bound<'_, PyAny>>, planar: bool) -> PyResult<Matcher> {
        let core = self.0.matcher.clone();
        let systems = Systems::saved(crs, core.near(), planar)?;
        Ok(Matcher { core, systems })
    }

    /// The number of groups; None if the polygons have no groups.
    fn groups(&self) -> Option<usize> {
        self.0.groups()
    }

    /// Whether there are bytes with this name. It does not read them.
    fn has_attached(&self, name: &str) -> bool {
        self.0.has_attached(name)
    }

    /// The bytes with this name; None if there are none.
    fn attached<'py>(&self, py: Python<'py>, name: &str) -> PyResult<Option<Bound<'py, PyBytes>>> {
        let found = py.detach(|| self.0.attached(name)).map_err(|error| exception(&error))?;
        Ok(found.map(|bytes| PyBytes::new(py, bytes)))
    }
}

/// Why saving or loading failed.
enum Failed {
    Io(io::Error),
    Stop(Stop),
}

impl Failed {
    fn stop(self, path: &Named) -> Stop {
        match self {
            Self::Io(error) => Stop::Raised(raised(&error, path)),
            Self::Stop(stop) => stop,
        }
    }
}

impl From<io::Error> for Failed {
    fn from(error: io::Error) -> Self {
        Self::Io(error)
    }
}

impl From<poly_match::Error> for Failed {
    fn from(error: poly_match::Error) -> Self {
        Self::Stop(Stop::Core(error))
    }
}

/// The exception that Python's `open` would raise.
fn raised(error: &io::Error, path: &Named) -> PyErr {
    let Some(number) = error.raw_os_error() else {
        let message = format!("{}: {error}", path.path.display());
        return io::Error::new(error.kind(), message).into();
    };
    let said = error.to_string();
    let said = said.split(" (os error").next().unwrap_or_default().to_owned();
    Python::attach(|py| PyOSError::new_err((number, said, path.given.clone_ref(py))))
}
