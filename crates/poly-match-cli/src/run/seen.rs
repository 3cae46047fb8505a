//! What is remembered of all points: the summary, their extent, and what a picture shows.

use poly_match::Bounds;

use super::work::Done;
use crate::args::Plan;
use crate::extents;
use crate::output::Target;
use crate::plot::{self, Collected, Scene, Words};
use crate::progress::Progress;
use crate::read::PointColumns;
use crate::summary::Summary;
use crate::systems::Beyond;
use crate::zones::Zones;

/// What is remembered of all points.
pub(super) struct Seen {
    pub(super) summary: Summary,
    pub(super) extent: Bounds,
    pub(super) beyond: Beyond,
    collected: Option<Collected>,
    progress: Progress,
}

impl Seen {
    pub(super) fn new(plan: &Plan, zones: &Zones) -> Self {
        Self {
            summary: Summary::new(zones),
            extent: Bounds::EMPTY,
            beyond: Beyond::default(),
            collected: plan.plot.is_some().then(|| Collected::new(zones.matcher.len())),
            progress: Progress::of_rows("matching", plan.quiet),
        }
    }

    pub(super) fn look(&mut self, done: &Done) {
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
