//! Coordinate systems that the caller's data declares, and degrees that cannot be right.
//!
//! A system is an object of Python's, since those of pyproj are: `poly_match_rs._crs` reads and
//! compares them, and `poly_match_rs._crs_checks` refuses and warns. Here they are kept, and asked for
//! at the right time. Arrays, lists and tuples declare nothing: for these, no Python code runs.

use numpy::PyUntypedArray;
use poly_match::{Near, OnInvalid, Point, Shapes};
use poly_match_geo::{Count, Crs, Kind, OddDegrees, Sameness, odd_degrees, points_beyond};
use pyo3::intern;
use pyo3::prelude::*;
use pyo3::sync::PyOnceLock;
use pyo3::types::{PyList, PyTuple};

use crate::geometry::points::Points;

/// The system that some data declares.
struct System {
    /// A `poly_match_rs._crs.System`.
    object: Py<PyAny>,
    is_geographic: bool,
}

impl System {
    fn new(object: Bound<'_, PyAny>) -> PyResult<Self> {
        let is_geographic = object.getattr(intern!(object.py(), "is_geographic"))?.extract()?;
        Ok(Self { object: object.unbind(), is_geographic })
    }

    /// The system that polygons or points declare, if they do.
    fn of(data: &Bound<'_, PyAny>) -> PyResult<Option<Self>> {
        if is_plain(data) {
            return Ok(None);
        }
        static DECLARED: PyOnceLock<Py<PyAny>> = PyOnceLock::new();
        let declared = DECLARED.import(data.py(), "poly_match_rs._crs", "declared")?;
        let found = declared.call1((data,))?;
        if found.is_none() { Ok(None) } else { Self::new(found).map(Some) }
    }
}

/// Whether the data can declare nothing: an array, a list or a tuple.
fn is_plain(data: &Bound<'_, PyAny>) -> bool {
    data.is_instance_of::<PyUntypedArray>()
        || data.is_instance_of::<PyList>()
        || data.is_instance_of::<PyTuple>()
}

/// The column of geometries of a table, which takes long to get; any other data as it is.
pub(crate) fn column<'py>(data: &Bound<'py, PyAny>) -> PyResult<Bound<'py, PyAny>> {
    if is_plain(data) {
        return Ok(data.clone());
    }
    static COLUMN: PyOnceLock<Py<PyAny>> = PyOnceLock::new();
    COLUMN.import(data.py(), "poly_match_rs._geometry", "column")?.call1((data,))
}

/// The systems of the two sides of a match, and whether degrees may be taken as lengths.
pub(crate) struct Systems {
    polygons: Option<System>,
    /// What points declare that were read before the matcher was built.
    points: Option<System>,
    /// The word of the rule, if it measures a distance.
    measuring: Option<&'static str>,
    planar: bool,
}

impl Systems {
    /// The systems of polygons that declare nothing.
    pub(crate) fn none(near: &Near) -> Self {
        let measuring = match near {
            Near::Center(_) => Some("center"),
            Near::Boundary(_) => Some("boundary"),
            Near::Circle { .. } => Some("circle"),
            Near::Contains | Near::Covers => None,
        };
        Self { polygons: None, points: None, measuring, planar: false }
    }

    /// Reads what the polygons declare. Degrees are an error if the rule measures a distance, unless
    /// they are `planar`.
    pub(crate) fn of_polygons(
        polygons: &Bound<'_, PyAny>,
        near: &Near,
        planar: bool,
    ) -> PyResult<Self> {
        let systems = Self { polygons: System::of(polygons)?, planar, ..Self::none(near) };
        if let (Some(system), Some(near), false) = (&systems.polygons, systems.measuring, planar) {
            static CHECK: PyOnceLock<Py<PyAny>> = PyOnceLock::new();
            let py = polygons.py();
            check(&CHECK, py, "check_polygons")?.call1((&system.object, near))?;
        }
        Ok(systems)
    }

    /// What a matcher has saved.
    pub(crate) fn saved(
        polygons: Option<Bound<'_, PyAny>>,
        near: &Near,
        planar: bool,
    ) -> PyResult<Self> {
        let polygons = polygons.map(System::new).transpose()?;
        Ok(Self { polygons, planar, ..Self::none(near) })
    }

    /// With what the points declare that were read before, if they declare something.
    pub(crate) fn with_points(self, points: Option<Bound<'_, PyAny>>) -> PyResult<Self> {
        Ok(Self { points: points.map(System::new).transpose()?, ..self })
    }

