//! Reads shapes and their columns as batches.

use std::io::BufReader;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use arrow_array::builder::BinaryBuilder;
use arrow_array::{ArrayRef, RecordBatch, RecordBatchOptions};
use arrow_schema::{Schema, SchemaRef};

use super::dbf::{Cells, Dbf};
use super::encoding::TextEncoding;
use super::shape::write_wkb;
use super::shapes::{HEADER, Shapes};
use super::{LINE, MULTI_POINT, POINT, POLYGON, siblings};
use crate::columns;
use crate::error::{Error, Place, Result};
use crate::gis::field::{Declared, geometry_field};
use crate::guard::guarded;
use crate::known::{Known, KnownColumn};
use crate::limits::Limits;
use crate::options::{Batches, ReadOptions};
use crate::places::Places;
use crate::source::Source;
use crate::stop::Stop;
use crate::window::longest_record;

/// The batches of a Shapefile.
pub(super) struct ShapefileBatches {
    shapes: Shapes,
    /// The columns and the name of their file, if there is one.
    table: Option<(Dbf, String)>,
    /// The path of that file, and how many shapes the `.shx` file lists.
    dbf: Option<PathBuf>,
    listed: Option<u64>,
    stop: Stop,
    schema: SchemaRef,
    /// The chosen columns with their positions in the file.
    built: Vec<(usize, Cells)>,
    /// The geometry, if it is chosen.
    geometries: Option<BinaryBuilder>,
    /// The records that were read.
    records: u64,
    /// The record of the first row of the last batch.
    first: u64,
    limits: Limits,
    wkb: Vec<u8>,
}

impl ShapefileBatches {
    /// Opens the files beside a `.shp` file, and reads their headers.
    pub(super) fn new(source: Source, options: &ReadOptions) -> Result<Self> {
        let Some(path) = source.path().map(Path::to_owned) else {
            return Err(Error::unsupported(
                "a Shapefile has columns and a coordinate system in files beside it: give the path of \
                 its .shp file, instead of its content",
            ));
        };
        let (limits, stop) = (options.limits.clone(), source.stop().clone());
        let open = |extension: &str| {
            let found = siblings::find(&path, extension);
            found
                .map(|path| Ok::<_, Error>((Source::open(&path, &stop)?.into_stream(), path)))
                .transpose()
        };
        let index = open("shx")?.map(|(index, _)| Box::new(BufReader::new(index)) as _);
        let listed = siblings::find(&path, "shx").and_then(|path| path.metadata().ok());
        let listed = listed.and_then(|there| Some(there.len().checked_sub(HEADER)? / 8));
        let shapes = Shapes::new(source.into_random()?, index, longest_record(&limits))?;
        let named = siblings::text(&path, "cpg", &stop)?;
        let cpg = || path.with_extension("cpg").display().to_string();
        let named = named.map(|name| TextEncoding::named(&name)).transpose();
        let named = named.map_err(|error| error.in_file(cpg()))?;
        let table = match open("dbf")? {
            None => None,
            Some((from, path)) => {
                let name = path.display().to_string();
                let from = Box::new(BufReader::with_capacity(1 << 16, from));
                let dbf = Dbf::new(from, named).map_err(|error| error.in_file(&name))?;
                Some((dbf, name))
            }
        };
        let crs = siblings::text(&path, "prj", &stop)?.map(|text| Declared::or_code(&text));
        let mut fields = table.as_ref().map_or_else(Vec::new, |(dbf, _)| dbf.fields());
        let count = fields.len();
        fields.push(geometry_field(&fields, crs.as_ref()));
        let chosen = columns::find(&fields.clone().into(), options.columns.as_deref())?;
        let mut built = Vec::new();
        if let Some((dbf, _)) = &table {
            let of_table = chosen.iter().filter(|position| **position < count);
            built.extend(of_table.map(|&position| (position, dbf.cells(position))));
        }
        Ok(Self {
            listed: listed.filter(|_| shapes.is_indexed()),
            shapes,
            table,
            dbf: siblings::find(&path, "dbf"),
            stop,
            built,
            schema: Arc::new(Schema::new(fields).project(&chosen)?),
            geometries: chosen.contains(&count).then(BinaryBuilder::new),
            records: 0,
            first: 0,
            limits,
            wkb: Vec::new(),
        })
    }

