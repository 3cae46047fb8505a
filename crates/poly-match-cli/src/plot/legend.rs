//! The legend of cells: a bar of colours for matched points and one for the others.

use plotters::element::{PathElement, Rectangle};
use plotters::prelude::{Color, DrawingBackend};
use plotters::style::text_anchor::{HPos, Pos, VPos};

use super::cells::Cells;
use super::collected::Collected;
use super::font;
use super::frame::Frame;
use super::matches::unmatched;
use super::page::{Done, FROM_HERE, Page, TEXT, UP_TO_HERE, text};
use super::palette;
use super::scene::Scene;
use crate::numbers::grouped;

/// The margin above the panel.
pub(super) const TOP: f64 = 128.0;

/// The size of a bar, in shown pixels.
const BAR: [f64; 2] = [200.0, 14.0];
/// The size of the numbers under a bar.
const NUMBER: f64 = 18.0;
/// The number of colours in a bar.
const STEPS: u8 = 100;
/// The least distance between two numbers under a bar.
const APART: f64 = 9.0;

pub(super) fn words<DB: DrawingBackend>(
    page: &Page<DB>,
    collected: &Collected,
    cells: &Cells,
    scene: &Scene<'_>,
    frame: &Frame,
) -> Done<DB> {
    let [left, right] = frame.words();
    let (y, color) = (74.0, palette::TEXT);
    let mut x = left + 6.0;
    let bars = [(1.0, "matched".to_owned()), (0.0, unmatched(collected, scene))];
    for (matched, words) in bars {
        bar(page, frame, cells, [x, y - BAR[1] / 2.0], matched)?;
        x += BAR[0] + 14.0;
        text(page, frame, &words, [x, y], TEXT, color, FROM_HERE)?;
        x += font::width(&words, TEXT) + 40.0;
    }
    let side = rounded(cells.side) + if scene.words.are_degrees { "°" } else { "" };
    for (words, y) in [("points per cell of".to_owned(), y), (format!("{side} × {side}"), y + 26.0)]
    {
        text(page, frame, &words, [right, y], TEXT, color, UP_TO_HERE)?;
    }
    Ok(())
}

/// Draws a bar whose upper left corner is at a place, with numbers under it.
fn bar<DB: DrawingBackend>(
    page: &Page<DB>,
    frame: &Frame,
    cells: &Cells,
    [x, y]: [f64; 2],
    matched: f64,
) -> Done<DB> {
    let [width, height] = BAR;
    for step in 0..STEPS {
        let [from, to] = [step, step + 1].map(|step| f64::from(step) / f64::from(STEPS));
        let corners = [frame.at([x + from * width, y]), frame.at([x + to * width, y + height])];
        let color = palette::of_cell(f64::midpoint(from, to), matched);
        page.draw(&Rectangle::new(corners, color.filled()))?;
    }
    for number in numbers(cells) {
        let at = x + cells.shade(number) * width;
        let tick = [frame.at([at, y + height]), frame.at([at, y + height + 3.0])];
        let line = palette::FAINT_TEXT.stroke_width(frame.length(1.0));
        page.draw(&PathElement::new(tick, line))?;
        let below = Pos::new(HPos::Center, VPos::Top);
        let place = [at, y + height + 5.0];
        text(page, frame, &grouped(number), place, NUMBER, palette::FAINT_TEXT, below)?;
    }
    Ok(())
}

/// One, the largest number of points, and the powers of ten between that have room.
fn numbers(cells: &Cells) -> Vec<usize> {
    let mut numbers = vec![1];
    let mut power = 10;
    while power < cells.most {
        let last = numbers.last().copied().unwrap_or(1);
        if apart(cells, last, power) >= APART && apart(cells, power, cells.most) >= APART {
            numbers.push(power);
        }
        power *= 10;
    }
    if cells.most > 1 {
        numbers.push(cells.most);
    }
    numbers
}

/// The distance between two numbers under a bar.
fn apart(cells: &Cells, low: usize, high: usize) -> f64 {
    let [low, high] = [low, high]
        .map(|number| (cells.shade(number) * BAR[0], font::width(&grouped(number), NUMBER) / 2.0));
    (high.0 - high.1) - (low.0 + low.1)
}

/// Three digits of a length.
fn rounded(length: f64) -> String {
    if (1e-3..1e6).contains(&length) {
        let digits = format!("{length:.2e}").parse().unwrap_or(length);
        return digits.to_string();
    }
    format!("{length:.2e}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_do_not_cover_each_other() {
        let of = |most: usize| numbers(&Cells::with_most(most));
        assert_eq!(of(1), [1]);
        assert_eq!(of(9), [1, 9]);
        assert_eq!(of(1000), [1, 10, 100, 1000]);
        assert_eq!(of(1234), [1, 10, 100, 1234]);
        assert_eq!(of(1_000_000), [1, 10, 1000, 1_000_000]);
        for most in [1, 2, 57, 123_456, 1 << 40] {
            let cells = Cells::with_most(most);
            let gaps: Vec<_> = of(most).windows(2).map(|n| apart(&cells, n[0], n[1])).collect();
            assert!(gaps.iter().all(|gap| *gap >= APART), "{most} {gaps:?}");
            assert_eq!(of(most).last(), Some(&most));
        }
    }

    #[test]
    fn sides_have_three_digits() {
        let texts = [0.125, 0.0078125, 4096.0, 2_f64.powi(-40), 2_f64.powi(60)].map(rounded);
        assert_eq!(texts, ["0.125", "0.00781", "4100", "9.09e-13", "1.15e18"]);
    }
}
