//! Numbers as text: the shortest that reads back as the same number.

/// Writes a number as JSON and CSV have it, such as `3.0`, `0.1` or `1e300`.
pub(crate) fn float(number: f64, out: &mut Vec<u8>) {
    out.extend_from_slice(ryu::Buffer::new().format(number).as_bytes());
}

/// Writes a number of 32 bits.
pub(crate) fn float32(number: f32, out: &mut Vec<u8>) {
    out.extend_from_slice(ryu::Buffer::new().format(number).as_bytes());
}

/// Writes a coordinate: a whole number is written without a fraction.
pub(crate) fn coordinate(number: f64, out: &mut Vec<u8>) {
    let mut buffer = ryu::Buffer::new();
    let text = buffer.format(number);
    out.extend_from_slice(text.strip_suffix(".0").unwrap_or(text).as_bytes());
}

/// Writes an integer.
pub(crate) fn integer(number: impl itoa::Integer, out: &mut Vec<u8>) {
    out.extend_from_slice(itoa::Buffer::new().format(number).as_bytes());
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(write: impl Fn(&mut Vec<u8>)) -> String {
        let mut out = Vec::new();
        write(&mut out);
        String::from_utf8(out).expect("text")
    }

    #[test]
    fn numbers_are_short_and_exact() {
        for (number, expected) in
            [(0.1, "0.1"), (3.0, "3.0"), (1e-7, "1e-7"), (1e300, "1e300"), (-0.0, "-0.0")]
        {
            assert_eq!(text(|out| float(number, out)), expected);
        }
        assert_eq!(text(|out| float32(0.1, out)), "0.1");
        for (number, expected) in [(8.0, "8"), (8.5, "8.5"), (1e300, "1e300"), (-0.0, "-0")] {
            assert_eq!(text(|out| coordinate(number, out)), expected);
        }
        assert_eq!(text(|out| integer(i64::MIN, out)), i64::MIN.to_string());
    }
}
