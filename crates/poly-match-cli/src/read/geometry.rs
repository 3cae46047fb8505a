//! The parts of a polygon, whichever format it comes from; and how GeoJSON holds them.
//!
//! A GeometryCollection counts as one MultiPolygon of its polygons. Its other members are ignored.

use geojson::{Feature, GeometryValue, Position};

use super::features;
use crate::failure::Failure;

/// The parts of a polygon. Each part is an outer ring followed by its holes, as in the file.
pub(crate) type Parts = Vec<Vec<Vec<poly_match::Point>>>;

/// A polygon as read from a file.
#[derive(Debug, Default, PartialEq)]
pub(super) struct Geometry {
    pub(super) parts: Parts,
    /// The number of members of a GeometryCollection that are no polygons.
    pub(super) ignored: usize,
}

/// Reads the polygon of a feature.
pub(super) fn of_feature(feature: &Feature) -> Result<Geometry, Failure> {
    let expected =
        |got: &str| Failure::new(format_args!("expected a Polygon or MultiPolygon, got a {got}"));
    let Some(geometry) = &feature.geometry else {
        return Err(Failure::new("the geometry is null: expected a Polygon or MultiPolygon"));
    };
    let value = &geometry.value;
    let mut found = Geometry::default();
    gather(value, &mut found)?;
    match value {
        GeometryValue::Polygon { .. } | GeometryValue::MultiPolygon { .. } => Ok(found),
        GeometryValue::GeometryCollection { .. } if found.parts.is_empty() => {
            Err(expected("GeometryCollection without polygons"))
        }
        GeometryValue::GeometryCollection { .. } => Ok(found),
        other => Err(expected(other.type_name())),
    }
}

/// Adds the polygons of a geometry. The JSON library limits how deep collections are nested.
fn gather(value: &GeometryValue, found: &mut Geometry) -> Result<(), Failure> {
    match value {
        GeometryValue::Polygon { coordinates } => found.parts.push(rings(coordinates)?),
        GeometryValue::MultiPolygon { coordinates } => {
            for part in coordinates {
                found.parts.push(rings(part)?);
            }
        }
        GeometryValue::GeometryCollection { geometries } => {
            for member in geometries {
                gather(&member.value, found)?;
            }
        }
        _ => found.ignored += 1,
    }
    Ok(())
}

fn rings(rings: &[Vec<Position>]) -> Result<Vec<Vec<poly_match::Point>>, Failure> {
    rings.iter().map(|ring| ring.iter().map(features::point).collect()).collect()
}
