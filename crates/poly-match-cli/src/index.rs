//! The command `index`: build a matcher of polygons, and save it.

use std::collections::HashSet;
use std::io::Write;
use std::sync::Arc;

use arrow_array::{RecordBatch, RecordBatchOptions};
use arrow_schema::Schema;
use poly_match_io::FEATURE_ID;

use crate::args::{Build, IndexPlan};
use crate::failure::{Failure, quoted};
use crate::numbers::counted;
use crate::output::Files;
use crate::saved::{self, Facts, Said};
use crate::zones::Zones;

pub(crate) fn run(plan: &IndexPlan) -> Result<(), Failure> {
    plan.output.check()?;
    let zones = Zones::build(&plan.build, false)?;
    let files = Files::create([&plan.output])?;
    let mut buffers = files.buffers();
    for to in buffers.groups([1]).into_iter().flatten() {
        let (facts, columns) = (facts(&plan.build, &zones), columns(&zones)?);
        let saved = saved::write(to, &zones.matcher, &facts, zones.labels.as_ref(), &columns);
        plan.output.named(saved)?;
    }
    buffers.flush()?;
    drop(buffers);
    files.appear()?;
    if !plan.quiet {
        let polygons = counted(zones.matcher.len(), ["polygon", "polygons"]);
        // An error is ignored: stderr may be closed.
        let _ = writeln!(std::io::stderr(), "poly-match: {polygons} saved");
    }
    Ok(())
}

/// What the file says of the matcher.
fn facts(build: &Build, zones: &Zones) -> Facts {
    let rule = &build.rule;
    let said = Said {
        near: &rule.near,
        best: &rule.best,
        tie: rule.tie,
        center: rule.center,
        planar: build.planar,
        labels: zones.labels.as_ref().map(|labels| labels.list().len()),
    };
    Facts {
        rule: said.to_string(),
        crs: zones.crs.as_ref().map(|crs| crs.definition().to_owned()),
        planar: build.planar,
        by: zones.by.clone(),
    }
}

/// The columns that the file keeps: the ids, and those that are asked for. No name comes twice.
fn columns(zones: &Zones) -> Result<RecordBatch, Failure> {
    let mut names = HashSet::new();
    let mut fields = Vec::new();
    let mut arrays = Vec::new();
    for (column, is_id) in zones
        .ids
        .iter()
        .map(|ids| (ids, true))
        .chain(zones.fields.iter().map(|field| (field, false)))
    {
        let mut field = column.field().as_ref().clone();
        if is_id {
            field.metadata_mut().insert(FEATURE_ID.to_owned(), "true".to_owned());
        }
        if !names.insert(column.name().to_owned()) {
            let name = quoted(column.name());
            let cause =
                format_args!("two columns to save are called {name}: rename one, as NAME:NEW");
            return Err(Failure::new(cause).in_file(&zones.name));
        }
        fields.push(field);
        arrays.push(column.array().clone());
    }
    let options = RecordBatchOptions::new().with_row_count(Some(zones.matcher.len()));
    let schema = Arc::new(Schema::new(fields));
    RecordBatch::try_new_with_options(schema, arrays, &options).map_err(Failure::new)
}
