//! The engine with some of its shortcuts switched off.
//!
//! What is switched off counts for the whole process, so one job runs at a time.

use std::num::NonZeroUsize;
use std::sync::Arc;

use numpy::{IntoPyArray, PyArray1, PyReadonlyArray1, PyReadonlyArray2};
use poly_match::ablate::{Shortcut, asked, switch_off};
use poly_match::{
    Best, Builder, Error, Matcher, Near, Options, RowOrder, Rule, Shapes, Tie, Within, match_once,
};
use pyo3::exceptions::PyValueError;
use pyo3::prelude::*;

use crate::{Point, pairs};

/// Polygons, a rule, and what is asked of them.
#[pyclass(frozen, module = "bench_rs")]
pub(crate) struct Job {
    centers: Vec<Point>,
    keys: Vec<f64>,
    shapes: Arc<Shapes>,
    rule: RuleOf,
    ask: Ask,
}

/// A rule that owns what it needs.
struct RuleOf {
    near: Near,
    best: String,
}

/// What is asked of a matcher.
#[derive(Clone, Copy, PartialEq)]
enum Ask {
    Match,
    Five,
    Fifty,
    Find,
    Candidates,
    Batches,
    /// Without a matcher, or with one that is built for it.
    Once,
}

/// A matcher, and the shortcuts that were asked for when it was built.
#[pyclass(frozen, module = "bench_rs")]
pub(crate) struct Prepared {
    matcher: Matcher,
    #[pyo3(get)]
    asked: Vec<String>,
}

/// Where rings end in the vertices, parts in the rings, and polygons in the parts.
type Offsets<'py> =
    (PyReadonlyArray1<'py, i64>, PyReadonlyArray1<'py, i64>, PyReadonlyArray1<'py, i64>);

/// Positions, distances, and the shortcuts that were asked for.
type Answer<'py> = (Bound<'py, PyArray1<i64>>, Bound<'py, PyArray1<f64>>, Vec<String>);

#[pymethods]
impl Job {
    /// Polygons by their centres and a key for each; `best` is "key" or "nearest".
    #[staticmethod]
    fn centers(
        centers: PyReadonlyArray2<'_, f64>,
        keys: PyReadonlyArray1<'_, f64>,
        max_dist: f64,
        best: String,
        ask: &str,
    ) -> PyResult<Self> {
        let near = Near::Center(Within::new(max_dist).map_err(wrong)?);
        let (centers, keys) = (pairs(&centers)?.to_vec(), keys.as_slice()?.to_vec());
        let rule = RuleOf { near, best };
        Ok(Self { centers, keys, shapes: Arc::default(), rule, ask: Ask::of(ask)? })
    }

    /// Polygons by the offsets of their rings, parts and polygons; `near` is "covers", or
    /// "boundary" within `max_dist`; `best` is "smallest", "nearest" or "first".
    #[staticmethod]
    fn shapes(
        vertices: PyReadonlyArray2<'_, f64>,
        offsets: Offsets<'_>,
        near: &str,
        max_dist: f64,
        best: String,
        ask: &str,
    ) -> PyResult<Self> {
        let (rings, parts, polygons) =
            (offsets.0.as_slice()?, offsets.1.as_slice()?, offsets.2.as_slice()?);
        let shapes = Shapes::from_offsets(pairs(&vertices)?, rings, parts, polygons);
        let shapes = Arc::new(shapes.map_err(wrong)?);
        let near = match near {
            "covers" => Near::Covers,
            "boundary" => Near::Boundary(Within::new(max_dist).map_err(wrong)?),
            _ => return Err(PyValueError::new_err(format!("there is no near {near:?}"))),
        };
        let (centers, keys, rule) = (Vec::new(), Vec::new(), RuleOf { near, best });
        Ok(Self { centers, keys, shapes, rule, ask: Ask::of(ask)? })
    }

    /// Builds the matcher in full, without these shortcuts.
    fn prepare(&self, py: Python<'_>, off: Vec<String>) -> PyResult<Prepared> {
        py.detach(|| {
            let (matcher, asked) = without(&off, || {
                let matcher = self.build()?;
                matcher.prepare()?;
                Ok(matcher)
            })?;
            Ok(Prepared { matcher: matcher.map_err(wrong)?, asked })
        })
    }

    /// Asks a matcher about points, `repeat` times, without these shortcuts.
    fn answer<'py>(
        &self,
        py: Python<'py>,
        prepared: &Prepared,
        points: PyReadonlyArray2<'_, f64>,
        off: Vec<String>,
        repeat: u32,
    ) -> PyResult<Answer<'py>> {
        let points = pairs(&points)?;
        let (answer, asked) = py.detach(|| {
            without(&off, || {
                let mut answer = Default::default();
                for _ in 0..repeat {
                    answer = self.ask(&prepared.matcher, points)?;
                }
                Ok(answer)
            })
        })?;
        let (index, distance) = answer.map_err(wrong)?;
        Ok((index.into_pyarray(py), distance.into_pyarray(py), asked))
    }
}

