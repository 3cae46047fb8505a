//! Tests of the formats: what the program reads from each, and what it writes.

use serde_json::{Value, json};

use crate::bench::{Bench, MATCHES, POINTS, ZONES};

const LINE: &str = "match points.csv zones.csv --max-dist 4";

fn parsed(text: &str) -> Value {
    serde_json::from_str(text).expect("JSON")
}

#[test]
fn every_row_comes_back_with_its_match() {
    let bench = Bench::new();
    let ran = bench.run(LINE);
    assert!(
        ran.stderr.contains("4 points, 3 matched, 1 unmatched; 2 polygons; "),
        "{}",
        ran.stderr
    );
    assert_eq!(ran.stderr.lines().count(), 1);
    assert_eq!(ran.ok(), MATCHES);
}

#[test]
fn the_rule_is_strict_and_the_smallest_area_wins() {
    let bench = Bench::new();
    let column = |max_dist: &str| {
        let out = bench.run(&format!("match points.csv zones.csv --max-dist {max_dist}")).ok();
        let fields = |line: &str| line.split(',').nth(3).expect("four").to_owned();
        out.lines().skip(1).map(fields).collect::<Vec<_>>()
    };
    assert_eq!(column("3"), ["1", "", "", "1"]); // b is at exactly 3
    assert_eq!(column("3.0000000001"), ["1", "0", "", "1"]);
    assert_eq!(column("0"), ["", "", "", ""]);
    assert_eq!(column("inf"), ["1", "1", "1", "1"]);
}

#[test]
fn fields_and_ids_are_added_and_clashes_get_a_prefix() {
    let bench = Bench::new();
    let out = bench.run(&format!("{LINE} --id id --fields name,wkt --how inner")).ok();
    let mut lines = out.lines();
    assert_eq!(lines.next(), Some("name,x,y,polygon,polygon_id,polygon_name,wkt,distance"));
    let expected = "a,1,1,1,S,small,\"POLYGON ((1 1, 2 1, 2 2, 1 2, 1 1))\",0.7071067811865476";
    assert_eq!(lines.next(), Some(expected));
    assert_eq!(lines.count(), 2); // b and d; c has no match
}

#[test]
fn geojson_comes_out() {
    let bench = Bench::new();
    bench.run(&format!("{LINE} --id id --fields name -o out.geojson")).ok();
    let text = bench.read("out.geojson");
    assert_eq!(text.lines().count(), 6); // a feature on a line
    let out = parsed(&text);
    assert_eq!(
        out["features"][1],
        json!({
            "type": "Feature",
            "geometry": {"type": "Point", "coordinates": [8, 5]},
            "properties": {
                "name": "b", "x": 8, "y": 5,
                "polygon": 0, "polygon_id": "L", "polygon_name": "large", "distance": 3.0,
            },
        })
    );
    let empty = json!({"name": "c", "x": 50, "y": 50, "polygon": null, "polygon_id": null,
        "polygon_name": null, "distance": null});
    assert_eq!(out["features"][2]["properties"], empty);
    let inner = parsed(&bench.run(&format!("{LINE} --how inner --output-format geojson")).ok());
    assert_eq!(inner["features"].as_array().map(Vec::len), Some(3));
}

const GEOJSON: &str = r#"{
  "crs": null,
  "features": [
    {"type": "Feature", "id": "L", "properties": {"name": "large", "n": 1.50, "o": {"k": [1]}},
     "geometry": {"type": "Polygon", "coordinates": [[[0,0],[10,0],[10,10],[0,10],[0,0]]]}},
    {"type": "Feature", "id": 7, "properties": null,
     "geometry": {"type": "MultiPolygon", "coordinates":
       [[[[1,1,9],[2,1,9],[2,2,9],[1,2,9],[1,1,9]]]]}}
  ],
  "type": "FeatureCollection"
}"#;

#[test]
fn geojson_polygons_go_in() {
    let bench = Bench::new();
    bench.write("zones.geojson", format!("\u{feff}{GEOJSON}"));
    let line = "match points.csv zones.geojson --planar --max-dist 4 --fields n,o";
    let out = bench.run(line).ok();
    let expected = "\
name,x,y,polygon,polygon_id,n,o,distance
a,1,1,1,7,,,0.7071067811865476
b,8,5,0,L,1.5,\"{\"\"k\"\":[1]}\",3.0
c,50,50,,,,,
d,3,3,1,7,,,2.1213203435596424
";
    assert_eq!(out, expected);
    let out = parsed(&bench.run(&format!("{line} --output-format geojson")).ok());
    assert_eq!(out["features"][1]["properties"]["o"], json!({"k": [1]}));
    assert_eq!(out["features"][0]["properties"]["polygon_id"], json!(7));
    // A property can be used as the id.
    let out = bench.run("match points.csv zones.geojson --planar --max-dist 4 --id name").ok();
    assert!(out.contains("b,8,5,0,large,3.0"), "{out}");
}

