//! Reads a table of polygons: their shapes, and the columns that the rule and the output need.

use std::collections::HashMap;
use std::sync::Arc;

use arrow_array::{ArrayRef, RecordBatch, RecordBatchOptions, new_null_array};
use arrow_schema::{DataType, Field as ArrowField, Schema, SchemaRef};
use arrow_select::concat::concat_batches;
use poly_match::Shapes;
use poly_match_geo::Crs;
use poly_match_geo::arrow::GeometryColumn;
use poly_match_io::Format;

use super::columns::{self, is_feature_id, named};
use super::fields::Fields;
use super::geometry::{Stopped, declared};
use super::on_invalid::OnInvalid;
use crate::column::Column;
use crate::failure::Failure;
use crate::input::Input;
use crate::keys::Keys;
use crate::origins::{Batch, Batches, Origins};
use crate::text::Text;

/// What to read of every polygon besides its geometry.
#[derive(Debug)]
pub(crate) struct Wanted<'a> {
    pub(crate) geometry: Option<&'a str>,
    pub(crate) id: Option<&'a str>,
    pub(crate) fields: &'a Fields,
    /// The columns of keys, in the order of the criteria.
    pub(crate) keys: Vec<&'a str>,
    /// The column of labels.
    pub(crate) label: Option<&'a str>,
    pub(crate) on_invalid: OnInvalid,
}

/// The polygons, in the order of the file.
#[derive(Debug)]
pub(crate) struct Polygons {
    pub(crate) shapes: Shapes,
    /// Whether each row holds no polygon, and matches nothing.
    pub(crate) skipped: Vec<bool>,
    /// The coordinate system that the file declares.
    pub(crate) crs: Option<Crs>,
    /// The word for edges that are not straight on the plane.
    pub(crate) edges: Option<String>,
    /// The number of members of GeometryCollections that are no polygons.
    pub(crate) ignored: usize,
    /// The columns that are needed.
    columns: RecordBatch,
    is_untyped: bool,
    /// The columns to write, as positions in `columns` with new names.
    fields: Vec<(Option<usize>, String)>,
    id: Option<usize>,
    label: Option<usize>,
    keys: Vec<(String, Option<usize>)>,
    text: Text,
    origins: Origins,
}

/// Reads polygons, with the columns in `wanted`.
pub(crate) fn read(input: &Input, wanted: &Wanted<'_>) -> Result<Polygons, Failure> {
    let reader = input.open()?;
    let in_file = |failure| input.failed(failure);
    let (schema, format) = (reader.schema(), reader.format());
    let may_lack = columns::is_without_rows(&reader);
    let found = match wanted.geometry {
        Some(name) => named(&schema, name, format),
        None => columns::of_polygons(&schema, reader.primary_geometry()).map_err(|failure| {
            let example = format!("e.g. --geometry '#{}'", schema.fields().len().min(2));
            failure.with_remark(&input.text().column_hint(&schema, format, &example))
        }),
    };
    let geometry = found.map_err(in_file)?;
    input.text().check_names(&schema, format, &[geometry]).map_err(in_file)?;
    let mut needed = Needed {
        schema: schema.clone(),
        format,
        may_lack,
        columns: Vec::new(),
        positions: HashMap::new(),
    };
    let chosen = wanted.fields.among(&schema, Some(geometry), format, may_lack);
    let fields = chosen
        .map_err(in_file)?
        .into_iter()
        .map(|field| (field.position.map(|p| needed.push(p)), field.name))
        .collect();
    let id = match wanted.id {
        Some(name) => needed.find(name).map_err(in_file)?,
        None => {
            schema.fields().iter().position(|field| is_feature_id(field)).map(|p| needed.push(p))
        }
    };
    let label = wanted.label.map(|name| needed.find(name)).transpose().map_err(in_file)?.flatten();
    let keys = wanted.keys.iter().map(|&name| Ok((name.to_owned(), needed.find(name)?)));
    let keys = keys.collect::<Result<_, _>>().map_err(in_file)?;
    let is_untyped = matches!(format, Format::Csv | Format::Tsv);

    let field = schema.fields()[geometry].clone();
    let empty = GeometryColumn::try_new(field.clone(), Vec::new());
    let empty = empty.map_err(|error| in_file(Failure::new(error)))?;
    let edges = empty.edges().map_err(|error| in_file(Failure::new(error)))?;
    let mut polygons = Polygons {
        shapes: Shapes::new(),
        skipped: Vec::new(),
        crs: declared(&empty).map_err(in_file)?,
        edges,
        ignored: 0,
        columns: RecordBatch::new_empty(Arc::new(Schema::empty())),
        is_untyped,
        fields,
        id,
        label,
        keys,
        text: input.text().clone(),
        origins: Origins::default(),
    };
    let kept =
        Arc::new(schema.project(&needed.columns).map_err(|error| in_file(Failure::new(error)))?);
    let mut parts = Vec::new();
    for batch in Batches::new(reader, input.text()) {
        let batch = batch?;
        let shapes =
            GeometryColumn::try_new(field.clone(), vec![batch.rows.column(geometry).clone()]);
        let shapes = shapes.map_err(|error| in_file(Failure::new(error)))?;
        polygons.push(&shapes, &batch, wanted.on_invalid)?;
        parts.push(
            batch.rows.project(&needed.columns).map_err(|error| in_file(Failure::new(error)))?,
        );
        let rows = batch.rows.num_rows();
        polygons.origins.push(batch.origin, rows);
    }
    polygons.columns = together(&kept, &parts, polygons.shapes.len())
        .map_err(|error| in_file(Failure::new(error)))?;
    Ok(polygons)
}