    /// Reads rows until a batch is full or the files end.
    fn read(&mut self) -> Result<Option<RecordBatch>> {
        let (most, far) = (self.limits.rows.max(1), self.limits.bytes.clamp(1, 1 << 29));
        let width = self.table.as_ref().map_or(0, |(dbf, _)| dbf.width());
        let (mut rows, mut bytes) = (0, 0);
        while rows < most && bytes < far {
            let place = Place::Feature(self.records);
            let Some(is_row) = self.record().map_err(|error| error.at(place))? else { break };
            self.records += 1;
            if is_row {
                bytes += self.wkb.len() + width + 8 * self.built.len();
                rows += 1;
            } else if rows > 0 {
                // The records of a batch follow one another, so that its first one tells their places.
                self.first = self.records - 1 - rows as u64;
                return self.batch(rows).map(Some);
            }
        }
        if rows == 0 {
            return Ok(None);
        }
        self.first = self.records - rows as u64;
        self.batch(rows).map(Some)
    }

    fn batch(&mut self, rows: usize) -> Result<RecordBatch> {
        let mut arrays: Vec<_> = self.built.iter_mut().map(|(_, cells)| cells.finish()).collect();
        if let Some(geometries) = &mut self.geometries {
            arrays.push(Arc::new(geometries.finish()) as ArrayRef);
        }
        let options = RecordBatchOptions::new().with_row_count(Some(rows));
        Ok(RecordBatch::try_new_with_options(self.schema.clone(), arrays, &options)?)
    }

    /// Reads a record of both files. `None` at the end; false if it is deleted.
    fn record(&mut self) -> Result<Option<bool>> {
        let shape = self.shapes.next()?;
        let is_row = match &mut self.table {
            None => shape.is_some().then_some(true),
            Some((dbf, name)) => {
                let left = dbf.left();
                let next = dbf.next().map_err(|error| error.in_file(&*name))?;
                if next.is_some() != shape.is_some() {
                    let (shapes, records) = match shape {
                        Some(_) => ("more".to_owned(), self.records),
                        None => (self.records.to_string(), self.records + u64::from(left)),
                    };
                    return Err(Error::malformed(format_args!(
                        "{name} has {records} records, but there are {shapes} shapes"
                    )));
                }
                next
            }
        };
        let Some(shape) = shape.filter(|_| is_row == Some(true)) else { return Ok(is_row) };
        if let Some((dbf, name)) = &self.table {
            for (column, cells) in &mut self.built {
                dbf.push(*column, cells).map_err(|error| error.in_file(name))?;
            }
        }
        self.wkb.clear();
        if let Some(geometries) = &mut self.geometries {
            let most = longest_record(&self.limits);
            let wkb = &mut self.wkb;
            let is_there = guarded(|| write_wkb(&shape, wkb, most))?;
            geometries.append_option(is_there.then_some(&*wkb));
        }
        Ok(is_row)
    }
}

/// The types of geometries that shapes of a type become.
fn types(kind: u32) -> Vec<String> {
    let (plain, has_z) = match kind {
        11 | 13 | 15 | 18 => (kind - 10, true),
        21 | 23 | 25 | 28 => (kind - 20, false),
        _ => (kind, false),
    };
    let names: &[&str] = match plain {
        POINT => &["Point"],
        LINE => &["LineString", "MultiLineString"],
        POLYGON => &["Polygon", "MultiPolygon"],
        MULTI_POINT => &["MultiPoint"],
        _ => &[],
    };
    let suffix = if has_z { " Z" } else { "" };
    names.iter().map(|name| format!("{name}{suffix}")).collect()
}

impl Iterator for ShapefileBatches {
    type Item = Result<RecordBatch>;

    fn next(&mut self) -> Option<Self::Item> {
        self.read().transpose()
    }
}

impl Batches for ShapefileBatches {
    fn schema(&self) -> SchemaRef {
        self.schema.clone()
    }

    fn places(&self) -> Option<Places> {
        Some(Places::Features(self.first))
    }

    fn known(&self) -> Result<Known> {
        let rows = self.total_rows();
        let mut of_geometry = KnownColumn::default();
        // The box of no shapes is all zeros.
        if rows != Some(0) {
            of_geometry.extent = self.shapes.extent;
            of_geometry.geometry_types = types(self.shapes.kind);
        }
        let mut columns = vec![KnownColumn::default(); self.built.len()];
        columns.extend(self.geometries.is_some().then_some(of_geometry));
        Ok(Known { rows, columns, ..Known::default() })
    }

    fn total_rows(&self) -> Option<u64> {
        let Some(path) = &self.dbf else { return self.listed };
        // Its header counts deleted rows, too.
        let from = Source::open(path, &self.stop).ok()?.into_stream();
        let mut dbf = Dbf::new(Box::new(BufReader::with_capacity(1 << 16, from)), None).ok()?;
        let mut rows = 0;
        while let Some(is_row) = dbf.next().ok()? {
            rows += u64::from(is_row);
        }
        Some(rows)
    }
}
