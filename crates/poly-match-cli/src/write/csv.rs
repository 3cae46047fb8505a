//! Writes rows as CSV: a header, then one record per row. Fields are quoted if they must be.

use std::io::{self, Write};

use super::rows::{Column, Rows};
use crate::progress::Stage;

pub(super) fn write(
    rows: Rows<'_>,
    columns: &[Column],
    stage: Stage,
    out: &mut dyn Write,
) -> io::Result<()> {
    let mut csv = csv::Writer::from_writer(out);
    csv.write_record(columns.iter().map(|column| &column.name)).map_err(io_error)?;
    for (row, found) in rows.iter(stage) {
        for column in columns {
            csv.write_field(rows.plain(column.part, row, found).as_bytes()).map_err(io_error)?;
        }
        csv.write_record(None::<&[u8]>).map_err(io_error)?;
    }
    csv.flush()
}

/// Extracts the I/O error. The library's own conversion loses its kind.
fn io_error(error: csv::Error) -> io::Error {
    match error.into_kind() {
        csv::ErrorKind::Io(error) => error,
        other => io::Error::other(format!("{other:?}")),
    }
}
