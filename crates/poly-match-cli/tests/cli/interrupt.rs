//! Signals that end the program: it ends at once, with the status of the signal, and leaves no file
//! behind.

// The tests read /proc to see what the program is doing.
#![cfg(target_os = "linux")]

use std::fmt::Write as _;
use std::fs;
use std::io::{Read as _, Write as _};
use std::os::unix::process::ExitStatusExt;
use std::process::{Child, ChildStdin, Command, Stdio};
use std::thread::sleep;
use std::time::{Duration, Instant};

use crate::bench::{Bench, MATCHES};

const HUP: i32 = 1;
const INT: i32 = 2;
const QUIT: i32 = 3;
const KILL: i32 = 9;
const TERM: i32 = 15;
/// The signals that the program handles.
const ALL: [i32; 4] = [HUP, INT, QUIT, TERM];

/// Time limit of each wait, far longer than it takes.
const PATIENCE: Duration = Duration::from_secs(60);

/// The signal mask in a line of `/proc/<process>/status`.
fn mask(process: &str, line: &str) -> u64 {
    let status = fs::read_to_string(format!("/proc/{process}/status")).unwrap_or_default();
    let mask = status.lines().find_map(|found| found.strip_prefix(line));
    mask.map_or(0, |mask| u64::from_str_radix(mask.trim(), 16).expect("hexadecimal"))
}

/// Asserts that the tests do not run with this signal ignored. A child inherits ignored signals, and a
/// shell ignores some in the programs that it starts in the background.
fn assert_is_not_ignored(signal: i32) {
    let is_ignored = mask("self", "SigIgn:") >> (signal - 1) & 1 == 1;
    assert!(!is_ignored, "run the tests where signal {signal} is not ignored");
}

/// Waits until the program handles a signal.
fn wait_for_handler(signal: i32, child: &Child) {
    let begun = Instant::now();
    while mask(&child.id().to_string(), "SigCgt:") >> (signal - 1) & 1 == 0 {
        assert!(begun.elapsed() < PATIENCE, "signal {signal} is not handled");
        sleep(Duration::from_millis(1));
    }
}

/// The program, without a core file if a signal ends it.
fn command(bench: &Bench, line: &str) -> Command {
    let mut shell = Command::new("sh");
    shell.current_dir(bench.path()).args(["-c", "ulimit -c 0; exec \"$0\" \"$@\""]);
    shell.arg(env!("CARGO_BIN_EXE_poly-match")).args(line.split_whitespace());
    shell
}

fn send(signal: i32, to: &Child) {
    let (signal, pid) = (format!("-{signal}"), to.id().to_string());
    assert!(Command::new("kill").args([&signal, &pid]).status().expect("kill runs").success());
}

/// Sends a signal, and asserts that it ends the program, which would otherwise wait for ever.
fn ends(signal: i32, mut child: Child) {
    if signal != KILL {
        assert_is_not_ignored(signal);
        wait_for_handler(signal, &child);
    }
    send(signal, &child);
    let begun = Instant::now();
    let status = loop {
        if let Some(status) = child.try_wait().expect("a child") {
            break status;
        }
        assert!(begun.elapsed() < PATIENCE, "it goes on after signal {signal}");
        sleep(Duration::from_millis(1));
    };
    // After Ctrl-C the program exits with status 130. The other signals end it themselves.
    let expected = if signal == INT { (Some(130), None) } else { (None, Some(signal)) };
    assert_eq!((status.code(), status.signal()), expected);
}

/// Starts the program, which then waits for the rest of its stdin.
fn waiting_for_stdin(command: &mut Command) -> (Child, ChildStdin) {
    let rows = "1,2\n".repeat(100_000);
    waiting_for_more(command, format!("x,y\n{rows}").as_bytes())
}

/// Starts the program with the start of its stdin, which is more than fits in the pipe. So once all is
/// written, the program is reading and handles signals.
fn waiting_for_more(command: &mut Command, start: &[u8]) -> (Child, ChildStdin) {
    let mut child = command.stdin(Stdio::piped()).spawn().expect("it starts");
    let mut stdin = child.stdin.take().expect("piped");
    stdin.write_all(start).expect("it reads");
    (child, stdin)
}

