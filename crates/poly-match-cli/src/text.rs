//! How a table of text is written, as the options say, and what to say if it is written otherwise.

use std::borrow::Cow;

use arrow_schema::Schema;
use poly_match_io::{
    Cause, CsvOptions, Encoding, Error, Format, Quote, ReadOptions, Reader, Remedy,
};

use crate::failure::{Failure, quoted};

/// How a table is written if it is text. Of this, only [`Decimal`] also counts in other tables.
#[derive(Debug, Clone, Default)]
pub(crate) struct Text {
    pub(crate) delimiter: Option<u8>,
    pub(crate) quote: Option<Quote>,
    pub(crate) encoding: Option<Encoding>,
    pub(crate) header: Header,
    pub(crate) decimal: Decimal,
    pub(crate) options: Options,
}

/// Whether the first record has the names of the columns.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) enum Header {
    /// It has, unless it looks like a row: that is refused.
    #[default]
    Usual,
    /// It has, whatever it looks like.
    Sure,
    /// It has not.
    None,
}

/// The mark before the fraction of a number in text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) enum Decimal {
    #[default]
    Point,
    Comma,
    /// A point, or else a comma.
    Either,
}

/// Which options are about a table.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) enum Options {
    /// Those without a prefix, such as `--encoding`.
    #[default]
    Plain,
    /// Those of polygons beside points, such as `--polygons-encoding`.
    Polygons,
}

impl Options {
    /// The option of this name.
    pub(crate) fn option(self, name: &str) -> String {
        match self {
            Self::Plain => format!("--{name}"),
            Self::Polygons => format!("--polygons-{name}"),
        }
    }
}

impl Text {
    /// Adds to `options` how the table is read.
    pub(crate) fn apply(&self, options: &mut ReadOptions) {
        let mut csv = CsvOptions::default();
        csv.delimiter = self.delimiter;
        csv.quote = self.quote;
        csv.header = self.header != Header::None;
        options.csv = csv;
        options.encoding = self.encoding;
    }

    /// An error of reading the table, with the option that helps.
    pub(crate) fn explained(&self, error: Error) -> Failure {
        let hint = match error.cause() {
            Cause::Text { remedy: Some(Remedy::Encoding(name)), .. } => {
                let option = self.options.option("encoding");
                Some(match *name {
                    "windows-1252" => format!("if it is Latin-1, say {option} windows-1252"),
                    name => format!("say {option} {name}"),
                })
            }
            Cause::Text { remedy: Some(Remedy::NoQuotes), .. } => {
                let option = self.options.option("quote");
                Some(format!("{option} none reads quotes as any other character"))
            }
            _ => None,
        };
        let failure = Failure::from(error);
        match hint {
            Some(hint) => failure.with_hint(&hint),
            None => failure,
        }
    }

    /// The number in a text, with the decimal mark of the table.
    pub(crate) fn number(&self, text: &str) -> Option<f64> {
        self.plain(text.trim())?.parse().ok()
    }

