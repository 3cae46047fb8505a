//! A loaded matcher answers like the matcher that was saved, and invalid bytes are refused.

use crate::builder::Builder;
use crate::bytes::container;
use crate::error::{Error, Unreadable, unsound};
use crate::geometry::{Point, Shapes};
use crate::matcher::Matcher;
use crate::near::FullIndex;
use crate::near::NearIndex;
use crate::near::center::Centers;
use crate::near::containment::Inside;
use crate::query::{Options, Query, RowOrder};
use crate::rule::{Best, Near, Rule, Tie, Within};
use crate::saved::Saved;
use proptest::prelude::*;
use std::io;
use std::num::NonZeroUsize;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

/// An endless sequence of pseudorandom numbers, the same for the same seed.
fn numbers(mut seed: u64) -> impl FnMut(u32) -> u32 {
    move |end| {
        seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        u32::try_from(seed >> 40).expect("24 bits") % end
    }
}

/// Boxes on a lattice, some with two parts, some with holes.
fn shapes(count: usize, seed: u64) -> Shapes {
    let mut number = numbers(seed);
    let mut shapes = Shapes::new();
    for i in 0..count {
        let mut square = |size: u32| {
            let [x, y] = [0; 2].map(|_| f64::from(number(20)));
            let side = f64::from(1 + number(size));
            [[x, y], [x + side, y], [x + side, y + side], [x, y + side]]
        };
        let parts = match i % 3 {
            0 => vec![vec![square(6)]],
            1 => vec![vec![square(6), square(2)]],
            _ => vec![vec![square(6)], vec![square(3)]],
        };
        shapes.push_parts(parts).expect("finite");
    }
    shapes
}

fn points(count: usize) -> Vec<Point> {
    let mut number = numbers(7);
    (0..count).map(|_| [0; 2].map(|_| f64::from(number(52)) / 2.0)).collect()
}

fn nears() -> [Near; 5] {
    let within = Within::new(4.0).expect("legal");
    let inclusive = Within::inclusive(4.0).expect("legal");
    [
        Near::Center(within),
        Near::Center(inclusive),
        Near::Boundary(inclusive),
        Near::Contains,
        Near::Covers,
    ]
}

/// A matcher of every rule, with and without groups.
fn matchers(count: usize, seed: u64) -> Vec<Matcher> {
    let mut number = numbers(seed);
    let keys: Vec<f64> = (0..count).map(|_| f64::from(number(5))).collect();
    let groups: Vec<u32> = (0..count).map(|_| number(3)).collect();
    let mut all = Vec::new();
    for near in nears() {
        for best in
            [Best::Smallest, Best::Nearest, Best::First, Best::key(&keys)].map(|best| [best])
        {
            for tie in [Tie::Index, Tie::Distance] {
                let builder = Builder::new(Rule { near, best: &best, tie });
                for builder in [builder, builder.groups(&groups)] {
                    let matcher = builder.shapes_with(shapes(count, seed), || Ok::<(), Error>(()));
                    all.push(matcher.expect("sound"));
                }
            }
        }
    }
    let places = (0..count).map(|_| [0; 2].map(|_| f64::from(number(20))));
    let centers: Vec<Point> = places.collect();
    let radii: Vec<f64> = (0..count).map(|_| f64::from(number(9))).collect();
    let circles = [false, true].map(|inclusive| Near::Circle { inclusive });
    for (near, best) in circles.into_iter().zip([[Best::Smallest], [Best::Nearest]]) {
        let builder = Builder::new(Rule { near, best: &best, tie: Tie::Index });
        for builder in [builder, builder.groups(&groups)] {
            all.push(builder.circles(&centers, &radii).expect("sound"));
        }
    }
    all
}

fn bytes(matcher: &Matcher) -> Vec<u8> {
    let mut bytes = Vec::new();
    matcher.write_to(&mut bytes, &[("mine", b"my own")]).expect("a vector takes all");
    bytes
}

type Answers = (Vec<i64>, Vec<u64>);

