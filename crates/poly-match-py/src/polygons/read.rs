//! Reads the caller's list of polygons, once, into centres, areas and shapes.
//!
//! The list is copied into a tuple first: an `area()` of the caller's could change the list, and
//! results must refer to the objects that were read. Objects of our own classes are read here,
//! including overrides of a subclass. Shapely polygons are read in batches
//! ([`crate::geometry::shapely`]), all others one by one ([`crate::geometry::foreign`]). An object
//! that holds no polygon is an error, or is skipped ([`crate::polygons::skipping`]).

use numpy::{PyArrayDescrMethods, PyUntypedArray, PyUntypedArrayMethods};
use poly_match::{Bounds, Center, Point, Shapes, Sieve};
use pyo3::prelude::*;
use pyo3::sync::PyOnceLock;
use pyo3::types::{PyList, PyTuple, PyType};
use pyo3::{PyTypeInfo, intern};

use crate::classes::multi_polygon::MultiPolygon;
use crate::classes::polygon::Polygon;
use crate::geometry::column::GeometryColumn;
use crate::geometry::elements::tuple_of;
use crate::geometry::filter::Filter;
use crate::geometry::foreign::{Foreign, ask_area, ask_areas, ask_center, call_area, own};
use crate::geometry::refused::{NoPolygon, Refused};
use crate::geometry::shapely::Shapely;
use crate::geometry::vertices::check_is_of_many;
use crate::polygons::own::{Native, Overrides, coordinates, own_bounds};
use crate::polygons::skipping::{OnInvalid, Skipping};
use crate::run::Signals;

/// Cost of reading one polygon of another library, in elements of [`Signals`].
const ELEMENTS_OF_A_POLYGON: usize = 32;

/// Vertices that are copied in the time of one element of [`Signals`].
const VERTICES_OF_AN_ELEMENT: usize = 64;

/// What to read from every polygon.
#[derive(Clone, Copy)]
pub(crate) struct Wanted {
    /// Which centre; None if centres are not needed.
    pub(crate) center: Option<Center>,
    pub(crate) areas: bool,
    pub(crate) shapes: bool,
    /// Whether coordinates are degrees. No polygon is left out whose degrees may be odd.
    pub(crate) in_degrees: bool,
}

impl Wanted {
    /// Only the means of the vertices, the article's centres.
    pub(crate) const CENTERS: Self =
        Self { center: Some(Center::VertexMean), areas: false, shapes: false, in_degrees: false };
    pub(crate) const CENTERS_AND_AREAS: Self = Self { areas: true, ..Self::CENTERS };

    /// The same, and shapes too if coordinates are degrees, so that they can be checked.
    pub(crate) fn with_degrees(self, in_degrees: bool) -> Self {
        Self { shapes: self.shapes || in_degrees, in_degrees, ..self }
    }
}

/// Which polygons are needed. The others may be left out: they match nothing.
pub(crate) enum Needed {
    All,
    /// Those that pass.
    Near(Sieve),
    /// The one whose boundary is nearest to each of these points.
    NearestTo(Vec<Point>),
}

/// The caller's objects, and what was read from them, in the same order.
pub(crate) struct Polygons<'py> {
    /// Empty for a column of a table, which has no objects.
    pub(crate) objects: Bound<'py, PyTuple>,
    /// The number of polygons.
    pub(crate) count: usize,
    /// Empty unless wanted.
    pub(crate) centers: Vec<Point>,
    /// Empty unless wanted.
    pub(crate) areas: Vec<f64>,
    /// None unless wanted.
    pub(crate) shapes: Option<Shapes>,
    /// Whether each object matches nothing, since it was skipped or left out; empty if none was.
    /// Its centre and its area have no meaning, and it has no parts.
    pub(crate) skipped: Vec<bool>,
}

impl<'py> Polygons<'py> {
    /// Reads any iterable of polygons: `Polygon` and `MultiPolygon` objects, objects with `x` and
    /// `y`, arrays of vertices, and geometry of other libraries.
    pub(crate) fn read(polygons: &Bound<'py, PyAny>, wanted: Wanted) -> PyResult<Self> {
        Self::read_with(polygons, wanted, None, Needed::All)
    }

