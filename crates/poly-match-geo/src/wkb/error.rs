//! What is wrong with well-known binary.

use std::fmt;

use super::GeometryType;

/// Why well-known binary is malformed, and at which byte.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum WkbError {
    /// There are too few bytes.
    Truncated {
        /// Where the bytes are expected.
        at: usize,
        /// The least number of bytes that must follow.
        expected: usize,
        /// How many bytes there are.
        got: usize,
    },
    /// An order of bytes is not known.
    ByteOrder {
        /// Where it is.
        at: usize,
        /// The byte.
        got: u8,
    },
    /// A number is no type of geometry.
    UnknownType {
        /// Where it is.
        at: usize,
        /// The number.
        got: u32,
    },
    /// A geometry may not be a member of another.
    Member {
        /// Where the member begins.
        at: usize,
        /// The type of the member.
        member: GeometryType,
        /// The type of the whole.
        whole: GeometryType,
    },
    /// Geometries are nested too deep.
    TooDeep {
        /// How deep they may be nested.
        most: usize,
    },
}

impl fmt::Display for WkbError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("malformed WKB: ")?;
        match *self {
            Self::Truncated { at, expected, got } => {
                write!(f, "expected {expected} bytes at byte {at}, got {got}")
            }
            Self::ByteOrder { at, got } => {
                write!(f, "the order of bytes at byte {at} must be 0 or 1, got {got}")
            }
            Self::UnknownType { at, got } => write!(f, "unknown type {got} at byte {at}"),
            Self::Member { at, member, whole } => {
                write!(f, "a {} at byte {at} in a {}", member.name(), whole.name())
            }
            Self::TooDeep { most } => write!(f, "geometries nested more than {most} deep"),
        }
    }
}

impl std::error::Error for WkbError {}

impl From<WkbError> for String {
    fn from(error: WkbError) -> Self {
        error.to_string()
    }
}
