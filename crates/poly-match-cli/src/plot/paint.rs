//! Draws a scene on a page, the same for PNG and SVG.
//!
//! The order, from back to front: panel and grid, polygons from largest to smallest, what is shown on
//! them, and text. Cells would hide the polygons: then all of these are grey, and their outlines are
//! drawn again, over the cells.

use plotters::element::{PathElement, Polygon, Rectangle, Text};
use plotters::prelude::{Color, DrawingBackend};
use plotters::style::text_anchor::{HPos, Pos, VPos};
use plotters::style::{FontTransform, ShapeStyle};
use poly_match::{Point, Shapes};
use poly_match_geo::Finding;

use super::cells::Cells;
use super::clip::clip;
use super::collected::{Collected, Dot};
use super::frame::{Frame, Pixel};
use super::page::{Done, Page, style_of, text};
use super::scene::{Scene, Shown};
use super::{findings, legend, matches, palette};

/// How far outside the panel polygons are drawn, in shown pixels.
const BEYOND: f64 = 8.0;

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
        polygon(page, frame, scene.shapes, position, colored)?;
    }
    match &marks {
        Marks::Dots(_, points) => matches::dots(page, points, frame)?,
        Marks::Cells(_, cells) => {
            cells.draw(page, frame)?;
            let line = palette::OVER_CELLS.mix(0.35).stroke_width(frame.length(0.5));
            for &position in &scene.order {
                for rings in parts(frame, scene.shapes, position) {
                    outlines(page, rings, line)?;
                }
            }
        }
        Marks::Findings(found) => findings::marks(page, found, frame)?,
    }
    margins(page, frame)?;
    match &marks {
        Marks::Dots(collected, _) => matches::words(page, collected, frame)?,
        Marks::Cells(collected, cells) => {
            matches::title(page, collected, frame)?;
            legend::words(page, collected, cells, frame)?;
        }
        Marks::Findings(found) => findings::words(page, found, scene.order.len(), frame)?,
    }
    axes(page, scene, frame)?;
    page.present()
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

/// Covers everything outside the panel with paper, and writes the values of the ticks there.
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
    for (value, label) in frame.ticks(0) {
        let place = [frame.shown([value; 2])[0], bottom + 8.0];
        let below = Pos::new(HPos::Center, VPos::Top);
        text(page, frame, &label, place, 14.0, palette::FAINT_TEXT, below)?;
    }
    for (value, label) in frame.ticks(1) {
        let place = [left - 10.0, frame.shown([value; 2])[1]];
        let beside = Pos::new(HPos::Right, VPos::Center);
        text(page, frame, &label, place, 14.0, palette::FAINT_TEXT, beside)?;
    }
    Ok(())
}

fn polygon<DB: DrawingBackend>(
    page: &Page<DB>,
    frame: &Frame,
    shapes: &Shapes,
    position: usize,
    colored: bool,
) -> Done<DB> {
    let color = if colored { palette::of_polygon(position) } else { palette::IDLE };
    let fill = color.mix(if colored { 0.22 } else { 0.10 });
    let line = color.mix(if colored { 0.9 } else { 0.55 }).stroke_width(frame.length(1.0));
    for rings in parts(frame, shapes, position) {
        let path = with_holes(&rings);
        if path.len() > 2 {
            page.draw(&Polygon::new(path, fill))?;
        }
        outlines(page, rings, line)?;
    }
    Ok(())
}

/// The rings of each part of a polygon, in drawn pixels.
fn parts(frame: &Frame, shapes: &Shapes, position: usize) -> impl Iterator<Item = Vec<Vec<Pixel>>> {
    shapes.parts_of(position).map(|rings| rings.map(|ring| pixels(frame, ring)).collect())
}

fn outlines<DB: DrawingBackend>(
    page: &Page<DB>,
    rings: Vec<Vec<Pixel>>,
    line: ShapeStyle,
) -> Done<DB> {
    for mut ring in rings.into_iter().filter(|ring| !ring.is_empty()) {
        ring.extend(ring.first().copied());
        page.draw(&PathElement::new(ring, line))?;
    }
    Ok(())
}

/// The vertices of a ring, in drawn pixels. Of equal neighbours, one is kept.
fn pixels(frame: &Frame, ring: &[Point]) -> Vec<Pixel> {
    let [left, top, right, bottom] = frame.panel();
    let shown: Vec<_> = ring.iter().map(|&vertex| frame.shown(vertex)).collect();
    // The clip is a little larger than the panel, so that the margins hide its sides.
    let seen = clip(&shown, [left - BEYOND, top - BEYOND], [right + BEYOND, bottom + BEYOND]);
    let mut pixels: Vec<_> = seen.into_iter().map(|place| frame.at(place)).collect();
    pixels.dedup();
    while pixels.len() > 1 && pixels.first() == pixels.last() {
        pixels.pop();
    }
    pixels
}

/// Joins an outer ring and its holes to one path, by a line to each hole and back.
///
/// A page can fill a path, but not a polygon with holes. The holes run in the opposite direction to the
/// outer ring. They then stay empty under both fill rules, even-odd and nonzero.
fn with_holes(rings: &[Vec<Pixel>]) -> Vec<Pixel> {
    let Some((outer, holes)) = rings.split_first() else { return Vec::new() };
    let mut path = outer.clone();
    for hole in holes.iter().filter(|hole| hole.len() > 2) {
        let Some(&start) = outer.first() else { break };
        path.push(start);
        if turns(hole) == turns(outer) {
            path.extend(hole.iter().rev());
            path.extend(hole.last());
        } else {
            path.extend(hole);
            path.extend(hole.first());
        }
    }
    if path.len() > outer.len() {
        path.extend(outer.first());
    }
    path
}

/// Whether a ring turns left.
fn turns(ring: &[Pixel]) -> bool {
    let next = ring.iter().cycle().skip(1);
    let cross = |(a, b): (&Pixel, &Pixel)| {
        i64::from(a.0) * i64::from(b.1) - i64::from(b.0) * i64::from(a.1)
    };
    ring.iter().zip(next).map(cross).sum::<i64>() > 0
}

/// Writes the names of the axes.
fn axes<DB: DrawingBackend>(page: &Page<DB>, scene: &Scene<'_>, frame: &Frame) -> Done<DB> {
    let [left, top, right, bottom] = frame.panel();
    let [x_name, y_name] = scene.axes;
    let low = Pos::new(HPos::Center, VPos::Center);
    let place = [f64::midpoint(left, right), bottom + 46.0];
    text(page, frame, x_name, place, 16.0, palette::TEXT, low)?;
    let style = style_of(frame, 16.0, palette::TEXT, low).transform(FontTransform::Rotate270);
    let place = frame.at([22.0, f64::midpoint(top, bottom)]);
    page.draw(&Text::new(y_name.to_owned(), place, style))
}