    /// Reads polygons as [`Polygons::read`] does, for a caller who may ask to skip objects that
    /// hold none. Polygons that cannot match may be left out.
    pub(crate) fn read_with(
        polygons: &Bound<'py, PyAny>,
        wanted: Wanted,
        on_invalid: Option<OnInvalid>,
        needed: Needed,
    ) -> PyResult<Self> {
        let skipping = Skipping::new(on_invalid);
        if let Ok(column) = polygons.cast::<GeometryColumn>() {
            return Self::read_column(column, wanted, skipping);
        }
        let objects = elements(polygons)?;
        let sieve = match needed {
            Needed::All => None,
            Needed::Near(sieve) => Some(sieve),
            Needed::NearestTo(points) => {
                let bounds = match own_bounds(&objects)? {
                    None => Shapely::loaded(polygons.py())?
                        .map_or(Ok(None), |shapely| shapely.bounds(&objects))?,
                    own => own,
                };
                bounds.map(|bounds| Sieve::nearest(&bounds, &points))
            }
        };
        let filter = sieve.map(|sieve| Filter { sieve, in_degrees: wanted.in_degrees });
        let mut reader = Reader::new(polygons.py(), wanted, skipping, filter, objects.len());
        if reader.only_area_is_asked(&objects)? {
            for (position, object) in objects.iter_borrowed().enumerate() {
                reader.signals.after(1)?;
                reader.centers.push(coordinates(&object, position)?.center);
            }
            reader.areas = ask_areas(&objects)?;
        } else {
            let mut position = reader.read_native(&objects)?;
            while position < objects.len() {
                position += reader.read_some(&objects, position)?;
            }
        }
        let Reader { centers, areas, shapes, skipping, .. } = reader;
        let count = objects.len();
        let skipped = skipping.flags(count);
        Ok(Self { objects, count, centers, areas, shapes, skipped })
    }

    /// Reads a column of a table. It is decoded as a whole, so no polygon is left out.
    fn read_column(
        column: &Bound<'py, GeometryColumn>,
        wanted: Wanted,
        mut skipping: Skipping,
    ) -> PyResult<Self> {
        let py = column.py();
        let refuse = |position, why| skipping.refuse(position, why);
        let shapes = column.get().shapes(py, refuse)?;
        let count = shapes.len();
        let (centers, areas) = py.detach(|| {
            let centers = wanted.center.map(|center| shapes.centers(center));
            let areas = wanted.areas.then(|| shapes.areas());
            (centers.unwrap_or_default(), areas.unwrap_or_default())
        });
        let shapes = wanted.shapes.then_some(shapes);
        let skipped = skipping.flags(count);
        Ok(Self { objects: PyTuple::empty(py), count, centers, areas, shapes, skipped })
    }
}

/// The polygons of a list, a table or a GeoJSON collection, in a tuple.
fn elements<'py>(polygons: &Bound<'py, PyAny>) -> PyResult<Bound<'py, PyTuple>> {
    static ELEMENTS: PyOnceLock<Py<PyAny>> = PyOnceLock::new();
    if polygons.is_instance_of::<PyList>() || polygons.is_instance_of::<PyTuple>() {
        return tuple_of(polygons, "polygons");
    }
    if let Ok(array) = polygons.cast::<PyUntypedArray>() {
        check_is_of_many(array)?;
        return in_tuple(polygons);
    }
    let elements = ELEMENTS.import(polygons.py(), "poly_match_rs._geometry", "elements")?;
    in_tuple(&elements.call1((polygons,))?)
}

/// Copies polygons into a tuple. Only for speed, an array of objects becomes a list first.
fn in_tuple<'py>(polygons: &Bound<'py, PyAny>) -> PyResult<Bound<'py, PyTuple>> {
    match polygons.cast_exact::<PyUntypedArray>() {
        Ok(array) if array.ndim() == 1 && array.dtype().kind() == b'O' => {
            tuple_of(&array.call_method0("tolist")?, "polygons")
        }
        _ => tuple_of(polygons, "polygons"),
    }
}

/// Reads one object after another, and remembers how to read the last class.
struct Reader<'py> {
    wanted: Wanted,
    centers: Vec<Point>,
    areas: Vec<f64>,
    shapes: Option<Shapes>,
    skipping: Skipping,
    filter: Option<Filter>,
    shapely: Option<Shapely<'py>>,
    signals: Signals<'py>,
    last: Option<(Bound<'py, PyType>, Class)>,
}

/// How the objects of a class are read.
#[derive(Clone, Copy)]
enum Class {
    Native(Overrides),
    Shapely,
    Foreign,
}

