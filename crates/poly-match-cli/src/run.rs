//! The command `match`: read both tables, match, write.

use std::fmt;
use std::io::Write;
use std::sync::Arc;
use std::time::{Duration, Instant};

use poly_match::{Criterion, Shapes};

use crate::args::{How, Plan};
use crate::extents::{self, Extents};
use crate::failure::Failure;
use crate::found::Found;
use crate::labels::Groups;
use crate::numbers::grouped;
use crate::output;
use crate::plot::{self, Collected, Scene};
use crate::read::{self, Asked, Points, Polygons, Wanted};
use crate::search::Search;
use crate::systems::{self, Odd};
use crate::write::{Rows, Which};

pub(crate) fn run(plan: &Plan) -> Result<(), Failure> {
    let begun = Instant::now();
    let plot_target = plan.plot.as_ref().map(|(target, _)| target);
    for target in [Some(&plan.output), plan.unmatched.as_ref(), plot_target].into_iter().flatten() {
        target.check()?;
    }

    let mut polygons = polygons(plan)?;
    systems::refuse_degrees(plan, &plan.polygons, polygons.crs.as_ref())?;
    let keys = polygons.keys(plan.rule.nulls_last);
    let keys = keys.map_err(|failure| plan.polygons.failed(failure))?;
    let shapes = Arc::new(std::mem::take(&mut polygons.shapes));
    let drawn = plan.plot.as_ref().map(|_| shapes.clone());
    let (extent, odd) = (extents::of_shapes(&shapes), Odd::of(&shapes));
    let build = |shapes: Arc<Shapes>, groups: Option<&[u32]>| {
        let search = Search::new(plan, &polygons, shapes, &keys, groups);
        search.map_err(|failure| plan.polygons.failed(failure))
    };
    // How labels compare depends on both files. Without labels, the matcher is built before the
    // points are read, so that the shapes no longer take memory.
    let (search, points, groups) = if plan.rule.group_by.is_some() {
        let points = points(plan, &polygons)?;
        let groups = points.labels().map(|labels| Groups::new(labels, polygons.labels()));
        let search = build(shapes, groups.as_ref().map(|groups| groups.polygons.as_slice()))?;
        (search, points, groups)
    } else {
        (build(shapes, None)?, points(plan, &polygons)?, None)
    };
    let of_points = groups.as_ref().map(|groups| groups.points.as_slice());

    let of_files = [points.crs.as_ref(), polygons.crs.as_ref()];
    if of_files.into_iter().any(systems::is_geographic) {
        odd.warn(plan, &points);
    }

    let matching = Instant::now();
    let found = search.run(plan, &points, of_points)?;
    let mut summary = Summary::new(&points, &found, search.len(), matching.elapsed());
    summary.ignored = polygons.ignored;
    summary.skipped = polygons.skipped.iter().filter(|&&skipped| skipped).count();
    summary.mismatch = groups.and_then(|groups| groups.mismatch);

    let which = if plan.how == How::Left { Which::All } else { Which::Matched };
    let rows = Rows { points: &points, polygons: &polygons, found: &found, which, k: plan.rule.k };
    let unmatched = Rows { which: Which::Unmatched, ..rows };
    let drawn = drawn.map(|shapes| {
        let mut collected = Collected::new(shapes.len());
        collected.add(&points.at, found.best().map(|best| best.map(|best| best.index)));
        (collected, shapes)
    });
    let axes = points.axes.each_ref().map(String::as_str);
    let picture =
        drawn.as_ref().map(|(collected, shapes)| Scene::of_matches(collected, shapes, axes));

    let mut files = vec![output::File::new(&plan.output, |out| {
        rows.write(out, plan.output_format, plan.quiet)
    })];
    if let Some(target) = &plan.unmatched {
        files.push(output::File::new(target, |out| {
            unmatched.write(out, plan.points.format, plan.quiet)
        }));
    }
    if let Some(((target, format), scene)) = plan.plot.as_ref().zip(picture) {
        let bytes = plot::draw(&scene, *format);
        let bytes = bytes.map_err(|cause| Failure::new(cause).in_file(target))?;
        files.push(output::File::new(target, move |out| out.write_all(&bytes)));
    }
    output::write(files)?;

    if !plan.quiet {
        summary.in_all = begun.elapsed();
        // An error is ignored: stderr may be closed.
        let _ = writeln!(std::io::stderr(), "poly-match: {summary}");
        let extents = Extents { points: extents::of_points(&points.at), polygons: extent };
        if found.matched() == 0 && extents.are_apart() {
            let _ = writeln!(std::io::stderr(), "poly-match: nothing matched: {extents}");
        }
    }
    Ok(())
}

