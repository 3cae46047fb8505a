//! Labels as JSON, as `python/poly_match/_plain.py` has them.
//!
//! Text, booleans, integers of 64 bits and other numbers are plain JSON. A larger integer is
//! `{"int": "0x1p…"}` in hexadecimal, and infinity `{"float": "inf"}`. Python also writes dates, bytes and
//! tuples, which are no labels in the program.

use std::io;

use serde_json::value::RawValue;

use super::hexadecimal;
use super::json::{self, Members};
use super::{invalid, only_python, unsound};
use crate::decimal;
use crate::failure::{Failure, quoted};
use crate::groups::{Label, Labels};

/// The most characters of an integer in JSON, with its sign.
const MOST_DIGITS: usize = 20;

/// Reads the labels of `groups` groups. The last group may have none: polygons without a label.
pub(super) fn read(data: &[u8], groups: usize) -> Result<Labels, Failure> {
    let written: Vec<&RawValue> = json::read(data, "its labels in a list")?;
    if !(groups.saturating_sub(1)..=groups).contains(&written.len()) {
        let got = written.len();
        return Err(unsound(format_args!("labels for {groups} groups, got {got}")));
    }
    let labels = written.into_iter().map(|label| label_of(label.get()));
    Labels::of_list(labels.collect::<Result<_, _>>()?).map_err(|twice| {
        let twice = quoted(&twice);
        only_python(format_args!("two of its labels are {twice} as text, and differ in type"))
    })
}

fn label_of(json: &str) -> Result<Label, Failure> {
    match json.as_bytes().first() {
        Some(b'"') => Ok(Label::Text(json::read(json.as_bytes(), "its labels")?)),
        Some(b't' | b'f') => Ok(Label::Boolean(json == "true")),
        Some(b'-' | b'0'..=b'9') => number_of(json),
        Some(b'{') => typed(json),
        _ => {
            let got = quoted(json);
            Err(unsound(format_args!(
                "labels that are text, numbers, or named by their type, got {got}"
            )))
        }
    }
}

fn number_of(json: &str) -> Result<Label, Failure> {
    let is_integer = !json.contains(['.', 'e', 'E']);
    let is_plain = decimal::canonical(json).is_some()
        && if is_integer { json.len() <= MOST_DIGITS } else { is_finite(json) };
    if !is_plain {
        let got = quoted(json);
        return Err(unsound(format_args!("integers of 64 bits and finite numbers, got {got}")));
    }
    Ok(Label::Number(json.to_owned()))
}

fn is_finite(text: &str) -> bool {
    text.parse::<f64>().is_ok_and(f64::is_finite)
}

/// A label that is an object with one member, which names its type.
fn typed(json: &str) -> Result<Label, Failure> {
    let Members(members) = json::read::<Members<&RawValue>>(json.as_bytes(), "its labels")?;
    let [(kind, value)] = members.as_slice() else {
        return Err(unsound("labels that are named by one type"));
    };
    let text = || json::read::<String>(value.get().as_bytes(), "its labels");
    let what = match kind.as_str() {
        "int" => {
            let read = hexadecimal::read(&text()?);
            let read = read
                .filter(|digits| !is_64_bits(digits))
                .ok_or_else(|| unsound("a label of type 'int' in hexadecimal, beyond 64 bits"))?;
            return Ok(Label::Number(read));
        }
        "float" => {
            return match text()?.as_str() {
                text @ ("inf" | "-inf") => Ok(Label::Number(text.to_owned())),
                other => {
                    let got = quoted(other);
                    Err(unsound(format_args!("a label of type 'float' as inf or -inf, got {got}")))
                }
            };
        }
        "bytes" => "bytes",
        "date" => "dates",
        "datetime" | "datetime64" => "times",
        "timedelta" => "durations",
        "tuple" => "tuples",
        other => {
            let got = quoted(other);
            return Err(unsound(format_args!("labels of a type that is known, got {got}")));
        }
    };
    Err(only_python(format_args!("its labels are {what}, and not text, numbers or booleans")))
}

/// Whether an integer is one of 64 bits, signed or not.
fn is_64_bits(digits: &str) -> bool {
    digits.parse::<i64>().is_ok() || digits.parse::<u64>().is_ok()
}

/// Writes the labels.
///
/// # Errors
/// [`io::ErrorKind::InvalidInput`] for a number with a fraction that is no double.
pub(super) fn write(labels: &Labels) -> io::Result<Vec<u8>> {
    let labels = labels.list().iter().map(|label| match label {
        Label::Number(text) => number(text),
        Label::Text(text) => Ok(serde_json::to_string(text)?),
        Label::Boolean(boolean) => Ok(boolean.to_string()),
    });
    let labels = labels.collect::<io::Result<Vec<_>>>()?;
    Ok(format!("[{}]", labels.join(",")).into_bytes())
}

