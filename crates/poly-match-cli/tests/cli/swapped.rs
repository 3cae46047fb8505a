//! Points and polygons in the wrong order are recognised.

use crate::bench::Bench;

const SAID: &str = "the files seem to be swapped: points.csv holds points, and zones.csv polygons";

#[test]
fn swapped_files_are_named() {
    let bench = Bench::new();
    for verb in ["match", "summary"] {
        bench.run(&format!("{verb} zones.csv points.csv --near covers")).fails(SAID);
    }
    bench.run("match points.csv zones.csv --near covers -o points.geojson").ok();
    bench.run("summary points.csv zones.csv --near covers -o zones.geojson").ok();
    let ran = bench.run("match zones.geojson points.geojson --near covers");
    ran.fails("points.geojson holds points, and zones.geojson polygons; the points come first");
}

#[test]
fn other_mistakes_are_not_called_so() {
    let bench = Bench::new();
    for line in ["match points.csv points.csv", "match none.csv points.csv", "match - points.csv"] {
        let ran = bench.run(&format!("{line} --near covers"));
        ran.fails("points.csv: no column looks like geometry");
        assert!(!ran.stderr.contains("swapped"), "{ran:?}");
    }
}
