//! The command `check`: read polygons, find what is suspicious, write the findings.

use std::convert::Infallible;
use std::fmt;
use std::io::{self, Write};
use std::process::ExitCode;
use std::sync::Arc;

use arrow_array::{ArrayRef, Float64Array, Int64Array, RecordBatch, StringArray, new_null_array};
use arrow_schema::DataType;
use arrow_select::take::take;
use poly_match_geo::{Finding, check};
use poly_match_io::Format;

use crate::args::CheckPlan;
use crate::column::Column;
use crate::failure::Failure;
use crate::numbers::{counted, grouped};
use crate::output::{Files, Target};
use crate::plot::{self, Scene};
use crate::read::{self, Fields, Wanted};
use crate::systems;
use crate::write::Out;

/// Returns the exit status.
pub(crate) fn run(plan: &CheckPlan) -> Result<ExitCode, Failure> {
    let plot_target = plan.plot.as_ref().map(|(target, _)| target);
    let targets = [Some(&plan.output.target), plot_target];
    targets.into_iter().flatten().try_for_each(Target::check)?;
    let fields = Fields::default();
    let wanted = Wanted {
        source: &plan.source,
        id: plan.id.as_deref(),
        fields: &fields,
        keys: Vec::new(),
        label: None,
        on_invalid: plan.on_invalid,
        quiet: plan.quiet,
    };
    let polygons = read::polygons(&plan.polygons, &wanted)?;
    let is_degrees =
        plan.is_degrees.unwrap_or_else(|| systems::is_geographic(polygons.shaped.crs.as_ref()));
    // A signal ends the program at once: nothing has to be polled.
    let Ok(found) = check(&polygons.shaped.shapes, is_degrees, || Ok::<(), Infallible>(()));

    let table = findings(&found, polygons.ids().as_ref())?;
    let format = plan.output.format.unwrap_or(Format::Csv);
    let of_table = plan.output.files(format);
    let targets = [&of_table[..], plot_target.map_or(&[], std::slice::from_ref)];
    let files = Files::create(targets.into_iter().flatten())?;
    let mut buffers = files.buffers();
    let [to_table, mut to_plot] = buffers.groups(targets.map(<[_]>::len));
    let mut out = Out::new(&plan.output, format, &table.schema(), None, None, to_table)?;
    out.write(&table)?;
    out.finish()?;
    if let (Some(to), Some((target, format))) = (to_plot.pop(), &plan.plot) {
        let bytes =
            plot::draw(&Scene::of_findings(&polygons.shaped.shapes, &found, is_degrees), *format);
        let bytes = bytes.map_err(|cause| Failure::new(cause).in_file(target))?;
        target.named(to.write_all(&bytes))?;
    }
    buffers.flush()?;
    drop(buffers);
    files.appear()?;
    if !plan.quiet {
        let summary = Summary { polygons: polygons.shaped.shapes.len(), found: &found };
        // An error is ignored: stderr may be closed.
        let _ = writeln!(io::stderr(), "poly-match: {summary}");
    }
    let is_refused = plan.strict && !found.is_empty();
    Ok(if is_refused { ExitCode::FAILURE } else { ExitCode::SUCCESS })
}

/// The findings as a table: a row for each.
fn findings(found: &[Finding], ids: Option<&Column>) -> Result<RecordBatch, Failure> {
    let positions = found.iter().map(|finding| i64::try_from(finding.polygon).unwrap_or(i64::MAX));
    let positions = Int64Array::from_iter_values(positions);
    let ids: ArrayRef = match ids {
        Some(ids) => take(ids.array(), &positions, None).map_err(Failure::new)?,
        None => new_null_array(&DataType::Utf8, found.len()),
    };
    let axis = |axis: usize| {
        Float64Array::from_iter(found.iter().map(|finding| finding.at.map(|at| at[axis])))
    };
    let words = StringArray::from_iter_values(found.iter().map(|finding| finding.kind.word()));
    let texts = found.iter().map(|finding| finding.kind.to_string());
    let columns: [(&str, ArrayRef, bool); 6] = [
        ("polygon", Arc::new(positions), false),
        ("polygon_id", ids, true),
        ("finding", Arc::new(words), false),
        ("x", Arc::new(axis(0)), true),
        ("y", Arc::new(axis(1)), true),
        ("message", Arc::new(StringArray::from_iter_values(texts)), false),
    ];
    RecordBatch::try_from_iter_with_nullable(columns).map_err(Failure::new)
}

/// The summary that is printed at the end.
struct Summary<'a> {
    polygons: usize,
    found: &'a [Finding],
}

impl fmt::Display for Summary<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let invalid = self.found.iter().filter(|finding| finding.kind.is_invalid()).count();
        let polygons = counted(self.polygons, ["polygon", "polygons"]);
        let found = counted(self.found.len(), ["finding", "findings"]);
        write!(f, "{polygons}, {found} ({} invalid)", grouped(invalid))
    }
}
