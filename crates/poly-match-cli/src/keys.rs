//! Keys: the values of a column that choose among the candidates, compared exactly.
//!
//! A value is a number, a boolean, a date or a time. All values of a column are of one kind.

use std::cmp::Ordering;

use arrow_array::Array;
use poly_match::Key;

use crate::column::Column;
use crate::dates::{self, Moment};
use crate::decimal;
use crate::failure::{Failure, quoted};
use crate::origins::Origins;
use crate::text::Text;

/// The integers up to this are doubles.
const EXACT: i128 = 1 << 53;

/// The values of a column: one for each polygon.
#[derive(Debug)]
pub(crate) struct Keys {
    values: Values,
    /// Which polygons have no value; empty if all have one.
    missing: Vec<bool>,
}

/// Numbers in the order of the values.
#[derive(Debug, PartialEq)]
enum Values {
    Integers(Vec<i64>),
    Floats(Vec<f64>),
}

/// A value as a number, which is compared only with others of its kind.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Value {
    Integer(i128),
    Float(f64),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Number,
    Boolean,
    Date,
    LocalTime,
    UniversalTime,
}

impl Keys {
    /// Reads the values of a column of polygons, whose rows have these `origins`.
    ///
    /// A missing value is an error, unless `nulls_last`. Rows that are `skipped` are not looked at.
    pub(crate) fn read(
        column: &Column,
        origins: &Origins,
        skipped: &[bool],
        nulls_last: bool,
        text: &Text,
    ) -> Result<Self, Failure> {
        let texts = column.texts()?;
        let mut kind = None;
        let mut values = Vec::with_capacity(skipped.len());
        for (row, &is_skipped) in skipped.iter().enumerate() {
            if is_skipped {
                values.push(None);
                continue;
            }
            let cell = if texts.is_null(row) { "" } else { texts.value(row) };
            let (expected, remark) = match (value(cell.trim(), text), kind) {
                (Some((own, value)), known) if known.is_none_or(|known| known == own) => {
                    kind = Some(own);
                    values.push(Some(value));
                    continue;
                }
                (Some(_), Some(known)) => (known, "; all values must be of one kind"),
                (None, known) if is_missing(cell) => {
                    if nulls_last {
                        values.push(None);
                        continue;
                    }
                    let remark = "; --nulls-last puts polygons without a value last";
                    (known.unwrap_or(Kind::Number), remark)
                }
                (None, Some(known)) => (known, ""),
                (_, None) => {
                    (Kind::Number, "; true, false and dates such as 2026-01-31 will do too")
                }
            };
            let mark = text.decimal_hint(cell);
            let cause = format_args!(
                "{} must be {}, got {}{mark}{remark}",
                quoted(column.name()),
                expected.noun(),
                quoted(cell)
            );
            return Err(origins.failure(row, cause));
        }
        let missing = if values.contains(&None) {
            values.iter().map(Option::is_none).collect()
        } else {
            Vec::new()
        };
        Ok(Self { values: Values::of(&values), missing })
    }

    /// The values as a key of the rule. Polygons without a value come last.
    pub(crate) fn key(&self) -> Key<'_> {
        let key = match &self.values {
            Values::Integers(values) => Key::from(values),
            Values::Floats(values) => Key::from(values),
        };
        if self.missing.is_empty() { key } else { key.missing(&self.missing).nulls_last() }
    }
}

impl Kind {
    fn noun(self) -> &'static str {
        match self {
            Self::Number => "a number",
            Self::Boolean => "true or false",
            Self::Date => "a date",
            Self::LocalTime => "a date and a time without an offset",
            Self::UniversalTime => "a date and a time with Z or an offset",
        }
    }
}

