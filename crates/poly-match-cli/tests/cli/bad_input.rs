//! Tests of invalid input: one line with the file, the place and the cause, and exit status 1.

use std::fs;

use crate::bench::Bench;

/// Runs with `points.csv` made of `content`.
fn points(content: impl AsRef<[u8]>) -> crate::bench::Ran {
    let bench = Bench::new();
    bench.write("points.csv", content);
    bench.run("match points.csv zones.csv --max-dist 4")
}

/// Runs with one row of WKT, on line 2.
fn zone(wkt: &str) -> crate::bench::Ran {
    let bench = Bench::new();
    bench.write("zones.csv", format!("wkt\n\"{wkt}\"\n"));
    bench.run("match points.csv zones.csv --max-dist 4")
}

/// Runs with polygons in GeoJSON.
fn geojson(content: impl AsRef<[u8]>) -> crate::bench::Ran {
    let bench = Bench::new();
    bench.write("zones.geojson", content);
    bench.run("match points.csv zones.geojson --max-dist 4 --planar")
}

const FEATURE: &str = r#"{"type":"Feature","properties":{"NAME":"n"},
    "geometry":{"type":"Polygon","coordinates":[[[0,0],[1,0],[1,1],[0,0]]]}}"#;

fn features(features: &[&str]) -> String {
    format!(r#"{{"type":"FeatureCollection","features":[{}]}}"#, features.join(","))
}

#[test]
fn files_that_are_not_there() {
    let bench = Bench::new();
    let line = "match points.csv none.csv --max-dist 4";
    bench.run(line).fails("poly-match: none.csv: No such file or directory");
    for wrong in ["point.csv zones.csv", "./Points.csv zones.csv", "points.csv zone.csv"] {
        let ran = bench.run(&format!("match {wrong} --max-dist 4"));
        ran.fails("s.csv?");
        assert!(ran.stderr.contains("; did you mean "), "{ran:?}");
    }
    bench.write("zones.plym", "");
    bench.run("match points.csv zonse.plym").fails("did you mean zones.plym?");
    let line = "match none.csv zones.csv --max-dist 4";
    bench.run(line).fails("poly-match: none.csv: No such file or directory");
    fs::create_dir(bench.file("d.csv")).expect("a directory");
    bench.run("match d.csv zones.csv --max-dist 4").fails("d.csv: the folder has no files");
}

#[test]
fn csv_that_is_malformed() {
    points("").fails("points.csv: the file is empty");
    points("\n\n").fails("points.csv: the file is empty");
    points("x,y\n1,2\n3\n").fails("points.csv: line 3: expected 2 fields as in the header, got 1");
    points("x,y\r\n1,2\r\n\r\n3,4,5\r\n").fails("points.csv: line 4: expected 2 fields");
    points("x,y,t\n1,2,\"a\nb\"\n3,4\n").fails("points.csv: line 4: expected 3 fields");
    points("x,y,t\n1,2,a\n3,4,\"b\n").fails("points.csv: line 3: a quote opens a field here");
    points(b"x,y,t\n1,2,a\n3,4,\xff\n").fails("points.csv: line 3: field 3 is not valid UTF-8");
}

#[test]
fn columns_that_are_not_clear() {
    points("a,b\n1,2\n").fails(r#"use --x and --y; found "a", "b""#);
    points("x,y,lon,lat\n1,2,3,4\n").fails("more than one pair of columns looks like coordinates");
    let bench = Bench::new();
    let line = "match points.csv zones.csv --max-dist 4";
    bench
        .run(&format!("{line} --x u --y y"))
        .fails(r#"points.csv: there is no column "u"; found "name", "x", "y""#);
    bench.run(&format!("{line} --wkt u")).fails(r#"zones.csv: there is no column "u"; found "id""#);
    bench.run(&format!("{line} --fields nmae")).fails(r#""wkt"; did you mean "name"?"#);
    bench.run(&format!("{line} --fields u")).fails(r#"zones.csv: there is no column "u""#);
    bench.run(&format!("{line} --id u")).fails(r#"zones.csv: there is no column "u""#);
    bench.write("zones.csv", "a,b\n1,2\n");
    bench
        .run(line)
        .fails(r#"zones.csv: no column looks like geometry: use --geometry; found "a", "b""#);
}

#[test]
fn coordinates_that_are_no_numbers() {
    for bad in ["", "NaN", "inf", "-infinity", "1e999", "abc", "0x10", "1 2"] {
        points(format!("x,y\n1,2\n3,{bad}\n"))
            .fails(&format!("points.csv: line 3: \"y\" must be a finite number, got {bad:?}"));
    }
    points("x,y\n\"1,5\",2\n").fails(r#"line 2: "x" must be a finite number, got "1,5""#);
    let long = "9".repeat(100_000) + "x";
    assert!(points(format!("x,y\n1,{long}\n")).stderr.len() < 300);
}

/// A message quotes only a short piece of the input.
#[test]
fn messages_are_short() {
    let bench = Bench::new();
    let long = "a".repeat(5_000_000);
    let csv = "match long.csv zones.csv --max-dist 4";
    for (text, end) in [
        (format!("{long}\n1\n"), "…\""),
        (format!("{}\n1\n", "a,".repeat(10_000)), "and 9989 more"),
        (format!("{}\n1\n", "a,".repeat(100_000)), "a table of 100001 columns needs "),
        (format!("x,y,{long}\n1,{long},3\n"), "…\"; --on-invalid skip passes over such points"),
        (format!("x,x,y,{long}\n1,{long},3\n"), "use --x and --y"),
    ] {
        bench.write("long.csv", &text);
        let ran = bench.run(csv);
        ran.fails(end);
        assert!(ran.stderr.len() < 2000, "{}", ran.stderr.len());
    }
    let feature = |geometry: &str, more: &str| {
        let properties = format!(r#""properties":{{"{long}":"{long}"}}"#);
        features(&[&format!(r#"{{"type":"Feature","geometry":{geometry},{properties}{more}}}"#)])
    };
    let point = r#"{"type":"Point","coordinates":[1,2]}"#;
    for text in [
        format!(r#"{{"type":"{long}"}}"#),
        format!(r#"{{"{long}":"{long}"}}"#),
        format!(r#""{long}""#),
        format!(r#"{{"type":"FeatureCollection","features":"{long}"}}"#),
        format!(r#"{{"type":"FeatureCollection","features":["{long}"]}}"#),
        format!(r#"{{"type":"FeatureCollection","features":[{{"type":"{long}"}}]}}"#),
        feature(&format!(r#"{{"type":"{long}","coordinates":[]}}"#), ""),
        feature(&format!(r#"{{"type":"Point","coordinates":"{long}"}}"#), ""),
        feature(&format!(r#"{{"type":"Point","coordinates":["{long}"]}}"#), ""),
        feature(&format!(r#""{long}""#), ""),
        feature(point, &format!(r#","bbox":"{long}""#)),
        feature(point, &format!(r#","id":["{long}"]"#)),
        feature(point, &format!(r#","properties":"{long}""#)),
        format!("{}1{}", "[".repeat(100), "]".repeat(100)),
        "1".repeat(1_000_000),
    ] {
        bench.write("long.geojson", &text);
        for line in [
            "match long.geojson zones.csv --near covers --max-dist-column r",
            "match points.csv long.geojson --near covers",
            "match long.geojson zones.csv --near covers --group-by none=id",
            "match points.csv long.geojson --near covers --fields none",
        ] {
            let ran = bench.run(line);
            assert!(matches!(ran.status, Some(1 | 2)), "{:.200}", ran.stderr);
            assert!(ran.stderr.len() < 2000, "{}: {:.200}", ran.stderr.len(), ran.stderr);
        }
    }
    zone(&long).fails("expected WKT, WKB in hexadecimal digits or GeoJSON, got");
    zone(&"1".repeat(5_000_000)).fails("expected WKT, WKB in hexadecimal digits or GeoJSON, got");
    zone(&format!("POLYGON(({}))", "1".repeat(5_000_000))).fails("malformed WKT");
    zone(&format!("POLYGON(({long}))")).fails("malformed WKT");
    let mut deep = std::path::PathBuf::new();
    (0..10).for_each(|_| deep.push("d".repeat(200)));
    assert!(
        bench.run(&format!("match {}/a.csv zones.csv --max-dist 4", deep.display())).stderr.len()
            < 2000
    );
}

/// A record without an end is an error, long before all memory is used.
#[test]
#[cfg(unix)]
fn records_that_do_not_end() {
    let bench = Bench::new();
    let endless = "yes | tr -d '\\n'";
    let match_it = "$program match - zones.csv --points-format csv --max-dist 4";
    bench.shell(&format!("{endless} | {match_it}")).fails(
        "<stdin>: line 1: a record needs 17039360 bytes of memory, expected at most 16777216",
    );
    bench
        .shell(&format!("(echo x,y; echo; {endless}) | {match_it}"))
        .fails("<stdin>: line 3: a record needs ");
    bench
        .shell(&format!("(echo x,y; echo 1,2; echo '1,\"'; yes) | {match_it}"))
        .fails("<stdin>: line 3: a record needs ");
    let match_it = "$program match - zones.csv --points-format geojson --near covers";
    let begin = r#"printf '{"type":"FeatureCollection","features":['"#;
    bench
        .shell(&format!("({begin}; printf '{{\"a\":\"'; {endless}) | {match_it}"))
        .fails("<stdin>: line 1, column 41: a feature needs ");
    bench
        .shell(&format!("(printf '{{\"a\":\"'; {endless}) | {match_it}"))
        .fails("<stdin>: line 1, column 6: the member \"a\" needs ");
}

/// Without memory, Rust aborts the program. To change that would need `unsafe`.
#[test]
#[cfg(target_os = "linux")]
fn memory_that_is_not_there() {
    let bench = Bench::new();
    bench.write("out.csv", "old");
    let ran = bench.shell(
        "ulimit -c 0; ulimit -v 60000; (echo x,y; yes | tr -d '\\n') | \
         $program match - zones.csv --points-format csv --max-dist 4 -o out.csv",
    );
    assert_eq!(ran.status, Some(134), "{ran:?}");
    let lines: Vec<_> = ran.stderr.lines().filter(|line| !line.contains("Aborted")).collect();
    assert!(lines[0].starts_with("memory allocation of "), "{ran:?}");
    assert!(lines[0].ends_with(" bytes failed"), "{ran:?}");
    assert!(lines.len() <= 2, "{ran:?}");
    assert_eq!(bench.names(), ["out.csv", "points.csv", "zones.csv"]);
    assert_eq!(bench.read("out.csv"), "old");
}

#[test]
fn invalid_points_may_go_unmatched() {
    let bench = Bench::new();
    bench.write("points.csv", "x,y\n1,1\n,2\nnan,0\n1,inf\n5,5\n");
    let ran = bench.run("match points.csv zones.csv --max-dist 4 --on-invalid unmatched");
    assert!(ran.stderr.contains("5 points, 2 matched, 3 unmatched (3 without usable coordinates)"));
    let expected =
        "x,y,polygon,distance\n1,1,1,0.7071067811865476\n,2,,\nnan,0,,\n1,inf,,\n5,5,0,0.0\n";
    assert_eq!(ran.ok(), expected);
    let line = "match points.csv zones.csv --max-dist 4 --on-invalid unmatched -q";
    let json = bench.run(&format!("{line} --output-format geojson")).ok();
    assert_eq!(json.matches(r#""geometry":null"#).count(), 3);
    bench.run(&format!("{line} -o o.csv --plot p.png")).ok();
}

#[test]
fn wkt_that_is_malformed() {
    zone("POLYGON ((0 0, 1 0, 1 1)) and more")
        .fails("line 2: malformed WKT: expected the end at character 27, got \"and\"");
    zone("POLYGON ((0 0, 1 0, 1")
        .fails("line 2: malformed WKT: expected a number at character 22, got the end");
    zone("POLYGON ((0 0, 1 0, 1 x))").fails("zones.csv: line 2: malformed WKT");
    zone("POLYGON ((0 0, 1 0, 1 1e999))").fails("line 2: vertex 2 must be finite, got (1, inf)");
    zone("POLYGON ((0 0, 1e308 0, 1e308 1e308, 0 1e308))").fails("zones.csv: line 2: the coord");
    zone(&"GEOMETRYCOLLECTION(".repeat(100_000)).fails("malformed WKT: parentheses nested");
    zone(&format!("POLYGON{}", "(".repeat(100_000))).fails("malformed WKT");
}

#[test]
fn geojson_that_is_malformed() {
    geojson("").fails("zones.geojson: ");
    geojson("{").fails("zones.geojson: line 1, column 2: the file ends within a GeoJSON object");
    geojson("[1]").fails("expected a GeoJSON object");
    geojson("{}").fails("expected GeoJSON with a \"type\"");
    geojson(b"{\"type\": \"\xff\"}").fails("zones.geojson: line 1");
    let whole = features(&[FEATURE, FEATURE]);
    for cut in [10, 60, whole.len() / 2, whole.len() - 10, whole.len() - 1] {
        geojson(&whole[..cut]).fails("the file ends within");
    }
    geojson(format!("{whole} and more")).fails("trailing characters");
    let deep = format!(r#"{{"type":"Feature","geometry":{}"#, "[".repeat(1_000_000));
    geojson(deep).fails("the file ends within");
    let nested = r#"{"type":"GeometryCollection","geometries":["#.repeat(100_000);
    geojson(nested).fails("the file ends within");
}

#[test]
fn geojson_geometry_that_is_malformed() {
    let geometry =
        |json: &str| format!(r#"{{"type":"Feature","properties":null,"geometry":{json}}}"#);
    for (json, expected) in [
        ("7", "features[1]: a geometry must be an object, got a number"),
        (r#"{"type":7}"#, "features[1]: a \"type\" must be a string, got a number"),
        (
            r#"{"type":"Polygon","coordinates":[[[1]]]}"#,
            "features[1]: vertex 0 must be finite, got (1, NaN)",
        ),
        (r#"{"type":"Polygon","coordinates":[[["1",2]]]}"#, "features[1]: vertex 0 must be finite"),
        (
            r#"{"type":"Polygon","coordinates":[[1,2]]}"#,
            "features[1]: invalid type: integer `1`, expected an array of coordinates",
        ),
        (r#"{"type":"Polygon","coordinates":[[[1e999,2]]]}"#, "number out of range"),
    ] {
        geojson(features(&[FEATURE, &geometry(json)])).fails(expected);
    }
    geojson(features(&[FEATURE, "7"])).fails("features[1]");
}

#[test]
fn properties_that_no_feature_has() {
    let bench = Bench::new();
    bench.write("zones.geojson", features(&[FEATURE]));
    let line = "match points.csv zones.geojson --max-dist 4 --planar";
    let expected = r#"zones.geojson: no feature has a property "name"; found "NAME""#;
    bench.run(&format!("{line} --fields NAME,name")).fails(expected);
    bench.run(&format!("{line} --id name")).fails(expected);
}
