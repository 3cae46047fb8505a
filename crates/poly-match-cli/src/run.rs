//! The command `match`: read points, match and write them, batch by batch, all at the same time.

use std::io::Write;
use std::time::Instant;

use arrow_array::{BooleanArray, RecordBatch};
use poly_match::{Bounds, Point, Query};
use poly_match_io::{Format, Stop};

use crate::args::{How, Plan};
use crate::extents::{self, Extents};
use crate::failure::{Failure, quoted};
use crate::groups::Labels;
use crate::input::Input;
use crate::origins::{Batch, Batches};
use crate::output::{Files, Target};
use crate::plot::{self, Collected, Scene};
use crate::progress::Progress;
use crate::read::{Asked, At, GroupBy, PointColumns};
use crate::search::Search;
use crate::summary::Summary;
use crate::systems::{Beyond, OfPoints, warn_of_polygons};
use crate::write::{Added, Numeric, Out, Table};
use crate::zones::Zones;

pub(crate) fn run(plan: Plan) -> Result<(), Failure> {
    let begun = Instant::now();
    let plot_target = plan.plot.as_ref().map(|(target, _)| target);
    let unmatched_target = plan.unmatched.as_ref().map(|unmatched| &unmatched.target);
    for target in [Some(&plan.output.target), unmatched_target, plot_target].into_iter().flatten() {
        target.check()?;
    }
    let mut zones = Zones::of(&plan)?;
    let labels = zones.labels.take();
    let asked = asked(plan.asked, labels.is_some(), &zones)?;
    let streaming = Instant::now();
    let (points, numeric) = first_pass(plan.points, plan.output.format)?;
    let plan = Plan { points, asked, ..plan };
    let (mut summary, seen) = stream(&plan, &zones, labels, &numeric)?;
    summary.matching = streaming.elapsed();
    if !plan.quiet {
        summary.in_all = begun.elapsed();
        // An error is ignored: stderr may be closed.
        let _ = writeln!(std::io::stderr(), "poly-match: {summary}");
        let polygons = zones.outlines.as_ref().map_or(Bounds::EMPTY, |outlines| outlines.extent);
        let extents = Extents { points: seen, polygons };
        if summary.matched == 0 && extents.are_apart() {
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
            if columns.polygons != *by && columns.polygons != columns.points =>
        {
            let by = quoted(by);
            return wrong(format!("its labels are of the column {by}: use --group-by PCOL={by}"));
        }
        (group_by, _, _) => group_by,
    };
    Ok(Asked { group_by, ..asked })
}

/// Finds the columns of text that hold numbers, if the output is GeoJSON. Text without types is read
/// twice for that.
fn first_pass(points: Input, format: Option<Format>) -> Result<(Input, Numeric), Failure> {
    let mut numeric = Numeric::default();
    let is_geojson = matches!(format, Some(Format::GeoJson | Format::GeoJsonLines));
    if !is_geojson {
        return Ok((points, numeric));
    }
    let points = points.repeatable()?;
    let reader = points.open()?;
    if matches!(reader.format(), Format::Csv | Format::Tsv) {
        for batch in reader {
            numeric.look(&batch?);
        }
    }
    Ok((points, numeric))
}

/// What is done with each batch of points.
struct Work<'a> {
    columns: &'a PointColumns,
    search: Search<'a>,
    labels: Option<Labels>,
    systems: OfPoints<'a>,
    table: &'a Table,
    unmatched: Option<&'a Table>,
    how: How,
}

/// A batch that was matched.
struct Done {
    at: Vec<Point>,
    invalid: usize,
    matched: usize,
    /// The position of the best match of each point, or -1.
    best: Vec<i64>,
    rows: RecordBatch,
    unmatched: Option<RecordBatch>,
}

impl Work<'_> {
    fn batch(&mut self, batch: &Batch) -> Result<Done, Failure> {
        let At { points: at, invalid, max_dist, label, crs } = self.columns.read(batch)?;
        self.systems.take(crs.as_ref())?;
        let groups = match (&mut self.labels, &label) {
            (Some(labels), Some(label)) => Some(labels.of_points(label)?),
            // A table without features has no labels.
            (Some(_), None) => Some(vec![crate::groups::NOWHERE; at.len()]),
            (None, _) => None,
        };
        let query = Query { points: &at, max_dist: max_dist.as_deref(), groups: groups.as_deref() };
        let found = self.search.find(query)?;
        let (matched, best) = (found.matched(), found.best().collect());
        let unmatched = self.unmatched.map(|table| {
            let is_unmatched: BooleanArray = found.is_unmatched();
            table.points(&batch.rows, &at, &is_unmatched)
        });
        let rows = found.into_rows(self.how == How::Left);
        let rows = self.table.matches(&batch.rows, &at, &rows)?;
        Ok(Done { at, invalid, matched, best, rows, unmatched: unmatched.transpose()? })
    }
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

