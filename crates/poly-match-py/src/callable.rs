//! A callable of the caller's that says how good candidates are, asked of many at a time.
//!
//! It is asked of points in their order, in batches: the points, their candidates as compressed
//! sparse rows, and back comes a key for each candidate. What it is given are copies of its own, so
//! that nothing that it does to them changes an answer. Between two batches the core searches without
//! the GIL. An exception that it raises ends the work, and reaches the caller as it was raised.

use std::num::NonZeroUsize;

use numpy::{PyArray1, PyArrayMethods};
use poly_match::{
    Candidates, Error, Matcher, Matches, OnInvalid, Options, Point, Query, RowOrder, Tie,
};
use pyo3::exceptions::PyValueError;
use pyo3::prelude::*;
use pyo3::pybacked::PyBackedStr;

use crate::errors::Stop;
use crate::keys::keys;
use crate::rule::read_tie;
use crate::run::detached;

/// How many candidates a batch has, or a little more: enough that a call costs nothing beside them,
/// and so few that they stay in a processor's cache while they are searched, asked of and chosen from.
const BATCH: usize = 1 << 18;

/// What to ask, and what decides between candidates that it finds equal.
pub(crate) struct Ask<'py> {
    callable: Bound<'py, PyAny>,
    tie: Tie,
}

impl<'a, 'py> FromPyObject<'a, 'py> for Ask<'py> {
    type Error = PyErr;

    fn extract(pair: Borrowed<'a, 'py, PyAny>) -> PyResult<Self> {
        let (callable, tie): (Bound<'py, PyAny>, PyBackedStr) = pair.extract()?;
        Ok(Self { callable, tie: read_tie(&tie)? })
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
        let (py, tie) = (self.callable.py(), self.tie);
        self.each(matcher, query, options, |start, found, keys| {
            let of_batch = start * k.get()..(start + found.rows().len()) * k.get();
            let (index, distance) = (&mut index[of_batch.clone()], &mut distance[of_batch]);
            py.detach(|| found.best_into(&keys, tie, k, index, distance))
                .map_err(|error| of_point(error, start))
        })
    }

    /// The best candidate of each point.
    pub(crate) fn match_points(
        &self,
        matcher: &Matcher,
        query: Query<'_>,
        options: Options,
    ) -> PyResult<Matches> {
        let count = query.points.len();
        let mut found = Matches { index: vec![-1; count], distance: vec![f64::NAN; count] };
        let into = (found.index.as_mut_slice(), found.distance.as_mut_slice());
        self.match_into(matcher, query, NonZeroUsize::MIN, into, options)?;
        Ok(found)
    }

    /// All candidates, the best of each point first.
    pub(crate) fn candidates(
        &self,
        matcher: &Matcher,
        query: Query<'_>,
        options: Options,
    ) -> PyResult<Candidates> {
        let mut all = Candidates { indptr: vec![0], ..Candidates::default() };
        self.each(matcher, query, options, |start, mut found, keys| {
            self.best_first(&mut found, &keys).map_err(|error| of_point(error, start))?;
            let before = all.indptr.last().copied().unwrap_or(0);
            all.indptr.extend(found.indptr[1..].iter().map(|end| before + end));
            all.indices.append(&mut found.indices);
            all.distances.append(&mut found.distances);
            Ok(())
        })?;
        Ok(all)
    }

    /// The first points' candidates, as [`Matcher::some_candidates`] gives them, the best first.
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

    /// Hands over the candidates of all points, batch after batch, with the position of the batch's
    /// first point and what the callable says of each candidate.
    fn each(
        &self,
        matcher: &Matcher,
        query: Query<'_>,
        mut options: Options,
        mut take: impl FnMut(usize, Candidates, Vec<f64>) -> PyResult<()>,
    ) -> PyResult<()> {
        let mut done = 0;
        loop {
            let some = query.skip(done);
            let found = search(self.callable.py(), matcher, some, BATCH, options)?;
            let count = found.rows().len();
            let keys = self.keys(some.points, &found)?;
            take(done, found, keys)?;
            done += count;
            if done == query.points.len() {
                return Ok(());
            }
            // The first batch has looked at every point there is.
            options.on_invalid = OnInvalid::Unmatched;
        }
    }

    /// What the callable says of the candidates of the first points. Of no candidates it is not asked.
    fn keys(&self, points: &[Point], found: &Candidates) -> PyResult<Vec<f64>> {
        if found.indices.is_empty() {
            return Ok(Vec::new());
        }
        let py = self.callable.py();
        let points = &points[..found.rows().len()];
        let points = PyArray1::from_slice(py, points.as_flattened()).reshape([points.len(), 2])?;
        let indptr = PyArray1::from_slice(py, &found.indptr);
        let indices = PyArray1::from_slice(py, &found.indices);
        let answer = self.callable.call1((points, indptr, indices))?;
        let keys = keys(&answer, &"what best() returns")?;
        if keys.len() == found.indices.len() {
            return Ok(keys);
        }
        Err(PyValueError::new_err(format!(
            "best() must return one key for each of {} candidates, got {}",
            found.indices.len(),
            keys.len(),
        )))
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

/// The error of a batch, said of the point among all.
fn of_point(error: Error, start: usize) -> PyErr {
    Stop::Core(match error {
        Error::CandidateKey { point, polygon } => {
            Error::CandidateKey { point: start + point, polygon }
        }
        other => other,
    })
    .into()
}
