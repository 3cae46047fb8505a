//! Tests with standard streams that are closed, full, or no longer read.

#![cfg(unix)]

use crate::bench::{Bench, MATCHES};

const LINE: &str = "$program match points.csv zones.csv --max-dist 4 --quiet";
const FROM_STDIN: &str = "$program match - zones.csv --points-format csv --max-dist 4 --quiet";

#[test]
fn a_closed_stdout_is_an_error_where_it_is_used() {
    let bench = Bench::new();
    let expected = "poly-match: <stdout>: Bad file descriptor";
    bench.shell(&format!("{LINE} >&-")).fails(expected);
    bench.shell(&format!("{LINE} >&- <&-")).fails(expected);
    bench.shell(&format!("{LINE} -o out.csv --unmatched - >&-")).fails(expected);
    bench.shell("$program --version >&-").fails(expected);
    bench.shell("$program match --help >&-").fails(expected);
    assert_eq!(bench.names(), ["points.csv", "zones.csv"]);
    // A closed stream that is not used is no error.
    bench.shell(&format!("{LINE} -o out.csv >&- <&- 2>&-")).ok();
    assert_eq!(bench.read("out.csv"), MATCHES);
    // With stderr closed, only the exit status tells of the error.
    assert_eq!(bench.shell(&format!("{LINE} >&- 2>&-")).status, Some(1));
}

#[test]
fn a_closed_stdin_is_an_error_where_it_is_used() {
    let bench = Bench::new();
    bench.shell(&format!("{FROM_STDIN} <&-")).fails("poly-match: <stdin>: Bad file descriptor");
    assert_eq!(bench.shell(&format!("{LINE} <&-")).ok(), MATCHES);
}

#[test]
fn the_null_device_is_not_closed() {
    let bench = Bench::new();
    for null in [">/dev/null", "<>/dev/null >&0", "</dev/null >/dev/null"] {
        bench.shell(&format!("{LINE} {null}")).ok();
        bench.shell(&format!("$program --version {null}")).ok();
    }
    bench.shell(&format!("{FROM_STDIN} </dev/null")).fails("<stdin>: the file is empty");
}

#[test]
#[cfg(target_os = "linux")]
fn a_stdout_that_takes_nothing_is_an_error() {
    let bench = Bench::new();
    for (to, expected) in [
        (">/dev/full", "poly-match: <stdout>: No space left on device"),
        ("1<zones.csv", "poly-match: <stdout>: Bad file descriptor"),
    ] {
        bench.shell(&format!("{LINE} {to}")).fails(expected);
        bench.shell(&format!("{LINE} -o out.csv --unmatched - {to}")).fails(expected);
    }
    bench.shell("$program match --help >/dev/full").fails("<stdout>: No space left on device");
    assert_eq!(bench.names(), ["points.csv", "zones.csv"]);
}

#[test]
fn a_reader_that_has_gone_is_no_error() {
    let bench = Bench::new();
    for command in [LINE, "$program match --help", "$program --version"] {
        let ran = bench.shell(&format!("{{ sleep 0.2; {command}; echo $? >&2; }} | true"));
        assert_eq!(ran.stderr, "0\n", "{command}");
    }
}

#[test]
fn a_reader_that_has_seen_enough_ends_an_endless_stream() {
    let bench = Bench::new();
    let points = "{ echo x,y; exec yes 1,1; }";
    let line = "$program match - zones.csv --points-format csv --max-dist 4 --quiet";
    for (options, head, expected) in [
        ("", "head -1", "x,y,polygon,distance\n"),
        ("--output-format tsv", "head -1", "x\ty\tpolygon\tdistance\n"),
        ("--output-format arrows", "head -c 1 >/dev/null", ""),
    ] {
        let script = format!("{points} | {{ timeout 60 {line} {options}; echo $? >&2; }} | {head}");
        let ran = bench.shell(&script);
        assert_eq!((ran.stderr.as_str(), ran.stdout.as_str()), ("0\n", expected), "{options}");
    }
}

/// A named pipe is as stdin: CSV, if nothing shows its format.
#[test]
#[cfg(unix)]
fn named_pipes_are_read_as_stdin_is() {
    let bench = Bench::new();
    let script =
        "mkfifo p q; cat points.csv >p & cat zones.csv >q & $program match p q --max-dist 4";
    assert_eq!(bench.shell(script).ok(), MATCHES);
    let swapped = "cat zones.csv >p & cat points.csv >q & $program match p q --near covers; cat p";
    let ran = bench.shell(&format!("mkfifo p q; {swapped}"));
    assert!(ran.stderr.contains("q: no column looks like geometry"), "{ran:?}");
}
