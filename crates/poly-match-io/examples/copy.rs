//! Copies a table from one format to another: `copy zones.parquet zones.arrow`.
//!
//! The input may be a folder of files or a pattern. The extension of the output names its format, and
//! that of text may end in `.gz` or `.zst`. It reads and writes at the same time, and needs no more memory
//! for a longer table.

use std::error::Error;
use std::fs::File;
use std::path::PathBuf;
use std::process::ExitCode;

use poly_match_io::{
    Codec, Format, ReadOptions, Reader, Stop, WriteOptions, Writer, find_inputs,
    hide_caught_panics, run,
};

fn main() -> ExitCode {
    hide_caught_panics();
    match copy() {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("copy: {error}");
            ExitCode::FAILURE
        }
    }
}

fn copy() -> Result<(), Box<dyn Error>> {
    let paths: Vec<_> = std::env::args_os().skip(1).map(PathBuf::from).collect();
    let [from, to] = &paths[..] else { return Err("expected two paths: copy FROM TO".into()) };
    let format = Format::of_path(to).ok_or("the extension of the output names no format")?;
    let stop = Stop::new();
    let reader = Reader::open_all(&find_inputs(from)?, &ReadOptions::default(), &stop)?;
    let mut options = WriteOptions::default();
    options.codec = Codec::of_path(to);
    options.primary_geometry = reader.primary_geometry().map(str::to_owned);
    let schema = reader.schema();
    let mut writer = Writer::new(File::create(to)?, format, &schema, &options)?;
    run(reader, Ok, |batch| writer.write(&batch), || Ok(()), &stop)?;
    Ok(writer.finish()?)
}
