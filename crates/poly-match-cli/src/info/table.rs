//! Finds out about a table: by its metadata, and by its rows where the metadata does not tell.

use std::fs;
use std::path::Path;

use arrow_schema::Schema;
use poly_match_geo::Crs;
use poly_match_io::{Format, Known, Reader, ShapefileParts, find_inputs};

use super::about::{Place, Table, Why};
use super::look::Look;
use super::rows::FirstRows;
use crate::extents::corners;
use crate::failure::Failure;
use crate::input::Input;
use crate::origins::Batches;
use crate::read::{
    Asked, Coordinates, Given, OnInvalid, PointColumns, geometry_column, has_geometry_type,
};

/// Finds out about a table, of which the first `most` rows are shown.
pub(super) fn about(
    input: &Input,
    given: &Given,
    most: usize,
    quiet: bool,
) -> Result<Table, Failure> {
    let reader = input.open()?;
    let known = reader.known().map_err(|error| input.text().explained(error))?;
    let (schema, format) = (reader.schema(), reader.format());
    let found = points(&reader, input, given)?;
    let (points, columns) = (place_of_points(&schema, given, &found), found.ok());
    let (polygons, of_polygons) = polygons(&reader, input, given)?;
    let of_points = columns.as_ref().and_then(|columns| columns.crs.clone());
    let geometry = polygons.geometry().or_else(|| points.geometry());
    let crs = if polygons.geometry().is_some() { of_polygons } else { of_points };

    let mut about = Table {
        file: input.to_string(),
        files: input.path().map(|path| sizes(path, format)).transpose()?,
        format,
        rows: known.rows.unwrap_or_default(),
        extent: declared_extent(&known, geometry, &points),
        known,
        schema: schema.clone(),
        looked: None,
        points,
        polygons,
        crs,
        first: FirstRows::new(most),
    };
    let batches = Batches::new(reader, input.text());
    if !is_told(&about) {
        let look = Look {
            schema,
            is_untyped: matches!(format, Format::Csv | Format::Tsv),
            decimal: input.text().decimal,
            points: columns.as_ref().filter(|_| geometry.is_none()),
            geometry,
        };
        let found = look.at_all(batches, &mut about.first, quiet)?;
        about.rows = found.rows;
        let measured = found.looked.geometry.as_ref().map(|measured| measured.extent);
        about.extent = corners(measured.unwrap_or(found.extent));
        about.looked = Some(found.looked);
        about.crs = about.crs.or(found.crs);
        return Ok(about);
    }
    if about.first.missing() > 0 {
        for batch in batches {
            about.first.add(&batch?.rows);
            if about.first.missing() == 0 {
                break;
            }
        }
    }
    Ok(about)
}

/// Whether the metadata tells all there is to know.
fn is_told(about: &Table) -> bool {
    let has_coordinates = about.geometry().is_some() || !matches!(about.points, Place::None(_));
    let is_measured = !has_coordinates || about.extent.is_some();
    let is_typed = about.geometry().is_none() || !about.declared_types().is_empty();
    about.known.rows.is_some_and(|rows| rows == 0 || (is_measured && is_typed))
}

/// The columns that `match` takes for points, or what it says if there are none.
fn points(
    reader: &Reader,
    input: &Input,
    given: &Given,
) -> Result<Result<PointColumns, Failure>, Failure> {
    let asked = Asked {
        coordinates: given.clone(),
        max_dist: None,
        group_by: None,
        on_invalid: OnInvalid::Skip,
        text: input.text().clone(),
    };
    match PointColumns::of(reader, &asked) {
        Err(failure) if *given != Given::Guess => Err(input.failed(failure)),
        found => Ok(found),
    }
}

fn place_of_points(schema: &Schema, given: &Given, found: &Result<PointColumns, Failure>) -> Place {
    let why = |column: usize| why(schema, column, given);
    match found {
        Err(failure) => Place::None(failure.to_string()),
        Ok(columns) => match columns.coordinates() {
            Coordinates::Xy(axes) => Place::Xy(axes, why(axes[0])),
            Coordinates::Pair(column, order) => Place::Pair(column, order, why(column)),
            Coordinates::Geometry(column) => Place::Geometry(column, why(column)),
        },
    }
}

/// The column that `match` takes for polygons, or what it says if there is none, and the system that its
/// type declares.
fn polygons(
    reader: &Reader,
    input: &Input,
    given: &Given,
) -> Result<(Place, Option<Crs>), Failure> {
    let name = match given {
        Given::Geometry(name) => Some(name.as_str()),
        Given::Guess => None,
        Given::Xy(_) | Given::Pair(..) => {
            return Ok((Place::None("the options name coordinates of points".to_owned()), None));
        }
    };
    match geometry_column(reader, name, input.text()) {
        Ok((column, crs)) => {
            Ok((Place::Geometry(column, why(&reader.schema(), column, given)), crs))
        }
        Err(failure) if name.is_some() => Err(input.failed(failure)),
        Err(failure) => Ok((Place::None(failure.to_string()), None)),
    }
}

fn why(schema: &Schema, column: usize, given: &Given) -> Why {
    if has_geometry_type(schema.field(column)) {
        Why::Type
    } else if *given == Given::Guess {
        Why::Name
    } else {
        Why::Given
    }
}

/// The extent by the metadata: of a column of geometry, or of the ranges of x and y.
fn declared_extent(known: &Known, geometry: Option<usize>, points: &Place) -> Option<[f64; 4]> {
    if let Some(column) = geometry {
        return known.columns.get(column)?.extent;
    }
    let Place::Xy([x, y], _) = points else { return None };
    let [x, y] = [x, y].map(|&axis| known.columns.get(axis)?.range);
    let ([xmin, xmax], [ymin, ymax]) = (x?, y?);
    Some([xmin, ymin, xmax, ymax])
}

/// How many files a name stands for, and how many bytes they have.
fn sizes(path: &Path, format: Format) -> Result<(usize, u64), Failure> {
    let files = find_inputs(path)?;
    let size = |path: &Path| fs::metadata(path).map_or(0, |there| there.len());
    let bytes = files.iter().map(|file| match format {
        Format::Shapefile => {
            let beside = ShapefileParts::<()>::EXTENSIONS.iter().skip(1);
            size(file) + beside.map(|part| size(&file.with_extension(part))).sum::<u64>()
        }
        _ => size(file),
    });
    Ok((files.len(), bytes.sum()))
}