impl Values {
    /// Numbers in the order of `values`, and any number for a missing one.
    fn of(values: &[Option<Value>]) -> Self {
        let value = |value: &Option<Value>| value.unwrap_or(Value::Integer(0));
        let integer = |given: &Option<Value>| match value(given) {
            Value::Integer(integer) => i64::try_from(integer).ok(),
            Value::Float(_) => None,
        };
        let float = |given: &Option<Value>| match value(given) {
            Value::Float(float) => Some(float),
            Value::Integer(integer) => {
                (-EXACT..=EXACT).contains(&integer).then(|| rounded(integer))
            }
        };
        if let Some(integers) = values.iter().map(integer).collect() {
            Self::Integers(integers)
        } else if let Some(floats) = values.iter().map(float).collect() {
            Self::Floats(floats)
        } else {
            Self::Integers(ranks(&values.iter().map(value).collect::<Vec<_>>()))
        }
    }
}

/// The rank of every value: equal values have equal ranks, and larger values larger ones.
fn ranks(values: &[Value]) -> Vec<i64> {
    let mut order: Vec<_> = (0..values.len()).collect();
    order.sort_by(|&a, &b| compared(values[a], values[b]));
    let mut ranks = vec![0; values.len()];
    for pair in order.windows(2) {
        let is_larger = compared(values[pair[0]], values[pair[1]]) == Ordering::Less;
        ranks[pair[1]] = ranks[pair[0]] + i64::from(is_larger);
    }
    ranks
}

/// Compares two values exactly. There is no NaN among them.
fn compared(a: Value, b: Value) -> Ordering {
    // Of an integer and a float that the integer rounds to, the float is an integer too.
    #[allow(clippy::cast_possible_truncation)]
    let with_float = |integer: i128, float: f64| {
        let order = rounded(integer).partial_cmp(&float).unwrap_or(Ordering::Equal);
        order.then_with(|| integer.cmp(&(float as i128)))
    };
    match (a, b) {
        (Value::Integer(a), Value::Integer(b)) => a.cmp(&b),
        (Value::Float(a), Value::Float(b)) => a.partial_cmp(&b).unwrap_or(Ordering::Equal),
        (Value::Integer(a), Value::Float(b)) => with_float(a, b),
        (Value::Float(a), Value::Integer(b)) => with_float(b, a).reverse(),
    }
}

#[allow(clippy::cast_precision_loss)]
fn rounded(integer: i128) -> f64 {
    integer as f64
}

/// Reads a value, with its kind.
fn value(text: &str, table: &Text) -> Option<(Kind, Value)> {
    if let Some(number) = table.plain(text).and_then(|text| number(&text)) {
        return Some((Kind::Number, number));
    }
    for (word, value) in [("false", 0), ("true", 1)] {
        if text.eq_ignore_ascii_case(word) {
            return Some((Kind::Boolean, Value::Integer(value)));
        }
    }
    let (kind, value) = match dates::moment(text)? {
        Moment::Date(days) => (Kind::Date, i128::from(days)),
        Moment::Local(nanoseconds) => (Kind::LocalTime, nanoseconds),
        Moment::Universal(nanoseconds) => (Kind::UniversalTime, nanoseconds),
    };
    Some((kind, Value::Integer(value)))
}

/// Reads a number: an integer exactly, and any other as the nearest double.
fn number(text: &str) -> Option<Value> {
    let integer = |text: &str| text.parse().ok().map(Value::Integer);
    integer(text).or_else(|| {
        let float = text.parse::<f64>().ok().filter(|float| !float.is_nan())?;
        // A large integer may be written with a point or an exponent.
        let exact = || integer(&decimal::canonical(text)?);
        let is_large = float.is_finite() && float.abs() >= rounded(EXACT);
        is_large.then(exact).flatten().or(Some(Value::Float(float)))
    })
}

