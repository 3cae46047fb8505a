//! Marks the findings of a check, and draws the words that explain the marks.

use plotters::element::Circle;
use plotters::prelude::{Color, DrawingBackend};
use plotters::style::RGBColor;
use poly_match_geo::Finding;

use super::font;
use super::frame::{Frame, Pixel};
use super::matches::LINE;
use super::page::{self, Done, FROM_HERE, Page, TEXT, counted, share, text};
use super::palette;
use super::scene::Scene;
use crate::numbers::grouped;

/// The radius of a mark, if there are few.
const LARGEST: f64 = 8.0;

/// Draws those that are invalid last, so that they are seen.
pub(super) fn marks<DB: DrawingBackend>(
    page: &Page<DB>,
    found: &[Finding],
    frame: &Frame,
) -> Done<DB> {
    let radius = radius(found.len());
    for (is_invalid, color) in [(false, palette::SUSPICIOUS), (true, palette::INVALID)] {
        for finding in found.iter().filter(|finding| finding.kind.is_invalid() == is_invalid) {
            if let Some(at) = finding.at {
                mark(page, frame, frame.pixel(at), radius, color)?;
            }
        }
    }
    Ok(())
}

/// A dot in a circle.
fn mark<DB: DrawingBackend>(
    page: &Page<DB>,
    frame: &Frame,
    at: Pixel,
    radius: f64,
    color: RGBColor,
) -> Done<DB> {
    let [outer, inner] = [radius, radius / 4.0].map(|radius| frame.length(radius));
    page.draw(&Circle::new(at, outer, color.mix(0.15).filled()))?;
    page.draw(&Circle::new(at, outer, color.stroke_width(inner)))?;
    page.draw(&Circle::new(at, inner, color.filled()))
}

/// The radius of a mark. It is smaller if there are many, so that they do not cover each other.
#[allow(clippy::cast_precision_loss)]
fn radius(findings: usize) -> f64 {
    (140.0 / (findings.max(1) as f64).sqrt()).clamp(2.5, LARGEST)
}

pub(super) fn words<DB: DrawingBackend>(
    page: &Page<DB>,
    found: &[Finding],
    scene: &Scene<'_>,
    frame: &Frame,
) -> Done<DB> {
    let polygons = share(scene.colored(), scene.is_colored.len(), "polygon");
    page::title(page, &format!("{} in {polygons}", counted(found.len(), "finding")), frame)?;

    let invalid = found.iter().filter(|finding| finding.kind.is_invalid()).count();
    let legend = [
        (palette::INVALID, format!("invalid: {}", grouped(invalid))),
        (palette::SUSPICIOUS, format!("suspicious: {}", grouped(found.len() - invalid))),
    ];
    let [left, _] = frame.words();
    let (mut x, y) = (left + 9.0, LINE);
    for (color, words) in legend {
        mark(page, frame, frame.at([x, y]), LARGEST, color)?;
        text(page, frame, &words, [x + 20.0, y], TEXT, palette::TEXT, FROM_HERE)?;
        x += font::width(&words, TEXT) + 56.0;
    }
    Ok(())
}
