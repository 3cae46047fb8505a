//! [`Batch`]: some points with all their candidates, for a caller who says which of these are best.
//!
//! A row holds the input positions of its candidates, in the order of the index: nothing is sorted.
//! A bit for each site near the block records which of them are candidates. No distance is kept. If
//! a candidate's distance is asked for, which is rare, the same operations compute it again; for
//! all distances of a batch, see `distances`.
//!
//! The positions are handed to the caller, who may keep them.

use std::ops::Range;

use crate::ablate::{Shortcut, is_on};
use crate::answer::{Match, as_i64, as_usize};
use crate::geometry::Point;
use crate::geometry::float::squared_distance;
use crate::machine::{LANES, Level, Mask, Simd, Task};
use crate::near::center::Centers;
use crate::near::center::vicinity::Vicinity;
use crate::near::center::view::PendingNode;
use crate::near::{Group, NearIndex, SearchBuffers};
use crate::query::Query;
use crate::query::rows::{Size, block};
use crate::rank::order::Score;
use crate::rule::Within;

/// Points that are gathered at a time, because they are scattered in memory. It is also how many
/// are searched between two calls of `go_on`.
const AHEAD: usize = 256;

/// The size of a block, which looks its sites up in the index together.
const BLOCK: Size = Size { points: AHEAD, spread: 4.0 };

/// Fewest candidates that the array grows by.
const ROOM: usize = 1 << 10;

/// Packets of sites whose bits fill one word.
pub(super) const PACKETS: usize = u64::BITS as usize / LANES;

/// Some points with their candidates, as compressed sparse rows; see [`Batches`](crate::Batches).
///
/// The order of the candidates of a point has no meaning.
#[derive(Debug)]
pub struct Batch {
    pub(crate) level: Level,
    pub(super) points: Vec<Point>,
    /// The position of each point in the query, counted from `start`.
    start: usize,
    places: Vec<u32>,
    indptr: Vec<i64>,
    /// The positions of the candidates, until they are handed over.
    indices: Vec<i64>,
    /// Which sites were tested for each point.
    pub(super) looks: Vec<Look>,
    pub(super) sites: Vicinity,
    /// A bit for each site that was tested, set if it is a candidate.
    pub(super) bits: Vec<u64>,
    /// All candidates with their distances, for rules that have no sites.
    pub(super) found: Vec<Match>,
    buffers: BatchBuffers,
}

/// Where the sites that were tested for a point start, and where their bits start.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Look {
    pub(super) packet: usize,
    pub(super) word: usize,
}

/// Buffers reused between batches.
#[derive(Debug, Default)]
struct BatchBuffers {
    stack: Vec<PendingNode>,
    scores: Vec<Score>,
    search: SearchBuffers,
}

impl Batch {
    pub(crate) fn new(level: Level) -> Self {
        Self {
            level,
            points: Vec::new(),
            start: 0,
            places: Vec::new(),
            indptr: Vec::new(),
            indices: Vec::new(),
            looks: Vec::new(),
            sites: Vicinity::default(),
            bits: Vec::new(),
            found: Vec::new(),
            buffers: BatchBuffers::default(),
        }
    }

    /// Returns the points of the batch. They are finite, and each is in only one batch of a query.
    #[must_use]
    pub fn points(&self) -> &[Point] {
        &self.points
    }

    /// Returns where the candidates of each point start. There is one more entry than there are
    /// points.
    #[must_use]
    pub fn indptr(&self) -> &[i64] {
        &self.indptr
    }

    /// Returns the number of candidates.
    #[must_use]
    pub fn count(&self) -> usize {
        self.indptr.last().map_or(0, |&end| as_usize(end))
    }

    /// Takes the positions of the candidates out of the batch.
    pub(crate) fn take_indices(&mut self) -> Vec<i64> {
        std::mem::take(&mut self.indices)
    }

    fn clear(&mut self) {
        let before = self.count();
        let Self { points, places, indptr, indices, looks, sites, bits, found, .. } = self;
        points.clear();
        places.clear();
        indptr.clear();
        indptr.push(0);
        indices.clear();
        indices.reserve(before + before / 8); // the next batch has about as many
        looks.clear();
        sites.clear();
        bits.clear();
        found.clear();
    }

