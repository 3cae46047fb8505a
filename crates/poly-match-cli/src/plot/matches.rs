//! Draws points as dots, coloured by their match, and the words that explain them.

use plotters::element::Circle;
use plotters::prelude::{Color, DrawingBackend};

use super::collected::{Collected, Dot};
use super::frame::Frame;
use super::page::{Done, FROM_HERE, Page, counted, text};
use super::palette;
use crate::numbers::grouped;

pub(super) fn dots<DB: DrawingBackend>(page: &Page<DB>, points: &[Dot], frame: &Frame) -> Done<DB> {
    let radius = frame.length(radius(points.len()));
    for point in points.iter().filter(|point| point.best.is_none()) {
        let style = palette::UNMATCHED.mix(0.55).filled();
        page.draw(&Circle::new(frame.pixel(point.at), radius, style))?;
    }
    for point in points {
        if let Some(best) = point.best {
            let style = palette::of_point(best).mix(0.85).filled();
            page.draw(&Circle::new(frame.pixel(point.at), radius, style))?;
        }
    }
    Ok(())
}

/// The radius of a point. It is smaller if there are many, so that they do not cover each other.
#[allow(clippy::cast_precision_loss)]
fn radius(points: usize) -> f64 {
    (140.0 / (points.max(1) as f64).sqrt()).clamp(0.67, 4.0)
}

/// Writes how many points are matched, and to how many polygons: those that are the best of a point.
pub(super) fn title<DB: DrawingBackend>(
    page: &Page<DB>,
    collected: &Collected,
    frame: &Frame,
) -> Done<DB> {
    let polygons = collected.is_matched().iter().filter(|&&is_matched| is_matched).count();
    let title = format!(
        "{} of {} matched to {}",
        grouped(collected.matched()),
        counted(collected.points(), "point"),
        counted(polygons, "polygon")
    );
    let [left, ..] = frame.panel();
    text(page, frame, &title, [left, 30.0], 24.0, palette::TEXT, FROM_HERE)
}

/// The title, and the legend of dots.
pub(super) fn words<DB: DrawingBackend>(
    page: &Page<DB>,
    collected: &Collected,
    frame: &Frame,
) -> Done<DB> {
    title(page, collected, frame)?;
    let [left, top, ..] = frame.panel();
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
    let unmatched = format!("nothing near: {}", grouped(collected.points() - collected.matched()));
    text(page, frame, &unmatched, [x + 14.0, y], size, color, FROM_HERE)
}
