//! Saves a matcher as bytes, and reads it back without building it again.

use std::fmt;
use std::io::{self, Write};
use std::sync::Arc;

use crate::bytes::Bytes;
use crate::bytes::container::{Attached, Reader};
use crate::error::Error;
use crate::matcher::Matcher;
use crate::near::Prepared;
use crate::save;

impl Matcher {
    /// Writes the matcher for [`from_bytes`](Self::from_bytes), with bytes of the caller's attached by
    /// name. A name has up to 16 bytes.
    ///
    /// # Errors
    /// What `out` returns, and [`io::ErrorKind::InvalidInput`] for a name that is too long.
    pub fn write_to(&self, out: impl Write, attached: &[(&str, &[u8])]) -> io::Result<()> {
        save::write(&self.prepared, out, attached)
    }

    /// Reads a matcher that [`write_to`](Self::write_to) wrote. Nothing is built again. Nothing is
    /// copied if the bytes start at a multiple of 64.
    ///
    /// ```
    /// use poly_match::{Matcher, Within};
    ///
    /// let matcher = Matcher::from_arrays(&[[0.0, 0.0]], &[1.0], Within::new(5.0)?)?;
    /// let mut bytes = Vec::new();
    /// matcher.write_to(&mut bytes, &[]).expect("a vector takes all");
    /// let again = Matcher::from_bytes(bytes)?;
    /// assert!(again.match_points(&[[3.0, 4.5], [3.0, 3.5]])?.indices().eq([None, Some(0)]));
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
    /// [`Error::Unreadable`] for anything else, except damage to what was attached, and what `poll`
    /// returns.
    pub fn read<E: From<Error>>(
        bytes: Bytes,
        poll: impl FnMut() -> Result<(), E>,
    ) -> Result<Self, E> {
        let from = Reader::new(bytes, poll)?;
        let (prepared, attached) = save::read(from).map_err(Error::Unreadable)?;
        Ok(Self { matcher: Matcher { prepared }, attached })
    }

    /// How many groups the polygons are in; none where they have no groups.
    #[must_use]
    pub fn groups(&self) -> Option<usize> {
        let Prepared { groups, is_grouped, .. } = &self.matcher.prepared;
        is_grouped.then_some(groups.len())
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
}
