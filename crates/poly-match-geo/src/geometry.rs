//! A geometry of any type, and what it gives as polygons or as a point.

use std::borrow::Cow;
use std::fmt;

use geo_traits::{
    GeometryCollectionTrait, GeometryTrait, GeometryType, MultiPointTrait, MultiPolygonTrait,
    RectTrait, TriangleTrait,
};
use poly_match::Point;

use crate::traits::{point_of, rings, xy};

/// The parts of a polygon. Each part is an outer ring followed by its holes, as it was written.
pub type Parts = Vec<Vec<Vec<Point>>>;

/// A geometry, without z and m. A coordinate that is missing is NaN.
#[derive(Debug, Clone, PartialEq)]
pub enum Geometry {
    /// No geometry.
    Null,
    /// A point; `None` if it is empty.
    Point(Option<Point>),
    /// Points.
    MultiPoint(Vec<Option<Point>>),
    /// An outer ring and its holes.
    Polygon(Vec<Vec<Point>>),
    /// Parts.
    MultiPolygon(Parts),
    /// Geometries of any type.
    Collection(Vec<Geometry>),
    /// A geometry of another type, such as `LineString`.
    Other(Cow<'static, str>),
}

/// The polygons of a geometry: the parts of one polygon.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Polygons {
    /// The parts. There is at least one, and each has a vertex.
    pub parts: Parts,
    /// The number of members of a GeometryCollection that are no polygons.
    pub ignored: usize,
}

/// A geometry does not hold what is wanted of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Absent {
    wanted: &'static str,
    got: Cow<'static, str>,
    kind: AbsentKind,
}

/// Why a geometry does not hold what is wanted of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AbsentKind {
    /// There is no geometry.
    Null,
    /// It is empty, or a collection without a polygon.
    Empty,
    /// It is of another type.
    OtherType,
}

const POLYGONS: &str = "a Polygon or MultiPolygon";
const POINT: &str = "a Point";

impl Geometry {
    /// Reads a geometry of any crate that implements `geo-traits`.
    ///
    /// Collections are read by recursion, so limit their depth before.
    pub fn of(geometry: &impl GeometryTrait<T = f64>) -> Self {
        let other = |name: &'static str| Self::Other(name.into());
        match geometry.as_type() {
            GeometryType::Point(point) => Self::Point(point_of(point)),
            GeometryType::MultiPoint(points) => {
                Self::MultiPoint(points.points().map(|point| point_of(&point)).collect())
            }
            GeometryType::Polygon(polygon) => Self::Polygon(rings(polygon)),
            GeometryType::MultiPolygon(polygons) => {
                Self::MultiPolygon(polygons.polygons().map(|polygon| rings(&polygon)).collect())
            }
            GeometryType::GeometryCollection(members) => {
                Self::Collection(members.geometries().map(|member| Self::of(&member)).collect())
            }
            GeometryType::Rect(rect) => {
                let [low, high] = [rect.min(), rect.max()].map(|corner| xy(&corner));
                Self::Polygon(vec![vec![low, [high[0], low[1]], high, [low[0], high[1]]]])
            }
            GeometryType::Triangle(triangle) => {
                Self::Polygon(vec![triangle.coords().iter().map(xy).collect()])
            }
            GeometryType::Line(_) => other("Line"),
            GeometryType::LineString(_) => other("LineString"),
            GeometryType::MultiLineString(_) => other("MultiLineString"),
        }
    }

    /// The polygons, as the parts of one polygon. A collection gives the polygons in it, however
    /// deep; its other members are counted.
    ///
    /// # Errors
    /// If there is no polygon with a vertex.
    pub fn into_polygons(self) -> Result<Polygons, Absent> {
        let absent = |got, kind| Err(Absent { wanted: POLYGONS, got, kind });
        let empty = match &self {
            Self::Polygon(_) => "an empty Polygon",
            Self::MultiPolygon(_) => "an empty MultiPolygon",
            Self::Collection(_) => "a GeometryCollection without polygons",
            Self::Null => return absent(self.described(), AbsentKind::Null),
            Self::Point(_) | Self::MultiPoint(_) | Self::Other(_) => {
                return absent(self.described(), AbsentKind::OtherType);
            }
        };
        let mut found = Polygons::default();
        self.gather(&mut found);
        if found.parts.is_empty() { absent(empty.into(), AbsentKind::Empty) } else { Ok(found) }
    }

    /// The point. A MultiPoint of one position is that point, and so is a collection with one.
    ///
    /// # Errors
    /// If there is not exactly one point. Its coordinates may be NaN.
    pub fn point(&self) -> Result<Point, Absent> {
        let mut points = Vec::new();
        self.points(&mut points);
        let got = match (&points[..], self) {
            (&[point], _) => return Ok(point),
            ([], Self::Collection(_)) => "a GeometryCollection without points".into(),
            ([], other) => other.described(),
            (_, other) => format!("{} of {} positions", other.described(), points.len()).into(),
        };
        let kind = match self {
            Self::Null => AbsentKind::Null,
            Self::Point(_) | Self::MultiPoint(_) if points.is_empty() => AbsentKind::Empty,
            Self::Collection(members) if members.is_empty() => AbsentKind::Empty,
            _ => AbsentKind::OtherType,
        };
        Err(Absent { wanted: POINT, got, kind })
    }

    fn gather(self, found: &mut Polygons) {
        match self {
            Self::Polygon(rings) => found.push(rings),
            Self::MultiPolygon(parts) => parts.into_iter().for_each(|part| found.push(part)),
            Self::Collection(members) => {
                members.into_iter().for_each(|member| member.gather(found));
            }
            Self::Null | Self::Point(_) | Self::MultiPoint(_) | Self::Other(_) => {
                found.ignored += 1;
            }
        }
    }

