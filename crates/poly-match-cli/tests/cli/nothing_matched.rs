//! Nothing matched, and points and polygons lie apart: the summary shows where they are.

use crate::bench::Bench;

/// The line after the summary, of points at some places.
fn said(points: &str) -> Option<String> {
    let bench = Bench::new();
    bench.write("points.csv", format!("x,y\n{points}\n"));
    let wkt = "POLYGON((6 45.8,10.5 45.8,10.5 47.8,6 47.8))";
    bench.write("zones.csv", format!("wkt\n\"{wkt}\"\n"));
    let ran = bench.run("match points.csv zones.csv --near covers");
    let lines: Vec<_> = ran.stderr.lines().collect();
    assert!(lines[0].contains("matched"), "{ran:?}");
    lines.get(1).map(|line| (*line).to_owned())
}

#[test]
fn swapped_axes_are_suspected() {
    let line = said("47.4,8.5\n46.5,6.6").expect("a line");
    let expected = "poly-match: nothing matched: the points are at x 46.5 to 47.4, y 6.6 to 8.5, the \
                    polygons at x 6 to 10.5, y 45.8 to 47.8: perhaps x and y of one of them are swapped";
    assert_eq!(line, expected);
}

#[test]
fn another_system_is_suspected() {
    let line = said("2683000,1248000").expect("a line");
    assert!(line.contains("perhaps the polygons are in degrees"), "{line}");
}

#[test]
fn nothing_is_said_if_they_meet_or_something_matched() {
    assert_eq!(said("6,45.8\n47.4,8.5"), None);
    assert_eq!(said("47.4,8.5\n5,46\n11,47"), None);
    assert!(said("60,60").expect("a line").ends_with("y 45.8 to 47.8"));
}
