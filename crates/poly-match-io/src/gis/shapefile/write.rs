//! Writes batches as the files of a Shapefile.
//!
//! Their headers say how much follows, so shapes and columns are collected in temporary files, which
//! nothing names, and copied at the end.

use std::fs::File;
use std::io::{BufReader, BufWriter, Seek, Write};

use arrow_array::cast::AsArray;
use arrow_array::{Array, ArrayRef, BinaryArray, RecordBatch};
use arrow_cast::cast;
use arrow_schema::{DataType, SchemaRef};

use super::encode::{Extent, Shape};
use super::shapes::{CODE, HEADER};
use super::table::{LARGEST, Table, too_large};
use crate::error::{Error, Place, Result, quoted};
use crate::gis::field::{Declared, declared_crs, geometry_position};
use crate::options::{ShapefileParts, Sink};
use crate::points;

/// Takes batches and writes a Shapefile.
pub(super) struct ShapefileSink<W: Write> {
    out: ShapefileParts<W>,
    schema: SchemaRef,
    geometry: Option<usize>,
    /// The definition of the coordinate system; empty if there is none.
    definition: String,
    table: Table,
    shapes: BufWriter<File>,
    index: BufWriter<File>,
    /// The bytes of the shapes with the header.
    len: u64,
    /// The type of the first shape that is not null.
    code: Option<u32>,
    extent: Extent,
    count: u64,
}

impl<W: Write> ShapefileSink<W> {
    pub(super) fn new(out: ShapefileParts<W>, schema: &SchemaRef) -> Result<Self> {
        let geometry = geometry_position(schema)?;
        let field = geometry.map(|position| schema.field(position));
        let definition = field.and_then(declared_crs).map(|crs| definition(&crs)).transpose()?;
        let spool = || Ok::<_, Error>(BufWriter::with_capacity(1 << 16, tempfile::tempfile()?));
        Ok(Self {
            out,
            schema: schema.clone(),
            geometry,
            definition: definition.unwrap_or_default(),
            table: Table::new(schema, geometry)?,
            shapes: spool()?,
            index: spool()?,
            len: HEADER,
            code: None,
            extent: Extent::EMPTY,
            count: 0,
        })
    }

    fn shape(&mut self, wkb: Option<&[u8]>, content: &mut Vec<u8>) -> Result<()> {
        content.clear();
        match wkb.map(Shape::read).transpose()?.flatten() {
            None => content.extend([0; 4]),
            Some(shape) => {
                let code = *self.code.get_or_insert(shape.code());
                if code != shape.code() {
                    return Err(Error::unsupported(format_args!(
                        "all shapes of a Shapefile are of one type, here {}, got {}: write another \
                         format, such as GeoPackage",
                        name(code),
                        name(shape.code())
                    )));
                }
                self.extent.add(&shape.write(content));
            }
        }
        let len = self.len + 8 + content.len() as u64;
        if len > LARGEST {
            return Err(too_large("the .shp file"));
        }
        // They are not larger than the file.
        let words = |bytes: u64| u32::try_from(bytes / 2).unwrap_or(u32::MAX).to_be_bytes();
        let number = u32::try_from(self.count + 1).unwrap_or(u32::MAX);
        self.index.write_all(&words(self.len))?;
        self.index.write_all(&words(content.len() as u64))?;
        self.shapes.write_all(&number.to_be_bytes())?;
        self.shapes.write_all(&words(content.len() as u64))?;
        self.shapes.write_all(content)?;
        (self.len, self.count) = (len, self.count + 1);
        Ok(())
    }

    /// The header of a file of some bytes.
    fn header(&self, len: u64) -> Vec<u8> {
        let mut header = CODE.to_be_bytes().to_vec();
        header.resize(24, 0);
        header.extend(u32::try_from(len / 2).unwrap_or(u32::MAX).to_be_bytes());
        header.extend(1000_u32.to_le_bytes());
        header.extend(self.code.unwrap_or(0).to_le_bytes());
        let [x, y] = [self.extent.range(0), self.extent.range(1)];
        let numbers = [x[0], y[0], x[1], y[1]].into_iter();
        let numbers = numbers.chain(self.axis(2)).chain(self.axis(3));
        header.extend(numbers.flat_map(f64::to_le_bytes));
        header
    }

    /// The range of z or m, where the shapes have it.
    fn axis(&self, axis: usize) -> [f64; 2] {
        let range = self.extent.range(axis);
        if range.iter().all(|number| number.is_finite() && *number > -1e38) {
            range
        } else {
            [0.0; 2]
        }
    }

    /// The geometries of a batch as well-known binary.
    fn geometries(&self, batch: &RecordBatch) -> Result<Option<BinaryArray>> {
        let Some(position) = self.geometry else { return Ok(None) };
        let array: &ArrayRef = batch.column(position);
        Ok(Some(match self.schema.field(position).extension_type_name() {
            Some("geoarrow.point") => points::to_wkb(array)?,
            _ => cast(array, &DataType::Binary)?.as_binary::<i32>().clone(),
        }))
    }
}

/// The definition of a coordinate system, which a `.prj` file has.
fn definition(crs: &Declared) -> Result<String> {
    crs.prj().map(str::to_owned).ok_or_else(|| {
        Error::unsupported(format_args!(
            "a Shapefile needs the coordinate system as well-known text, got {}",
            quoted(&crs.crs.to_string())
        ))
    })
}

/// The name of a type of shapes.
fn name(code: u32) -> String {
    let kind = match code % 10 {
        super::POINT => "Point",
        super::LINE => "PolyLine",
        super::POLYGON => "Polygon",
        super::MULTI_POINT => "MultiPoint",
        _ => "Null",
    };
    format!("{kind}{}", ["", "Z", "M"].get(code as usize / 10).unwrap_or(&""))
}

impl<W: Write> Sink for ShapefileSink<W> {
    fn write(&mut self, batch: &RecordBatch) -> Result<()> {
        let geometries = self.geometries(batch)?;
        self.table.write(batch)?;
        let mut content = Vec::new();
        for row in 0..batch.num_rows() {
            let wkb = geometries.as_ref().filter(|wkb| wkb.is_valid(row)).map(|wkb| wkb.value(row));
            let place = Place::Feature(self.count);
            self.shape(wkb, &mut content).map_err(|error| error.at(place))?;
        }
        Ok(())
    }

    fn finish(mut self: Box<Self>) -> Result<()> {
        let headers = [self.header(self.len), self.header(HEADER + 8 * self.count)];
        let Self { shapes, index, out, .. } = &mut *self;
        let outs = [&mut out.shp, &mut out.shx];
        for ((out, header), spool) in outs.into_iter().zip(headers).zip([shapes, index]) {
            out.write_all(&header)?;
            spool.flush()?;
            let spool = spool.get_mut();
            spool.rewind()?;
            std::io::copy(&mut BufReader::with_capacity(1 << 16, spool), out)?;
        }
        let Self { table, mut out, definition, .. } = *self;
        table.finish(&mut out.dbf)?;
        out.prj.write_all(definition.as_bytes())?;
        out.cpg.write_all(b"UTF-8")?;
        let files = [out.shp, out.shx, out.dbf, out.prj, out.cpg];
        files.into_iter().try_for_each(|mut file| Ok(file.flush()?))
    }

    fn renamed(&self) -> &[(String, String)] {
        &self.table.renamed
    }
}
