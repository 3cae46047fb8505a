//! Finds out about a saved matcher.

use std::fs;
use std::path::Path;

use arrow_schema::SchemaRef;
use poly_match_geo::Crs;

use super::rows::FirstRows;
use crate::failure::Failure;
use crate::saved::{self, Facts};

/// What was found out about a saved matcher.
#[derive(Debug)]
pub(super) struct Saved {
    pub(super) file: String,
    pub(super) bytes: u64,
    pub(super) polygons: usize,
    pub(super) facts: Facts,
    pub(super) crs: Option<Crs>,
    /// The labels of its groups, if it has groups.
    pub(super) labels: Option<Vec<String>>,
    /// The columns that it keeps.
    pub(super) schema: SchemaRef,
    pub(super) first: FirstRows,
}

/// Finds out about a saved matcher, of whose columns the first `most` rows are shown.
pub(super) fn about(path: &Path, most: usize) -> Result<Saved, Failure> {
    let saved = saved::read(path)?;
    let mut first = FirstRows::new(most);
    if saved.columns.num_columns() > 0 {
        first.add(&saved.columns);
    }
    let labels = saved
        .labels
        .as_ref()
        .map(|labels| labels.list().iter().map(|label| label.text().to_owned()).collect());
    Ok(Saved {
        file: path.display().to_string(),
        bytes: fs::metadata(path).map_or(0, |there| there.len()),
        polygons: saved.matcher.len(),
        crs: saved.facts.crs.as_deref().map(Crs::named),
        facts: saved.facts,
        labels,
        schema: saved.columns.schema(),
        first,
    })
}
