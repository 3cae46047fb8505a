//! Outputs that would be the same file are refused before any work is done.

#![cfg(unix)]

use std::fs;
use std::os::unix::fs::symlink;

use crate::bench::Bench;

/// The points are missing, so that a run that reads them fails with another error.
const LINE: &str = "match none.csv zones.csv --max-dist 4";

#[test]
fn by_links_to_a_file_that_is_there() {
    let bench = Bench::new();
    bench.write("a.csv", "old");
    symlink("a.csv", bench.file("soft.csv")).expect("a link");
    fs::hard_link(bench.file("a.csv"), bench.file("hard.csv")).expect("a link");
    symlink("soft.csv", bench.file("plot.svg")).expect("a link");
    let names = ["a.csv", "soft.csv", "hard.csv", "./a.csv"];
    for one in names {
        for other in names {
            let ran = bench.run(&format!("{LINE} -o {one} --unmatched {other}"));
            ran.is_wrong_usage("--output and --unmatched cannot both go to the same file");
        }
        let ran = bench.run(&format!("{LINE} -o {one} --plot plot.svg"));
        ran.is_wrong_usage("--output and --plot cannot both go to the same file");
        let ran = bench.run(&format!("{LINE} --unmatched {one} --plot plot.svg"));
        ran.is_wrong_usage("--unmatched and --plot cannot both go to the same file");
    }
    assert_eq!(bench.read("a.csv"), "old");
}

#[test]
fn by_ways_to_a_file_that_is_not_there_yet() {
    let bench = Bench::new();
    fs::create_dir(bench.file("folder")).expect("a folder");
    symlink("folder", bench.file("linked")).expect("a link");
    symlink("folder/a.csv", bench.file("dangling.csv")).expect("a link");
    let names = ["folder/a.csv", "linked/a.csv", "linked/../folder/a.csv", "dangling.csv"];
    for one in names {
        for other in names {
            let ran = bench.run(&format!("{LINE} -o {one} --unmatched {other}"));
            ran.is_wrong_usage("--output and --unmatched cannot both go to the same file");
        }
        let ran = bench.run(&format!("{LINE} -o {one} --unmatched folder/b.csv"));
        ran.fails("none.csv: No such file");
    }
}

#[test]
fn by_a_stdout_that_goes_there() {
    let bench = Bench::new();
    bench.write("a.csv", "old");
    let ran = bench.shell(&format!("$program {LINE} --unmatched a.csv >>a.csv"));
    ran.is_wrong_usage("--output and --unmatched cannot both go to the same file");
    let line = "match points.csv zones.csv --max-dist 4 --quiet";
    let ran = bench.shell(&format!("$program {line} --unmatched /dev/stdout | cat; true"));
    assert!(ran.stderr.contains("cannot both go to the same file"), "{ran:?}");
    bench.shell(&format!("$program {line} --unmatched /dev/null >/dev/null")).ok();
}
