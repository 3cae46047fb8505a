//! Finds the delimiter and the quote of a text by its first records.
//!
//! Each candidate reads them as the reader would. The right one gives every record as many cells as
//! the first. If several do, the one that the format names is taken, so that a file of commas stays
//! one, unless another explains its commas: as decimal commas, or as parts of a geometry.

use memchr::memchr;

use super::dialect::Dialect;
use super::records::Records;
use crate::options::{CsvOptions, Quote};

/// The delimiters that are tried, in this order if nothing else tells them apart.
const DELIMITERS: [u8; 4] = [b',', b';', b'\t', b'|'];

/// How many records are looked at, and in how many bytes. A first record may be longer.
const MOST_RECORDS: usize = 100;
const MOST_BYTES: usize = 1 << 15;

/// How many cells of a record are looked at.
const MOST_CELLS: usize = 1000;

/// Finds the dialect of a text that begins with `text`, behind lines that are no records.
///
/// `usual` is the delimiter of the format. What `options` give is not looked for.
pub(super) fn dialect(text: &[u8], is_whole: bool, usual: u8, options: &CsvOptions) -> Dialect {
    let of = |delimiter, quote| Dialect { delimiter, quote, has_header: options.header };
    let double = options.quote.map_or(b'"', Quote::byte);
    let seen = |dialect| Seen::new(text, is_whole, dialect);
    let found = match options.delimiter {
        Some(delimiter) => seen(of(delimiter, double)),
        None => delimiter(usual, |delimiter| seen(of(delimiter, double))),
    };
    if options.quote.is_some() || memchr(b'\'', text).is_none() {
        return found.dialect;
    }
    let single = match options.delimiter {
        Some(delimiter) => seen(of(delimiter, b'\'')),
        None => delimiter(usual, |delimiter| seen(of(delimiter, b'\''))),
    };
    let is_told = single.has_quoted_first
        || single.has_doubled
        || single.is_better(&found)
        || (found.width == 1 && single.width > 1 && single.is_even());
    let is_clearly_single = single.quoted > 0 && single.is_clean && is_told;
    if is_clearly_single { single.dialect } else { found.dialect }
}

/// The best of all delimiters.
fn delimiter(usual: u8, seen: impl Fn(u8) -> Seen) -> Seen {
    let usual = seen(usual);
    let others = DELIMITERS.into_iter().filter(|&byte| byte != usual.dialect.delimiter);
    let mut best: Option<Seen> = None;
    for other in others.map(seen).filter(|other| other.width > 1) {
        if usual.width > 1 && other.is_even() && other.explains(usual.dialect.delimiter) {
            return other;
        }
        let is_better = best.as_ref().is_none_or(|best| {
            other.is_better(best) || (!best.is_better(&other) && other.width > best.width)
        });
        if is_better {
            best = Some(other);
        }
    }
    match best {
        // One column stays one column, unless most records have as many cells by another delimiter.
        Some(best) if best.is_better(&usual) => best,
        Some(best) if usual.width == 1 && (2 * best.same >= best.others || best.least > 1) => best,
        _ => usual,
    }
}

/// What a dialect makes of the first records.
struct Seen {
    dialect: Dialect,
    /// How many cells the first record has.
    width: usize,
    /// How many cells each record has at least.
    least: usize,
    /// How many records follow, and how many of them have as many cells.
    others: usize,
    same: usize,
    /// How many cells stand in quotes, and whether each quote ends its cell.
    quoted: usize,
    is_clean: bool,
    /// Whether one of them has two quotes for one.
    has_doubled: bool,
    /// Whether all cells of the first record stand in quotes.
    has_quoted_first: bool,
    /// The cells that hold another delimiter, and whether they stand in quotes.
    odd: Vec<(String, bool)>,
}

