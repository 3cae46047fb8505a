//! The column: what it declares, and how it is read.

use std::borrow::Cow;

use arrow_array::{Array, ArrayRef};
use arrow_schema::{Field, FieldRef};
use poly_match::{Point, Shapes};

use super::chunk::Chunk;
use super::coordinates::Coordinates;
use super::element::Unreadable;
use super::encoding::Encoding;
use super::error::{ColumnError, start_of};
use super::metadata::Metadata;
use super::polls::{AT_ONCE, POLYGON, Polls};
use crate::cell::System;
use crate::geometry::{Absent, AbsentKind, Geometry};

/// A column of geometry: a field and its chunks, of any cut. Clones share the data.
#[derive(Debug, Clone)]
pub struct GeometryColumn {
    field: FieldRef,
    chunks: Vec<ArrayRef>,
    encoding: Encoding,
}

impl GeometryColumn {
    /// The encoding that the extension of a field declares, if its type fits: `geoarrow.wkb`,
    /// `ogc.wkb`, `geoarrow.wkt`, `geoarrow.point`, `geoarrow.multipoint`, `geoarrow.polygon` or
    /// `geoarrow.multipolygon`.
    ///
    /// Without such an extension, the encoding that the type of the field leaves possible: binary is
    /// WKB, text is WKT or another notation, coordinates are points, and lists of coordinates are polygons (two levels)
    /// or multipolygons (three). One level may be a line as well as a MultiPoint, so it is neither. A
    /// dictionary is what its values are. `None` if it cannot be points or polygons.
    ///
    /// ```
    /// use arrow_schema::{DataType, Field};
    /// use poly_match_geo::arrow::{Encoding, GeometryColumn};
    ///
    /// let field = Field::new("geometry", DataType::Binary, true);
    /// assert_eq!(GeometryColumn::encoding_of(&field), Some(Encoding::Wkb));
    /// ```
    #[must_use]
    pub fn encoding_of(field: &Field) -> Option<Encoding> {
        Encoding::of(field)
    }

    /// Makes a column of a field and its chunks.
    ///
    /// # Errors
    /// [`ColumnError::NotGeometry`] if the field has no [encoding](Self::encoding_of),
    /// [`ColumnError::Chunk`] if a chunk is not of the field's type.
    pub fn try_new(field: FieldRef, chunks: Vec<ArrayRef>) -> Result<Self, ColumnError> {
        let Some(encoding) = Encoding::of(&field) else {
            let kind = start_of(&field.data_type().to_string());
            let got = match field.extension_type_name() {
                Some(name) => format!("{name} ({kind})"),
                None => kind,
            };
            return Err(ColumnError::NotGeometry { column: field.name().clone(), got });
        };
        let column = Self { field, chunks, encoding };
        for (chunk, array) in column.chunks.iter().enumerate() {
            let (expected, got) = (column.field.data_type(), array.data_type());
            if !expected.equals_datatype(got) {
                return Err(ColumnError::Chunk {
                    column: column.name().to_owned(),
                    chunk,
                    expected: start_of(&expected.to_string()),
                    got: start_of(&got.to_string()),
                });
            }
        }
        Ok(column)
    }

    /// The name of the column.
    #[must_use]
    pub fn name(&self) -> &str {
        self.field.name()
    }

    /// How it holds geometry.
    #[must_use]
    pub fn encoding(&self) -> Encoding {
        self.encoding
    }

    /// The number of elements.
    #[must_use]
    pub fn len(&self) -> usize {
        self.chunks.iter().map(Array::len).sum()
    }

