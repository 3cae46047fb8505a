//! What is wrong with a file: its name, the place in it, and the cause.

use std::fmt;
use std::io;

use arrow_schema::ArrowError;
use parquet::errors::ParquetError;

/// An error of reading or writing a file.
///
/// It prints as one line, such as `a.parquet: row group 2, column "x": the page is truncated`.
#[derive(Debug)]
pub struct Error {
    file: Option<String>,
    place: Option<Place>,
    cause: Cause,
}

/// A place in a file, counted as its format does.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Place {
    /// Line, from 1. In a CSV file, the line where a record begins.
    Line(u64),
    /// Line and column, from 1.
    LineColumn(u64, u64),
    /// Position of a feature, from 0.
    Feature(u64),
    /// Position of a row, from 0.
    Row(u64),
    /// Position of a record batch, from 0.
    Batch(usize),
    /// A column, by its name.
    Column(String),
    /// A column of a row group, which is counted from 0.
    Chunk {
        /// The position of the row group.
        row_group: usize,
        /// The name of the column.
        column: String,
    },
}

/// Why a file cannot be read or written.
#[derive(Debug)]
#[non_exhaustive]
pub enum Cause {
    /// The system cannot open, read or write it.
    Io(io::Error),
    /// It is not as its format says.
    Malformed(String),
    /// It needs more memory than the [`Limits`](crate::Limits) allow.
    TooLarge {
        /// What needs the memory.
        what: String,
        /// How many bytes it needs.
        got: u64,
        /// How many bytes it may need.
        limit: u64,
    },
    /// It is text that is written in another way than is expected.
    Text {
        /// What was expected and got.
        what: String,
        /// How it may be read, if that is known.
        remedy: Option<Remedy>,
    },
    /// It is sound, but cannot be read or written here.
    Unsupported(String),
    /// No format could be found by its content or its extension.
    UnknownFormat(String),
    /// It has several layers, and none of them was chosen, or one that it does not have.
    Layer(String),
}

/// How a text may be read that could not be read as it was.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Remedy {
    /// In the encoding of this name.
    Encoding(&'static str),
    /// Without quotes around cells.
    NoQuotes,
}

/// The most characters of what is malformed.
const LONGEST: usize = 500;

/// A result of this crate.
pub(crate) type Result<T> = std::result::Result<T, Error>;

impl Error {
    /// An error without a file or a place.
    #[must_use]
    pub fn new(cause: Cause) -> Self {
        Self { file: None, place: None, cause }
    }

    /// An error of a file that is not as its format says. A long text is cut: libraries may tell all of what
    /// they did not expect.
    pub(crate) fn malformed(what: impl fmt::Display) -> Self {
        Self::new(Cause::Malformed(start_of(&what.to_string(), LONGEST)))
    }

    /// An error of a file that cannot be read or written here.
    pub(crate) fn unsupported(what: impl fmt::Display) -> Self {
        Self::new(Cause::Unsupported(what.to_string()))
    }

    /// Adds the place, if there is none yet.
    #[must_use]
    pub fn at(mut self, place: Place) -> Self {
        self.place.get_or_insert(place);
        self
    }

    /// Adds the name of the file, if there is none yet.
    #[must_use]
    pub fn in_file(mut self, file: impl fmt::Display) -> Self {
        self.file.get_or_insert_with(|| file.to_string());
        self
    }

    /// The name of the file.
    #[must_use]
    pub fn file(&self) -> Option<&str> {
        self.file.as_deref()
    }

    /// The place in the file.
    #[must_use]
    pub fn place(&self) -> Option<&Place> {
        self.place.as_ref()
    }

    /// The cause.
    #[must_use]
    pub fn cause(&self) -> &Cause {
        &self.cause
    }

    /// Whether the reader of a pipe has closed it, as `head -1` does.
    #[must_use]
    pub fn is_broken_pipe(&self) -> bool {
        matches!(&self.cause, Cause::Io(error) if error.kind() == io::ErrorKind::BrokenPipe)
    }
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Line(line) => write!(f, "line {line}"),
            Self::LineColumn(line, column) => write!(f, "line {line}, column {column}"),
            Self::Feature(position) => write!(f, "features[{position}]"),
            Self::Row(position) => write!(f, "row {position}"),
            Self::Batch(position) => write!(f, "record batch {position}"),
            Self::Column(name) => write!(f, "column {}", quoted(name)),
            Self::Chunk { row_group, column } => {
                write!(f, "row group {row_group}, column {}", quoted(column))
            }
        }
    }
}

