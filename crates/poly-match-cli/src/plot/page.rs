//! A page, and text on it.

use plotters::coord::Shift;
use plotters::element::Text;
use plotters::prelude::{DrawingArea, DrawingAreaErrorKind, DrawingBackend, IntoFont};
use plotters::style::text_anchor::{HPos, Pos, VPos};
use plotters::style::{Color, RGBColor, TextStyle};

use super::frame::Frame;
use crate::numbers::grouped;

/// The name of the font: registered for PNG, and written into SVG for the viewer.
pub(super) const FONT: &str = "sans-serif";

pub(super) type Page<DB> = DrawingArea<DB, Shift>;
pub(super) type Done<DB> = Result<(), DrawingAreaErrorKind<<DB as DrawingBackend>::ErrorType>>;

/// Text that begins at a place, in the middle of its height.
pub(super) const FROM_HERE: Pos = Pos { h_pos: HPos::Left, v_pos: VPos::Center };

pub(super) fn text<DB: DrawingBackend>(
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

/// A number and what is counted: 1 point, 2,000 points.
pub(super) fn counted(number: usize, noun: &str) -> String {
    format!("{} {noun}{}", grouped(number), if number == 1 { "" } else { "s" })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_is_singular() {
        let texts = [0, 1, 2000].map(|number| counted(number, "point"));
        assert_eq!(texts, ["0 points", "1 point", "2,000 points"]);
    }
}
