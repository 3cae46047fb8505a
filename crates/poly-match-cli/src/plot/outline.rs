//! Draws polygons: filled, with their outlines, clipped to what is seen.

use plotters::element::{PathElement, Polygon};
use plotters::prelude::{Color, DrawingBackend};
use plotters::style::ShapeStyle;
use poly_match::{Point, Shapes};

use super::clip::clip;
use super::frame::{Frame, Pixel};
use super::page::{Done, Page};
use super::palette;

/// How far outside the panel polygons are drawn, in shown pixels.
const BEYOND: f64 = 8.0;

/// Draws a polygon in its colour, or grey.
pub(super) fn polygon<DB: DrawingBackend>(
    page: &Page<DB>,
    frame: &Frame,
    shapes: &Shapes,
    position: usize,
    colored: bool,
) -> Done<DB> {
    let color = if colored { palette::of_polygon(position) } else { palette::IDLE };
    let fill = color.mix(if colored { 0.22 } else { 0.10 });
    let line = color.mix(if colored { 0.9 } else { 0.55 });
    let line = line.stroke_width(frame.length(width(shapes.len())));
    for rings in parts(frame, shapes, position) {
        let path = with_holes(&rings);
        if path.len() > 2 {
            page.draw(&Polygon::new(path, fill))?;
        }
        outlines(page, rings, line)?;
    }
    Ok(())
}

/// How wide outlines are: thinner if there are many, so that they do not cover the polygons.
#[allow(clippy::cast_precision_loss)]
pub(super) fn width(polygons: usize) -> f64 {
    (40.0 / (polygons.max(1) as f64).sqrt()).clamp(0.33, 1.0)
}

/// The rings of each part of a polygon, in drawn pixels.
pub(super) fn parts(
    frame: &Frame,
    shapes: &Shapes,
    position: usize,
) -> impl Iterator<Item = Vec<Vec<Pixel>>> {
    shapes.parts_of(position).map(|rings| rings.map(|ring| pixels(frame, ring)).collect())
}

pub(super) fn outlines<DB: DrawingBackend>(
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