    /// Whether there are no elements.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The coordinate system that the metadata of the extension declares: a name such as
    /// `EPSG:4326`, well-known text, or the JSON of PROJ as text. Without one, `EPSG:` and the SRID
    /// that WKB or WKT have in front, where 0 declares nothing, or the member `crs` of GeoJSON. `None`
    /// if nothing declares a system.
    ///
    /// # Errors
    /// [`ColumnError::Metadata`] if the metadata is not as GeoArrow says, [`ColumnError::Srids`] if
    /// the elements declare different ones, and the error of `poll`, which is called now and then.
    pub fn crs<E: From<ColumnError>>(
        &self,
        poll: &mut dyn FnMut() -> Result<(), E>,
    ) -> Result<Option<String>, E> {
        let declared = self.metadata()?.crs().map_err(|what| self.wrong_metadata(what))?;
        match (declared, self.encoding) {
            (None, Encoding::Wkb | Encoding::Wkt) => self.system(poll),
            (declared, _) => Ok(declared),
        }
    }

    /// The word for edges that are not straight on the plane, such as `spherical`; `None` if the
    /// metadata says nothing or `planar`.
    ///
    /// # Errors
    /// [`ColumnError::Metadata`] if the metadata is not as GeoArrow says.
    pub fn edges(&self) -> Result<Option<String>, ColumnError> {
        Ok(self.metadata()?.edges().map(str::to_owned))
    }

    /// The points, if they are interleaved x and y without nulls in one chunk.
    #[must_use]
    pub fn as_points(&self) -> Option<&[Point]> {
        match (&self.chunks[..], self.encoding) {
            ([chunk], Encoding::Point) => Coordinates::as_points(chunk),
            _ => None,
        }
    }

