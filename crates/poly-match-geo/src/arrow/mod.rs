//! Columns of geometry in Arrow: well-known binary and text, and the native encodings of GeoArrow.
//!
//! A [`GeometryColumn`] is a field and its chunks. It is read as points or as polygons.
//!
//! ```
//! use std::sync::Arc;
//!
//! use arrow_array::{ArrayRef, StringArray};
//! use arrow_schema::{DataType, Field};
//! use poly_match_geo::arrow::{ColumnError, GeometryColumn};
//!
//! let field = Arc::new(Field::new("shape", DataType::Utf8, true));
//! let chunk: ArrayRef = Arc::new(StringArray::from(vec![
//!     Some("POLYGON((0 0, 4 0, 0 4))"),
//!     None,
//! ]));
//! let column = GeometryColumn::try_new(field, vec![chunk])?;
//! let mut skipped = Vec::new();
//! let shapes = column.shapes(
//!     |position, why| {
//!         skipped.push((position, why.to_string()));
//!         Ok::<(), ColumnError>(())
//!     },
//!     &mut || Ok(()),
//! )?;
//! assert_eq!(shapes.areas(), [8.0, 0.0]);
//! assert_eq!(skipped, [(1, "expected a Polygon or MultiPolygon, got null".to_owned())]);
//! # Ok::<(), ColumnError>(())
//! ```

mod chunk;
mod column;
mod coordinates;
mod element;
mod encoding;
mod error;
mod lists;
mod metadata;
mod native;
mod polls;

pub use column::GeometryColumn;
pub use encoding::Encoding;
pub use error::ColumnError;
