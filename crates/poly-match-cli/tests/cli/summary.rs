//! The number of points of each polygon: the verb `summary`, `match --summary`, and `--stats-json`.

use serde_json::{Value, json};

use crate::bench::{Bench, MATCHES};

const QUESTION: &str = "points.csv zones.csv --max-dist 4 --id id --fields name";

/// Points a and d match the small zone, b the large one, and c none.
const SUMMARY: &str = "\
polygon,polygon_id,name,count,share,mean_distance
0,L,large,1,0.25,3.0
1,S,small,2,0.5,1.414213562373095
";

#[test]
fn every_polygon_has_a_row() {
    let bench = Bench::new();
    let ran = bench.run(&format!("summary {QUESTION}"));
    assert!(ran.stderr.contains("4 points, 3 matched, 1 unmatched; 2 polygons"), "{ran:?}");
    assert_eq!(ran.ok(), SUMMARY);
    // A polygon without points, and no points at all.
    bench.write("points.csv", "x,y\n50,50\n");
    let none = bench.run(&format!("summary {QUESTION}")).ok();
    assert!(none.ends_with("\n0,L,large,0,0.0,\n1,S,small,0,0.0,\n"), "{none}");
    bench.write("points.csv", "x,y\n");
    let none = bench.run(&format!("summary {QUESTION}")).ok();
    assert!(none.ends_with("\n0,L,large,0,,\n1,S,small,0,,\n"), "{none}");
}

#[test]
fn a_match_writes_it_in_the_same_pass() {
    let bench = Bench::new();
    let line = "match points.csv zones.csv --max-dist 4 -o out.csv --summary counts.csv";
    bench.run(&format!("{line} --id id --fields name --workers 1")).ok();
    assert_eq!(bench.read("counts.csv"), SUMMARY);
    bench.run(line).ok();
    assert_eq!(bench.read("out.csv"), MATCHES);
    // Which rows are written does not change the counts.
    for more in ["--how inner", "--unmatched rest.csv", "--k 1"] {
        bench.run(&format!("{line} --id id --fields name {more}")).ok();
        assert_eq!(bench.read("counts.csv"), SUMMARY, "{more}");
    }
}

#[test]
fn later_matches_count_too() {
    let bench = Bench::new();
    // b is near the large zone alone; a, at 5.66 from it, is not.
    let counts = bench.run("summary points.csv zones.csv --max-dist 4 --k 2").ok();
    assert_eq!(
        counts,
        "polygon,count,share,mean_distance\n0,2,0.5,2.914213562373095\n1,2,0.5,1.414213562373095\n"
    );
}

#[test]
fn names_that_are_taken_get_a_prefix() {
    let bench = Bench::new();
    let line = "summary points.csv zones.csv --near covers --fields name:count,id:polygon";
    let counts = bench.run(line).ok();
    let header = counts.lines().next().expect("a header");
    assert_eq!(header, "polygon,polygon_count,polygon_polygon,count,share,mean_distance");
}

#[test]
fn features_have_the_polygons_themselves() {
    let bench = Bench::new();
    let text = bench.run(&format!("summary {QUESTION} --output-format geojson")).ok();
    let features: Value = serde_json::from_str(&text).expect("JSON");
    let ring = json!([[[0, 0], [10, 0], [10, 10], [0, 10], [0, 0]]]);
    let expected = json!({
        "type": "Feature",
        "geometry": {"type": "Polygon", "coordinates": ring},
        "properties": {
            "polygon": 0, "polygon_id": "L", "name": "large",
            "count": 1, "share": 0.25, "mean_distance": 3.0,
        },
    });
    assert_eq!(features["features"][0], expected);
    // Circles have outlines, too.
    bench.write("circles.csv", "x,y,radius\n0,0,2\n9,9,inf\n");
    let line = "summary points.csv circles.csv --circles radius --output-format geojsonl";
    let text = bench.run(line).ok();
    let circles: Vec<Value> =
        text.lines().map(|line| serde_json::from_str(line).expect("JSON")).collect();
    let outline = &circles[0]["geometry"]["coordinates"][0];
    assert_eq!(outline.as_array().map(Vec::len), Some(181));
    assert_eq!(
        (&circles[1]["geometry"], &circles[1]["properties"]["count"]),
        (&Value::Null, &json!(3))
    );
}

#[test]
fn a_saved_matcher_has_no_outlines_for_it() {
    let bench = Bench::new();
    bench.run("index zones.csv --near covers --fields name -o zones.plym").ok();
    let counts = bench.run("summary points.csv zones.plym").ok();
    assert_eq!(counts.lines().next(), Some("polygon,name,count,share,mean_distance"));
    bench.run("summary points.csv zones.plym -o a.geojson").is_wrong_usage(
        "a.geojson needs the outlines of the polygons, and zones.plym does not hold them",
    );
    let line = "match points.csv zones.plym -o a.csv --summary a.gpkg";
    bench.run(line).is_wrong_usage("a.gpkg needs the outlines");
}

#[test]
fn batches_and_threads_do_not_change_a_bit() {
    let bench = Bench::new();
    let rows: String = (0..300_000)
        .map(|i| format!("{},{}\n", f64::from(i % 977) / 97.0, f64::from(i % 89) / 9.0))
        .collect();
    bench.write("points.csv", format!("x,y\n{rows}"));
    let line = "summary points.csv zones.csv --near boundary --best nearest";
    let one = bench.run(&format!("{line} --workers 1")).ok();
    assert_eq!(bench.run(&format!("{line} --workers 3")).ok(), one);
    bench.run("match points.csv zones.csv --max-dist 0 -o points.parquet").ok();
    let parquet =
        bench.run(&format!("{} --workers 2", line.replace("points.csv", "points.parquet")));
    assert_eq!(parquet.ok(), one);
}

#[test]
fn figures_are_written_as_json() {
    let bench = Bench::new();
    bench.run(&format!("match {QUESTION} -o out.csv --stats-json stats.json")).ok();
    let stats: Value = serde_json::from_str(&bench.read("stats.json")).expect("JSON");
    for (name, value) in [
        ("points", json!(4)),
        ("matched", json!(3)),
        ("unmatched", json!(1)),
        ("invalid", json!(0)),
        ("polygons", json!(2)),
        ("polygons_matched", json!(2)),
        ("points_extent", json!([1.0, 1.0, 50.0, 50.0])),
        ("polygons_extent", json!([0.0, 0.0, 10.0, 10.0])),
    ] {
        assert_eq!(stats[name], value, "{name}");
    }
    assert!(stats["seconds"].as_f64().is_some_and(|seconds| seconds > 0.0));
    let line = format!("summary {QUESTION} -o counts.csv --stats-json - --quiet");
    let stats: Value = serde_json::from_str(&bench.run(&line).ok()).expect("JSON");
    assert_eq!(stats["matched"], json!(3));
    bench.run(&format!("match {QUESTION} --stats-json -")).is_wrong_usage("both go to stdout");
}

#[test]
fn nothing_appears_if_one_file_cannot_be_written() {
    let bench = Bench::new();
    let line = format!("match {QUESTION} -o out.csv --summary none/counts.csv");
    bench.run(&line).fails("none: No such file");
    let line = format!("match {QUESTION} -o out.csv --summary counts.csv --stats-json none/s.json");
    bench.run(&line).fails("none: No such file");
    assert_eq!(bench.names(), ["points.csv", "zones.csv"]);
}