    fn points(&self, found: &mut Vec<Point>) {
        match self {
            Self::Point(point) => found.extend(point),
            Self::MultiPoint(points) => found.extend(points.iter().flatten()),
            Self::Collection(members) => members.iter().for_each(|member| member.points(found)),
            Self::Null | Self::Polygon(_) | Self::MultiPolygon(_) | Self::Other(_) => {}
        }
    }

    /// The geometry in words, for messages.
    fn described(&self) -> Cow<'static, str> {
        match self {
            Self::Null => "null".into(),
            Self::Point(None) => "an empty Point".into(),
            Self::Point(Some(_)) => "a Point".into(),
            Self::MultiPoint(points) if points.is_empty() => "an empty MultiPoint".into(),
            Self::MultiPoint(_) => "a MultiPoint".into(),
            Self::Polygon(_) => "a Polygon".into(),
            Self::MultiPolygon(_) => "a MultiPolygon".into(),
            Self::Collection(_) => "a GeometryCollection".into(),
            Self::Other(kind) => {
                let mut kind: String = kind.chars().take(40).collect();
                kind.insert_str(0, "a ");
                kind.into()
            }
        }
    }
}

impl Polygons {
    /// Adds a part; an empty one is none.
    fn push(&mut self, rings: Vec<Vec<Point>>) {
        if rings.iter().any(|ring| !ring.is_empty()) {
            self.parts.push(rings);
        }
    }
}

impl Absent {
    /// Why it does not hold what is wanted.
    #[must_use]
    pub fn kind(&self) -> AbsentKind {
        self.kind
    }
}

impl fmt::Display for Absent {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "expected {}, got {}", self.wanted, self.got)
    }
}

impl std::error::Error for Absent {}

#[cfg(test)]
mod tests {
    use super::*;

    fn triangle(x: f64) -> Vec<Vec<Point>> {
        vec![vec![[x, 0.0], [x + 1.0, 0.0], [x, 1.0]]]
    }

    #[test]
    fn polygons_of_every_type() {
        let line = || Geometry::Other("LineString".into());
        let collection = Geometry::Collection(vec![
            line(),
            Geometry::Polygon(triangle(0.0)),
            Geometry::Collection(vec![
                Geometry::MultiPolygon(vec![triangle(2.0), vec![], triangle(4.0)]),
                Geometry::Point(None),
                Geometry::Null,
            ]),
        ]);
        let found = collection.into_polygons().expect("polygons");
        assert_eq!(found.parts, [triangle(0.0), triangle(2.0), triangle(4.0)]);
        assert_eq!(found.ignored, 3);
        for (geometry, got) in [
            (Geometry::Null, "null"),
            (Geometry::Polygon(vec![]), "an empty Polygon"),
            (Geometry::Polygon(vec![vec![]]), "an empty Polygon"),
            (Geometry::MultiPolygon(vec![vec![]]), "an empty MultiPolygon"),
            (Geometry::Collection(vec![line()]), "a GeometryCollection without polygons"),
            (Geometry::Point(Some([1.0, 2.0])), "a Point"),
            (line(), "a LineString"),
        ] {
            let error = geometry.into_polygons().expect_err(got).to_string();
            assert_eq!(error, format!("expected a Polygon or MultiPolygon, got {got}"));
        }
    }

    #[test]
    fn one_position_is_a_point() {
        let at = [1.0, 2.0];
        let polygon = || Geometry::Polygon(triangle(0.0));
        for geometry in [
            Geometry::Point(Some(at)),
            Geometry::MultiPoint(vec![Some(at)]),
            Geometry::MultiPoint(vec![None, Some(at)]),
            Geometry::Collection(vec![polygon(), Geometry::Point(Some(at))]),
        ] {
            assert_eq!(geometry.point(), Ok(at), "{geometry:?}");
        }
        for (geometry, got) in [
            (Geometry::Null, "null"),
            (Geometry::Point(None), "an empty Point"),
            (Geometry::MultiPoint(vec![]), "an empty MultiPoint"),
            (Geometry::MultiPoint(vec![Some(at), Some(at)]), "a MultiPoint of 2 positions"),
            (Geometry::Collection(vec![polygon()]), "a GeometryCollection without points"),
            (polygon(), "a Polygon"),
            (Geometry::Other("Circle".into()), "a Circle"),
        ] {
            let error = geometry.point().expect_err(got).to_string();
            assert_eq!(error, format!("expected a Point, got {got}"));
        }
    }

    #[test]
    fn why_something_is_absent_is_told() {
        use AbsentKind::{Empty, Null, OtherType};
        let at = Some([1.0, 2.0]);
        let line = || Geometry::Other("LineString".into());
        for (geometry, as_polygons, as_point) in [
            (Geometry::Null, Null, Null),
            (Geometry::Polygon(vec![]), Empty, OtherType),
            (Geometry::MultiPolygon(vec![vec![]]), Empty, OtherType),
            (Geometry::Point(None), OtherType, Empty),
            (Geometry::MultiPoint(vec![None]), OtherType, Empty),
            (Geometry::MultiPoint(vec![at, at]), OtherType, OtherType),
            (Geometry::Collection(vec![]), Empty, Empty),
            (Geometry::Collection(vec![line()]), Empty, OtherType),
            (line(), OtherType, OtherType),
        ] {
            assert_eq!(geometry.point().expect_err("absent").kind(), as_point, "{geometry:?}");
            let kind = geometry.into_polygons().expect_err("absent").kind();
            assert_eq!(kind, as_polygons);
        }
    }
}
