//! What the picture shows: polygons in their order, what lies on them, and words.

use arrow_array::{Array, StringArray};
use poly_match::{Bounds, Near, Shapes};
use poly_match_geo::Finding;

use super::collected::Collected;
use super::font::one_line;
use super::view;
use crate::extents;

/// The data to draw.
#[derive(Debug)]
pub(crate) struct Scene<'a> {
    pub(super) shapes: &'a Shapes,
    /// Positions of the polygons, largest first, so that no polygon hides a smaller one.
    pub(super) order: Vec<usize>,
    /// Whether a polygon has its colour, because it is part of what is shown.
    pub(super) is_colored: Vec<bool>,
    pub(super) shown: Shown<'a>,
    pub(super) words: Words,
    pub(super) bounds: Bounds,
}

/// What is shown on the polygons.
#[derive(Debug)]
pub(super) enum Shown<'a> {
    Matches(&'a Collected),
    Findings(&'a [Finding]),
}

/// What the words of a picture depend on.
#[derive(Debug, Clone, Default)]
pub(crate) struct Words {
    /// The names of x and y.
    pub(crate) axes: [String; 2],
    /// Whether coordinates are degrees.
    pub(crate) are_degrees: bool,
    /// What a point without a match is; see [`unmatched`].
    pub(crate) unmatched: &'static str,
    /// The names of the polygons, if they have any.
    pub(crate) names: Option<StringArray>,
}

/// What a point without a match is, by the rule.
pub(crate) fn unmatched(near: &Near) -> &'static str {
    match near {
        Near::Center(_) | Near::Boundary(_) => "nothing near",
        Near::Circle { .. } | Near::Contains | Near::Covers => "outside all",
    }
}

impl<'a> Scene<'a> {
    /// Shows points and their matches. `shapes` are the shapes of the polygons.
    pub(crate) fn of_matches(collected: &'a Collected, shapes: &'a Shapes, words: Words) -> Self {
        Self {
            shapes,
            order: largest_first(shapes),
            is_colored: collected.is_matched().to_vec(),
            shown: Shown::Matches(collected),
            words,
            bounds: view::of_matches(collected.bounds(), collected.is_matched(), shapes),
        }
    }

    /// Marks what was found in the polygons.
    pub(crate) fn of_findings(shapes: &'a Shapes, found: &'a [Finding], are_degrees: bool) -> Self {
        let axes = if are_degrees { ["longitude", "latitude"] } else { ["x", "y"] };
        let axes = axes.map(str::to_owned);
        Self {
            shapes,
            order: largest_first(shapes),
            is_colored: flags(shapes.len(), found.iter().map(|finding| finding.polygon)),
            shown: Shown::Findings(found),
            words: Words { axes, are_degrees, ..Words::default() },
            bounds: extents::of_shapes(shapes),
        }
    }

    /// The number of polygons that have their colours.
    pub(super) fn colored(&self) -> usize {
        self.is_colored.iter().filter(|&&is_colored| is_colored).count()
    }
}

impl Words {
    /// The name of the polygon at a position, if it has one.
    pub(super) fn name(&self, position: usize) -> Option<String> {
        let names = self.names.as_ref().filter(|names| position < names.len())?;
        let name = names.is_valid(position).then(|| one_line(names.value(position)))?;
        Some(name).filter(|name| !name.is_empty())
    }
}

/// The positions of polygons by their area.
fn largest_first(shapes: &Shapes) -> Vec<usize> {
    let areas = shapes.areas();
    let mut order: Vec<_> = (0..areas.len()).collect();
    order.sort_by(|&a, &b| areas[b].total_cmp(&areas[a]));
    order
}

/// Whether each of `count` positions is among some.
fn flags(count: usize, positions: impl Iterator<Item = usize>) -> Vec<bool> {
    let mut flags = vec![false; count];
    positions.for_each(|position| flags[position] = true);
    flags
}
