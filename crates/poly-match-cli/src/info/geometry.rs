//! Measures the geometries of a column: how many there are of each type, their vertices, their extent.

use std::collections::BTreeMap;

use arrow_array::cast::AsArray;
use arrow_array::{Array, ArrayRef};
use arrow_schema::{DataType, FieldRef};
use poly_match::{Bounds, Point};
use poly_match_geo::arrow::{ColumnError, GeometryColumn};
use poly_match_geo::wkb::{Header, Vertices, Visitor, WkbError, walk};
use poly_match_geo::{Crs, Geometry};

use crate::failure::Failure;
use crate::origins::Batch;

/// What was measured so far.
#[derive(Debug)]
pub(super) struct Measured {
    /// How many geometries there are of each type.
    pub(super) types: BTreeMap<String, u64>,
    /// How many cells hold no geometry that can be read, and what is wrong with the first.
    pub(super) unreadable: u64,
    pub(super) first_unreadable: Option<String>,
    pub(super) vertices: u64,
    pub(super) extent: Bounds,
    /// The system that SRIDs in the rows declare.
    pub(super) crs: Option<Crs>,
}

impl Default for Measured {
    fn default() -> Self {
        Self {
            types: BTreeMap::new(),
            unreadable: 0,
            first_unreadable: None,
            vertices: 0,
            extent: Bounds::EMPTY,
            crs: None,
        }
    }
}

impl Measured {
    /// Adds the geometries of a column of a batch.
    pub(super) fn add(
        &mut self,
        field: &FieldRef,
        column: usize,
        batch: &Batch,
    ) -> Result<(), Failure> {
        let array = batch.rows.column(column);
        let geometries = GeometryColumn::try_new(field.clone(), vec![array.clone()]);
        let geometries = geometries.map_err(|error| batch.origin.failed(Failure::new(error)))?;
        let bytes = bytes(array);
        for row in 0..array.len() {
            if array.is_null(row) {
                continue;
            }
            // Well-known binary is measured where it is. Another notation may be in any cell.
            let is_measured = bytes.as_ref().is_some_and(|bytes| self.add_wkb(bytes(row)));
            if is_measured {
                continue;
            }
            match geometries.geometry(row) {
                Ok(geometry) => self.add_geometry(&geometry),
                Err(error) => {
                    self.unreadable += 1;
                    if self.first_unreadable.is_none() {
                        let cause = match error {
                            ColumnError::Malformed { what, .. } => what.to_string(),
                            error => error.to_string(),
                        };
                        let failure = batch.origin.failure(row, cause);
                        self.first_unreadable = Some(failure.to_string());
                    }
                }
            }
        }
        if self.crs.is_none() {
            // Rows that disagree, or cannot be read, declare nothing here: `match` refuses them.
            let declared = geometries.crs::<ColumnError>(&mut || Ok(()));
            self.crs = declared.ok().flatten().map(|crs| Crs::named(&crs));
        }
        Ok(())
    }

    /// Adds well-known binary; false if it is none.
    fn add_wkb(&mut self, wkb: &[u8]) -> bool {
        let mut own = Own { vertices: 0, extent: self.extent };
        let Ok(header) = walk(wkb, &mut own) else { return false };
        self.vertices += own.vertices;
        self.extent = own.extent;
        let suffix = match (header.has_z(), header.has_m()) {
            (false, false) => "",
            (true, false) => " Z",
            (false, true) => " M",
            (true, true) => " ZM",
        };
        self.count(header.geometry_type().name(), suffix);
        true
    }

    fn count(&mut self, name: &str, suffix: &str) {
        // No name is made for a type that is known already, unless it has z or m.
        if suffix.is_empty()
            && let Some(count) = self.types.get_mut(name)
        {
            *count += 1;
            return;
        }
        *self.types.entry(format!("{name}{suffix}")).or_default() += 1;
    }

    fn add_geometry(&mut self, geometry: &Geometry) {
        let name = match geometry {
            Geometry::Null => return,
            Geometry::Point(_) => "Point",
            Geometry::MultiPoint(_) => "MultiPoint",
            Geometry::Polygon(_) => "Polygon",
            Geometry::MultiPolygon(_) => "MultiPolygon",
            Geometry::Collection(_) => "GeometryCollection",
            Geometry::Other(name) => name,
        };
        self.count(name, "");
        self.add_vertices(geometry);
    }

    fn add_vertices(&mut self, geometry: &Geometry) {
        match geometry {
            Geometry::Null | Geometry::Other(_) => {}
            Geometry::Point(point) => self.vertex(point.iter()),
            Geometry::MultiPoint(points) => self.vertex(points.iter().flatten()),
            Geometry::Polygon(rings) => rings.iter().for_each(|ring| self.vertex(ring.iter())),
            Geometry::MultiPolygon(parts) => {
                parts.iter().flatten().for_each(|ring| self.vertex(ring.iter()));
            }
            Geometry::Collection(members) => {
                members.iter().for_each(|member| self.add_vertices(member));
            }
        }
    }

    fn vertex<'p>(&mut self, points: impl Iterator<Item = &'p Point>) {
        for &point in points {
            self.vertices += 1;
            extend(&mut self.extent, point);
        }
    }
}

/// Extends an extent by a point. One that is not finite has no place.
fn extend(extent: &mut Bounds, point: Point) {
    if point[0].is_finite() && point[1].is_finite() {
        *extent = extent.including(point);
    }
}

/// The vertices of a geometry, and the extent of all so far.
struct Own {
    vertices: u64,
    extent: Bounds,
}

impl Visitor for Own {
    type Error = WkbError;

    fn vertices(&mut self, _: &Header, vertices: Vertices<'_>) {
        self.vertices += vertices.len() as u64;
        vertices.points().for_each(|point| extend(&mut self.extent, point));
    }
}

/// A function that gives the bytes in a row of a column of bytes.
fn bytes<'a>(array: &'a ArrayRef) -> Option<Box<dyn Fn(usize) -> &'a [u8] + 'a>> {
    Some(match array.data_type() {
        DataType::Binary => {
            let array = array.as_binary::<i32>();
            Box::new(move |row| array.value(row))
        }
        DataType::LargeBinary => {
            let array = array.as_binary::<i64>();
            Box::new(move |row| array.value(row))
        }
        DataType::BinaryView => {
            let array = array.as_binary_view();
            Box::new(move |row| array.value(row))
        }
        _ => return None,
    })
}
