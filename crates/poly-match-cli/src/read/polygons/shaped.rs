//! The shapes of polygons, as a source fills them.

use poly_match::{Point, Shapes};
use poly_match_geo::Crs;

use crate::failure::Failure;
use crate::origins::Origin;

/// The shapes of polygons, in the order of the file.
#[derive(Debug)]
pub(crate) struct Shaped {
    /// Empty if the polygons are circles.
    pub(crate) shapes: Shapes,
    pub(crate) circles: Option<Circles>,
    /// Whether each row holds no polygon, and matches nothing.
    pub(crate) skipped: Vec<bool>,
    /// The coordinate system that the file declares.
    pub(crate) crs: Option<Crs>,
    /// The word for edges that are not straight on the plane.
    pub(crate) edges: Option<String>,
    /// The number of members of GeometryCollections that are no polygons.
    pub(crate) ignored: usize,
}

/// Circles, in the order of the file. What a skipped row lacks is NaN.
#[derive(Debug, Default)]
pub(crate) struct Circles {
    pub(crate) centers: Vec<Point>,
    pub(crate) radii: Vec<f64>,
}

impl Shaped {
    /// No shapes yet, of a table that declares this.
    pub(super) fn new(crs: Option<Crs>, edges: Option<String>) -> Self {
        let (shapes, circles) = (Shapes::new(), None);
        Self { shapes, circles, skipped: Vec::new(), crs, edges, ignored: 0 }
    }

    /// Takes the system that the rows of a batch declare. It must be that of the batches before.
    pub(super) fn declare(&mut self, crs: Option<Crs>, origin: &Origin) -> Result<(), Failure> {
        match (&self.crs, crs) {
            (Some(known), Some(crs)) if *known != crs => {
                let cause = format_args!("the SRID says {crs}, and in a row before {known}");
                return Err(origin.failure(0, cause));
            }
            (_, Some(crs)) => self.crs = Some(crs),
            (_, None) => {}
        }
        Ok(())
    }
}
