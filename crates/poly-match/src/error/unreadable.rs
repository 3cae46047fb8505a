//! Why bytes cannot be read as a saved matcher.

use std::fmt;

/// Why bytes cannot be read as a saved matcher.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Unreadable {
    /// They do not start with the signature of a saved matcher.
    Foreign {
        /// The first bytes, up to eight.
        got: Vec<u8>,
    },
    /// They were written on a machine with the other byte order.
    ByteOrder,
    /// They were written in another version of the format.
    Version {
        /// The version that this library reads.
        expected: u32,
        /// The version found.
        got: u32,
    },
    /// There are more or fewer bytes than were written.
    Length {
        /// The expected number of bytes; a lower bound if even the header is cut short.
        expected: u64,
        /// The number of bytes found.
        got: u64,
    },
    /// The checksum of a section is wrong.
    Damaged {
        /// The name of the section.
        section: String,
    },
    /// A section is missing, or does not fit the others.
    Section {
        /// What was expected.
        expected: &'static str,
    },
}

impl fmt::Display for Unreadable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Foreign { got } if got.is_empty() => {
                write!(f, "not a saved matcher: expected its signature, got no bytes at all")
            }
            Self::Foreign { got } => {
                write!(f, "not a saved matcher: expected its signature, got the bytes")?;
                got.iter().try_for_each(|byte| write!(f, " {byte:02x}"))
            }
            Self::ByteOrder => {
                let here = if cfg!(target_endian = "little") { "little" } else { "big" };
                write!(f, "saved on a machine with the other byte order: this one is {here}-endian")
            }
            Self::Version { expected, got } => write!(
                f,
                "saved in version {got} of the format, but this poly-match reads version {expected}"
            ),
            Self::Length { expected, got } if got < expected => {
                write!(f, "a saved matcher cut short: expected {expected} bytes, got {got}")
            }
            Self::Length { expected, got } => {
                write!(
                    f,
                    "a saved matcher with trailing bytes: expected {expected} bytes, got {got}"
                )
            }
            Self::Damaged { section } => {
                write!(
                    f,
                    "a damaged saved matcher: the checksum of its section '{section}' differs"
                )
            }
            Self::Section { expected } => {
                write!(f, "an unsound saved matcher: expected {expected}")
            }
        }
    }
}

impl std::error::Error for Unreadable {}

pub(crate) fn unsound(expected: &'static str) -> Unreadable {
    Unreadable::Section { expected }
}
