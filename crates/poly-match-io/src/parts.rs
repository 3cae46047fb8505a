//! Several files as one table: their batches, one file after another.
//!
//! All files must have the columns of the first: names, types, and what fields declare of geometry.
//! They are checked before the first batch, so that a run does not end late.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use arrow_array::{RecordBatch, RecordBatchOptions};
use arrow_schema::{Field, FieldRef, Schema, SchemaRef};
use serde_json::Value;

use crate::error::{Error, Place, Result, quoted};
use crate::known::Known;
use crate::options::Batches;
use crate::places::Places;
use crate::replay::Replay;

/// A table in a file, as a [`Reader`](crate::Reader) reads it.
pub(crate) trait Part: Iterator<Item = Result<RecordBatch>> + Send {
    fn schema(&self) -> SchemaRef;

    fn places(&self) -> Places;

    fn primary_geometry(&self) -> Option<&str>;

    fn total_rows(&self) -> Option<u64>;

    fn known(&self) -> Result<Known>;
}

/// The batches of several files.
pub(crate) struct Parts<P, O> {
    paths: Vec<PathBuf>,
    open: O,
    schema: SchemaRef,
    primary: Option<String>,
    /// The position of the file that is being read, and the file.
    position: usize,
    part: Option<P>,
    /// The name of that file.
    name: String,
}

impl<P: Part, O: Fn(&Path) -> Result<P> + Send> Parts<P, O> {
    /// Checks the columns of all files.
    ///
    /// # Errors
    /// The errors of `open`; and if a file is no regular file, which could be read only once, or has
    /// other columns than the first.
    pub(crate) fn new(paths: Vec<PathBuf>, open: O) -> Result<Self> {
        paths.iter().try_for_each(|path| check_regular(path))?;
        let (mut schema, mut primary) = (Arc::new(Schema::empty()), None);
        for (position, path) in paths.iter().enumerate() {
            let part = open(path)?;
            if position == 0 {
                schema = part.schema();
                primary = part.primary_geometry().map(str::to_owned);
            } else {
                schema = Arc::new(common(&schema, &part.schema(), &paths[0], path)?);
            }
        }
        let name = paths.first().map(|path| path.display().to_string()).unwrap_or_default();
        Ok(Self { paths, open, schema, primary, position: 0, part: None, name })
    }

    fn read(&mut self) -> Result<Option<RecordBatch>> {
        while let Some(path) = self.paths.get(self.position) {
            let part = match &mut self.part {
                Some(part) => part,
                none => {
                    self.name = path.display().to_string();
                    none.insert((self.open)(path)?)
                }
            };
            if let Some(batch) = part.next() {
                let batch = batch?;
                let options = RecordBatchOptions::new().with_row_count(Some(batch.num_rows()));
                let (schema, columns) = (self.schema.clone(), batch.columns().to_vec());
                return Ok(Some(RecordBatch::try_new_with_options(schema, columns, &options)?));
            }
            self.part = None;
            self.position += 1;
        }
        Ok(None)
    }
}

impl<P: Part, O: Fn(&Path) -> Result<P> + Send> Iterator for Parts<P, O> {
    type Item = Result<RecordBatch>;

    fn next(&mut self) -> Option<Self::Item> {
        self.read().map_err(|error| error.in_file(&self.name)).transpose()
    }
}

impl<P: Part, O: Fn(&Path) -> Result<P> + Send> Batches for Parts<P, O> {
    fn schema(&self) -> SchemaRef {
        self.schema.clone()
    }

    fn file(&self) -> Option<&str> {
        Some(&self.name)
    }

    fn places(&self) -> Option<Places> {
        self.part.as_ref().map(Part::places)
    }

    fn primary_geometry(&self) -> Option<&str> {
        self.primary.as_deref()
    }

    fn total_rows(&self) -> Option<u64> {
        let rows = |path: &PathBuf| (self.open)(path).ok()?.total_rows();
        self.paths.iter().try_fold(0, |sum: u64, path| sum.checked_add(rows(path)?))
    }

    fn known(&self) -> Result<Known> {
        let mut all: Option<Known> = None;
        for path in &self.paths {
            let known = (self.open)(path)?.known()?;
            all = Some(match all {
                Some(all) => all.and(known),
                None => known,
            });
        }
        Ok(all.unwrap_or_default())
    }
}

/// Files that can be read twice, with their names.
pub(crate) fn replays(paths: &[PathBuf]) -> Result<Vec<(String, Replay)>> {
    let replay = |path: &PathBuf| {
        check_regular(path)?;
        Ok((path.display().to_string(), Replay::Path(path.clone())))
    };
    paths.iter().map(replay).collect()
}

/// Checks that a file can be read more than once.
fn check_regular(path: &Path) -> Result<()> {
    let checked = match path.metadata() {
        Ok(metadata) if metadata.is_file() => return Ok(()),
        Ok(_) => {
            Error::unsupported("expected a file, as there are several, got a pipe or a folder")
        }
        Err(error) => Error::from(error),
    };
    Err(checked.in_file(path.display()))
}

/// The schema of the first file, with nulls where another file has them.
fn common(first: &Schema, other: &Schema, first_path: &Path, path: &Path) -> Result<Schema> {
    let first_name = first_path.display();
    let wrong = |error: Error| error.in_file(path.display());
    let (expected, got) = (first.fields().len(), other.fields().len());
    if expected != got {
        return Err(wrong(Error::malformed(format_args!(
            "expected {expected} columns as in {first_name}, got {got}"
        ))));
    }
    let fields = first.fields().iter().zip(other.fields()).map(|(field, its)| {
        if field.name() != its.name() || !field.data_type().equals_datatype(its.data_type()) {
            let [expected, got] = [field, its].map(|field| described(field));
            return Err(wrong(Error::malformed(format_args!(
                "expected the column {expected} as in {first_name}, got {got}"
            ))));
        }
        if extension(field) != extension(its) {
            let [expected, got] = [field, its].map(|field| extension(field).1.to_string());
            let what =
                format_args!("expected a geometry as in {first_name}, {expected}, got {got}");
            return Err(wrong(Error::malformed(what).at(Place::Column(field.name().clone()))));
        }
        let is_nullable = field.is_nullable() || its.is_nullable();
        Ok(FieldRef::from(field.as_ref().clone().with_nullable(is_nullable)))
    });
    let fields = fields.collect::<Result<Vec<_>>>()?;
    Ok(Schema::new_with_metadata(fields, first.metadata().clone()))
}

fn described(field: &Field) -> String {
    format!("{}: {}", quoted(field.name()), field.data_type())
}

/// The extension of a field, and what it says.
fn extension(field: &Field) -> (Option<&str>, Value) {
    let text = field.extension_type_metadata().unwrap_or("{}");
    let metadata = serde_json::from_str(text).unwrap_or_else(|_| text.into());
    (field.extension_type_name(), metadata)
}
