//! The prepared matcher: takes points, returns arrays. `poly_match.Matcher` keeps the objects.

use std::num::NonZeroUsize;

use numpy::{
    IntoPyArray, PyArray1, PyArray2, PyArrayMethods, PyReadonlyArray1, PyReadonlyArray2,
    get_array_module,
};
use poly_match::{Candidates, OnInvalid as OnInvalidPoint, Options, Point, RowOrder};
use pyo3::prelude::*;
use pyo3::types::{PyList, PyTuple};

use crate::crs::{Systems, column};
use crate::geometry::column::GeometryColumn;
use crate::geometry::points::Points;
use crate::geometry::rings::shapes_from_rings;
use crate::matcher::callable::Ask;
use crate::matcher::objects::pairs;
use crate::matcher::query::{Asked, Coordinates, at_least_one, options, row_order};
use crate::matcher::rule::{Centers, Known, Rule, one_of};
use crate::polygons::read::{Needed, Polygons};
use crate::polygons::skipping::OnInvalid;
use crate::run::detached;

type Array<'py, T> = Bound<'py, PyArray1<T>>;
type Rows<'py, T> = Bound<'py, PyArray2<T>>;
type Given<'py, T> = Option<PyReadonlyArray1<'py, T>>;
type Csr<'py> = (Array<'py, i64>, Array<'py, i64>, Array<'py, f64>);

/// The core's matcher, which knows polygons by position. Its public face is `poly_match.Matcher`.
///
/// Groups are numbers here. If a call has an `ask`, its callable chooses the best candidates
/// instead of the rule.
#[pyclass(frozen, module = "poly_match_rs._native")]
pub(crate) struct Matcher {
    pub(crate) core: poly_match::Matcher,
    pub(crate) systems: Systems,
}

