//! Rows that hold no polygon or no point: an error with the place, or skipped and counted.

use serde_json::{Value, json};

use crate::bench::Bench;

const SQUARE: &str = r#"{"type":"Polygon","coordinates":[[[0,0],[9,0],[9,9],[0,9],[0,0]]]}"#;

fn collection(geometries: &[&str]) -> String {
    let feature = |geometry: &&str| {
        format!(r#"{{"type":"Feature","properties":{{"n":1}},"geometry":{geometry}}}"#)
    };
    let features: Vec<_> = geometries.iter().map(feature).collect();
    format!(r#"{{"type":"FeatureCollection","features":[{}]}}"#, features.join(","))
}

/// Geometries that hold no polygon, and what an error calls them.
const NO_POLYGONS: [(&str, &str); 13] = [
    ("null", "null"),
    ("{}", "null"),
    (r#"{"type":"Polygon","coordinates":[]}"#, "an empty Polygon"),
    (r#"{"type":"Polygon","coordinates":[[]]}"#, "an empty Polygon"),
    (r#"{"type":"Polygon"}"#, "an empty Polygon"),
    (r#"{"type":"MultiPolygon","coordinates":[]}"#, "an empty MultiPolygon"),
    (r#"{"type":"MultiPolygon","coordinates":[[]]}"#, "an empty MultiPolygon"),
    (r#"{"type":"GeometryCollection","geometries":[]}"#, "a GeometryCollection without polygons"),
    (
        r#"{"type":"GeometryCollection","geometries":[{"type":"Point","coordinates":[1,2]}]}"#,
        "a GeometryCollection without polygons",
    ),
    (r#"{"type":"Point","coordinates":[1,2]}"#, "a Point"),
    (r#"{"type":"MultiPoint","coordinates":[[1,2]]}"#, "a MultiPoint"),
    (r#"{"type":"LineString","coordinates":[[1,2],[3,4]]}"#, "a LineString"),
    (r#"{"type":"Circle","radius":3}"#, "null"),
];

#[test]
fn features_without_a_polygon() {
    let bench = Bench::new();
    for (geometry, got) in NO_POLYGONS {
        bench.write("z.geojson", collection(&[geometry, SQUARE, geometry]));
        let line = "match points.csv z.geojson --near covers";
        let expected = format!(
            "z.geojson: features[0]: expected a Polygon or MultiPolygon, got {got}; \
             --on-invalid skip passes over such polygons"
        );
        bench.run(line).fails(&expected);
        let ran = bench.run(&format!("{line} --on-invalid skip --fields n"));
        assert!(ran.stderr.contains("; 3 polygons (2 skipped); "), "{}", ran.stderr);
        let expected = "name,x,y,polygon,n,distance\na,1,1,1,1,0.0\nb,8,5,1,1,0.0\nc,50,50,,,\nd,3,3,1,1,0.0\n";
        assert_eq!(ran.ok(), expected, "{geometry}");
    }
}

#[test]
fn rows_of_wkt_without_a_polygon() {
    let bench = Bench::new();
    for (cell, got) in [
        ("", "null"),
        ("POLYGON EMPTY", "an empty Polygon"),
        ("MULTIPOLYGON EMPTY", "an empty MultiPolygon"),
        ("POINT (1 2)", "a Point"),
        ("LINESTRING (1 2, 3 4)", "a LineString"),
        ("CURVEPOLYGON EMPTY", "a CURVEPOLYGON"),
        ("GEOMETRYCOLLECTION EMPTY", "a GeometryCollection without polygons"),
    ] {
        let rows = format!("name,wkt\nnone,\"{cell}\"\nsquare,\"POLYGON((0 0,9 0,9 9,0 9))\"\n");
        bench.write("z.csv", rows);
        let line = "match points.csv z.csv --near center --max-dist 9 --best max:name";
        let ran = bench.run(&line.replace("max:name", "first"));
        ran.fails(&format!("z.csv: line 2: expected a Polygon or MultiPolygon, got {got};"));
        let ran = bench
            .run(&format!("{line} --on-invalid skip --fields name").replace("max:name", "first"));
        assert!(ran.stderr.contains("; 2 polygons (1 skipped); "), "{}", ran.stderr);
        assert!(ran.ok().contains("\na,1,1,1,square,"), "{cell}");
    }
}

#[test]
fn the_key_and_the_label_of_a_skipped_polygon_do_not_count() {
    let bench = Bench::new();
    let rows = "p,level,wkt\n,,\n7,1,\"POLYGON((0 0,9 0,9 9,0 9))\"\nhigh,2,POINT(1 1)\n";
    bench.write("z.csv", rows);
    bench.write("points.csv", "x,y,floor\n1,1,1\n1,1,2\n");
    let line = "match points.csv z.csv --near covers --best max:p --on-invalid skip";
    assert_eq!(bench.run(line).ok(), "x,y,floor,polygon,distance\n1,1,1,1,0.0\n1,1,2,1,0.0\n");
    let out = bench.run(&format!("{line} --group-by floor=level --plot p.png")).ok();
    assert_eq!(out, "x,y,floor,polygon,distance\n1,1,1,1,0.0\n1,1,2,,\n");
}

#[test]
fn a_malformed_polygon_is_always_an_error() {
    let bench = Bench::new();
    for (geometry, cause) in [
        (r#"{"type":"Polygon","coordinates":[[[0,0],[null,0],[9,9]]]}"#, "vertex 1 must be finite"),
        (r#"{"type":"Polygon","coordinates":{"x":1}}"#, "expected an array of coordinates"),
        (r#"{"coordinates":[[[0,0],[9,0],[9,9]]]}"#, "must have a \"type\""),
    ] {
        bench.write("z.geojson", collection(&[geometry]));
        bench.run("match points.csv z.geojson --near covers --on-invalid skip").fails(cause);
    }
    bench.write("z.csv", "wkt\n\"POLYGON((0 0,1 0\"\n");
    bench.run("match points.csv z.csv --near covers --on-invalid skip").fails("malformed WKT");
}

/// Geometries that hold no point, and what an error calls them.
const NO_POINTS: [(&str, &str); 11] = [
    ("null", "expected a Point, got null"),
    ("{}", "expected a Point, got null"),
    (r#"{"type":"Point"}"#, "expected a Point, got an empty Point"),
    (r#"{"type":"Point","coordinates":[]}"#, "expected a Point, got an empty Point"),
    (r#"{"type":"Point","coordinates":[null,null]}"#, "expected a Point, got an empty Point"),
    (r#"{"type":"Point","coordinates":[1]}"#, "must be finite numbers"),
    (r#"{"type":"Point","coordinates":["1","2"]}"#, "expected a Point, got an empty Point"),
    (r#"{"type":"Point","coordinates":[NaN,2]}"#, "must be finite numbers"),
    (r#"{"type":"MultiPoint","coordinates":[[1,1],[2,2]]}"#, "got a MultiPoint of 2 positions"),
    (r#"{"type":"GeometryCollection","geometries":[]}"#, "got a GeometryCollection without points"),
    (SQUARE, "expected a Point, got a Polygon"),
];

#[test]
fn features_without_a_point() {
    let bench = Bench::new();
    bench.write("z.geojson", SQUARE);
    let point = r#"{"type":"Point","coordinates":[1,1,400]}"#;
    for (geometry, cause) in NO_POINTS {
        bench.write("p.geojson", collection(&[point, geometry, point]));
        let line = "match p.geojson z.geojson --near covers";
        let ran = bench.run(line);
        ran.fails("p.geojson: features[1]: ");
        ran.fails(cause);
        ran.fails("; --on-invalid skip passes over such points");
        for word in ["skip", "unmatched"] {
            let ran = bench.run(&format!("{line} --on-invalid {word} --output-format geojson"));
            let counted = "3 points, 2 matched, 1 unmatched (1 without usable coordinates)";
            assert!(ran.stderr.contains(counted), "{}", ran.stderr);
            let out: Value = serde_json::from_str(&ran.ok()).expect("JSON");
            let positions: Vec<_> =
                (0..3).map(|i| &out["features"][i]["properties"]["polygon"]).collect();
            assert_eq!(positions, [&json!(0), &json!(null), &json!(0)]);
            assert_eq!(out["features"][0]["geometry"]["coordinates"], json!([1, 1, 400]));
        }
    }
}

#[test]
fn a_multipoint_of_one_and_a_collection_with_one_are_points() {
    let bench = Bench::new();
    bench.write("z.geojson", SQUARE);
    let polygon_and_point = format!(
        r#"{{"type":"GeometryCollection","geometries":[{SQUARE},{{"type":"Point","coordinates":[1,1]}}]}}"#
    );
    let multi = r#"{"type":"MultiPoint","coordinates":[[1,1]]}"#;
    bench.write("p.geojson", collection(&[multi, &polygon_and_point]));
    let out = bench.run("match p.geojson z.geojson --near covers").ok();
    assert_eq!(out, "n,x,y,polygon,distance\n1,1.0,1.0,0,0.0\n1,1.0,1.0,0,0.0\n");
}

#[test]
fn one_file_of_points_lines_and_polygons() {
    let bench = Bench::new();
    let point = r#"{"type":"Point","coordinates":[1,1]}"#;
    let line = r#"{"type":"LineString","coordinates":[[0,0],[1,1]]}"#;
    bench.write("map.geojson", collection(&[line, point, SQUARE]));
    let ran = bench.run("match map.geojson map.geojson --near covers --on-invalid skip -o o.csv");
    assert!(ran.stderr.contains("3 points, 1 matched, 2 unmatched (2 without usable coordinates); 3 polygons (2 skipped)"), "{}", ran.stderr);
    ran.ok();
    assert_eq!(bench.read("o.csv"), "n,x,y,polygon,distance\n1,,,,\n1,1.0,1.0,2,0.0\n1,,,,\n");
}

#[test]
fn properties_that_are_not_finite_are_null() {
    let bench = Bench::new();
    let feature = |value: &str| {
        let properties = format!(r#"{{"name":"NaN","v":{value},"list":[{value}]}}"#);
        format!(r#"{{"type":"Feature","properties":{properties},"geometry":{SQUARE}}}"#)
    };
    for value in ["NaN", "Infinity", "-Infinity"] {
        bench.write("z.geojson", feature(value));
        let line = "match points.csv z.geojson --near covers --how inner --fields name,v,list";
        let out = bench.run(&format!("{line} --output-format geojson")).ok();
        let out: Value = serde_json::from_str(&out).expect("JSON");
        let properties = &out["features"][0]["properties"];
        assert_eq!(properties["polygon_name"], "NaN");
        assert_eq!((&properties["v"], &properties["list"]), (&json!(null), &json!([null])));
    }
}
