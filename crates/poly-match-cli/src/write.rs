//! Writes output rows. `rows` makes their values, and each format has its own file.

mod csv;
mod geojson;
mod rows;

use std::io::{self, Write};

use crate::format::Format;
use crate::progress::Stage;

pub(crate) use rows::{Rows, Which};

impl Rows<'_> {
    /// Writes all rows.
    pub(crate) fn write(self, out: &mut dyn Write, format: Format, quiet: bool) -> io::Result<()> {
        let columns = self.columns(format);
        let stage = Stage::rows("writing", self.points.at.len(), quiet);
        match format {
            Format::Csv => csv::write(self, &columns, stage, out),
            Format::Geojson => geojson::write(self, &columns, stage, out),
        }
    }
}
