//! The commands `match` and `summary`: read points, match and write them, batch by batch, all at the
//! same time.

mod outs;
mod seen;
mod summary;
mod work;

use std::io::Write;
use std::time::Instant;

use poly_match_io::{Format, Reader, Stop};

use crate::args::Plan;
use crate::failure::{Failure, quoted};
use crate::groups::Labels;
use crate::input::Input;
use crate::origins::Batches;
use crate::output::{Files, Target};
use crate::progress::Progress;
use crate::read::{Asked, GroupBy, PointColumns};
use crate::report::Report;
use crate::search::Search;
use crate::systems::{OfPoints, warn_of_polygons};
use crate::write::{Added, Numeric};
use crate::zones::Zones;
use outs::{Outs, Sheet};
use seen::Seen;
use work::Work;

pub(crate) fn run(plan: Plan) -> Result<(), Failure> {
    let begun = Instant::now();
    plan.targets().into_iter().try_for_each(|(_, target)| target.check())?;
    let mut zones = Zones::of(&plan)?;
    let labels = zones.labels.take();
    let asked = asked(plan.asked, labels.is_some(), &zones)?;
    let format = plan.output.as_ref().and_then(|output| output.format);
    let (points, reader, numeric) = first_pass(plan.points, format, plan.quiet)?;
    let plan = Plan { points, asked, ..plan };
    let report = stream(begun, &plan, reader, &zones, labels, &numeric)?;
    if !plan.quiet {
        // An error is ignored: stderr may be closed.
        let _ = writeln!(std::io::stderr(), "poly-match: {report}");
        if report.matched == 0 && report.extents.are_apart() {
            let extents = report.extents;
            let _ = writeln!(std::io::stderr(), "poly-match: nothing matched: {extents}");
        }
    }
    Ok(())
}

/// What is asked of the points. A saved matcher with labels knows the name of their column.
fn asked(asked: Asked, has_labels: bool, zones: &Zones) -> Result<Asked, Failure> {
    let wrong = |cause: String| Err(Failure::new(cause).in_file(&zones.name));
    let group_by = match (asked.group_by, has_labels, &zones.by) {
        (None, true, Some(by)) => Some(GroupBy { points: by.clone(), polygons: by.clone() }),
        (None, true, None) => {
            return wrong(
                "its polygons have labels: name the points' column with --group-by".into(),
            );
        }
        (Some(_), false, _) => {
            return wrong("its polygons have no labels: leave out --group-by".into());
        }
        (Some(columns), true, Some(by))
            if zones.outlines.is_none()
                && columns.polygons != *by
                && columns.polygons != columns.points =>
        {
            let by = quoted(by);
            return wrong(format!("its labels are of the column {by}: use --group-by PCOL={by}"));
        }
        (group_by, _, _) => group_by,
    };
    Ok(Asked { group_by, ..asked })
}

/// Opens the points. If the output is GeoJSON, finds the columns of text that hold numbers: text without
/// types is read twice for that.
fn first_pass(
    points: Input,
    format: Option<Format>,
    quiet: bool,
) -> Result<(Input, Reader, Numeric), Failure> {
    let mut numeric = Numeric::default();
    let is_geojson = matches!(format, Some(Format::GeoJson | Format::GeoJsonLines));
    let points = if is_geojson { points.repeatable()? } else { points };
    let mut reader = points.open()?;
    if is_geojson && matches!(reader.format(), Format::Csv | Format::Tsv) {
        let mut progress =
            Progress::new("reading columns", Instant::now(), quiet, || reader.meter());
        for batch in reader {
            let batch = batch.map_err(|error| points.text().explained(error))?;
            numeric.look(&batch);
            progress.advance(batch.num_rows());
        }
        reader = points.open()?;
    }
    Ok((points, reader, numeric))
}

/// Why the stream ended before its end.
enum Ended {
    Failed(Failure),
    /// Nobody reads the output any more.
    Closed,
}

impl From<Failure> for Ended {
    fn from(failure: Failure) -> Self {
        Self::Failed(failure)
    }
}

