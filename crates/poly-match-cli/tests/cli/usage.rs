//! The command line: wrong usage exits with status 2 and prints the usage; help and version go to
//! stdout.

use crate::bench::{Bench, MATCHES, Ran};

#[test]
fn wrong_usage_exits_with_2() {
    let bench = Bench::new();
    let files = "match points.csv zones.csv";
    for (line, expected) in [
        ("", "Usage:"),
        ("frobnicate", "unrecognized subcommand"),
        ("match", "required arguments"),
        ("match points.csv", "required arguments"),
        (files, "--max-dist"),
        ("match points.csv zones.csv --max-dist", "value is required"),
        ("match points.csv zones.csv --max-dist -1", "max_dist must be zero or more"),
        ("match points.csv zones.csv --max-dist=-0.5", "max_dist must be zero or more"),
        ("match points.csv zones.csv --max-dist nan", "max_dist must be zero or more"),
        ("match points.csv zones.csv --max-dist four", "not a number"),
        ("match points.csv zones.csv --max-dist 4 --workers 0", "a number of threads, 1 or more"),
        ("match points.csv zones.csv --max-dist 4 --x lon", "--y"),
        ("match points.csv zones.csv --max-dist 4 --how outer", "left, inner"),
        ("match points.csv zones.csv --max-dist 4 -o out.xlsx", "--output-format"),
        ("match points.csv zones.csv --max-dist 4 --plot out.gif", ".png or .svg"),
        ("match points.csv zones.csv --max-dist 4 -o a.csv --plot a.csv", ".png or .svg"),
        ("match points.csv zones.csv --near boundary", "--near boundary needs a distance"),
        ("match points.csv zones.csv --inclusive", "--near center needs a distance"),
        ("match points.csv zones.csv --near cover", "center, boundary, contains, covers"),
        ("match points.csv zones.csv --near cover", "tip: a similar value exists: 'covers'"),
        ("match points.csv zones.csv --near covers --max-dist 4", "--max-dist has no meaning"),
        ("match points.csv zones.csv --near contains --max-dist-column r", "--max-dist-column has"),
        ("match points.csv zones.csv --near contains --inclusive", "--inclusive has no meaning"),
        ("match points.csv zones.csv --near covers --center bbox", "--center has a meaning only"),
        ("match points.csv zones.csv --max-dist 4 --max-dist-column r", "cannot be used with"),
        ("match points.csv zones.csv --max-dist 4 --center mean", "vertex_mean, centroid, bbox"),
        ("match points.csv zones.csv --max-dist 4 --best aera", "min:COLUMN or max:COLUMN, got"),
        ("match points.csv zones.csv --max-dist 4 --best key:", "got \"key:\""),
        ("match points.csv zones.csv --max-dist 4 --best nearest,", "got \"\""),
        (
            "match points.csv zones.csv --max-dist 4 --best area,nearest,smallest",
            "smallest comes twice",
        ),
        ("match points.csv zones.csv --max-dist 4 --best nearest --best first,area", "first,area"),
        ("match points.csv zones.csv --best smallest,nearest", "--near center needs a distance"),
        ("match points.csv zones.csv --max-dist 4 --nulls-last", "--nulls-last has a meaning only"),
        ("match points.csv zones.csv --max-dist 4 --tie area", "index, distance"),
        ("match points.csv zones.csv --max-dist 4 --k 0", "a number of matches, 1 or more"),
        ("match points.csv zones.csv --max-dist 4 --k many", "--k"),
        ("match points.csv zones.csv --max-dist 4 --group-by =floor", "as in store=store_id"),
        ("match points.csv zones.csv --max-dist 4 --group-by =level", "as in store=store_id"),
        ("match points.csv zones.csv --max-dist 4 --group-by floor=", "as in store=store_id"),
        ("match points.csv zones.csv --max-dist 4 -o a.parquet.gz", "compresses its own data"),
        ("match points.csv zones.csv --max-dist 4 --unmatched -", "both go to stdout"),
        ("match points.csv zones.csv --max-dist 4 -o a.csv --unmatched a.csv", "the same file"),
        ("match points.csv zones.csv --max-dist 4 -o ./a.csv --unmatched a.csv", "the same file"),
        ("match points.csv zones.csv --max-dist 4 --unmatched a.svg --plot a.svg", "the same file"),
        ("match zones.plym zones.csv", "zones.plym is a saved matcher, which takes the place of"),
        (
            "match points.csv zones.csv",
            "or ask for the polygons that contain the point: --near covers",
        ),
        ("match - - --max-dist 4 --points-format csv --polygons-format csv", "one stdin"),
    ] {
        bench.run(line).is_wrong_usage(expected);
    }
    assert_eq!(bench.names(), ["points.csv", "zones.csv"]);
}

#[test]
fn the_environment_sets_the_number_of_threads() {
    let bench = Bench::new();
    let run = |workers: &str, more: &str| -> Ran {
        let mut command = bench.command(&format!("match points.csv zones.csv --max-dist 4 {more}"));
        command.env("POLY_MATCH_WORKERS", workers).output().expect("it starts").into()
    };
    for workers in ["1", "2", " 3 ", ""] {
        assert_eq!(run(workers, "").ok(), MATCHES);
    }
    let expected =
        "invalid value 'all' for POLY_MATCH_WORKERS: expected a number of threads, 1 or more";
    run("all", "").is_wrong_usage(expected);
    run("0", "").is_wrong_usage("invalid value '0' for POLY_MATCH_WORKERS");
    assert_eq!(run("all", "--workers 2").ok(), MATCHES);
}

#[test]
fn help_and_version_go_to_stdout() {
    let bench = Bench::new();
    let version = bench.run("--version").ok();
    assert_eq!(version, format!("poly-match {}\n", env!("CARGO_PKG_VERSION")));
    let help = bench.run("help match").ok();
    for word in ["--max-dist", "--planar", "Examples:", "Exit status", "polygon_"] {
        assert!(help.contains(word), "{word}");
    }
    assert!(help.lines().all(|line| line.chars().count() <= 100), "{help}");
    assert!(bench.run("--help").ok().contains("match"));
}
