//! All candidates of many points, as compressed sparse rows.
//!
//! Points that lie close together have much the same candidates. So the centres that are near some
//! place of a block of points are put in order once, and each point goes through them as through a
//! leaf: what it keeps is a row in order. Where no order is asked for, they stay as they lie in the
//! index, which is the same for any block. A block ends where it would be much larger than the
//! distance, since most of what is near some place of it would then be near few of its points.
//!
//! Boundaries, and what contains a point, are asked for point by point.

use std::cmp::Ordering;

use crate::geometry::bounds::{bounds_of, half_sides};
use crate::geometry::polygon::is_finite;
use crate::geometry::{Bounds, Point};
use crate::machine::{LANES, Mask, Simd, Task};
use crate::near::center::Centers;
use crate::near::center::packet::SitePacket;
use crate::near::center::view::{IndexView, PendingNode};
use crate::near::{Group, NearIndex, SearchBuffers};
use crate::query::{self, Query, RowOrder};
use crate::rank::order::{Order, Score};
use crate::rule::Within;
use crate::tree::curve::Curve;

/// How large a block is.
const BLOCK: Size = Size { points: 32, spread: 1.5 };

/// Points to a cell of the curve, about.
const POINTS_PER_CELL: usize = 4;

/// Points between two questions whether to go on.
const ASK_EVERY: usize = 64;

/// The candidates of some points, a row for each, and what is used again to find the next.
#[derive(Debug, Default)]
pub(crate) struct Rows {
    /// Where the row of each point starts, and where it ends.
    ends: Vec<(usize, usize)>,
    /// Up to `len` they have a meaning.
    positions: Vec<u32>,
    distances: Vec<f64>,
    len: usize,
    curve: Curve,
    scratch: SearchBuffers,
    scores: Vec<Score>,
    list: List,
}

/// The sites near a block.
#[derive(Debug, Default)]
struct List {
    stack: Vec<PendingNode>,
    sites: Vec<Point>,
    /// What each is known by, in the high bits, and its place among the sites.
    keys: Vec<u64>,
    /// The sites in order. They are known by a position, or by a rank where that is asked for.
    leaves: Vec<SitePacket>,
}

impl Rows {
    /// Makes room for about so many candidates, whatever there was before.
    pub(crate) fn expect(&mut self, count: usize) {
        if self.positions.len() < count {
            // New arrays of zeros take no time before they are written.
            (self.positions, self.distances) = (vec![0; count], vec![0.0; count]);
        }
    }

    /// How many candidates there are.
    pub(crate) fn count(&self) -> usize {
        self.len
    }

    /// The positions of the candidates of each point in turn, and their distances.
    pub(crate) fn each(&self) -> impl Iterator<Item = (&[u32], &[f64])> {
        let row = |&(start, end): &(usize, usize)| {
            (&self.positions[start..end], &self.distances[start..end])
        };
        self.ends.iter().map(row)
    }
}

/// Finds the rows of all points of a query.
pub(crate) struct FindRows<'a, 'p> {
    pub(crate) groups: &'a [Group],
    pub(crate) query: Query<'a>,
    pub(crate) order: RowOrder,
    pub(crate) rows: &'p mut Rows,
    pub(crate) go_on: &'p mut dyn FnMut() -> bool,
}

impl Task for FindRows<'_, '_> {
    type Output = ();

