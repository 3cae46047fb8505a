//! Draws a scene on a page, the same for PNG and SVG.
//!
//! The order, from back to front: panel and grid, polygons from largest to smallest, what is shown on
//! them, their names, and text beside them. Cells would hide the polygons: then all of these are grey, and
//! their outlines are drawn again, over the cells.

use plotters::element::{PathElement, Rectangle};
use plotters::prelude::{Color, DrawingBackend};
use poly_match_geo::Finding;

use super::cells::Cells;
use super::collected::{Collected, Dot};
use super::frame::Frame;
use super::page::{Done, Page};
use super::scene::{Scene, Shown};
use super::{axes, findings, labels, legend, matches, outline, palette};

/// Draws a scene. There are at most `most_cells` if points are drawn as cells.
pub(super) fn paint<DB: DrawingBackend>(
    page: &Page<DB>,
    scene: &Scene<'_>,
    frame: &Frame,
    most_cells: usize,
) -> Done<DB> {
    let marks = Marks::of(&scene.shown, frame, most_cells);
    page.fill(&palette::PAPER)?;
    panel(page, frame)?;
    for &position in &scene.order {
        let colored = scene.is_colored[position] && !matches!(marks, Marks::Cells(..));
        outline::polygon(page, frame, scene.shapes, position, colored)?;
    }
    match &marks {
        Marks::Dots(_, points) => matches::dots(page, points, frame)?,
        Marks::Cells(_, cells) => {
            cells.draw(page, frame)?;
            let width = outline::width(scene.shapes.len()).min(0.5);
            let line = palette::OVER_CELLS.mix(0.35).stroke_width(frame.length(width));
            for &position in &scene.order {
                for rings in outline::parts(frame, scene.shapes, position) {
                    outline::outlines(page, rings, line)?;
                }
            }
        }
        Marks::Findings(found) => findings::marks(page, found, frame)?,
    }
    labels::draw(page, scene, frame)?;
    margins(page, frame)?;
    match &marks {
        Marks::Dots(collected, _) => matches::words(page, collected, scene, frame)?,
        Marks::Cells(collected, cells) => {
            matches::title(page, collected, scene, frame)?;
            legend::words(page, collected, cells, scene, frame)?;
        }
        Marks::Findings(found) => findings::words(page, found, scene, frame)?,
    }
    axes::values(page, frame)?;
    axes::names(page, scene, frame)?;
    page.present()
}

/// The margin above the panel, with room for what is written there.
pub(super) fn top(shown: &Shown<'_>) -> f64 {
    match shown {
        Shown::Matches(collected) if collected.dots().is_none() => legend::TOP,
        Shown::Matches(_) | Shown::Findings(_) => matches::TOP,
    }
}

/// What is drawn on the polygons.
enum Marks<'a> {
    Dots(&'a Collected, &'a [Dot]),
    Cells(&'a Collected, Cells),
    Findings(&'a [Finding]),
}

impl<'a> Marks<'a> {
    /// Points are dots if there are few, and cells otherwise.
    fn of(shown: &Shown<'a>, frame: &Frame, most_cells: usize) -> Self {
        match *shown {
            Shown::Matches(collected) => match collected.dots() {
                Some(dots) => Self::Dots(collected, dots),
                None => Self::Cells(collected, Cells::new(collected, frame, most_cells)),
            },
            Shown::Findings(found) => Self::Findings(found),
        }
    }
}

fn panel<DB: DrawingBackend>(page: &Page<DB>, frame: &Frame) -> Done<DB> {
    let [left, top, right, bottom] = frame.panel();
    let corners = [frame.at([left, top]), frame.at([right, bottom])];
    page.draw(&Rectangle::new(corners, palette::PANEL.filled()))?;
    let line = palette::GRID.stroke_width(frame.length(1.0));
    for (value, _) in frame.ticks(0) {
        let [x, _] = frame.shown([value; 2]);
        page.draw(&PathElement::new([frame.at([x, top]), frame.at([x, bottom])], line))?;
    }
    for (value, _) in frame.ticks(1) {
        let [_, y] = frame.shown([value; 2]);
        page.draw(&PathElement::new([frame.at([left, y]), frame.at([right, y])], line))?;
    }
    Ok(())
}

/// Covers everything outside the panel with paper.
fn margins<DB: DrawingBackend>(page: &Page<DB>, frame: &Frame) -> Done<DB> {
    let [left, top, right, bottom] = frame.panel();
    let [width, height] = [right + left, bottom + top]; // larger than the page, which cuts it off
    for [a, b] in [
        [[0.0, 0.0], [width, top]],
        [[0.0, bottom], [width, height]],
        [[0.0, 0.0], [left, height]],
        [[right, 0.0], [width, height]],
    ] {
        page.draw(&Rectangle::new([frame.at(a), frame.at(b)], palette::PAPER.filled()))?;
    }
    Ok(())
}
