//! Draws points as dots, coloured by their match, and the words that explain them.

use plotters::element::{Circle, Rectangle};
use plotters::prelude::{Color, DrawingBackend};

use super::collected::{Collected, Dot};
use super::font;
use super::frame::Frame;
use super::page::{self, Done, FROM_HERE, Page, TEXT, share, text};
use super::palette;
use super::scene::Scene;
use crate::numbers::grouped;

/// The margin above the panel.
pub(super) const TOP: f64 = 100.0;
/// Where the middle of the legend is.
pub(super) const LINE: f64 = TOP - 27.0;

/// From this radius on, a dot has a light ring, so that dots that overlap can be counted.
const RINGED: f64 = 3.0;

/// Draws those without a match first: matches are on top.
pub(super) fn dots<DB: DrawingBackend>(page: &Page<DB>, points: &[Dot], frame: &Frame) -> Done<DB> {
    let shown = radius(points.len());
    let radius = frame.length(shown);
    let ring = palette::PAPER.stroke_width(frame.length(1.0));
    let draw = |point: &Dot, style| {
        let at = frame.pixel(point.at);
        page.draw(&Circle::new(at, radius, style))?;
        if shown >= RINGED {
            page.draw(&Circle::new(at, radius + frame.length(0.5), ring))?;
        }
        Ok(())
    };
    for point in points.iter().filter(|point| point.best.is_none()) {
        draw(point, palette::UNMATCHED.mix(0.65).filled())?;
    }
    for point in points {
        if let Some(best) = point.best {
            draw(point, palette::of_point(best).mix(0.85).filled())?;
        }
    }
    Ok(())
}

/// The radius of a point: well visible if there are few, and about a pixel wide if there are as many as
/// are drawn as dots.
#[allow(clippy::cast_precision_loss)]
fn radius(points: usize) -> f64 {
    (40.0 * (points.max(1) as f64).powf(-0.37)).clamp(0.4, 7.0)
}

/// Writes how many points are matched, and to how many polygons: those that are the best of a point.
pub(super) fn title<DB: DrawingBackend>(
    page: &Page<DB>,
    collected: &Collected,
    scene: &Scene<'_>,
    frame: &Frame,
) -> Done<DB> {
    let points = share(collected.matched(), collected.points(), "point");
    let polygons = share(scene.colored(), scene.is_colored.len(), "polygon");
    page::title(page, &format!("{points} matched to {polygons}"), frame)
}

/// What points without a match are, and their number. Those without a place are told elsewhere.
pub(super) fn unmatched(collected: &Collected, scene: &Scene<'_>) -> String {
    let number = collected.placed().saturating_sub(collected.matched());
    format!("{}: {}", scene.words.unmatched, grouped(number))
}

/// The title, and the legend of dots.
pub(super) fn words<DB: DrawingBackend>(
    page: &Page<DB>,
    collected: &Collected,
    scene: &Scene<'_>,
    frame: &Frame,
) -> Done<DB> {
    title(page, collected, scene, frame)?;
    let [left, right] = frame.words();
    let (mut x, y) = (left + 6.0, LINE);
    let dot = |x: f64, style| page.draw(&Circle::new(frame.at([x, y]), frame.length(6.0), style));
    for hue in 0..3 {
        dot(x, palette::of_point(hue).filled())?;
        x += 15.0;
    }
    let item = |x: &mut f64, words: &str| {
        let place = [*x, y];
        *x += font::width(words, TEXT) + 34.0;
        text(page, frame, words, place, TEXT, palette::TEXT, FROM_HERE)
    };
    item(&mut x, "matched, in the polygon's colour")?;
    dot(x, palette::UNMATCHED.filled())?;
    x += 15.0;
    item(&mut x, &unmatched(collected, scene))?;

    let idle = "polygon without a match";
    let has_room = x + 24.0 + font::width(idle, TEXT) <= right;
    if scene.colored() < scene.is_colored.len() && has_room {
        let corners = [[x - 8.0, y - 8.0], [x + 8.0, y + 8.0]].map(|place| frame.at(place));
        page.draw(&Rectangle::new(corners, palette::IDLE.mix(0.3).filled()))?;
        page.draw(&Rectangle::new(corners, palette::IDLE.stroke_width(frame.length(1.0))))?;
        x += 18.0;
        item(&mut x, idle)?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dots_shrink_with_their_number() {
        let radii = [0, 10, 1_000, 10_000, 100_000, 200_000].map(radius);
        assert!(radii.windows(2).all(|pair| pair[0] >= pair[1]), "{radii:?}");
        assert!(radii[1] >= 6.0 && (0.35..=0.67).contains(&radii[5]), "{radii:?}");
    }
}
