//! Dates and times as text, as ISO 8601 has them.

const DAY: i64 = 86_400_000_000;

/// The days since 1970 of a text such as `2024-02-29`.
pub(super) fn date(text: &str) -> Option<i32> {
    let (year, month, day) = match text.as_bytes() {
        [_, _, _, _, b'-', _, _, b'-', _, _] => {
            (digits(&text[..4])?, digits(&text[5..7])?, digits(&text[8..])?)
        }
        _ => return None,
    };
    let is_leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    let last = match month {
        2 => 28 + i64::from(is_leap),
        4 | 6 | 9 | 11 => 30,
        1..=12 => 31,
        _ => return None,
    };
    if !(1..=last).contains(&day) {
        return None;
    }
    // Years begin in March, so that the leap day is the last one.
    let year = year - i64::from(month <= 2);
    let day_of_year = (153 * ((month + 9) % 12) + 2) / 5 + day - 1;
    let days = 365 * year + year.div_euclid(4) - year.div_euclid(100) + year.div_euclid(400);
    i32::try_from(days + day_of_year - 719_468).ok()
}

/// The microseconds since 1970 of a text such as `2024-02-29T12:30:00.5Z`. Without a zone it is UTC.
pub(super) fn time(text: &str) -> Option<i64> {
    let (day, rest) = (date(text.get(..10)?)?, &text[10..]);
    let midnight = i64::from(day) * DAY;
    let Some(clock) = rest.strip_prefix(['T', 't', ' ']) else {
        return rest.is_empty().then_some(midnight);
    };
    let zone = clock.find(['Z', 'z', '+', '-']).unwrap_or(clock.len());
    let (clock, zone) = (&clock[..zone], &clock[zone..]);
    let (clock, fraction) = clock.split_once('.').unwrap_or((clock, "0"));
    let (kept, beyond) = fraction.split_at_checked(6).unwrap_or((fraction, ""));
    if fraction.is_empty() || !beyond.bytes().all(|digit| digit == b'0') {
        return None;
    }
    let micros = digits(kept)? * 10_i64.pow(u32::try_from(6 - kept.len()).ok()?);
    let seconds = match clock.len() {
        5 => minutes(clock, 24)? * 60,
        8 if clock.as_bytes()[5] == b':' => {
            minutes(clock.get(..5)?, 24)? * 60
                + digits(clock.get(6..)?).filter(|&second| second < 60)?
        }
        _ => return None,
    };
    let offset = match zone {
        "" | "Z" | "z" => 0,
        _ => {
            let minutes = minutes(zone.get(1..)?, 24)?;
            if zone.starts_with('-') { -minutes } else { minutes }
        }
    };
    Some(midnight + seconds * 1_000_000 + micros - offset * 60_000_000)
}

/// The minutes of a text such as `12:30`.
fn minutes(text: &str, hours: i64) -> Option<i64> {
    let (hour, minute) = text.split_once(':')?;
    let is_short = hour.len() == 2 && minute.len() == 2;
    let (hour, minute) = (digits(hour)?, digits(minute)?);
    (is_short && hour < hours && minute < 60).then_some(hour * 60 + minute)
}

fn digits(text: &str) -> Option<i64> {
    text.bytes().all(|byte| byte.is_ascii_digit()).then(|| text.parse().ok()).flatten()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_and_times_are_read() {
        for (text, days) in [
            ("1970-01-01", 0),
            ("1969-12-31", -1),
            ("2000-02-29", 11_016),
            ("2024-12-31", 20_088),
            ("9999-12-31", 2_932_896),
            ("0001-01-01", -719_162),
        ] {
            assert_eq!(date(text), Some(days), "{text}");
            assert_eq!(time(text), Some(i64::from(days) * DAY), "{text}");
        }
        for (text, micros) in [
            ("1970-01-01T00:00:00Z", 0),
            ("1970-01-01T00:00:01.500Z", 1_500_000),
            ("1970-01-01 01:00+01:00", 0),
            ("1970-01-01T00:00:00.000001000", 1),
            ("1969-12-31T23:00:00-01:00", 0),
        ] {
            assert_eq!(time(text), Some(micros), "{text}");
        }
    }

    #[test]
    fn other_texts_are_refused() {
        for text in [
            "",
            "1970",
            "1970-13-01",
            "1970-02-29",
            "1970-1-1",
            "1970-01-0\u{e9}",
            "+970-01-01",
            "19700101",
            "\u{e9}\u{e9}\u{e9}\u{e9}\u{e9}",
        ] {
            assert_eq!((date(text), time(text)), (None, None), "{text}");
        }
        for text in [
            "1970-01-01T",
            "1970-01-01T24:00Z",
            "1970-01-01T00:00:60Z",
            "1970-01-01T00:00:00.",
            "1970-01-01T00:00:00.0000001Z",
            "1970-01-01T00:00:00+",
            "1970-01-01T00:00:0\u{e9}",
            "1970-01-01T0:000:00",
            "1970-01-01x00:00",
        ] {
            assert_eq!(time(text), None, "{text}");
        }
    }
}
