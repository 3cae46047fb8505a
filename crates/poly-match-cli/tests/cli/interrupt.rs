//! Ctrl-C: the program ends at once with exit status 130, and leaves no file behind.

#![cfg(unix)]

use std::fmt::Write as _;
use std::io::Write as _;
use std::process::{Child, Command, Stdio};
use std::thread::sleep;
use std::time::{Duration, Instant};

use crate::bench::Bench;

/// Interrupts the program and holds that it ends as it should, and soon.
fn interrupt(mut child: Child) {
    let pid = child.id().to_string();
    let begun = Instant::now();
    let sent = Command::new("kill").args(["-INT", &pid]).status().expect("kill runs");
    assert!(sent.success());
    let status = child.wait().expect("it ends");
    let took = begun.elapsed();
    assert_eq!(status.code(), Some(130));
    // A tenth of a second is the promise; starting `kill` on a busy machine takes its own time.
    assert!(took < Duration::from_millis(400), "{took:?}");
}

#[test]
fn while_it_waits_for_stdin() {
    let bench = Bench::new();
    bench.write("out.csv", "old");
    let line = "match - zones.csv --points-format csv --max-dist 4 -o out.csv";
    let mut child = bench.command(line).stdin(Stdio::piped()).spawn().expect("it starts");
    let mut stdin = child.stdin.take().expect("piped");
    stdin.write_all(b"x,y\n1,2\n").expect("it reads");
    sleep(Duration::from_millis(200));
    interrupt(child);
    drop(stdin);
    assert_eq!(bench.read("out.csv"), "old");
    assert_eq!(bench.names(), ["out.csv", "points.csv", "zones.csv"]);
}

#[test]
fn while_it_matches() {
    let bench = Bench::new();
    let points: String = (0..400_000).fold(String::from("x,y\n"), |mut text, i| {
        let _ = writeln!(text, "{},{}", i % 1000, i / 1000);
        text
    });
    bench.write("points.csv", points);
    bench.write("out.csv", "old");
    let line = "match points.csv zones.csv --max-dist 4 --workers 1 -o out.csv --plot plot.png";
    for delay in [20, 60, 120] {
        let child = bench.command(line).stderr(Stdio::null()).spawn().expect("it starts");
        sleep(Duration::from_millis(delay));
        interrupt(child);
        assert_eq!(bench.names(), ["out.csv", "points.csv", "zones.csv"]);
        assert_eq!(bench.read("out.csv"), "old");
    }
}

#[test]
fn while_it_writes() {
    // A named pipe that nobody empties holds the second file back; the table is complete, beside
    // its place.
    for (option, pipe) in [("--plot", "pipe.svg"), ("--unmatched", "pipe.csv")] {
        let bench = Bench::new();
        let made = Command::new("mkfifo").arg(bench.file(pipe)).status().expect("mkfifo runs");
        assert!(made.success());
        let line = format!("match points.csv zones.csv --max-dist 4 -o out.csv {option} {pipe}");
        let child = bench.command(&line).spawn().expect("it starts");
        let begun = Instant::now();
        while bench.names().len() == 3 && begun.elapsed() < Duration::from_secs(5) {
            sleep(Duration::from_millis(10));
        }
        assert_eq!(bench.names().len(), 4, "the scratch file is there");
        interrupt(child);
        assert_eq!(bench.names(), [pipe, "points.csv", "zones.csv"]);
    }
}