impl Seen {
    fn new(text: &[u8], is_whole: bool, dialect: Dialect) -> Self {
        let mut seen = Self {
            dialect,
            width: 1,
            least: usize::MAX,
            others: 0,
            same: 0,
            quoted: 0,
            is_clean: true,
            has_doubled: false,
            has_quoted_first: false,
            odd: Vec::new(),
        };
        let mut records = Records::new(dialect, 1, MOST_CELLS);
        let mut at = 0;
        for count in 0..MOST_RECORDS {
            let used = records.find(&text[at..], is_whole, 1, usize::MAX).unwrap_or(0);
            if records.lines.is_empty() {
                // The first record is cut off, or has a quote without an end.
                if count == 0 {
                    seen.width = 1 + text.iter().filter(|&&byte| byte == dialect.delimiter).count();
                }
                break;
            }
            seen.look(&records, &text[at..], count == 0);
            at += used;
            if at > MOST_BYTES {
                break;
            }
        }
        seen
    }

    fn look(&mut self, records: &Records, text: &[u8], is_first: bool) {
        let Dialect { delimiter, quote, .. } = self.dialect;
        for cell in &records.cells {
            let begin = cell.start();
            let is_plain = !cell.is_escaped() && (begin == 0 || text[begin - 1] != quote);
            let content = cell.content(text, quote);
            let is_other = |byte| byte != delimiter && DELIMITERS.contains(&byte);
            if content.bytes().any(is_other) {
                self.odd.push((content, !is_plain));
            }
            if is_plain {
                continue;
            }
            self.quoted += 1;
            let raw = cell.raw(text);
            // An escaped cell has its quotes.
            if cell.is_escaped() {
                let is_closed = raw.len() > 1 && raw.last() == Some(&quote);
                self.is_clean &= is_closed;
                self.has_doubled |= is_closed && raw[1..raw.len() - 1].contains(&quote);
            }
        }
        self.least = self.least.min(records.got());
        if is_first {
            self.width = records.got();
            self.has_quoted_first = self.quoted == records.cells.len();
        } else {
            self.others += 1;
            self.same += usize::from(records.got() == self.width);
        }
    }

    /// Whether all records have as many cells as the first.
    fn is_even(&self) -> bool {
        self.same == self.others
    }

    /// Whether a larger part of the records has as many cells as the first.
    fn is_better(&self, other: &Self) -> bool {
        match (self.others, other.others) {
            (0, _) | (_, 0) => false,
            _ => self.same * other.others > other.same * self.others,
        }
    }

    /// Whether each cell that holds another delimiter is one value, which it would tear apart, or stands
    /// in quotes; and there are any.
    fn explains(&self, delimiter: u8) -> bool {
        let mut torn =
            self.odd.iter().filter(|(cell, _)| cell.as_bytes().contains(&delimiter)).peekable();
        let is_whole =
            |(cell, is_quoted): &(String, bool)| *is_quoted || is_one_value(cell, delimiter);
        torn.peek().is_some() && torn.all(is_whole)
    }
}