    /// A text with a point as decimal mark; `None` if it is no number as the table writes them.
    pub(crate) fn plain<'t>(&self, text: &'t str) -> Option<Cow<'t, str>> {
        match self.decimal {
            Decimal::Point => Some(Cow::Borrowed(text)),
            Decimal::Comma => with_point(text),
            Decimal::Either if text.parse::<f64>().is_ok() => Some(Cow::Borrowed(text)),
            Decimal::Either => with_point(text),
        }
    }

    /// What to say of a cell that is no number, if another decimal mark would make it one.
    pub(crate) fn decimal_hint(&self, cell: &str) -> String {
        let cell = cell.trim();
        let option = self.options.option("decimal");
        let is_number = |text: Cow<'_, str>| text.parse::<f64>().is_ok_and(f64::is_finite);
        match self.decimal {
            Decimal::Point if cell.contains(',') && with_point(cell).is_some_and(is_number) => {
                format!("; {option} , reads a decimal comma")
            }
            Decimal::Comma if cell.contains('.') && is_number(Cow::Borrowed(cell)) => {
                format!("; {option} , expects a decimal comma")
            }
            _ => String::new(),
        }
    }

    /// Refuses a header that has only numbers: it looks like a row.
    pub(crate) fn check_header(&self, reader: &Reader) -> Result<(), Failure> {
        let schema = reader.schema();
        let columns: Vec<_> = (0..schema.fields().len()).collect();
        self.check_names(&schema, reader.format(), &columns)
    }

    /// Refuses columns whose names are all values, such as numbers: the header looks like a row.
    pub(crate) fn check_names(
        &self,
        schema: &Schema,
        format: Format,
        columns: &[usize],
    ) -> Result<(), Failure> {
        let is_text = matches!(format, Format::Csv | Format::Tsv);
        let mut names = columns.iter().map(|&column| schema.field(column).name());
        if !is_text || self.header != Header::Usual || !names.clone().all(|name| is_value(name)) {
            return Ok(());
        }
        let (none, sure) = (self.options.option("no-header"), self.options.option("header"));
        let what = match (names.next(), names.next()) {
            (Some(first), Some(_)) => format!("names such as {}", quoted(first)),
            (Some(name), None) => format!("the name {}", quoted(name)),
            (None, _) => return Ok(()),
        };
        Err(Failure::new(format_args!(
            "the header looks like a row: it has {what}; say {none} if there is no header, then \
             '#1' is the first column; or {sure} if it is one"
        )))
    }

    /// What to say if the columns cannot be guessed: how to say them, as in `example`, which names
    /// columns by number.
    pub(crate) fn column_hint(&self, schema: &Schema, format: Format, example: &str) -> String {
        let is_text = matches!(format, Format::Csv | Format::Tsv);
        let mut names = schema.fields().iter().map(|field| field.name());
        if is_text && schema.fields().len() == 1 {
            let option = self.options.option("delimiter");
            return format!(
                "; {option} says what stands between cells, if it is not , ; | or a tab"
            );
        }
        if is_text && self.header == Header::Usual && names.any(|name| is_value(name)) {
            let option = self.options.option("no-header");
            return format!("; if there is no header, say {option}, and {example}");
        }
        String::new()
    }
}

/// Whether a name looks like a value: a number, or geometry as text.
fn is_value(name: &str) -> bool {
    let name = name.trim();
    let is_geometry = || name.contains('(') && name.ends_with(')') && name.contains(' ');
    let is_number = |text: Cow<'_, str>| text.parse::<f64>().is_ok_and(f64::is_finite);
    is_number(Cow::Borrowed(name)) || with_point(name).is_some_and(is_number) || is_geometry()
}

/// A text with a point for its first comma. `None` if it has a point already.
fn with_point(text: &str) -> Option<Cow<'_, str>> {
    match (text.contains('.'), text.contains(',')) {
        (true, _) => None,
        (false, true) => Some(Cow::Owned(text.replacen(',', ".", 1))),
        (false, false) => Some(Cow::Borrowed(text)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(decimal: Decimal) -> Text {
        Text { decimal, ..Text::default() }
    }

    #[test]
    fn a_number_has_the_mark_of_its_table() {
        for (cell, expected) in [
            ("1.5", [Some(1.5), None, Some(1.5)]),
            (" 1,5 ", [None, Some(1.5), Some(1.5)]),
            ("-,5e3", [None, Some(-500.0), Some(-500.0)]),
            ("12", [Some(12.0); 3]),
            ("1.234,5", [None; 3]),
            ("1,234.5", [None; 3]),
            ("1,234,5", [None; 3]),
            ("a,b", [None; 3]),
        ] {
            let read = [Decimal::Point, Decimal::Comma, Decimal::Either]
                .map(|decimal| text(decimal).number(cell));
            assert_eq!(read, expected, "{cell}");
        }
    }

    #[test]
    fn another_mark_is_named_where_it_would_do() {
        let hint = text(Decimal::Point).decimal_hint("1,5");
        assert_eq!(hint, "; --decimal , reads a decimal comma");
        for cell in ["1.234,5", "1,2,3", "a,b", "", "12", ","] {
            assert_eq!(text(Decimal::Point).decimal_hint(cell), "", "{cell}");
        }
        let polygons = Text { options: Options::Polygons, ..text(Decimal::Comma) };
        assert_eq!(polygons.decimal_hint("1.5"), "; --polygons-decimal , expects a decimal comma");
    }
}