/// A number as JSON: as it is spelled, if Python then reads the same number.
fn number(text: &str) -> io::Result<String> {
    let Some(plain) = decimal::canonical(text) else {
        return Ok(format!(r#"{{"float":"{text}"}}"#)); // infinity
    };
    let is_integer = !text.contains(['.', 'e', 'E']);
    let is_json = serde_json::from_str::<f64>(text).is_ok();
    if is_json && if is_integer { is_64_bits(text) } else { is_double(text) } {
        return Ok(text.to_owned());
    }
    if is_64_bits(&plain) {
        return Ok(plain.into_owned());
    }
    if is_double(&plain) {
        let shortest = plain.parse::<f64>().map(|double| format!("{double:?}"));
        return shortest.map_err(invalid);
    }
    hexadecimal::write(&plain).map(|digits| format!(r#"{{"int":"{digits}"}}"#)).ok_or_else(|| {
        let got = quoted(text);
        invalid(format_args!("the label {got} cannot be saved: it has more digits than a double"))
    })
}

/// Whether the shortest text of a double is this number.
fn is_double(text: &str) -> bool {
    let Ok(double) = text.parse::<f64>() else { return false };
    double.is_finite() && decimal::canonical(&format!("{double:e}")) == decimal::canonical(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(texts: &[&str]) -> Labels {
        let label = |text: &&str| Label::Number((*text).to_owned());
        Labels::of_list(texts.iter().map(label).collect()).expect("different")
    }

    fn written(labels: &Labels) -> String {
        String::from_utf8(write(labels).expect("it can be saved")).expect("text")
    }

    #[test]
    fn numbers_are_written_as_python_reads_them() {
        for (text, json) in [
            ("2", "2"),
            ("2.0", "2.0"),
            ("2e0", "2e0"),
            ("+2", "2"),
            ("2.", "2"),
            ("-0", "-0"),
            (".5", "0.5"),
            ("0.10", "0.10"),
            ("-9223372036854775808", "-9223372036854775808"),
            ("18446744073709551615", "18446744073709551615"),
            ("18446744073709551615.0", "18446744073709551615"),
            ("9007199254740993.0", "9007199254740993"),
            ("18446744073709551616", r#"{"int":"0x10000000000000000"}"#),
            ("-18446744073709551617", r#"{"int":"-0x10000000000000001"}"#),
            ("100000000000000000000000", "1e23"),
            ("1e300", "1e300"),
            ("inf", r#"{"float":"inf"}"#),
        ] {
            let labels = of(&[text]);
            assert_eq!(written(&labels), format!("[{json}]"), "{text}");
            let again = read(format!("[{json}]").as_bytes(), 1).expect(text);
            let [Label::Number(number)] = again.list() else { panic!("{text}: {again:?}") };
            assert_eq!(decimal::canonical(number), decimal::canonical(text));
        }
        let error = write(&of(&["0.10000000000000001"])).expect_err("no double");
        assert_eq!(
            error.to_string(),
            "the label \"0.10000000000000001\" cannot be saved: it has more digits than a double"
        );
        assert!(write(&of(&["1e-400"])).is_err());
    }

    #[test]
    fn what_python_writes_is_read_or_named() {
        let labels = read(br#"[1, 2.50, true, "\u00e4", {"int": "0x123456789abcdef012"}]"#, 6);
        let texts: Vec<_> =
            labels.expect("labels").list().iter().map(|label| label.text().to_owned()).collect();
        assert_eq!(texts, ["1", "2.50", "true", "\u{e4}", "335812727670730321938"]);
        for (json, expected) in [
            ("[1", "its labels in a list as JSON, got an error"),
            ("{}", "its labels in a list as JSON, got an error"),
            ("[1,2,3]", "labels for 2 groups, got 3"),
            ("[]", "labels for 2 groups, got 0"),
            ("[null]", "or named by their type, got \"null\""),
            ("[[1]]", "or named by their type, got \"[1]\""),
            ("[NaN]", "as JSON, got an error"),
            ("[1e999]", "finite numbers, got \"1e999\""),
            ("[123456789012345678901]", "integers of 64 bits and finite numbers, got"),
            (r#"["\ud800"]"#, "as JSON, got an error"),
            (r#"[{"int": "0xff"}]"#, "beyond 64 bits"),
            (r#"[{"int": 7}]"#, "as JSON, got an error"),
            (r#"[{"float": "nan"}]"#, "as inf or -inf, got \"nan\""),
            (r#"[{"float": "inf", "float": "inf"}]"#, "a member comes twice"),
            (r#"[{"float": "inf", "int": "0x1"}]"#, "named by one type"),
            (r#"[{"complex": "1j"}]"#, "a type that is known, got \"complex\""),
            (r#"[{"date": "2026-01-31"}]"#, "its labels are dates, and not text, numbers"),
            (r#"[{"bytes": "00ff"}]"#, "its labels are bytes, and not text, numbers"),
            (r#"[{"tuple": [1, "a"]}]"#, "its labels are tuples, and not text, numbers"),
            (r#"[2, "2"]"#, "two of its labels are \"2\" as text, and differ in type"),
        ] {
            let error = read(json.as_bytes(), 2).expect_err(json).to_string();
            assert!(error.contains(expected), "{json}: {error}");
        }
    }
}
