//! Keep and carry: a matcher as bytes, and back without building it again.
//!
//! What a matcher is made of is known to [`sections`], and how it lies in the bytes to [`layout`].
//!
//! A saved matcher is checked as a whole before it is used: what was damaged on the way is refused.
//! A checksum finds accidents, not intent. Against bytes that someone made to deceive, checksums and
//! all, stands more: sections share no byte, nothing is allocated because a number in them says so,
//! and [`sound`] checks what an answer is made of. Such bytes may still make a matcher that answers
//! nonsense, takes long, or panics. They are never read out of bounds, since every index into them is
//! checked as any other.

mod cells;
pub(crate) mod layout;
mod sections;
mod sound;

use std::fmt;
use std::io::{self, Write};
use std::sync::Arc;

use bytemuck::{Pod, Zeroable};

use crate::array::{Array, Bytes};
use crate::part::Part;
use crate::simd::Level;
use crate::{Error, Matcher, Near, Within};
use layout::{Attached, Reader, Writer};
use sections::PartFacts;

/// Why bytes cannot be read as a saved matcher.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Unreadable {
    /// They are something else: they begin otherwise.
    Foreign {
        /// The first bytes, up to eight.
        got: Vec<u8>,
    },
    /// They were written on a machine of the other byte order.
    ByteOrder,
    /// They were written by another version, in another layout.
    Version {
        /// The version that can be read here.
        expected: u32,
        /// The version found.
        got: u32,
    },
    /// They are more or fewer than were written.
    Length {
        /// As many bytes as there should be, at least.
        expected: u64,
        /// As many as there are.
        got: u64,
    },
    /// A section is not as it was written.
    Damaged {
        /// Its name.
        section: String,
    },
    /// A section is missing, or is not what the others make of it.
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
                write!(f, "saved on a machine of the other byte order: this one is {here}-endian")
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
                    "a saved matcher with more behind it: expected {expected} bytes, got {got}"
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

/// The rule, and what there is of each array.
#[derive(Debug, Clone, Copy, Pod, Zeroable)]
#[repr(C)]
struct Facts {
    max_dist: f64,
    polygons: u64,
    near: u32,
    is_inclusive: u32,
    is_grouped: u32,
    unused: u32,
}

impl Matcher {
    /// Writes what [`from_bytes`](Self::from_bytes) reads, and bytes of the caller's with it, by
    /// names of up to 16 letters: what the positions stand for, say.
    ///
    /// # Errors
    /// What `out` returns, and [`io::ErrorKind::InvalidInput`] for a name that is too long.
    pub fn write_to(&self, mut out: impl Write, attached: &[(&str, &[u8])]) -> io::Result<()> {
        let mut to = Writer::default();
        let (near, within) = match &self.near {
            Near::Center(within) => (0, Some(within)),
            Near::Boundary(within) => (1, Some(within)),
            Near::Contains => (2, None),
            Near::Covers => (3, None),
        };
        to.made(
            "matcher",
            &[Facts {
                max_dist: within.map_or(0.0, Within::max_dist),
                polygons: self.len as u64,
                near,
                is_inclusive: within.is_some_and(Within::is_inclusive).into(),
                is_grouped: self.is_grouped.into(),
                unused: 0,
            }],
        );
        to.made("parts", &self.parts.iter().map(PartFacts::of).collect::<Vec<_>>());
        for part in &self.parts {
            sections::write(part, &mut to);
        }
        for (name, bytes) in attached {
            to.attach(name, bytes)?;
        }
        to.write_to(&mut out)
    }

