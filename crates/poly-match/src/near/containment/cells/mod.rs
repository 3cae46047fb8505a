//! The cells: a quadtree-like tree that tells which polygons contain a point.
//!
//! **Structure.** A square over all polygons is split into 4 by 4 cells. A cell with edges is split
//! again. A polygon that covers a whole cell is stored at the largest cell that it covers. So the
//! size grows with the length of the boundaries, not with the areas. A cell that is not split
//! further is a leaf. A leaf lists, by rank, the parts of polygons with an edge that touches the
//! cell. Each comes with these few edges, and with a flag: whether the cell's upper right corner is
//! inside the part. A polygon is the union of its parts, and each part has the rank of its polygon. So
//! the search for the best needs to know nothing of parts.
//!
//! **Lookup.** In a cell without edges, the cell is the answer. In a leaf, the even-odd rule
//! decides: a path of two straight parts within the cell joins the point to the upper right corner.
//! Every edge that the path crosses turns inside to outside, and back. The leaf holds all edges
//! that such a path can cross. Each decision at an edge is made by the sign of
//! [`side`](crate::geometry::segment::side), so the answer is exactly that of [`Shapes::locate`].
//!
//! **Shortcut.** If only the best polygon is wanted and a leaf has few edges, a lookup does not
//! cross them. It tests on which side of each edge's line the point is, unless the point is too
//! close to a line.
//!
//! | file | holds |
//! |---|---|
//! | `frame.rs` | from a point to its cell |
//! | `tree.rs`, `word.rs` | the tree as flat arrays, and the words in them |
//! | `lookup.rs` | the cells, and the lookup of one point |
//! | `leaf.rs`, `path.rs` | a lookup in a leaf: crossing its edges |
//! | `half_planes.rs` | the shortcut for leaves of few edges |
//! | `build.rs`, `share.rs` | building the tree |
//! | `list.rs`, `extent.rs` | the edges in a cell, and their boxes in whole numbers |
//! | `find.rs` | lookup of many points together |
//! | `sections.rs`, `sound.rs` | saving, loading, and the check of what was loaded |
//!
//! [`Shapes::locate`]: crate::geometry::Shapes::locate

mod build;
mod extent;
mod find;
mod frame;
mod half_planes;
mod leaf;
mod list;
mod lookup;
mod path;
mod sections;
mod share;
mod sound;
#[cfg(test)]
mod tests;
mod tree;
mod word;

pub(crate) use find::FindCovering;
pub(crate) use lookup::Cells;
