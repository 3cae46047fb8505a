//! Columns of geometry: the system they declare, and why their reading ended.

use poly_match::Error;
use poly_match_geo::Crs;
use poly_match_geo::arrow::{ColumnError, GeometryColumn};

use crate::failure::Failure;
use crate::origins::Origin;

/// The system that a column of geometry declares.
pub(super) fn declared(column: &GeometryColumn) -> Result<Option<Crs>, Failure> {
    let crs = column.crs::<ColumnError>(&mut || Ok(())).map_err(Failure::new)?;
    Ok(crs.map(|crs| Crs::named(&crs)))
}

/// Why the reading of a column of geometry ended.
pub(super) enum Stopped {
    Column(ColumnError),
    Refused(Failure),
}

impl From<ColumnError> for Stopped {
    fn from(error: ColumnError) -> Self {
        Self::Column(error)
    }
}

impl From<Failure> for Stopped {
    fn from(failure: Failure) -> Self {
        Self::Refused(failure)
    }
}

impl Stopped {
    /// The failure with the place of the row, where the error has its position.
    pub(super) fn told(self, origin: &Origin) -> Failure {
        match self {
            Self::Refused(failure) => failure,
            Self::Column(ColumnError::Malformed { position, what, .. }) => {
                origin.failure(position, what)
            }
            Self::Column(ColumnError::Polygon { error, .. }) => of_polygon(error, origin),
            Self::Column(ColumnError::Srids {
                positions: [_, second], systems: [a, b], ..
            }) => {
                let cause = format_args!("the SRID says {b}, and in a row before {a}");
                origin.failure(second, cause)
            }
            Self::Column(error) => origin.failed(Failure::new(error)),
        }
    }
}

/// An error about a polygon. The place tells its position.
fn of_polygon(error: Error, origin: &Origin) -> Failure {
    match error {
        Error::NoVertices { polygon: Some(position) } => {
            origin.failure(position, Error::NoVertices { polygon: None })
        }
        Error::Vertex { polygon: Some(position), vertex, got } => {
            origin.failure(position, Error::Vertex { polygon: None, vertex, got })
        }
        error => origin.failed(Failure::new(error)),
    }
}
