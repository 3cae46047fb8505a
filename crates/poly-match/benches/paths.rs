//! Every bulk path of the engine once, on one thread, to count its instructions.
//!
//! `make instructions` runs this under callgrind, which counts what happens in [`measured`] alone, and
//! keeps a line for each path. The counts are the same on every run of the same build, so that a
//! change shows to a thousandth where times on a busy machine do not. Run by hand it prints what each
//! path answers, as a checksum: `cargo bench --bench paths -- "match: covers"`.

use std::hint::black_box;
use std::num::NonZeroUsize;
use std::sync::Arc;

use poly_match::{
    Best, Builder, Error, Matcher, Near, Options, Point, Query, RowOrder, Rule, Saved, Shapes, Tie,
    Within, match_once,
};

/// The part of a path that is measured, after everything is prepared.
type Work = Box<dyn FnOnce() -> Answer>;

/// The name of a path, and the function that prepares it.
type Path = (&'static str, fn() -> Work);

/// What a path answers.
enum Answer {
    /// Positions and distances.
    Found(Vec<i64>, Vec<f64>),
    Built(Matcher),
}

const PATHS: [Path; 26] = [
    ("find: tree", || find(100_000, within(1.7))),
    ("find: scan", || find(1000, within(17.0))),
    ("find: covers", || find_covers(Index::Full)),
    ("find: covers, boxes", || find_covers(Index::Boxes)),
    ("match: one by one", || match_centers(100_000, 2000, 1.7)),
    ("match: scan", || match_centers(1000, 2000, 17.0)),
    ("match: blocks", || match_centers(100_000, 60_000, 0.5)),
    ("match: cells", || match_centers(20_000, 200_000, 4.0)),
    ("match: once", once),
    ("match: nearest centre", || match_best(&[Best::Nearest], 1)),
    ("match: k best", || match_best(&[Best::First], 5)),
    ("match: circles", match_circles),
    ("match: covers", || match_covers(200_000, Index::Full)),
    ("match: covers, boxes", || match_covers(20_000, Index::Boxes)),
    ("match: boundary, nearest", || boundary(&[Best::Nearest], Index::Full)),
    ("match: boundary, first", || boundary(&[Best::First], Index::Full)),
    ("match: boundary, boxes", || boundary(&[Best::Nearest], Index::Boxes)),
    ("candidates", candidates),
    ("batches for a choice", batches),
    ("build: centres", build_centers),
    ("build: few centres", build_few),
    ("build: circles", || Box::new(|| Answer::Built(circles()))),
    ("build: boxes", || build_shapes(Near::Covers, Index::Boxes)),
    ("build: covers", || build_shapes(Near::Covers, Index::Full)),
    ("build: boundary", || build_shapes(Near::Boundary(within(0.5)), Index::Full)),
    ("load", load),
];

fn main() {
    let wanted = std::env::args().skip(1).find(|argument| !argument.starts_with('-'));
    for (name, prepare) in PATHS {
        if wanted.as_ref().is_none_or(|wanted| name == wanted) {
            println!("{name}\t{:016x}", measured(prepare()).checksum());
        }
    }
}

/// What is counted.
#[inline(never)]
fn measured(work: Work) -> Answer {
    black_box(black_box(work)())
}

/// A linear congruential generator (D. E. Knuth, TAOCP 2, 3.3.4, line 26).
struct Random(u64);

impl Random {
    /// A number from 0 to `end`.
    fn below(&mut self, end: f64) -> f64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
        #[allow(clippy::cast_precision_loss)] // 53 bits
        let unit = (self.0 >> 11) as f64 / (1_u64 << 53) as f64;
        unit * end
    }
}

/// The square that everything is in.
const SIDE: f64 = 100.0;

fn places(seed: u64, count: usize) -> Vec<Point> {
    let mut random = Random(seed);
    (0..count).map(|_| [random.below(SIDE), random.below(SIDE)]).collect()
}

fn keys(count: usize) -> Vec<f64> {
    let mut random = Random(3);
    (0..count).map(|_| random.below(1.0)).collect()
}

