//! Reads an input to its end.

use std::fs;
use std::path::PathBuf;
use std::sync::Arc;

use arrow_array::{ArrayRef, BinaryArray, RecordBatch, StringArray};
use arrow_schema::{DataType, Field, FieldRef};
use poly_match_geo::arrow::{ColumnError, GeometryColumn};
use poly_match_geo::{is_geometry_name, is_wkt_name, read_geojson, read_wkb, read_wkt};
use poly_match_io::{Error, Format, ReadOptions, Reader, Source, Stop, cells};
use tempfile::TempDir;

use crate::inputs::{Input, Kind};

/// Reads all rows, and the geometries in them.
pub(crate) fn to_the_end(kind: Kind, input: &Input) -> Result<(), String> {
    match kind {
        Kind::File(format) => file(format, input),
        Kind::Wkb => {
            let bytes = &input.parts[0].1;
            let array: ArrayRef = Arc::new(BinaryArray::from_vec(vec![bytes]));
            let alone = read_wkb(bytes).map(drop);
            column(Arc::new(Field::new("g", DataType::Binary, true)), array).and(alone)
        }
        Kind::Wkt => {
            let text = String::from_utf8_lossy(&input.parts[0].1);
            let array: ArrayRef = Arc::new(StringArray::from(vec![&*text]));
            let alone = read_wkt(&text).map(drop);
            column(Arc::new(Field::new("g", DataType::Utf8, true)), array).and(alone)
        }
        Kind::GeoJsonCell => {
            let text = String::from_utf8_lossy(&input.parts[0].1);
            let value = serde_json::from_str(&text).map_err(|error| error.to_string())?;
            read_geojson(&value).map(drop)
        }
    }
}

fn file(format: Format, input: &Input) -> Result<(), String> {
    let mut options = ReadOptions::default();
    options.format = Some(format);
    // The folder stays until all is read.
    let mut folder = None;
    let reader = match &input.parts[..] {
        [(_, bytes)] => Reader::open(Source::bytes("case", bytes.clone()), &options),
        parts => beside(parts).and_then(|(made, path)| {
            folder = Some(made);
            Reader::open(Source::open(&path, &Stop::new())?, &options)
        }),
    };
    let reader = reader.map_err(|error| error.to_string())?;
    let mut wrong = Ok(());
    for batch in reader {
        // A geometry that is wrong does not end the file.
        wrong = wrong.and(rows(&batch.map_err(|error| error.to_string())?));
    }
    drop(folder);
    wrong
}

/// Writes files beside each other, and gives the path of the first.
fn beside(parts: &[(&str, Vec<u8>)]) -> Result<(TempDir, PathBuf), Error> {
    let folder = tempfile::tempdir()?;
    let path = folder.path().join("case");
    for (extension, bytes) in parts {
        fs::write(path.with_extension(extension), bytes)?;
    }
    Ok((folder, path.with_extension(parts[0].0)))
}

/// Reads the geometries of a batch, and writes its values as text.
fn rows(batch: &RecordBatch) -> Result<(), String> {
    let mut wrong = Ok(());
    for (field, array) in batch.schema_ref().fields().iter().zip(batch.columns()) {
        // Any text might be geometry.
        let is_text = field.data_type().is_string() && field.extension_type_name().is_none();
        let is_named = is_geometry_name(field.name()) || is_wkt_name(field.name());
        if GeometryColumn::encoding_of(field).is_some() && (is_named || !is_text) {
            wrong = wrong.and(column(field.clone(), array.clone()));
        }
        wrong = wrong.and(cells(field, array).map(drop).map_err(|error| error.to_string()));
    }
    wrong
}

/// Reads a column as polygons and as points.
fn column(field: FieldRef, array: ArrayRef) -> Result<(), String> {
    let column = GeometryColumn::try_new(field, vec![array]).map_err(|error| error.to_string())?;
    let polygons = column.shapes::<ColumnError>(|_, _| Ok(()), &mut || Ok(()));
    let points = column.points::<ColumnError>(|_, _| Ok(()), &mut || Ok(()));
    let crs = column.crs::<ColumnError>(&mut || Ok(()));
    let done = polygons.map(drop).and(points.map(drop)).and(crs.map(drop));
    done.map_err(|error| error.to_string())
}