/// All answers of a matcher, as one list of positions and one of bits.
fn answers(matcher: &Matcher, points: &[Point]) -> Result<Answers, Error> {
    let groups: Vec<u32> = (0..4).cycle().take(points.len()).collect();
    let far: Vec<f64> = (0..5).cycle().map(f64::from).take(points.len()).collect();
    let groups = matcher.prepared.is_grouped.then_some(groups.as_slice());
    let query = Query { groups, ..Query::from(points) };
    let farther = matcher.near().within().map(|_| Query { max_dist: Some(&far), ..query });
    let (mut positions, mut distances) = (Vec::new(), Vec::new());
    let mut add = |index: &[i64], distance: &[f64]| {
        positions.extend_from_slice(index);
        distances.extend(distance.iter().map(|distance| distance.to_bits()));
    };
    for query in [Some(query), farther].into_iter().flatten() {
        let (index, distance) = matcher.match_points(query)?.into_arrays();
        add(&index, &distance);
        let k = NonZeroUsize::new(3).expect("not 0");
        let (mut index, mut distance) = (vec![0; 3 * points.len()], vec![0.0; 3 * points.len()]);
        let go_on = || Ok::<(), Error>(());
        matcher.match_k_into(query, k, &mut index, &mut distance, Options::default(), go_on)?;
        add(&index, &distance);
        for order in [RowOrder::Input, RowOrder::Best] {
            let options = Options::single_threaded();
            let found = matcher.some_candidates(query, order, usize::MAX, options, go_on)?;
            let (starts, indices, distances) = found.as_csr();
            add(starts, &[]);
            add(indices, distances);
        }
    }
    if !matcher.prepared.is_grouped {
        for &point in points.iter().take(50) {
            let found = matcher.find(point)?;
            add(&[found.map_or(-1, |found| crate::answer::as_i64(found.index))], &[]);
        }
    }
    Ok((positions, distances))
}

#[test]
fn every_rule_answers_the_same_once_saved() {
    let points = points(300);
    for count in [0, 1, 40] {
        for matcher in matchers(count, 1) {
            let again = Matcher::from_bytes(bytes(&matcher)).expect("as it was written");
            assert_eq!((again.len(), again.near()), (count, matcher.near()));
            assert_eq!(
                answers(&again, &points),
                answers(&matcher, &points),
                "{:?}",
                matcher.near()
            );
            assert_eq!(bytes(&again), bytes(&matcher));
        }
    }
}

#[test]
fn a_tree_answers_the_same_once_saved() {
    let mut number = numbers(3);
    let mut coordinate = || f64::from(number(1000)) / 40.0;
    let centers: Vec<Point> = (0..20_000).map(|_| [coordinate(), coordinate()]).collect();
    let keys: Vec<f64> = (0..centers.len()).map(|_| coordinate()).collect();
    let groups: Vec<u32> = (0..3).cycle().take(centers.len()).collect();
    let points = points(2000);
    for max_dist in [0.3, 5.0] {
        let within = Within::new(max_dist).expect("legal");
        for (best, tie) in [
            ([Best::key(&keys)], Tie::Index),
            ([Best::key(&keys)], Tie::Distance),
            ([Best::Nearest], Tie::Index),
        ] {
            let builder = Builder::new(Rule { near: Near::Center(within), best: &best, tie });
            for builder in [builder, builder.groups(&groups)] {
                let matcher =
                    builder.centers_with(&centers, || Ok::<(), Error>(())).expect("sound");
                let again = Matcher::from_bytes(bytes(&matcher)).expect("as it was written");
                assert_eq!(answers(&again, &points[..200]), answers(&matcher, &points[..200]));
                if !matcher.prepared.is_grouped {
                    assert_eq!(again.match_points(&points), matcher.match_points(&points));
                }
            }
        }
    }
}