impl<'py> Reader<'py> {
    fn new(
        py: Python<'py>,
        wanted: Wanted,
        skipping: Skipping,
        filter: Option<Filter>,
        len: usize,
    ) -> Self {
        let room = |is_wanted| if is_wanted { len } else { 0 };
        Self {
            wanted,
            centers: Vec::with_capacity(room(wanted.center.is_some())),
            areas: Vec::with_capacity(room(wanted.areas)),
            shapes: wanted.shapes.then(Shapes::new),
            skipping,
            filter,
            shapely: None,
            signals: Signals::new(py),
            last: None,
        }
    }

    /// Whether the fast path of [`ask_areas`] applies: only vertex means and areas are wanted, and
    /// all objects are of one subclass of `Polygon` that overrides the method `area` but not
    /// `center`.
    fn only_area_is_asked(&mut self, objects: &Bound<'py, PyTuple>) -> PyResult<bool> {
        let Wanted { center: Some(Center::VertexMean), areas: true, shapes: false, .. } =
            self.wanted
        else {
            return Ok(false);
        };
        let Some(first) = objects.iter_borrowed().next() else { return Ok(false) };
        if !first.is_instance_of::<Polygon>() {
            return Ok(false);
        }
        let Class::Native(Overrides { center, area, area_is_called }) = self.class(&first)? else {
            return Ok(false);
        };
        let class = first.get_type_ptr();
        let mut objects = objects.iter_borrowed();
        Ok(area && area_is_called && !center && objects.all(|one| one.get_type_ptr() == class))
    }

    /// Fast path: reads the leading objects of the first one's class, if it is `Polygon` or a
    /// subclass that overrides nothing, and its centres are the stored ones. Returns how many were
    /// read: mostly all.
    fn read_native(&mut self, objects: &Bound<'py, PyTuple>) -> PyResult<usize> {
        let Wanted { center: Some(Center::VertexMean) | None, .. } = self.wanted else {
            return Ok(0);
        };
        let Some(first) = objects.iter_borrowed().next() else { return Ok(0) };
        if !first.is_instance_of::<Polygon>() {
            return Ok(0);
        }
        let Class::Native(Overrides { center: false, area: false, .. }) = self.class(&first)?
        else {
            return Ok(0);
        };
        let class = first.get_type_ptr();
        let same = objects.iter_borrowed().take_while(|object| object.get_type_ptr() == class);
        let mut count = 0;
        for (position, object) in same.enumerate() {
            let polygon = coordinates(&object, position)?;
            self.signals.after(1)?;
            if self.wanted.center.is_some() {
                self.centers.push(polygon.center);
            }
            if self.wanted.areas {
                self.areas.push(polygon.area);
            }
            if let Some(shapes) = &mut self.shapes {
                if may_be_left_out(self.filter.as_ref(), &polygon.bounds, polygon.area) {
                    self.skipping.leave_out(position);
                    shapes.push_nothing();
                } else {
                    self.signals.after(polygon.polygon.x().len() / VERTICES_OF_AN_ELEMENT)?;
                    shapes.push(&polygon.polygon);
                }
            }
            count += 1;
        }
        Ok(count)
    }

    /// Reads the object at `position`; from shapely, a whole batch. Returns how many were read.
    fn read_some(&mut self, objects: &Bound<'py, PyTuple>, position: usize) -> PyResult<usize> {
        let object = objects.get_borrowed_item(position)?;
        match self.class(&object)? {
            Class::Native(overrides) => self.read_own(&object, position, overrides)?,
            Class::Foreign => self.read_foreign(&object, position)?,
            Class::Shapely => return self.read_shapely(objects, position),
        }
        self.signals.after(ELEMENTS_OF_A_POLYGON)?;
        Ok(1)
    }

    #[inline]
    fn class(&mut self, object: &Bound<'py, PyAny>) -> PyResult<Class> {
        if let Some((class, how)) = &self.last
            && class.as_type_ptr() == object.get_type_ptr()
        {
            return Ok(*how);
        }
        let class = object.get_type();
        let how = self.find_out(object, &class)?;
        self.last = Some((class, how));
        Ok(how)
    }

    fn find_out(
        &mut self,
        object: &Bound<'py, PyAny>,
        class: &Bound<'py, PyType>,
    ) -> PyResult<Class> {
        let py = object.py();
        if object.is_instance_of::<Polygon>() {
            return Ok(Class::Native(Overrides::of(class, &Polygon::type_object(py))?));
        }
        if object.is_instance_of::<MultiPolygon>() {
            return Ok(Class::Native(Overrides::of(class, &MultiPolygon::type_object(py))?));
        }
        if self.shapely.is_none() {
            self.shapely = Shapely::loaded(py)?;
        }
        match &self.shapely {
            Some(shapely) if shapely.is_own(object) => Ok(Class::Shapely),
            _ => Ok(Class::Foreign),
        }
    }

