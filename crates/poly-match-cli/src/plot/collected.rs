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
        self.density.settle();
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

    /// Whether the sample holds all points that have a place.
    pub(super) fn is_sample_whole(&self) -> bool {
        self.placed <= SAMPLE
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

#[cfg(test)]
mod tests {
    use super::*;

    /// Points on a spiral with a few far away, and matches for some of them.
    fn points(count: u32) -> (Vec<Point>, Vec<Option<usize>>) {
        let place = |i: u32| match i % 1000 {
            13 => [f64::NAN; 2],
            14 => [f64::NAN, 5.0],
            15 => [f64::INFINITY, 5.0],
            16 => [f64::from(i), -1e7],
            _ => {
                let (sin, cos) = f64::from(i).sin_cos();
                [f64::from(i) * cos, f64::from(i) * sin]
            }
        };
        let best = |i: u32| (i.is_multiple_of(3) && i % 1000 != 15).then_some(i as usize % 7);
        (0..count).map(|i| (place(i), best(i))).unzip()
    }

    fn collected(points: &[Point], best: &[Option<usize>], batch: usize) -> Collected {
        let mut collected = Collected::new(9);
        for (points, best) in points.chunks(batch).zip(best.chunks(batch)) {
            collected.add(points, best.iter().copied());
        }
        collected
    }

    #[test]
    fn batches_change_nothing() {
        let (points, best) = points(250_000);
        let all = collected(&points, &best, points.len());
        assert!(all.sample().len() == SAMPLE && !all.is_sample_whole());
        for batch in [1, 7, 1000] {
            let other = collected(&points, &best, batch);
            assert_eq!((all.points(), all.matched()), (other.points(), other.matched()));
            assert_eq!((all.is_matched(), all.bounds()), (other.is_matched(), other.bounds()));
            assert!(all.sample() == other.sample(), "{batch}");
            assert_eq!(all.density().side(), other.density().side());
            assert!(all.density().cells().eq(other.density().cells()), "{batch}");
        }
    }

    #[test]
    fn points_without_a_place_are_only_counted() {
        let (points, best) = points(1000);
        let all = collected(&points, &best, 100);
        assert_eq!((all.points(), all.placed(), all.matched()), (1000, 997, 333));
        assert_eq!(all.is_matched(), [true, true, true, true, true, true, true, false, false]);
        assert_eq!(all.sample().len(), 997);
        assert_eq!(all.bounds().min, [all.bounds().min[0], -1e7]);
        assert!(all.bounds().max.iter().all(|x| x.is_finite()));
        let counted: usize = all.density().cells().flat_map(|cell| cell.counts).sum();
        assert_eq!(counted, 997);

        let mut nowhere = Collected::new(1);
        nowhere.add(&[[f64::NAN; 2]], [None]);
        nowhere.add(&[], []);
        assert_eq!((nowhere.points(), nowhere.placed(), nowhere.bounds()), (1, 0, Bounds::EMPTY));
    }

    #[test]
    #[should_panic(expected = "a match, or none, for each point")]
    fn each_point_has_a_match_or_none() {
        Collected::new(1).add(&[[0.0; 2]; 2], [None]);
    }
}