const FROM_STDIN: &str = "match - zones.csv --points-format csv --max-dist 4 -o out.csv";

#[test]
fn while_it_waits_for_stdin() {
    for signal in ALL {
        let bench = Bench::new();
        bench.write("out.csv", "old");
        let (child, stdin) = waiting_for_stdin(&mut command(&bench, FROM_STDIN));
        ends(signal, child);
        drop(stdin);
        assert_eq!(bench.read("out.csv"), "old");
        assert_eq!(bench.names(), ["out.csv", "points.csv", "zones.csv"]);
    }
}

#[test]
fn what_was_ignored_stays_ignored() {
    for (signal, name) in [(HUP, "HUP"), (INT, "INT"), (QUIT, "QUIT"), (TERM, "TERM")] {
        let bench = Bench::new();
        let mut shell = Command::new("sh");
        shell.current_dir(bench.path());
        shell.arg("-c").arg(format!("trap '' {name}; exec \"$0\" {FROM_STDIN}"));
        shell.arg(env!("CARGO_BIN_EXE_poly-match"));
        let (mut child, stdin) = waiting_for_stdin(&mut shell);
        send(signal, &child);
        // At the end of its input, the program finishes.
        drop(stdin);
        assert!(child.wait().expect("it ends").success(), "{name}");
        assert_eq!(bench.read("out.csv").lines().count(), 100_001);
    }
}

#[test]
fn while_it_matches() {
    let bench = Bench::new();
    let points: String = (0..400_000).fold(String::from("x,y\n"), |mut text, i| {
        let _ = writeln!(text, "{},{}", i % 1000, i / 1000);
        text
    });
    // Nobody reads the picture, so the program cannot finish before the signal.
    let made = Command::new("mkfifo").arg(bench.file("plot.png")).status().expect("mkfifo runs");
    assert!(made.success());
    bench.write("points.csv", points);
    bench.write("out.csv", "old");
    let line = "match points.csv zones.csv --max-dist 4 --workers 1 -o out.csv --plot plot.png";
    for (delay, signal) in [0, 50, 100, 200].into_iter().zip(ALL) {
        let child = command(&bench, line).stderr(Stdio::null()).spawn().expect("it starts");
        sleep(Duration::from_millis(delay));
        ends(signal, child);
        assert_eq!(bench.names(), ["out.csv", "plot.png", "points.csv", "zones.csv"]);
        assert_eq!(bench.read("out.csv"), "old");
    }
}

/// Waits until the program has an open scratch file, one without its final name, of some length.
fn wait_for_the_table(child: &Child, folder: &Bench, least: u64) {
    let opened = format!("/proc/{}/fd", child.id());
    let is_scratch = |path: &std::path::Path| {
        let path = path.to_string_lossy();
        path.ends_with(" (deleted)") || path.contains("/.poly-match-")
    };
    let begun = Instant::now();
    while begun.elapsed() < PATIENCE {
        for entry in fs::read_dir(&opened).expect("it runs").flatten() {
            let is_scratch = fs::read_link(entry.path()).is_ok_and(|path| is_scratch(&path));
            let is_long = fs::metadata(entry.path()).is_ok_and(|file| file.len() >= least);
            if is_scratch && is_long {
                return;
            }
        }
        sleep(Duration::from_millis(5));
    }
    panic!("no scratch file of the program: {:?}", folder.names());
}

/// Half of these points match.
fn many_points() -> String {
    "x,y\n".to_owned() + &"1,2\n90,90\n".repeat(300_000)
}

#[test]
fn in_the_middle_of_a_stream() {
    for outputs in [
        ["out.csv", "rest.parquet", "plot.png"],
        ["out.parquet", "rest.csv", "plot.svg"],
        ["out.csv.gz", "rest.arrows", "plot.svg"],
    ] {
        let points = many_points();
        ends_the_stream("csv", points.as_bytes(), outputs);
    }
    // GeoJSON is written at once if the types of the columns are known.
    let bench = Bench::new();
    bench.write("points.csv", many_points());
    bench.run("match points.csv zones.csv --max-dist 4 -o points.arrows").ok();
    let stream = fs::read(bench.file("points.arrows")).expect("a stream");
    // Without the mark of its end.
    let start = &stream[..stream.len() - 8];
    ends_the_stream("arrows", start, ["out.geojson", "rest.geojsonl", "plot.png"]);
}

