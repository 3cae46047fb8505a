//! The words of criteria, as the program and Python write them: `nearest,max:priority`.

use crate::error::Error;
use crate::rule::{Best, Key};

/// A criterion as it is written. Keys are named by their column.
///
/// | text | criterion |
/// |---|---|
/// | `smallest`, `area` | the smallest area |
/// | `largest` | the largest area |
/// | `nearest` | the smallest distance |
/// | `first` | the lowest position |
/// | `min:COLUMN`, `key:COLUMN` | the smallest value of a column |
/// | `max:COLUMN` | its largest value |
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Criterion {
    /// The smallest area wins.
    Smallest,
    /// The largest area wins.
    Largest,
    /// The smallest distance wins.
    Nearest,
    /// The lowest position wins.
    First,
    /// The smallest value of this column wins.
    Min(String),
    /// The largest value of this column wins.
    Max(String),
}

impl Criterion {
    /// Reads a list of criteria. One text is split at its commas. Several texts are one criterion
    /// each, so that the name of a column may have a comma.
    ///
    /// ```
    /// use poly_match::Criterion;
    ///
    /// let best = Criterion::parse(&["nearest, max:priority"])?;
    /// assert_eq!(best, [Criterion::Nearest, Criterion::Max("priority".to_owned())]);
    /// let best = Criterion::parse(&["nearest", "min:level, of the house"])?;
    /// assert_eq!(best[1], Criterion::Min("level, of the house".to_owned()));
    /// # Ok::<(), poly_match::Error>(())
    /// ```
    ///
    /// # Errors
    /// [`Error::Criterion`] for a text that is none of the table, [`Error::CriterionTwice`] for one
    /// that comes again.
    pub fn parse(texts: &[impl AsRef<str>]) -> Result<Vec<Self>, Error> {
        let criteria: Result<Vec<Self>, Error> = match texts {
            [list] => list.as_ref().split(',').map(|text| text.trim().parse()).collect(),
            texts => texts.iter().map(|text| text.as_ref().parse()).collect(),
        };
        let criteria = criteria?;
        match (1..criteria.len()).find(|&i| criteria[..i].contains(&criteria[i])) {
            Some(again) => Err(Error::CriterionTwice { got: criteria[again].to_string() }),
            None => Ok(criteria),
        }
    }

    /// The name of the column that it needs, if it needs one.
    #[must_use]
    pub fn column(&self) -> Option<&str> {
        match self {
            Self::Min(column) | Self::Max(column) => Some(column),
            Self::Smallest | Self::Largest | Self::Nearest | Self::First => None,
        }
    }

    /// The criterion with the values of its column, which `key` gives by name.
    ///
    /// # Errors
    /// Whatever `key` returns.
    pub fn with_key<'k, E>(
        &self,
        key: impl FnOnce(&str) -> Result<Key<'k>, E>,
    ) -> Result<Best<'k>, E> {
        Ok(match self {
            Self::Smallest => Best::Smallest,
            Self::Largest => Best::Largest,
            Self::Nearest => Best::Nearest,
            Self::First => Best::First,
            Self::Min(column) => Best::Key(key(column)?),
            Self::Max(column) => Best::Key(key(column)?.largest_first()),
        })
    }
}

/// Reads one criterion; see [`Criterion`]. The name of a column may have a comma.
impl std::str::FromStr for Criterion {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self, Error> {
        let criterion = match text {
            "smallest" | "area" => Self::Smallest,
            "largest" => Self::Largest,
            "nearest" => Self::Nearest,
            "first" => Self::First,
            _ => match text.split_once(':') {
                Some(("min" | "key", column)) if !column.is_empty() => Self::Min(column.to_owned()),
                Some(("max", column)) if !column.is_empty() => Self::Max(column.to_owned()),
                _ => return Err(Error::Criterion { got: text.to_owned() }),
            },
        };
        Ok(criterion)
    }
}

/// Writes the criterion as [`Criterion::parse`] reads it.
impl std::fmt::Display for Criterion {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Smallest => f.write_str("smallest"),
            Self::Largest => f.write_str("largest"),
            Self::Nearest => f.write_str("nearest"),
            Self::First => f.write_str("first"),
            Self::Min(column) => write!(f, "min:{column}"),
            Self::Max(column) => write!(f, "max:{column}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_list_is_written_as_it_is_read() {
        let text = "nearest,smallest,largest,min:a b,max:c:d,first";
        let criteria = Criterion::parse(&[text]).expect("sound");
        let written: Vec<_> = criteria.iter().map(ToString::to_string).collect();
        assert_eq!(written.join(","), text);
        assert_eq!(Criterion::parse(&written), Ok(criteria));
        assert_eq!(Criterion::parse(&["area"]), Ok(vec![Criterion::Smallest]));
        assert_eq!(Criterion::parse(&["key:a"]), Ok(vec![Criterion::Min("a".to_owned())]));
    }

    #[test]
    fn what_is_no_criterion_is_refused() {
        for (text, got) in [
            ("", ""),
            ("nearest,", ""),
            ("neerest", "neerest"),
            ("min:", "min:"),
            ("Nearest", "Nearest"),
            ("a:b", "a:b"),
        ] {
            let error = Error::Criterion { got: got.to_owned() };
            assert_eq!(Criterion::parse(&[text]), Err(error), "{text:?}");
        }
        let error = Error::CriterionTwice { got: "smallest".to_owned() };
        assert_eq!(Criterion::parse(&["area,nearest,smallest"]), Err(error));
        assert_eq!(Criterion::parse(&[""; 0]), Ok(Vec::new()));
    }
}