/// Whether a text is a number with a decimal comma, well-known text, or JSON.
fn is_one_value(text: &str, delimiter: u8) -> bool {
    let text = text.trim();
    let is_number = || {
        let point = text.replacen(',', ".", 1);
        delimiter == b',' && point.parse::<f64>().is_ok_and(f64::is_finite)
    };
    let is_wkt = || {
        text.starts_with(|first: char| first.is_ascii_alphabetic())
            && text.contains('(')
            && text.ends_with(')')
    };
    let is_json = || {
        (text.starts_with('{') && text.ends_with('}'))
            || (text.starts_with('[') && text.ends_with(']'))
    };
    is_number() || is_wkt() || is_json()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(text: &str, usual: u8) -> String {
        let found = dialect(text.as_bytes(), true, usual, &CsvOptions::default());
        [found.delimiter, found.quote].map(char::from).iter().collect()
    }

    #[test]
    fn the_delimiter_is_found() {
        for (text, expected) in [
            ("id,x,y\na,1,2\n", ","),
            ("id;lon;lat\nb;12,5;2,25\n", ";"),
            ("id;lon;lat\n", ";"),
            ("id|lon|lat\nb|12,5|2;25\n", "|"),
            ("id\tlon\tlat\nb\t12\t2\n", "\t"),
            // One column, whatever its cells hold.
            ("name\nSmith; J\nA|B\n", ","),
            ("height|m\n1\n2\n3\n", ","),
            ("wkt\n\"POLYGON((0 0,1 0,1 1,0 0))\"\n", ","),
            // Spaces part nothing.
            ("id lon lat\nb 12 2\n", ","),
            // Geometry and lists in cells.
            ("id;wkt\n1;POLYGON((0 0,1 0,1 1,0 0))\n", ";"),
            ("id,wkt\n1,\"POLYGON((0 0,1 0,1 1,0 0))\"\n", ","),
            ("id,wkt\n1,\"POLYGON((0 0;1 0;1 1;0 0))\"\n2,a;b\n", ","),
            ("id,tags\n1,a;b\n2,c;d\n3,e\n", ","),
            ("a;b,c;d\n1;2,3;4\n", ","),
            // Without a header, commas may be decimal commas, or stand in a geometry.
            ("1;12,5;2,25\n2;13,5;3,25\n", ";"),
            ("1\tPOLYGON((0 0,1 0,1 1))\n2\tPOLYGON((0 0,1 0,1 1))\n", "\t"),
            ("1,a;b\n2,c;d\n", ","),
            ("1,\"a;b\"\n2,\"c;d\"\n", ","),
            ("a;\"POLYGON((0 0,1 0,1 1))\";7\nb;\"POLYGON((0 0,1 0,1 1))\";3\n", ";"),
            // An uneven record does not hide the delimiter.
            ("id;lon;lat\na;1,5;2,5\nb;1,5\nc;1,5;2,5\n", ";"),
            ("id,x,y\na,1,2\nb,1\nc,1,2\n", ","),
            ("id;x;y\na;1\nb;1\n", ";"),
            ("", ","),
            ("\"a", ","),
        ] {
            assert_eq!(found(text, b','), format!("{expected}\""), "{text:?}");
        }
        for (text, expected) in [
            ("id\tx,y\na\t1,2\n", "\t"),
            ("id,x,y\na,1,2\n", ","),
            ("name\nSmith, J\n", "\t"),
            ("name\nSmith\n", "\t"),
        ] {
            assert_eq!(found(text, b'\t'), format!("{expected}\""), "{text:?}");
        }
    }

    #[test]
    fn the_quote_is_found() {
        for (text, expected) in [
            ("'id','name'\n'1','a'\n", ",'"),
            ("id,name\n1,'Smith, J'\n2,b\n", ",'"),
            ("id,name\n1,'two\nlines'\n2,b\n", ",'"),
            ("id;x;name\n1;1,5;'a;b'\n2;2,5;c\n", ";'"),
            ("id,name\n1,'it''s'\n", ",'"),
            ("id,name\n1,'s-Hertogenbosch\n2,'t Harde\n", ",\""),
            ("id,name\n1,'s-Hertogenbosch\n2,Den Haag, NL\n", ",\""),
            ("id,name\n1,\"it's, he said\"\n", ",\""),
            ("id,name\n1,it's\n2,'a'\n", ",\""),
        ] {
            assert_eq!(found(text, b','), expected, "{text:?}");
        }
    }

    #[test]
    fn what_is_given_is_not_looked_for() {
        let text = b"id;lon;lat\nb;12,5;'2,25'\n";
        let mut options = CsvOptions { delimiter: Some(b','), ..CsvOptions::default() };
        assert_eq!(dialect(text, true, b',', &options).delimiter, b',');
        options.quote = Some(Quote::None);
        let found = dialect(text, true, b',', &options);
        assert_eq!((found.delimiter, found.quote), (b',', 0xff));
    }

    #[test]
    fn a_text_that_goes_on_is_judged_by_what_is_there() {
        let wide = format!("id;wkt\n1;\"POLYGON((0 0,{}", "1 1,".repeat(100_000));
        assert_eq!(dialect(wide.as_bytes(), false, b',', &CsvOptions::default()).delimiter, b';');
        let header = "column;".repeat(100_000);
        assert_eq!(dialect(header.as_bytes(), false, b',', &CsvOptions::default()).delimiter, b';');
    }
}
