//! Coordinate systems: what declares one, and what happens if two differ or one is in degrees.

use crate::bench::{Bench, Ran};

const ZONE: &str = r#"{"type":"Feature","properties":{"name":"z"},"geometry":{"type":"Polygon",
    "coordinates":[[[0,0],[9,0],[9,9],[0,9],[0,0]]]}}"#;
const POINT: &str = r#"{"type":"Feature","properties":{},"geometry":{"type":"Point",
    "coordinates":[1,1]}}"#;

/// A collection of a feature, with members before its features.
fn collection(members: &str, feature: &str) -> String {
    format!(r#"{{"type":"FeatureCollection",{members}"features":[{feature}]}}"#)
}

fn named(name: &str) -> String {
    format!(r#""crs":{{"type":"name","properties":{{"name":"{name}"}}}},"#)
}

/// What declares the system of points or polygons, and the files that do.
fn sources() -> Vec<(&'static str, &'static str, String, &'static str, String)> {
    let csv = |axes: &str| format!("{axes}\n1,1\n");
    let wkt = |srid: &str| format!("wkt\n\"{srid}POLYGON((0 0,9 0,9 9,0 9))\"\n");
    let geojson = |crs: &str| (collection(crs, POINT), collection(crs, ZONE));
    let all = [
        ("none", "csv", csv("x,y"), "csv", wkt("")),
        ("degrees", "csv", csv("lon,lat"), "csv", wkt("SRID=4326;")),
        ("degrees", "csv", csv("Longitude,Latitude"), "geojson", geojson("").1),
        ("degrees", "geojson", geojson("").0, "csv", wkt("srid = 4979 ;")),
        (
            "degrees",
            "geojson",
            geojson(&named("urn:ogc:def:crs:OGC:1.3:CRS84")).0,
            "geojson",
            geojson(&named("EPSG:4326")).1,
        ),
        (
            "metres",
            "geojson",
            geojson(&named("EPSG:3857")).0,
            "geojson",
            geojson(&named("urn:ogc:def:crs:EPSG::3857")).1,
        ),
        ("metres", "geojson", geojson(&named("EPSG:900913")).0, "csv", wkt("SRID=3857;")),
        ("none", "geojson", geojson(r#""crs":null,"#).0, "geojson", geojson(r#""crs":null,"#).1),
        ("unknown", "geojson", geojson(&named("Local grid")).0, "csv", wkt("SRID=999999;")),
    ];
    all.to_vec()
}

/// What a run says: an error, a warning, or nothing.
fn said(ran: &Ran) -> &'static str {
    let has = |words: &str| ran.stderr.contains(words);
    match ran.status {
        Some(1) if has("the coordinate systems differ") => "differ",
        Some(1) if has("degrees are not a distance") => "degrees",
        Some(0) if has("warning: whether the coordinate systems are the same") => "warning",
        Some(0) if !has("warning") => "matched",
        _ => panic!("{ran:?}"),
    }
}

#[test]
fn every_source_with_every_other_under_every_rule() {
    let sources = sources();
    for (of_points, points_extension, points, ..) in &sources {
        for (of_polygons, .., polygons_extension, polygons) in &sources {
            let bench = Bench::new();
            let names = [format!("p.{points_extension}"), format!("z.{polygons_extension}")];
            bench.write(&names[0], points);
            bench.write(&names[1], polygons);
            let any = |what| [of_points, of_polygons].contains(&&what);
            for (rule, measures) in [
                ("--near covers", false),
                ("--near contains", false),
                ("--near center --max-dist 9", true),
                ("--near boundary --best nearest", true),
            ] {
                for planar in [false, true] {
                    let expected = match (*of_points, *of_polygons) {
                        _ if measures && !planar && *of_polygons == "degrees" => "degrees",
                        ("degrees", "metres") | ("metres", "degrees") => "differ",
                        _ if measures && !planar && any("degrees") => "degrees",
                        (a, b) if a != "none" && b != "none" && any("unknown") => "warning",
                        _ => "matched",
                    };
                    let flag = if planar { "--planar" } else { "" };
                    let line = format!("match {} {} {rule} {flag}", names[0], names[1]);
                    let ran = bench.run(&line);
                    assert_eq!(said(&ran), expected, "{of_points} {of_polygons} {line} {ran:?}");
                }
            }
        }
    }
}

#[test]
fn differing_systems_are_both_named() {
    let bench = Bench::new();
    bench.write("p.csv", "lon,lat\n1,1\n");
    bench.write("z.geojson", collection(&named("urn:ogc:def:crs:EPSG::3857"), ZONE));
    bench.run("match p.csv z.geojson --near covers").fails(
        "the coordinate systems differ: p.csv has degrees (columns \"lon\" and \"lat\"), z.geojson \
         has EPSG:3857; convert one",
    );
    bench.write("p.geojson", collection(&named("EPSG:4269"), POINT));
    bench.write("z.geojson", collection("", ZONE));
    let ran = bench.run("match p.geojson z.geojson --near covers");
    ran.fails("p.geojson has EPSG:4269, z.geojson has OGC:CRS84");
}

#[test]
fn degrees_are_no_distance() {
    let bench = Bench::new();
    bench.write("p.csv", "lon,lat\n1,1\n");
    bench.write("z.geojson", collection("", ZONE));
    let rule = "--near boundary --max-dist 500 --best nearest";
    let ran = bench.run(&format!("match points.csv z.geojson {rule}"));
    ran.fails("z.geojson: its coordinates are in OGC:CRS84, and degrees are not a distance");
    ran.fails("--planar");
    let ran = bench.run(&format!("match p.csv zones.csv {rule}"));
    ran.fails("p.csv: its coordinates are in degrees (columns \"lon\" and \"lat\"), and degrees");
    bench.run(&format!("match p.csv z.geojson {rule} --planar")).ok();
}

#[test]
fn a_file_has_one_system() {
    let bench = Bench::new();
    let row = |srid: &str| format!("\"{srid}POLYGON((0 0,9 0,9 9))\"\n");
    bench.write("z.csv", ["wkt\n", &row("SRID=4326;"), &row(""), &row("SRID=3857;")].concat());
    let expected = "z.csv: line 4: the SRID says EPSG:3857, and in a row before EPSG:4326";
    bench.run("match points.csv z.csv --near covers").fails(expected);
}
