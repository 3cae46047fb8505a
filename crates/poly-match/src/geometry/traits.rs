//! Polygons and points of other crates, by the traits of `geo-traits`. Only with the feature
//! `geo-traits`.

use geo_traits::{
    CoordTrait, LineStringTrait, MultiPolygonTrait, PointTrait, PolygonTrait as AnyPolygon,
};

use crate::error::Error;
use crate::geometry::point::Point;
use crate::geometry::polygon::Polygon;
use crate::geometry::shapes::Shapes;

/// The vertices of a ring.
fn vertices(ring: &impl LineStringTrait<T = f64>) -> Vec<Point> {
    ring.coords().map(|vertex| [vertex.x(), vertex.y()]).collect()
}

/// The outer ring and the holes. An empty polygon has no outer ring.
fn rings(polygon: &impl AnyPolygon<T = f64>) -> Vec<Vec<Point>> {
    let outer = polygon.exterior().map(|ring| vertices(&ring));
    outer.into_iter().chain(polygon.interiors().map(|ring| vertices(&ring))).collect()
}

impl Polygon {
    /// Reads a polygon of any crate that implements `geo-traits`, with coordinates of `f64`. The
    /// closing vertex of each ring is dropped; z and m are ignored.
    ///
    /// ```
    /// use geo_types::polygon;
    /// use poly_match::Polygon;
    ///
    /// let triangle = polygon![(x: 0.0, y: 0.0), (x: 4.0, y: 0.0), (x: 0.0, y: 4.0)];
    /// assert_eq!(Polygon::from_polygon(&triangle)?.area(), 8.0);
    /// # Ok::<(), poly_match::Error>(())
    /// ```
    ///
    /// # Errors
    /// [`Error::NoVertices`] for an empty polygon or ring, [`Error::Vertex`] for a coordinate that is
    /// NaN or infinite.
    pub fn from_polygon(polygon: &impl AnyPolygon<T = f64>) -> Result<Self, Error> {
        Self::from_parts([rings(polygon)])
    }

    /// Reads a multi-polygon of any crate that implements `geo-traits` as one polygon of several
    /// parts. The closing vertex of each ring is dropped; z and m are ignored.
    ///
    /// # Errors
    /// As [`from_polygon`](Self::from_polygon).
    pub fn from_multi_polygon(polygons: &impl MultiPolygonTrait<T = f64>) -> Result<Self, Error> {
        Self::from_parts(polygons.polygons().map(|polygon| rings(&polygon)))
    }
}

impl Shapes {
    /// Reads polygons of any crate that implements `geo-traits`; see [`Polygon::from_polygon`].
    ///
    /// ```
    /// use geo_types::{Point, polygon};
    /// use poly_match::{Builder, Near, Shapes, point_of};
    ///
    /// let district = polygon![(x: 0.0, y: 0.0), (x: 4.0, y: 0.0), (x: 0.0, y: 4.0)];
    /// let matcher = Builder::new(Near::Covers).shapes(&Shapes::from_polygons([&district])?)?;
    /// let shop = point_of(&Point::new(1.0, 1.0)).expect("it is not empty");
    /// assert_eq!(matcher.find(shop)?.map(|found| found.index), Some(0));
    /// # Ok::<(), poly_match::Error>(())
    /// ```
    ///
    /// # Errors
    /// As [`Polygon::from_polygon`], with the position of the polygon.
    pub fn from_polygons<'p, P: AnyPolygon<T = f64> + 'p>(
        polygons: impl IntoIterator<Item = &'p P>,
    ) -> Result<Self, Error> {
        let mut shapes = Self::new();
        for (position, polygon) in polygons.into_iter().enumerate() {
            let read = Polygon::from_polygon(polygon);
            shapes.push(&read.map_err(|error| error.of_polygon(position))?);
        }
        Ok(shapes)
    }
}

/// Reads a point of any crate that implements `geo-traits`, with coordinates of `f64`. Returns `None`
/// for an empty point.
///
/// ```
/// assert_eq!(poly_match::point_of(&geo_types::Point::new(1.0, 2.0)), Some([1.0, 2.0]));
/// ```
#[must_use]
pub fn point_of(point: &impl PointTrait<T = f64>) -> Option<Point> {
    point.coord().map(|place| [place.x(), place.y()])
}