/// Matches all points, and writes all that is asked for.
fn stream(
    begun: Instant,
    plan: &Plan,
    reader: Reader,
    zones: &Zones,
    labels: Option<Labels>,
    numeric: &Numeric,
) -> Result<Report, Failure> {
    let columns = PointColumns::of(&reader, &plan.asked);
    let columns = columns.map_err(|failure| plan.points.failed(failure))?;
    let systems = OfPoints::new(plan.points.to_string(), zones.system(), columns.crs.as_ref())?;
    let added =
        Added { has_rank: plan.k.is_some(), ids: zones.ids.clone(), fields: zones.fields.clone() };
    let matches = Sheet::of_matches(plan, &columns, &added, numeric);
    let unmatched = Sheet::of_unmatched(plan, &columns);
    let search = Search::new(&zones.matcher, plan.k, plan.workers);
    let mut batches = Batches::of_rows(reader, plan.points.text(), search.batch());
    let mut seen = Seen::new(begun, plan, zones, || batches.meter());
    let mut work = Work {
        columns: &columns,
        search,
        labels,
        systems,
        table: matches.as_ref().map(|sheet| &sheet.table),
        unmatched: unmatched.as_ref().map(|sheet| &sheet.table),
        how: plan.how,
    };

    let summary = plan.summary.as_ref().map(summary::files).unwrap_or_default();
    let of_sheet = |sheet: Option<&Sheet<'_>>| sheet.map_or_else(Vec::new, |s| s.files.clone());
    let one = |target: Option<&Target>| target.cloned().into_iter().collect();
    let targets: [Vec<Target>; 5] = [
        of_sheet(matches.as_ref()),
        of_sheet(unmatched.as_ref()),
        summary,
        one(plan.plot.as_ref().map(|(target, _)| target)),
        one(plan.stats.as_ref()),
    ];
    let files = Files::create(targets.iter().flatten())?;
    let mut buffers = files.buffers();
    let [to_matches, to_unmatched, to_summary, mut to_plot, mut to_stats] =
        buffers.groups(targets.each_ref().map(Vec::len));
    let mut outs = Outs::start((matches.as_ref(), to_matches), (unmatched.as_ref(), to_unmatched))?;
    let needs_all = plan.summary.is_some() || plan.plot.is_some() || plan.stats.is_some();
    let ended = poly_match_io::run(
        batches.map(|batch| batch.map_err(Ended::from)),
        |batch| work.batch(&batch).map_err(|failure| batch.origin.failed(failure).into()),
        |done| {
            seen.look(&done);
            outs.write(&done)?;
            if outs.are_closed() && !needs_all { Err(Ended::Closed) } else { Ok(()) }
        },
        || Ok(()),
        &Stop::new(),
    );
    match ended {
        Ok(()) => {}
        Err(Ended::Closed) => seen.report.is_cut = true,
        Err(Ended::Failed(failure)) => return Err(failure),
    }
    if work.systems.are_degrees() {
        seen.beyond.warn(&plan.points.to_string());
        if let Some(outlines) = &zones.outlines {
            warn_of_polygons(&zones.name, outlines.odd);
        }
    }
    let labels = work.labels.as_ref().filter(|_| !zones.matcher.is_empty());
    seen.report.mismatch = labels.and_then(Labels::mismatch);

    outs.finish()?;
    if let (Some(to), Some(tally)) = (&plan.summary, &seen.tally) {
        summary::write(to, plan.workers, zones, tally, seen.report.points, to_summary)?;
    }
    let picture = seen.picture(plan, zones, &columns, work.systems.are_degrees());
    if let (Some(to), Some((target, drawn))) = (to_plot.pop(), picture) {
        let bytes = drawn.map_err(|cause| Failure::new(cause).in_file(target))?;
        target.named(to.write_all(&bytes))?;
    }
    let report = seen.into_report();
    if let (Some(to), Some(target)) = (to_stats.pop(), &plan.stats) {
        target.named(to.write_all(report.json().as_bytes()))?;
    }
    buffers.flush()?;
    drop(buffers);
    files.appear()?;
    Ok(report)
}
