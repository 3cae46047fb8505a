//! Turns positions back into the caller's own objects.

use numpy::PyReadonlyArray1;
use poly_match::Matches;
use pyo3::prelude::*;
use pyo3::types::{PyList, PyTuple};

use crate::geometry::points::Points;
use crate::run::Signals;

/// Returns every matched point with its polygon, the caller's own objects.
pub(crate) fn pairs<'py>(
    matches: &Matches,
    points: &Points<'py>,
    polygon: impl Fn(usize) -> PyResult<Bound<'py, PyAny>>,
) -> PyResult<Bound<'py, PyList>> {
    let mut signals = Signals::new(points.py());
    let mut pairs = Vec::new();
    for (position, found) in matches.iter().enumerate() {
        signals.after(1)?;
        if let Some(found) = found {
            let pair = (points.object(position)?, polygon(found.index)?);
            pairs.push(pair.into_pyobject(points.py())?);
        }
    }
    PyList::new(points.py(), pairs)
}

/// The objects at the given positions; None for a negative position.
#[pyfunction]
#[pyo3(signature = (objects, index))]
pub(crate) fn objects_at<'py>(
    objects: &Bound<'py, PyTuple>,
    index: PyReadonlyArray1<'py, i64>,
) -> PyResult<Bound<'py, PyList>> {
    let mut signals = Signals::new(objects.py());
    // Copied, since a signal handler could resize the caller's array.
    let index = index.as_array().to_vec();
    let mut found = Vec::with_capacity(index.len());
    for index in index {
        signals.after(1)?;
        found.push(usize::try_from(index).ok().map(|index| objects.get_item(index)).transpose()?);
    }
    PyList::new(objects.py(), found)
}
