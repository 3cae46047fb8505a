//! Geometry in the native encodings of GeoArrow: lists of coordinates.

use arrow_array::Array;
use poly_match::{Point, Shapes};

use super::coordinates::Coordinates;
use super::element::{Read, Unreadable, push};
use super::lists::Lists;
use crate::geometry::Geometry;

/// Points, or MultiPoints: lists of points.
pub(super) struct Points {
    lists: Option<Lists>,
    coordinates: Coordinates,
}

/// Polygons, or MultiPolygons.
pub(super) struct Polygons {
    is_multi: bool,
    /// The parts of each polygon, the rings of each part, and the vertices of each ring.
    parts: Lists,
    rings: Lists,
    vertices: Lists,
    coordinates: Coordinates,
}

impl Points {
    /// `None` if the array does not hold them.
    pub(super) fn of(array: &dyn Array, is_multi: bool) -> Option<Self> {
        if !is_multi {
            return Some(Self { lists: None, coordinates: Coordinates::of(array)? });
        }
        let (lists, items) = Lists::of(array)?;
        Some(Self { lists: Some(lists), coordinates: Coordinates::of(&items)? })
    }

    pub(super) fn geometry(&self, i: usize) -> Geometry {
        let point = |i| {
            let point: Point = self.coordinates.get(i);
            (!point.iter().all(|number| number.is_nan())).then_some(point)
        };
        match &self.lists {
            None if self.coordinates.is_null(i) => Geometry::Null,
            None => Geometry::Point(point(i)),
            Some(lists) => lists
                .get(i)
                .map_or(Geometry::Null, |points| Geometry::MultiPoint(points.map(point).collect())),
        }
    }

    /// The coordinates of the points, if these are no lists.
    pub(super) fn plain(&self) -> Option<&Coordinates> {
        self.lists.is_none().then_some(&self.coordinates)
    }
}

impl Polygons {
    /// `None` if the array does not hold them.
    pub(super) fn of(array: &dyn Array, is_multi: bool) -> Option<Self> {
        let (outer, items) = Lists::of(array)?;
        let (parts, rings, items) = if is_multi {
            let (rings, items) = Lists::of(&items)?;
            (outer, rings, items)
        } else {
            (outer.one_each(), outer, items)
        };
        let (vertices, items) = Lists::of(&items)?;
        Some(Self { is_multi, parts, rings, vertices, coordinates: Coordinates::of(&items)? })
    }

    /// The geometry without its coordinates.
    pub(super) fn outline(&self, i: usize) -> Geometry {
        match self.parts.get(i) {
            None => Geometry::Null,
            Some(_) if self.is_multi => Geometry::MultiPolygon(Vec::new()),
            Some(_) => Geometry::Polygon(Vec::new()),
        }
    }

    /// Adds the polygon to shapes. Parts without vertices are left out.
    pub(super) fn push(&self, i: usize, shapes: &mut Shapes) -> Read<usize> {
        let Some(parts) = self.parts.get(i) else { return push(Geometry::Null, shapes) };
        let mut has_vertices = false;
        for part in parts.clone() {
            has_vertices |= self.has_vertices(part)?;
        }
        if !has_vertices {
            return push(self.outline(i), shapes);
        }
        let parts = parts.filter(|&part| self.has_vertices(part) == Ok(true));
        let pushed = shapes.push_parts(parts.map(|part| self.rings_of(part)));
        pushed.map(|()| Ok(0)).map_err(Unreadable::Wrong)
    }

    /// Whether a part has vertices. It is an error if the part or one of its rings is null.
    fn has_vertices(&self, part: usize) -> Result<bool, Unreadable> {
        let null = |what: &str| Unreadable::Malformed(format!("a {what} of a polygon is null"));
        let mut has_vertices = false;
        for ring in self.rings.get(part).ok_or_else(|| null("part"))? {
            has_vertices |= !self.vertices.get(ring).ok_or_else(|| null("ring"))?.is_empty();
        }
        Ok(has_vertices)
    }

    fn rings_of(&self, part: usize) -> impl Iterator<Item = impl Iterator<Item = Point>> {
        let rings = self.rings.get(part).unwrap_or_default();
        let vertices = |ring| self.vertices.get(ring).unwrap_or_default();
        rings.map(move |ring| vertices(ring).map(|vertex| self.coordinates.get(vertex)))
    }
}
