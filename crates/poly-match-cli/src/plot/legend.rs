//! The legend of cells: a bar of colours for matched points and one for the others.

use plotters::element::{PathElement, Rectangle};
use plotters::prelude::{Color, DrawingBackend};
use plotters::style::text_anchor::{HPos, Pos, VPos};

use super::cells::Cells;
use super::collected::Collected;
use super::frame::Frame;
use super::page::{Done, FROM_HERE, Page, text};
use super::palette;
use crate::numbers::grouped;

/// The size of a bar, in shown pixels.
const BAR: [f64; 2] = [200.0, 12.0];
/// The number of colours in a bar.
const STEPS: u8 = 100;
/// The least distance between two numbers under a bar.
const APART: f64 = 52.0;

pub(super) fn words<DB: DrawingBackend>(
    page: &Page<DB>,
    collected: &Collected,
    cells: &Cells,
    frame: &Frame,
) -> Done<DB> {
    let [left, top, right, _] = frame.panel();
    let (y, color) = (top - 30.0, palette::TEXT);
    let unmatched = grouped(collected.points() - collected.matched());
    let bars =
        [(0.0, 1.0, "matched".to_owned()), (310.0, 0.0, format!("nothing near: {unmatched}"))];
    for (shift, matched, words) in bars {
        let x = left + 6.0 + shift;
        bar(page, frame, cells, [x, y - BAR[1] / 2.0], matched)?;
        text(page, frame, &words, [x + BAR[0] + 12.0, y], 15.0, color, FROM_HERE)?;
    }
    let side = rounded(cells.side);
    let words = format!("points per cell of {side} × {side}");
    let from_right = Pos::new(HPos::Right, VPos::Center);
    text(page, frame, &words, [right, y], 15.0, color, from_right)?;
    let (words, below) = ("cells with both are in between", [right, y + 17.0]);
    text(page, frame, words, below, 12.0, palette::FAINT_TEXT, from_right)
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
        let place = [at, y + height + 4.0];
        text(page, frame, &grouped(number), place, 12.0, palette::FAINT_TEXT, below)?;
    }
    Ok(())
}

/// One, the largest number of points, and the powers of ten between that have room.
fn numbers(cells: &Cells) -> Vec<usize> {
    let place = |number: usize| cells.shade(number) * BAR[0];
    let mut numbers = vec![1];
    let mut power = 10;
    while power < cells.most {
        let last = numbers.last().copied().unwrap_or(1);
        if place(power) - place(last) >= APART && BAR[0] - place(power) >= APART {
            numbers.push(power);
        }
        power *= 10;
    }
    if cells.most > 1 {
        numbers.push(cells.most);
    }
    numbers
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
        for most in [1, 2, 57, 123_456, 1 << 40] {
            let cells = Cells::with_most(most);
            let places: Vec<_> = of(most).into_iter().map(|number| cells.shade(number)).collect();
            let gaps = places.windows(2).map(|pair| (pair[1] - pair[0]) * BAR[0]);
            assert!(gaps.fold(f64::MAX, f64::min) >= APART, "{most}");
            assert_eq!(of(most).last(), Some(&most));
        }
    }

    #[test]
    fn sides_have_three_digits() {
        let texts = [0.125, 0.0078125, 4096.0, 2_f64.powi(-40), 2_f64.powi(60)].map(rounded);
        assert_eq!(texts, ["0.125", "0.00781", "4100", "9.09e-13", "1.15e18"]);
    }
}
