//! Draws a scene on a page, the same for PNG and SVG.
//!
//! The order, from back to front: panel and grid, polygons from largest to smallest, what is shown on
//! them, and text.

use plotters::element::{PathElement, Polygon, Rectangle, Text};
use plotters::prelude::{Color, DrawingBackend};
use plotters::style::FontTransform;
use plotters::style::text_anchor::{HPos, Pos, VPos};
use poly_match::{Point, Shapes};

use super::clip::clip;
use super::frame::{Frame, Pixel};
use super::page::{Done, Page, style_of, text};
use super::scene::{Scene, Shown};
use super::{findings, matches, palette};

/// How far outside the panel polygons are drawn, in shown pixels.
const BEYOND: f64 = 8.0;

pub(super) fn paint<DB: DrawingBackend>(
    page: &Page<DB>,
    scene: &Scene<'_>,
    frame: &Frame,
) -> Done<DB> {
    page.fill(&palette::PAPER)?;
    panel(page, frame)?;
    for &position in &scene.order {
        let colored = scene.is_colored[position];
        polygon(page, frame, scene.shapes, position, colored)?;
    }
    match &scene.shown {
        Shown::Matches(shown) => matches::points(page, shown, frame)?,
        Shown::Findings(shown) => findings::marks(page, shown, frame)?,
    }
    margins(page, frame)?;
    match &scene.shown {
        Shown::Matches(shown) => matches::words(page, shown, scene.order.len(), frame)?,
        Shown::Findings(shown) => findings::words(page, shown, scene.order.len(), frame)?,
    }
    axes(page, scene, frame)?;
    page.present()
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
    for rings in shapes.parts_of(position) {
        let rings: Vec<_> = rings.map(|ring| pixels(frame, ring)).collect();
        let path = with_holes(&rings);
        if path.len() > 2 {
            page.draw(&Polygon::new(path, fill))?;
        }
        for mut ring in rings.into_iter().filter(|ring| !ring.is_empty()) {
            ring.extend(ring.first().copied());
            page.draw(&PathElement::new(ring, line))?;
        }
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
