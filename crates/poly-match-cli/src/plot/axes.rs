//! Writes what is around the panel: the values of the ticks, the names of the axes, and what the picture
//! does not show.

use plotters::element::Text;
use plotters::prelude::DrawingBackend;
use plotters::style::FontTransform;
use plotters::style::text_anchor::{HPos, Pos, VPos};

use super::font::{self, cut, one_line};
use super::frame::{Frame, TICK_TEXT};
use super::page::{AROUND_HERE, Done, Page, TEXT, UP_TO_HERE, counted, style_of, text};
use super::scene::{Scene, Shown};
use super::{palette, view};

/// The least distance from words to the side of the page, or to other words.
const APART: f64 = 24.0;

/// Writes the values of the ticks.
pub(super) fn values<DB: DrawingBackend>(page: &Page<DB>, frame: &Frame) -> Done<DB> {
    let [left, _, _, bottom] = frame.panel();
    let color = palette::FAINT_TEXT;
    for (value, label) in frame.ticks(0) {
        // A long value beside the side of the page is shifted.
        let [first, _, last, _] = frame.page();
        let half = font::width(&label, TICK_TEXT) / 2.0 + 4.0;
        let x = frame.shown([value; 2])[0].max(first + half).min(last - half);
        let below = Pos::new(HPos::Center, VPos::Top);
        let place = [x, bottom + 5.0];
        text(page, frame, &label, place, TICK_TEXT, color, below)?;
    }
    for (value, label) in frame.ticks(1) {
        let place = [left - 10.0, frame.shown([value; 2])[1]];
        text(page, frame, &label, place, TICK_TEXT, color, UP_TO_HERE)?;
    }
    Ok(())
}

/// Writes the names of the axes, and the notes to the right of the lower one.
pub(super) fn names<DB: DrawingBackend>(
    page: &Page<DB>,
    scene: &Scene<'_>,
    frame: &Frame,
) -> Done<DB> {
    let [left, top, right, bottom] = frame.panel();
    let [x_name, y_name] = scene.words.axes.each_ref().map(|name| one_line(name));
    let y = bottom + 56.0;

    let notes = notes(scene, frame).join(", ");
    let size = font::fitting(&notes, TEXT, right - left);
    text(page, frame, &notes, [right, y], size, palette::TEXT, UP_TO_HERE)?;
    let end = if notes.is_empty() { right } else { right - font::width(&notes, size) - APART };

    let x_name = cut(&x_name, TEXT, (end - left).max(0.0));
    let half = font::width(&x_name, TEXT) / 2.0;
    let place = [f64::midpoint(left, right).min(end - half), y];
    text(page, frame, &x_name, place, TEXT, palette::TEXT, AROUND_HERE)?;

    let y_name = cut(&y_name, TEXT, bottom - top);
    let style = style_of(frame, TEXT, palette::TEXT, AROUND_HERE);
    let style = style.transform(FontTransform::Rotate270);
    let place = frame.at([26.0, f64::midpoint(top, bottom)]);
    page.draw(&Text::new(y_name, place, style))
}

/// What the picture does not show.
fn notes(scene: &Scene<'_>, frame: &Frame) -> Vec<String> {
    let nowhere = match scene.shown {
        Shown::Matches(collected) => {
            (collected.points() - collected.placed(), "point", "without coordinates")
        }
        Shown::Findings(found) => {
            let nowhere = found.iter().filter(|finding| finding.at.is_none());
            (nowhere.count(), "finding", "without a place")
        }
    };
    let outside = (view::outside(scene.shapes, frame), "polygon", "outside the view");
    let some = [nowhere, outside].into_iter().filter(|&(number, ..)| number > 0);
    some.map(|(number, noun, what)| format!("{} {what}", counted(number, noun))).collect()
}
