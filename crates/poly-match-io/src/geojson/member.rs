//! Reads one member of an object of JSON, and passes over the others.

use std::fmt;

use serde::de::{Deserialize, DeserializeSeed, Deserializer, IgnoredAny, MapAccess, Visitor};
use serde_json::value::RawValue;

use super::feature::Text;

/// What was found of an object.
pub(super) struct Found {
    /// Whether it has the member.
    pub(super) is_there: bool,
    /// Whether it has no members at all.
    pub(super) is_empty: bool,
}

/// Reads one member of an object with `seed`.
pub(super) fn member<'de, S: DeserializeSeed<'de, Value = ()>>(
    json: &'de str,
    name: &str,
    seed: S,
) -> serde_json::Result<Found> {
    struct Object<'n, S>(&'n str, Option<S>);
    impl<'de, S: DeserializeSeed<'de, Value = ()>> Visitor<'de> for Object<'_, S> {
        type Value = Found;

        fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str("an object")
        }

        fn visit_map<A: MapAccess<'de>>(mut self, mut map: A) -> Result<Found, A::Error> {
            let mut is_empty = true;
            while let Some(Text(key)) = map.next_key()? {
                is_empty = false;
                match self.1.take_if(|_| key == self.0) {
                    Some(seed) => map.next_value_seed(seed)?,
                    None => drop(map.next_value::<IgnoredAny>()?),
                }
            }
            Ok(Found { is_there: self.1.is_none(), is_empty })
        }
    }
    serde_json::Deserializer::from_str(json).deserialize_map(Object(name, Some(seed)))
}

/// Takes a value as it is.
pub(super) struct Raw<'a, 'de>(pub(super) &'a mut Option<&'de RawValue>);

impl<'de> DeserializeSeed<'de> for Raw<'_, 'de> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, json: D) -> Result<(), D::Error> {
        *self.0 = Some(<&RawValue>::deserialize(json)?);
        Ok(())
    }
}