    /// Returns a candidate of a point, by its place among all candidates of the batch.
    #[inline(always)]
    pub(crate) fn candidate(&self, row: usize, at: usize) -> Match {
        if let Some(&found) = self.found.get(at) {
            return found;
        }
        let Look { packet, word } = self.looks[row];
        let place = nth_bit(&self.bits[word..], at - as_usize(self.indptr[row]));
        let (site, position) = self.sites.site(packet * LANES + place);
        let distance = squared_distance(site, self.points[row]).sqrt();
        Match { index: position, distance }
    }

    /// Returns the position of a point in the query.
    #[inline(always)]
    pub(crate) fn place(&self, row: usize) -> usize {
        self.start + self.places[row] as usize
    }

    /// Returns where the rows of some points are.
    #[inline(always)]
    pub(crate) fn all(&self, rows: Range<usize>) -> Range<usize> {
        as_usize(self.indptr[rows.start])..as_usize(self.indptr[rows.end])
    }

    /// Returns where the row of a point is.
    #[inline(always)]
    pub(crate) fn row(&self, row: usize) -> Range<usize> {
        self.all(row..row + 1)
    }
}

/// Returns the position of the set bit number `n`, counted from 0. The words must have more than
/// `n` bits set.
#[inline(always)]
fn nth_bit(words: &[u64], n: usize) -> usize {
    #[allow(clippy::cast_possible_truncation)] // far fewer than 2^32
    let mut n = n as u32;
    for (start, &word) in (0..).step_by(u64::BITS as usize).zip(words) {
        let count = word.count_ones();
        if n < count {
            return start + nth_bit_of(word, n) as usize;
        }
        n -= count;
    }
    0
}

/// Returns the position of set bit `n` of one word. Without a branch: it finds the half that holds
/// the bit, then the half of that, and so on.
#[inline(always)]
fn nth_bit_of(word: u64, mut n: u32) -> u32 {
    let mut start = 0;
    for half in [32, 16, 8, 4, 2, 1] {
        let count = (word >> start & ((1 << half) - 1)).count_ones();
        let is_above = u32::from(n >= count);
        start += half * is_above;
        n -= count * is_above;
    }
    start
}

/// The task that makes a batch of the next points, with `enough` candidates or a little more.
pub(crate) struct Fill<'a, 'p> {
    pub(crate) groups: &'a [Group],
    /// A piece of a query, and where it starts in the query.
    pub(crate) query: Query<'a>,
    pub(crate) start: usize,
    /// The places of the points that remain, in order.
    pub(crate) places: &'p [u32],
    pub(crate) enough: usize,
    pub(crate) batch: &'p mut Batch,
    pub(crate) go_on: &'p mut dyn FnMut() -> bool,
}

impl Task for Fill<'_, '_> {
    type Output = ();

    #[inline(always)]
    fn run<S: Simd>(self, simd: S) {
        let Self { groups, query, start, places, enough, batch, go_on } = self;
        batch.clear();
        batch.start = start;
        for places in places.chunks(AHEAD) {
            if batch.count() >= enough || !go_on() {
                return;
            }
            let first = batch.points.len();
            batch.points.extend(places.iter().map(|&place| query.points[place as usize]));
            let ahead = Ahead { query: &query, places, first, enough };
            let done = batch.rows(simd, groups, ahead);
            batch.points.truncate(first + done);
            batch.places.extend_from_slice(&places[..done]);
        }
    }
}

/// Points of a batch whose rows are still to be added, until there are `enough` candidates.
#[derive(Clone, Copy)]
struct Ahead<'a> {
    query: &'a Query<'a>,
    /// Where they are in the query.
    places: &'a [u32],
    /// Index of the first of them among the points of the batch.
    first: usize,
    enough: usize,
}

