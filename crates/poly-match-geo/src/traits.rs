//! Polygons and points of every crate that implements `geo-traits`.

use geo_traits::{
    CoordTrait, LineStringTrait, MultiPolygonTrait, PointTrait, PolygonTrait as AnyPolygon,
};
use poly_match::{Error, Point, Polygon, Shapes};

/// x and y.
pub(crate) fn xy(coord: &impl CoordTrait<T = f64>) -> Point {
    [coord.x(), coord.y()]
}

/// The outer ring and the holes. An empty polygon has no outer ring.
pub(crate) fn rings(polygon: &impl AnyPolygon<T = f64>) -> Vec<Vec<Point>> {
    let outer = polygon.exterior().map(|ring| vertices(&ring));
    outer.into_iter().chain(polygon.interiors().map(|ring| vertices(&ring))).collect()
}

fn vertices(ring: &impl LineStringTrait<T = f64>) -> Vec<Point> {
    ring.coords().map(|vertex| xy(&vertex)).collect()
}

/// Reads a polygon, with coordinates of `f64`. The closing vertex of each ring is dropped; z and m
/// are ignored.
///
/// ```
/// use geo_types::polygon;
///
/// let triangle = polygon![(x: 0.0, y: 0.0), (x: 4.0, y: 0.0), (x: 0.0, y: 4.0)];
/// assert_eq!(poly_match_geo::polygon_of(&triangle)?.area(), 8.0);
/// # Ok::<(), poly_match::Error>(())
/// ```
///
/// # Errors
/// [`Error::NoVertices`] for an empty polygon or ring, [`Error::Vertex`] for a coordinate that is NaN
/// or infinite.
pub fn polygon_of(polygon: &impl AnyPolygon<T = f64>) -> Result<Polygon, Error> {
    Polygon::from_parts([rings(polygon)])
}

/// Reads a multi-polygon as one polygon of several parts; see [`polygon_of`].
///
/// # Errors
/// As [`polygon_of`].
pub fn multi_polygon_of(polygons: &impl MultiPolygonTrait<T = f64>) -> Result<Polygon, Error> {
    Polygon::from_parts(polygons.polygons().map(|polygon| rings(&polygon)))
}

/// Reads polygons; see [`polygon_of`].
///
/// ```
/// use geo_types::{Point, polygon};
/// use poly_match::{Builder, Near};
/// use poly_match_geo::{point_of, shapes_of};
///
/// let district = polygon![(x: 0.0, y: 0.0), (x: 4.0, y: 0.0), (x: 0.0, y: 4.0)];
/// let matcher = Builder::new(Near::Covers).shapes(&shapes_of([&district])?)?;
/// let shop = point_of(&Point::new(1.0, 1.0)).expect("it is not empty");
/// assert_eq!(matcher.find(shop)?.map(|found| found.index), Some(0));
/// # Ok::<(), poly_match::Error>(())
/// ```
///
/// # Errors
/// As [`polygon_of`], with the position of the polygon.
pub fn shapes_of<'p, P: AnyPolygon<T = f64> + 'p>(
    polygons: impl IntoIterator<Item = &'p P>,
) -> Result<Shapes, Error> {
    let mut shapes = Shapes::new();
    for (position, polygon) in polygons.into_iter().enumerate() {
        let pushed = shapes.push_parts([rings(polygon)]);
        pushed.map_err(|error| error.of_polygon(position))?;
    }
    Ok(shapes)
}

/// Reads a point, with coordinates of `f64`. Returns `None` for an empty point.
///
/// ```
/// assert_eq!(poly_match_geo::point_of(&geo_types::Point::new(1.0, 2.0)), Some([1.0, 2.0]));
/// ```
#[must_use]
pub fn point_of(point: &impl PointTrait<T = f64>) -> Option<Point> {
    point.coord().map(|place| xy(&place))
}