/// Puts the columns of all batches together.
fn together(
    schema: &SchemaRef,
    parts: &[RecordBatch],
    rows: usize,
) -> Result<RecordBatch, arrow_schema::ArrowError> {
    if schema.fields().is_empty() {
        let options = RecordBatchOptions::new().with_row_count(Some(rows));
        return RecordBatch::try_new_with_options(schema.clone(), Vec::new(), &options);
    }
    concat_batches(schema, parts)
}

/// The columns that are needed, each once.
struct Needed {
    schema: SchemaRef,
    format: Format,
    may_lack: bool,
    columns: Vec<usize>,
    /// Where each column is among them.
    positions: HashMap<usize, usize>,
}

impl Needed {
    /// Adds a column. Returns its position among those that are needed.
    fn push(&mut self, column: usize) -> usize {
        *self.positions.entry(column).or_insert_with(|| {
            self.columns.push(column);
            self.columns.len() - 1
        })
    }

    fn find(&mut self, name: &str) -> Result<Option<usize>, Failure> {
        match named(&self.schema, name, self.format) {
            Ok(column) => Ok(Some(self.push(column))),
            Err(_) if self.may_lack => Ok(None),
            Err(failure) => Err(failure),
        }
    }
}

impl Polygons {
    /// Adds the polygons of a batch.
    fn push(
        &mut self,
        column: &GeometryColumn,
        batch: &Batch,
        on_invalid: OnInvalid,
    ) -> Result<(), Failure> {
        let origin = &batch.origin;
        let start = self.skipped.len();
        self.skipped.resize(start + batch.rows.num_rows(), false);
        let skipped = &mut self.skipped[start..];
        let refuse = |row: usize, absent| {
            let refused = on_invalid.refuse(absent, "polygons");
            refused.map_err(|cause| origin.failure(row, cause))?;
            skipped[row] = true;
            Ok(())
        };
        let read = column.append_to::<Stopped>(&mut self.shapes, refuse, &mut || Ok(()));
        self.ignored += read.map_err(|stopped| stopped.told(origin))?;
        let crs = column.crs::<Stopped>(&mut || Ok(())).map_err(|stopped| stopped.told(origin))?;
        match (&self.crs, crs.map(|crs| Crs::named(&crs))) {
            (Some(known), Some(crs)) if *known != crs => {
                let cause = format_args!("the SRID says {crs}, and in a row before {known}");
                return Err(origin.failure(0, cause));
            }
            (_, Some(crs)) => self.crs = Some(crs),
            (_, None) => {}
        }
        Ok(())
    }

    /// The values of each key, by the name of its column; see [`Keys::read`].
    pub(crate) fn keys(&self, nulls_last: bool) -> Result<HashMap<String, Keys>, Failure> {
        let read = |(name, column): &(String, Option<usize>)| {
            let column = self.column(*column, name);
            let keys = Keys::read(&column, &self.origins, &self.skipped, nulls_last, &self.text)?;
            Ok((name.clone(), keys))
        };
        self.keys.iter().map(read).collect()
    }

    /// The labels of the polygons, if they have any.
    pub(crate) fn labels(&self) -> Option<Column> {
        self.label.map(|label| self.column(Some(label), ""))
    }

    /// The ids of the polygons, if they have any.
    pub(crate) fn ids(&self) -> Option<Column> {
        self.id.map(|id| self.column(Some(id), ""))
    }

    /// The columns to write, with their names in the output.
    pub(crate) fn fields(&self) -> Vec<Column> {
        let field =
            |(column, name): &(Option<usize>, String)| self.column(*column, name).named(name);
        self.fields.iter().map(field).collect()
    }

    /// A column, or one of nulls.
    fn column(&self, position: Option<usize>, name: &str) -> Column {
        if let Some(position) = position {
            return Column::of(&self.columns, position, self.is_untyped);
        }
        let nulls: ArrayRef = new_null_array(&DataType::Utf8, self.skipped.len());
        Column::new(Arc::new(ArrowField::new(name, DataType::Utf8, true)), nulls, false)
    }

    /// Adds the place of the polygon to an error.
    pub(crate) fn failed(&self, error: &poly_match::Error) -> Failure {
        use poly_match::Error::{Center, Key};
        let (polygon, cause) = match error {
            Center { polygon, .. } => {
                (*polygon, "the coordinates are so large that their sum overflows")
            }
            Key { polygon } => (*polygon, "the coordinates are so large that the area overflows"),
            other => return Failure::new(other),
        };
        self.origins.failure(polygon, cause)
    }
}
