//! Coordinates that cannot be right in degrees: a warning with their number and the first position.

use crate::bench::Bench;

fn strait(ring: &str) -> String {
    format!(r#"{{"type":"Polygon","coordinates":[[{ring}]]}}"#)
}

#[test]
fn an_edge_over_half_the_globe() {
    let bench = Bench::new();
    bench.write("z.geojson", strait("[170,60],[-170,60],[-170,66],[170,66],[170,60]"));
    bench.write("p.csv", "lon,lat\n175,62\n-175,62\n0,62\n");
    let ran = bench.run("match p.csv z.geojson --near covers");
    let expected = "poly-match: warning: z.geojson: 1 polygon has an edge that spans more than 180 \
                    degrees of longitude, the first at position 0; cut polygons at the antimeridian";
    assert!(ran.stderr.starts_with(expected), "{}", ran.stderr);
    ran.ok();
    // The same polygon, cut into two parts, and one that is as wide as the globe.
    let cut = r#"{"type":"MultiPolygon","coordinates":[
        [[[170,60],[180,60],[180,66],[170,66],[170,60]]],
        [[[-180,60],[-170,60],[-170,66],[-180,66],[-180,60]]]]}"#;
    let band = strait("[-180,0],[0,0],[180,0],[180,9],[0,9],[-180,9],[-180,0]");
    for fine in [cut, &band] {
        bench.write("z.geojson", fine);
        let ran = bench.run("match p.csv z.geojson --near covers");
        assert!(!ran.stderr.contains("warning"), "{}", ran.stderr);
    }
}

#[test]
fn coordinates_beyond_the_globe() {
    let bench = Bench::new();
    bench.write("z.geojson", strait("[170,60],[190,60],[190,66],[170,66],[170,60]"));
    bench.write("p.csv", "lat,lon\n62,175\n95,0\n0,181\n");
    let ran = bench.run("match p.csv z.geojson --near covers -q");
    let lines: Vec<_> = ran.stderr.lines().collect();
    assert_eq!(
        lines,
        [
            "poly-match: warning: p.csv: 2 points have a longitude beyond ±180 or a latitude beyond \
             ±90, the first at position 1",
            "poly-match: warning: z.geojson: 1 polygon has a longitude beyond ±180 or a latitude \
             beyond ±90, the first at position 0",
        ]
    );
    // Plain numbers are not degrees.
    bench.write("p.csv", "x,y\n62,175\n");
    bench.write("z.csv", "wkt\n\"POLYGON((0 0,1000 0,0 1000))\"\n");
    let ran = bench.run("match p.csv z.csv --near covers");
    assert!(!ran.stderr.contains("warning"), "{}", ran.stderr);
}
