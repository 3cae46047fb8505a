//! Reads the caller's list of polygons, once, into centres, areas and shapes.
//!
//! The list is copied into a tuple first: an `area()` of the caller's could change the list, and
//! results must refer to the objects that were read. Objects of our own classes are read here,
//! including overrides of a subclass. Shapely polygons are read in batches
//! ([`crate::geometry::shapely`]), all others one by one ([`crate::geometry::foreign`]). An object
//! that holds no polygon is an error, or is skipped ([`crate::polygons::skipping`]).

use numpy::PyUntypedArray;
use poly_match::{Center, Point, Shapes};
use pyo3::prelude::*;
use pyo3::sync::PyOnceLock;
use pyo3::types::{PyList, PyTuple, PyType};
use pyo3::{PyTypeInfo, intern};

use crate::classes::multi_polygon::MultiPolygon;
use crate::classes::polygon::Polygon;
use crate::geometry::elements::tuple_of;
use crate::geometry::foreign::{Foreign, ask_area, ask_areas, ask_center, call_area, own};
use crate::geometry::refused::{NoPolygon, Refused};
use crate::geometry::shapely::Shapely;
use crate::geometry::vertices::check_is_of_many;
use crate::polygons::own::{Native, Overrides, coordinates};
use crate::polygons::skipping::{OnInvalid, Skipping};
use crate::run::Signals;

/// Cost of reading one polygon of another library, in elements of [`Signals`].
const ELEMENTS_OF_A_POLYGON: usize = 32;

/// What to read from every polygon.
#[derive(Clone, Copy)]
pub(crate) struct Wanted {
    /// Which centre; None if centres are not needed.
    pub(crate) center: Option<Center>,
    pub(crate) areas: bool,
    pub(crate) shapes: bool,
}

impl Wanted {
    /// Only the means of the vertices, the article's centres.
    pub(crate) const CENTERS: Self =
        Self { center: Some(Center::VertexMean), areas: false, shapes: false };
    pub(crate) const CENTERS_AND_AREAS: Self = Self { areas: true, ..Self::CENTERS };
}

/// The caller's objects, and what was read from them, in the same order.
pub(crate) struct Polygons<'py> {
    pub(crate) objects: Bound<'py, PyTuple>,
    /// Empty unless wanted.
    pub(crate) centers: Vec<Point>,
    /// Empty unless wanted.
    pub(crate) areas: Vec<f64>,
    /// None unless wanted.
    pub(crate) shapes: Option<Shapes>,
    /// Whether each object was skipped; empty if none was. A skipped one has a centre of NaN, an
    /// area of 0, and no parts.
    pub(crate) skipped: Vec<bool>,
}

impl<'py> Polygons<'py> {
    /// Reads any iterable of polygons: `Polygon` and `MultiPolygon` objects, objects with `x` and
    /// `y`, arrays of vertices, and geometry of other libraries.
    pub(crate) fn read(polygons: &Bound<'py, PyAny>, wanted: Wanted) -> PyResult<Self> {
        Self::read_with(polygons, wanted, None)
    }

    /// Reads polygons as [`Polygons::read`] does, for a caller who may ask to skip objects that
    /// hold none.
    pub(crate) fn read_with(
        polygons: &Bound<'py, PyAny>,
        wanted: Wanted,
        on_invalid: Option<OnInvalid>,
    ) -> PyResult<Self> {
        let objects = elements(polygons)?;
        let skipping = Skipping::new(on_invalid);
        let mut reader = Reader::new(polygons.py(), wanted, skipping, objects.len());
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
        let skipped = skipping.flags(objects.len());
        Ok(Self { objects, centers, areas, shapes, skipped })
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
        return tuple_of(polygons, "polygons");
    }
    let elements = ELEMENTS.import(polygons.py(), "poly_match_rs._geometry", "elements")?;
    tuple_of(&elements.call1((polygons,))?, "polygons")
}

/// Reads one object after another, and remembers how to read the last class.
struct Reader<'py> {
    wanted: Wanted,
    centers: Vec<Point>,
    areas: Vec<f64>,
    shapes: Option<Shapes>,
    skipping: Skipping,
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
    fn new(py: Python<'py>, wanted: Wanted, skipping: Skipping, len: usize) -> Self {
        let room = |is_wanted| if is_wanted { len } else { 0 };
        Self {
            wanted,
            centers: Vec::with_capacity(room(wanted.center.is_some())),
            areas: Vec::with_capacity(room(wanted.areas)),
            shapes: wanted.shapes.then(Shapes::new),
            skipping,
            shapely: None,
            signals: Signals::new(py),
            last: None,
        }
    }

    /// Whether the fast path of [`ask_areas`] applies: only vertex means and areas are wanted, and
    /// all objects are of one subclass of `Polygon` that overrides the method `area` but not
    /// `center`.
    fn only_area_is_asked(&mut self, objects: &Bound<'py, PyTuple>) -> PyResult<bool> {
        let Wanted { center: Some(Center::VertexMean), areas: true, shapes: false } = self.wanted
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
    /// subclass that overrides nothing, and only stored values are wanted. Returns how many were
    /// read: mostly all.
    fn read_native(&mut self, objects: &Bound<'py, PyTuple>) -> PyResult<usize> {
        let Wanted { center: Some(Center::VertexMean), areas, shapes: false } = self.wanted else {
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
        for (position, object) in same.enumerate() {
            self.signals.after(1)?;
            let polygon = coordinates(&object, position)?;
            self.centers.push(polygon.center);
            if areas {
                self.areas.push(polygon.area);
            }
        }
        Ok(self.centers.len())
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
        let shape = match self.wanted {
            Wanted { center: Some(Center::VertexMean) | None, shapes: false, .. } => None,
            _ => Some(native.shape(py)?),
        };
        match (self.wanted.center, &shape) {
            (Some(Center::VertexMean), _) if overrides.center => {
                self.centers.push(ask_center(&object.getattr(intern!(py, "center"))?, position)?);
            }
            (Some(Center::VertexMean), _) => self.centers.push(native.center()),
            (Some(kind), Some(shape)) => self.centers.push(shape.center_by(kind)),
            _ => {}
        }
        if self.wanted.areas {
            let own = overrides.area.then(|| ask_area(object, position)).transpose()?;
            self.areas.push(own.unwrap_or_else(|| native.own_area()));
        }
        if let (Some(shapes), Some(shape)) = (&mut self.shapes, &shape) {
            shapes.push(shape);
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
    fn read_shapely(&mut self, objects: &Bound<'py, PyTuple>, position: usize) -> PyResult<usize> {
        let Some(shapely) = &self.shapely else { return Ok(0) };
        let skipping = &mut self.skipping;
        let (shapes, count) =
            shapely.read(objects, position, |position, why| skipping.refuse(position, why))?;
        if let Some(kind) = self.wanted.center {
            self.centers.extend(shapes.centers(kind));
        }
        if self.wanted.areas {
            self.areas.extend(shapes.areas());
        }
        if let Some(all) = &mut self.shapes {
            all.append(shapes);
        }
        Ok(count)
    }
}