/// The sizes of the polygons differ so much that there are no cells; containment is tested by
/// boxes.
#[test]
fn boxes_answer_the_same_once_saved() {
    let mut number = numbers(5);
    let mut shapes = Shapes::new();
    for i in 0..100 {
        let scale = if i % 2 == 0 { 1e-200 } else { 1e100 };
        let [x, y] = [0; 2].map(|_| f64::from(number(20)));
        let square = [[x, y], [x + 5.0, y], [x + 5.0, y + 5.0], [x, y + 5.0]];
        let square = square.map(|vertex| vertex.map(|x| x * scale));
        shapes.push_parts([[square]]).expect("finite");
    }
    let points: Vec<Point> = points(200)
        .iter()
        .flat_map(|point| [1e-200, 1e100].map(|scale| point.map(|x| x * scale)))
        .collect();
    for near in [Near::Covers, Near::Contains, nears()[2]] {
        let matcher = Builder::new(Rule { near, best: &[Best::Smallest], tie: Tie::Index })
            .shapes_with(&shapes, || Ok::<(), Error>(()))
            .expect("sound");
        let inside = match matcher.prepared.groups[0].complete(None, || Ok::<(), Error>(())) {
            Ok(FullIndex::Boundary(edges)) => &edges.inside,
            Ok(FullIndex::Containment(inside)) => inside,
            other => unreachable!("no rule here measures centres: {other:?}"),
        };
        assert!(matches!(inside, Inside::Boxes(_)));
        let again = Matcher::from_bytes(bytes(&matcher)).expect("as it was written");
        let expected = answers(&matcher, &points).expect("finite");
        assert!(expected.0.iter().any(|&index| index > 0));
        assert_eq!(answers(&again, &points), Ok(expected));
    }
}

#[test]
fn nothing_is_copied_where_the_bytes_are_aligned() {
    let matcher = &matchers(40, 1)[0];
    let bytes = container::aligned(&bytes(matcher));
    let all = (*bytes).as_ref().as_ptr_range();
    let again =
        Saved::read(bytes.clone(), || Ok::<(), Error>(())).expect("as it was written").matcher;
    let NearIndex::Center(Centers { index, .. }) = &again.prepared.groups[0].index else {
        panic!("of centres");
    };
    assert!(all.contains(&index.leaves.as_ptr().cast()));
    assert!(all.contains(&again.prepared.groups[0].order.ranking.order().as_ptr().cast()));
}

#[test]
fn attached_bytes_come_back() {
    let matcher = &matchers(3, 1)[0];
    let mut out = Vec::new();
    matcher
        .write_to(&mut out, &[("none", b""), ("sixteen letters.", b"yes")])
        .expect("short names");
    let saved = Saved::read(Arc::new(out.clone()), || Ok::<(), Error>(())).expect("as written");
    assert_eq!(saved.attached("sixteen letters."), Ok(Some(b"yes".as_slice())));
    assert_eq!(saved.attached("none"), Ok(Some(b"".as_slice())));
    assert_eq!(saved.attached("other"), Ok(None));
    let error = matcher.write_to(&mut out, &[("more than sixteen", b"")]).expect_err("too long");
    assert_eq!(error.kind(), io::ErrorKind::InvalidInput);

    let last = out.len() - 1;
    let at = (0..=last).rev().find(|&at| out[at..].starts_with(b"yes")).expect("it is there");
    out[at] ^= 1;
    let saved = Saved::read(Arc::new(out), || Ok::<(), Error>(())).expect("the matcher is sound");
    let damaged = Unreadable::Damaged { section: "sixteen letters.".to_owned() };
    assert_eq!(saved.attached("sixteen letters."), Err(Error::Unreadable(damaged)));
}

