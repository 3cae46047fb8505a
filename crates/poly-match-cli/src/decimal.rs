//! Decimal numbers in text, compared exactly.
//!
//! Doubles would merge integers above 2^53. Here each number is written in one way only, so two
//! numbers are equal if their texts are.

use std::borrow::Cow;

/// The largest exponent. Beyond it is no double either, and the digits would take much memory.
const FARTHEST: i32 = 400;

/// Writes a number without exponent and needless zeros, so that `2`, `2.0` and `2e0` become `2`.
///
/// Returns `None` if the text is no number. A leading zero makes a code, not a number: `007`.
pub(crate) fn canonical(text: &str) -> Option<Cow<'_, str>> {
    let text = text.trim();
    if is_code(text) {
        return None;
    }
    if !text.is_empty() && is_digits(text) {
        return Some(Cow::Borrowed(text));
    }
    // Whole numbers of columns of floats, and of text: the digits are there.
    if let Some((whole, fraction)) = text.split_once('.')
        && !whole.is_empty()
        && is_digits(whole)
        && fraction.bytes().all(|byte| byte == b'0')
    {
        return Some(Cow::Borrowed(whole));
    }
    let (is_negative, unsigned) = match text.strip_prefix('-') {
        Some(rest) => (true, rest),
        None => (false, text.strip_prefix('+').unwrap_or(text)),
    };
    let (mantissa, exponent) = match unsigned.split_once(['e', 'E']) {
        Some((mantissa, exponent)) => (mantissa, integer(exponent)?),
        None => (unsigned, 0),
    };
    let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    let is_number =
        is_digits(whole) && is_digits(fraction) && !(whole.is_empty() && fraction.is_empty());
    if !is_number || is_code(whole) || exponent.abs() > FARTHEST {
        return None;
    }
    Some(Cow::Owned(positional(is_negative, whole, fraction, exponent)))
}

fn is_digits(text: &str) -> bool {
    text.bytes().all(|byte| byte.is_ascii_digit())
}

/// Whether a zero leads another digit.
fn is_code(text: &str) -> bool {
    matches!(text.as_bytes(), [b'0', next, ..] if next.is_ascii_digit())
}

fn integer(text: &str) -> Option<i32> {
    let digits = text.strip_prefix(['+', '-']).unwrap_or(text);
    if is_digits(digits) { text.parse().ok() } else { None }
}

/// Moves the decimal point by the exponent, and drops needless zeros and the sign of zero.
fn positional(is_negative: bool, whole: &str, fraction: &str, exponent: i32) -> String {
    let shift = exponent.unsigned_abs() as usize;
    let zeros = "0".repeat(shift);
    let (before, after) = if exponent < 0 {
        let digits = zeros + whole;
        let point = digits.len() - shift;
        (digits[..point].to_owned(), digits[point..].to_owned() + fraction)
    } else {
        let digits = fraction.to_owned() + &zeros;
        (whole.to_owned() + &digits[..shift], digits[shift..].to_owned())
    };
    let (before, after) = (before.trim_start_matches('0'), after.trim_end_matches('0'));
    let before = if before.is_empty() { "0" } else { before };
    let sign = if is_negative && (before, after) != ("0", "") { "-" } else { "" };
    let point = if after.is_empty() { "" } else { "." };
    format!("{sign}{before}{point}{after}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn equal_numbers_have_one_text() {
        for (texts, expected) in [
            (&["0", "-0", "0.0", "0e9", ".0", "0.", "+0", "-0e-3"][..], "0"),
            (&["2", "2.0", "2e0", "+2", " 2 ", "2.", "0.2e1", "20E-1", "200e-2"], "2"),
            (&["-2.5", "-25e-1", "-0.25e+1", "-2.50"], "-2.5"),
            (&["0.001", "1e-3", ".001", "0.1e-2", "10e-4"], "0.001"),
            (&["120", "1.2e2", "12e1", "120.00"], "120"),
            (
                &["9007199254740993", "9007199254740993.0", "9007199254740.993e3"],
                "9007199254740993",
            ),
        ] {
            for text in texts {
                assert_eq!(canonical(text).as_deref(), Some(expected), "{text}");
            }
        }
        assert_eq!(canonical("1e400").expect("a number").len(), 401);
        assert_eq!(canonical("1e-400").expect("a number").len(), 402);
    }

    #[test]
    fn near_numbers_are_told_apart() {
        let texts = ["9007199254740992", "9007199254740993", "0.1", "0.10000000000000001", "1e22"];
        let distinct: std::collections::HashSet<_> = texts.map(canonical).into();
        assert_eq!(distinct.len(), texts.len());
    }

    #[test]
    fn other_text_is_no_number() {
        for text in [
            "",
            " ",
            "-",
            "+",
            ".",
            "e",
            "e5",
            ".e5",
            "1e",
            "1e+",
            "--1",
            "+-1",
            "1.2.3",
            "1,5",
            "1_0",
            "0x10",
            "inf",
            "NaN",
            "true",
            "1 2",
            "١",
            "007",
            "-01",
            "00.5",
            "1e401",
            "1e-401",
            "1e99999999999",
            "1e+-5",
        ] {
            assert_eq!(canonical(text), None, "{text:?}");
        }
    }
}
