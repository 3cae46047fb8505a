//! The error that ends a run: one line with the file, the place in it, and the cause.
//!
//! Wrong usage is not here: `args` reports it.

use std::fmt;
use std::io::Write;

use poly_match_io::{Error, Place};

/// An error that ends the run with exit status 1.
#[derive(Debug)]
pub(crate) struct Failure {
    file: Option<String>,
    place: Option<Place>,
    cause: String,
}

impl Failure {
    /// A failure without a file.
    pub(crate) fn new(cause: impl fmt::Display) -> Self {
        Self { file: None, place: None, cause: cause.to_string() }
    }

    /// A failure at a place in a file; [`in_file`](Self::in_file) adds the file.
    pub(crate) fn at(place: Place, cause: impl fmt::Display) -> Self {
        Self { file: None, place: Some(place), cause: cause.to_string() }
    }

    /// Adds what the user can do.
    #[must_use]
    pub(crate) fn with_hint(mut self, hint: &str) -> Self {
        self.cause.push_str("; ");
        self.cause.push_str(hint);
        self
    }

    /// Adds a remark to the cause.
    #[must_use]
    pub(crate) fn with_remark(mut self, remark: &str) -> Self {
        self.cause.push_str(remark);
        self
    }

    /// Adds the name of the file, if there is none yet.
    #[must_use]
    pub(crate) fn in_file(mut self, file: impl fmt::Display) -> Self {
        self.file.get_or_insert_with(|| file.to_string());
        self
    }
}

impl From<poly_match::Error> for Failure {
    fn from(error: poly_match::Error) -> Self {
        Self::new(error)
    }
}

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        Self {
            file: error.file().map(str::to_owned),
            place: error.place().cloned(),
            cause: error.cause().to_string(),
        }
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(file) = &self.file {
            write!(f, "{file}: ")?;
        }
        if let Some(place) = &self.place {
            write!(f, "{place}: ")?;
        }
        f.write_str(&self.cause)
    }
}

/// Prints the failure on stderr, as one line of at most about 600 characters.
pub(crate) fn tell(failure: &Failure) {
    let line = line(&failure.to_string());
    // An error is ignored: stderr may be closed.
    let _ = writeln!(std::io::stderr(), "poly-match: {line}");
}

/// Prints a warning on stderr, as one line.
pub(crate) fn warn(text: &str) {
    let _ = writeln!(std::io::stderr(), "poly-match: warning: {}", line(text));
}

/// Puts text on one line, and keeps only the beginning and the end of a long text.
///
/// Quoted input is already short. Messages of libraries and paths of files may still be long.
fn line(text: &str) -> String {
    const LONGEST: usize = 600;
    const END: usize = 150;
    let count = text.chars().count();
    let left_out = if count > LONGEST { LONGEST - END..count - END } else { count..count };
    let shown = |(at, c): (usize, char)| match c {
        _ if at == left_out.start => Some('…'),
        _ if left_out.contains(&at) => None,
        c if c.is_control() => Some(char::REPLACEMENT_CHARACTER),
        c => Some(c),
    };
    text.chars().enumerate().filter_map(shown).collect()
}

/// Quotes a piece of input for a message, cut after 40 characters.
pub(crate) fn quoted(text: &str) -> String {
    const LONGEST: usize = 40;
    let mut short: String = text.chars().take(LONGEST).collect();
    if short.len() < text.len() {
        short.push('…');
    }
    format!("{short:?}")
}

/// Lists names for a message: at most 12, and the number of the rest.
pub(crate) fn listed<S: AsRef<str>>(names: impl IntoIterator<Item = S>) -> String {
    const MOST: usize = 12;
    let mut names = names.into_iter();
    let mut shown: Vec<_> = names.by_ref().take(MOST).map(|name| quoted(name.as_ref())).collect();
    match names.count() {
        0 if shown.is_empty() => return "none".to_owned(),
        0 => {}
        more => shown.push(format!("and {more} more")),
    }
    shown.join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_failure_names_file_place_and_cause() {
        let failure = Failure::at(Place::Line(7), "no number").in_file("a.csv");
        assert_eq!(failure.to_string(), "a.csv: line 7: no number");
        assert_eq!(Failure::new("no number").to_string(), "no number");
    }

    #[test]
    fn long_text_is_quoted_short() {
        assert_eq!(quoted("a\n"), r#""a\n""#);
        assert_eq!(quoted(&"é".repeat(1000)).chars().count(), 43);
        assert_eq!(listed(["a", "b"]), r#""a", "b""#);
        assert_eq!(listed([""; 0]), "none");
        let many = listed((0..1000).map(|i| i.to_string()));
        assert!(many.ends_with(r#""11", and 988 more"#), "{many}");
    }

    #[test]
    fn a_line_is_one_and_not_long() {
        assert_eq!(line("a\nb\u{1b}é"), "a\u{fffd}b\u{fffd}é");
        let exact = "é".repeat(600);
        assert_eq!(line(&exact), exact);
        let long = line(&format!("begin {} end", "é\n".repeat(1_000_000)));
        assert_eq!(long.chars().count(), 601);
        assert!(long.starts_with("begin ") && long.contains('…') && long.ends_with(" end"));
    }
}
