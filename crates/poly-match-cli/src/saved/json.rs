//! Strict JSON: a member of an object may not come twice.

use std::fmt;
use std::marker::PhantomData;

use serde::de::{Deserialize, Deserializer, MapAccess, Visitor};

use super::unsound;
use crate::failure::Failure;

/// The members of an object, in their order.
pub(super) struct Members<T>(pub(super) Vec<(String, T)>);

/// Reads JSON. `name` is used in error messages.
pub(super) fn read<'de, T: Deserialize<'de>>(data: &'de [u8], name: &str) -> Result<T, Failure> {
    serde_json::from_slice(data)
        .map_err(|error| unsound(format_args!("{name} as JSON, got an error: {error}")))
}

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Members<T> {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        from.deserialize_map(Reader(PhantomData))
    }
}

struct Reader<T>(PhantomData<T>);

impl<'de, T: Deserialize<'de>> Visitor<'de> for Reader<T> {
    type Value = Members<T>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        let mut members = Vec::<(String, T)>::new();
        while let Some((name, value)) = map.next_entry::<String, T>()? {
            if members.iter().any(|(other, _)| *other == name) {
                return Err(serde::de::Error::custom("a member comes twice"));
            }
            // No object that is read here has many members.
            if members.len() == 64 {
                return Err(serde::de::Error::custom("too many members"));
            }
            members.push((name, value));
        }
        Ok(Members(members))
    }
}