/// Sections that overlap in the table, with wrong checksums, are refused before the checksums are
/// verified.
#[test]
fn overlapping_sections_are_refused_before_checksums_are_verified() {
    let whole = bytes(&matchers(5, 1)[0]);
    let refuse = |change: &dyn Fn(&mut [u8])| {
        let mut bytes = whole.clone();
        change(&mut bytes);
        container::seal_the_header(&mut bytes);
        assert_eq!(refused(bytes), unsound("sections that follow each other"));
    };
    let entry = |at: usize| 64 + 64 * at;
    let put = |bytes: &mut [u8], at: usize, number: u64| {
        bytes[at..at + 8].copy_from_slice(&number.to_ne_bytes());
    };
    let number = |at: usize| u64::from_ne_bytes(whole[at..at + 8].try_into().expect("8 bytes"));
    let (start, count, size, is_attached) = (16, 24, 32, 40);
    // Bytes of another section, of the table, of the header, none at all, and out of range.
    for at in [number(entry(0) + start), 64, 0, 1 << 40, u64::MAX, u64::MAX - 63] {
        refuse(&|bytes| put(bytes, entry(2) + start, at));
    }
    // A start that is not aligned; then too many elements, up to more than can exist.
    refuse(&|bytes| put(bytes, entry(2) + start, number(entry(2) + start) + 8));
    for more in [64, 1 << 40, u64::MAX / 4] {
        refuse(&|bytes| put(bytes, entry(2) + count, number(entry(2) + count) + more));
    }
    // Two entries swapped; elements of size 0; an `is_attached` that is neither 0 nor 1.
    refuse(&|bytes| {
        for byte in 0..64 {
            bytes.swap(entry(2) + byte, entry(3) + byte);
        }
    });
    refuse(&|bytes| bytes[entry(2) + size] = 0);
    refuse(&|bytes| bytes[entry(2) + is_attached] = 2);
    // Trailing bytes that belong to no section.
    let mut bytes = [whole.as_slice(), &[0; 64]].concat();
    put(&mut bytes, 16, number(16) + 64);
    container::seal_the_header(&mut bytes);
    assert_eq!(refused(bytes), unsound("sections that follow each other"));
}

/// Numbers that refer to something that does not exist, with valid checksums.
#[test]
fn references_to_what_does_not_exist_are_refused() {
    let change = |matcher: &Matcher, section: &str, expected: &'static str| {
        let mut bytes = bytes(matcher);
        let at = container::start_of(&bytes, section).expect("it has such");
        bytes[at..at + 4].copy_from_slice(&1000_u32.to_ne_bytes());
        container::seal(&mut bytes);
        assert_eq!(refused(bytes), unsound(expected), "{section}");
    };
    let all = matchers(100, 1);
    let keyed =
        all.iter().find(|m| m.prepared.groups[0].order.classes().0 == 2).expect("tie: distance");
    let by_center = &all[0];
    let nearest =
        all.iter().find(|m| m.prepared.groups[0].order.is_by_distance()).expect("nearest");
    change(by_center, "order", "an order of all polygons");
    change(nearest, "order", "an order of all polygons");
    change(keyed, "classes", "an order of all polygons");
    change(nearest, "slots", "an index of all polygons");
    let with_id = |matcher: &Matcher, id: u32| {
        let mut bytes = bytes(matcher);
        let at = container::start_of(&bytes, "leaves").expect("it has such") + 2 * 64;
        bytes[at..at + 4].copy_from_slice(&id.to_ne_bytes());
        container::seal(&mut bytes);
        refused(bytes)
    };
    for id in [100, 1 << 31, u32::MAX] {
        assert_eq!(with_id(by_center, id), unsound("an index of all polygons"));
        assert_eq!(with_id(nearest, id), unsound("an index of all polygons"));
    }
}

#[test]
fn groups_are_counted() {
    let matchers = matchers(12, 1);
    let groups = |matcher: &Matcher| {
        let saved = Saved::read(Arc::new(bytes(matcher)), || Ok::<(), Error>(()));
        let saved = saved.expect("as it was written");
        assert!(saved.has_attached("mine") && !saved.has_attached("yours"));
        saved.groups()
    };
    assert_eq!((groups(&matchers[0]), groups(&matchers[1])), (None, Some(3)));
}

fn refused(bytes: Vec<u8>) -> Unreadable {
    match Matcher::from_bytes(bytes) {
        Err(Error::Unreadable(why)) => why,
        other => panic!("expected it to be refused, got {other:?}"),
    }
}

#[test]
fn truncated_or_trailing_bytes_are_refused() {
    for matcher in [&matchers(5, 1)[1], &matchers(5, 1)[40]] {
        let whole = bytes(matcher);
        for len in 0..whole.len() {
            let why = refused(whole[..len].to_vec());
            let expected = u64::try_from(whole.len()).expect("small");
            if len >= 64 {
                assert_eq!(why, Unreadable::Length { expected, got: len as u64 });
            }
        }
        let more = [whole.as_slice(), &[0]].concat();
        assert!(matches!(refused(more), Unreadable::Length { .. }));
    }
}

