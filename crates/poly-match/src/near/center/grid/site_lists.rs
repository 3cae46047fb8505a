//! [`Cells`]: for every cell of the grid, a list of the few sites that can win there, and the
//! lookup.
//!
//! A site that is near every place of a cell *covers* it, and ends the cell's list: no later rank
//! can win there. So a list holds, in rank order, the sites that are near some place of the cell,
//! up to and including the first that covers it. If cells are small compared with the distance,
//! most sites that are near any place of a cell cover it. A list is then one or two sites long,
//! however many candidates there are. A point looks up its cell and takes the first near site of
//! the list.
//!
//! The points keep their order: nothing is sorted, and the answers are written one after the other.
//! `paint` makes the lists. The grid pays where several points share a cell; `blocks` is for points
//! that are too sparse for that.

use std::num::NonZeroUsize;

use crate::error::Error;
use crate::geometry::polygon::is_finite;
use crate::geometry::{Bounds, Point};
use crate::machine::{Level, all_cores, share_out};
use crate::near::center::grid::lists::{FIRST, Lists, NONE, UNLISTED};
use crate::near::center::grid::occupancy::Occupancy;
use crate::near::center::grid::paint::PaintBand;
use crate::near::center::grid::squares::Grid;
use crate::near::center::view::Search;
use crate::rule::Within;

/// The cells of a grid, with their lists.
#[derive(Debug)]
pub(crate) struct Cells {
    occupancy: Occupancy,
    lists: Lists,
}

/// Points that are looked up together, so that their memory accesses overlap.
const TOGETHER: usize = 1024;

/// How many points are sampled to see whether kept cells suit a call, and how many of them may be
/// without a list: each costs a search.
const SAMPLE: usize = 128;
const MAX_UNLISTED: usize = 4;

/// How many times larger than wanted the side of a kept cell may be: larger cells have longer lists.
const MAX_COARSER: f64 = 2.0;

impl Cells {
    /// Makes the lists, on up to `workers` threads.
    pub(crate) fn paint<E: From<Error>>(
        occupancy: Occupancy,
        search: Search<'_>,
        level: Level,
        workers: Option<NonZeroUsize>,
        poll: impl FnMut() -> Result<(), E>,
    ) -> Result<Self, E> {
        // One band for each thread and no more, since every band goes through the sites on its own.
        let bands = occupancy.cut(workers.unwrap_or_else(all_cores).get());
        let mut parts: Vec<Option<Lists>> = Vec::new();
        parts.resize_with(bands.len(), || None);
        share_out(parts.iter_mut().zip(bands), workers, poll, |(lists, pages), go_on| {
            *lists = Some(level.run(PaintBand { search, occupancy: &occupancy, pages, go_on }));
        })?;
        let lists = Lists::joined(parts.into_iter().flatten().collect());
        Ok(Self { occupancy, lists })
    }

    /// Whether almost all of `points` have lists, by a sample of them, and whether the cells are
    /// small enough for their number.
    pub(crate) fn suit(&self, points: &[Point], bounds: &Bounds, near: &Within) -> bool {
        let sample = points.iter().step_by(points.len() / SAMPLE + 1).copied();
        let is_unlisted = |point: Point| {
            let mut cell = [0; 1];
            self.occupancy.place(&[point], &mut cell);
            is_finite(point) && self.lists.first[cell[0] as usize] == UNLISTED
        };
        let unlisted = sample.filter(|&point| is_unlisted(point)).count();
        unlisted <= MAX_UNLISTED
            && Grid::even(bounds, points.len(), near)
                .is_none_or(|wanted| self.occupancy.grid.side() <= wanted.side() * MAX_COARSER)
    }

    /// How many bytes of memory the cells take.
    pub(crate) fn bytes(&self) -> usize {
        self.occupancy.bytes() + self.lists.bytes()
    }

    /// Writes the match of every point: its position and distance, or −1 and NaN. A finite point
    /// whose list is not complete falls back to `search`.
    #[inline(always)]
    pub(crate) fn find(
        &self,
        near: &Within,
        points: &[Point],
        index: &mut [i64],
        distance: &mut [f64],
        mut search: impl FnMut(Point) -> Option<(u32, f64)>,
    ) {
        let answers = index.chunks_mut(TOGETHER).zip(distance.chunks_mut(TOGETHER));
        for (points, (index, distance)) in points.chunks(TOGETHER).zip(answers) {
            let mut cells = [0; TOGETHER];
            self.occupancy.place(points, &mut cells);
            let found = self.lists.find(near, points, &cells, index, distance);
            if !found.iter().fold(false, |any, &site| any | (site == UNLISTED)) {
                continue;
            }
            for (i, &point) in points.iter().enumerate() {
                if found[i] == UNLISTED
                    && is_finite(point)
                    && let Some((position, squared)) = search(point)
                {
                    index[i] = i64::from(position);
                    distance[i] = squared.sqrt();
                }
            }
        }
    }
}

impl Lists {
    /// Writes the matches of up to [`TOGETHER`] points, as far as the lists of their cells go.
    /// Returns the number of the site of each point, or the number that ended its list.
    ///
    /// No branch here depends on a point. About one point in four goes past the first site of its
    /// list, and a mispredicted branch costs more time than testing the site.
    #[inline(always)]
    fn find(
        &self,
        near: &Within,
        points: &[Point],
        cells: &[u32; TOGETHER],
        index: &mut [i64],
        distance: &mut [f64],
    ) -> [u32; TOGETHER] {
        let Self { first, others, rest, sites, positions } = self;
        let (first, others, rest) = (first.as_slice(), others.as_slice(), rest.as_slice());
        let (sites, positions) = (sites.as_slice(), positions.as_slice());
        let near = *near;
        let (mut found, mut squared) = ([NONE; TOGETHER], [f64::NAN; TOGETHER]);
        // Returns whether to look further: no, if the site is near or the list ends.
        let mut test = |i: u16, site: u32| {
            let (i, center) = (usize::from(i), sites[site as usize]);
            let (dx, dy) = (center[0] - points[i][0], center[1] - points[i][1]);
            (found[i], squared[i]) = (site, dx * dx + dy * dy);
            !near.admits(squared[i]) & (site >= FIRST)
        };
        // The points that look further, and where each goes on.
        let (mut waiting, mut at) = ([0_u16; TOGETHER], [0_u32; TOGETHER]);
        let mut count = 0;
        for (i, &cell) in cells[..points.len()].iter().enumerate() {
            #[allow(clippy::cast_possible_truncation)] // below TOGETHER
            let i = i as u16;
            waiting[count % TOGETHER] = i;
            count += usize::from(test(i, first[cell as usize]));
        }
        for (at, &i) in at.iter_mut().zip(&waiting[..count]) {
            *at = others[cells[usize::from(i)] as usize];
        }
        while count > 0 {
            let mut left = 0;
            for k in 0..count {
                let (i, place) = (waiting[k], at[k]);
                (waiting[left], at[left]) = (i, place + 1);
                left += usize::from(test(i, rest[place as usize]));
            }
            count = left;
        }
        for (distance, squared) in distance.iter_mut().zip(&squared) {
            *distance = squared.sqrt();
        }
        for (index, &site) in index.iter_mut().zip(&found) {
            *index = positions[site as usize];
        }
        found
    }
}
