//! What is remembered of all points: figures, the points of each polygon, and what a picture shows.

use std::time::Instant;

use poly_match_io::Meter;

use super::work::Done;
use crate::args::Plan;
use crate::extents;
use crate::output::Target;
use crate::plot::{self, Collected, Scene, Words};
use crate::progress::Progress;
use crate::read::PointColumns;
use crate::report::Report;
use crate::systems::Beyond;
use crate::tally::Tally;
use crate::zones::Zones;

/// What is remembered of all points.
pub(super) struct Seen {
    pub(super) report: Report,
    pub(super) tally: Option<Tally>,
    pub(super) beyond: Beyond,
    collected: Option<Collected>,
    progress: Progress,
}

impl Seen {
    /// Nothing yet, of a run that began at this time.
    pub(super) fn new(
        begun: Instant,
        plan: &Plan,
        zones: &Zones,
        meter: impl FnOnce() -> Meter,
    ) -> Self {
        let is_tallied = plan.summary.is_some() || plan.stats.is_some();
        Self {
            report: Report::new(begun, zones),
            tally: is_tallied.then(|| Tally::new(zones.matcher.len())),
            beyond: Beyond::default(),
            collected: plan.plot.is_some().then(|| Collected::new(zones.matcher.len())),
            progress: Progress::new("matching", begun, plan.quiet, meter),
        }
    }

    pub(super) fn look(&mut self, done: &Done) {
        let report = &mut self.report;
        report.points += done.at.len();
        report.matched += done.matched;
        report.invalid += done.invalid;
        report.extents.points = extents::around(report.extents.points, &done.at);
        if let Some(tally) = &mut self.tally {
            tally.add(&done.found);
        }
        self.beyond.look(&done.at);
        if let Some(collected) = &mut self.collected {
            let best = done.best.iter().map(|&index| usize::try_from(index).ok());
            collected.add(&done.at, best);
        }
        self.progress.advance(done.at.len());
    }

    /// What the run did.
    pub(super) fn into_report(self) -> Report {
        self.report.finished(self.tally.as_ref().map_or(0, Tally::polygons))
    }

    /// The target of the picture, and its bytes. It says whether coordinates `are_degrees`.
    pub(super) fn picture<'p>(
        &self,
        plan: &'p Plan,
        zones: &Zones,
        columns: &PointColumns,
        are_degrees: bool,
    ) -> Option<(&'p Target, Result<Vec<u8>, String>)> {
        let (target, format) = plan.plot.as_ref()?;
        let shapes = zones.outlines.as_ref()?.shapes.as_ref()?;
        let axes = match columns.geometry() {
            Some(_) if are_degrees => ["longitude", "latitude"].map(str::to_owned),
            Some(_) | None => columns.axes(),
        };
        let names = zones.fields.first().or(zones.ids.as_ref());
        let words = Words {
            axes,
            are_degrees,
            unmatched: plot::unmatched(zones.matcher.near()),
            names: names.and_then(|column| column.texts().ok()),
        };
        let scene = Scene::of_matches(self.collected.as_ref()?, shapes, words);
        Some((target, plot::draw(&scene, *format)))
    }
}
