//! [`Key`]: one value for each polygon, and which end of their order wins.

/// One value for each polygon. The smallest wins, or the largest.
///
/// Values are compared exactly: integers are not turned into doubles.
///
/// ```
/// use poly_match::{Best, Key};
///
/// let priorities = [3_i64, 1, 2];
/// let highest_first = Best::Key(Key::from(&priorities).largest_first());
/// let levels = [0.5, f64::NAN, 2.0];
/// let lowest_first = Best::Key(Key::from(&levels).nulls_last());
/// # let _ = (highest_first, lowest_first);
/// ```
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Key<'k> {
    pub(crate) values: Values<'k>,
    pub(crate) missing: Option<&'k [bool]>,
    pub(crate) is_largest_first: bool,
    pub(crate) are_nulls_last: bool,
}

/// The values of a [`Key`], as the caller holds them.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum Values<'k> {
    Float(&'k [f64]),
    Signed(&'k [i64]),
    Unsigned(&'k [u64]),
}

impl<'k> Key<'k> {
    fn of(values: Values<'k>) -> Self {
        Self { values, missing: None, is_largest_first: false, are_nulls_last: false }
    }

    /// Lets the largest value win.
    #[must_use]
    pub fn largest_first(self) -> Self {
        Self { is_largest_first: true, ..self }
    }

    /// Marks the values that are missing: those whose entry is true. There is one entry for each
    /// polygon. A value that is NaN is missing too.
    ///
    /// A missing value is an error, unless [`nulls_last`](Self::nulls_last) allows it.
    #[must_use]
    pub fn missing(self, missing: &'k [bool]) -> Self {
        Self { missing: Some(missing), ..self }
    }

    /// Lets polygons without a value come after all others, also with
    /// [`largest_first`](Self::largest_first). Without this, a missing value is an error.
    #[must_use]
    pub fn nulls_last(self) -> Self {
        Self { are_nulls_last: true, ..self }
    }

    /// The number of values.
    pub(crate) fn len(&self) -> usize {
        match self.values {
            Values::Float(values) => values.len(),
            Values::Signed(values) => values.len(),
            Values::Unsigned(values) => values.len(),
        }
    }

    /// Whether the polygon at `position` has no value.
    pub(crate) fn is_missing(&self, position: usize) -> bool {
        let is_nan = match self.values {
            Values::Float(values) => values[position].is_nan(),
            Values::Signed(_) | Values::Unsigned(_) => false,
        };
        is_nan || self.missing.is_some_and(|missing| missing[position])
    }

    /// Whether some polygon has no value.
    pub(crate) fn has_missing(&self) -> bool {
        let has_nan = match self.values {
            Values::Float(values) => values.iter().any(|value| value.is_nan()),
            Values::Signed(_) | Values::Unsigned(_) => false,
        };
        has_nan || self.missing.is_some_and(|missing| missing.contains(&true))
    }
}

macro_rules! from_values {
    ($($number:ty => $values:ident),*) => {$(
        impl<'k> From<&'k [$number]> for Key<'k> {
            fn from(values: &'k [$number]) -> Self {
                Self::of(Values::$values(values))
            }
        }

        impl<'k> From<&'k Vec<$number>> for Key<'k> {
            fn from(values: &'k Vec<$number>) -> Self {
                Self::from(values.as_slice())
            }
        }

        impl<'k, const N: usize> From<&'k [$number; N]> for Key<'k> {
            fn from(values: &'k [$number; N]) -> Self {
                Self::from(values.as_slice())
            }
        }
    )*};
}

from_values!(f64 => Float, i64 => Signed, u64 => Unsigned);