    /// The system of the polygons.
    pub(crate) fn of_the_polygons<'py>(&self, py: Python<'py>) -> Option<Bound<'py, PyAny>> {
        self.polygons.as_ref().map(|system| system.object.bind(py).clone())
    }

    /// Whether the rule measures a distance.
    pub(crate) fn measure(&self) -> bool {
        self.measuring.is_some()
    }

    pub(crate) fn are_planar(&self) -> bool {
        self.planar
    }

    /// Whether the coordinates of the polygons are degrees.
    pub(crate) fn are_degrees(&self) -> bool {
        self.polygons.as_ref().is_some_and(|system| system.is_geographic)
    }

    /// Warns of polygons whose coordinates cannot be right, if they are degrees.
    pub(crate) fn check_shapes(&self, py: Python<'_>, shapes: Option<&Shapes>) -> PyResult<()> {
        let Some(shapes) = shapes.filter(|_| self.are_degrees()) else { return Ok(()) };
        let OddDegrees { beyond, wide } = py.detach(|| odd_degrees(shapes));
        static BEYOND: PyOnceLock<Py<PyAny>> = PyOnceLock::new();
        warn(&BEYOND, py, "warn_of_polygons_beyond", beyond)?;
        static WIDE: PyOnceLock<Py<PyAny>> = PyOnceLock::new();
        warn(&WIDE, py, "warn_of_wide_edges", wide)
    }

    /// Warns of centres of circles that cannot be right, if they are degrees.
    pub(crate) fn check_centers(&self, py: Python<'_>, centers: &[Point]) -> PyResult<()> {
        if !self.are_degrees() {
            return Ok(());
        }
        static BEYOND: PyOnceLock<Py<PyAny>> = PyOnceLock::new();
        warn(&BEYOND, py, "warn_of_polygons_beyond", points_beyond(centers))
    }

    /// Reads points. It is an error if they declare another system than the polygons, or degrees
    /// where the rule measures a distance. Warns of points that cannot be right, if they or the
    /// polygons are in degrees.
    pub(crate) fn read_points<'py>(
        &self,
        points: &Bound<'py, PyAny>,
        on_invalid: OnInvalid,
    ) -> PyResult<Points<'py>> {
        if self.polygons.is_none() && self.points.is_none() && is_plain(points) {
            return Points::read(points, on_invalid); // the fast path
        }
        let (py, points) = (points.py(), &column(points)?);
        let read = Points::read(points, on_invalid)?;
        let own = System::of(points)?;
        let system = own.as_ref().or(self.points.as_ref());
        if let Some(system) = system {
            static CHECK: PyOnceLock<Py<PyAny>> = PyOnceLock::new();
            let polygons = self.polygons.as_ref().map(|polygons| &polygons.object);
            let near = self.measuring.filter(|_| !self.planar);
            check(&CHECK, py, "check_points")?.call1((&system.object, polygons, near))?;
        }
        if self.are_degrees() || system.is_some_and(|system| system.is_geographic) {
            let beyond = points_beyond(read.as_slice()?);
            static BEYOND: PyOnceLock<Py<PyAny>> = PyOnceLock::new();
            // May run code of the caller's, which could resize an array: no slice is alive.
            warn(&BEYOND, py, "warn_of_points_beyond", beyond)?;
        }
        Ok(read)
    }
}

/// A function of the module that refuses and warns.
fn check<'py>(
    cell: &PyOnceLock<Py<PyAny>>,
    py: Python<'py>,
    name: &str,
) -> PyResult<Bound<'py, PyAny>> {
    Ok(cell.import(py, "poly_match_rs._crs_checks", name)?.clone())
}

/// Calls a function of Python that warns, if there is something to warn of.
fn warn(cell: &PyOnceLock<Py<PyAny>>, py: Python<'_>, name: &str, of: Count) -> PyResult<()> {
    if of.count > 0 {
        check(cell, py, name)?.call1((of.count, of.first))?;
    }
    Ok(())
}

/// The short name of a system, and what its coordinates are: "geographic", "projected" or
/// "undecided".
#[pyfunction]
pub(crate) fn crs_named(name: &str) -> (String, &'static str) {
    let crs = Crs::named(name);
    let kind = match crs.kind() {
        Kind::Geographic => "geographic",
        Kind::Projected => "projected",
        Kind::Undecided => "undecided",
    };
    (crs.to_string(), kind)
}

/// How messages call the degrees that the names of two columns declare; None if they do not.
#[pyfunction]
pub(crate) fn degrees_of_columns(x: &str, y: &str) -> Option<String> {
    Crs::of_columns(x, y).map(|crs| crs.to_string())
}

/// Whether two names mean the same system: "same", "different" or "undecided".
#[pyfunction]
pub(crate) fn compare_crs(a: &str, b: &str) -> &'static str {
    match Crs::named(a).compare(&Crs::named(b)) {
        Sameness::Same => "same",
        Sameness::Different => "different",
        Sameness::Undecided => "undecided",
    }
}
