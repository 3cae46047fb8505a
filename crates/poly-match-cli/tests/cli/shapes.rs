//! Shapes that are more than a ring: collections and multipolygons, in both formats.

use crate::bench::Bench;

const POINTS: &str = "id,x,y\na,2,2\nb,12,2\nc,8,2\n";
const LINE: &str = "match points.csv zones.geojson --near covers --fields name";

/// A feature collection with a geometry called `shore` and a square called `hill`.
fn shore(geometry: &str) -> String {
    let feature = |name: &str, geometry: &str| {
        format!(r#"{{"type":"Feature","properties":{{"name":"{name}"}},"geometry":{geometry}}}"#)
    };
    let hill = r#"{"type":"Polygon","coordinates":[[[10,0],[14,0],[14,4],[10,4],[10,0]]]}"#;
    let features = [feature("shore", geometry), feature("hill", hill)].join(",");
    format!(r#"{{"type":"FeatureCollection","features":[{features}]}}"#)
}

fn collection(members: &[&str]) -> String {
    let members = members.join(",");
    format!(r#"{{"type":"GeometryCollection","geometries":[{members}]}}"#)
}

const SQUARE: &str = r#"{"type":"Polygon","coordinates":[[[0,0],[4,0],[4,4],[0,4],[0,0]]]}"#;
const PATH: &str = r#"{"type":"LineString","coordinates":[[4,2],[9,2]]}"#;
const MATCHES: &str =
    "id,x,y,polygon,name,distance\na,2,2,0,shore,0.0\nb,12,2,1,hill,0.0\nc,8,2,,,\n";

#[test]
fn the_polygons_of_a_collection_count() {
    let bench = Bench::new();
    bench.write("points.csv", POINTS);
    bench.write("zones.geojson", shore(&collection(&[SQUARE, PATH])));
    let ran = bench.run(LINE);
    let expected = "; 2 polygons (other members of GeometryCollections, ignored: 1); ";
    assert!(ran.stderr.contains(expected), "{}", ran.stderr);
    assert_eq!(ran.ok(), MATCHES);
    let wkt = "GEOMETRYCOLLECTION (POLYGON ((0 0, 4 0, 4 4, 0 4, 0 0)), LINESTRING (4 2, 9 2))";
    let hill = "POLYGON ((10 0, 14 0, 14 4, 10 4, 10 0))";
    bench.write("zones.csv", format!("name,wkt\nshore,\"{wkt}\"\nhill,\"{hill}\"\n"));
    let ran = bench.run(&LINE.replace("geojson", "csv"));
    assert!(ran.stderr.contains(expected), "{}", ran.stderr);
    assert_eq!(ran.ok(), MATCHES);
    bench.write("zones.geojson", shore(SQUARE));
    assert!(!bench.run(LINE).stderr.contains("ignored"));
}

#[test]
fn a_nested_collection_is_one_polygon() {
    let bench = Bench::new();
    bench.write("points.csv", POINTS);
    let pier = r#"{"type":"MultiPolygon","coordinates":[[[[7,0],[9,0],[9,4],[7,4],[7,0]]]]}"#;
    let inner = collection(&[PATH, &collection(&[pier, PATH]), &collection(&[])]);
    bench.write("zones.geojson", shore(&collection(&[&inner, SQUARE])));
    let ran = bench.run(&format!("{LINE} --plot p.png"));
    assert!(ran.stderr.contains("ignored: 2)"), "{}", ran.stderr);
    assert_eq!(ran.ok(), MATCHES.replace("c,8,2,,,", "c,8,2,0,shore,0.0"));
    let nested =
        |depth: usize| (0..depth).fold(SQUARE.to_owned(), |inner, _| collection(&[&inner]));
    bench.write("zones.geojson", shore(&nested(50)));
    assert_eq!(bench.run(LINE).ok(), MATCHES);
    bench.write("zones.geojson", shore(&nested(10_000)));
    bench.run(LINE).fails("collections must be nested at most 64 deep");
}

#[test]
fn a_collection_without_polygons_is_refused() {
    let bench = Bench::new();
    for members in [&[][..], &[PATH], &[PATH, r#"{"type":"Point","coordinates":[1,2]}"#]] {
        bench.write("zones.geojson", shore(&collection(members)));
        bench.run(LINE).fails(
            "zones.geojson: features[0]: expected a Polygon or MultiPolygon, \
             got a GeometryCollection without polygons",
        );
    }
    let empty = r#"{"type":"Polygon","coordinates":[]}"#;
    bench.write("zones.geojson", shore(&collection(&[empty])));
    bench.run(LINE).fails("got a GeometryCollection without polygons");
    // A malformed member is an error, also if others are polygons.
    bench.write("zones.geojson", shore(&collection(&[SQUARE, r#"{"type":7}"#])));
    bench.run(LINE).fails("features[0]");
}

/// Two squares that overlap from x = 5 to 10.
const OVERLAPPING: &str = r#"{"type":"MultiPolygon","coordinates":[
    [[[0,0],[10,0],[10,10],[0,10],[0,0]]],[[[5,0],[15,0],[15,10],[5,10],[5,0]]]]}"#;

#[test]
fn a_multipolygon_is_the_union_of_its_parts() {
    let bench = Bench::new();
    bench.write("points.csv", "id,x,y\nleft,2,5\nboth,7,5\nright,12,5\n");
    let part = |x: u32| {
        let ring = [[x, 0], [x + 10, 0], [x + 10, 10], [x, 10], [x, 0]];
        format!(r#"{{"type":"Polygon","coordinates":[{ring:?}]}}"#)
    };
    let members = collection(&[&part(0), &part(5)]);
    let wkt = "MULTIPOLYGON (((0 0, 10 0, 10 10, 0 10)), ((5 0, 15 0, 15 10, 5 10)))";
    bench.write("zones.csv", format!("name,wkt\nparking,\"{wkt}\"\n"));
    for (zones, geometry) in
        [("zones.csv", ""), ("zones.geojson", OVERLAPPING), ("zones.geojson", members.as_str())]
    {
        if !geometry.is_empty() {
            bench.write(
                zones,
                format!(r#"{{"type":"Feature","properties":{{"name":"parking"}},"geometry":{geometry}}}"#),
            );
        }
        for near in ["covers", "contains", "boundary --max-dist 1 --planar"] {
            let out =
                bench.run(&format!("match points.csv {zones} --near {near} --fields name")).ok();
            let expected = "id,x,y,polygon,name,distance\n\
                            left,2,5,0,parking,0.0\n\
                            both,7,5,0,parking,0.0\n\
                            right,12,5,0,parking,0.0\n";
            assert_eq!(out, expected, "{zones} {near}");
        }
    }
}
