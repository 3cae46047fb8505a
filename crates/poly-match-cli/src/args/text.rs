//! The options that say how tables of text are written.

use clap::Args;
use poly_match_io::{Encoding, Quote};

use crate::text::{Decimal, Header, Options, Text};

/// How a table is written. (Whoever flattens it gives the heading.)
#[derive(Debug, Args)]
pub(super) struct TextArgs {
    /// Character between cells [default: found]
    ///
    /// An ASCII character, or `tab`. By default, one of , ; | and tab is found.
    #[arg(long, value_name = "CHAR", value_parser = delimiter)]
    delimiter: Option<u8>,

    /// Character around cells, or `none` [default: found, of " and ']
    #[arg(long, value_name = "CHAR", value_parser = quote, hide_short_help = true)]
    quote: Option<Quote>,

    /// Decimal mark of numbers: . or , [default: .]
    ///
    /// It is for coordinates, distances and min:COLUMN.
    #[arg(long, value_name = "CHAR", value_parser = decimal)]
    decimal: Option<Decimal>,

    /// Encoding, e.g. windows-1252 [default: UTF-8]
    ///
    /// windows-1252 is also for Latin-1. UTF-16 is found by its mark.
    #[arg(long, value_name = "NAME", value_parser = encoding)]
    encoding: Option<Encoding>,

    /// There is no header: columns are #1, #2, ...
    ///
    /// In any table, with a header or without, #3 is the third column wherever an option takes the
    /// name of a column, unless a column is called so.
    #[arg(long)]
    no_header: bool,

    /// The first row is a header, even if it looks like a row
    #[arg(long, conflicts_with = "no_header", hide_short_help = true)]
    header: bool,
}

/// How the table of polygons is written, if there is one of points too.
#[derive(Debug, Args)]
pub(super) struct PolygonsTextArgs {
    /// As --delimiter
    #[arg(long, value_name = "CHAR", value_parser = delimiter, hide_short_help = true)]
    polygons_delimiter: Option<u8>,

    /// As --quote
    #[arg(long, value_name = "CHAR", value_parser = quote, hide_short_help = true)]
    polygons_quote: Option<Quote>,

    /// As --decimal [default: with --decimal both marks, else .]
    #[arg(long, value_name = "CHAR", value_parser = decimal, hide_short_help = true)]
    polygons_decimal: Option<Decimal>,

    /// As --encoding [default: UTF-8, or else that of --encoding]
    #[arg(long, value_name = "NAME", value_parser = encoding, hide_short_help = true)]
    polygons_encoding: Option<Encoding>,

    /// As --no-header
    #[arg(long, hide_short_help = true)]
    polygons_no_header: bool,

    /// As --header
    #[arg(long, conflicts_with = "polygons_no_header", hide_short_help = true)]
    polygons_header: bool,
}

/// How both tables are written.
#[derive(Debug, Args)]
pub(super) struct TextsArgs {
    #[command(flatten, next_help_heading = "POINTS in CSV or TSV (encoding: GeoJSON too)")]
    points: TextArgs,

    #[command(flatten, next_help_heading = "POLYGONS in CSV or TSV (encoding: GeoJSON too)")]
    polygons: PolygonsTextArgs,
}

impl TextsArgs {
    pub(super) fn points(&self) -> Text {
        self.points.text()
    }

    pub(super) fn polygons(&self) -> Text {
        self.polygons.text(&self.points())
    }
}

impl TextArgs {
    /// How the table of these options is written.
    pub(super) fn text(&self) -> Text {
        Text {
            delimiter: self.delimiter,
            quote: self.quote,
            encoding: self.encoding,
            header: header(self.no_header, self.header),
            decimal: self.decimal.unwrap_or_default(),
            options: Options::Plain,
        }
    }
}

impl PolygonsTextArgs {
    /// The options: their names in clap, and as they are written.
    pub(super) const ALL: [(&str, &str); 6] = [
        ("polygons_delimiter", "--polygons-delimiter"),
        ("polygons_quote", "--polygons-quote"),
        ("polygons_decimal", "--polygons-decimal"),
        ("polygons_encoding", "--polygons-encoding"),
        ("polygons_no_header", "--polygons-no-header"),
        ("polygons_header", "--polygons-header"),
    ];

    /// How the polygons are written, beside points that are written as `points` says. What is said of
    /// the points alone is taken for the polygons where these can be nothing else.
    fn text(&self, points: &Text) -> Text {
        let decimal =
            if points.decimal == Decimal::Point { Decimal::Point } else { Decimal::Either };
        Text {
            delimiter: self.polygons_delimiter,
            quote: self.polygons_quote,
            encoding: self.polygons_encoding.or(points.encoding.and_then(Encoding::unless_utf8)),
            header: header(self.polygons_no_header, self.polygons_header),
            decimal: self.polygons_decimal.unwrap_or(decimal),
            options: Options::Polygons,
        }
    }
}

fn header(is_none: bool, is_sure: bool) -> Header {
    match (is_none, is_sure) {
        (true, _) => Header::None,
        (false, true) => Header::Sure,
        (false, false) => Header::Usual,
    }
}

fn delimiter(text: &str) -> Result<u8, String> {
    match text.as_bytes() {
        _ if text.eq_ignore_ascii_case("tab") || text == "\\t" => Ok(b'\t'),
        [b'\n' | b'\r' | b'"' | b'\'' | 0] => Err("it cannot stand between cells".to_owned()),
        [byte] if byte.is_ascii() => Ok(*byte),
        _ => Err("expected one ASCII character, or tab".to_owned()),
    }
}

fn quote(text: &str) -> Result<Quote, String> {
    match text.as_bytes() {
        _ if text.eq_ignore_ascii_case("none") => Ok(Quote::None),
        [byte] if byte.is_ascii_punctuation() => Ok(Quote::Character(*byte)),
        _ => Err("expected one ASCII character, such as \" or ', or none".to_owned()),
    }
}

fn decimal(text: &str) -> Result<Decimal, String> {
    match text {
        "." => Ok(Decimal::Point),
        "," => Ok(Decimal::Comma),
        _ => Err("expected . or ,".to_owned()),
    }
}

fn encoding(name: &str) -> Result<Encoding, String> {
    name.parse()
}
