//! The caller's list of polygons, read once into what the core needs.
//!
//! The list is copied into a tuple first, so that the objects that come back are those that were
//! read, whatever an `area()` of the caller's does to the list meanwhile.

use std::fmt;

use poly_match::{Error, Point};
use pyo3::exceptions::PyTypeError;
use pyo3::prelude::*;
use pyo3::sync::PyOnceLock;
use pyo3::types::{PyList, PyTuple, PyType};
use pyo3::{PyTypeInfo, intern};

use crate::arrays::{point, vector};
use crate::errors::exception;
use crate::polygon::Polygon;

/// What is to be read of every polygon.
#[derive(Clone, Copy, PartialEq)]
pub(crate) enum Wanted {
    Centers,
    CentersAndAreas,
}

/// The caller's objects, and what was read of them, in the same order.
pub(crate) struct Polygons<'py> {
    pub(crate) objects: Bound<'py, PyTuple>,
    pub(crate) centers: Vec<Point>,
    /// Empty unless wanted.
    pub(crate) areas: Vec<f64>,
}

impl<'py> Polygons<'py> {
    /// Reads any iterable of `Polygon` objects, or of objects with `x` and `y`.
    pub(crate) fn read(polygons: &Bound<'py, PyAny>, wanted: Wanted) -> PyResult<Self> {
        let objects = tuple_of(polygons, "polygons")?;
        let mut reader = Reader { wanted, last: None };
        let mut centers = Vec::with_capacity(objects.len());
        let mut areas = Vec::with_capacity(objects.len());
        if wanted == Wanted::CentersAndAreas && reader.only_area_is_asked(&objects)? {
            for object in objects.iter_borrowed() {
                centers.push(object.cast::<Polygon>()?.get().center());
            }
            let areas = ask_areas(&objects)?;
            return Ok(Self { objects, centers, areas });
        }
        let native = reader.read_native(&objects, &mut centers, &mut areas)?;
        for (position, object) in objects.iter_borrowed().enumerate().skip(native) {
            let (center, area) = reader.read(&object, position)?;
            centers.push(center);
            areas.extend(area);
        }
        Ok(Self { objects, centers, areas })
    }
}

/// What `iterable` gives, as a tuple: the caller's list may change meanwhile.
pub(crate) fn tuple_of<'py>(
    iterable: &Bound<'py, PyAny>,
    name: &str,
) -> PyResult<Bound<'py, PyTuple>> {
    if let Ok(list) = iterable.cast::<PyList>() {
        return Ok(list.to_tuple());
    }
    let Ok(iterator) = iterable.try_iter() else {
        let got = iterable.get_type().name()?;
        return Err(PyTypeError::new_err(format!("{name} must be an iterable, got {got}")));
    };
    Ok(iterable.py().get_type::<PyTuple>().call1((iterator,))?.cast_into()?)
}

/// Reads one object after another, and remembers what it found out about their class.
struct Reader<'py> {
    wanted: Wanted,
    last: Option<(Bound<'py, PyType>, Overrides)>,
}

/// What a subclass of `Polygon` does its own way.
#[derive(Clone, Copy)]
struct Overrides {
    center: bool,
    area: bool,
    /// The area is a method, and not a property or a number.
    area_is_called: bool,
}

impl Overrides {
    fn of(class: &Bound<'_, PyType>) -> PyResult<Self> {
        let base = Polygon::type_object(class.py());
        let overrides = |name| Ok::<_, PyErr>(!class.getattr(name)?.is(&base.getattr(name)?));
        let area_is_called = class.getattr("area")?.is_callable();
        Ok(Self { center: overrides("center")?, area: overrides("area")?, area_is_called })
    }
}

impl<'py> Reader<'py> {
    /// Whether all objects are of one subclass of `Polygon` that has an `area()` of its own, and
    /// nothing else: then they may be asked one after the other.
    fn only_area_is_asked(&mut self, objects: &Bound<'py, PyTuple>) -> PyResult<bool> {
        let Some(first) = objects.iter_borrowed().next() else { return Ok(false) };
        if !first.is_instance_of::<Polygon>() {
            return Ok(false);
        }
        let Overrides { center, area, area_is_called } = self.overrides(&first)?;
        let class = first.get_type_ptr();
        let mut objects = objects.iter_borrowed();
        Ok(area && area_is_called && !center && objects.all(|one| one.get_type_ptr() == class))
    }

