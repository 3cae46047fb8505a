//! Writes the cells as sections of a saved matcher, and reads them.

use bytemuck::{Pod, Zeroable};

use super::frame::Frame;
use super::lookup::Cells;
use super::tree::Tree;
use crate::bytes::Array;
use crate::bytes::container::{Reader, Writer};
use crate::error::{Unreadable, unsound};
use crate::geometry::{Bounds, Point};

/// The part of the cells that is not an array.
#[derive(Debug, Clone, Copy, Pod, Zeroable)]
#[repr(C)]
struct Facts {
    /// The bounds of the frame. They determine the frame.
    bounds: [Point; 2],
    root: u32,
    table_level: u32,
}

impl Cells {
    /// Writes all sections of the cells.
    pub(crate) fn write<'m>(&'m self, to: &mut Writer<'m>) {
        let Self { frame, vertices, tree, root, table, table_level } = self;
        let Tree { next, best, two_half_planes, four_half_planes, covers, cover_ends, leaves } =
            tree;
        let Bounds { min, max } = frame.bounds;
        to.made("cells", &[Facts { bounds: [min, max], root: *root, table_level: *table_level }]);
        to.array("vertices", vertices);
        to.array("next", next);
        to.array("best", best);
        to.array("twos", two_half_planes);
        to.array("fours", four_half_planes);
        to.array("covers", covers);
        to.array("cover ends", cover_ends);
        to.array("cell leaves", leaves);
        to.array("table", table);
    }

    /// Reads cells over `sites` polygons.
    ///
    /// # Errors
    /// Fails if a section is missing, or if the sections do not fit together.
    pub(crate) fn read(from: &mut Reader, sites: usize) -> Result<Self, Unreadable> {
        let Facts { bounds: [min, max], root, table_level } = from.fact("cells")?;
        let vertices = from.array("vertices")?;
        let tree = Tree {
            next: from.array("next")?,
            best: from.array("best")?,
            two_half_planes: from.array("twos")?,
            four_half_planes: from.array("fours")?,
            covers: from.array("covers")?,
            cover_ends: from.array("cover ends")?,
            leaves: from.array("cell leaves")?,
        };
        let table: Array<u32> = from.array("table")?;
        let frame = Frame::over(Bounds { min, max })
            .ok_or(unsound("non-empty and finite bounds of the cells"))?;
        if table_level > frame.max_level() {
            return Err(unsound("a table no deeper than the cells can be"));
        }
        let cells = Self { frame, vertices, tree, root, table, table_level };
        if cells.is_sound(sites) {
            Ok(cells)
        } else {
            Err(unsound("cells that refer only to existing nodes, leaves and polygons"))
        }
    }
}
