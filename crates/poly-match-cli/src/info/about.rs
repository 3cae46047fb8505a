//! What was found out about a file.

use arrow_schema::SchemaRef;
use poly_match_geo::Crs;
use poly_match_io::{Format, Known};

use super::guess::Looks;
use super::rows::FirstRows;
use crate::read::Order;

/// What was found out about a table.
#[derive(Debug)]
pub(super) struct Table {
    pub(super) file: String,
    /// How many files it is, and how many bytes they have; a stream has neither.
    pub(super) files: Option<(usize, u64)>,
    pub(super) format: Format,
    /// What the metadata says.
    pub(super) known: Known,
    pub(super) schema: SchemaRef,
    pub(super) rows: u64,
    /// What a pass over all rows found, if one was needed.
    pub(super) looked: Option<Looked>,
    pub(super) points: Place,
    pub(super) polygons: Place,
    pub(super) crs: Option<Crs>,
    pub(super) extent: Option<[f64; 4]>,
    pub(super) first: FirstRows,
}

/// What a pass over all rows found.
#[derive(Debug)]
pub(super) struct Looked {
    /// For each column: how many rows are null, or empty in text.
    pub(super) nulls: Vec<u64>,
    /// For each column of a table without types: what its text looks like.
    pub(super) looks: Vec<Option<Looks>>,
    /// How many rows have no usable coordinates, if these are numbers.
    pub(super) invalid: u64,
    /// Why the first of them has none.
    pub(super) first_invalid: Option<String>,
    pub(super) geometry: Option<super::geometry::Measured>,
}

/// Where coordinates are, as `match` takes them.
#[derive(Debug)]
pub(super) enum Place {
    /// In the columns of x and y.
    Xy([usize; 2], Why),
    /// Two numbers in each cell of a column.
    Pair(usize, Order, Why),
    /// In a column of geometry.
    Geometry(usize, Why),
    /// Nowhere, and what `match` says of it.
    None(String),
}

/// Why these columns are taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Why {
    /// An option names them.
    Given,
    /// Their type says so.
    Type,
    /// Their names look like it.
    Name,
}

impl Table {
    /// The column of geometry, if there is one.
    pub(super) fn geometry(&self) -> Option<usize> {
        [&self.polygons, &self.points].into_iter().find_map(Place::geometry)
    }

    /// The types of geometries that may occur, as the metadata says.
    pub(super) fn declared_types(&self) -> &[String] {
        let column = self.geometry().and_then(|column| self.known.columns.get(column));
        column.map_or(&[], |column| &column.geometry_types)
    }

    /// How many rows of a column are null, or empty in text.
    pub(super) fn nulls(&self, column: usize) -> Option<u64> {
        match &self.looked {
            Some(looked) => looked.nulls.get(column).copied(),
            None => self.known.columns.get(column)?.nulls,
        }
    }

    /// What the text of a column looks like.
    pub(super) fn looks(&self, column: usize) -> Option<Looks> {
        self.looked.as_ref()?.looks.get(column).copied().flatten()
    }
}

impl Place {
    /// The column of geometry.
    pub(super) fn geometry(&self) -> Option<usize> {
        match self {
            Self::Geometry(column, _) => Some(*column),
            Self::Xy(..) | Self::Pair(..) | Self::None(_) => None,
        }
    }
}