fn polygons(plan: &Plan) -> Result<Polygons, Failure> {
    let wanted = Wanted {
        wkt: plan.wkt.as_deref(),
        id: plan.id.as_deref(),
        fields: &plan.fields,
        keys: plan.rule.best.iter().filter_map(Criterion::column).collect(),
        label: plan.rule.group_by.as_ref().map(|columns| columns.polygons.as_str()),
        on_invalid: plan.on_invalid,
    };
    read::polygons(&plan.polygons, &wanted, plan.quiet)
}

/// Reads the points, and refuses those whose coordinate system does not fit that of the polygons.
fn points(plan: &Plan, polygons: &Polygons) -> Result<Points, Failure> {
    let asked = Asked {
        xy: plan.xy.as_ref(),
        max_dist: plan.rule.max_dist_column.as_deref(),
        label: plan.rule.group_by.as_ref().map(|columns| columns.points.as_str()),
        on_invalid: plan.on_invalid,
    };
    let points = read::points(&plan.points, &asked, plan.quiet)?;
    systems::compare(plan, points.crs.as_ref(), polygons.crs.as_ref())?;
    systems::refuse_degrees(plan, &plan.points, points.crs.as_ref())?;
    Ok(points)
}

/// The summary that is printed at the end.
struct Summary {
    points: usize,
    matched: usize,
    invalid: usize,
    polygons: usize,
    /// The number of rows that hold no polygon.
    skipped: usize,
    /// The number of members of GeometryCollections that are no polygons.
    ignored: usize,
    /// Why no label of the points is among the polygons'.
    mismatch: Option<String>,
    matching: Duration,
    in_all: Duration,
}

impl Summary {
    fn new(points: &Points, found: &Found, polygons: usize, matching: Duration) -> Self {
        let (points, invalid, matched) = (points.at.len(), points.invalid, found.matched());
        Self {
            points,
            matched,
            invalid,
            polygons,
            skipped: 0,
            ignored: 0,
            mismatch: None,
            matching,
            in_all: Duration::ZERO,
        }
    }

    /// Points matched per second, rounded to three digits.
    #[allow(clippy::cast_precision_loss, clippy::cast_possible_truncation)] // three digits are kept
    #[allow(clippy::cast_sign_loss)]
    fn rate(&self) -> usize {
        let rate = self.points as f64 / self.matching.as_secs_f64().max(1e-9);
        let unit = 10_f64.powi((rate.max(1.0).log10() as i32 - 2).max(0));
        ((rate / unit).round() * unit) as usize
    }
}

impl fmt::Display for Summary {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let unmatched = self.points - self.matched;
        write!(f, "{} points, ", grouped(self.points))?;
        write!(f, "{} matched, {} unmatched", grouped(self.matched), grouped(unmatched))?;
        if self.invalid > 0 {
            write!(f, " ({} without usable coordinates)", grouped(self.invalid))?;
        }
        write!(f, "; {} polygons", grouped(self.polygons))?;
        if self.skipped > 0 {
            write!(f, " ({} skipped)", grouped(self.skipped))?;
        }
        if self.ignored > 0 {
            let ignored = grouped(self.ignored);
            write!(f, " (other members of GeometryCollections, ignored: {ignored})")?;
        }
        f.write_str("; ")?;
        if let Some(mismatch) = &self.mismatch {
            write!(f, "{mismatch}; ")?;
        }
        write!(f, "{} points/s, {:.2} s in all", grouped(self.rate()), self.in_all.as_secs_f64())
    }
}
