//! Draws points, coloured by their match, and the words that explain them.

use plotters::element::Circle;
use plotters::prelude::{Color, DrawingBackend};

use super::frame::Frame;
use super::page::{Done, FROM_HERE, Page, text};
use super::palette;
use super::scene::Matches;
use crate::numbers::grouped;

pub(super) fn points<DB: DrawingBackend>(
    page: &Page<DB>,
    shown: &Matches<'_>,
    frame: &Frame,
) -> Done<DB> {
    let radius = frame.length(radius(shown.points.len()));
    let all =
        || shown.points.iter().zip(shown.found.best()).filter(|(point, _)| !point[0].is_nan());
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

pub(super) fn words<DB: DrawingBackend>(
    page: &Page<DB>,
    shown: &Matches<'_>,
    polygons: usize,
    frame: &Frame,
) -> Done<DB> {
    let [left, top, ..] = frame.panel();
    let (matched, all) = (shown.found.matched(), shown.points.len());
    let title = format!(
        "{} of {} points matched to {} polygons",
        grouped(matched),
        grouped(all),
        grouped(polygons)
    );
    text(page, frame, &title, [left, 30.0], 24.0, palette::TEXT, FROM_HERE)?;

    let mut x = left + 5.0;
    let (y, dot_y) = (top - 24.0, top - 26.0); // text sits a little above its middle
    for (hue, shift) in [0.0, 12.0, 24.0].into_iter().enumerate() {
        let style = palette::of_point(hue).filled();
        page.draw(&Circle::new(frame.at([x + shift, dot_y]), frame.length(4.5), style))?;
    }
    x += 38.0;
    let (size, color) = (15.0, palette::TEXT);
    text(page, frame, "matched: the colour is the polygon's", [x, y], size, color, FROM_HERE)?;
    x += 300.0;
    let style = palette::UNMATCHED.filled();
    page.draw(&Circle::new(frame.at([x, dot_y]), frame.length(4.5), style))?;
    let unmatched = format!("nothing near: {}", grouped(all - matched));
    text(page, frame, &unmatched, [x + 14.0, y], size, color, FROM_HERE)
}
