//! Writes arrays of coordinates as well-known binary, without keeping them.

use std::cell::Cell;
use std::fmt;

use serde::de::{Deserialize, DeserializeSeed, Deserializer, Error as _, SeqAccess, Visitor};

/// The number that well-known binary adds to the type of a geometry with z.
pub(super) const Z: u32 = 1000;

/// How coordinates are written.
#[derive(Clone, Copy)]
pub(super) struct Target<'a> {
    pub(super) with_z: bool,
    /// Whether there was a z that could not be written.
    pub(super) has_more: &'a Cell<bool>,
    pub(super) most: usize,
}

/// What an array of coordinates holds.
#[derive(Debug, Clone, Copy)]
pub(super) enum Level {
    Position,
    Positions,
    Rings,
    /// Geometries of a type, and what their coordinates hold.
    Parts(u32, &'static Level),
}

impl Level {
    pub(super) fn of(number: u32) -> Self {
        match number {
            1 => Self::Position,
            2 => Self::Positions,
            3 => Self::Rings,
            4 => Self::Parts(1, &Self::Position),
            5 => Self::Parts(2, &Self::Positions),
            _ => Self::Parts(3, &Self::Rings),
        }
    }
}

/// Writes an array of coordinates.
pub(super) struct List<'a> {
    pub(super) out: &'a mut Vec<u8>,
    pub(super) target: Target<'a>,
    pub(super) level: Level,
}

impl<'de> DeserializeSeed<'de> for List<'_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, json: D) -> Result<(), D::Error> {
        json.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for List<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an array of coordinates")
    }

    /// Null is an empty array.
    fn visit_unit<E>(self) -> Result<(), E> {
        empty(self.out, self.target, self.level);
        Ok(())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut array: A) -> Result<(), A::Error> {
        let Self { out, target, level } = self;
        check_room(out, target.most)?;
        let inner = match level {
            Level::Position => return read_position(out, target, array),
            Level::Positions => Level::Position,
            Level::Rings => Level::Positions,
            Level::Parts(_, inner) => *inner,
        };
        let start = out.len();
        out.extend([0; 4]);
        for count in 1_u32.. {
            let before = out.len();
            if let Level::Parts(number, _) = level {
                header(out, number + if target.with_z { Z } else { 0 });
            }
            if array.next_element_seed(List { out, target, level: inner })?.is_none() {
                out.truncate(before);
                break;
            }
            out[start..start + 4].copy_from_slice(&count.to_le_bytes());
        }
        Ok(())
    }
}

/// Checks that well-known binary is not too long.
pub(super) fn check_room<E: serde::de::Error>(out: &[u8], most: usize) -> Result<(), E> {
    if out.len() <= most {
        return Ok(());
    }
    Err(E::custom("a geometry needs too much memory"))
}

/// Writes an array without elements.
pub(super) fn empty(out: &mut Vec<u8>, target: Target<'_>, level: Level) {
    match level {
        Level::Position => position(out, target, [f64::NAN; 3]),
        Level::Positions | Level::Rings | Level::Parts(..) => out.extend([0; 4]),
    }
}

/// Reads x, y and z. What follows has no meaning in GeoJSON.
fn read_position<'de, A: SeqAccess<'de>>(
    out: &mut Vec<u8>,
    target: Target<'_>,
    mut array: A,
) -> Result<(), A::Error> {
    let mut numbers = [f64::NAN; 3];
    let mut count = 0;
    while let Some(Number(number)) = array.next_element()? {
        if let Some(place) = numbers.get_mut(count) {
            *place = number;
        }
        count += 1;
    }
    if count > 2 && !target.with_z {
        target.has_more.set(true);
        return Err(A::Error::custom("a position has z"));
    }
    position(out, target, numbers);
    Ok(())
}

fn position(out: &mut Vec<u8>, target: Target<'_>, numbers: [f64; 3]) {
    for number in &numbers[..if target.with_z { 3 } else { 2 }] {
        out.extend(number.to_le_bytes());
    }
}

/// A number; NaN for any other value.
struct Number(f64);

impl<'de> Deserialize<'de> for Number {
    fn deserialize<D: Deserializer<'de>>(json: D) -> Result<Self, D::Error> {
        struct Reader;
        impl<'de> Visitor<'de> for Reader {
            type Value = Number;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a number")
            }

            fn visit_f64<E>(self, number: f64) -> Result<Number, E> {
                Ok(Number(number))
            }

            #[expect(clippy::cast_precision_loss, reason = "coordinates are doubles")]
            fn visit_i64<E>(self, number: i64) -> Result<Number, E> {
                Ok(Number(number as f64))
            }

            #[expect(clippy::cast_precision_loss, reason = "coordinates are doubles")]
            fn visit_u64<E>(self, number: u64) -> Result<Number, E> {
                Ok(Number(number as f64))
            }

            fn visit_unit<E>(self) -> Result<Number, E> {
                Ok(Number(f64::NAN))
            }

            fn visit_bool<E>(self, _: bool) -> Result<Number, E> {
                Ok(Number(f64::NAN))
            }

            fn visit_str<E>(self, _: &str) -> Result<Number, E> {
                Ok(Number(f64::NAN))
            }
        }
        json.deserialize_any(Reader)
    }
}

/// Writes the byte order and the type of a geometry.
pub(super) fn header(out: &mut Vec<u8>, number: u32) {
    out.push(1);
    out.extend(number.to_le_bytes());
}
