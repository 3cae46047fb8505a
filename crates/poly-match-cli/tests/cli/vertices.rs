//! Polygons of rows, one vertex a row.

use crate::bench::Bench;

const VERTICES: &str = "\
zone,order,x,y,kind
A,0,0,0,park
B,30,20,0,lake
A,2,4,4,park
A,10,0,4,park
B,10,24,4,lake
A,1,4,0,park
B,20,24,0,lake
A,11,0,0,park
";

fn bench() -> Bench {
    let bench = Bench::new();
    bench.write("p.csv", "id,x,y\na,3,1\nb,23,1\nc,9,9\n");
    bench.write("v.csv", VERTICES);
    bench
}

#[test]
fn rows_become_polygons() {
    let bench = bench();
    let expected = "\
id,x,y,polygon,zone,kind,distance
a,3,1,0,A,park,0.0
b,23,1,1,B,lake,0.0
c,9,9,,,,
";
    let line =
        "match p.csv v.csv --vertices-of zone --order order --near covers --fields zone,kind";
    let ran = bench.run(line);
    assert!(ran.stderr.contains("; 2 polygons; "), "{}", ran.stderr);
    assert_eq!(ran.ok(), expected);
    assert_eq!(bench.run(&format!("{line} --polygons-x x --polygons-y y")).ok(), expected);
    let line = "index v.csv --vertices-of zone --order order --near covers -o v.plym";
    bench.run(line).ok();
    assert_eq!(bench.run("match p.csv v.plym").ok(), expected);
    let ran = bench.run("check v.csv --vertices-of zone --order order --id zone");
    assert_eq!(ran.ok(), "polygon,polygon_id,finding,x,y,message\n");
    // Without an order, the rows have it: the first polygon crosses itself.
    let ran = bench.run("check v.csv --vertices-of zone --id zone");
    assert!(ran.ok().contains("0,A,self-intersection,"));
}

#[test]
fn columns_are_those_of_first_rows() {
    let bench = bench();
    for (options, expected) in [
        ("--best max:kind", None),
        ("--best max:rank", Some("\na,3,1,0,0.0\n")),
        ("--group-by id=kind", Some("\na,3,1,,\n")),
        ("--fields kind --id zone", Some("\na,3,1,0,A,park,0.0\n")),
    ] {
        let ranked: Vec<_> = VERTICES.lines().map(|line| format!("{line},7\n")).collect();
        bench.write("v.csv", ranked.concat().replacen("kind,7", "kind,rank", 1));
        let line = "match p.csv v.csv --vertices-of zone --order order --near covers";
        let ran = bench.run(&format!("{line} {options}"));
        match expected {
            Some(expected) => assert!(ran.ok().contains(expected), "{options}"),
            None => ran.fails("v.csv: line 2: \"kind\" must be a number, got \"park\"; true, "),
        }
    }
    // The second polygon begins in line 3.
    bench.write("v.csv", VERTICES.replace("lake", "").replace("park", "1"));
    let line = "match p.csv v.csv --vertices-of zone --order order --near covers --best max:kind";
    bench.run(line).fails("v.csv: line 3: \"kind\" must be a number, got \"\"; --nulls-last ");
}

#[test]
fn wrong_rows_are_named() {
    let bench = bench();
    let line = "match p.csv v.csv --vertices-of zone --order order --near covers --fields kind";
    for (from, to, expected) in [
        ("A,2,", "A,1,", "line 7: \"order\" must differ among the vertices of \"A\", got 1 again"),
        ("A,2,", "A,,", "line 4: \"order\" must be a finite number, got \"\""),
        ("A,2,", "A,x,", "line 4: \"order\" must be a finite number, got \"x\""),
        ("A,2,4", "A,2,", "line 4: \"x\" must be a finite number, got \"\""),
        ("A,2,", ",2,", "line 4: \"zone\" must name the polygon of the vertex, got null"),
        (
            "4,4,park",
            "4,4,lake",
            "line 4: \"kind\" must be the same for all vertices of \"A\", got \"lake\", and \"park\" in \
             its first row",
        ),
    ] {
        bench.write("v.csv", VERTICES.replace(from, to));
        bench.run(line).fails(&format!("v.csv: {expected}"));
    }
    bench.write("v.csv", VERTICES.replace("4,4,park", "4,4,lake"));
    bench.run(&line.replace("kind", "zone")).ok();
}

#[test]
fn points_of_geometry_are_vertices() {
    let bench = bench();
    bench.write("v.csv", "zone,at\nA,POINT (0 0)\nA,POINT (4 0)\nA,POINT (4 4)\n");
    let line = "match p.csv v.csv --vertices-of zone --geometry at --near covers --fields zone";
    assert!(bench.run(line).ok().contains("\na,3,1,0,A,0.0\n"));
}

#[test]
fn features_of_points_are_vertices() {
    let bench = bench();
    let feature = |(id, [x, y]): (usize, [u8; 2])| {
        format!(
            r#"{{"type":"Feature","id":{id},"properties":{{"zone":"A","step":{}}},"geometry":{{"type":"Point","coordinates":[{x},{y}]}}}}"#,
            9 - id
        )
    };
    let features: Vec<_> = [[0, 0], [4, 0], [4, 4]].into_iter().enumerate().map(feature).collect();
    let collection =
        format!(r#"{{"type":"FeatureCollection","features":[{}]}}"#, features.join(","));
    bench.write("v.geojson", collection);
    let line = "match p.csv v.geojson --vertices-of zone --order step --near covers --fields zone";
    assert!(bench.run(line).ok().contains("\na,3,1,0,A,0.0\n"));
}

#[test]
fn degrees_of_columns_count() {
    let bench = bench();
    bench.write("v.csv", "zone,lon,lat\nA,0,0\nA,4,0\nA,4,4\n");
    bench.run("match p.csv v.csv --vertices-of zone --near covers").ok();
    let ran = bench.run("match p.csv v.csv --vertices-of zone --max-dist 1");
    assert_eq!(ran.status, Some(1));
    assert!(ran.stderr.contains("degrees"), "{}", ran.stderr);
}

#[test]
fn options_without_vertices_are_wrong_usage() {
    let bench = bench();
    for options in
        ["--order order", "--polygons-x x --polygons-y y", "--vertices-of a --polygons-x x"]
    {
        let ran = bench.run(&format!("match p.csv v.csv --near covers {options}"));
        assert_eq!(ran.status, Some(2), "{options}: {}", ran.stderr);
    }
    let ran = bench
        .run("match p.csv v.csv --near covers --vertices-of zone --polygons-x q --polygons-y y");
    ran.fails("v.csv: there is no column \"q\"; found ");
}