    #[inline(always)]
    fn run<S: Simd>(self, simd: S) {
        let Self { groups, query, order, rows, go_on } = self;
        let Rows { ends, positions, distances, len, curve, scratch, scores, list } = rows;
        ends.clear();
        ends.resize(query.points.len(), (0, 0));
        *len = 0;
        let finite = query.points.iter().copied().filter(|&point| is_finite(point));
        let bounds = bounds_of(finite);
        let places = query::sort(curve, &query, &bounds, POINTS_PER_CELL, groups.len());
        let (mut asked_at, mut done) = (0, 0);
        while let Some(&first) = places.get(done) {
            if done >= asked_at {
                if !go_on() {
                    return;
                }
                asked_at = done + ASK_EVERY;
            }
            let Some((group, max_dist)) = query.group_of(first as usize, groups) else {
                done += 1;
                continue;
            };
            let ranking = &group.order.ranking;
            let centers = match &group.index {
                NearIndex::Center(centers) => Some(centers),
                NearIndex::Boundary(_) | NearIndex::Containment(_) => None,
            };
            let Some(Centers { within, index }) = centers else {
                let (place, start) = (first as usize, *len);
                group.scores(simd, max_dist, query.points[place], scratch, scores);
                match order {
                    RowOrder::Unsorted => {}
                    RowOrder::Best => scores.sort_unstable_by(compare),
                    RowOrder::Input => {
                        scores.sort_unstable_by_key(|score| ranking.position(score.rank));
                    }
                }
                let (positions, distances) = room(positions, distances, start, scores.len());
                let row = scores.iter().zip(positions.iter_mut().zip(distances));
                for (score, (position, distance)) in row {
                    (*position, *distance) = (ranking.position(score.rank), score.distance);
                }
                *len += scores.len();
                ends[place] = (start, *len);
                done += 1;
                continue;
            };
            let left = &places[done..];
            let point = |i: usize| query.points[left[i] as usize];
            let (count, bounds, widest) = block(&query, left, point, within, BLOCK);
            match order {
                RowOrder::Unsorted => list.fill(simd, index.view(), &widest, &bounds),
                RowOrder::Best => {
                    list.fill_in_order(simd, index.view(), &widest, &bounds, |rank| rank)
                }
                RowOrder::Input => {
                    list.fill_in_order(simd, index.view(), &widest, &bounds, |rank| {
                        ranking.position(rank)
                    });
                }
            }
            for &place in &places[done..done + count] {
                let (place, start) = (place as usize, *len);
                let own = query.max_dist.map(|all| within.with_max_dist(all[place]));
                let room = room(positions, distances, start, list.leaves.len() * LANES);
                let point = query.points[place];
                let found = list.row(simd, own.as_ref().unwrap_or(&widest), point, room);
                *len += found;
                ends[place] = (start, *len);
                let row = (&mut positions[start..*len], &mut distances[start..*len]);
                if order == RowOrder::Best && !group.order.is_by_rank() {
                    sort_by_score(&group.order, scores, row);
                } else if order != RowOrder::Input {
                    row.0.iter_mut().for_each(|id| *id = ranking.position(*id));
                }
            }
            done += count;
        }
    }
}

/// Where up to `count` candidates can be written.
#[inline(always)]
fn room<'r>(
    positions: &'r mut Vec<u32>,
    distances: &'r mut Vec<f64>,
    start: usize,
    count: usize,
) -> (&'r mut [u32], &'r mut [f64]) {
    if positions.len() < start + count {
        let larger = (start + count).max(positions.len() * 2);
        positions.resize(larger, 0);
        distances.resize(larger, 0.0);
    }
    (&mut positions[start..start + count], &mut distances[start..start + count])
}

/// Makes a row of ranks one of positions, the best first.
fn sort_by_score(order: &Order, scores: &mut Vec<Score>, row: (&mut [u32], &mut [f64])) {
    let (ids, distances) = row;
    scores.clear();
    let ranks = ids.iter().zip(&*distances);
    scores.extend(ranks.map(|(&rank, &distance)| order.score(rank, distance)));
    scores.sort_unstable_by(compare);
    for (score, (id, distance)) in scores.iter().zip(ids.iter_mut().zip(distances)) {
        (*id, *distance) = (order.ranking.position(score.rank), score.distance);
    }
}

/// How large a block may be.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Size {
    /// How many points it has, at most.
    pub(crate) points: usize,
    /// How many times the distance its half sides are, together and at most: where they are more, most
    /// of what is near some place of it is near few of its points.
    pub(crate) spread: f64,
}

