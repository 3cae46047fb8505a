//! Formats of geographic information systems, each behind a feature of the crate.

#[cfg(any(feature = "flatgeobuf", feature = "shapefile"))]
mod field;
#[cfg(feature = "flatgeobuf")]
mod flatgeobuf;
#[cfg(feature = "geopackage")]
mod geopackage;
#[cfg(feature = "shapefile")]
mod shapefile;
#[cfg(any(feature = "flatgeobuf", feature = "shapefile"))]
mod wkb;

use std::io::Write;

use arrow_schema::SchemaRef;

#[cfg(not(all(feature = "flatgeobuf", feature = "geopackage", feature = "shapefile")))]
use crate::error::Error;
use crate::error::Result;
use crate::known::Layer;
use crate::options::{Batches, ReadOptions, ShapefileParts, Sink, WriteOptions};
use crate::source::Source;

pub(crate) fn read_flatgeobuf(source: Source, options: &ReadOptions) -> Result<Box<dyn Batches>> {
    #[cfg(feature = "flatgeobuf")]
    return flatgeobuf::read(source, options);
    #[cfg(not(feature = "flatgeobuf"))]
    return Err(missing("FlatGeobuf", "flatgeobuf", (source, options)));
}

pub(crate) fn write_flatgeobuf<'w>(
    out: impl Write + 'w,
    schema: &SchemaRef,
    options: &WriteOptions,
) -> Result<Box<dyn Sink + 'w>> {
    #[cfg(feature = "flatgeobuf")]
    return flatgeobuf::write(out, schema, options);
    #[cfg(not(feature = "flatgeobuf"))]
    return Err(missing("FlatGeobuf", "flatgeobuf", (out, schema, options)));
}

pub(crate) fn read_geopackage(source: Source, options: &ReadOptions) -> Result<Box<dyn Batches>> {
    #[cfg(feature = "geopackage")]
    return geopackage::read(source, options);
    #[cfg(not(feature = "geopackage"))]
    return Err(missing("GeoPackage", "geopackage", (source, options)));
}

pub(crate) fn layers_of_geopackage(source: Source, options: &ReadOptions) -> Result<Vec<Layer>> {
    #[cfg(feature = "geopackage")]
    return geopackage::layers(source, options);
    #[cfg(not(feature = "geopackage"))]
    return Err(missing("GeoPackage", "geopackage", (source, options)));
}

pub(crate) fn write_geopackage<'w>(
    out: impl Write + 'w,
    schema: &SchemaRef,
    options: &WriteOptions,
) -> Result<Box<dyn Sink + 'w>> {
    #[cfg(feature = "geopackage")]
    return geopackage::write(out, schema, options);
    #[cfg(not(feature = "geopackage"))]
    return Err(missing("GeoPackage", "geopackage", (out, schema, options)));
}

pub(crate) fn read_shapefile(source: Source, options: &ReadOptions) -> Result<Box<dyn Batches>> {
    #[cfg(feature = "shapefile")]
    return shapefile::read(source, options);
    #[cfg(not(feature = "shapefile"))]
    return Err(missing("Shapefile", "shapefile", (source, options)));
}

pub(crate) fn write_shapefile<'w>(
    out: ShapefileParts<impl Write + 'w>,
    schema: &SchemaRef,
) -> Result<Box<dyn Sink + 'w>> {
    #[cfg(feature = "shapefile")]
    return shapefile::write(out, schema);
    #[cfg(not(feature = "shapefile"))]
    return Err(missing("Shapefile", "shapefile", (out, schema)));
}

/// An error for a format that was left out of the build.
#[cfg(not(all(feature = "flatgeobuf", feature = "geopackage", feature = "shapefile")))]
fn missing<T>(format: &str, feature: &str, _unused: T) -> Error {
    Error::unsupported(format_args!(
        "{format} was left out of this build: enable the feature {feature} of poly-match-io"
    ))
}