    /// Reads the points, by position. A point that is null or empty is NaN; one of the coordinates
    /// may be NaN or infinite. A MultiPoint of one position is that point.
    ///
    /// `refuse` is called with the position of a geometry of another type, and the reason. If it
    /// returns no error, the point is NaN. Interleaved x and y without nulls in one chunk are
    /// borrowed.
    ///
    /// # Errors
    /// [`ColumnError::Malformed`] for a malformed element, the errors of `refuse`, and those of
    /// `poll`, which is called now and then.
    pub fn points<E: From<ColumnError>>(
        &self,
        mut refuse: impl FnMut(usize, Absent) -> Result<(), E>,
        poll: &mut dyn FnMut() -> Result<(), E>,
    ) -> Result<Cow<'_, [Point]>, E> {
        if let Some(points) = self.as_points() {
            return Ok(Cow::Borrowed(points));
        }
        let mut polls = Polls::new(poll);
        let mut points = Vec::with_capacity(self.len());
        for array in &self.chunks {
            let chunk = self.chunk(array)?;
            if let Some(coordinates) = chunk.coordinates() {
                for start in (0..array.len()).step_by(AT_ONCE) {
                    let end = array.len().min(start + AT_ONCE);
                    coordinates.append_to(&mut points, start..end);
                    polls.after(end - start)?;
                }
                continue;
            }
            for i in 0..array.len() {
                polls.after(1)?;
                if let Some(point) = chunk.plain_point(i) {
                    points.push(point);
                    continue;
                }
                let position = points.len();
                points.push(match self.sound(position, chunk.geometry(i))?.point() {
                    Ok(point) => point,
                    Err(absent) => {
                        if absent.kind() == AbsentKind::OtherType {
                            refuse(position, absent)?;
                        }
                        [f64::NAN; 2]
                    }
                });
            }
        }
        Ok(Cow::Owned(points))
    }

    /// Reads the geometry at a position, of any type.
    ///
    /// # Errors
    /// [`ColumnError::Malformed`] for a malformed element.
    ///
    /// # Panics
    /// If the column has fewer elements.
    pub fn geometry(&self, position: usize) -> Result<Geometry, ColumnError> {
        let mut start = 0;
        for array in &self.chunks {
            if position < start + array.len() {
                return self.sound(position, self.chunk(array)?.geometry(position - start));
            }
            start += array.len();
        }
        panic!("expected a position below {start}, got {position}");
    }

    /// Reads the polygons, by position. The polygons of a collection are one polygon.
    ///
    /// `refuse` is called with the position of an element that is null, empty or of another type, and
    /// the reason. If it returns no error, [nothing](Shapes::push_nothing) is added.
    ///
    /// # Errors
    /// [`ColumnError::Malformed`] for a malformed element, [`ColumnError::Polygon`] for a vertex that
    /// is NaN or infinite and for a ring without vertices, the errors of `refuse`, and those of
    /// `poll`, which is called now and then.
    pub fn shapes<E: From<ColumnError>>(
        &self,
        refuse: impl FnMut(usize, Absent) -> Result<(), E>,
        poll: &mut dyn FnMut() -> Result<(), E>,
    ) -> Result<Shapes, E> {
        let mut shapes = Shapes::new();
        self.append_to(&mut shapes, refuse, poll)?;
        Ok(shapes)
    }

    /// Adds the polygons to `shapes`, as [`shapes`](Self::shapes) reads them. Positions in errors count
    /// from the start of the column. Returns the number of members of collections that are no polygons.
    ///
    /// # Errors
    /// As [`shapes`](Self::shapes). What was read before is added.
    pub fn append_to<E: From<ColumnError>>(
        &self,
        shapes: &mut Shapes,
        mut refuse: impl FnMut(usize, Absent) -> Result<(), E>,
        poll: &mut dyn FnMut() -> Result<(), E>,
    ) -> Result<usize, E> {
        let mut polls = Polls::new(poll);
        let (start, mut ignored) = (shapes.len(), 0);
        for array in &self.chunks {
            let chunk = self.chunk(array)?;
            for i in 0..array.len() {
                polls.after(POLYGON)?;
                let position = shapes.len() - start;
                match self.sound(position, chunk.push(i, shapes))? {
                    Ok(others) => ignored += others,
                    Err(absent) => {
                        refuse(position, absent)?;
                        shapes.push_nothing();
                    }
                }
            }
        }
        Ok(ignored)
    }

    fn system<E: From<ColumnError>>(
        &self,
        poll: &mut dyn FnMut() -> Result<(), E>,
    ) -> Result<Option<String>, E> {
        let mut polls = Polls::new(poll);
        let mut first: Option<(usize, System)> = None;
        let mut start = 0;
        for array in &self.chunks {
            let chunk = self.chunk(array)?;
            for i in 0..array.len() {
                polls.after(1)?;
                let Some(system) = chunk.system(i) else { continue };
                match &first {
                    None => first = Some((start + i, system)),
                    Some((_, its)) if *its == system => {}
                    Some((position, its)) => {
                        return Err(ColumnError::Srids {
                            column: self.name().to_owned(),
                            positions: [*position, start + i],
                            systems: [its, &system].map(ToString::to_string),
                        }
                        .into());
                    }
                }
            }
            start += array.len();
        }
        Ok(first.map(|(_, system)| system.to_string()))
    }

    fn chunk<'a>(&self, array: &'a ArrayRef) -> Result<Chunk<'a>, ColumnError> {
        Chunk::of(array, self.encoding).ok_or_else(|| ColumnError::NotGeometry {
            column: self.name().to_owned(),
            got: format!("unsound {}", start_of(&array.data_type().to_string())),
        })
    }

    fn metadata(&self) -> Result<Metadata, ColumnError> {
        let text = self.field.extension_type_metadata();
        Metadata::read(text).map_err(|what| self.wrong_metadata(what))
    }

    fn wrong_metadata(&self, what: String) -> ColumnError {
        ColumnError::Metadata { column: self.name().to_owned(), what }
    }

    fn sound<T>(&self, position: usize, read: Result<T, Unreadable>) -> Result<T, ColumnError> {
        let column = || self.name().to_owned();
        read.map_err(|unreadable| match unreadable {
            Unreadable::Malformed(what) => {
                ColumnError::Malformed { column: column(), position, what }
            }
            Unreadable::Wrong(error) => {
                ColumnError::Polygon { column: column(), error: error.of_polygon(position) }
            }
        })
    }
}
