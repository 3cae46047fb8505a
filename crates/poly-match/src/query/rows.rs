//! [`FindRows`]: all candidates of many points, as compressed sparse rows.
//!
//! Points that lie close together have much the same candidates. So the centres that are near some
//! place of a block of points are sorted once. Each point then tests them eight at a time, and the
//! ones it keeps are a row in order. A block ends where it would become much larger than the distance:
//! most centres near some place of it would then be near few of its points.
//!
//! Boundaries, circles and containment are searched point by point.

use std::cmp::Ordering;

use crate::ablate::{Shortcut, is_on};
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

/// How large a block may be: 32 points, and half sides of 1.5 distances in all.
const BLOCK: Size = Size { points: 32, spread: 1.5 };

/// Average number of points in a cell of the curve.
const POINTS_PER_CELL: usize = 4;

/// How many points are searched between two calls of `go_on`.
const ASK_EVERY: usize = 64;

/// The candidates of some points, a row for each, and the buffers reused to find the next.
#[derive(Debug, Default)]
pub(crate) struct Rows {
    /// Where the row of each point starts and ends.
    ends: Vec<(usize, usize)>,
    /// Entries from `len` on have no meaning. `distances` goes with it.
    positions: Vec<u32>,
    distances: Vec<f64>,
    len: usize,
    curve: Curve,
    buffers: SearchBuffers,
    scores: Vec<Score>,
    list: List,
}

/// The sites near a block of points.
#[derive(Debug, Default)]
struct List {
    stack: Vec<PendingNode>,
    sites: Vec<Point>,
    /// For each site, its identifier in the high bits and its place in `sites` in the low bits.
    keys: Vec<u64>,
    /// The sites in order. Their identifiers are ranks, or input positions where the rows follow
    /// the input.
    packets: Vec<SitePacket>,
}

impl Rows {
    /// Makes room for `count` candidates. It may drop what was found before.
    pub(crate) fn expect(&mut self, count: usize) {
        if self.positions.len() < count {
            // A new array of zeros takes no time until it is written; growing the old one would
            // copy it.
            (self.positions, self.distances) = (vec![0; count], vec![0.0; count]);
        }
    }

    /// Returns the number of candidates.
    pub(crate) fn count(&self) -> usize {
        self.len
    }

    /// Returns the positions and distances of the candidates of each point in turn.
    pub(crate) fn each(&self) -> impl Iterator<Item = (&[u32], &[f64])> {
        let row = |&(start, end): &(usize, usize)| {
            (&self.positions[start..end], &self.distances[start..end])
        };
        self.ends.iter().map(row)
    }
}

/// The task that finds the rows of all points of a query.
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
        let Rows { ends, positions, distances, len, curve, buffers, scores, list } = rows;
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
                NearIndex::Center(centers) if is_on(Shortcut::RowBlocks) => Some(centers),
                NearIndex::Center(_)
                | NearIndex::Boundary(_)
                | NearIndex::Circle(_)
                | NearIndex::Containment(_) => None,
            };
            let Some(Centers { within, index, .. }) = centers else {
                let (place, start) = (first as usize, *len);
                group.scores(simd, max_dist, query.points[place], buffers, scores);
                match order {
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
                RowOrder::Best => list.fill(simd, index.view(), &widest, &bounds, |rank| rank),
                RowOrder::Input => {
                    list.fill(simd, index.view(), &widest, &bounds, |rank| ranking.position(rank));
                }
            }
            for &place in &places[done..done + count] {
                let (place, start) = (place as usize, *len);
                let own = query.max_dist.map(|all| within.with_max_dist(all[place]));
                let room = room(positions, distances, start, list.packets.len() * LANES);
                let point = query.points[place];
                let found = list.row(simd, own.as_ref().unwrap_or(&widest), point, room);
                *len += found;
                ends[place] = (start, *len);
                let row = (&mut positions[start..*len], &mut distances[start..*len]);
                match order {
                    RowOrder::Input => {}
                    RowOrder::Best if group.order.is_by_rank() => {
                        row.0.iter_mut().for_each(|id| *id = ranking.position(*id));
                    }
                    RowOrder::Best => sort_by_score(&group.order, scores, row),
                }
            }
            done += count;
        }
    }
}

/// Returns the part of the arrays where up to `count` candidates can be written, and grows them if
/// needed.
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

/// Sorts a row best first, and turns its ranks into positions.
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
    /// Most points in a block.
    pub(crate) points: usize,
    /// Limit on the sum of the half sides of a block, in distances. In a larger block, most sites
    /// near some place of it are near few of its points.
    pub(crate) spread: f64,
}

/// Finds the block that starts at the first of `places`. Returns how many points it has, its
/// bounding box, and the largest distance of its points. `point` gives the points at these places.
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
    /// Collects the sites near some place of a box, in the order of their identifiers.
    /// `known_by` turns a rank into the identifier.
    #[inline(always)]
    fn fill<S: Simd>(
        &mut self,
        simd: S,
        index: IndexView<'_>,
        within: &Within,
        bounds: &Bounds,
        known_by: impl Fn(u32) -> u32,
    ) {
        let Self { stack, sites, keys, packets } = self;
        sites.clear();
        keys.clear();
        index.leaves_near_box(simd, within, bounds, stack, |packet, mask| {
            for lane in mask.lanes() {
                keys.push(u64::from(known_by(packet.id[lane])) << u32::BITS | sites.len() as u64);
                sites.push([packet.x[lane], packet.y[lane]]);
            }
        });
        keys.sort_unstable();
        packets.clear();
        #[allow(clippy::cast_possible_truncation)] // take the low bits
        let site = |&key: &u64| (sites[key as u32 as usize], (key >> u32::BITS) as u32);
        packets.extend(keys.chunks(LANES).map(|keys| SitePacket::of(keys.iter().map(site))));
    }

    /// Writes the identifiers and distances of the candidates of a point, in order. The slices must
    /// have room for all sites. Returns how many candidates there are.
    #[inline(always)]
    fn row<S: Simd>(
        &self,
        simd: S,
        within: &Within,
        point: Point,
        (ids, distances): (&mut [u32], &mut [f64]),
    ) -> usize {
        let mut count = 0;
        for packet in &self.packets {
            let (mask, squared) = packet.near(simd, within, point);
            if mask == Mask::NONE {
                continue;
            }
            let (Some(ids), Some(distances)) = (
                ids[count..].first_chunk_mut::<LANES>(),
                distances[count..].first_chunk_mut::<LANES>(),
            ) else {
                return count; // never reached: there is room for all sites
            };
            // Write every lane, and let the next one overwrite it if it is not near: no branch to
            // mispredict.
            let mut next = 0;
            for (lane, (&id, squared)) in packet.id.iter().zip(squared).enumerate() {
                (ids[next % LANES], distances[next % LANES]) = (id, squared.sqrt());
                next += usize::from(mask.has(lane));
            }
            count += next;
        }
        count
    }
}

/// Compares two scores. No distance is NaN.
fn compare(a: &Score, b: &Score) -> Ordering {
    a.partial_cmp(b).unwrap_or(Ordering::Equal)
}
