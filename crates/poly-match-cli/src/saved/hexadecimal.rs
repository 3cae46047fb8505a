//! Integers of any size in hexadecimal, as Python's `hex` writes them.

/// The most digits: beyond are labels of nobody, and long numbers take long to convert.
const MOST: usize = 512;

/// Reads an integer such as `-0xff`, and gives its decimal digits. `None` for any other spelling.
pub(super) fn read(text: &str) -> Option<String> {
    let (sign, digits) = sign(text);
    let digits = digits.strip_prefix("0x").filter(|digits| is_short(digits))?;
    let is_hex = |byte: u8| byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte);
    if !digits.bytes().all(is_hex) {
        return None;
    }
    Some(sign.to_owned() + &converted(digits, 16, 10))
}

/// Writes an integer, from its decimal digits. `None` for a number with a fraction.
pub(super) fn write(text: &str) -> Option<String> {
    let (sign, digits) = sign(text);
    let is_integer = is_short(digits) && digits.bytes().all(|byte| byte.is_ascii_digit());
    is_integer.then(|| format!("{sign}0x{}", converted(digits, 10, 16)))
}

fn sign(text: &str) -> (&str, &str) {
    text.strip_prefix('-').map_or(("", text), |digits| ("-", digits))
}

/// Whether there are digits, not too many, and no zero before others.
fn is_short(digits: &str) -> bool {
    (1..=MOST).contains(&digits.len()) && (digits == "0" || !digits.starts_with('0'))
}

/// Writes a number in another base. Both are at most 16.
fn converted(digits: &str, from: u32, to: u32) -> String {
    // The digits in the new base, the lowest first.
    let mut number = vec![0];
    for digit in digits.chars().filter_map(|digit| digit.to_digit(from)) {
        let mut carry = digit;
        for place in &mut number {
            let sum = *place * from + carry;
            (*place, carry) = (sum % to, sum / to);
        }
        while carry > 0 {
            number.push(carry % to);
            carry /= to;
        }
    }
    number.into_iter().rev().filter_map(|digit| char::from_digit(digit, to)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn integers_are_converted_both_ways() {
        for (decimal, hexadecimal) in [
            ("0", "0x0"),
            ("255", "0xff"),
            ("-256", "-0x100"),
            ("18446744073709551616", "0x10000000000000000"),
            ("100000000000000000000000001", "0x52b7d2dcc80cd2e4000001"),
        ] {
            assert_eq!(write(decimal).as_deref(), Some(hexadecimal));
            assert_eq!(read(hexadecimal).as_deref(), Some(decimal));
        }
        for text in ["", "0x", "ff", "0xFF", "0x01", "0X1", "0x1.8", "+0x1", "0x-1", "--0x1"] {
            assert_eq!(read(text), None, "{text}");
        }
        for text in ["", "-", "1.5", "01", "+1", "1e3", &"9".repeat(MOST + 1)] {
            assert_eq!(write(text), None, "{text}");
        }
    }
}