/// Whether a cell has no value: an empty cell, null, or NaN.
fn is_missing(cell: &str) -> bool {
    let cell = cell.trim();
    cell.is_empty() || cell.parse().is_ok_and(f64::is_nan)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::column::tests::{Notation, column};

    fn read(notation: Notation, cells: &[&str], nulls_last: bool) -> Result<Keys, String> {
        let origins = Origins::of_features(cells.len());
        let skipped = vec![false; cells.len()];
        let keys = Keys::read(
            &column("p", notation, cells),
            &origins,
            &skipped,
            nulls_last,
            &Text::default(),
        );
        keys.map_err(|error| error.to_string())
    }

    fn csv(cells: &[&str]) -> Values {
        read(Notation::Csv, cells, false).expect("sound").values
    }

    #[test]
    fn numbers_are_exact() {
        assert_eq!(csv(&["1", " -2 ", "007"]), Values::Integers(vec![1, -2, 7]));
        assert_eq!(csv(&["1", "2.5", "-inf"]), Values::Floats(vec![1.0, 2.5, f64::NEG_INFINITY]));
        let (small, large) = ("9007199254740992", "9007199254740993");
        let expected = Values::Integers(vec![9_007_199_254_740_992, 9_007_199_254_740_993]);
        assert_eq!(csv(&[small, large]), expected);
        assert_eq!(csv(&[small, "9007199254740993.0"]), expected);
        // Ranks, where neither integers nor doubles hold all of them.
        assert_eq!(
            csv(&[large, "0.5", small, "0.5", large]),
            Values::Integers(vec![2, 0, 1, 0, 2])
        );
        let values = ["18446744073709551615", "-1", "18446744073709551614", "1e30", "inf"];
        assert_eq!(csv(&values), Values::Integers(vec![2, 0, 1, 3, 4]));
        let far = ["1e300", "-1e300", "9007199254740993", "9007199254740992.0"];
        assert_eq!(csv(&far), Values::Integers(vec![3, 0, 2, 1]));
    }

    #[test]
    fn booleans_dates_and_times_are_values() {
        let json = |cells| read(Notation::Json, cells, false).expect("sound").values;
        assert_eq!(json(&["true", "false"]), Values::Integers(vec![1, 0]));
        assert_eq!(json(&["2", r#""1""#]), Values::Integers(vec![2, 1]));
        assert_eq!(json(&[r#""1970-01-02""#]), Values::Integers(vec![1]));
        let times = ["1970-01-01T00:00:01Z", "1970-01-01T01:00+01:00"];
        assert_eq!(csv(&times), Values::Integers(vec![1_000_000_000, 0]));
        // Beyond the nanoseconds of an i64.
        let far = ["9999-01-01T00:00Z", "0001-01-01T00:00Z", "2000-01-01T00:00Z"];
        assert_eq!(csv(&far), Values::Integers(vec![2, 0, 1]));
    }

    #[test]
    fn a_missing_value_is_an_error_or_last() {
        for cell in ["", " ", "NaN"] {
            let keys = read(Notation::Csv, &["1", cell], true).expect("allowed");
            assert_eq!(keys.missing, [false, true]);
            let error = read(Notation::Csv, &["1", cell], false).expect_err("missing");
            let expected = format!(
                "zones: features[1]: \"p\" must be a number, got {cell:?}; --nulls-last puts polygons \
                 without a value last"
            );
            assert_eq!(error, expected);
        }
        let keys = read(Notation::Json, &["null", "", "7"], true).expect("allowed");
        assert_eq!(keys.missing, [true, true, false]);
        assert!(read(Notation::Csv, &["1"], true).expect("sound").missing.is_empty());
    }

    #[test]
    fn other_values_are_refused() {
        for (cells, expected) in [
            (&["high"][..], "a number, got \"high\"; true, false and dates such as 2026-01-31"),
            (&["1", "high"], "a number, got \"high\""),
            (&["", "true", "1"], "true or false, got \"1\"; all values must be of one kind"),
            (&["2026-01-01", "2026-1-2"], "a date, got \"2026-1-2\""),
            (&["2026-01-01T00:00Z", "2026-01-01T00:00"], "with Z or an offset, got"),
            (&["2026-01-01T00:00", "2026-01-01"], "without an offset, got"),
        ] {
            let error = read(Notation::Csv, cells, true).expect_err("refused");
            let place = format!("zones: features[{}]: \"p\" must be ", cells.len() - 1);
            assert!(error.starts_with(&place) && error.contains(expected), "{error}");
        }
        for cell in ["[1]", "{}"] {
            assert!(read(Notation::Json, &[cell], true).is_err());
        }
    }
}
