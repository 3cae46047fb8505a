//! Writes batches as features, in their order and without an index: nothing is kept.
//!
//! The header is written with the first batch, whose geometries show whether there is z. It does not
//! count the features.

use std::io::Write;

use arrow_array::cast::AsArray;
use arrow_array::{Array, ArrayRef, BinaryArray, RecordBatch};
use arrow_cast::cast;
use arrow_schema::{DataType, SchemaRef};
use flatbuffers::FlatBufferBuilder;
use flatgeobuf::{
    Column, ColumnArgs, Crs as FgbCrs, CrsArgs, Feature, FeatureArgs, GeometryType, Header,
    HeaderArgs,
};

use super::build::{Axes, build};
use super::values::{Values, column_type};
use crate::error::{Cause, Error, Place, Result};
use crate::gis::field::{Declared, declared_crs, geometry_position};
use crate::options::{Sink, WriteOptions};
use crate::points;

/// The first bytes of every file.
const MAGIC: [u8; 8] = *b"fgb\x03fgb\0";

/// The name of a table without one.
const NAME: &str = "poly-match";

/// Takes batches and writes features.
pub(super) struct FlatGeobufSink<W: Write> {
    out: W,
    schema: SchemaRef,
    geometry: Option<usize>,
    /// The positions of the properties.
    properties: Vec<usize>,
    name: String,
    /// Known with the first batch.
    axes: Option<Axes>,
    count: u64,
    builder: FlatBufferBuilder<'static>,
    bytes: Vec<u8>,
}

impl<W: Write> FlatGeobufSink<W> {
    pub(super) fn new(out: W, schema: &SchemaRef, options: &WriteOptions) -> Result<Self> {
        let geometry = geometry_position(schema)?;
        let properties = (0..schema.fields().len()).filter(|position| Some(*position) != geometry);
        let properties: Vec<_> = properties.collect();
        let most = usize::from(u16::MAX);
        if properties.len() > most {
            return Err(Error::unsupported(format_args!(
                "FlatGeobuf has at most {most} columns, got {}",
                properties.len()
            )));
        }
        Ok(Self {
            out,
            schema: schema.clone(),
            geometry,
            properties,
            name: options.layer.clone().unwrap_or_else(|| NAME.to_owned()),
            axes: None,
            count: 0,
            builder: FlatBufferBuilder::new(),
            bytes: Vec::new(),
        })
    }

    /// Writes all that stands before the first feature.
    fn start(&mut self, axes: Axes) -> Result<()> {
        let builder = &mut self.builder;
        builder.reset();
        let mut columns = Vec::with_capacity(self.properties.len());
        for &position in &self.properties {
            let field = self.schema.field(position);
            let name = Some(builder.create_string(field.name()));
            let type_ = column_type(field);
            columns
                .push(Column::create(builder, &ColumnArgs { name, type_, ..Default::default() }));
        }
        let field = self.geometry.map(|position| self.schema.field(position));
        let crs = field.and_then(declared_crs).map(|crs| write_crs(&crs, builder));
        let geometry_type = match field.map(|field| field.extension_type_name()) {
            Some(Some("geoarrow.point")) => GeometryType::Point,
            _ => GeometryType::Unknown,
        };
        let args = HeaderArgs {
            name: Some(builder.create_string(&self.name)),
            geometry_type,
            has_z: axes.z,
            has_m: axes.m,
            columns: Some(builder.create_vector(&columns)),
            index_node_size: 0,
            crs,
            ..Default::default()
        };
        let header = Header::create(builder, &args);
        builder.finish_size_prefixed(header, None);
        self.out.write_all(&MAGIC)?;
        self.out.write_all(builder.finished_data())?;
        self.axes = Some(axes);
        Ok(())
    }

    fn feature(
        &mut self,
        axes: Axes,
        columns: &[Values],
        geometries: Option<&BinaryArray>,
        row: usize,
    ) -> Result<()> {
        self.bytes.clear();
        for (position, values) in columns.iter().enumerate() {
            // There are fewer columns: they were counted.
            values.write(u16::try_from(position).unwrap_or(u16::MAX), row, &mut self.bytes);
        }
        let wkb = geometries.filter(|wkb| wkb.is_valid(row)).map(|wkb| wkb.value(row));
        // A buffer has fewer than 2 GiB; vertices take less than twice what they take in well-known binary.
        let (size, limit) = (self.bytes.len() + 2 * wkb.map_or(0, <[u8]>::len), 1 << 31);
        if size >= limit {
            let (what, got) = ("a feature of FlatGeobuf".to_owned(), size as u64);
            return Err(Error::new(Cause::TooLarge { what, got, limit: limit as u64 }));
        }
        let builder = &mut self.builder;
        builder.reset();
        let geometry = wkb.map(|wkb| build(wkb, axes, builder)).transpose()?.flatten();
        let properties = (!self.bytes.is_empty()).then(|| builder.create_vector(&self.bytes));
        let feature =
            Feature::create(builder, &FeatureArgs { geometry, properties, columns: None });
        builder.finish_size_prefixed(feature, None);
        Ok(self.out.write_all(builder.finished_data())?)
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

/// Writes a system, by its code and its definition where they are known.
fn write_crs<'b>(
    declared: &Declared,
    builder: &mut FlatBufferBuilder<'b>,
) -> flatbuffers::WIPOffset<FgbCrs<'b>> {
    let crs = &declared.crs;
    let epsg = crs.epsg().map(|code| ("EPSG", code));
    let code = epsg.or_else(|| {
        let (authority, code) = crs.definition().split_once(':')?;
        Some((authority, code.parse().ok()?))
    });
    let args = CrsArgs {
        org: code.map(|(authority, _)| builder.create_string(authority)),
        code: code.and_then(|(_, code)| i32::try_from(code).ok()).unwrap_or(0),
        name: Some(builder.create_string(&crs.to_string())),
        wkt: declared.wkt().map(|wkt| builder.create_string(wkt)),
        ..Default::default()
    };
    FgbCrs::create(builder, &args)
}

impl<W: Write> Sink for FlatGeobufSink<W> {
    fn write(&mut self, batch: &RecordBatch) -> Result<()> {
        let geometries = self.geometries(batch)?;
        let place = |count: u64, row: usize| Place::Feature(count + row as u64);
        let axes = match self.axes {
            Some(axes) => axes,
            None => {
                let mut axes = Axes::default();
                for (row, wkb) in geometries.iter().flatten().enumerate() {
                    let added = wkb.map_or(Ok(()), |wkb| axes.add(wkb));
                    added.map_err(|error| error.at(place(self.count, row)))?;
                }
                self.start(axes)?;
                axes
            }
        };
        let columns = self
            .properties
            .iter()
            .map(|&position| Values::new(self.schema.field(position), batch.column(position)));
        let columns = columns.collect::<Result<Vec<_>>>()?;
        for row in 0..batch.num_rows() {
            let written = self.feature(axes, &columns, geometries.as_ref(), row);
            written.map_err(|error| error.at(place(self.count, row)))?;
        }
        self.count += batch.num_rows() as u64;
        Ok(())
    }

    fn finish(mut self: Box<Self>) -> Result<()> {
        if self.axes.is_none() {
            self.start(Axes::default())?;
        }
        Ok(self.out.flush()?)
    }
}
