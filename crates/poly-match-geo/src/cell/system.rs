//! The coordinate system that a cell declares.

use std::fmt;

use serde_json::Value;

use super::{Notation, bytes_of_hex, in_geopackage, text_of, unquoted};
use crate::crs::Crs;
use crate::geojson::declared_crs;
use crate::wkb::wkb_srid;
use crate::wkt::split_srid;

/// A system that a cell declares.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum System {
    /// A code of EPSG.
    Srid(u32),
    /// Another name or definition.
    Named(String),
}

impl System {
    /// `None` for 0, which declares nothing.
    fn of_srid(srid: Option<u32>) -> Option<Self> {
        srid.filter(|&srid| srid != 0).map(Self::Srid)
    }

    fn of_crs(crs: &Crs) -> Self {
        crs.epsg().map_or_else(|| Self::Named(crs.definition().to_owned()), Self::Srid)
    }
}

impl fmt::Display for System {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Srid(srid) => write!(f, "EPSG:{srid}"),
            Self::Named(name) => f.write_str(name),
        }
    }
}

/// The system that a cell of text declares: an SRID, or the member `crs` of GeoJSON. `None` if it declares
/// nothing, or is malformed.
pub(crate) fn system_of_text(cell: &str) -> Option<System> {
    let text = cell.trim();
    match Notation::of(text) {
        Notation::Wkt => System::of_srid(split_srid(text).ok()?.0),
        // 9 bytes hold an order of bytes, a type and an SRID, and 8 the start of a blob.
        Notation::Hex => system_of_bytes(&bytes_of_hex(text.get(..22).unwrap_or(text)).ok()?),
        // Most cells have no such member, and need not be read.
        Notation::GeoJson if text.contains("\"crs\"") => {
            let value: Value = serde_json::from_str(text).ok()?;
            let geometry = value.get("geometry");
            let crs = [Some(&value), geometry].into_iter().flatten().find_map(declared_crs)?;
            Some(System::of_crs(&crs))
        }
        Notation::GeoJson => None,
        Notation::Quoted => system_of_text(&unquoted(text).ok()?),
    }
}

/// The system that a cell of bytes declares; see [`system_of_text`].
#[inline]
pub(crate) fn system_of_bytes(cell: &[u8]) -> Option<System> {
    match cell.first()? {
        0 | 1 => System::of_srid(wkb_srid(cell)),
        _ => match in_geopackage(cell) {
            Some((srid, _)) => System::of_srid(srid),
            None => system_of_text(text_of(cell)?),
        },
    }
}
