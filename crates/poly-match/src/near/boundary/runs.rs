//! The distance to the polygons of [`Boxes`], run by run.

use super::reach;
use crate::geometry::Point;
use crate::geometry::float::smaller;
use crate::machine::{LANES, Simd};
use crate::near::containment::boxes::{Boxes, Edges, Eights, Part, Run};
use crate::rank::select::NO_SLOT;
use crate::tree::branch_and_bound::{Sites, Taker};
use crate::tree::levels::LevelsView;

/// The edges of all polygons. Each leaf is a part of one.
#[derive(Debug, Clone, Copy)]
pub(crate) struct EdgesInBoxes<'a> {
    boxes: &'a Boxes,
    slack: f64,
}

impl<'a> EdgesInBoxes<'a> {
    pub(crate) fn of(boxes: &'a Boxes) -> Self {
        Self { boxes, slack: reach::slack(boxes.longest, boxes.largest) }
    }

    /// Adds the edges of a run that may be within `limit` and are closer than `nearest`.
    #[inline(always)]
    fn add<S: Simd>(
        &self,
        simd: S,
        run: &Run,
        point: Point,
        limit: f64,
        nearest: &mut Option<f64>,
    ) {
        let mut limit = self.closer(limit, *nearest);
        let mut eights = Eights::of(run.chain(self.boxes.shapes.vertices()));
        while let Some((edges, vertices)) = eights.next() {
            let (mut from_x, mut from_y) = ([0.0; LANES], [0.0; LANES]);
            let (mut to_x, mut to_y) = ([0.0; LANES], [0.0; LANES]);
            for i in 0..LANES {
                [from_x[i], from_y[i]] = vertices[i];
                [to_x[i], to_y[i]] = vertices[i + 1];
            }
            let (from, to) = ((&from_x, &from_y), (&to_x, &to_y));
            let near = edges & reach::at_most(simd, from, to, point, limit);
            for lane in near.lanes() {
                let distance = reach::distance(vertices[lane], vertices[lane + 1], point);
                if nearest.is_none_or(|nearest| distance < nearest) {
                    *nearest = Some(distance);
                    limit = self.closer(limit, *nearest);
                }
            }
        }
    }

    /// The threshold for edges that may be within `limit` and closer than `nearest`.
    #[inline(always)]
    fn closer(&self, limit: f64, nearest: Option<f64>) -> f64 {
        nearest.map_or(limit, |nearest| smaller(self.limit(nearest), limit))
    }

    /// The distance to the edges of a part, if any may be within `limit`.
    #[inline(always)]
    fn nearest<S: Simd>(&self, simd: S, part: &Part, point: Point, limit: f64) -> Option<f64> {
        let mut nearest = None;
        match self.boxes.runs.of(part) {
            Edges::Whole(runs) => {
                for run in runs {
                    self.add(simd, run, point, limit, &mut nearest);
                }
            }
            Edges::Cut(runs, boxes) => {
                // First the run whose box is nearest, so that most others need not be looked at.
                let (mut first, mut least) = (None, f64::INFINITY);
                for (i, packet) in boxes.iter().enumerate() {
                    let (mask, low) = packet.at_most(simd, point, limit);
                    for lane in mask.lanes() {
                        if first.is_none() || low[lane] < least {
                            (first, least) = (Some(i * LANES + lane), low[lane]);
                        }
                    }
                }
                if let Some(first) = first {
                    self.add(simd, &runs[first], point, limit, &mut nearest);
                }
                for (i, packet) in boxes.iter().enumerate() {
                    let (mask, _) = packet.at_most(simd, point, self.closer(limit, nearest));
                    for lane in mask.lanes() {
                        if first != Some(i * LANES + lane) {
                            let run = &runs[i * LANES + lane];
                            self.add(simd, run, point, limit, &mut nearest);
                        }
                    }
                }
            }
        }
        nearest
    }
}

impl Sites for EdgesInBoxes<'_> {
    #[inline(always)]
    fn levels(&self) -> LevelsView<'_> {
        self.boxes.levels.view()
    }

    #[inline(always)]
    fn limit(&self, distance: f64) -> f64 {
        reach::limit(distance, self.slack)
    }

    /// A slot is the number of a part.
    #[inline(always)]
    fn at<S: Simd>(&self, simd: S, slot: u32, point: Point) -> Option<(u32, f64)> {
        let part = &self.boxes.parts[slot as usize];
        let distance = self.nearest(simd, part, point, f64::INFINITY);
        Some((part.rank, distance.unwrap_or(f64::INFINITY)))
    }

    #[inline(always)]
    fn visit<S: Simd>(
        &self,
        simd: S,
        leaf: usize,
        point: Point,
        limit: f64,
        taker: &mut impl Taker,
    ) {
        let part = &self.boxes.parts[leaf];
        if taker.wants(part.rank)
            && let Some(distance) = self.nearest(simd, part, point, limit)
        {
            // A part of many edges takes too long to measure twice.
            let slot = if part.is_cut() { None } else { u32::try_from(leaf).ok() };
            taker.take(part.rank, distance, slot.unwrap_or(NO_SLOT));
        }
    }
}
