//! The metadata of GeoParquet, and the words of GeoArrow for the same: <https://geoparquet.org>.
//!
//! A file of GeoParquet has a JSON text under the key `geo`, which says how its geometry columns are
//! encoded and in which coordinate system they are. In Arrow, the field of a column says the same.
//!
//! | GeoParquet | coordinate system | field of GeoArrow |
//! |---|---|---|
//! | no `crs` | OGC:CRS84 | `"crs": "OGC:CRS84"` |
//! | `"crs": null` | unknown | no `crs` |
//! | `"crs": {…}` | the PROJJSON | `"crs": {…}` |
//!
//! ```
//! use arrow_schema::{DataType, Field, Schema};
//! use poly_match_geo::arrow::{ColumnError, GeometryColumn};
//! use poly_match_io::geo::{Crs, Metadata};
//!
//! let text = r#"{"version": "1.1.0", "primary_column": "geometry",
//!     "columns": {"geometry": {"encoding": "WKB", "geometry_types": ["Point"]}}}"#;
//! let metadata = Metadata::parse(text)?;
//! assert_eq!(metadata.columns[0].crs, Crs::Default);
//!
//! let plain = Schema::new(vec![Field::new("geometry", DataType::Binary, true)]);
//! let schema = metadata.describe(&plain);
//! let column = GeometryColumn::try_new(schema.fields()[0].clone(), Vec::new())?;
//! let crs = column.crs::<ColumnError>(&mut || Ok(()))?;
//! assert_eq!(crs.as_deref(), Some("OGC:CRS84"));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod boxes;
mod fields;
mod metadata;
mod wkb;

pub use fields::COVERING;
pub use metadata::{Column, Crs, Encoding, Metadata};

pub(crate) use boxes::{Boxes, covering_field, is_covering};
pub(crate) use fields::{column_of, extension, without_extension};
