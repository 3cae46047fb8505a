//! Many points against one index: which way is the fastest, and what each thread does.
//!
//! Every way gives the same answer, so the choice is one of speed alone; its numbers were measured.

use std::num::NonZeroUsize;

use crate::best::Ranking;
use crate::cells::Cells;
use crate::index::Index;
use crate::near::Within;
use crate::polygon::is_finite;
use crate::raster::Raster;
use crate::simd::{Level, Simd, Task};
use crate::threads::share_out;
use crate::{Bounds, Error, Point, blocks};

/// A way to match many points.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum Way {
    /// Point by point.
    Single,
    /// A list of sites for every cell of a grid.
    Cells,
    /// Points close together, searched for at once.
    Blocks,
}

/// Below this many points no preparation pays.
const FEW_POINTS: usize = 256;

/// Points that one thread takes at a time: many where each is looked up, fewer where it is searched
/// for alone, which takes longer.
const CELLS_PIECE: usize = 4096;
const SINGLE_PIECE: usize = 512;

/// The same where the piece is put in order first: the more, the closer together.
const MIN_BLOCKS_PIECE: usize = 1 << 16;
const MAX_BLOCKS_PIECE: usize = 1 << 21;

/// What is searched.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Search<'a> {
    pub(crate) index: &'a Index,
    pub(crate) ranking: &'a Ranking,
    pub(crate) near: &'a Within,
}

/// What is searched, and how.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Join<'a> {
    pub(crate) search: Search<'a>,
    pub(crate) level: Level,
    pub(crate) workers: Option<NonZeroUsize>,
    /// The way to go; the fastest where there is none.
    pub(crate) way: Option<Way>,
}

