//! Two numbers in a cell: latitude and longitude, as in `48.2, 16.3`.

use poly_match::Point;

use crate::text::Decimal;

/// Which of the two numbers comes first.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Order {
    LatLon,
    LonLat,
}

impl Order {
    /// What a cell must hold, for messages.
    pub(super) fn example(self) -> &'static str {
        match self {
            Self::LatLon => "latitude and longitude, as in \"48.2, 16.3\"",
            Self::LonLat => "longitude and latitude, as in \"16.3, 48.2\"",
        }
    }
}

/// Reads longitude and latitude, with this decimal mark. `None` if the cell does not hold two numbers.
///
/// A comma, a semicolon, a slash or blanks are between them, and brackets may be around. If the comma is
/// the decimal mark, one before blanks still separates.
pub(super) fn read(cell: &str, order: Order, decimal: Decimal) -> Option<Point> {
    match decimal {
        Decimal::Point => with_mark(cell, order, '.'),
        Decimal::Comma => with_mark(cell, order, ','),
        Decimal::Either => with_mark(cell, order, '.').or_else(|| with_mark(cell, order, ',')),
    }
}

fn with_mark(cell: &str, order: Order, decimal: char) -> Option<Point> {
    let cell = cell.trim();
    let inner = match cell.as_bytes() {
        [b'(', .., b')'] | [b'[', .., b']'] => &cell[1..cell.len() - 1],
        _ => cell,
    };
    let inner = inner.trim();
    let comma = || if decimal == ',' { inner.split_once(", ") } else { inner.split_once(',') };
    let (first, second) = inner
        .split_once([';', '/'])
        .or_else(comma)
        .or_else(|| inner.split_once(char::is_whitespace))?;
    let (first, second) = (number(first, decimal)?, number(second, decimal)?);
    Some(match order {
        Order::LatLon => [second, first],
        Order::LonLat => [first, second],
    })
}

fn number(text: &str, decimal: char) -> Option<f64> {
    let text = text.trim();
    if decimal == '.' {
        return text.parse().ok();
    }
    if text.contains('.') { None } else { text.replacen(decimal, ".", 1).parse().ok() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn two_numbers_are_read_however_they_are_parted() {
        for cell in [
            "48.2,16.3",
            " 48.2, 16.3 ",
            "48.2 16.3",
            "48.2\t 16.3",
            "48.2;16.3",
            "48.2 / 16.3",
            "(48.2, 16.3)",
            "( 48.2 16.3 )",
            "[48.2;16.3]",
            "+4.82e1,16.30",
        ] {
            assert_eq!(read(cell, Order::LatLon, Decimal::Point), Some([16.3, 48.2]), "{cell}");
            assert_eq!(read(cell, Order::LonLat, Decimal::Point), Some([48.2, 16.3]), "{cell}");
        }
    }

    #[test]
    fn the_decimal_mark_may_be_a_comma() {
        for cell in ["48,2;16,3", "48,2 16,3", "48,2, 16,3", "(48,2 / 16,3)", "48,2 ;  16,3"] {
            assert_eq!(read(cell, Order::LonLat, Decimal::Comma), Some([48.2, 16.3]), "{cell}");
        }
        for cell in ["48.2;16.3", "48,2,16,3", "48,2"] {
            assert_eq!(read(cell, Order::LonLat, Decimal::Comma), None, "{cell}");
        }
    }

    #[test]
    fn other_cells_hold_no_two_numbers() {
        for cell in [
            "",
            " ",
            "48.2",
            "48.2,",
            ",16.3",
            "1,2,3",
            "1 2 3",
            "here",
            "POINT (1 2)",
            "(1, 2",
            "1, 2]",
            "(",
            "()",
            "[1 2)",
            "48,2;16,3",
            "1 2;",
            "N 48.2 E 16.3",
            "é;é",
        ] {
            assert_eq!(read(cell, Order::LatLon, Decimal::Point), None, "{cell}");
        }
    }
}
