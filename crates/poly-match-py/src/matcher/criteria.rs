//! The criteria of a rule as Python gives them: words, and keys as arrays.
//!
//! Python has read the keys already: see `python/poly_match/_keys.py`.

use numpy::{PyArray1, PyArrayMethods, PyReadonlyArray1};
use poly_match::{Best, Criterion, Error, Key};
use pyo3::exceptions::{PyTypeError, PyValueError};
use pyo3::prelude::*;
use pyo3::types::PyString;

/// A criterion that owns its key.
pub(crate) enum Chosen {
    /// A word; never one that names a column.
    Word(Criterion),
    Key {
        values: Values,
        missing: Option<Vec<bool>>,
        is_largest_first: bool,
    },
}

/// The values of a key.
pub(crate) enum Values {
    Float(Vec<f64>),
    Signed(Vec<i64>),
    Unsigned(Vec<u64>),
}

/// A word and None, or "min" or "max" and a column.
type Pair = (&'static str, Option<String>);

/// Reads a list of criteria: one text with commas, or several texts.
#[pyfunction]
pub(crate) fn criteria(texts: Vec<String>) -> PyResult<Vec<Pair>> {
    let criteria = Criterion::parse(&texts).map_err(|error| of_best(&error))?;
    Ok(criteria.into_iter().map(pair).collect())
}

/// Reads one criterion, which may have commas.
#[pyfunction]
pub(crate) fn criterion(text: &str) -> PyResult<Pair> {
    text.parse().map(pair).map_err(|error| of_best(&error))
}

fn of_best(error: &Error) -> PyErr {
    PyValueError::new_err(format!("best: {error}"))
}

fn pair(criterion: Criterion) -> Pair {
    match criterion {
        Criterion::Smallest => ("smallest", None),
        Criterion::Largest => ("largest", None),
        Criterion::Nearest => ("nearest", None),
        Criterion::First => ("first", None),
        Criterion::Min(column) => ("min", Some(column)),
        Criterion::Max(column) => ("max", Some(column)),
    }
}

impl<'a, 'py> FromPyObject<'a, 'py> for Chosen {
    type Error = PyErr;

    /// Takes a word, or a tuple of values, missing or None, and whether the largest wins.
    fn extract(item: Borrowed<'a, 'py, PyAny>) -> PyResult<Self> {
        if let Ok(word) = item.cast::<PyString>() {
            return word.to_str()?.parse().map(Self::Word).map_err(|error| of_best(&error));
        }
        let (values, missing, is_largest_first): (
            Bound<'py, PyAny>,
            Option<PyReadonlyArray1<'py, bool>>,
            bool,
        ) = item.extract()?;
        let missing = missing.map(|missing| missing.as_array().to_vec());
        Ok(Self::Key { values: Values::read(&values)?, missing, is_largest_first })
    }
}

impl Values {
    fn read(values: &Bound<'_, PyAny>) -> PyResult<Self> {
        if let Ok(values) = values.cast::<PyArray1<f64>>() {
            return Ok(Self::Float(values.readonly().as_array().to_vec()));
        }
        if let Ok(values) = values.cast::<PyArray1<i64>>() {
            return Ok(Self::Signed(values.readonly().as_array().to_vec()));
        }
        if let Ok(values) = values.cast::<PyArray1<u64>>() {
            return Ok(Self::Unsigned(values.readonly().as_array().to_vec()));
        }
        Err(PyTypeError::new_err("keys must be an array of float64, int64 or uint64"))
    }
}

impl Chosen {
    /// The criterion of the core. `areas` are those of all polygons.
    pub(crate) fn best<'k>(&'k self, areas: &'k [f64], nulls_last: bool) -> Best<'k> {
        match self {
            Self::Word(Criterion::Smallest) => Best::key(areas),
            Self::Word(Criterion::Largest) => Best::Key(Key::from(areas).largest_first()),
            Self::Word(Criterion::Nearest) => Best::Nearest,
            Self::Word(Criterion::First | Criterion::Min(_) | Criterion::Max(_)) => Best::First,
            Self::Key { values, missing, is_largest_first } => {
                let key = match values {
                    Values::Float(values) => Key::from(values),
                    Values::Signed(values) => Key::from(values),
                    Values::Unsigned(values) => Key::from(values),
                };
                let key = if *is_largest_first { key.largest_first() } else { key };
                let key = if nulls_last { key.nulls_last() } else { key };
                Best::Key(missing.as_ref().map_or(key, |missing| key.missing(missing)))
            }
        }
    }

    /// The word, if it compares areas.
    pub(crate) fn of_areas(&self) -> Option<&'static str> {
        match self {
            Self::Word(Criterion::Smallest) => Some("smallest"),
            Self::Word(Criterion::Largest) => Some("largest"),
            Self::Word(_) | Self::Key { .. } => None,
        }
    }
}
