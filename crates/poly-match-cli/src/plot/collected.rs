//! What the picture needs of the points, collected batch by batch.
//!
//! Memory does not grow with the number of points: a sample of them is kept, and all are counted in
//! cells.

use poly_match::{Bounds, Point};

use super::density::Density;
use super::sample::{Sample, Sampled};

/// The largest number of points in the sample.
const SAMPLE: usize = 200_000;

/// Points with their matches, for [`Scene::of_matches`](super::Scene::of_matches).
///
/// It depends on the points and their order, not on the batches.
#[derive(Debug)]
pub(crate) struct Collected {
    points: usize,
    placed: usize,
    matched: usize,
    is_matched: Vec<bool>,
    bounds: Bounds,
    sample: Sample,
    density: Density,
}

impl Collected {
    /// No points, and as many `polygons`.
    pub(crate) fn new(polygons: usize) -> Self {
        Self {
            points: 0,
            placed: 0,
            matched: 0,
            is_matched: vec![false; polygons],
            bounds: Bounds::EMPTY,
            sample: Sample::new(SAMPLE),
            density: Density::new(),
        }
    }

    /// Adds the next points in the order of the file. `best` gives the position of each point's best
    /// match.
    ///
    /// A point with a coordinate that is not finite has no place. It is only counted.
    ///
    /// # Panics
    /// If there are not as many `best` as points, or a position is not one of a polygon.
    pub(crate) fn add(&mut self, points: &[Point], best: impl IntoIterator<Item = Option<usize>>) {
        let placed = points.iter().copied().filter(is_placed);
        self.bounds = placed.fold(self.bounds, Bounds::including);
        if self.bounds != Bounds::EMPTY {
            self.density.make_room(self.bounds);
        }
        let mut best = best.into_iter();
        for (position, point) in (self.points as u64..).zip(points) {
            let best = best.next().expect("a match, or none, for each point");
            if let Some(best) = best {
                self.is_matched[best] = true;
                self.matched += 1;
            }
            if is_placed(point) {
                self.placed += 1;
                self.sample.add(position, *point, best);
                self.density.add(*point, best.is_some());
            }
        }
        assert!(best.next().is_none(), "more matches than points");
        self.points += points.len();
    }

    /// The number of points.
    pub(crate) fn points(&self) -> usize {
        self.points
    }

    /// The number of points that have a match.
    pub(crate) fn matched(&self) -> usize {
        self.matched
    }

    /// Whether each polygon is the best match of a point.
    pub(crate) fn is_matched(&self) -> &[bool] {
        &self.is_matched
    }

    /// The bounding box of the points that have a place.
    pub(crate) fn bounds(&self) -> Bounds {
        self.bounds
    }

    /// The number of points that have a place.
    pub(super) fn placed(&self) -> usize {
        self.placed
    }

    /// A uniform sample of the points that have a place, in their order: all, if there are at most
    /// 200,000.
    pub(super) fn sample(&self) -> Vec<Sampled> {
        self.sample.points()
    }

    /// The points that have a place, counted in cells.
    pub(super) fn density(&self) -> &Density {
        &self.density
    }
}

/// Whether both coordinates are finite.
#[inline]
fn is_placed(point: &Point) -> bool {
    point.iter().all(|x| x.is_finite())
}
