//! Dates and times in text, as ISO 8601 writes them: `2026-01-31`, `2026-01-31T08:30:00Z`.

/// A date or a time, as a number that grows with it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Moment {
    /// Days since 1970-01-01.
    Date(i64),
    /// Nanoseconds since 1970-01-01T00:00, on a clock whose offset is not known.
    Local(i128),
    /// Nanoseconds since 1970-01-01T00:00Z.
    Universal(i128),
}

/// Reads a date, or a date and a time with `T` or a space between them.
///
/// A time has hours and minutes, and may have seconds with up to nine decimals. `Z` or an offset such
/// as `+01:00` follows, or nothing.
pub(crate) fn moment(text: &str) -> Option<Moment> {
    let (date, rest) = text.split_at_checked("2026-01-31".len())?;
    let days = days(date)?;
    if rest.is_empty() {
        return Some(Moment::Date(days));
    }
    let rest = rest.strip_prefix(['T', 't', ' '])?;
    let (time, offset) = match rest.find(['Z', 'z', '+', '-']) {
        Some(end) => (&rest[..end], Some(offset(&rest[end..])?)),
        None => (rest, None),
    };
    let local = i128::from(days) * 86_400_000_000_000 + nanoseconds(time)?;
    Some(match offset {
        Some(minutes) => Moment::Universal(local - minutes * 60_000_000_000),
        None => Moment::Local(local),
    })
}

/// The days from 1970-01-01 to a date of the Gregorian calendar.
fn days(text: &str) -> Option<i64> {
    let mut parts = text.split('-');
    let [year, month, day] = [4, 2, 2].map(|count| digits(parts.next()?, count));
    let (year, month, day) = (year?, month?, day?);
    let is_leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    let lengths = [31, 28 + i64::from(is_leap), 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];
    let before = lengths.get(..usize::try_from(month).ok()?.checked_sub(1)?)?;
    let length = *lengths.get(before.len())?;
    // The leap days before the year, also those of year 0.
    let leaps = (year + 3) / 4 - (year + 99) / 100 + (year + 399) / 400;
    let since_0 = year * 365 + leaps + before.iter().sum::<i64>() + day - 1;
    (1..=length).contains(&day).then_some(since_0 - 719_528)
}

/// The nanoseconds from midnight to `HH:MM`, `HH:MM:SS` or `HH:MM:SS.fraction`.
fn nanoseconds(text: &str) -> Option<i128> {
    let mut parts = text.splitn(3, ':');
    let hours = digits(parts.next()?, 2).filter(|&hours| hours < 24)?;
    let minutes = digits(parts.next()?, 2).filter(|&minutes| minutes < 60)?;
    let (seconds, fraction) = match parts.next() {
        Some(seconds) => match seconds.split_once(['.', ',']) {
            Some((whole, fraction)) => (digits(whole, 2)?, nanos(fraction)?),
            None => (digits(seconds, 2)?, 0),
        },
        None => (0, 0),
    };
    // 60 is a leap second.
    (seconds <= 60)
        .then(|| i128::from((hours * 60 + minutes) * 60 + seconds) * 1_000_000_000 + fraction)
}

/// The decimals of a second, in nanoseconds.
fn nanos(text: &str) -> Option<i128> {
    let padded = format!("{text:0<9}");
    if text.is_empty() { None } else { digits(&padded, 9).map(i128::from) }
}

/// The minutes of `Z`, `+01`, `+0100` or `+01:00`.
fn offset(text: &str) -> Option<i128> {
    let (sign, rest) = text.split_at_checked(1)?;
    let (hours, minutes) = match (sign, rest.len()) {
        ("Z" | "z", 0) => return Some(0),
        ("+" | "-", 2) => (rest, "00"),
        ("+" | "-", 4) => rest.split_at_checked(2)?,
        ("+" | "-", 5) => rest.split_once(':')?,
        _ => return None,
    };
    let hours = digits(hours, 2).filter(|&hours| hours < 24)?;
    let minutes = digits(minutes, 2).filter(|&minutes| minutes < 60)?;
    let minutes = i128::from(hours * 60 + minutes);
    Some(if sign == "-" { -minutes } else { minutes })
}

/// A number of exactly `count` digits.
fn digits(text: &str, count: usize) -> Option<i64> {
    let is_number = text.len() == count && text.bytes().all(|byte| byte.is_ascii_digit());
    if is_number { text.parse().ok() } else { None }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_count_days() {
        for (text, days) in [
            ("1970-01-01", 0),
            ("1969-12-31", -1),
            ("2000-02-29", 11_016),
            ("2000-03-01", 11_017),
            ("2026-11-28", 20_785),
            ("0000-01-01", -719_528),
            ("9999-12-31", 2_932_896),
        ] {
            assert_eq!(moment(text), Some(Moment::Date(days)), "{text}");
        }
    }

    #[test]
    fn every_day_follows_the_one_before() {
        let mut expected = -719_528;
        for (year, month, day) in (0..=9999).flat_map(|year| {
            (1..=12).flat_map(move |month| (1..=31).map(move |day| (year, month, day)))
        }) {
            if let Some(days) = days(&format!("{year:04}-{month:02}-{day:02}")) {
                assert_eq!(days, expected, "{year}-{month}-{day}");
                expected += 1;
            }
        }
        assert_eq!(expected, 2_932_897);
    }

    #[test]
    fn times_are_told_apart_to_the_nanosecond() {
        let second = 1_000_000_000;
        for (text, nanoseconds) in [
            ("1970-01-01T00:00", 0),
            ("1970-01-01 00:01:01", 61 * second),
            ("1970-01-02T23:59:60", 2 * 86_400 * second),
            ("1970-01-01t00:00:00.5", second / 2),
            ("1970-01-01T00:00:00,000000001", 1),
        ] {
            assert_eq!(moment(text), Some(Moment::Local(nanoseconds)), "{text}");
        }
        for text in [
            "1970-01-01T01:00Z",
            "1970-01-01T01:00:00.000z",
            "1970-01-01T02:30+01:30",
            "1970-01-01 02:00+01",
            "1970-01-01T00:00-0100",
            "1969-12-31T23:00:00-02:00",
        ] {
            assert_eq!(moment(text), Some(Moment::Universal(3600 * second)), "{text}");
        }
    }

    #[test]
    fn other_text_is_no_date() {
        for text in [
            "",
            "2026",
            "2026-01",
            "2026-1-1",
            "20260101",
            "2026-13-01",
            "2026-00-01",
            "2026-02-29",
            "2026-01-00",
            "2026-01-32",
            "01-02-2026",
            "2026/01/01",
            "2026-01-01T",
            "2026-01-01T12",
            "2026-01-01T24:00",
            "2026-01-01T12:60",
            "2026-01-01T12:00:61",
            "2026-01-01T12:00:00.",
            "2026-01-01T12:00:00.0000000001",
            "2026-01-01T12:00+",
            "2026-01-01T12:00+1:00",
            "2026-01-01T12:00+24:00",
            "2026-01-01T12:00ZZ",
            "2026-01-01x12:00",
            "+026-01-01",
            "2026-01-01é",
            "2026-01-0é",
            "éééééé",
        ] {
            assert_eq!(moment(text), None, "{text:?}");
        }
    }
}
