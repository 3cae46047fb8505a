//! Makes GeoParquet of a table with geometry columns.
//!
//! A column of well-known binary gets a covering column, with the bounding box of each row. Native
//! columns are kept as they come; interleaved points become separated, which GeoParquet wants.

use std::sync::Arc;

use arrow_array::cast::AsArray;
use arrow_array::types::Float64Type;
use arrow_array::{Array, ArrayRef, Float64Array, RecordBatch, RecordBatchOptions, StructArray};
use arrow_schema::{DataType, Field, FieldRef, Fields, Schema, SchemaRef};

use crate::error::Result;
use crate::geo::{self, Boxes, Column, Encoding, Metadata};
use crate::options::WriteOptions;

/// The geometry columns of a table that is written.
pub(super) struct Geometry {
    schema: SchemaRef,
    columns: Vec<Written>,
    primary: Option<String>,
}

/// A geometry column.
struct Written {
    position: usize,
    column: Column,
    boxes: Boxes,
    /// Whether a covering column is added.
    is_covered: bool,
}

impl Geometry {
    /// Finds the geometry columns of a table.
    pub(super) fn new(schema: &Schema, options: &WriteOptions) -> Result<Self> {
        let mut fields: Vec<FieldRef> = schema.fields().to_vec();
        let mut columns = Vec::new();
        for (position, field) in schema.fields().iter().enumerate() {
            let Some(stored) = stored(field) else { continue };
            let Some(mut column) = geo::column_of(field)? else { continue };
            // GeoParquet says it all. A reader that knows both might not accept two.
            fields[position] = geo::without_extension(&stored);
            // A covering that came with the table is kept, if it is still there.
            let is_there = |name: &String| {
                let found = schema.field_with_name(name);
                found.is_ok_and(geo::is_covering)
            };
            column.covering = column.covering.filter(is_there);
            let mut is_covered = false;
            if options.covering && column.covering.is_none() && stored.data_type().is_binary() {
                column.covering = free_name(&fields, field.name());
                is_covered = column.covering.is_some();
                let added = column.covering.as_ref().map(geo::covering_field);
                fields.extend(added.map(Arc::new));
            }
            columns.push(Written { position, column, boxes: Boxes::new(), is_covered });
        }
        let schema = Arc::new(Schema::new_with_metadata(fields, schema.metadata().clone()));
        Ok(Self { schema, columns, primary: options.primary_geometry.clone() })
    }

    /// The schema that is written.
    pub(super) fn schema(&self) -> SchemaRef {
        self.schema.clone()
    }

    /// Makes a batch of that schema.
    pub(super) fn batch(&mut self, batch: &RecordBatch) -> Result<RecordBatch> {
        let mut arrays = batch.columns().to_vec();
        for Written { position, column, boxes, is_covered } in &mut self.columns {
            let array = &mut arrays[*position];
            if let DataType::FixedSizeList(..) = array.data_type() {
                let DataType::Struct(axes) = self.schema.field(*position).data_type() else {
                    continue;
                };
                *array = separated(array, axes);
            }
            match column.encoding {
                Encoding::Wkb => {
                    let array = array.clone();
                    let covering = boxes.add_wkb(&array);
                    arrays.extend(is_covered.then_some(covering));
                }
                Encoding::Point => boxes.add_points(array),
                _ => {}
            }
        }
        let rows = RecordBatchOptions::new().with_row_count(Some(batch.num_rows()));
        Ok(RecordBatch::try_new_with_options(self.schema.clone(), arrays, &rows)?)
    }

    /// The text under the key `geo`; `None` without geometry columns.
    pub(super) fn metadata(self) -> Option<String> {
        let complete = |Written { mut column, boxes, .. }: Written| {
            column.bbox = boxes.bbox();
            column.geometry_types = boxes.types(column.encoding);
            column
        };
        let columns: Vec<_> = self.columns.into_iter().map(complete).collect();
        let is_there = |name: &String| columns.iter().any(|column| column.name == *name);
        let primary = self.primary.filter(is_there);
        (!columns.is_empty()).then(|| Metadata { primary, columns }.to_json())
    }
}

/// A name for a covering column that no other column has.
fn free_name(fields: &[FieldRef], geometry: &str) -> Option<String> {
    ["bbox".to_owned(), format!("{geometry}_bbox")]
        .into_iter()
        .find(|name| fields.iter().all(|field| field.name() != name))
}

/// The field as GeoParquet stores it; `None` if it cannot.
fn stored(field: &Field) -> Option<Field> {
    let name = field.extension_type_name()?;
    let kind = field.data_type();
    let is_wkb = matches!(name, "geoarrow.wkb" | "ogc.wkb");
    if is_wkb {
        let of_values = match kind {
            DataType::Dictionary(_, values) => values,
            kind => kind,
        };
        return of_values.is_binary().then(|| field.clone());
    }
    if let (DataType::FixedSizeList(item, axes), "geoarrow.point") = (kind, name) {
        let names: &[&str] = match (*axes, item.name().as_str()) {
            (2, _) => &["x", "y"],
            (3, "xym") => &["x", "y", "m"],
            (3, _) => &["x", "y", "z"],
            (4, _) => &["x", "y", "z", "m"],
            _ => return None,
        };
        if *item.data_type() != DataType::Float64 {
            return None;
        }
        let axes: Fields =
            names.iter().map(|name| Field::new(*name, DataType::Float64, false)).collect();
        return Some(field.clone().with_data_type(DataType::Struct(axes)));
    }
    is_separated(kind).then(|| field.clone())
}

/// Whether lists of any depth end in a struct of x and y.
fn is_separated(kind: &DataType) -> bool {
    match kind {
        DataType::List(item) | DataType::LargeList(item) => is_separated(item.data_type()),
        DataType::Struct(axes) => {
            let is_axis = |name| {
                axes.find(name).is_some_and(|(_, axis)| *axis.data_type() == DataType::Float64)
            };
            is_axis("x") && is_axis("y")
        }
        _ => false,
    }
}

/// Interleaved points as separated ones.
fn separated(points: &ArrayRef, axes: &Fields) -> ArrayRef {
    let points = points.as_fixed_size_list();
    let start = points.value_offset(0) as usize;
    let len = points.len() * axes.len();
    let values = points.values().as_primitive::<Float64Type>();
    let values = &values.values()[start..start + len];
    let columns = (0..axes.len()).map(|axis| {
        let axis = values.iter().skip(axis).step_by(axes.len()).copied();
        Arc::new(Float64Array::from_iter_values(axis)) as ArrayRef
    });
    Arc::new(StructArray::new(axes.clone(), columns.collect(), points.nulls().cloned()))
}