/// Matches all points. Returns the summary, and the extent of the points.
fn stream(
    plan: &Plan,
    zones: &Zones,
    labels: Option<Labels>,
    numeric: &Numeric,
) -> Result<(Summary, Bounds), Failure> {
    let reader = plan.points.open()?;
    let columns = PointColumns::of(&reader, &plan.asked);
    let columns = columns.map_err(|failure| plan.points.failed(failure))?;
    let systems = OfPoints::new(plan.points.to_string(), zones.system(), columns.crs.as_ref())?;
    let added =
        Added { has_rank: plan.k.is_some(), ids: zones.ids.clone(), fields: zones.fields.clone() };
    let format = plan.output.format.unwrap_or(Format::Csv);
    let table = Table::new(&columns, Some(&added), format, numeric);
    let rest = plan.unmatched.as_ref().map(|destination| {
        let format = destination.format.unwrap_or(columns.format());
        (destination, format, Table::new(&columns, None, format, &Numeric::default()))
    });

    let plot_target = plan.plot.as_ref().map(|(target, _)| target);
    let targets =
        [Some(&plan.output.target), rest.as_ref().map(|(to, ..)| &to.target), plot_target];
    let files = Files::create(targets.into_iter().flatten())?;
    let mut buffers = files.buffers();
    let [to_out, to_rest, to_plot] = buffers.each(targets.map(|target| target.is_some()));
    let start = |(to, destination, format, table): (_, _, _, &Table)| {
        Out::new(destination, format, table.schema(), table.primary(), to)
    };
    let mut out = to_out.map(|to| start((to, &plan.output, format, &table))).transpose()?;
    let parts = to_rest
        .zip(rest.as_ref())
        .map(|(to, (destination, format, table))| (to, *destination, *format, table));
    let mut unmatched = parts.map(start).transpose()?;

    let search = Search::new(&zones.matcher, plan.k, plan.workers);
    let batches = Batches::of_rows(reader, search.batch());
    let mut work = Work {
        columns: &columns,
        search,
        labels,
        systems,
        table: &table,
        unmatched: rest.as_ref().map(|(_, _, table)| table),
        how: plan.how,
    };
    let mut seen = Seen::new(plan, zones);
    let ended = poly_match_io::run(
        batches.map(|batch| batch.map_err(Ended::from)),
        |batch| work.batch(&batch).map_err(|failure| batch.origin.failed(failure).into()),
        |done| {
            seen.look(&done);
            let written = [(&mut out, Some(&done.rows)), (&mut unmatched, done.unmatched.as_ref())];
            let mut is_read = plan.plot.is_some();
            for (out, rows) in written {
                if let Some((out, rows)) = out.as_mut().zip(rows) {
                    out.write(rows)?;
                    is_read |= !out.is_closed();
                }
            }
            if is_read { Ok(()) } else { Err(Ended::Closed) }
        },
        || Ok(()),
        &Stop::new(),
    );
    match ended {
        Ok(()) | Err(Ended::Closed) => {}
        Err(Ended::Failed(failure)) => return Err(failure),
    }
    let labels = work.labels.as_ref().filter(|_| !zones.matcher.is_empty());
    let mismatch = labels.and_then(Labels::mismatch);
    if work.systems.are_degrees() {
        seen.beyond.warn(&plan.points.to_string());
        if let Some(outlines) = &zones.outlines {
            warn_of_polygons(&zones.name, outlines.odd);
        }
    }
    for out in [out, unmatched].into_iter().flatten() {
        out.finish()?;
    }
    if let (Some(to), Some(picture)) = (to_plot, seen.picture(plan, zones, &columns)) {
        let (target, drawn) = picture;
        let bytes = drawn.map_err(|cause| Failure::new(cause).in_file(target))?;
        target.named(to.write_all(&bytes))?;
    }
    buffers.flush()?;
    drop(buffers);
    files.appear()?;
    let mut summary = seen.summary;
    summary.mismatch = mismatch;
    Ok((summary, seen.extent))
}

/// What is remembered of all points.
struct Seen {
    summary: Summary,
    extent: Bounds,
    beyond: Beyond,
    collected: Option<Collected>,
    progress: Progress,
}

impl Seen {
    fn new(plan: &Plan, zones: &Zones) -> Self {
        Self {
            summary: Summary::new(zones),
            extent: Bounds::EMPTY,
            beyond: Beyond::default(),
            collected: plan.plot.is_some().then(|| Collected::new(zones.matcher.len())),
            progress: Progress::of_rows("matching", plan.quiet),
        }
    }

    fn look(&mut self, done: &Done) {
        self.summary.points += done.at.len();
        self.summary.matched += done.matched;
        self.summary.invalid += done.invalid;
        self.extent = extents::around(self.extent, &done.at);
        self.beyond.look(&done.at);
        if let Some(collected) = &mut self.collected {
            let best = done.best.iter().map(|&index| usize::try_from(index).ok());
            collected.add(&done.at, best);
        }
        self.progress.advance(done.at.len());
    }

    /// The target of the picture, and its bytes.
    fn picture<'p>(
        &self,
        plan: &'p Plan,
        zones: &Zones,
        columns: &PointColumns,
    ) -> Option<(&'p Target, Result<Vec<u8>, String>)> {
        let (target, format) = plan.plot.as_ref()?;
        let shapes = zones.outlines.as_ref()?.shapes.as_ref()?;
        let axes = columns.axes();
        let axes = axes.each_ref().map(String::as_str);
        let scene = Scene::of_matches(self.collected.as_ref()?, shapes, axes);
        Some((target, plot::draw(&scene, *format)))
    }
}
