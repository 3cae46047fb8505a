//! Draws a scene on a page, the same for PNG and SVG.
//!
//! The order, from back to front: panel and grid, polygons from largest to smallest, points without a
//! match, points with a match, and text.

use plotters::coord::Shift;
use plotters::element::{Circle, PathElement, Polygon, Rectangle, Text};
use plotters::prelude::{Color, DrawingArea, DrawingAreaErrorKind, DrawingBackend, IntoFont};
use plotters::style::text_anchor::{HPos, Pos, VPos};
use plotters::style::{FontTransform, RGBColor, TextStyle};
use poly_match::{Point, Shapes};

use super::clip::clip;
use super::frame::{Frame, Pixel};
use super::palette;
use super::scene::Scene;
use crate::numbers::grouped;

/// The name of the font: registered for PNG, and written into SVG for the viewer.
pub(super) const FONT: &str = "sans-serif";

/// How far outside the panel polygons are drawn, in shown pixels.
const BEYOND: f64 = 8.0;

type Page<DB> = DrawingArea<DB, Shift>;
type Done<DB> = Result<(), DrawingAreaErrorKind<<DB as DrawingBackend>::ErrorType>>;

pub(super) fn paint<DB: DrawingBackend>(
    page: &Page<DB>,
    scene: &Scene<'_>,
    frame: &Frame,
) -> Done<DB> {
    page.fill(&palette::PAPER)?;
    panel(page, frame)?;
    for &position in &scene.order {
        let matched = scene.is_matched[position];
        polygon(page, frame, scene.shapes, position, matched)?;
    }
    points(page, scene, frame)?;
    margins(page, frame)?;
    words(page, scene, frame)?;
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
    matched: bool,
) -> Done<DB> {
    let color = if matched { palette::of_polygon(position) } else { palette::IDLE };
    let fill = color.mix(if matched { 0.22 } else { 0.10 });
    let line = color.mix(if matched { 0.9 } else { 0.55 }).stroke_width(frame.length(1.0));
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

fn points<DB: DrawingBackend>(page: &Page<DB>, scene: &Scene<'_>, frame: &Frame) -> Done<DB> {
    let radius = frame.length(radius(scene.points.len()));
    let all =
        || scene.points.iter().zip(scene.found.best()).filter(|(point, _)| !point[0].is_nan());
    for (&point, _) in all().filter(|(_, found)| found.is_none()) {
        let style = palette::UNMATCHED.mix(0.55).filled();
        page.draw(&Circle::new(frame.pixel(point), radius, style))?;
    }
    for (&point, found) in all() {
        if let Some(found) = found {
            let style = palette::of_point(found.index).mix(0.85).filled();
            page.draw(&Circle::new(frame.pixel(point), radius, style))?;
        }
    }
    Ok(())
}

/// The radius of a point. It is smaller if there are many, so that they do not cover each other.
#[allow(clippy::cast_precision_loss)]
fn radius(points: usize) -> f64 {
    (140.0 / (points.max(1) as f64).sqrt()).clamp(0.67, 4.0)
}

fn words<DB: DrawingBackend>(page: &Page<DB>, scene: &Scene<'_>, frame: &Frame) -> Done<DB> {
    let [left, top, right, bottom] = frame.panel();
    let (matched, all, zones) = (scene.found.matched(), scene.points.len(), scene.order.len());
    let title = format!(
        "{} of {} points matched to {} polygons",
        grouped(matched),
        grouped(all),
        grouped(zones)
    );
    let middle = Pos::new(HPos::Left, VPos::Center);
    text(page, frame, &title, [left, 30.0], 24.0, palette::TEXT, middle)?;

    let mut x = left + 5.0;
    let (y, dot_y) = (top - 24.0, top - 26.0); // text sits a little above its middle
    for (hue, shift) in [0.0, 12.0, 24.0].into_iter().enumerate() {
        let style = palette::of_point(hue).filled();
        page.draw(&Circle::new(frame.at([x + shift, dot_y]), frame.length(4.5), style))?;
    }
    x += 38.0;
    let size = 15.0;
    text(page, frame, "matched: the colour is the polygon's", [x, y], size, palette::TEXT, middle)?;
    x += 300.0;
    let style = palette::UNMATCHED.filled();
    page.draw(&Circle::new(frame.at([x, dot_y]), frame.length(4.5), style))?;
    let unmatched = format!("nothing near: {}", grouped(all - matched));
    text(page, frame, &unmatched, [x + 14.0, y], size, palette::TEXT, middle)?;

    let [x_name, y_name] = scene.axes;
    let low = Pos::new(HPos::Center, VPos::Center);
    let place = [f64::midpoint(left, right), bottom + 46.0];
    text(page, frame, x_name, place, 16.0, palette::TEXT, low)?;
    let style = style_of(frame, 16.0, palette::TEXT, low).transform(FontTransform::Rotate270);
    let place = frame.at([22.0, f64::midpoint(top, bottom)]);
    page.draw(&Text::new(y_name.clone(), place, style))
}

fn text<DB: DrawingBackend>(
    page: &Page<DB>,
    frame: &Frame,
    words: &str,
    place: [f64; 2],
    size: f64,
    color: RGBColor,
    anchor: Pos,
) -> Done<DB> {
    let style = style_of(frame, size, color, anchor);
    page.draw(&Text::new(words.to_owned(), frame.at(place), style))
}

fn style_of(frame: &Frame, size: f64, color: RGBColor, anchor: Pos) -> TextStyle<'static> {
    TextStyle {
        font: (FONT, frame.length(size)).into_font(),
        color: color.to_backend_color(),
        pos: anchor,
    }
}