/// Quadrilaterals that share their edges.
fn districts(side: u32) -> Shapes {
    let corner = |x: u32, y: u32| {
        let moved = |seed: u32| f64::from((x * 7919 + y * 104_729 + seed) % 71) / 100.0 - 0.35;
        let place = [f64::from(x) + moved(1), f64::from(y) + moved(2)];
        place.map(|v| v * SIDE / f64::from(side))
    };
    let mut shapes = Shapes::new();
    for (x, y) in (0..side).flat_map(|y| (0..side).map(move |x| (x, y))) {
        let ring = [(x, y), (x + 1, y), (x + 1, y + 1), (x, y + 1)];
        shapes.push_parts([[ring.map(|(x, y)| corner(x, y))]]).expect("finite");
    }
    shapes
}

fn within(max_dist: f64) -> Within {
    Within::new(max_dist).expect("legal")
}

fn go_on() -> Result<(), Error> {
    Ok(())
}

impl Answer {
    /// A number that tells answers apart.
    fn checksum(&self) -> u64 {
        let mix = |sum: u64, bits: u64| (sum ^ bits).wrapping_mul(0x0100_0000_01b3).rotate_left(29);
        match self {
            Self::Found(index, distance) => {
                let sum = index.iter().fold(7, |sum, &index| mix(sum, index.cast_unsigned()));
                distance.iter().fold(sum, |sum, distance| mix(sum, distance.to_bits()))
            }
            Self::Built(matcher) => {
                saved(matcher).iter().fold(7, |sum, &byte| mix(sum, byte.into()))
            }
        }
    }
}

fn centers(count: usize, near: Within) -> Matcher {
    Matcher::from_arrays(&places(1, count), &keys(count), near).expect("sound")
}

/// The stage of an index of polygons: what is quick to build, or all of it.
#[derive(Clone, Copy, PartialEq)]
enum Index {
    Boxes,
    Full,
}

fn shaped(shapes: impl Into<Arc<Shapes>>, near: Near, best: &[Best<'_>], index: Index) -> Matcher {
    let builder = Builder::new(Rule { near, best, tie: Tie::Index });
    let matcher = builder.shapes_with(shapes, go_on).expect("sound");
    if index == Index::Full {
        matcher.prepare_with(Options::single_threaded(), go_on).expect("nothing fails");
    }
    matcher
}

fn matched(matcher: &Matcher, points: &[Point], k: usize) -> Answer {
    let k = NonZeroUsize::new(k).expect("not zero");
    let size = points.len() * k.get();
    let (mut index, mut distance) = (vec![0; size], vec![0.0; size]);
    let options = Options::single_threaded();
    if k.get() == 1 {
        matcher.match_into(points, &mut index, &mut distance, options, go_on).expect("finite");
    } else {
        matcher.match_k_into(points, k, &mut index, &mut distance, options, go_on).expect("finite");
    }
    Answer::Found(index, distance)
}

fn found(matcher: &Matcher, points: &[Point]) -> Answer {
    let found = points.iter().map(|&point| matcher.find(point).expect("finite"));
    let (index, distance): (Vec<i64>, Vec<f64>) =
        found.map(|found| found.map_or((-1, f64::NAN), |f| (f.index as i64, f.distance))).unzip();
    Answer::Found(index, distance)
}

fn find(sites: usize, near: Within) -> Work {
    let (matcher, points) = (centers(sites, near), places(2, 2000));
    Box::new(move || found(&matcher, &points))
}

fn find_covers(index: Index) -> Work {
    let matcher = shaped(districts(60), Near::Covers, &[Best::First], index);
    let points = places(2, 2000);
    Box::new(move || found(&matcher, &points))
}

fn match_centers(sites: usize, points: usize, max_dist: f64) -> Work {
    let (matcher, points) = (centers(sites, within(max_dist)), places(2, points));
    Box::new(move || matched(&matcher, &points, 1))
}

fn once() -> Work {
    let (sites, keys, points) = (places(1, 1000), keys(1000), places(2, 100));
    Box::new(move || {
        let options = Options::single_threaded();
        let found = match_once(&sites, &keys, within(10.0), &points, options, go_on);
        let found = found.expect("finite");
        let (index, distance) = found.into_arrays();
        Answer::Found(index, distance)
    })
}

/// Circles of many sizes: nine of ten are small.
fn circles() -> Matcher {
    let mut random = Random(5);
    let radius = |_| if random.below(10.0) < 9.0 { random.below(0.3) } else { random.below(9.0) };
    let radii: Vec<f64> = (0..100_000).map(radius).collect();
    let rule = Rule::from(Near::Circle { inclusive: false });
    Builder::new(rule).circles(&places(1, 100_000), &radii).expect("sound")
}

fn match_circles() -> Work {
    let (matcher, points) = (circles(), places(2, 20_000));
    Box::new(move || matched(&matcher, &points, 1))
}

fn match_best(best: &'static [Best<'static>], k: usize) -> Work {
    let rule = Rule { near: within(3.0).into(), best, tie: Tie::Index };
    let matcher = Builder::new(rule).centers_with(&places(1, 50_000), go_on).expect("sound");
    let points = places(2, 20_000);
    Box::new(move || matched(&matcher, &points, k))
}