#[test]
fn a_single_feature_and_a_bare_geometry_are_polygons_too() {
    let bench = Bench::new();
    let geometry = r#"{"type":"Polygon","coordinates":[[[0,0],[10,0],[10,10],[0,10],[0,0]]]}"#;
    let feature = format!(r#"{{"type":"Feature","properties":{{}},"geometry":{geometry}}}"#);
    for json in [geometry, &feature] {
        bench.write("zones.json", json);
        let out = bench.run("match points.csv zones.json --planar --max-dist 4").ok();
        assert!(out.contains("b,8,5,0,3.0"), "{out}");
    }
}

#[test]
fn geojson_points_keep_their_features() {
    let bench = Bench::new();
    let points = r#"{"type":"FeatureCollection","features":[
        {"type":"Feature","id":"p","properties":{"t":"a,b","polygon":true},
         "geometry":{"type":"Point","coordinates":[8,5,2]}},
        {"type":"Feature","properties":{"u":null},
         "geometry":{"type":"Point","coordinates":[50,50]}}]}"#;
    bench.write("points.geojson", points);
    let line = "match points.geojson zones.csv --planar --max-dist 4";
    let csv = "\
id,t,polygon,u,x,y,polygon_polygon,distance
p,\"a,b\",true,,8.0,5.0,0,3.0
,,,,50.0,50.0,,
";
    assert_eq!(bench.run(line).ok(), csv);
    let out = parsed(&bench.run(&format!("{line} --output-format geojson")).ok());
    assert_eq!(
        out["features"],
        json!([
            {"type": "Feature", "id": "p",
             "geometry": {"type": "Point", "coordinates": [8, 5, 2]},
             "properties": {"t": "a,b", "polygon": true, "u": null, "polygon_polygon": 0,
                "distance": 3.0}},
            {"type": "Feature",
             "geometry": {"type": "Point", "coordinates": [50, 50]},
             "properties": {"t": null, "polygon": null, "u": null, "polygon_polygon": null,
                "distance": null}},
        ])
    );
}

#[test]
fn csv_comes_in_many_shapes() {
    let bench = Bench::new();
    for points in [
        POINTS.replace('\n', "\r\n"),
        format!("\u{feff}{POINTS}"),
        POINTS.trim_end().to_owned(),
        POINTS.replace("name,x,y", "name,Easting,NORTHING"),
        POINTS.replace(",5\n", ", 5 \n").replace("name,x,y", "name,\"x\",\" y\""),
        POINTS.replace("\na", "\n\n\n\"a\""),
    ] {
        bench.write("points.csv", &points);
        let out = bench.run(LINE).ok();
        let last = |text: &str| -> Vec<String> {
            text.lines().skip(1).map(|line| line.rsplit(',').take(2).collect()).collect()
        };
        assert_eq!(last(&out), last(MATCHES), "{points:?}");
    }
    bench.write("points.csv", "x,y,text\n1,1,\"two\nlines, \"\"quoted\"\"\"\n");
    let out = bench.run(LINE).ok();
    assert!(out.contains("1,1,\"two\nlines, \"\"quoted\"\"\",1,0.7"), "{out}");
}

#[test]
fn no_rows_are_no_error() {
    let bench = Bench::new();
    bench.write("none.csv", "x,y\n");
    bench.write("no_zones.csv", "wkt,name\n");
    bench.write("none.geojson", r#"{"type":"FeatureCollection","features":[]}"#);
    assert_eq!(bench.run("match none.csv zones.csv --max-dist 1").ok(), "x,y,polygon,distance\n");
    for zones in ["no_zones.csv", "none.geojson"] {
        let line = format!("match points.csv {zones} --planar --max-dist 1 --fields name -q");
        let out = bench.run(&format!("{line} --plot a.png")).ok();
        assert_eq!(out.lines().nth(1), Some("a,1,1,,,"));
    }
    let line = "match none.geojson none.geojson --planar --max-dist 1 -o o.geojson --plot p.svg";
    bench.run(line).ok();
    assert_eq!(parsed(&bench.read("o.geojson"))["features"], json!([]));
}

#[test]
fn holes_parts_and_the_closing_vertex_count_as_they_should() {
    let bench = Bench::new();
    // The ring has the area 100 - 98.01 = 1.99, the corners 2. Without its hole the ring would lose.
    let zones = "\
wkt,name
\"POLYGON ((0 0, 10 0, 10 10, 0 10, 0 0), (0.05 0.05, 9.95 0.05, 9.95 9.95, 0.05 9.95, 0.05 0.05))\",ring
\"MULTIPOLYGON (((0 0, 1 0, 1 1, 0 1, 0 0)), ((9 9, 10 9, 10 10, 9 10, 9 9)))\",corners
";
    bench.write("zones.csv", zones);
    bench.write("points.csv", "x,y\n5,5\n");
    let out = bench.run("match points.csv zones.csv --max-dist 0.001 --fields name").ok();
    assert_eq!(out, "x,y,polygon,name,distance\n5,5,0,ring,0.0\n");
}

#[test]
fn the_answer_does_not_depend_on_the_workers() {
    let bench = Bench::new();
    let mut points = String::from("x,y\n");
    for i in 0..100_000 {
        points += &format!("{},{}\n", i % 613, i / 613);
    }
    let mut zones = String::from("wkt\n");
    for i in 0..2000 {
        let (x, y) = (f64::from(i * 7 % 600), f64::from(i * 13 % 160));
        zones += &format!("\"POLYGON (({x} {y}, {} {y}, {x} {}))\"\n", x + 1.5, y + 2.5);
    }
    bench.write("points.csv", points);
    bench.write("zones.csv", zones);
    let one = bench.run(&format!("{LINE} --workers 1")).ok();
    assert_eq!(one.lines().count(), 100_001);
    for workers in [2, 7, 100_000] {
        assert_eq!(bench.run(&format!("{LINE} --workers {workers}")).ok(), one, "{workers}");
    }
}

#[test]
fn stdin_and_stdout_are_files_like_any_other() {
    let bench = Bench::new();
    let line = "match - zones.csv --points-format csv --max-dist 4 -o -";
    assert_eq!(bench.run_with_stdin(line, POINTS).ok(), MATCHES);
    let line = "match points.csv - --polygons-format csv --max-dist 4";
    assert_eq!(bench.run_with_stdin(line, ZONES).ok(), MATCHES);
    let ran = bench.run_with_stdin("match points.csv - --polygons-format csv --max-dist 4", "a\n1");
    ran.fails("poly-match: <stdin>: ");
}
