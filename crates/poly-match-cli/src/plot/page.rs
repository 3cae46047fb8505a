//! A page, and text on it.

use plotters::coord::Shift;
use plotters::element::Text;
use plotters::prelude::{DrawingArea, DrawingAreaErrorKind, DrawingBackend, IntoFont};
use plotters::style::text_anchor::{HPos, Pos, VPos};
use plotters::style::{Color, RGBColor, TextStyle};

use super::font::{self, FONT};
use super::frame::Frame;
use crate::numbers::grouped;

pub(super) type Page<DB> = DrawingArea<DB, Shift>;
pub(super) type Done<DB> = Result<(), DrawingAreaErrorKind<<DB as DrawingBackend>::ErrorType>>;

/// Text that begins at a place, in the middle of its height.
pub(super) const FROM_HERE: Pos = Pos { h_pos: HPos::Left, v_pos: VPos::Center };
/// Text that ends at a place, in the middle of its height.
pub(super) const UP_TO_HERE: Pos = Pos { h_pos: HPos::Right, v_pos: VPos::Center };
/// Text whose middle is at a place.
pub(super) const AROUND_HERE: Pos = Pos { h_pos: HPos::Center, v_pos: VPos::Center };

/// The size of all words except the title's.
pub(super) const TEXT: f64 = 21.0;
/// The size of the title, if it is not too long.
const TITLE: f64 = 32.0;
/// How far the middle of the letters is above the place that the library is given, as a share of the size.
/// It is 0.21 in PNG and 0.07 in SVG.
const RISE: f64 = 0.14;

pub(super) fn text<DB: DrawingBackend>(
    page: &Page<DB>,
    frame: &Frame,
    words: &str,
    [x, y]: [f64; 2],
    size: f64,
    color: RGBColor,
    anchor: Pos,
) -> Done<DB> {
    let style = style_of(frame, size, color, anchor);
    page.draw(&Text::new(words.to_owned(), frame.at([x, y + RISE * size]), style))
}

pub(super) fn style_of(
    frame: &Frame,
    size: f64,
    color: RGBColor,
    anchor: Pos,
) -> TextStyle<'static> {
    TextStyle {
        font: (FONT, frame.length(size)).into_font(),
        color: color.to_backend_color(),
        pos: anchor,
    }
}

/// Writes the title. It is smaller if it is long.
pub(super) fn title<DB: DrawingBackend>(page: &Page<DB>, words: &str, frame: &Frame) -> Done<DB> {
    let [left, right] = frame.words();
    let size = font::fitting(words, TITLE, right - left);
    text(page, frame, words, [left, 32.0], size, super::palette::TEXT, FROM_HERE)
}

/// A number and what is counted: 1 point, 2,000 points.
pub(super) fn counted(number: usize, noun: &str) -> String {
    format!("{} {noun}{}", grouped(number), if number == 1 { "" } else { "s" })
}

/// A part of what is counted: 1 of 1 point, 3 of 2,000 points.
pub(super) fn share(part: usize, all: usize, noun: &str) -> String {
    format!("{} of {}", grouped(part), counted(all, noun))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_is_singular() {
        let texts = [0, 1, 2000].map(|number| counted(number, "point"));
        assert_eq!(texts, ["0 points", "1 point", "2,000 points"]);
        assert_eq!([share(1, 1, "zone"), share(0, 2, "zone")], ["1 of 1 zone", "0 of 2 zones"]);
    }
}
