//! The command `check`: read polygons, find what is suspicious, write the findings.

use std::convert::Infallible;
use std::fmt;
use std::io::{self, Write};
use std::process::ExitCode;

use poly_match_geo::{Finding, check};

use crate::args::CheckPlan;
use crate::failure::Failure;
use crate::numbers::grouped;
use crate::output;
use crate::plot::{self, Scene};
use crate::read::{self, Fields, Polygons, Wanted};
use crate::systems;

/// Returns the exit status.
pub(crate) fn run(plan: &CheckPlan) -> Result<ExitCode, Failure> {
    let plot_target = plan.plot.as_ref().map(|(target, _)| target);
    for target in [Some(&plan.output), plot_target].into_iter().flatten() {
        target.check()?;
    }
    let wanted = Wanted {
        wkt: plan.wkt.as_deref(),
        id: plan.id.as_deref(),
        fields: &Fields::default(),
        keys: Vec::new(),
        label: None,
        on_invalid: plan.on_invalid,
    };
    let polygons = read::polygons(&plan.polygons, &wanted, plan.quiet)?;
    let is_degrees =
        plan.is_degrees.unwrap_or_else(|| systems::is_geographic(polygons.crs.as_ref()));
    // A signal ends the program at once: nothing has to be polled.
    let Ok(found) = check(&polygons.shapes, is_degrees, || Ok::<(), Infallible>(()));

    let mut files =
        vec![output::File::new(&plan.output, |out| write_findings(&polygons, &found, out))];
    if let Some((target, format)) = &plan.plot {
        let bytes = plot::draw(&Scene::of_findings(&polygons.shapes, &found, is_degrees), *format);
        let bytes = bytes.map_err(|cause| Failure::new(cause).in_file(target))?;
        files.push(output::File::new(target, move |out| out.write_all(&bytes)));
    }
    output::write(files)?;
    if !plan.quiet {
        let summary = Summary { polygons: polygons.shapes.len(), found: &found };
        // An error is ignored: stderr may be closed.
        let _ = writeln!(io::stderr(), "poly-match: {summary}");
    }
    let is_refused = plan.strict && !found.is_empty();
    Ok(if is_refused { ExitCode::FAILURE } else { ExitCode::SUCCESS })
}

/// Writes findings as CSV: a header, then one record for each.
fn write_findings(polygons: &Polygons, found: &[Finding], out: &mut dyn Write) -> io::Result<()> {
    let mut csv = csv::Writer::from_writer(out);
    csv.write_record(["polygon", "polygon_id", "finding", "x", "y", "message"])?;
    for &Finding { polygon, kind, at } in found {
        let id = polygons.ids.as_ref().map(|ids| ids.plain(polygon, 0));
        let [x, y] =
            at.map_or([const { String::new() }; 2], |at| at.map(|value| format!("{value:?}")));
        let (polygon, message) = (polygon.to_string(), kind.to_string());
        csv.write_record([&polygon, &*id.unwrap_or_default(), kind.word(), &x, &y, &message])?;
    }
    csv.flush()
}

/// The summary that is printed at the end.
struct Summary<'a> {
    polygons: usize,
    found: &'a [Finding],
}

impl fmt::Display for Summary<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let invalid = self.found.iter().filter(|finding| finding.kind.is_invalid()).count();
        let [polygons, found, invalid] = [self.polygons, self.found.len(), invalid].map(grouped);
        write!(f, "{polygons} polygons, {found} findings ({invalid} invalid)")
    }
}
