//! Ranks candidates by a callable of the caller's, in batches.
//!
//! The callable gets points and their candidates as compressed sparse rows (CSR), and returns a key
//! for each candidate. If it wants them, it gets the distances of the candidates, too. For the best of each point, the core chooses which points form a batch. For
//! all candidates in order, points come in input order. The callable gets copies, so changing them
//! has no effect on answers. Between two batches, the core searches without the GIL. An exception
//! of the callable ends the call, and reaches the caller unchanged.

use std::num::NonZeroUsize;

use numpy::{IntoPyArray, PyArray1, PyArrayMethods, PyReadonlyArray1};
use poly_match::{
    Candidates, Error, Matcher, Matches, OnInvalid, Options, Point, Query, RowOrder, Tie,
};
use pyo3::exceptions::PyValueError;
use pyo3::prelude::*;
use pyo3::pybacked::PyBackedStr;

use crate::errors::Stop;
use crate::geometry::keys::keys;
use crate::matcher::rule::read_tie;
use crate::run::detached;

/// Number of candidates in a batch, or slightly more, if points come in input order.
const BATCH: usize = 1 << 18;

/// A callable, the tie rule for candidates with equal keys, and whether the callable gets distances.
pub(crate) struct Ask<'py> {
    callable: Bound<'py, PyAny>,
    tie: Tie,
    with_distances: bool,
}

impl<'a, 'py> FromPyObject<'a, 'py> for Ask<'py> {
    type Error = PyErr;

    fn extract(ask: Borrowed<'a, 'py, PyAny>) -> PyResult<Self> {
        let (callable, tie, with_distances): (Bound<'py, PyAny>, PyBackedStr, bool) =
            ask.extract()?;
        Ok(Self { callable, tie: read_tie(&tie)?, with_distances })
    }
}

impl<'py> Ask<'py> {
    /// Writes the best `k` candidates of each point.
    pub(crate) fn match_into(
        &self,
        matcher: &Matcher,
        query: Query<'_>,
        k: NonZeroUsize,
        (index, distance): (&mut [i64], &mut [f64]),
        options: Options,
    ) -> PyResult<()> {
        let py = self.callable.py();
        index.fill(-1);
        distance.fill(f64::NAN);
        let mut batches = detached(py, |poll| matcher.batches(query, options, poll))?;
        while let Some((batch, indices)) = detached(py, |poll| batches.next_with(poll))? {
            let distances = self.with_distances.then(|| py.detach(|| batch.distances()));
            let answer = self.answer(batch.points(), batch.indptr(), indices, distances)?;
            batch.best_into(answer.as_slice(), self.tie, k, index, distance).map_err(Stop::Core)?;
        }
        Ok(())
    }

    /// Finds the best candidate of each point.
    pub(crate) fn match_points(
        &self,
        matcher: &Matcher,
        query: Query<'_>,
        options: Options,
    ) -> PyResult<Matches> {
        let count = query.points.len();
        let (mut index, mut distance) = (vec![-1; count], vec![f64::NAN; count]);
        let into = (index.as_mut_slice(), distance.as_mut_slice());
        self.match_into(matcher, query, NonZeroUsize::MIN, into, options)?;
        Ok(Matches::from_arrays(index, distance))
    }

    /// Finds all candidates, the best of each point first.
    pub(crate) fn candidates(
        &self,
        matcher: &Matcher,
        query: Query<'_>,
        mut options: Options,
    ) -> PyResult<Candidates> {
        let mut all = Candidates::default();
        let mut done = 0;
        loop {
            let some = query.skip(done);
            let mut found = search(self.callable.py(), matcher, some, BATCH, options)?;
            let keys = self.keys(some.points, &found)?;
            self.best_first(&mut found, &keys).map_err(|error| of_point(error, done))?;
            done += found.len();
            all.append(found);
            if done == query.points.len() {
                return Ok(all);
            }
            // The first batch has already checked all points.
            options.on_invalid = OnInvalid::Unmatched;
        }
    }

    /// Finds the candidates of the first points, the best first; see [`Matcher::some_candidates`].
    pub(crate) fn some_candidates(
        &self,
        matcher: &Matcher,
        query: Query<'_>,
        enough: usize,
        options: Options,
    ) -> PyResult<Candidates> {
        let py = self.callable.py();
        let mut found = search(py, matcher, query, enough, options)?;
        let keys = self.keys(query.points, &found)?;
        self.best_first(&mut found, &keys).map_err(Stop::Core)?;
        Ok(found)
    }

    fn best_first(&self, found: &mut Candidates, keys: &[f64]) -> Result<(), Error> {
        let tie = self.tie;
        self.callable.py().detach(|| found.best_first(keys, tie))
    }

    /// Keys of the candidates of the first points. The callable is never called with an empty
    /// batch.
    fn keys(&self, points: &[Point], found: &Candidates) -> PyResult<Vec<f64>> {
        if found.count() == 0 {
            return Ok(Vec::new());
        }
        let (indptr, indices, distances) = found.as_csr();
        let distances = self.with_distances.then(|| distances.to_vec());
        let answer = self.answer(&points[..found.len()], indptr, indices.to_vec(), distances)?;
        Ok(answer.as_slice().to_vec())
    }

    /// Calls the callable, and checks that it returns one key for each candidate.
    fn answer(
        &self,
        points: &[Point],
        indptr: &[i64],
        indices: Vec<i64>,
        distances: Option<Vec<f64>>,
    ) -> PyResult<Keys<'py>> {
        let py = self.callable.py();
        let expected = indices.len();
        let points = PyArray1::from_slice(py, points.as_flattened()).reshape([points.len(), 2])?;
        let indptr = PyArray1::from_slice(py, indptr);
        let indices = indices.into_pyarray(py);
        let answer = match distances {
            Some(distances) => {
                self.callable.call1((points, indptr, indices, distances.into_pyarray(py)))?
            }
            None => self.callable.call1((points, indptr, indices))?,
        };
        let keys = Keys::of(&answer)?;
        match keys.as_slice().len() {
            got if got == expected => Ok(keys),
            got => Err(PyValueError::new_err(format!(
                "best() must return one key for each of {expected} candidates, got {got}"
            ))),
        }
    }
}

/// The keys that a callable returned.
enum Keys<'py> {
    /// Its array, read in place.
    Lent(PyReadonlyArray1<'py, f64>),
    Read(Vec<f64>),
}

impl<'py> Keys<'py> {
    fn of(answer: &Bound<'py, PyAny>) -> PyResult<Self> {
        if let Ok(array) = answer.cast::<PyArray1<f64>>()
            && let Ok(array) = array.try_readonly()
            && array.as_slice().is_ok()
        {
            return Ok(Self::Lent(array));
        }
        keys(answer, &"what best() returns").map(Self::Read)
    }

    fn as_slice(&self) -> &[f64] {
        match self {
            Self::Lent(array) => array.as_slice().unwrap_or_default(), // `of` has checked this
            Self::Read(keys) => keys,
        }
    }
}

fn search(
    py: Python<'_>,
    matcher: &Matcher,
    query: Query<'_>,
    enough: usize,
    options: Options,
) -> PyResult<Candidates> {
    detached(py, |poll| matcher.some_candidates(query, RowOrder::Input, enough, options, poll))
}

/// Shifts the position in an error from the batch, which begins at `start`, to all points.
fn of_point(error: Error, start: usize) -> PyErr {
    Stop::Core(match error {
        Error::CandidateKey { point, polygon } => {
            Error::CandidateKey { point: start + point, polygon }
        }
        other => other,
    })
    .into()
}
