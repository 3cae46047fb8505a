//! Circles: a row has a centre and a radius of its own.

use std::fmt;

use arrow_schema::FieldRef;
use poly_match_io::Reader;

use super::shaped::{Circles, Shaped};
use crate::failure::{Failure, quoted};
use crate::origins::Batch;
use crate::read::columns::{OF_POLYGONS, named};
use crate::read::coordinates::{CoordinateColumns, Given};
use crate::read::numbers;
use crate::read::on_invalid::OnInvalid;
use crate::text::Text;

/// Which columns make circles.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct CircleColumns {
    /// The column of the radii.
    pub(crate) radius: String,
    /// Where the centres are.
    pub(crate) coordinates: Given,
}

/// A table of circles.
pub(super) struct Centers {
    coordinates: CoordinateColumns,
    radius: usize,
    field: FieldRef,
    on_invalid: OnInvalid,
    text: Text,
}

impl Centers {
    /// Finds the columns in the table that `reader` has opened.
    pub(super) fn of(
        reader: &Reader,
        wanted: &CircleColumns,
        on_invalid: OnInvalid,
        text: &Text,
    ) -> Result<Self, Failure> {
        let schema = reader.schema();
        let radius = named(&schema, &wanted.radius, reader.format())?;
        let coordinates = CoordinateColumns::of(reader, &wanted.coordinates, &OF_POLYGONS, text)?;
        let (field, text) = (schema.fields()[radius].clone(), text.clone());
        Ok(Self { coordinates, radius, field, on_invalid, text })
    }

    /// The column of geometry. Numbers are properties of a circle, too.
    pub(super) fn columns(&self) -> Vec<usize> {
        self.coordinates.geometry().into_iter().collect()
    }

    /// No circles yet, with the system that the columns declare.
    pub(super) fn shaped(&self) -> Shaped {
        let circles = Some(Circles::default());
        Shaped { circles, ..Shaped::new(self.coordinates.crs().cloned(), None) }
    }

    /// Adds the circles of a batch. One whose centre or radius is missing is refused or skipped.
    pub(super) fn push(&self, batch: &Batch, shaped: &mut Shaped) -> Result<(), Failure> {
        let Batch { rows, origin } = batch;
        let refuse = |row: usize, cause: &dyn fmt::Display| {
            let refused = self.on_invalid.refuse(cause, "circles");
            refused.map_err(|cause| origin.failure(row, cause))
        };
        let (centers, crs) = self.coordinates.read(batch, refuse)?;
        shaped.declare(crs, origin)?;
        let array = rows.column(self.radius);
        let radii = numbers::read(&self.field, array, &self.text);
        let radii = radii.map_err(|failure| origin.failed(failure))?;
        for (row, (center, radius)) in centers.iter().zip(&radii).enumerate() {
            let is_skipped = center[0].is_nan() || radius.is_nan();
            shaped.skipped.push(is_skipped);
            if *radius >= 0.0 || center[0].is_nan() {
                continue;
            }
            let name = quoted(self.field.name());
            let cell = numbers::shown(&self.field, array, row, &self.text);
            let cause = format_args!(
                "{name} must hold a radius of zero or more (inf means all), got {cell}"
            );
            if radius.is_nan() {
                refuse(row, &cause)?;
            } else {
                return Err(origin.failure(row, cause));
            }
        }
        let circles = shaped.circles.get_or_insert_default();
        circles.centers.extend(centers);
        circles.radii.extend(radii);
        Ok(())
    }
}