/// A byte between sections, or in what is attached, does not matter to a matcher.
#[test]
fn a_damaged_byte_is_refused_or_does_not_matter() {
    let points = points(30);
    for matcher in [&matchers(3, 1)[3], &matchers(2, 1)[40], &matchers(2, 1)[75]] {
        let whole = bytes(matcher);
        let expected = answers(matcher, &points);
        let mut refused = 0;
        for at in 0..whole.len() {
            for bit in 0..8 {
                let mut damaged = whole.clone();
                damaged[at] ^= 1 << bit;
                match Matcher::from_bytes(damaged) {
                    Err(Error::Unreadable(_)) => refused += 1,
                    Err(error) => panic!("{error:?}"),
                    Ok(matcher) => assert_eq!(answers(&matcher, &points), expected, "at {at}"),
                }
            }
        }
        assert!(refused > whole.len() * 4, "{refused} of {}", whole.len() * 8);
    }
}

#[test]
fn other_bytes_are_named_in_the_error() {
    assert_eq!(refused(Vec::new()), Unreadable::Foreign { got: Vec::new() });
    let png = b"\x89PNG\r\n\x1a\n and so on";
    assert_eq!(refused(png.to_vec()), Unreadable::Foreign { got: png[..8].to_vec() });
    let whole = bytes(&matchers(5, 1)[0]);
    let with = |at: usize, bytes: &[u8]| {
        let mut whole = whole.clone();
        whole[at..at + bytes.len()].copy_from_slice(bytes);
        refused(whole)
    };
    let version = Unreadable::Version { expected: container::VERSION, got: 77 };
    assert_eq!(with(12, &77_u32.to_ne_bytes()), version);
    assert_eq!(with(8, &0x0403_0201_u32.to_ne_bytes()), Unreadable::ByteOrder);
    assert_eq!(
        version.to_string(),
        "saved in version 77 of the format, but this poly-match reads version 5"
    );
    assert_eq!(
        refused(png.to_vec()).to_string(),
        "not a saved matcher: expected its signature, got the bytes 89 50 4e 47 0d 0a 1a 0a"
    );
}

/// Loads a matcher whose bytes were changed on purpose, with valid checksums. It must be refused or
/// end, and may panic.
fn load_changed(matcher: &Matcher, change: impl Fn(&mut [u8])) {
    let mut bytes = bytes(matcher);
    change(&mut bytes);
    container::seal(&mut bytes);
    let points = points(40);
    let ends = catch_unwind(AssertUnwindSafe(|| match Matcher::from_bytes(bytes) {
        Ok(matcher) => drop(answers(&matcher, &points)),
        Err(error) => assert!(matches!(error, Error::Unreadable(_))),
    }));
    drop(ends);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(if cfg!(miri) { 4 } else { 400 }))]

    #[test]
    fn bytes_changed_on_purpose_do_no_harm(
        which in 0_usize..80, seed in 0_u64..3, changes in prop::collection::vec((any::<u32>(), any::<u8>()), 1..8),
    ) {
        let matchers = matchers(12, seed);
        let hook = std::panic::take_hook();
        std::panic::set_hook(Box::new(|_| ()));
        load_changed(&matchers[which], |bytes| {
            for &(at, byte) in &changes {
                let at = at as usize % bytes.len();
                bytes[at] = byte;
            }
        });
        std::panic::set_hook(hook);
    }

    #[test]
    fn random_bytes_are_refused(bytes: Vec<u8>, start in 0_usize..100) {
        refused(bytes.clone());
        let mut whole = super::saved::bytes(&matchers(5, 1)[0]);
        let at = start % whole.len();
        let end = whole.len().min(at + bytes.len());
        whole[at..end].copy_from_slice(&bytes[..end - at]);
        if let Err(error) = Matcher::from_bytes(whole) {
            prop_assert!(matches!(error, Error::Unreadable(_)));
        }
    }
}
