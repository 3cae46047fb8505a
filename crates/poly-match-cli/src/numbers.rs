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
    fn one_is_singular() {
        let said = [0, 1, 1000].map(|number| counted(number, ["point", "points"]));
        assert_eq!(said, ["0 points", "1 point", "1,000 points"]);
    }
}