#[pymethods]
impl Matcher {
    /// Builds a matcher from polygon objects, and returns it with the tuple of the objects; None for a
    /// column of a table.
    ///
    /// A matcher for `points` alone, float64 (N, 2), may leave out polygons that none of them can
    /// match. `k` is that of the query, and `points_crs` the system that the points declare.
    #[staticmethod]
    #[pyo3(signature = (
        polygons, rule, center, groups, on_invalid, points=None, k=None, planar=false,
        points_crs=None,
    ))]
    #[allow(clippy::too_many_arguments)] // those of the public constructor, and the query
    fn from_polygons<'py>(
        polygons: &Bound<'py, PyAny>,
        rule: &Rule,
        center: &Bound<'py, PyAny>,
        groups: Given<'py, u32>,
        on_invalid: &str,
        points: Option<PyReadonlyArray2<'py, f64>>,
        k: Option<Bound<'py, PyAny>>,
        planar: bool,
        points_crs: Option<Bound<'py, PyAny>>,
    ) -> PyResult<(Self, Option<Bound<'py, PyTuple>>)> {
        let (py, polygons) = (polygons.py(), &column(polygons)?);
        let on_invalid = read_on_invalid(on_invalid)?;
        let centers = Centers::read(center)?;
        let wanted = rule.wanted(&centers)?;
        let systems = Systems::of_polygons(polygons, rule.near(), planar)?;
        let systems = systems.with_points(points_crs)?;
        let for_more = k.is_some() || groups.is_some();
        let needed = match points {
            Some(points) => rule.needed(points.as_slice()?.as_chunks().0, for_more),
            None => Needed::All,
        };
        let to_read = wanted.with_degrees(systems.are_degrees());
        let read = Polygons::read_with(polygons, to_read, Some(on_invalid), needed)?;
        systems.check_shapes(py, read.shapes.as_ref())?;
        let is_column = polygons.is_instance_of::<GeometryColumn>();
        let objects = (!is_column).then_some(read.objects);
        let known = Known {
            centers: centers.or(read.centers, read.count)?,
            areas: read.areas,
            shapes: read.shapes.filter(|_| wanted.shapes),
            radii: None,
            skipped: read.skipped,
        };
        let core = rule.build(py, known, groups.as_ref())?;
        Ok((Self { core, systems }, objects))
    }

    /// Builds a matcher from centres, (M, 2).
    #[staticmethod]
    fn from_arrays(
        centers: &Bound<'_, PyAny>,
        rule: &Rule,
        groups: Given<'_, u32>,
    ) -> PyResult<Self> {
        rule.check_centers_alone()?;
        let py = centers.py();
        let centers = Points::read_named(centers, "centers")?.as_slice()?.to_vec();
        let known = Known { centers, ..Known::default() };
        rule.build(py, known, groups.as_ref()).map(Self::of_numbers)
    }

    /// Builds a matcher from circles: centres, (M, 2), and a radius for each, float64 (M,). One whose
    /// centre or radius is missing is an error, or skipped.
    #[staticmethod]
    fn from_circles(
        centers: &Bound<'_, PyAny>,
        radii: PyReadonlyArray1<'_, f64>,
        rule: &Rule,
        groups: Given<'_, u32>,
        on_invalid: &str,
        planar: bool,
    ) -> PyResult<Self> {
        let (py, centers) = (centers.py(), &column(centers)?);
        let on_invalid = read_on_invalid(on_invalid)?;
        let systems = Systems::of_polygons(centers, rule.near(), planar)?;
        let missing = match on_invalid {
            OnInvalid::Raise => OnInvalidPoint::Error,
            OnInvalid::Skip => OnInvalidPoint::Unmatched,
        };
        let centers = Points::read_as(centers, "centers", missing)?.as_slice()?.to_vec();
        systems.check_centers(py, &centers)?;
        let radii = radii.as_slice()?.to_vec();
        let is_missing = |(center, radius): (&Point, &f64)| {
            center[0].is_nan() || center[1].is_nan() || radius.is_nan()
        };
        let skipped = match on_invalid {
            OnInvalid::Skip if centers.len() == radii.len() => {
                centers.iter().zip(&radii).map(is_missing).collect()
            }
            OnInvalid::Skip | OnInvalid::Raise => Vec::new(),
        };
        let known =
            Known { centers, areas: radii.clone(), shapes: None, radii: Some(radii), skipped };
        let core = rule.build(py, known, groups.as_ref())?;
        Ok(Self { core, systems })
    }

    /// Builds a matcher from flat arrays of rings, as in GeoArrow.
    #[staticmethod]
    fn from_rings<'py>(
        vertices: &Bound<'py, PyAny>,
        offsets: (Bound<'py, PyAny>, Option<Bound<'py, PyAny>>, Bound<'py, PyAny>),
        rule: &Rule,
        center: &Bound<'py, PyAny>,
        groups: Given<'py, u32>,
        on_invalid: &str,
    ) -> PyResult<Self> {
        let may_skip = matches!(read_on_invalid(on_invalid)?, OnInvalid::Skip);
        let centers = Centers::read(center)?;
        let wanted = rule.wanted(&centers)?;
        let (rings, parts, polygons) = &offsets;
        let parts = parts.as_ref();
        let (shapes, skipped, (read, areas)) =
            shapes_from_rings(vertices, rings, parts, polygons, may_skip, |shapes| {
                let centers = wanted.center.map(|center| shapes.centers(center));
                let areas = wanted.areas.then(|| shapes.areas());
                (centers.unwrap_or_default(), areas.unwrap_or_default())
            })?;
        let known = Known {
            centers: centers.or(read, shapes.len())?,
            areas,
            shapes: wanted.shapes.then_some(shapes),
            radii: None,
            skipped,
        };
        rule.build(vertices.py(), known, groups.as_ref()).map(Self::of_numbers)
    }

    fn __len__(&self) -> usize {
        self.core.len()
    }

    /// The number of polygons that match nothing, as they hold no polygon.
    fn skipped(&self) -> usize {
        self.core.skipped()
    }

    /// The coordinate system of the polygons, if they declare one: a `poly_match_rs._crs.System`.
    fn crs<'py>(&self, py: Python<'py>) -> Option<Bound<'py, PyAny>> {
        self.systems.of_the_polygons(py)
    }

    /// Whether degrees may be taken as lengths.
    fn planar(&self) -> bool {
        self.systems.are_planar()
    }

    /// Whether the rule measures a distance.
    fn measures(&self) -> bool {
        self.systems.measure()
    }

    /// Builds everything at once that makes searches fast.
    fn prepare(&self, py: Python<'_>, workers: Option<i64>) -> PyResult<()> {
        let options = options(workers, "raise")?;
        detached(py, |poll| self.core.prepare_with(options, poll))
    }

    /// Copies points into a new (N, 2) array, and their distances into another. Calls in pieces
    /// use it: a change to the caller's arrays between two pieces then has no effect.
    fn read_points<'py>(
        &self,
        points: &Bound<'py, PyAny>,
        max_dist: Given<'py, f64>,
        on_invalid: &str,
    ) -> PyResult<(Coordinates<'py>, Option<Array<'py, f64>>)> {
        let py = points.py();
        let Options { on_invalid, .. } = options(None, on_invalid)?;
        let asked = Asked::read(points, max_dist, None, None, on_invalid, Some(&self.systems))?;
        let max_dist = asked.query()?.max_dist.map(|values| PyArray1::from_slice(py, values));
        Ok((asked.points.to_array()?, max_dist))
    }

    /// Matches points: returns positions, int64 (N,), and distances, float64 (N,). A piece of points
    /// that [`read_points`](Self::read_points) read before is not looked at again.
    #[allow(clippy::too_many_arguments)] // the arguments of the public method
    #[pyo3(
        name = "match",
        signature = (points, workers, on_invalid, max_dist=None, groups=None, ask=None, piece=false),
    )]
    fn match_points<'py>(
        &self,
        points: &Bound<'py, PyAny>,
        workers: Option<i64>,
        on_invalid: &str,
        max_dist: Given<'py, f64>,
        groups: Given<'py, u32>,
        ask: Option<Ask<'py>>,
        piece: bool,
    ) -> PyResult<(Array<'py, i64>, Array<'py, f64>)> {
        let py = points.py();
        let options = options(workers, on_invalid)?;
        let asked = self.asked(points, max_dist, groups, ask.as_ref(), options, piece)?;
        let query = asked.query()?;
        // Results are written into memory of NumPy, which asks the system for large pages.
        let index = PyArray1::zeros(py, query.points.len(), false);
        let distance = PyArray1::zeros(py, query.points.len(), false);
        let (mut positions, mut distances) = (index.readwrite(), distance.readwrite());
        let (positions, distances) = (positions.as_slice_mut()?, distances.as_slice_mut()?);
        match ask {
            Some(ask) => {
                ask.match_into(
                    &self.core,
                    query,
                    NonZeroUsize::MIN,
                    (positions, distances),
                    options,
                )?;
            }
            None => {
                detached(py, |poll| {
                    self.core.match_into(query, positions, distances, options, poll)
                })?;
            }
        }
        Ok((index, distance))
    }

    /// Finds the `k` best of each point: returns positions, int64 (N, k), and distances, float64
    /// (N, k). `piece` as in `match`.
    #[allow(clippy::too_many_arguments)] // the arguments of the public method
    #[pyo3(signature = (points, k, workers, on_invalid, max_dist, groups, ask, piece=false))]
    fn match_k<'py>(
        &self,
        points: &Bound<'py, PyAny>,
        k: i64,
        workers: Option<i64>,
        on_invalid: &str,
        max_dist: Given<'py, f64>,
        groups: Given<'py, u32>,
        ask: Option<Ask<'py>>,
        piece: bool,
    ) -> PyResult<(Rows<'py, i64>, Rows<'py, f64>)> {
        let py = points.py();
        let k = at_least_one("k", k)?;
        let options = options(workers, on_invalid)?;
        let asked = self.asked(points, max_dist, groups, ask.as_ref(), options, piece)?;
        let query = asked.query()?;
        // Allocated by NumPy, which raises MemoryError if there is not enough memory.
        let shape = (query.points.len(), k.get());
        let empty = |dtype| get_array_module(py)?.call_method1("empty", (shape, dtype));
        let index = empty("int64")?.cast_into::<PyArray2<i64>>()?;
        let distance = empty("float64")?.cast_into::<PyArray2<f64>>()?;
        let (mut positions, mut distances) = (index.readwrite(), distance.readwrite());
        let (positions, distances) = (positions.as_slice_mut()?, distances.as_slice_mut()?);
        match ask {
            Some(ask) => ask.match_into(&self.core, query, k, (positions, distances), options)?,
            None => detached(py, |poll| {
                self.core.match_k_into(query, k, positions, distances, options, poll)
            })?,
        }
        Ok((index, distance))
    }

    /// Matches points: returns (point, polygon) pairs. `objects` are the polygons by position.
    #[allow(clippy::too_many_arguments)] // the arguments of the public method
    fn pairs<'py>(
        &self,
        objects: &Bound<'py, PyTuple>,
        points: &Bound<'py, PyAny>,
        workers: Option<i64>,
        on_invalid: &str,
        max_dist: Given<'py, f64>,
        groups: Given<'py, u32>,
        ask: Option<Ask<'py>>,
    ) -> PyResult<Bound<'py, PyList>> {
        let options = options(workers, on_invalid)?;
        let asked = self.asked(points, max_dist, groups, ask.as_ref(), options, false)?;
        let query = asked.query()?;
        let found = match ask {
            Some(ask) => ask.match_points(&self.core, query, options)?,
            None => {
                detached(points.py(), |poll| self.core.match_points_with(query, options, poll))?
            }
        };
        pairs(&found, &asked.points, |index| objects.get_item(index))
    }

    /// Finds all candidates: returns indptr, int64 (N + 1,), indices, int64 (C,), and distances,
    /// float64 (C,). With `enough`, takes a few points at a time, and stops as soon as there are that
    /// many candidates.
    #[allow(clippy::too_many_arguments)] // the arguments of the public method
    #[pyo3(signature = (points, workers, on_invalid, max_dist, groups, order, ask, enough=None))]
    fn candidates<'py>(
        &self,
        points: &Bound<'py, PyAny>,
        workers: Option<i64>,
        on_invalid: &str,
        max_dist: Given<'py, f64>,
        groups: Given<'py, u32>,
        order: &str,
        ask: Option<Ask<'py>>,
        enough: Option<usize>,
    ) -> PyResult<Csr<'py>> {
        let py = points.py();
        let options = options(workers, on_invalid)?;
        let order = row_order(order)?;
        let is_piece = enough.is_some();
        let asked = self.asked(points, max_dist, groups, ask.as_ref(), options, is_piece)?;
        let query = asked.query()?;
        let found = match (ask, order, enough) {
            (Some(ask), RowOrder::Best, None) => ask.candidates(&self.core, query, options)?,
            (Some(ask), RowOrder::Best, Some(enough)) => {
                ask.some_candidates(&self.core, query, enough, options)?
            }
            _ => detached(py, |poll| {
                let enough = enough.unwrap_or(usize::MAX);
                self.core.some_candidates(query, order, enough, options, poll)
            })?,
        };
        Ok(csr(py, found))
    }
}

impl Matcher {
    /// A matcher of plain numbers, which declare no coordinate system.
    fn of_numbers(core: poly_match::Matcher) -> Self {
        let systems = Systems::none(core.near());
        Self { core, systems }
    }

    /// Reads the arguments of a query. The systems of a piece were checked before, with those of
    /// all points.
    fn asked<'py>(
        &self,
        points: &Bound<'py, PyAny>,
        max_dist: Given<'py, f64>,
        groups: Given<'py, u32>,
        ask: Option<&Ask<'py>>,
        options: Options,
        is_piece: bool,
    ) -> PyResult<Asked<'py>> {
        let systems = (!is_piece).then_some(&self.systems);
        Asked::read(points, max_dist, groups, ask, options.on_invalid, systems)
    }
}

/// What to do with an object that holds no polygon.
pub(crate) fn read_on_invalid(word: &str) -> PyResult<OnInvalid> {
    one_of("on_invalid", word, &[("raise", OnInvalid::Raise), ("skip", OnInvalid::Skip)], "")
}

fn csr(py: Python<'_>, found: Candidates) -> Csr<'_> {
    let (indptr, indices, distances) = found.into_csr();
    (indptr.into_pyarray(py), indices.into_pyarray(py), distances.into_pyarray(py))
}
