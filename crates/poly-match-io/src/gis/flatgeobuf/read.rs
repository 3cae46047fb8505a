//! Reads features as batches, one after another.

use std::io::{BufReader, Read};
use std::ops::Range;
use std::sync::Arc;

use arrow_array::builder::BinaryBuilder;
use arrow_array::{ArrayRef, RecordBatch, RecordBatchOptions};
use arrow_schema::{Schema, SchemaRef};
use flatgeobuf::GeometryType;

use super::frame::{read_sized, verifier};
use super::geometry::write_wkb;
use super::header::{Header, reason};
use super::properties::{Cells, find};
use crate::columns;
use crate::error::{Error, Place, Result};
use crate::gis::field::geometry_field;
use crate::gis::wkb::Wkb;
use crate::guard::guarded;
use crate::known::{Known, KnownColumn};
use crate::limits::Limits;
use crate::options::{Batches, ReadOptions};
use crate::places::Places;
use crate::source::Source;
use crate::window::longest_record;

/// The batches of the features of a file.
pub(super) struct FlatGeobufBatches {
    from: BufReader<Box<dyn Read + Send>>,
    header: Header,
    schema: SchemaRef,
    /// The chosen columns with their positions in the file.
    built: Vec<(usize, Cells)>,
    /// The geometry, if it is chosen.
    geometries: Option<BinaryBuilder>,
    /// The features up to the last batch, and up to its end.
    rows: [u64; 2],
    limits: Limits,
    feature: Vec<u8>,
    values: Vec<Option<Range<usize>>>,
    wkb: Vec<u8>,
}

impl FlatGeobufBatches {
    /// Reads the header.
    pub(super) fn new(source: Source, options: &ReadOptions) -> Result<Self> {
        let limits = options.limits.clone();
        let mut from = BufReader::with_capacity(1 << 16, source.into_stream());
        let header = guarded(|| Header::read(&mut from, longest_record(&limits), &limits))?;
        let mut fields = header.fields()?;
        fields.push(geometry_field(&fields, header.crs.as_ref()));
        let chosen = columns::find(&fields.clone().into(), options.columns.as_deref())?;
        let count = header.columns.len();
        let built = chosen.iter().filter(|position| **position < count);
        let built = built.map(|&position| (position, Cells::new(header.columns[position].1)));
        Ok(Self {
            built: built.collect(),
            geometries: chosen.contains(&count).then(BinaryBuilder::new),
            schema: Arc::new(Schema::new(fields).project(&chosen)?),
            values: vec![None; count],
            from,
            header,
            rows: [0; 2],
            limits,
            feature: Vec::new(),
            wkb: Vec::new(),
        })
    }

    /// Reads rows until a batch is full or the file ends.
    fn read(&mut self) -> Result<Option<RecordBatch>> {
        let (most, far) = (self.limits.rows.max(1), self.limits.bytes.clamp(1, 1 << 29));
        let longest = longest_record(&self.limits);
        self.rows[0] = self.rows[1];
        let (mut count, mut bytes) = (0, 0);
        while count < most && bytes < far {
            let place = Place::Feature(self.rows[1]);
            let at_place = |error: Error| error.at(place.clone());
            let is_there = read_sized(&mut self.from, "a feature", longest, &mut self.feature);
            if !is_there.map_err(at_place)? {
                self.check_end()?;
                break;
            }
            if self.rows[1] == self.header.features && self.header.features != 0 {
                return Err(Error::malformed(format_args!(
                    "the header counts {} features, got more",
                    self.header.features
                )));
            }
            guarded(|| self.append()).map_err(at_place)?;
            bytes += self.feature.len() + self.wkb.len() + 8 * self.built.len();
            self.rows[1] += 1;
            count += 1;
        }
        if count == 0 {
            return Ok(None);
        }
        let mut arrays: Vec<_> = self.built.iter_mut().map(|(_, cells)| cells.finish()).collect();
        if let Some(geometries) = &mut self.geometries {
            arrays.push(Arc::new(geometries.finish()) as ArrayRef);
        }
        let options = RecordBatchOptions::new().with_row_count(Some(count));
        Ok(Some(RecordBatch::try_new_with_options(self.schema.clone(), arrays, &options)?))
    }

    fn check_end(&self) -> Result<()> {
        match (self.header.features, self.rows[1]) {
            (0, _) => Ok(()),
            (expected, got) if expected == got => Ok(()),
            (expected, got) => Err(Error::malformed(format_args!(
                "the file is truncated: the header counts {expected} features, got {got}"
            ))),
        }
    }

    /// Adds the feature as a row.
    fn append(&mut self) -> Result<()> {
        let options = verifier(&self.feature);
        let feature = flatgeobuf::size_prefixed_root_as_feature_with_opts(&options, &self.feature)
            .map_err(|error| Error::malformed(reason(&error)))?;
        if feature.columns().is_some_and(|columns| !columns.is_empty()) {
            return Err(Error::unsupported("a feature has columns of its own"));
        }
        let properties = feature.properties().map(|bytes| bytes.bytes()).unwrap_or_default();
        find(properties, &self.header.columns, &mut self.values)?;
        for (position, cells) in &mut self.built {
            let value = self.values[*position].clone().map(|range| &properties[range]);
            let column = || Place::Column(self.header.columns[*position].0.clone());
            cells.push(value).map_err(|error| named(error, &column()))?;
        }
        self.wkb.clear();
        let Some(geometries) = &mut self.geometries else { return Ok(()) };
        let is_there = match feature.geometry() {
            None => false,
            Some(geometry) => {
                let most = longest_record(&self.limits);
                let Header { has_z, has_m, geometry: of_all, .. } = self.header;
                let mut wkb = Wkb { out: &mut self.wkb, most, has_z, has_m };
                write_wkb(&geometry, of_all, &mut wkb)?
            }
        };
        geometries.append_option(is_there.then_some(&self.wkb));
        Ok(())
    }
}

/// An error of a column, which the place of the feature does not name.
fn named(error: Error, column: &Place) -> Error {
    Error::malformed(format_args!("{column}: {error}"))
}

impl Iterator for FlatGeobufBatches {
    type Item = Result<RecordBatch>;

    fn next(&mut self) -> Option<Self::Item> {
        self.read().transpose()
    }
}

impl Batches for FlatGeobufBatches {
    fn schema(&self) -> SchemaRef {
        self.schema.clone()
    }

    fn places(&self) -> Option<Places> {
        Some(Places::Features(self.rows[0]))
    }

    fn known(&self) -> Result<Known> {
        let Header { geometry, has_z, extent, has_index, .. } = self.header;
        let mut of_geometry = KnownColumn { extent, ..KnownColumn::default() };
        if let Some(name) = geometry.variant_name().filter(|_| geometry != GeometryType::Unknown) {
            let suffix = if has_z { " Z" } else { "" };
            of_geometry.geometry_types.push(format!("{name}{suffix}"));
        }
        let mut columns = vec![KnownColumn::default(); self.built.len()];
        columns.extend(self.geometries.is_some().then_some(of_geometry));
        let (rows, has_index) = (self.total_rows(), Some(has_index));
        Ok(Known { rows, columns, has_index, ..Known::default() })
    }

    fn total_rows(&self) -> Option<u64> {
        Some(self.header.features).filter(|&features| features > 0)
    }
}
