//! Saved matchers: files that the program and Python both read and write.
//!
//! The core saves the index; here are the sections beside it, as `python/poly_match/_facts.py` has them:
//!
//! | section | holds |
//! |---|---|
//! | `python` | the facts: the rule as text, the coordinate system, and which sections are there |
//! | `labels` | the labels of the groups, as JSON |
//! | `columns` | the columns of the polygons, as a stream of Arrow |
//! | `callable`, `objects` | what only Python can use: pickled objects |
//!
//! A file may come from anywhere: whatever it holds, reading it gives a valid matcher or an error.

mod columns;
mod facts;
mod hexadecimal;
mod json;
mod labels;
mod rule;

use std::fmt;
use std::io::{self, Write};
use std::path::Path;

use arrow_array::RecordBatch;
use poly_match::Matcher;

use crate::failure::Failure;
use crate::groups::Labels;

pub(crate) use facts::Facts;
pub(crate) use rule::Said;

// Names of the sections.
const FACTS: &str = "python";
const LABELS: &str = "labels";
const CALLABLE: &str = "callable";
const OBJECTS: &str = "objects";
const COLUMNS: &str = "columns";

/// A matcher from a file.
#[derive(Debug)]
pub(crate) struct Saved {
    pub(crate) matcher: Matcher,
    pub(crate) facts: Facts,
    /// The labels of its groups, if it has groups.
    pub(crate) labels: Option<Labels>,
    /// A row for each polygon. It has no columns if none were saved.
    pub(crate) columns: RecordBatch,
}

/// Maps a file that [`write()`] or Python wrote.
///
/// # Errors
/// If the file cannot be read, is damaged or unsound, or holds what only Python can use.
pub(crate) fn read(path: &Path) -> Result<Saved, Failure> {
    read_unnamed(path).map_err(|failure| failure.in_file(path.display()))
}

fn read_unnamed(path: &Path) -> Result<Saved, Failure> {
    let saved = poly_match_file::load(path, || Ok::<(), poly_match_file::Error>(()));
    of_core(saved.map_err(Failure::new)?)
}

fn of_core(saved: poly_match::Saved) -> Result<Saved, Failure> {
    let (facts, sections) = facts::read(&saved)?;
    let labels = match (saved.groups(), sections.has_labels) {
        (Some(groups), true) => Some(labels::read(section(&saved, LABELS)?, groups)?),
        _ => None,
    };
    let columns = if sections.has_columns {
        columns::read(section(&saved, COLUMNS)?, saved.matcher.len())?
    } else {
        columns::none(saved.matcher.len())?
    };
    Ok(Saved { matcher: saved.matcher, facts, labels, columns })
}

/// Writes a matcher, so that [`read`] and Python's `Matcher.load` read it. `columns` have a row for each
/// polygon.
///
/// # Errors
/// The errors of `out`; [`io::ErrorKind::InvalidInput`] for a label or a column that cannot be saved.
pub(crate) fn write(
    out: &mut dyn Write,
    matcher: &Matcher,
    facts: &Facts,
    labels: Option<&Labels>,
    columns: &RecordBatch,
) -> io::Result<()> {
    let has_columns = columns.num_columns() > 0;
    let facts = facts.to_json(labels, has_columns);
    let labels = labels.map(labels::write).transpose()?;
    let columns = has_columns.then(|| columns::write(columns)).transpose()?;
    let mut attached = vec![(FACTS, facts.as_slice())];
    attached.extend(labels.as_deref().map(|labels| (LABELS, labels)));
    attached.extend(columns.as_deref().map(|columns| (COLUMNS, columns)));
    matcher.write_to(out, &attached)
}

fn section<'a>(saved: &'a poly_match::Saved, name: &str) -> Result<&'a [u8], Failure> {
    saved.attached(name)?.ok_or_else(|| unsound(format_args!("its section {name:?}")))
}

/// The error for a file that was made or changed by something else.
fn unsound(expected: impl fmt::Display) -> Failure {
    Failure::new(format_args!("an unsound saved matcher: expected {expected}"))
}

/// The error for a file of Python that the program cannot use.
fn only_python(what: impl fmt::Display) -> Failure {
    Failure::new(format_args!("{what}: Python can load it, by Matcher.load; this program cannot"))
}

fn invalid(what: impl fmt::Display) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidInput, what.to_string())
}

#[cfg(test)]
mod tests;