    /// Reads an object of our own classes.
    fn read_own(
        &mut self,
        object: &Bound<'py, PyAny>,
        position: usize,
        overrides: Overrides,
    ) -> PyResult<()> {
        let (py, native) = (object.py(), Native::of(object, position)?);
        match self.wanted.center {
            Some(Center::VertexMean) if overrides.center => {
                self.centers.push(ask_center(&object.getattr(intern!(py, "center"))?, position)?);
            }
            Some(kind) => self.centers.push(native.center_by(kind, py)?),
            None => {}
        }
        let mut area = native.own_area();
        if self.wanted.areas {
            if overrides.area {
                area = ask_area(object, position)?;
            }
            self.areas.push(area);
        }
        if let Some(shapes) = &mut self.shapes {
            if self.filter.is_some()
                && may_be_left_out(self.filter.as_ref(), &native.bounds(py)?, area)
            {
                self.skipping.leave_out(position);
                shapes.push_nothing();
            } else {
                native.push_into(shapes, py)?;
            }
        }
        Ok(())
    }

    /// Reads an object of any other class. If it defines `center` or `area`, these are used, as for
    /// a subclass of ours.
    fn read_foreign(&mut self, object: &Bound<'py, PyAny>, position: usize) -> PyResult<()> {
        let read = Foreign::read(object, position, self.shapely.as_ref());
        let Foreign { shape, is_data } = match read {
            Ok(foreign) => foreign,
            Err(Refused::NoPolygon(why)) => return self.refuse(position, why),
            Err(Refused::Error(error)) => return Err(error),
        };
        let py = object.py();
        if let Some(kind) = self.wanted.center {
            let center = match kind {
                Center::VertexMean => own(object, intern!(py, "center"), is_data)?,
                _ => None,
            };
            let center = center.map(|center| ask_center(&center, position)).transpose()?;
            self.centers.push(center.unwrap_or_else(|| shape.center_by(kind)));
        }
        if self.wanted.areas {
            let area = own(object, intern!(py, "area"), is_data)?;
            let area = area.map(|area| call_area(area, position)).transpose()?;
            self.areas.push(area.unwrap_or_else(|| shape.area()));
        }
        if let Some(shapes) = &mut self.shapes {
            shapes.push(&shape);
        }
        Ok(())
    }

    /// Skips an object that holds no polygon, or returns the error.
    fn refuse(&mut self, position: usize, why: NoPolygon) -> PyResult<()> {
        self.skipping.refuse(position, why)?;
        if self.wanted.center.is_some() {
            self.centers.push([f64::NAN; 2]);
        }
        if self.wanted.areas {
            self.areas.push(0.0);
        }
        if let Some(shapes) = &mut self.shapes {
            shapes.push_nothing();
        }
        Ok(())
    }

    /// Reads a batch of shapely polygons from `position` on. Returns how many were read.
    fn read_shapely(&mut self, objects: &Bound<'py, PyTuple>, start: usize) -> PyResult<usize> {
        let Some(shapely) = &self.shapely else { return Ok(0) };
        let skipping = &mut self.skipping;
        let mut only_these = Shapes::new();
        let shapes = self.shapes.as_mut().unwrap_or(&mut only_these);
        let first = shapes.len();
        let count = shapely.read(
            objects,
            start,
            self.filter.as_ref(),
            shapes,
            |position, why| match why {
                Some(why) => skipping.refuse(position, why),
                None => {
                    skipping.leave_out(position);
                    Ok(())
                }
            },
        )?;
        let read = first..shapes.len();
        if let Some(kind) = self.wanted.center {
            self.centers.extend(read.clone().map(|position| shapes.center(position, kind)));
        }
        if self.wanted.areas {
            self.areas.extend(read.map(|position| shapes.area(position)));
        }
        Ok(count)
    }
}

/// Whether a polygon with this area need not be read: it does not pass, and the area is no error.
#[inline]
fn may_be_left_out(filter: Option<&Filter>, bounds: &Bounds, area: f64) -> bool {
    filter.is_some_and(|filter| !area.is_nan() && !filter.passes(bounds))
}
