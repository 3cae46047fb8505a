//! The file of points without a match. They are written unchanged, and the file appears together with
//! the output or not at all.

use crate::bench::{Bench, MATCHES, POINTS};

const LINE: &str = "match points.csv zones.csv --max-dist 4";

#[test]
fn every_point_is_in_one_of_the_two() {
    let bench = Bench::new();
    bench.run(&format!("{LINE} -o out.csv --unmatched rest.csv")).ok();
    assert_eq!(bench.read("rest.csv"), "name,x,y\nc,50,50\n");
    assert_eq!(bench.read("out.csv"), MATCHES.replace("c,50,50,,\n", ""));
    assert_eq!(bench.names(), ["out.csv", "points.csv", "rest.csv", "zones.csv"]);
    // With `--how left`, unmatched points are in both files.
    bench.run(&format!("{LINE} -o out.csv --unmatched rest.csv --how left")).ok();
    assert_eq!(bench.read("rest.csv"), "name,x,y\nc,50,50\n");
    assert_eq!(bench.read("out.csv"), MATCHES);
    // With k, an unmatched point still has one row.
    let out = bench.run(&format!("{LINE} --k 2 --unmatched rest.csv")).ok();
    assert_eq!(out.lines().count(), 1 + 1 + 1 + 2); // d is near both
    assert_eq!(bench.read("rest.csv"), "name,x,y\nc,50,50\n");
}

#[test]
fn they_come_as_they_were() {
    let bench = Bench::new();
    let points = "\u{feff}name,name,x,y\r\n\"a, b\",\"two\nlines\",50,050.0\r\n,,nan,1\r\n";
    bench.write("points.csv", points);
    let line = format!("{LINE} --on-invalid unmatched -o out.csv --unmatched rest.csv");
    bench.run(&line).ok();
    let rest = "name,name,x,y\n\"a, b\",\"two\nlines\",50,050.0\n,,nan,1\n";
    assert_eq!(bench.read("rest.csv"), rest);
    assert_eq!(bench.read("out.csv"), "name,name_2,x,y,polygon,distance\n");
    // If all points match, the file holds only the header.
    bench.write("points.csv", "x,y\n1,1\n");
    bench.run(&line).ok();
    assert_eq!(bench.read("rest.csv"), "x,y\n");
}

#[test]
fn features_come_as_they_were() {
    let bench = Bench::new();
    let feature = r#"{"type":"Feature","geometry":{"type":"Point","coordinates":[50,50,2]},"id":"p","properties":{"t":"a","polygon":[1],"u":null}}"#;
    let near = r#"{"type":"Feature","geometry":{"type":"Point","coordinates":[1,1]},"properties":{"u":1}}"#;
    let nowhere = r#"{"type":"Feature","geometry":null,"properties":null}"#;
    let all = format!(r#"{{"type":"FeatureCollection","features":[{feature},{near},{nowhere}]}}"#);
    bench.write("points.geojson", all);
    let line = "match points.geojson zones.csv --near covers --on-invalid unmatched";
    let out = bench.run(&format!("{line} --unmatched rest.json --fields name")).ok();
    assert_eq!(out, "id,t,polygon,u,x,y,polygon_polygon,name,distance\n,,,1,1.0,1.0,1,small,0.0\n");
    let rest: serde_json::Value = serde_json::from_str(&bench.read("rest.json")).expect("JSON");
    let features = rest["features"].as_array().expect("features");
    let expected: serde_json::Value = serde_json::from_str(feature).expect("JSON");
    assert_eq!(features[0], expected);
    assert_eq!((features.len(), &features[1]["geometry"]), (2, &serde_json::Value::Null));
    // Another extension names another format.
    bench.run(&format!("{line} --unmatched rest.csv")).ok();
    assert_eq!(bench.read("rest.csv"), "id,t,polygon,u,x,y\np,a,[1],,50.0,50.0\n,,,,,\n");
}

#[test]
fn they_may_be_what_stdout_is_for() {
    let bench = Bench::new();
    let line = "match - zones.csv --points-format csv --max-dist 4 -o out.csv --unmatched -";
    assert_eq!(bench.run_with_stdin(line, POINTS).ok(), "name,x,y\nc,50,50\n");
    assert_eq!(bench.read("out.csv"), MATCHES.replace("c,50,50,,\n", ""));
}

#[test]
fn both_files_appear_or_none() {
    let bench = Bench::new();
    bench.write("out.csv", "old");
    bench.write("rest.csv", "old");
    let files = "-o out.csv --unmatched rest.csv";
    bench.write("points.csv", "x,y\n1,2\n3,nan\n");
    bench.run(&format!("{LINE} {files}")).fails("line 3");
    assert_eq!((bench.read("out.csv"), bench.read("rest.csv")), ("old".into(), "old".into()));
    bench.write("points.csv", POINTS);
    bench.run(&format!("{LINE} -o out.csv --unmatched none/rest.csv")).fails("none: No such file");
    assert_eq!(bench.read("out.csv"), "old");
    assert_eq!(bench.names(), ["out.csv", "points.csv", "rest.csv", "zones.csv"]);
}

/// If the other file cannot be written, nothing goes to stdout either.
#[test]
#[cfg(target_os = "linux")]
fn a_full_disk_leaves_neither() {
    let bench = Bench::new();
    let line = format!("{LINE} --unmatched /dev/full");
    bench.run(&line).fails("poly-match: /dev/full: No space left on device");
    bench.run(&format!("{line} -o out.csv")).fails("/dev/full");
    assert_eq!(bench.names(), ["points.csv", "zones.csv"]);
}
