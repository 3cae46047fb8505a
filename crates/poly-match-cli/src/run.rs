//! The one verb: read both tables, match, write.

use std::fmt;
use std::io::Write;
use std::time::{Duration, Instant};

use poly_match::{Matcher, Matches, Options};

use crate::args::Plan;
use crate::failure::Failure;
use crate::output::Output;
use crate::plot::{self, Scene};
use crate::progress::Stage;
use crate::read::{self, Points, Wanted};
use crate::write::Rows;

/// Points that are matched between two moves of the progress bar: many, since what is prepared for
/// them is prepared for each batch.
const BATCH: usize = 1 << 20;

pub(crate) fn run(plan: &Plan) -> Result<(), Failure> {
    let begun = Instant::now();
    let plot_target = plan.plot.as_ref().map(|(target, _)| target);
    plan.output.check()?;
    plot_target.map_or(Ok(()), |target| target.check())?;

    let wanted = Wanted {
        wkt: plan.wkt.as_deref(),
        id: plan.id.as_deref(),
        fields: &plan.fields,
        outlines: plan.plot.is_some(),
    };
    let polygons = read::polygons(&plan.polygons, &wanted, plan.quiet)?;
    let matcher = Matcher::new(&polygons.shapes, plan.near)
        .map_err(|error| plan.polygons.failed(polygons.failed(&error)))?;
    let points = read::points(&plan.points, plan.xy.as_ref(), plan.on_invalid, plan.quiet)?;

    let matching = Instant::now();
    let matches = find(&matcher, &points, plan)?;
    let mut summary = Summary::new(&points, &matches, matcher.len(), matching.elapsed());

    let rows = Rows { points: &points, polygons: &polygons, matches: &matches, how: plan.how };
    let mut table = Output::create(&plan.output)?;
    table.fill(|out| rows.write(out, plan.output_format, plan.quiet))?;
    let mut picture = None;
    if let Some((target, format)) = &plan.plot {
        let scene = Scene::new(&points, &polygons, &matches);
        let bytes =
            plot::draw(&scene, *format).map_err(|cause| Failure::new(cause).in_file(target))?;
        picture.insert(Output::create(target)?).fill(|out| out.write_all(&bytes))?;
    }
    // Both are complete: now, and not one before the other is, they appear.
    table.commit()?;
    picture.map_or(Ok(()), Output::commit)?;

    if !plan.quiet {
        summary.in_all = begun.elapsed();
        // With stderr closed there is no one to tell.
        let _ = writeln!(std::io::stderr(), "poly-match: {summary}");
    }
    Ok(())
}

/// The matches of all points, batch by batch; no batch changes an answer.
fn find(matcher: &Matcher, points: &Points, plan: &Plan) -> Result<Matches, Failure> {
    // Points without usable coordinates were refused when they were read, unless they are allowed.
    let on_invalid = poly_match::OnInvalid::Unmatched;
    let options = Options { workers: plan.workers, on_invalid };
    let mut stage = Stage::rows("matching", points.at.len(), plan.quiet);
    let mut all = Matches::default();
    for batch in points.at.chunks(BATCH) {
        let matches = matcher.match_points_with(batch, options, || Ok::<(), Failure>(()))?;
        all.index.extend(matches.index);
        all.distance.extend(matches.distance);
        stage.advance(batch.len());
    }
    Ok(all)
}

/// What is said at the end.
struct Summary {
    points: usize,
    matched: usize,
    invalid: usize,
    polygons: usize,
    matching: Duration,
    in_all: Duration,
}

impl Summary {
    fn new(points: &Points, matches: &Matches, polygons: usize, matching: Duration) -> Self {
        let matched = matches.iter().flatten().count();
        let (points, invalid) = (points.at.len(), points.invalid);
        Self { points, matched, invalid, polygons, matching, in_all: Duration::ZERO }
    }

    /// Points matched in a second.
    #[allow(clippy::cast_precision_loss, clippy::cast_possible_truncation)] // three digits of it
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
        write!(f, "; {} polygons; ", grouped(self.polygons))?;
        write!(f, "{} points/s, {:.2} s in all", grouped(self.rate()), self.in_all.as_secs_f64())
    }
}

/// Digits in threes.
pub(crate) fn grouped(number: usize) -> String {
    let digits = number.to_string();
    let mut text = String::new();
    for (i, digit) in digits.chars().enumerate() {
        if i > 0 && (digits.len() - i).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn digits_are_grouped() {
        let cases = [(0, "0"), (999, "999"), (1000, "1,000"), (1_234_567, "1,234,567")];
        for (number, text) in cases {
            assert_eq!(grouped(number), text);
        }
    }
}