/// The points of a piece, and where their answers go.
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
    /// Writes the position of the best site near each point, and its distance; −1 and NaN for a
    /// point without one.
    pub(crate) fn run<E: From<Error>>(
        &self,
        points: &[Point],
        bounds: &Bounds,
        index: &mut [i64],
        distance: &mut [f64],
        mut poll: impl FnMut() -> Result<(), E>,
    ) -> Result<(), E> {
        match self.choose(points, bounds) {
            (Way::Cells, Some(raster)) => {
                let Self { search, level, workers, .. } = *self;
                let cells = Cells::paint(raster, search, level, workers, &mut poll)?;
                let pieces = pieces(points, index, distance, CELLS_PIECE);
                share_out(pieces, workers, poll, |piece, _| {
                    level.run(FindInCells { search, cells: &cells, piece });
                })
            }
            (Way::Blocks, _) => {
                let workers = self.workers.unwrap_or_else(crate::threads::all_cores).get();
                let size = points.len().div_ceil(workers).clamp(MIN_BLOCKS_PIECE, MAX_BLOCKS_PIECE);
                let pieces = pieces(points, index, distance, size);
                share_out(pieces, self.workers, poll, |piece, go_on| {
                    let search = self.search;
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

    fn choose(&self, points: &[Point], bounds: &Bounds) -> (Way, Option<Raster>) {
        let sites = self.search.ranking.len();
        let cells = || Raster::over(bounds, points, self.search.near);
        let is_tree = self.search.index.root().is_some();
        match self.way {
            Some(Way::Cells) => (Way::Cells, cells()),
            Some(Way::Blocks) if is_tree => (Way::Blocks, None),
            Some(_) => (Way::Single, None),
            None if points.len() < FEW_POINTS || points.len() < sites / 8 => (Way::Single, None),
            None => match cells() {
                Some(raster) => (Way::Cells, Some(raster)),
                None if is_tree && points.len() >= sites / 4 => (Way::Blocks, None),
                None => (Way::Single, None),
            },
        }
    }
}

// What runs for each instruction set.

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
        let mut scratch = blocks::Scratch::default();
        blocks::search(
            simd,
            self.search,
            points,
            self.bounds,
            &mut scratch,
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
mod tests {
    use super::*;
    use crate::extent::Extent;
    use crate::naive;
    use proptest::collection::vec;
    use proptest::prelude::*;

    /// Sites and points of one kind: spread, on a lattice, in heaps, on a line, in one place, or
    /// stretched over the range of doubles.
    fn places(count: std::ops::Range<usize>) -> impl Strategy<Value = (Vec<Point>, Vec<Point>)> {
        let lattice = || (-30i32..30).prop_map(f64::from);
        let heap = (prop::sample::select(vec![-20.0, 0.0, 1.0, 25.0]), -0.01..0.01);
        let heap = heap.prop_map(|(middle, off): (f64, f64)| middle + off);
        let hard = vec![1e300, -1e300, 1e-300, -0.0, f64::MAX, f64::MIN, 5e-324, 1.0];
        let coordinates: Vec<(BoxedStrategy<f64>, BoxedStrategy<f64>)> = vec![
            ((-30.0..30.0).boxed(), (-30.0..30.0).boxed()),
            (lattice().boxed(), lattice().boxed()),
            (heap.clone().boxed(), heap.boxed()),
            (Just(7.0).boxed(), (-30.0..30.0).boxed()),
            (lattice().prop_map(|x| 1e9 + x).boxed(), lattice().prop_map(|y| y - 1e9).boxed()),
            (prop::sample::select(hard.clone()).boxed(), prop::sample::select(hard).boxed()),
        ];
        prop::sample::select((0..coordinates.len()).collect::<Vec<_>>()).prop_flat_map(
            move |kind| {
                let (x, y) = coordinates[kind].clone();
                let point = (x, y).prop_map(|(x, y)| [x, y]).boxed();
                (vec(point.clone(), count.clone()), vec(point, 0..2500))
            },
        )
    }

    fn distances() -> impl Strategy<Value = Within> {
        let max_dist = prop_oneof![
            4 => (0i32..40).prop_map(f64::from),
            2 => (0i32..20, 0i32..20).prop_map(|(x, y)| f64::from(x * x + y * y).sqrt()),
            2 => 0.0..40.0,
            1 => prop::sample::select(vec![5e-324, 1e-9, 1e300, f64::INFINITY]),
        ];
        (max_dist, any::<bool>()).prop_map(|(max_dist, inclusive)| {
            let near = if inclusive { Within::inclusive(max_dist) } else { Within::new(max_dist) };
            near.expect("a legal distance")
        })
    }

    fn answer(join: &Join<'_>, points: &[Point]) -> (Vec<i64>, Vec<u64>) {
        let (mut index, mut distance) = (vec![7; points.len()], vec![7.0; points.len()]);
        let go_on = || Ok::<(), Error>(());
        let extent = Extent::of(points, join.level, join.workers, go_on).expect("nothing can fail");
        let done: Result<(), Error> =
            join.run(points, &extent.bounds, &mut index, &mut distance, || Ok(()));
        done.expect("nothing can fail");
        (index, distance.into_iter().map(f64::to_bits).collect())
    }

    fn expected(
        centers: &[Point],
        keys: &[f64],
        points: &[Point],
        near: &Within,
    ) -> (Vec<i64>, Vec<u64>) {
        let found = points.iter().map(|&point| {
            let found = is_finite(point).then(|| naive::find(centers, keys, point, near)).flatten();
            let index = found.map_or(-1, |found| i64::try_from(found.index).expect("small"));
            (index, found.map_or(f64::NAN, |found| found.distance).to_bits())
        });
        found.unzip()
    }

    proptest! {
        /// Every way, for every instruction set of this machine, flat and as a tree.
        #[test]
        fn every_way_agrees_with_the_oracle(
            (centers, mut points) in places(1..200),
            keys in vec((0i32..20).prop_map(f64::from), 200),
            near in distances(),
            holes in vec((0usize..2500, prop::sample::select(vec![f64::NAN, f64::INFINITY])), 0..4),
        ) {
            for (at, coordinate) in holes {
                if let Some(point) = points.get_mut(at) {
                    point[at % 2] = coordinate;
                }
            }
            let keys = &keys[..centers.len()];
            let ranking = Ranking::by_key(keys).expect("no NaN");
            let sites: Vec<Point> =
                ranking.order().iter().map(|&position| centers[position as usize]).collect();
            let expected = expected(&centers, keys, &points, &near);
            for index in [Index::flat(&sites), Index::tree(&sites)] {
                for level in Level::all() {
                    for way in [Way::Single, Way::Cells, Way::Blocks] {
                        let workers = NonZeroUsize::new(1 + points.len() % 3);
                        let search = Search { index: &index, ranking: &ranking, near: &near };
                        let join = Join { search, level, workers, way: Some(way) };
                        let got = answer(&join, &points);
                        prop_assert!(got == expected, "{way:?}, {level:?}");
                    }
                }
            }
        }
    }

    /// Sites in one place, of which none covers the cells on the rim of its reach; and a last one,
    /// which the lists of those cells do not come to.
    #[test]
    fn a_point_whose_list_was_broken_off_is_searched_for() {
        let mut centers = vec![[0.0, 0.0]; 5000];
        centers.push([0.5, 0.5]);
        let keys = vec![1.0; centers.len()];
        let points: Vec<Point> = (0..10_000_u32)
            .map(|i| [i % 100, i / 100].map(|step| f64::from(step) * 0.03 - 1.5))
            .collect();
        let near = Within::new(1.0).expect("a legal distance");
        let ranking = Ranking::by_key(&keys).expect("no NaN");
        let expected = expected(&centers, &keys, &points, &near);
        assert!(expected.0.contains(&5000));
        for index in [Index::flat(&centers), Index::tree(&centers)] {
            let search = Search { index: &index, ranking: &ranking, near: &near };
            let (level, workers) = (Level::widest(), Some(NonZeroUsize::MIN));
            let join = Join { search, level, workers, way: Some(Way::Cells) };
            let bounds = points.iter().copied().fold(Bounds::EMPTY, Bounds::including);
            assert!(join.choose(&points, &bounds).1.is_some());
            assert!(answer(&join, &points) == expected);
        }
    }
}
