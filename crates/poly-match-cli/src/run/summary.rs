//! Writes the table of polygons with the number of their points.

use std::fs::File;
use std::io::BufWriter;
use std::num::NonZeroUsize;

use poly_match_io::Format;

use crate::failure::Failure;
use crate::output::{Destination, Target};
use crate::tally::Tally;
use crate::write::{Out, Polygons, counts};
use crate::zones::Zones;

/// The files of the table.
pub(super) fn files(to: &Destination) -> Vec<Target> {
    to.files(format(to))
}

/// Writes the table. Shares are of `points`.
pub(super) fn write(
    to: &Destination,
    threads: Option<NonZeroUsize>,
    zones: &Zones,
    tally: &Tally,
    points: usize,
    buffers: Vec<&mut BufWriter<&File>>,
) -> Result<(), Failure> {
    let polygons = Polygons {
        ids: zones.ids.as_ref(),
        fields: &zones.fields,
        shapes: zones.outlines.as_ref().and_then(|outlines| outlines.shapes.as_deref()),
        crs: zones.crs.as_ref(),
    };
    let format = format(to);
    let (table, primary) = counts(polygons, tally, points, format)?;
    let mut out = Out::new(to, format, &table.schema(), primary.as_deref(), threads, buffers)?;
    out.write(&table)?;
    out.finish()
}

fn format(to: &Destination) -> Format {
    to.format.unwrap_or(Format::Csv)
}
