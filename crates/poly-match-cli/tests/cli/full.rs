//! Disks that become full in the middle of an output: one line, and nothing is left.

#![cfg(target_os = "linux")]

use std::fs;

use crate::bench::Bench;

/// The program with a limit of half a megabyte for each file. A write beyond it is an error with a message;
/// the signal does not end the program.
const LIMITED: &str = "ulimit -f 1000; TMPDIR=scratch $program match";

/// Points of which half match. Each has a text of its own, so that no format makes them small.
fn many_points() -> String {
    let mut state = 1_u64;
    let mut text = || {
        state =
            state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        let other = state.rotate_left(29).wrapping_mul(0x9e37_79b9_7f4a_7c15);
        format!("{state:016x}{other:016x}")
    };
    (0..80_000).fold(String::from("id,x,y\n"), |points, i| {
        let at = if i % 2 == 0 { "1,2" } else { "90,90" };
        points + &format!("{},{at}\n", text())
    })
}

fn bench() -> Bench {
    let bench = Bench::new();
    bench.write("points.csv", many_points());
    fs::create_dir(bench.file("scratch")).expect("a directory");
    bench
}

/// Asserts that the program fails, and leaves nothing behind.
fn fails(bench: &Bench, script: &str, expected: &str) {
    let names = bench.names();
    bench.shell(script).fails(expected);
    assert_eq!(bench.names(), names, "{script}");
    let scratch = fs::read_dir(bench.file("scratch")).expect("a directory");
    assert_eq!(scratch.count(), 0, "{script}");
}

#[test]
fn a_table_of_any_format() {
    let bench = bench();
    for extension in
        ["csv", "tsv", "csv.gz", "csv.zst", "geojson", "geojsonl", "parquet", "arrow", "arrows"]
    {
        let out = format!("out.{extension}");
        let line = format!("{LIMITED} points.csv zones.csv --max-dist 4 -o {out}");
        fails(&bench, &line, &format!("poly-match: {out}: File too large"));
        bench.write(&out, "old");
        fails(&bench, &line, &format!("poly-match: {out}: File too large"));
        assert_eq!(bench.read(&out), "old");
        fs::remove_file(bench.file(&out)).expect("a file");
        let line = format!(
            "{LIMITED} points.csv zones.csv --max-dist 4 --how inner -o /dev/null --output-format \
             csv --unmatched {out} --plot plot.png"
        );
        fails(&bench, &line, &format!("poly-match: {out}: File too large"));
    }
}

#[test]
fn a_picture_and_a_saved_matcher() {
    let bench = bench();
    let small = LIMITED.replace("1000", "8");
    let line =
        format!("{small} points.csv zones.csv --max-dist 4 -o /dev/null --output-format csv");
    fails(&bench, &format!("{line} --plot plot.png"), "poly-match: plot.png: File too large");
    let zones: String = (0..5000).map(|i| format!("\"POLYGON(({i} 0,{i} 1,9 9))\"\n")).collect();
    bench.write("many.csv", format!("wkt\n{zones}"));
    let line = "ulimit -f 100; $program index many.csv --near covers -o many.plym";
    fails(&bench, line, "poly-match: many.plym: File too large");
}

#[test]
fn the_copy_of_a_stream() {
    let bench = bench();
    let line = format!("{LIMITED} - zones.csv --points-format csv --max-dist 4");
    fails(&bench, &format!("{line} -o out.geojson <points.csv"), "<stdin>: File too large");
    fails(&bench, &format!("cat points.csv | {{ {line} -o out.geojson; }}"), "File too large");
}

#[test]
fn stdout_on_a_full_device() {
    let bench = bench();
    let line = "$program match points.csv zones.csv --max-dist 4 --unmatched rest.csv";
    for format in ["csv", "geojson", "parquet", "arrow", "arrows"] {
        let line = format!("{line} --output-format {format} >/dev/full");
        fails(&bench, &line, "poly-match: <stdout>: No space left on device");
    }
}
