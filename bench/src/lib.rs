//! The Rust peers of poly-match, behind one face: built from arrays, asked with arrays.
//!
//! The extension module is `bench_rs`. Every peer keeps the ranks of the polygons (position in the
//! order of key, then input), so the best candidate is the one of the lowest rank; it answers with
//! ranks, −1 where nothing is near. (Of the nearest, the positions of the sites are answered.) Nothing of the product is measured through this module but its
//! search for one point, in the same loop as the peers'.

#[cfg(feature = "ablate")]
mod ablate;
mod floor;
mod kiddo_join;
mod kiddo_nearest;
mod kiddo_peer;
mod one_point;
mod rstar_peer;
mod share;

use numpy::{IntoPyArray, PyArray1, PyReadonlyArray2, PyUntypedArrayMethods};
use pyo3::exceptions::PyValueError;
use pyo3::prelude::*;

/// A point in the plane: x, then y.
type Point = [f64; 2];

/// A peer that is built, and can be asked.
trait Peer: Send + Sync {
    /// Writes the rank of the best candidate of every point, or −1.
    fn answer(&self, points: &[Point], threads: bool, ranks: &mut [i64]);
}

/// What a peer is built from.
struct Sites {
    /// Centres in the order of their ranks.
    centers: Vec<Point>,
    /// The largest squared distance that is near; `dx*dx + dy*dy <= limit` is the exact rule.
    limit: f64,
}

/// A peer that is built, as Python sees it.
#[pyclass(frozen, module = "bench_rs")]
struct Built(Box<dyn Peer>);

#[pymethods]
impl Built {
    /// The ranks of the matches of `points`, float64 (N, 2); on one thread, or on all cores.
    fn answer<'py>(
        &self,
        py: Python<'py>,
        points: PyReadonlyArray2<'py, f64>,
        threads: bool,
    ) -> PyResult<Bound<'py, PyArray1<i64>>> {
        let points = pairs(&points)?;
        let mut ranks = vec![-1; points.len()];
        py.detach(|| self.0.answer(points, threads, &mut ranks));
        Ok(ranks.into_pyarray(py))
    }
}

/// Builds the peer `name` from centres in rank order, float64 (M, 2).
#[pyfunction]
fn build(
    py: Python<'_>,
    name: &str,
    centers: PyReadonlyArray2<'_, f64>,
    limit: f64,
    max_dist: f64,
    threads: bool,
) -> PyResult<Built> {
    let sites = Sites { centers: pairs(&centers)?.to_vec(), limit };
    let unknown = || PyValueError::new_err(format!("there is no peer named {name:?}"));
    py.detach(|| match name {
        "rstar" => Ok(Some(rstar_peer::build(&sites))),
        "join" => kiddo_join::build(&sites, threads).map(Some),
        "one point" => one_point::build(&sites, max_dist).map(Some),
        _ => match name.strip_prefix("nearest ") {
            Some(name) => kiddo_nearest::build(name, &sites, threads),
            None => kiddo_peer::build(name, &sites, threads),
        },
    })
    .map_err(PyValueError::new_err)?
    .map(Built)
    .ok_or_else(unknown)
}

/// Reads 16 bytes a point and writes 16: what no answer can do without.
#[pyfunction]
#[allow(clippy::type_complexity)]
fn stream<'py>(
    py: Python<'py>,
    points: PyReadonlyArray2<'py, f64>,
    threads: bool,
) -> PyResult<(Bound<'py, PyArray1<i64>>, Bound<'py, PyArray1<f64>>)> {
    let points = pairs(&points)?;
    let (index, distance) = py.detach(|| floor::stream(points, threads));
    Ok((index.into_pyarray(py), distance.into_pyarray(py)))
}

/// The rows of an (N, 2) array, in place.
fn pairs<'a>(array: &'a PyReadonlyArray2<'_, f64>) -> PyResult<&'a [Point]> {
    if array.shape()[1] != 2 {
        return Err(PyValueError::new_err("expected an array of shape (N, 2)"));
    }
    let (pairs, _) = array.as_slice()?.as_chunks();
    Ok(pairs)
}

/// The Rust peers of poly-match.
#[pymodule]
mod bench_rs {
    #[cfg(feature = "ablate")]
    #[pymodule_export]
    use super::ablate::{Job, Prepared, shortcuts};
    #[pymodule_export]
    use super::{Built, build, stream};

    /// Which instructions the compiler could use here.
    #[pymodule_export]
    const TARGET: &str = if cfg!(target_feature = "avx512f") {
        "AVX-512"
    } else if cfg!(target_feature = "avx2") {
        "AVX2"
    } else {
        "baseline"
    };
}
