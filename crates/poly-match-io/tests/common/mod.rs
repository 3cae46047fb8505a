//! What the tests of hostile files share.

#![allow(dead_code, reason = "no test uses all")]

use std::fs;
use std::path::Path;

use poly_match_io::{Error, Format, ReadOptions, Reader, Source};

/// The committed files of a format, by their names.
pub(crate) fn files(extensions: &[&str]) -> Vec<(String, Vec<u8>)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data");
    let mut files: Vec<_> = fs::read_dir(folder)
        .expect("a folder")
        .map(|entry| entry.expect("an entry").path())
        .filter(|path| path.extension().is_some_and(|e| extensions.iter().any(|x| e == *x)))
        .map(|path| (path.display().to_string(), fs::read(&path).expect("read")))
        .collect();
    files.sort();
    assert!(!files.is_empty());
    files
}

/// Reads all rows. Gives their number.
pub(crate) fn read(bytes: Vec<u8>, format: Format, options: &ReadOptions) -> Result<usize, Error> {
    let mut options = options.clone();
    options.format = Some(format);
    let reader = Reader::open(Source::bytes("hostile", bytes), &options)?;
    let mut rows = 0;
    for batch in reader {
        rows += batch?.num_rows();
    }
    Ok(rows)
}

/// Starts to measure the peak of this process's memory anew.
pub(crate) fn reset_peak() {
    fs::write("/proc/self/clear_refs", "5").expect("Linux");
}

/// The peak of this process's memory, in bytes.
pub(crate) fn peak() -> u64 {
    let status = fs::read_to_string("/proc/self/status").expect("Linux");
    let line = status.lines().find(|line| line.starts_with("VmHWM:")).expect("a line");
    let kib = line.split_whitespace().nth(1).expect("a number");
    kib.parse::<u64>().expect("a number") << 10
}