impl Batch {
    /// Adds the rows of some points. Returns how many rows it added.
    #[inline(always)]
    fn rows<S: Simd>(&mut self, simd: S, groups: &[Group], ahead: Ahead<'_>) -> usize {
        let Ahead { query, places, first, enough } = ahead;
        let mut done = 0;
        while done < places.len() && self.count() < enough {
            let Some((group, max_dist)) = query.group_of(places[done] as usize, groups) else {
                self.end_row(0);
                done += 1;
                continue;
            };
            let Centers { within, index, .. } = match &group.index {
                NearIndex::Center(centers) if is_on(Shortcut::BatchBlocks) => centers,
                NearIndex::Center(_)
                | NearIndex::Boundary(_)
                | NearIndex::Circle(_)
                | NearIndex::Containment(_) => {
                    self.row_of_one(simd, group, max_dist, self.points[first + done]);
                    done += 1;
                    continue;
                }
            };
            let points = &self.points[first + done..];
            let (count, bounds, widest) =
                block(query, &places[done..], |i| points[i], within, BLOCK);
            let index = (group.order.ranking.view(), index.view());
            let packets = self.sites.add(simd, index, &widest, &bounds, &mut self.buffers.stack);
            done += self.rows_of_block(simd, &widest, ahead, done..done + count, packets);
        }
        done
    }

    /// Adds the rows of a block: for each point, the near ones among the sites of some packets.
    /// Returns how many rows it added.
    #[inline(always)]
    fn rows_of_block<S: Simd>(
        &mut self,
        simd: S,
        widest: &Within,
        ahead: Ahead<'_>,
        block: Range<usize>,
        packets: Range<usize>,
    ) -> usize {
        let Self { points, indices, indptr, looks, sites, bits, .. } = self;
        let first = packets.start;
        let (x, y, positions) = sites.packets(packets);
        let most = x.len() * LANES;
        let mut end = indices.len();
        let start = indptr.len();
        for (&point, &place) in
            points[ahead.first..][block.clone()].iter().zip(&ahead.places[block])
        {
            if end >= ahead.enough {
                break;
            }
            let limit = match ahead.query.max_dist {
                Some(all) => widest.with_max_dist(all[place as usize]).limit(),
                None => widest.limit(),
            };
            if indices.len() < end + most {
                indices.resize(end + most.max(ROOM), 0);
            }
            let row = &mut indices[end..end + most];
            let mut count = 0;
            looks.push(Look { packet: first, word: bits.len() });
            let words = x.chunks(PACKETS).zip(y.chunks(PACKETS)).zip(positions.chunks(PACKETS));
            for ((x, y), positions) in words {
                let (mut word, mut shift) = (0, 0);
                for ((x, y), positions) in x.iter().zip(y).zip(positions) {
                    let mut squared = [0.0; LANES];
                    for i in 0..LANES {
                        squared[i] = squared_distance([x[i], y[i]], point);
                    }
                    let mask = Mask::at_most(simd, &squared, limit);
                    if let Some(to) = row[count..].first_chunk_mut() {
                        let to = bytemuck::cast_mut::<[i64; LANES], _>(to);
                        count += mask.pack(simd, positions, to);
                    }
                    word |= mask.bits() << shift;
                    shift += LANES;
                }
                bits.push(word);
            }
            end += count;
            indptr.push(as_i64(end));
        }
        indices.truncate(end);
        indptr.len() - start
    }

    fn end_row(&mut self, count: usize) {
        self.looks.push(Look::default());
        self.indptr.push(as_i64(self.count() + count));
    }

    /// Adds the row of a point that is searched for alone.
    #[inline(always)]
    fn row_of_one<S: Simd>(&mut self, simd: S, group: &Group, max_dist: Option<f64>, point: Point) {
        let Self { indices, found, buffers, .. } = self;
        let BatchBuffers { scores, search, .. } = buffers;
        group.scores(simd, max_dist, point, search, scores);
        let matches = scores.iter().map(|score| Match {
            index: group.order.ranking.position(score.rank) as usize,
            distance: score.distance,
        });
        found.extend(matches);
        indices.extend(found[indices.len()..].iter().map(|found| as_i64(found.index)));
        self.end_row(self.buffers.scores.len());
    }
}
