//! What the cells of a column of text look like: numbers, dates, or only text.
//!
//! A text with zeros in front, such as 01001, is a code, and not a number.

use arrow_array::{Array, StringArray};

use crate::dates::{Moment, moment};
use crate::text::Decimal;

/// What all cells of a column look like, empty ones apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Looks {
    Integer,
    Number,
    Boolean,
    Date,
    Timestamp,
    Text,
}

impl Looks {
    /// With an article, for people.
    pub(super) fn said(self) -> &'static str {
        match self {
            Self::Integer => "an integer",
            Self::Number => "a number",
            Self::Boolean => "a boolean",
            Self::Date => "a date",
            Self::Timestamp => "a timestamp",
            Self::Text => "text",
        }
    }

    pub(super) fn word(self) -> &'static str {
        match self {
            Self::Integer => "integer",
            Self::Number => "number",
            Self::Boolean => "boolean",
            Self::Date => "date",
            Self::Timestamp => "timestamp",
            Self::Text => "text",
        }
    }

    /// What a cell looks like that is not empty.
    fn of(cell: &str, decimal: Decimal) -> Self {
        match number(cell.as_bytes(), decimal) {
            Some(true) => return Self::Integer,
            Some(false) => return Self::Number,
            None => {}
        }
        if cell.eq_ignore_ascii_case("true") || cell.eq_ignore_ascii_case("false") {
            return Self::Boolean;
        }
        match moment(cell) {
            Some(Moment::Date(_)) => Self::Date,
            Some(Moment::Local(_) | Moment::Universal(_)) => Self::Timestamp,
            None => Self::Text,
        }
    }

    /// What both look like.
    fn and(self, other: Self) -> Self {
        match (self, other) {
            (a, b) if a == b => a,
            (Self::Integer | Self::Number, Self::Integer | Self::Number) => Self::Number,
            (Self::Date | Self::Timestamp, Self::Date | Self::Timestamp) => Self::Timestamp,
            _ => Self::Text,
        }
    }
}

/// What a column looks like so far.
#[derive(Debug, Default)]
pub(super) struct Guess {
    /// Nothing, if all cells were empty.
    pub(super) looks: Option<Looks>,
    pub(super) empty: u64,
}

impl Guess {
    /// Looks at the cells of a batch.
    pub(super) fn look(&mut self, cells: &StringArray, decimal: Decimal) {
        for row in 0..cells.len() {
            let cell = cells.value(row);
            if cell.is_empty() || cells.is_null(row) {
                self.empty += 1;
            } else if self.looks != Some(Looks::Text) {
                let looks = Looks::of(cell.trim(), decimal);
                self.looks = Some(self.looks.map_or(looks, |so_far| so_far.and(looks)));
            }
        }
    }
}

/// Whether a text is an integer; `None` if it is no number either.
fn number(text: &[u8], decimal: Decimal) -> Option<bool> {
    let unsigned = match text {
        [b'-' | b'+', rest @ ..] => rest,
        all => all,
    };
    let digits = |text: &[u8]| text.iter().take_while(|byte| byte.is_ascii_digit()).count();
    let whole = digits(unsigned);
    if whole > 1 && unsigned[0] == b'0' {
        return None;
    }
    let mut rest = &unsigned[whole..];
    if rest.is_empty() {
        return (whole > 0).then_some(true);
    }
    let is_mark = match decimal {
        Decimal::Point => rest[0] == b'.',
        Decimal::Comma => rest[0] == b',',
        Decimal::Either => matches!(rest[0], b'.' | b','),
    };
    let mut fraction = 0;
    if is_mark {
        fraction = digits(&rest[1..]);
        rest = &rest[1 + fraction..];
    }
    if whole + fraction == 0 {
        return None;
    }
    match rest {
        [] => Some(false),
        [b'e' | b'E', b'-' | b'+', exponent @ ..] | [b'e' | b'E', exponent @ ..] => {
            (!exponent.is_empty() && digits(exponent) == exponent.len()).then_some(false)
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn looks(cells: &[&str]) -> Option<Looks> {
        let mut guess = Guess::default();
        guess.look(&StringArray::from(cells.to_vec()), Decimal::Point);
        guess.looks
    }

    #[test]
    fn a_column_looks_like_all_its_cells() {
        for (cells, expected) in [
            (&["1", "-2", "+30", "", " 0 "][..], Some(Looks::Integer)),
            (&["1", "2.5", ".5", "5.", "-1e-3"], Some(Looks::Number)),
            (&["01001", "1"], Some(Looks::Text)),
            (&["007.5"], Some(Looks::Text)),
            (&["0.5", "0"], Some(Looks::Number)),
            (&["1", "-"], Some(Looks::Text)),
            (&["nan"], Some(Looks::Text)),
            (&["1e"], Some(Looks::Text)),
            (&["."], Some(Looks::Text)),
            (&["1,5"], Some(Looks::Text)),
            (&["True", "false"], Some(Looks::Boolean)),
            (&["true", "1"], Some(Looks::Text)),
            (&["2026-01-31"], Some(Looks::Date)),
            (&["2026-01-31", "2026-01-31T10:00Z"], Some(Looks::Timestamp)),
            (&["2026-02-30"], Some(Looks::Text)),
            (&["", ""], None),
        ] {
            assert_eq!(looks(cells), expected, "{cells:?}");
        }
        let mut guess = Guess::default();
        guess.look(&StringArray::from(vec!["1,5", "", "2"]), Decimal::Comma);
        assert_eq!((guess.looks, guess.empty), (Some(Looks::Number), 1));
    }

    #[test]
    fn every_number_is_one_for_the_parser() {
        for text in ["1", "-1.5", "+.5", "5.", "1e5", "1E+5", "0.0e-0"] {
            assert!(number(text.as_bytes(), Decimal::Point).is_some(), "{text}");
            assert!(text.parse::<f64>().is_ok(), "{text}");
        }
    }
}
