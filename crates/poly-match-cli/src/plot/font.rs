//! The font, which is compiled in: how wide words are, and how they are made fit to be drawn.

use std::sync::LazyLock;

use plotters::prelude::IntoFont;
use plotters::style::{FontStyle, register_font};

/// The name of the font: registered for PNG, and written into SVG for the viewer.
///
/// Viewers choose a font of their own for it. DejaVu Sans is wider than most, so that what fits here fits
/// there.
pub(super) const FONT: &str = "sans-serif";

/// Whether the font was registered.
static IS_READY: LazyLock<bool> =
    LazyLock::new(|| register_font(FONT, FontStyle::Normal, dejavu::sans::regular()).is_ok());

/// Makes the font known to the library. It must be, before words are drawn or measured.
pub(super) fn register() -> Result<(), String> {
    if *IS_READY { Ok(()) } else { Err("the font cannot be read".to_owned()) }
}

/// The width of words of a size, both in shown pixels.
pub(super) fn width(words: &str, size: f64) -> f64 {
    // The library rounds to whole pixels: measure large, then scale.
    const LARGE: f64 = 500.0;
    let ready = *IS_READY;
    let measured = (FONT, LARGE).into_font().box_size(words).ok().filter(|_| ready);
    measured.map_or(0.0, |(width, _)| f64::from(width) * size / LARGE)
}

/// The largest size, at most `size` and at least two thirds of it, with which words are no wider than
/// `most`.
pub(super) fn fitting(words: &str, size: f64, most: f64) -> f64 {
    (size * most / width(words, size).max(1.0)).clamp(size / 1.5, size)
}

/// The start of words, with an ellipsis where they were cut, no wider than `most`.
pub(super) fn cut(words: &str, size: f64, most: f64) -> String {
    if width(words, size) <= most {
        return words.to_owned();
    }
    let mut kept: String = words.chars().take(200).collect();
    while kept.pop().is_some() {
        let short = format!("{}…", kept.trim_end());
        if width(&short, size) <= most {
            return short;
        }
    }
    String::new()
}

/// Words from a file in one line, without the characters that an SVG may not have.
pub(super) fn one_line(words: &str) -> String {
    let plain =
        |c: char| if c.is_control() || matches!(c, '\u{FFFE}' | '\u{FFFF}') { ' ' } else { c };
    let words: String = words.chars().take(1000).map(plain).collect();
    words.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Whether the font has the characters, and a row of them is right: Latin, Greek, Cyrillic and their
/// like. Other scripts are not in it, or need their letters joined or reversed.
pub(super) fn can_write(words: &str) -> bool {
    let is_known = |c: char| {
        matches!(c,
            ' '..='\u{58F}' | '\u{10A0}'..='\u{10FF}' | '\u{1E00}'..='\u{218F}'
            | '\u{2190}'..='\u{23FF}' | '\u{2460}'..='\u{27BF}')
    };
    words.chars().all(is_known)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn wider_words_are_wider() {
        assert!(width("mm", 20.0) > 1.9 * width("m", 20.0));
        assert!((width("word", 40.0) - 2.0 * width("word", 20.0)).abs() < 0.2);
        assert_eq!(width("", 20.0), 0.0);
        assert!((10.0..20.0).contains(&width("m", 20.0)));
    }

    #[test]
    fn long_words_are_cut_or_smaller() {
        assert_eq!(cut("short", 20.0, 100.0), "short");
        let long = cut("a rather long name of a zone", 20.0, 100.0);
        assert!(long.starts_with("a rath") && long.ends_with('…'), "{long}");
        assert!(width(&long, 20.0) <= 100.0);
        assert_eq!(cut("a", 20.0, 1.0), "");
        assert_eq!(cut(&"x".repeat(1_000_000), 20.0, 0.0), "");

        assert_eq!(fitting("short", 30.0, 500.0), 30.0);
        let words = "thirty words are wider";
        let size = fitting(words, 30.0, 0.8 * width(words, 30.0));
        assert!((size - 24.0).abs() < 0.5, "{size}");
        assert_eq!(fitting(words, 30.0, 1.0), 20.0);
    }

    #[test]
    fn words_of_a_file_are_made_one_line() {
        assert_eq!(one_line("  two\r\nlines\u{0}\u{FFFF} \t here "), "two lines here");
        assert!(can_write("Łódź – “Αθήνα” Москва…"));
        assert!(!can_write("東京") && !can_write("القاهرة") && !can_write("a\u{1F600}"));
    }
}
