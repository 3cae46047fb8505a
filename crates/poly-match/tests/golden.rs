//! What every rule saves and answers, held against what it did before.
//!
//! A change of the code that should change nothing leaves `golden.txt` as it is. A change of the saved
//! bytes needs another version of the format; then, or where answers are meant to change, write the
//! file anew with `POLY_MATCH_GOLDEN=write cargo test --test golden`.

use std::fmt::Write;
use std::num::NonZeroUsize;
use std::path::Path;

use poly_match::{
    Best, Builder, Error, Matcher, Near, Options, Point, Query, RowOrder, Rule, Shapes, Tie, Within,
};

const K: NonZeroUsize = NonZeroUsize::new(3).expect("not zero");

/// A linear congruential generator (D. E. Knuth, TAOCP 2, 3.3.4, line 26).
struct Random(u64);

impl Random {
    fn below(&mut self, end: u32) -> u32 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
        u32::try_from((self.0 >> 33) % u64::from(end)).expect("small")
    }

    /// A place on a lattice of quarters, where many distances and areas are equal.
    fn place(&mut self) -> Point {
        [0, 1].map(|_| f64::from(self.below(400)) / 4.0)
    }
}

/// Boxes, some with a hole, some of two parts, and rings that cross themselves: enough for trees.
fn shapes(random: &mut Random) -> Shapes {
    let mut shapes = Shapes::new();
    for i in 0..1500 {
        let [x, y] = random.place();
        let (w, h) = (f64::from(1 + random.below(12)) / 2.0, f64::from(1 + random.below(12)) / 2.0);
        let square = vec![[x, y], [x + w, y], [x + w, y + h], [x, y + h]];
        let hole =
            vec![[x + w / 4.0, y + h / 4.0], [x + w / 2.0, y + h / 4.0], [x + w / 4.0, y + h]];
        let star = (0..7).map(|_| random.place().map(|v| v / 20.0)).map(|[u, v]| [x + u, y + v]);
        let parts = match i % 5 {
            0 => vec![vec![star.collect()]],
            1 => vec![vec![square, hole]],
            2 => vec![vec![square], vec![vec![[x - 2.0, y], [x - 1.0, y], [x - 1.0, y + 1.0]]]],
            _ => vec![vec![square]],
        };
        shapes.push_parts(parts).expect("finite");
    }
    shapes
}

/// FNV-1a over 64-bit words.
fn checksum(words: impl IntoIterator<Item = u64>) -> u64 {
    words.into_iter().fold(0xcbf2_9ce4_8422_2325, |sum, word| {
        (sum ^ word).wrapping_mul(0x0100_0000_01b3).rotate_left(23)
    })
}

/// Everything that a matcher answers.
fn answers(matcher: &Matcher, query: Query<'_>) -> u64 {
    let (options, count) = (Options::default(), query.points.len());
    let go_on = || Ok::<(), Error>(());
    let mut words = Vec::new();
    for k in [NonZeroUsize::MIN, K] {
        let size = count * k.get();
        let (mut index, mut distance) = (vec![0; size], vec![0.0; size]);
        matcher.match_k_into(query, k, &mut index, &mut distance, options, go_on).expect("sound");
        words.extend(index.iter().map(|index| index.cast_unsigned()));
        words.extend(distance.iter().map(|distance| distance.to_bits()));
    }
    for order in [RowOrder::Input, RowOrder::Best] {
        let all = matcher.some_candidates(query, order, usize::MAX, options, go_on).expect("sound");
        let (starts, indices, distances) = all.as_csr();
        words.extend(starts.iter().chain(indices).map(|index| index.cast_unsigned()));
        words.extend(distances.iter().map(|distance| distance.to_bits()));
    }
    checksum(words)
}

fn golden() -> String {
    let random = &mut Random(5);
    let shapes = shapes(random);
    let keys: Vec<f64> = (0..shapes.len()).map(|_| f64::from(random.below(40))).collect();
    let groups: Vec<u32> = (0..shapes.len()).map(|_| random.below(3)).collect();
    let points: Vec<Point> = (0..1200).map(|_| random.place()).collect();
    let groups_of_points: Vec<u32> = (0..points.len()).map(|_| random.below(4)).collect();
    let within = Within::inclusive(4.0).expect("legal");
    let nears = [
        ("center", Near::Center(within)),
        ("boundary", Near::Boundary(within)),
        ("contains", Near::Contains),
        ("covers", Near::Covers),
    ];
    let bests = [
        ("area", Best::Smallest),
        ("nearest", Best::Nearest),
        ("first", Best::First),
        ("key", Best::key(&keys)),
        ("largest", Best::Largest),
    ];
    let mut text = String::from("near best tie groups: bytes, answers\n");
    for (near_name, near) in nears {
        for (best_name, best) in bests.map(|(name, best)| (name, [best])) {
            for tie in [Tie::Index, Tie::Distance] {
                for is_grouped in [false, true] {
                    let builder = Builder::new(Rule { near, best: &best, tie });
                    let builder = if is_grouped { builder.groups(&groups) } else { builder };
                    let matcher =
                        builder.shapes_with(&shapes, || Ok::<(), Error>(())).expect("sound");
                    let of_points = is_grouped.then_some(groups_of_points.as_slice());
                    let query = Query { groups: of_points, ..Query::from(&points) };
                    let by_boxes = answers(&matcher, query);
                    let mut bytes = Vec::new();
                    matcher.write_to(&mut bytes, &[]).expect("a vector takes all");
                    let bytes = checksum(bytes.into_iter().map(u64::from));
                    let answers = answers(&matcher, query);
                    assert_eq!(by_boxes, answers, "before and after the full index is built");
                    let groups = if is_grouped { "grouped" } else { "all" };
                    writeln!(
                        text,
                        "{near_name} {best_name} {tie:?} {groups}: {bytes:016x} {answers:016x}"
                    )
                    .expect("it is text");
                }
            }
        }
    }
    text
}

#[test]
fn every_rule_saves_and_answers_as_before() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden.txt");
    let found = golden();
    if std::env::var_os("POLY_MATCH_GOLDEN").is_some_and(|what| what == "write") {
        std::fs::write(path, found).expect("it is written");
        return;
    }
    let expected = std::fs::read_to_string(path).expect("it is there");
    let different: Vec<_> =
        found.lines().zip(expected.lines()).filter(|(found, expected)| found != expected).collect();
    assert!(
        different.is_empty() && found.lines().count() == expected.lines().count(),
        "{different:#?}"
    );
}
