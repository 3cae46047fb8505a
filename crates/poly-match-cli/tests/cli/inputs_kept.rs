//! An output that would overwrite an input is refused, whatever links lead there.

#![cfg(unix)]

use std::fs;
use std::os::unix::fs::symlink;

use crate::bench::{Bench, POINTS, ZONES};

const LINE: &str = "match points.csv zones.csv --max-dist 4";

#[test]
fn every_output_is_compared_with_every_input() {
    let bench = Bench::new();
    symlink("points.csv", bench.file("soft.csv")).expect("a link");
    symlink("soft.csv", bench.file("zones.svg")).expect("a link");
    fs::hard_link(bench.file("points.csv"), bench.file("hard.csv")).expect("a link");
    fs::hard_link(bench.file("zones.csv"), bench.file("zones.png")).expect("a link");
    let points = "would overwrite the points, which are read from";
    let polygons = "would overwrite the polygons, which are read from";
    for (more, option, what) in [
        ("-o points.csv", "--output", points),
        ("-o ./soft.csv", "--output", points),
        ("-o hard.csv", "--output", points),
        ("-o zones.csv", "--output", polygons),
        ("-o out.csv --unmatched points.csv", "--unmatched", points),
        ("-o out.csv --summary zones.csv", "--summary", polygons),
        ("-o out.csv --stats-json hard.csv", "--stats-json", points),
        ("-o out.csv --plot zones.png", "--plot", polygons),
        ("-o out.csv --plot zones.svg", "--plot", points),
    ] {
        bench.run(&format!("{LINE} {more}")).is_wrong_usage(&format!("{option} {what}"));
    }
    bench.run("index zones.csv --max-dist 4 -o zones.csv").is_wrong_usage(polygons);
    bench.run("check zones.csv -o zones.csv").is_wrong_usage(polygons);
    bench.run("check zones.csv --plot zones.png").is_wrong_usage(polygons);
    bench.run("summary points.csv zones.csv --max-dist 4 -o points.csv").is_wrong_usage(points);
    bench.run("index zones.csv --max-dist 4 -o zones.plym").ok();
    let saved = bench.file("zones.plym");
    let before = fs::read(&saved).expect("a file");
    bench
        .run("match points.csv zones.plym -o zones.plym --output-format csv")
        .is_wrong_usage(polygons);
    assert!(fs::read(&saved).expect("a file") == before);
    assert_eq!(
        (bench.read("points.csv").as_str(), bench.read("zones.csv").as_str()),
        (POINTS, ZONES)
    );
}

#[test]
fn streams_that_lead_to_a_file_count() {
    let bench = Bench::new();
    let line = "match - zones.csv --max-dist 4 --quiet";
    let ran = bench.shell(&format!("$program {line} -o points.csv <points.csv"));
    ran.is_wrong_usage("--output would overwrite the points");
    let ran = bench.shell(&format!("$program {LINE} --quiet >>points.csv"));
    assert!(ran.stderr.contains("--output would overwrite the points"), "{ran:?}");
    assert_eq!(bench.read("points.csv"), POINTS);
    // A device may be both.
    bench.shell(&format!("$program {line} -o /dev/null </dev/null; true")).ok();
}

#[test]
fn files_beside_a_shapefile_count() {
    let bench = Bench::new();
    let line = "match points.csv zones.csv --max-dist 4 --quiet";
    bench.run(&format!("{line} -o a.shp")).ok();
    symlink("a.dbf", bench.file("b.dbf")).expect("a link");
    let before = fs::read(bench.file("a.dbf")).expect("a file");
    let read = "match a.shp zones.csv --max-dist 4 --quiet";
    for more in ["--stats-json a.dbf", "-o b.shp", "-o out.csv --unmatched a.prj --how left"] {
        bench.run(&format!("{read} {more}")).is_wrong_usage("would overwrite the points");
    }
    assert!(fs::read(bench.file("a.dbf")).expect("a file") == before);
    for more in ["-o c.shp --stats-json c.dbf", "-o c.shp --unmatched c.prj"] {
        bench.run(&format!("{line} {more}")).is_wrong_usage("cannot both go to the same file");
    }
}

#[test]
fn a_part_of_a_folder_counts() {
    let bench = Bench::new();
    fs::create_dir(bench.file("parts")).expect("a folder");
    bench.write("parts/1.csv", POINTS);
    bench.write("parts/2.csv", POINTS);
    for points in ["parts", "parts/*.csv"] {
        let line = format!("match {points} zones.csv --max-dist 4 -o parts/2.csv");
        bench.run(&line).is_wrong_usage("--output would overwrite the points");
    }
    bench.run("match parts zones.csv --max-dist 4 -o parts.csv").ok();
    assert_eq!(bench.read("parts/2.csv"), POINTS);
}
