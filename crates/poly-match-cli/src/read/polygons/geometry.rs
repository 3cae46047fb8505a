//! Polygons in a column of geometry.

use arrow_schema::FieldRef;
use poly_match_geo::Crs;
use poly_match_geo::arrow::GeometryColumn;
use poly_match_io::Reader;

use super::shaped::Shaped;
use crate::failure::Failure;
use crate::origins::Batch;
use crate::read::columns::{self, named};
use crate::read::geometry::{Stopped, declared};
use crate::read::on_invalid::OnInvalid;
use crate::text::Text;

/// A column of geometry, one polygon a row.
pub(super) struct Geometries {
    column: usize,
    field: FieldRef,
    crs: Option<Crs>,
    edges: Option<String>,
    on_invalid: OnInvalid,
}

impl Geometries {
    /// The column called `name`, or by a guess, of the table that `reader` has opened, and that is
    /// written as `text` says.
    pub(super) fn of(
        reader: &Reader,
        name: Option<&str>,
        on_invalid: OnInvalid,
        text: &Text,
    ) -> Result<Self, Failure> {
        let (schema, format) = (reader.schema(), reader.format());
        let column = match name {
            Some(name) => named(&schema, name, format),
            None => columns::of_polygons(&schema, reader.primary_geometry()).map_err(|failure| {
                let example = format!("e.g. --geometry '#{}'", schema.fields().len().min(2));
                failure.with_remark(&text.column_hint(&schema, format, &example))
            }),
        }?;
        text.check_names(&schema, format, &[column])?;
        let field = schema.fields()[column].clone();
        let empty = GeometryColumn::try_new(field.clone(), Vec::new()).map_err(Failure::new)?;
        let edges = empty.edges().map_err(Failure::new)?;
        Ok(Self { column, field, crs: declared(&empty)?, edges, on_invalid })
    }

    /// The position of the column.
    pub(super) fn column(&self) -> usize {
        self.column
    }

    /// No shapes yet, with what the type of the column declares.
    pub(super) fn shaped(&self) -> Shaped {
        Shaped::new(self.crs.clone(), self.edges.clone())
    }

    /// Adds the polygons of a batch, and the system that their SRIDs declare.
    pub(super) fn push(&self, batch: &Batch, shaped: &mut Shaped) -> Result<(), Failure> {
        let Batch { rows, origin } = batch;
        let chunk = rows.column(self.column).clone();
        let column = GeometryColumn::try_new(self.field.clone(), vec![chunk]);
        let column = column.map_err(|error| origin.failed(Failure::new(error)))?;
        let start = shaped.skipped.len();
        shaped.skipped.resize(start + rows.num_rows(), false);
        let skipped = &mut shaped.skipped[start..];
        let refuse = |row: usize, absent| {
            let refused = self.on_invalid.refuse(absent, "polygons");
            refused.map_err(|cause| origin.failure(row, cause))?;
            skipped[row] = true;
            Ok(())
        };
        let read = column.append_to::<Stopped>(&mut shaped.shapes, refuse, &mut || Ok(()));
        shaped.ignored += read.map_err(|stopped| stopped.told(origin))?;
        let crs = column.crs::<Stopped>(&mut || Ok(())).map_err(|stopped| stopped.told(origin))?;
        shaped.declare(crs.map(|crs| Crs::named(&crs)), origin)
    }
}
