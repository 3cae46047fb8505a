//! FlatGeobuf and Shapefile: what is written is read back, and malformed files give one error.

#[cfg(feature = "flatgeobuf")]
mod flatgeobuf;
#[cfg(feature = "shapefile")]
mod shapefile;

use std::sync::Arc;

use arrow_array::{ArrayRef, RecordBatch};
use arrow_schema::{DataType, Field, Schema};

/// A field of well-known binary in a system.
fn geometry_field(crs: &str) -> Field {
    let metadata = format!(r#"{{"crs":"{crs}","crs_type":"authority_code"}}"#);
    let metadata = [
        ("ARROW:extension:name".to_owned(), "geoarrow.wkb".to_owned()),
        ("ARROW:extension:metadata".to_owned(), metadata),
    ];
    Field::new("geometry", DataType::Binary, true).with_metadata(metadata.into())
}

/// A table of columns, the last of which is the geometry.
fn table(columns: Vec<(&str, ArrayRef)>, geometry: ArrayRef) -> RecordBatch {
    let named =
        columns.iter().map(|(name, array)| Field::new(*name, array.data_type().clone(), true));
    let mut fields: Vec<_> = named.collect();
    fields.push(geometry_field("EPSG:25832"));
    let arrays = columns.into_iter().map(|(_, array)| array).chain([geometry]);
    RecordBatch::try_new(Arc::new(Schema::new(fields)), arrays.collect()).expect("a table")
}

/// Well-known binary of a type, with counts and numbers behind it.
struct Wkb(Vec<u8>);

impl Wkb {
    fn new(code: u32) -> Self {
        Self(Vec::new()).and(code)
    }

    fn and(mut self, code: u32) -> Self {
        self.0.push(1);
        self.0.extend(code.to_le_bytes());
        self
    }

    fn count(mut self, count: u32) -> Self {
        self.0.extend(count.to_le_bytes());
        self
    }

    fn numbers(mut self, numbers: &[f64]) -> Self {
        self.0.extend(numbers.iter().flat_map(|number| number.to_le_bytes()));
        self
    }

    fn ring(self, ring: &[f64]) -> Self {
        self.count(u32::try_from(ring.len() / 2).expect("few")).numbers(ring)
    }
}

/// Rings that run clockwise, and the other way.
const OUTER: [f64; 10] = [0., 0., 0., 9., 9., 9., 9., 0., 0., 0.];
const HOLE: [f64; 10] = [2., 2., 5., 2., 5., 5., 2., 5., 2., 2.];
const ISLAND: [f64; 8] = [3., 3., 3., 4., 4., 4., 3., 3.];

/// Numbers that look random.
struct Random(u64);

impl Random {
    fn below(&mut self, most: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 % most as u64).expect("small")
    }

    /// Changes up to four bytes, or cuts the end.
    fn change(&mut self, bytes: &[u8]) -> Vec<u8> {
        let mut changed = bytes.to_vec();
        for _ in 0..=self.below(4) {
            let at = self.below(changed.len());
            changed[at] = [0, 1, 0x7f, 0x80, 0xff, 42][self.below(6)];
        }
        if self.below(8) == 0 {
            changed.truncate(self.below(bytes.len()));
        }
        changed
    }
}
