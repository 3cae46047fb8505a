//! The table of polygons with the number of their points.

use std::sync::Arc;

use arrow_array::{Array, ArrayRef, Float64Array, Int64Array, RecordBatch};
use arrow_schema::{Field, FieldRef, Schema};
use poly_match::Shapes;
use poly_match_geo::Crs;
use poly_match_io::Format;

use super::geometry;
use super::names::Names;
use super::table::field_of;
use crate::column::Column;
use crate::failure::Failure;
use crate::tally::Tally;

/// What a row says of its polygon, beside the number of its points.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Polygons<'a> {
    pub(crate) ids: Option<&'a Column>,
    pub(crate) fields: &'a [Column],
    /// The geometry of features; a format without features needs none.
    pub(crate) shapes: Option<&'a Shapes>,
    pub(crate) crs: Option<&'a Crs>,
}

/// The columns that no field takes the name of.
const OWN: [&str; 4] = ["polygon", "count", "share", "mean_distance"];

/// A row for every polygon. Shares are of `points`. Also gives the name of the column of geometry, if
/// there is one.
pub(crate) fn counts(
    polygons: Polygons<'_>,
    tally: &Tally,
    points: usize,
    format: Format,
) -> Result<(RecordBatch, Option<String>), Failure> {
    let mut columns = Columns::default();
    // Scripts find these whatever the fields are called.
    OWN.into_iter().for_each(|name| drop(columns.names.own(name)));
    let positions = (0..).take(tally.counts().len());
    columns.push("polygon", Arc::new(Int64Array::from_iter_values(positions)));
    let ids = polygons.ids.iter().map(|ids| (*ids).clone().named("polygon_id"));
    for column in ids.chain(polygons.fields.iter().cloned()) {
        let name = columns.names.added(column.name());
        let (field, array) = field_of(&column, name, format);
        columns.fields.push(Arc::new(field));
        columns.arrays.push(array);
    }
    let counts = tally.counts().map(|count| i64::try_from(count).unwrap_or(i64::MAX));
    columns.push("count", Arc::new(Int64Array::from_iter_values(counts)));
    columns.push("share", Arc::new(Float64Array::from_iter(shares(tally, points))));
    columns.push("mean_distance", Arc::new(Float64Array::from_iter(tally.mean_distances())));
    let shapes = polygons.shapes.filter(|_| format.has_features());
    let primary = shapes.map(|shapes| columns.push_shapes(shapes, polygons.crs));
    let schema = Arc::new(Schema::new(columns.fields));
    let table = RecordBatch::try_new(schema, columns.arrays).map_err(Failure::new)?;
    Ok((table, primary))
}

#[allow(clippy::cast_precision_loss)] // of a count beyond 2^53
fn shares(tally: &Tally, points: usize) -> impl Iterator<Item = Option<f64>> {
    tally.counts().map(move |count| (points > 0).then(|| count as f64 / points as f64))
}

/// Columns as they are put together.
#[derive(Default)]
struct Columns {
    names: Names,
    fields: Vec<FieldRef>,
    arrays: Vec<ArrayRef>,
}

impl Columns {
    fn push(&mut self, name: &str, array: ArrayRef) {
        self.fields.push(Arc::new(Field::new(name, array.data_type().clone(), true)));
        self.arrays.push(array);
    }

    /// Returns the name of the column.
    fn push_shapes(&mut self, shapes: &Shapes, crs: Option<&Crs>) -> String {
        let name = self.names.added("geometry");
        self.fields.push(Arc::new(geometry::field_of_shapes(&name, crs)));
        self.arrays.push(geometry::of_shapes(shapes));
        name
    }
}