/// The names of all shortcuts.
#[pyfunction]
pub(crate) fn shortcuts() -> Vec<String> {
    Shortcut::ALL.iter().map(|shortcut| format!("{shortcut:?}")).collect()
}

/// Runs `work` without some shortcuts. Also returns those that were asked for.
fn without<T>(off: &[String], work: impl FnOnce() -> T) -> PyResult<(T, Vec<String>)> {
    let off: Vec<Shortcut> = off
        .iter()
        .map(|name| {
            let found = Shortcut::ALL.iter().find(|shortcut| format!("{shortcut:?}") == *name);
            let unknown = || PyValueError::new_err(format!("there is no shortcut {name:?}"));
            found.copied().ok_or_else(unknown)
        })
        .collect::<PyResult<_>>()?;
    asked();
    switch_off(&off);
    let done = work();
    switch_off(&[]);
    Ok((done, asked().iter().map(|shortcut| format!("{shortcut:?}")).collect()))
}

fn wrong(error: Error) -> PyErr {
    PyValueError::new_err(error.to_string())
}

fn go_on() -> Result<(), Error> {
    Ok(())
}

impl Ask {
    fn of(name: &str) -> PyResult<Self> {
        Ok(match name {
            "match" => Self::Match,
            "five" => Self::Five,
            "fifty" => Self::Fifty,
            "find" => Self::Find,
            "candidates" => Self::Candidates,
            "batches" => Self::Batches,
            "once" => Self::Once,
            _ => return Err(PyValueError::new_err(format!("nothing is asked by {name:?}"))),
        })
    }
}

impl Job {
    fn build(&self) -> Result<Matcher, Error> {
        let best = [match self.rule.best.as_str() {
            "key" => Best::key(&self.keys),
            "smallest" => Best::Smallest,
            "nearest" => Best::Nearest,
            _ => Best::First,
        }];
        let builder = Builder::new(Rule { near: self.rule.near, best: &best, tie: Tie::Index });
        match self.rule.near {
            Near::Center(_) => builder.centers(&self.centers),
            // No job has circles: these have one path.
            Near::Boundary(_) | Near::Circle { .. } | Near::Contains | Near::Covers => {
                builder.shapes(self.shapes.clone())
            }
        }
    }

    fn ask(&self, matcher: &Matcher, points: &[Point]) -> Result<(Vec<i64>, Vec<f64>), Error> {
        let options = Options::single_threaded();
        let best = |k: usize| {
            let k = NonZeroUsize::new(k).expect("not zero");
            let size = points.len() * k.get();
            let (mut index, mut distance) = (vec![0; size], vec![0.0; size]);
            matcher.match_k_into(points, k, &mut index, &mut distance, options, go_on)?;
            Ok((index, distance))
        };
        match self.ask {
            Ask::Match => best(1),
            Ask::Five => best(5),
            Ask::Fifty => best(50),
            Ask::Find => {
                let (mut index, mut distance) = (Vec::new(), Vec::new());
                for &point in points {
                    let found = matcher.find(point)?;
                    #[allow(clippy::cast_possible_wrap)] // a position
                    index.push(found.map_or(-1, |found| found.index as i64));
                    distance.push(found.map_or(f64::NAN, |found| found.distance));
                }
                Ok((index, distance))
            }
            Ask::Candidates => {
                let order = RowOrder::Best;
                let found = matcher.some_candidates(points, order, usize::MAX, options, go_on)?;
                let (_, index, distance) = found.into_csr();
                Ok((index, distance))
            }
            Ask::Batches => {
                let (mut index, mut distance) =
                    (vec![-1; points.len()], vec![f64::NAN; points.len()]);
                let mut batches = matcher.batches(points, options, go_on)?;
                while let Some((batch, indices)) = batches.next()? {
                    let key = |&index: &i64| self.keys[usize::try_from(index).expect("a position")];
                    let keys: Vec<f64> = indices.iter().map(key).collect();
                    let one = NonZeroUsize::MIN;
                    batch.best_into(&keys, Tie::Index, one, &mut index, &mut distance)?;
                }
                Ok((index, distance))
            }
            Ask::Once => {
                let found = match self.rule.near {
                    Near::Center(near) if self.rule.best == "key" => {
                        match_once(&self.centers, &self.keys, near, points, options, go_on)?
                    }
                    _ => self.build()?.match_points_with(points, options, go_on)?,
                };
                Ok(found.into_arrays())
            }
        }
    }
}