fn match_covers(points: usize, index: Index) -> Work {
    let matcher = shaped(districts(100), Near::Covers, &[Best::First], index);
    let points = places(2, points);
    Box::new(move || matched(&matcher, &points, 1))
}

fn boundary(best: &'static [Best<'static>], index: Index) -> Work {
    let matcher = shaped(districts(60), Near::Boundary(within(0.8)), best, index);
    let points = places(2, 5000);
    Box::new(move || matched(&matcher, &points, 1))
}

fn candidates() -> Work {
    let (matcher, points) = (centers(20_000, within(2.0)), places(2, 20_000));
    Box::new(move || {
        let options = Options::single_threaded();
        let query = Query::from(&points);
        let found = matcher.some_candidates(query, RowOrder::Best, usize::MAX, options, go_on);
        let found = found.expect("finite");
        let (_, indices, distances) = found.into_csr();
        Answer::Found(indices, distances)
    })
}

fn batches() -> Work {
    let (matcher, points) = (centers(20_000, within(2.0)), places(2, 20_000));
    Box::new(move || {
        let options = Options::single_threaded();
        let (mut index, mut distance) = (vec![-1; points.len()], vec![f64::NAN; points.len()]);
        let mut batches = matcher.batches(&points, options, go_on).expect("finite");
        while let Some((batch, indices)) = batches.next_with(go_on).expect("finite") {
            let keys: Vec<f64> = indices.iter().map(|&index| -(index as f64)).collect();
            let into = (index.as_mut_slice(), distance.as_mut_slice());
            batch.best_into(&keys, Tie::Index, NonZeroUsize::MIN, into.0, into.1).expect("no NaN");
        }
        Answer::Found(index, distance)
    })
}

fn saved(matcher: &Matcher) -> Vec<u8> {
    let mut bytes = Vec::new();
    matcher.write_to(&mut bytes, &[]).expect("a vector takes all");
    bytes
}

fn build_centers() -> Work {
    let (sites, keys) = (places(1, 60_000), keys(60_000));
    Box::new(move || {
        Answer::Built(Matcher::from_arrays(&sites, &keys, within(1.0)).expect("sound"))
    })
}

fn build_few() -> Work {
    let (sites, keys) = (places(1, 1000), keys(1000));
    Box::new(move || {
        Answer::Built(Matcher::from_arrays(&sites, &keys, within(1.0)).expect("sound"))
    })
}

fn build_shapes(near: Near, index: Index) -> Work {
    let shapes = Arc::new(districts(60));
    Box::new(move || Answer::Built(shaped(shapes, near, &[Best::First], index)))
}

fn load() -> Work {
    let near = Near::Boundary(within(0.5));
    let bytes = saved(&shaped(districts(60), near, &[Best::First], Index::Full));
    Box::new(move || {
        let saved = Saved::read(Arc::new(bytes), go_on).expect("sound");
        Answer::Built(saved.matcher)
    })
}
