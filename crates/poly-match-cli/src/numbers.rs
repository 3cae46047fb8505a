//! Writes numbers for people.

/// Writes digits in groups of three: 1,234,567.
pub(crate) fn grouped(number: usize) -> String {
    let digits = number.to_string();
    let mut text = String::new();
    for (i, digit) in digits.chars().enumerate() {
        if i > 0 && (digits.len() - i).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// A number with its noun, which has a singular and a plural.
pub(crate) fn counted(number: usize, nouns: [&str; 2]) -> String {
    format!("{} {}", grouped(number), nouns[usize::from(number != 1)])
}

/// A number with at most some significant digits. Very large and very small ones have an exponent.
pub(crate) fn short(value: f64, digits: usize) -> String {
    let rounded: f64 = format!("{value:.*e}", digits.saturating_sub(1)).parse().unwrap_or(value);
    let is_plain = rounded == 0.0 || (1e-6..1e15).contains(&rounded.abs());
    if is_plain { rounded.to_string() } else { format!("{rounded:e}") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn digits_are_grouped() {
        let cases = [(0, "0"), (999, "999"), (1000, "1,000"), (1_234_567, "1,234,567")];
        for (number, text) in cases {
            assert_eq!(grouped(number), text);
        }
    }

    #[test]
    fn few_digits_are_shown() {
        let values = [0.0, -1.25, 123_456.789, 1e308, -3e-9, f64::INFINITY];
        let shown = values.map(|value| short(value, 7));
        assert_eq!(shown, ["0", "-1.25", "123456.8", "1e308", "-3e-9", "inf"]);
    }

    #[test]
    fn one_is_singular() {
        let said = [0, 1, 1000].map(|number| counted(number, ["point", "points"]));
        assert_eq!(said, ["0 points", "1 point", "1,000 points"]);
    }
}