/// Ends the program after many batches of points. The old files stay, and nothing is beside them.
fn ends_the_stream(format: &str, start: &[u8], outputs: [&str; 3]) {
    let [out, rest, plot] = outputs;
    let files = format!("-o {out} --unmatched {rest} --plot {plot}");
    let line = format!("match - zones.csv --points-format {format} --max-dist 4 {files}");
    for signal in ALL.into_iter().chain([KILL]) {
        let bench = Bench::new();
        bench.write(out, "old");
        bench.write(plot, "old");
        let names = bench.names();
        let (child, stdin) = waiting_for_more(&mut command(&bench, &line), start);
        wait_for_the_table(&child, &bench, 1 << 10);
        ends(signal, child);
        drop(stdin);
        assert_eq!(bench.names(), names, "{signal}: {line}");
        assert_eq!((bench.read(out), bench.read(plot)), ("old".into(), "old".into()));
    }
}

#[test]
fn while_a_stream_is_copied() {
    // To know the columns, these read the whole of stdin first.
    let feature = r#"{"type":"Feature","geometry":{"type":"Point","coordinates":[1,2]}}"#;
    let collection = r#"{"type":"FeatureCollection","features":["#.to_owned();
    for (format, start, out) in [
        ("csv", many_points(), "out.geojson"),
        ("geojson", collection + &format!("{feature},").repeat(50_000), "out.csv"),
        ("geojsonl", format!("{feature}\n").repeat(50_000), "out.parquet"),
    ] {
        for signal in ALL.into_iter().chain([KILL]) {
            let bench = Bench::new();
            fs::create_dir(bench.file("scratch")).expect("a directory");
            let names = bench.names();
            let line = format!("match - zones.csv --points-format {format} --max-dist 4 -o {out}");
            let mut command = command(&bench, &line);
            command.env("TMPDIR", bench.file("scratch"));
            let (child, stdin) = waiting_for_more(&mut command, start.as_bytes());
            wait_for_the_table(&child, &bench, 1 << 16);
            ends(signal, child);
            drop(stdin);
            assert_eq!(bench.names(), names);
            let scratch = fs::read_dir(bench.file("scratch")).expect("a directory");
            assert_eq!(scratch.count(), 0, "{signal}: {line}");
        }
    }
}

#[test]
fn while_it_writes() {
    // The second file is a named pipe that nobody reads. So neither file appears.
    for (option, pipe) in [("--plot", "pipe.svg"), ("--unmatched", "pipe.csv")] {
        for signal in ALL {
            let bench = Bench::new();
            let made = Command::new("mkfifo").arg(bench.file(pipe)).status().expect("mkfifo runs");
            assert!(made.success());
            let line =
                format!("match points.csv zones.csv --max-dist 4 -o out.csv {option} {pipe}");
            let child = command(&bench, &line).spawn().expect("it starts");
            wait_for_the_table(&child, &bench, 0);
            ends(signal, child);
            assert_eq!(bench.names(), [pipe, "points.csv", "zones.csv"]);
        }
    }
}

#[test]
fn a_pipe_is_written_once_it_has_a_reader() {
    let bench = Bench::new();
    let made = Command::new("mkfifo").arg(bench.file("pipe.csv")).status().expect("mkfifo runs");
    assert!(made.success());
    let line = "match points.csv zones.csv --max-dist 4 -o pipe.csv --plot plot.svg";
    let child = command(&bench, line).spawn().expect("it starts");
    let mut text = String::new();
    let mut pipe = fs::File::open(bench.file("pipe.csv")).expect("a pipe");
    pipe.read_to_string(&mut text).expect("text");
    assert_eq!(text, MATCHES);
    assert!(child.wait_with_output().expect("it ends").status.success());
}