/// How many of the places are a block, the box around it, and the distance that holds for all of it.
/// `point` tells where the points at these places are.
#[inline(always)]
pub(crate) fn block(
    query: &Query<'_>,
    places: &[u32],
    point: impl Fn(usize) -> Point,
    within: &Within,
    size: Size,
) -> (usize, Bounds, Within) {
    let group = |place: u32| query.groups.map(|groups| groups[place as usize]);
    let max_dist = |place: u32| query.max_dist.map_or(within.max_dist(), |all| all[place as usize]);
    let mut bounds = Bounds::EMPTY.including(point(0));
    let (mut least, mut most) = (max_dist(places[0]), max_dist(places[0]));
    let mut count = 1;
    for (i, &place) in places.iter().enumerate().take(size.points).skip(1) {
        let larger = bounds.including(point(i));
        let max_dist = max_dist(place);
        let [width, height] = half_sides(&larger);
        let most_sides = size.spread * least.min(max_dist);
        if group(place) != group(places[0]) || width + height > most_sides {
            break;
        }
        (bounds, least, most) = (larger, least.min(max_dist), most.max(max_dist));
        count += 1;
    }
    let widest = if query.max_dist.is_some() { within.with_max_dist(most) } else { *within };
    (count, bounds, widest)
}

impl List {
    /// Takes the sites that are near some place of a box, and some others, in the order of the index.
    #[inline(always)]
    fn fill<S: Simd>(&mut self, simd: S, index: IndexView<'_>, within: &Within, bounds: &Bounds) {
        let Self { stack, leaves, .. } = self;
        leaves.clear();
        index.leaves_near_box(simd, within, bounds, stack, |leaf, _| leaves.push(*leaf));
    }

    /// The same without any others, in the order of what they are known by.
    #[inline(always)]
    fn fill_in_order<S: Simd>(
        &mut self,
        simd: S,
        index: IndexView<'_>,
        within: &Within,
        bounds: &Bounds,
        known_by: impl Fn(u32) -> u32,
    ) {
        let Self { stack, sites, keys, leaves } = self;
        sites.clear();
        keys.clear();
        index.leaves_near_box(simd, within, bounds, stack, |leaf, mask| {
            for lane in mask.lanes() {
                keys.push(u64::from(known_by(leaf.id[lane])) << u32::BITS | sites.len() as u64);
                sites.push([leaf.x[lane], leaf.y[lane]]);
            }
        });
        keys.sort_unstable();
        leaves.clear();
        #[allow(clippy::cast_possible_truncation)] // the low bits are what is asked for
        let site = |&key: &u64| (sites[key as u32 as usize], (key >> u32::BITS) as u32);
        leaves.extend(keys.chunks(LANES).map(|keys| SitePacket::of(keys.iter().map(site))));
    }

    /// Writes what the candidates of a point are known by, and their distances, in order, where there
    /// is room for all sites; returns how many they are.
    #[inline(always)]
    fn row<S: Simd>(
        &self,
        simd: S,
        within: &Within,
        point: Point,
        (ids, distances): (&mut [u32], &mut [f64]),
    ) -> usize {
        let mut count = 0;
        for leaf in &self.leaves {
            let (mask, squared) = leaf.near(simd, within, point);
            if mask == Mask::NONE {
                continue;
            }
            let (Some(ids), Some(distances)) = (
                ids[count..].first_chunk_mut::<LANES>(),
                distances[count..].first_chunk_mut::<LANES>(),
            ) else {
                return count; // there is room for as many as there are
            };
            // Each is written, and the next one over it where it is not near: no branch to guess.
            let mut next = 0;
            for (lane, (&id, squared)) in leaf.id.iter().zip(squared).enumerate() {
                (ids[next % LANES], distances[next % LANES]) = (id, squared.sqrt());
                next += usize::from(mask.has(lane));
            }
            count += next;
        }
        count
    }
}

/// No distance is NaN.
fn compare(a: &Score, b: &Score) -> Ordering {
    a.partial_cmp(b).unwrap_or(Ordering::Equal)
}
