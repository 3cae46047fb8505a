//! Labels: which of them are equal, and what the summary says if none are.

use crate::bench::{Bench, Ran};

/// Matches points at (1, 1), one for each label, to zones that all contain it.
fn labelled(points: &[&str], zones: &[&str]) -> Ran {
    let bench = Bench::new();
    let rows: String = points.iter().map(|label| format!("1,1,{label}\n")).collect();
    bench.write("points.csv", format!("x,y,floor\n{rows}"));
    let zone = |label: &&str| format!("\"POLYGON ((0 0, 9 0, 9 9, 0 9))\",{label}\n");
    bench.write("zones.csv", format!("wkt,level\n{}", zones.iter().map(zone).collect::<String>()));
    bench.run("match points.csv zones.csv --near covers --group-by floor=level")
}

/// The matched position of every point, or empty text.
fn positions(out: &str) -> Vec<&str> {
    out.lines().skip(1).map(|line| line.split(',').nth(3).expect("four")).collect()
}

#[test]
fn numbers_are_equal_however_they_are_written() {
    let out = labelled(&["2.0", "2", "2e0", " 2", "3.00", "4"], &["1", "2", "3e0"]).ok();
    assert_eq!(positions(&out), ["1", "1", "1", "1", "2", ""]);
    // Cells without a label do not make a column text, and match nothing.
    let out = labelled(&["2.0", "", "1"], &["", "2", "1.0"]).ok();
    assert_eq!(positions(&out), ["1", "", "2"]);
}

#[test]
fn one_word_makes_labels_text() {
    let out = labelled(&["2.0", "roof", "2"], &["2", "roof"]).ok();
    assert_eq!(positions(&out), ["", "1", "0"]);
    let out = labelled(&["2.0", "2"], &["roof", "2"]).ok();
    assert_eq!(positions(&out), ["", "1"]);
    // With a leading zero it is a code.
    let out = labelled(&["01234", "1234"], &["1234", "01234"]).ok();
    assert_eq!(positions(&out), ["1", "0"]);
}

#[test]
fn large_integers_are_not_rounded() {
    let out = labelled(
        &["9007199254740993", "9007199254740992", "123456789012345678901"],
        &["9007199254740992", "9007199254740993", "123456789012345678900"],
    );
    assert_eq!(positions(&out.ok()), ["1", "0", ""]);
}

#[test]
fn json_numbers_are_numbers_and_json_strings_text() {
    let bench = Bench::new();
    bench.write("points.csv", "x,y,floor\n1,1,2.0\n1,1,9007199254740993\n1,1,\n");
    let zones = |labels: [&str; 3]| {
        let square = r#"{"type":"Polygon","coordinates":[[[0,0],[9,0],[9,9],[0,9],[0,0]]]}"#;
        let feature = |label: &str| {
            format!(r#"{{"type":"Feature","properties":{{"f":{label}}},"geometry":{square}}}"#)
        };
        let features = labels.map(feature).join(",");
        format!(r#"{{"type":"FeatureCollection","features":[{features}]}}"#)
    };
    let found = |labels| {
        bench.write("zones.geojson", zones(labels));
        let out = bench.run("match points.csv zones.geojson --near covers --group-by floor=f").ok();
        positions(&out).join("|")
    };
    assert_eq!(found(["null", "9007199254740993", "2"]), "2|1|");
    assert_eq!(found(["9007199254740992", "2.0", "2"]), "1||");
    assert_eq!(found([r#""2""#, r#""2.0""#, "2"]), "1||");
}

#[test]
fn the_summary_says_that_no_label_is_equal() {
    let ran = labelled(&["", "G", "1"], &["ground", "first"]);
    let expected = r#"3 points, 0 matched, 3 unmatched; 2 polygons; no label of the points is among those of the polygons: the points have labels such as "G", the polygons such as "ground"; "#;
    assert!(ran.stderr.contains(expected), "{}", ran.stderr);
    assert_eq!(ran.stderr.lines().count(), 1);
    ran.ok();
    assert!(labelled(&[""], &["a"]).stderr.contains("; no point has a label; "));
    assert!(labelled(&["a"], &["", ""]).stderr.contains("; no polygon has a label; "));
    for (points, zones) in [(&["a", "b"][..], &["b", "c"][..]), (&[], &["a"]), (&["a"], &[])] {
        let ran = labelled(points, zones);
        assert!(!ran.stderr.contains("label"), "{}", ran.stderr);
    }
}