impl fmt::Display for Cause {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Io(error) => error.fmt(f),
            Self::Malformed(what)
            | Self::Unsupported(what)
            | Self::UnknownFormat(what)
            | Self::Layer(what)
            | Self::Text { what, .. } => f.write_str(what),
            Self::TooLarge { what, got, limit } => {
                write!(f, "{what} needs {got} bytes of memory, expected at most {limit}")
            }
        }
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(file) = &self.file {
            write!(f, "{file}: ")?;
        }
        if let Some(place) = &self.place {
            write!(f, "{place}: ")?;
        }
        self.cause.fmt(f)
    }
}

impl std::error::Error for Error {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match &self.cause {
            Cause::Io(error) => Some(error),
            _ => None,
        }
    }
}

impl From<io::Error> for Error {
    /// An error of the system, or the error of this crate that a reader had to pass through the
    /// system's type.
    fn from(error: io::Error) -> Self {
        match error.downcast::<Self>() {
            Ok(error) => error,
            Err(error) => Self::new(Cause::Io(error)),
        }
    }
}

impl From<ArrowError> for Error {
    fn from(error: ArrowError) -> Self {
        match error {
            ArrowError::IoError(_, error) => error.into(),
            ArrowError::ExternalError(error) => Self::from_boxed(error),
            ArrowError::ParquetError(what)
            | ArrowError::IpcError(what)
            | ArrowError::ParseError(what)
            | ArrowError::SchemaError(what)
            | ArrowError::InvalidArgumentError(what) => Self::malformed(one_line(&what)),
            ArrowError::NotYetImplemented(what) => Self::unsupported(one_line(&what)),
            error => Self::malformed(one_line(&error.to_string())),
        }
    }
}

impl From<ParquetError> for Error {
    fn from(error: ParquetError) -> Self {
        match error {
            ParquetError::External(error) => Self::from_boxed(error),
            ParquetError::NYI(what) => Self::unsupported(one_line(&what)),
            ParquetError::General(what)
            | ParquetError::EOF(what)
            | ParquetError::ArrowError(what) => Self::malformed(one_line(&what)),
            error => Self::malformed(one_line(&error.to_string())),
        }
    }
}

impl Error {
    /// Takes an error out of the box in which another crate passed it on.
    fn from_boxed(error: Box<dyn std::error::Error + Send + Sync>) -> Self {
        let error = match error.downcast::<Self>() {
            Ok(error) => return *error,
            Err(error) => error,
        };
        let error = match error.downcast::<io::Error>() {
            Ok(error) => return (*error).into(),
            Err(error) => error,
        };
        match error.downcast::<ParquetError>() {
            Ok(error) => (*error).into(),
            Err(error) => Self::malformed(one_line(&error.to_string())),
        }
    }
}

impl From<Error> for io::Error {
    fn from(error: Error) -> Self {
        Self::other(error)
    }
}

impl From<Error> for ParquetError {
    fn from(error: Error) -> Self {
        Self::External(Box::new(error))
    }
}

/// Quotes a piece of input for a message, cut after 40 characters.
pub(crate) fn quoted(text: &str) -> String {
    format!("{:?}", start_of(text, 40))
}

/// A message of a library on one line, cut after 200 characters.
pub(crate) fn one_line(text: &str) -> String {
    start_of(text.trim(), 200).replace(|c: char| c.is_control(), " ")
}

/// The start of a text, with an ellipsis if something was cut.
fn start_of(text: &str, longest: usize) -> String {
    let mut start: String = text.chars().take(longest).collect();
    if start.len() < text.len() {
        start.push('…');
    }
    start
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_error_names_file_place_and_cause() {
        let place = Place::Chunk { row_group: 2, column: "x".to_owned() };
        let error = Error::malformed("the page is truncated").at(place).in_file("a.parquet");
        let line = r#"a.parquet: row group 2, column "x": the page is truncated"#;
        assert_eq!(error.to_string(), line);
        // What was said first, nearest to the fault, stays.
        assert_eq!(error.at(Place::Line(1)).in_file("b").to_string(), line);
    }

    #[test]
    fn an_error_survives_the_types_of_other_crates() {
        let error = || Error::malformed("no page").at(Place::Batch(1));
        let through_io = Error::from(io::Error::from(error()));
        let through_parquet = Error::from(ParquetError::from(error()));
        let through_arrow = Error::from(ArrowError::from_external_error(Box::new(error())));
        for passed in [through_io, through_parquet, through_arrow] {
            assert_eq!(passed.to_string(), "record batch 1: no page");
        }
    }

    #[test]
    fn a_broken_pipe_is_told_from_other_errors() {
        assert!(Error::from(io::Error::from(io::ErrorKind::BrokenPipe)).is_broken_pipe());
        assert!(!Error::malformed("broken pipe").is_broken_pipe());
    }

    #[test]
    fn messages_of_libraries_are_one_short_line() {
        let error = Error::from(ArrowError::ParseError("a\nb".repeat(100)));
        let text = error.to_string();
        assert!(text.chars().count() == 201 && !text.contains('\n'), "{text}");
    }
}
