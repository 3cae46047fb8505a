//! Files that were changed at random, or cut: an error, or other rows; no panic, no hang, little memory.

mod common;

use std::time::{Duration, Instant};

use common::{files, peak, read, reset_peak};
use poly_match_io::{Format, ReadOptions, hide_caught_panics};

/// Changed files of each format. `POLY_MATCH_CASES` asks for others.
fn cases() -> usize {
    std::env::var("POLY_MATCH_CASES").map_or(10_000, |cases| cases.parse().expect("a number"))
}

/// A fast generator of random numbers (G. Marsaglia, 2003).
struct Random(u64);

impl Random {
    fn below(&mut self, end: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from((self.0 >> 11) % end as u64).expect("below the end")
    }

    /// Changes some bytes. Half of the changes are near the end, where footers are.
    fn mutate(&mut self, bytes: &mut Vec<u8>) {
        for _ in 0..=self.below(2) {
            let len = bytes.len();
            let near_end = len - self.below(len.min(700)) - 1;
            let at = if self.below(2) == 0 { near_end } else { self.below(len) };
            match self.below(12) {
                0..=3 => bytes[at] ^= 1 << self.below(8),
                4..=5 => bytes[at] = [0, 1, 0x7f, 0x80, 0xfe, 0xff][self.below(6)],
                6..=8 => bytes[at] = u8::try_from(self.below(256)).expect("a byte"),
                9 => drop(bytes.remove(at)),
                10 => bytes.insert(at, u8::try_from(self.below(256)).expect("a byte")),
                _ => {
                    // A number of 4 or 8 bytes that claims much.
                    let width = [4, 8][self.below(2)].min(len - at);
                    let huge = [u64::MAX, 1 << 35, 1 << 31, (1 << 31) - 1][self.below(4)];
                    bytes[at..at + width].copy_from_slice(&huge.to_le_bytes()[..width]);
                }
            }
        }
    }
}

/// Reads changed files. Says how many were refused.
fn try_all(format: Format, extensions: &[&str]) {
    hide_caught_panics();
    let files = files(extensions);
    let mut random = Random(0x9e37_79b9_7f4a_7c15);
    reset_peak();
    let before = peak();
    let started = Instant::now();
    let (mut refused, mut caught) = (0, 0);
    for case in 0..cases() {
        let (name, bytes) = &files[case % files.len()];
        let mut bytes = bytes.clone();
        random.mutate(&mut bytes);
        let read_at = Instant::now();
        if let Err(error) = read(bytes, format, &ReadOptions::default()) {
            refused += 1;
            let line = error.to_string();
            assert!(line.len() < 700 && !line.contains('\n'), "{name}, case {case}: {line}");
            caught += usize::from(line.contains("it cannot be decoded"));
        }
        assert!(read_at.elapsed() < Duration::from_secs(5), "{name}, case {case}");
    }
    let grown = peak().saturating_sub(before) >> 20;
    println!(
        "{format}: {refused} refused, {caught} by a panic, {grown} MiB, {:?}",
        started.elapsed()
    );
    assert!(refused > cases() / 4);
    assert!(grown < 256, "{grown} MiB");
}

#[test]
fn changed_parquet() {
    try_all(Format::Parquet, &["parquet"]);
}

#[test]
fn changed_arrow_files() {
    try_all(Format::ArrowFile, &["feather", "arrow"]);
}

#[test]
fn changed_arrow_streams() {
    try_all(Format::ArrowStream, &["arrows"]);
}

#[test]
fn cut_files() {
    hide_caught_panics();
    for (format, extensions) in [
        (Format::Parquet, &["parquet"][..]),
        (Format::ArrowFile, &["feather", "arrow"]),
        (Format::ArrowStream, &["arrows"]),
    ] {
        for (name, bytes) in files(extensions) {
            for len in (0..bytes.len()).step_by(7) {
                let cut = read(bytes[..len].to_vec(), format, &ReadOptions::default());
                // A stream may end after any message.
                let is_message = cut.is_ok() && format == Format::ArrowStream;
                assert!(cut.is_err() || is_message, "{name}: {len}");
            }
        }
    }
}
