//! Locates a point in the polygons of a leaf, by crossing the leaf's edges one by one.

use super::path;
use super::tree::Leaf;
use crate::geometry::{Location, Point};

impl Leaf<'_> {
    /// Returns the lowest rank that contains the point, or `NONE`. If `boundary_counts`, a point on
    /// the boundary is contained.
    #[inline(always)]
    pub(super) fn best(&self, vertices: &[Point], point: Point, boundary_counts: bool) -> u32 {
        let mut best = self.cover;
        self.each(vertices, point, self.cover, |rank, location| {
            let is_found = location.counts(boundary_counts);
            if is_found {
                best = rank;
            }
            !is_found
        });
        best
    }

    /// Calls `found` with each part of a rank below `end` and the point's location in it. Stops when
    /// `found` returns false.
    #[inline(always)]
    pub(super) fn each(
        &self,
        vertices: &[Point],
        point: Point,
        end: u32,
        mut found: impl FnMut(u32, Location) -> bool,
    ) {
        let mut entries = self.entries().take_while(|entry| entry.rank < end).peekable();
        while let Some(first) = entries.next() {
            let mut is_inside = Some(first.is_inside);
            let mut chain = Some(first);
            while let Some(entry) = chain {
                let chain_of = &vertices[entry.start..=entry.start + entry.count];
                is_inside = is_inside.and_then(|is_inside| {
                    Some(is_inside ^ path::is_odd(chain_of, point, self.corner)?)
                });
                chain = entries.next_if(|entry| !entry.is_first);
            }
            let location = match is_inside {
                Some(true) => Location::Inside,
                Some(false) => Location::Outside,
                None => Location::Boundary,
            };
            if !found(first.rank, location) {
                return;
            }
        }
    }
}