    /// The matcher that was written by [`write_to`](Self::write_to): nothing is built again, and
    /// nothing copied where the bytes start at a multiple of 64.
    ///
    /// ```
    /// use poly_match::{Matcher, Within};
    ///
    /// let matcher = Matcher::from_arrays(&[[0.0, 0.0]], &[1.0], Within::new(5.0)?)?;
    /// let mut bytes = Vec::new();
    /// matcher.write_to(&mut bytes, &[]).expect("a vector takes all");
    /// let again = Matcher::from_bytes(bytes)?;
    /// assert_eq!(again.match_points(&[[3.0, 4.5], [3.0, 3.5]])?.index, [-1, 0]);
    /// # Ok::<(), poly_match::Error>(())
    /// ```
    ///
    /// # Errors
    /// [`Error::Unreadable`] for anything else than what was written, to the last byte.
    pub fn from_bytes(bytes: impl AsRef<[u8]> + Send + Sync + 'static) -> Result<Self, Error> {
        Saved::read(Arc::new(bytes), || Ok::<(), Error>(())).map(|saved| saved.matcher)
    }
}

/// A matcher as it was saved, with what the caller attached.
#[derive(Clone)]
pub struct Saved {
    /// The matcher.
    pub matcher: Matcher,
    attached: Vec<Attached>,
}

impl fmt::Debug for Saved {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Saved").field("matcher", &self.matcher).finish_non_exhaustive()
    }
}

impl Saved {
    /// Reads what [`Matcher::write_to`] wrote, on all cores where it is much; `poll` is called now
    /// and then, and what it returns as an error ends the work.
    ///
    /// The matcher holds on to `bytes`. Where they start at a multiple of 64 nothing is copied.
    ///
    /// # Errors
    /// [`Error::Unreadable`] for anything else, but for damage to what was attached, and what `poll`
    /// returns.
    pub fn read<E: From<Error>>(
        bytes: Bytes,
        poll: impl FnMut() -> Result<(), E>,
    ) -> Result<Self, E> {
        let from = Reader::new(bytes, poll)?;
        Self::from_sections(from).map_err(|error| Error::Unreadable(error).into())
    }

    /// How many groups the polygons are in; none where they have no groups.
    #[must_use]
    pub fn groups(&self) -> Option<usize> {
        self.matcher.is_grouped.then_some(self.matcher.parts.len())
    }

    /// Whether something was attached under a name. It is not read, nor checked.
    #[must_use]
    pub fn has_attached(&self, name: &str) -> bool {
        self.attached.iter().any(|attached| attached.is_named(name))
    }

    /// What was attached under a name; none where nothing was.
    ///
    /// # Errors
    /// [`Error::Unreadable`] where it is not as it was written. Since it may be far larger than the
    /// matcher, and is not always needed, it is checked here and not before.
    pub fn attached(&self, name: &str) -> Result<Option<&[u8]>, Error> {
        let found = self.attached.iter().find(|attached| attached.is_named(name));
        found.map(Attached::read).transpose().map_err(Error::Unreadable)
    }

    fn from_sections(mut from: Reader) -> Result<Self, Unreadable> {
        let facts: Facts = from.fact("matcher")?;
        let parts: Array<PartFacts> = from.array("parts")?;
        let parts: Vec<Part> =
            parts.iter().map(|facts| sections::read(&mut from, facts)).collect::<Result<_, _>>()?;
        let matcher = Matcher {
            near: near(&facts).ok_or(unsound("a rule"))?,
            parts,
            is_grouped: facts.is_grouped != 0,
            len: usize::try_from(facts.polygons).map_err(|_| unsound("a number of polygons"))?,
            level: Level::widest(),
        };
        sound::check(&matcher)?;
        Ok(Self { matcher, attached: from.end()? })
    }
}

pub(crate) fn unsound(expected: &'static str) -> Unreadable {
    Unreadable::Section { expected }
}

fn near(facts: &Facts) -> Option<Near> {
    let make = if facts.is_inclusive != 0 { Within::inclusive } else { Within::new };
    let within = make(facts.max_dist).ok()?;
    match facts.near {
        0 => Some(Near::Center(within)),
        1 => Some(Near::Boundary(within)),
        2 => Some(Near::Contains),
        3 => Some(Near::Covers),
        _ => None,
    }
}

#[cfg(test)]
mod tests;
