//! Matches many points against one index: picks the fastest way, and shares it out over threads.
//!
//! Every way gives the same answer, so the choice is about speed alone; `cost` estimates it. The ways
//! themselves live in `walk`, `grid` and `blocks`.

use std::num::NonZeroUsize;
use std::sync::Arc;

use crate::ablate::{Shortcut, is_on};
use crate::error::Error;
use crate::geometry::polygon::is_finite;
use crate::geometry::{Bounds, Point};
use crate::machine::{Level, Simd, Task, share_out};
use crate::near::center::blocks;
use crate::near::center::grid::kept::KeptCells;
use crate::near::center::grid::occupancy::Occupancy;
use crate::near::center::grid::site_lists::Cells;
use crate::near::center::view::Search;
use crate::rule::Within;
use cost::Costs;

mod cost;

/// A way to match many points.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum Way {
    /// One point at a time, down the tree.
    Single,
    /// A short list of sites for every cell of a grid.
    Cells,
    /// Points that lie close together, searched at once.
    Blocks,
}

/// Fewest points for which it is worth to ask what each way costs.
const FEW_POINTS: usize = 256;

/// Points that a thread takes at a time when it looks them up in cells, which is fast.
const CELLS_PIECE: usize = 4096;

/// Points that a thread takes at a time when it searches for each alone, which takes longer.
const SINGLE_PIECE: usize = 512;

/// Fewest points that a thread takes at a time when it sorts them into blocks. In a larger piece
/// the points of a block lie closer together.
const MIN_BLOCKS_PIECE: usize = 1 << 16;

/// Most points that a thread takes at a time when it sorts them into blocks.
const MAX_BLOCKS_PIECE: usize = 1 << 21;

/// A search for many points, and how to run it.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Join<'a> {
    pub(crate) search: Search<'a>,
    pub(crate) level: Level,
    pub(crate) workers: Option<NonZeroUsize>,
    /// The way to use; `None` picks the fastest.
    pub(crate) way: Option<Way>,
    /// The cells of earlier calls for the same sites and distance.
    pub(crate) kept: &'a KeptCells,
}

/// The points of a piece, and where their answers go: positions and distances.
type Piece<'p> = ((&'p [Point], &'p mut [i64]), &'p mut [f64]);

fn pieces<'p>(
    points: &'p [Point],
    index: &'p mut [i64],
    distance: &'p mut [f64],
    size: usize,
) -> impl ExactSizeIterator<Item = Piece<'p>> + Send {
    points.chunks(size).zip(index.chunks_mut(size)).zip(distance.chunks_mut(size))
}

impl Join<'_> {
    /// Writes the position of the best site near each point, and its distance. A point without one
    /// gets −1 and NaN.
    pub(crate) fn run<E: From<Error>>(
        &self,
        points: &[Point],
        bounds: &Bounds,
        index: &mut [i64],
        distance: &mut [f64],
        mut poll: impl FnMut() -> Result<(), E>,
    ) -> Result<(), E> {
        match self.prepare(points, bounds, &mut poll)? {
            (Way::Cells, Some(cells)) => {
                let pieces = pieces(points, index, distance, CELLS_PIECE);
                share_out(pieces, self.workers, poll, |piece, _| {
                    self.level.run(FindInCells { search: self.search, cells: &cells, piece });
                })
            }
            (Way::Blocks, _) => {
                let workers = self.workers.unwrap_or_else(crate::machine::all_cores).get();
                let size = points.len().div_ceil(workers).clamp(MIN_BLOCKS_PIECE, MAX_BLOCKS_PIECE);
                let pieces = pieces(points, index, distance, size);
                let search = self.search;
                // A point beyond these bounds has no match, and one far away would make the cells
                // of the curve too coarse for the others.
                let bounds = &clipped(bounds, &search.index.bounds(), search.near);
                share_out(pieces, self.workers, poll, |piece, go_on| {
                    self.level.run(SearchBlocks { search, piece, bounds, go_on });
                })
            }
            _ => {
                let pieces = pieces(points, index, distance, SINGLE_PIECE);
                share_out(pieces, self.workers, poll, |piece, _| {
                    self.level.run(FindSingle { search: self.search, piece });
                })
            }
        }
    }

    /// Returns the way to match these points, with the cells if it needs some: those of an earlier
    /// call if they suit.
    fn prepare<E: From<Error>>(
        &self,
        points: &[Point],
        bounds: &Bounds,
        poll: impl FnMut() -> Result<(), E>,
    ) -> Result<(Way, Option<Arc<Cells>>), E> {
        let Self { search, level, workers, kept, .. } = *self;
        let may_be_kept = match self.way {
            None => points.len() >= FEW_POINTS,
            Some(way) => way == Way::Cells,
        };
        if may_be_kept
            && is_on(Shortcut::KeptGrid)
            && let Some(cells) = kept.suiting(points, bounds, search.near)
        {
            return Ok((Way::Cells, Some(cells)));
        }
        match self.choose(points, bounds) {
            (Way::Cells, Some(occupancy)) => {
                let cells = Arc::new(Cells::paint(occupancy, search, level, workers, poll)?);
                kept.keep(&cells);
                Ok((Way::Cells, Some(cells)))
            }
            (way, _) => Ok((way, None)),
        }
    }

    fn choose(&self, points: &[Point], bounds: &Bounds) -> (Way, Option<Occupancy>) {
        let Search { index, ranking, near } = self.search;
        let occupancy = || Occupancy::over(bounds, points, near);
        let is_tree = index.root().is_some();
        match self.way {
            Some(Way::Cells) => return (Way::Cells, occupancy()),
            Some(Way::Blocks) if is_tree => return (Way::Blocks, None),
            Some(_) => return (Way::Single, None),
            None if points.len() < FEW_POINTS => return (Way::Single, None),
            None => {}
        }
        let costs = Costs::of(points.len(), ranking.len(), &index.bounds(), near);
        let occupancy = occupancy();
        let lists = occupancy.as_ref().map_or(f64::INFINITY, |occupancy| {
            costs.lists(occupancy.cells(), occupancy.grid.per_distance(near))
        });
        let (single, blocks) =
            if is_tree { (costs.walk(), costs.blocks()) } else { (costs.scan(), f64::INFINITY) };
        let mut ways = [
            (single, Way::Single, Shortcut::Walk),
            (blocks, Way::Blocks, Shortcut::Blocks),
            (lists, Way::Cells, Shortcut::SiteLists),
        ];
        ways.sort_unstable_by(|a, b| a.0.total_cmp(&b.0));
        let is_possible =
            |&(cost, _, shortcut): &(f64, Way, Shortcut)| cost < f64::INFINITY && is_on(shortcut);
        match ways.into_iter().find(is_possible) {
            Some((_, way, _)) => (way, occupancy.filter(|_| way == Way::Cells)),
            None => (Way::Single, None),
        }
    }
}