    /// Reads the first objects, as long as they are of one class that overrides nothing, and counts
    /// them: most often, that is all.
    fn read_native(
        &mut self,
        objects: &Bound<'py, PyTuple>,
        centers: &mut Vec<Point>,
        areas: &mut Vec<f64>,
    ) -> PyResult<usize> {
        let Some(first) = objects.iter_borrowed().next() else { return Ok(0) };
        if !first.is_instance_of::<Polygon>() {
            return Ok(0);
        }
        let Overrides { center, area, .. } = self.overrides(&first)?;
        if center || area {
            return Ok(0);
        }
        let class = first.get_type_ptr();
        let same = objects.iter_borrowed().take_while(|object| object.get_type_ptr() == class);
        for object in same {
            let polygon = object.cast::<Polygon>()?.get();
            centers.push(polygon.center());
            if self.wanted == Wanted::CentersAndAreas {
                areas.push(polygon.own_area());
            }
        }
        Ok(centers.len())
    }

    /// The centre, and the area where it is wanted, of the object at `position`.
    #[inline]
    fn read(
        &mut self,
        object: &Bound<'py, PyAny>,
        position: usize,
    ) -> PyResult<(Point, Option<f64>)> {
        let Ok(polygon) = object.cast::<Polygon>() else {
            return self.read_foreign(object, position);
        };
        let polygon = polygon.get();
        let overrides = self.overrides(object)?;
        let center = if overrides.center {
            ask_center(&object.getattr(intern!(object.py(), "center"))?, position)?
        } else {
            polygon.center()
        };
        let area = match self.wanted {
            Wanted::Centers => None,
            Wanted::CentersAndAreas if overrides.area => Some(ask_area(object, position)?),
            Wanted::CentersAndAreas => Some(polygon.own_area()),
        };
        Ok((center, area))
    }

    #[inline]
    fn overrides(&mut self, object: &Bound<'py, PyAny>) -> PyResult<Overrides> {
        if let Some((class, overrides)) = &self.last
            && class.as_type_ptr() == object.get_type_ptr()
        {
            return Ok(*overrides);
        }
        let class = object.get_type();
        let overrides = Overrides::of(&class)?;
        self.last = Some((class, overrides));
        Ok(overrides)
    }

    /// An object that is no `Polygon` but has its `x` and `y`. Its own `center` and `area()` count
    /// where it has them, as they do in a subclass.
    #[cold]
    fn read_foreign(
        &self,
        object: &Bound<'py, PyAny>,
        position: usize,
    ) -> PyResult<(Point, Option<f64>)> {
        let coordinates = |name| match object.getattr_opt(name)? {
            Some(values) => vector(&values, &Of { name, position }),
            None => Err(PyTypeError::new_err(format!(
                "polygons must be Polygon objects or have x and y, got {} at position {position}",
                object.get_type().name()?,
            ))),
        };
        let (x, y) = (coordinates("x")?, coordinates("y")?);
        let polygon = poly_match::Polygon::new(x, y)
            .map_err(|error| exception(&error.of_polygon(position)))?;
        let center = match object.getattr_opt(intern!(object.py(), "center"))? {
            Some(center) => ask_center(&center, position)?,
            None => polygon.center(),
        };
        let area = match self.wanted {
            Wanted::Centers => None,
            Wanted::CentersAndAreas if object.hasattr(intern!(object.py(), "area"))? => {
                Some(ask_area(object, position)?)
            }
            Wanted::CentersAndAreas => Some(polygon.area()),
        };
        Ok((center, area))
    }
}

/// The centre that the object gives itself.
fn ask_center(center: &Bound<'_, PyAny>, position: usize) -> PyResult<Point> {
    let got = point(center, &Of { name: "center", position })?;
    if got[0].is_finite() && got[1].is_finite() {
        Ok(got)
    } else {
        Err(exception(&Error::Center { polygon: position, got }))
    }
}

/// The area that the object gives itself; an exception in it passes untouched.
fn ask_area(object: &Bound<'_, PyAny>, position: usize) -> PyResult<f64> {
    let area = object.getattr(intern!(object.py(), "area"))?;
    let area = if area.is_callable() { area.call0()? } else { area };
    number(&area, position)
}

/// The areas that many objects give themselves.
///
/// The loop is in Python: the interpreter calls its own methods faster than native code can.
fn ask_areas(objects: &Bound<'_, PyTuple>) -> PyResult<Vec<f64>> {
    static AREAS: PyOnceLock<Py<PyAny>> = PyOnceLock::new();
    let areas = AREAS.import(objects.py(), "poly_match_rs._areas", "areas")?.call1((objects,))?;
    let areas = areas.cast::<PyList>()?.to_tuple();
    areas.iter_borrowed().enumerate().map(|(position, area)| number(&area, position)).collect()
}

fn number(area: &Bound<'_, PyAny>, position: usize) -> PyResult<f64> {
    area.extract().map_err(|_| {
        let got = area.get_type().name().map_or_else(|_| String::new(), |name| name.to_string());
        PyTypeError::new_err(format!("area of polygon {position} must be a number, got {got}"))
    })
}

/// An attribute of the polygon at a position, as an error names it.
struct Of<'a> {
    name: &'a str,
    position: usize,
}

impl fmt::Display for Of<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} of polygon {}", self.name, self.position)
    }
}
