//! Reads holes of a polygon: an iterable of pairs (x, y) of arrays.

use std::fmt;

use pyo3::exceptions::{PyTypeError, PyValueError};
use pyo3::prelude::*;

use crate::geometry::arrays::vector;
use crate::run::Signals;

/// Reads the holes of a polygon. `polygon` is its position, if it has one, for error messages.
pub(crate) fn read_holes(
    holes: &Bound<'_, PyAny>,
    polygon: Option<usize>,
) -> PyResult<Vec<poly_match::Polygon>> {
    let Ok(elements) = holes.try_iter() else {
        return Err(PyTypeError::new_err(format!(
            "holes{} must be an iterable of pairs (x, y), got {}",
            Of(polygon),
            holes.get_type().name()?,
        )));
    };
    let mut signals = Signals::new(holes.py());
    let read = |(hole, ring): (usize, PyResult<Bound<'_, PyAny>>)| {
        signals.after(1)?;
        read_hole(&ring?, &Name { hole, polygon })
    };
    elements.enumerate().map(read).collect()
}

fn read_hole(ring: &Bound<'_, PyAny>, name: &Name) -> PyResult<poly_match::Polygon> {
    let elements = ring.try_iter().and_then(Iterator::collect::<PyResult<Vec<_>>>);
    let Ok([x, y]) = elements.as_deref() else {
        let got = match &elements {
            Ok(elements) => format!("{} values", elements.len()),
            Err(_) => ring.get_type().name()?.to_string(),
        };
        return Err(PyTypeError::new_err(format!("{name} must be a pair (x, y), got {got}")));
    };
    let x = vector(x, &format_args!("x of {name}"))?;
    let y = vector(y, &format_args!("y of {name}"))?;
    poly_match::Polygon::new(x, y)
        .map_err(|error| PyValueError::new_err(format!("{name}: {error}")))
}

/// Names a hole in error messages.
struct Name {
    hole: usize,
    polygon: Option<usize>,
}

impl fmt::Display for Name {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "hole {}{}", self.hole, Of(self.polygon))
    }
}

/// Names the polygon of a hole in error messages, if it has a position.
struct Of(Option<usize>);

impl fmt::Display for Of {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.map_or(Ok(()), |position| write!(f, " of polygon {position}"))
    }
}