/// Returns the part of `bounds` in which a point can be near a site that lies in `sites`.
fn clipped(bounds: &Bounds, sites: &Bounds, near: &Within) -> Bounds {
    let reach = near.max_dist();
    Bounds {
        min: [0, 1].map(|axis| bounds.min[axis].max(sites.min[axis] - reach)),
        max: [0, 1].map(|axis| bounds.max[axis].min(sites.max[axis] + reach)),
    }
}

// The tasks below are compiled once for each instruction set.

struct FindInCells<'a, 'p> {
    search: Search<'a>,
    cells: &'a Cells,
    piece: Piece<'p>,
}

impl Task for FindInCells<'_, '_> {
    type Output = ();

    #[inline(always)]
    fn run<S: Simd>(self, simd: S) {
        let Search { index: sites, ranking, near } = self.search;
        let ((points, index), distance) = self.piece;
        self.cells.find(near, points, index, distance, |point| {
            let (rank, squared) = sites.best(simd, near, point)?;
            Some((ranking.position(rank), squared))
        });
    }
}

struct SearchBlocks<'a, 'p> {
    search: Search<'a>,
    piece: Piece<'p>,
    bounds: &'a Bounds,
    go_on: &'a mut dyn FnMut() -> bool,
}

impl Task for SearchBlocks<'_, '_> {
    type Output = ();

    #[inline(always)]
    fn run<S: Simd>(self, simd: S) {
        let ranking = self.search.ranking;
        let ((points, index), distance) = self.piece;
        index.fill(-1);
        distance.fill(f64::NAN);
        let mut buffers = blocks::BlockBuffers::default();
        blocks::search(
            simd,
            self.search,
            points,
            self.bounds,
            &mut buffers,
            self.go_on,
            |place, rank, squared| {
                index[place] = i64::from(ranking.position(rank));
                distance[place] = squared.sqrt();
            },
        );
    }
}

struct FindSingle<'a, 'p> {
    search: Search<'a>,
    piece: Piece<'p>,
}

impl Task for FindSingle<'_, '_> {
    type Output = ();

    #[inline(always)]
    fn run<S: Simd>(self, simd: S) {
        let Search { index: sites, ranking, near } = self.search;
        let ((points, index), distance) = self.piece;
        for ((&point, index), distance) in points.iter().zip(index).zip(distance) {
            (*index, *distance) = (-1, f64::NAN);
            if is_finite(point)
                && let Some((rank, squared)) = sites.best(simd, near, point)
            {
                *index = i64::from(ranking.position(rank));
                *distance = squared.sqrt();
            }
        }
    }
}

#[cfg(test)]
mod tests;
