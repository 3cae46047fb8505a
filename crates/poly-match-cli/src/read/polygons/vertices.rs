//! Polygons of rows, one vertex a row.

use std::collections::HashMap;

use arrow_array::{Array, StringArray};
use arrow_schema::SchemaRef;
use poly_match::Point;
use poly_match_io::Reader;

use super::shaped::Shaped;
use crate::failure::{Failure, quoted};
use crate::origins::{Batch, Origins};
use crate::read::columns::{OF_POLYGONS, named};
use crate::read::coordinates::{CoordinateColumns, Given};
use crate::read::numbers;
use crate::text::Text;

/// Which columns make polygons of vertices.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct VertexColumns {
    /// The column whose value the vertices of a polygon share.
    pub(crate) of: String,
    /// The column of numbers that orders the vertices of a polygon; the order of the rows without one.
    pub(crate) order: Option<String>,
    pub(crate) coordinates: Given,
}

/// A table of vertices, and the polygons that were found in it.
pub(super) struct Vertices {
    schema: SchemaRef,
    of: usize,
    order: Option<usize>,
    coordinates: CoordinateColumns,
    text: Text,
    /// The polygons by their values, as positions in `polygons`.
    known: HashMap<String, usize>,
    polygons: Vec<Vec<Vertex>>,
    /// What the first row of each polygon has in the columns that are needed.
    first: Vec<Vec<Option<String>>>,
    origins: Origins,
    rows: usize,
}

/// A vertex, with its place in the order and the position of its row.
struct Vertex {
    order: f64,
    row: usize,
    at: Point,
}

impl Vertices {
    /// Finds the columns in the table that `reader` has opened.
    pub(super) fn of(
        reader: &Reader,
        wanted: &VertexColumns,
        text: &Text,
    ) -> Result<Self, Failure> {
        let schema = reader.schema();
        let column = |name: &String| named(&schema, name, reader.format());
        let of = column(&wanted.of)?;
        let order = wanted.order.as_ref().map(column).transpose()?;
        let coordinates = CoordinateColumns::of(reader, &wanted.coordinates, &OF_POLYGONS, text)?;
        Ok(Self {
            of,
            order,
            coordinates,
            schema,
            text: text.clone(),
            known: HashMap::new(),
            polygons: Vec::new(),
            first: Vec::new(),
            origins: Origins::default(),
            rows: 0,
        })
    }

    /// The columns that differ from vertex to vertex.
    pub(super) fn columns(&self) -> Vec<usize> {
        let mut columns = self.coordinates.columns();
        columns.extend(self.order);
        columns
    }

    /// No shapes yet, with the system that the columns declare.
    pub(super) fn shaped(&self) -> Shaped {
        Shaped::new(self.coordinates.crs().cloned(), None)
    }

    /// Adds the vertices of a batch. Returns the rows with which a polygon begins.
    ///
    /// The other rows must agree with these in the columns at the positions `needed`.
    pub(super) fn push(
        &mut self,
        batch: &Batch,
        needed: &[usize],
        shaped: &mut Shaped,
    ) -> Result<Vec<usize>, Failure> {
        let Batch { rows, origin } = batch;
        let texts = |column: usize| -> Result<StringArray, Failure> {
            let cells = poly_match_io::cells(self.schema.field(column), rows.column(column));
            cells.map_err(|error| origin.failed(error.into()))
        };
        let names = texts(self.of)?;
        let needed_texts: Vec<_> =
            needed.iter().map(|&column| texts(column)).collect::<Result<_, _>>()?;
        let refuse = |row: usize, cause: &dyn std::fmt::Display| Err(origin.failure(row, cause));
        let (points, crs) = self.coordinates.read(batch, refuse)?;
        shaped.declare(crs, origin)?;
        let orders = self.orders(batch)?;
        let mut begun = Vec::new();
        for (row, &at) in points.iter().enumerate() {
            if names.is_null(row) || names.value(row).is_empty() {
                let name = quoted(self.schema.field(self.of).name());
                let cause = format_args!("{name} must name the polygon of the vertex, got null");
                return Err(origin.failure(row, cause));
            }
            let cell =
                |texts: &StringArray| texts.is_valid(row).then(|| texts.value(row).to_owned());
            let polygon = match self.known.get(names.value(row)) {
                Some(&known) => known,
                None => {
                    let new = self.polygons.len();
                    self.known.insert(names.value(row).to_owned(), new);
                    self.polygons.push(Vec::new());
                    self.first.push(needed_texts.iter().map(cell).collect());
                    begun.push(row);
                    new
                }
            };
            for ((column, texts), first) in
                needed.iter().zip(&needed_texts).zip(&self.first[polygon])
            {
                let text = texts.is_valid(row).then(|| texts.value(row));
                if text != first.as_deref() {
                    let shown = |text: Option<&str>| text.map_or("null".to_owned(), quoted);
                    let cause = format_args!(
                        "{} must be the same for all vertices of {}, got {}, and {} in its first row",
                        quoted(self.schema.field(*column).name()),
                        quoted(names.value(row)),
                        shown(text),
                        shown(first.as_deref())
                    );
                    return Err(origin.failure(row, cause));
                }
            }
            let (row, order) = (self.rows + row, orders.as_ref().map(|orders| orders[row]));
            let order = order.unwrap_or(0.0);
            self.polygons[polygon].push(Vertex { order, row, at });
        }
        self.origins.push(origin.clone(), rows.num_rows());
        self.rows += rows.num_rows();
        Ok(begun)
    }

    /// The order of the vertices of a batch, if a column has it.
    fn orders(&self, batch: &Batch) -> Result<Option<Vec<f64>>, Failure> {
        let Some(column) = self.order else { return Ok(None) };
        let Batch { rows, origin } = batch;
        let (field, array) = (self.schema.field(column), rows.column(column));
        let orders =
            numbers::read(field, array, &self.text).map_err(|failure| origin.failed(failure))?;
        match orders.iter().position(|order| !order.is_finite()) {
            None => Ok(Some(orders)),
            Some(row) => {
                let name = quoted(field.name());
                let cell = numbers::shown(field, array, row, &self.text);
                let cause = format_args!("{name} must be a finite number, got {cell}");
                Err(origin.failure(row, cause))
            }
        }
    }

    /// Makes the shapes, after the last batch.
    pub(super) fn finish(&mut self, shaped: &mut Shaped) -> Result<(), Failure> {
        for (polygon, vertices) in self.polygons.iter_mut().enumerate() {
            if let Some(column) = self.order {
                vertices.sort_by(|a, b| a.order.total_cmp(&b.order));
                // 0 equals -0, which is sorted before it.
                if let Some([a, b]) =
                    vertices.windows(2).find(|pair| pair[0].order == pair[1].order)
                {
                    let name = quoted(self.schema.field(column).name());
                    let row = a.row.max(b.row);
                    let cause = format_args!(
                        "{name} must differ among the vertices of {}, got {} again",
                        name_of(&self.known, polygon),
                        b.order
                    );
                    return Err(self.origins.failure(row, cause));
                }
            }
            let ring = vertices.iter().map(|vertex| vertex.at);
            shaped.shapes.push_parts([[ring]]).map_err(Failure::new)?;
            shaped.skipped.push(false);
        }
        Ok(())
    }
}

/// The value that the vertices of a polygon share, for messages.
fn name_of(known: &HashMap<String, usize>, polygon: usize) -> String {
    let name = known.iter().find(|(_, its)| **its == polygon);
    name.map_or_else(String::new, |(name, _)| quoted(name))
}
