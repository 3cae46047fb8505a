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
    /// Writes the matcher, so that [`from_bytes`](Self::from_bytes) can read it without building it
    /// again. First it builds what the matcher would else build later; see
    /// [`prepare`](Self::prepare). `attached` are bytes of the caller to save with it, each with a name; see [`Saved`].
    ///
    /// # Errors
    /// Whatever writing to `out` returns. [`io::ErrorKind::InvalidInput`] if a name has more than 16 bytes.
    pub fn write_to(&self, out: impl Write, attached: &[(&str, &[u8])]) -> io::Result<()> {
        save::write(&self.prepared, out, attached)
    }

    /// Reads a matcher that [`write_to`](Self::write_to) wrote.
    ///
    /// Nothing is built again. The bytes are used in place if their address is a multiple of 64; else
    /// they are copied once. To read attached bytes too, see [`Saved::read`]; for files, see the crate
    /// `poly-match-file`.
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
    /// [`Error::Unreadable`] if the bytes are not exactly what was written.
    pub fn from_bytes(bytes: impl AsRef<[u8]> + Send + Sync + 'static) -> Result<Self, Error> {
        Saved::read(Arc::new(bytes), || Ok::<(), Error>(())).map(|saved| saved.matcher)
    }
}

/// A saved matcher and the bytes that the caller attached to it.
///
/// ```
/// use std::sync::Arc;
/// use poly_match::{Error, Matcher, Saved, Within};
///
/// let matcher = Matcher::from_arrays(&[[0.0, 0.0]], &[1.0], Within::new(5.0)?)?;
/// let mut bytes = Vec::new();
/// matcher.write_to(&mut bytes, &[("names", b"home")]).expect("a vector takes all");
///
/// let saved = Saved::read(Arc::new(bytes), || Ok::<(), Error>(()))?;
/// assert_eq!(saved.matcher.len(), 1);
/// assert_eq!(saved.attached("names")?, Some(b"home".as_slice()));
/// # Ok::<(), Error>(())
/// ```
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
    /// Reads what [`Matcher::write_to`] wrote. `poll` is called regularly from the calling thread. An
    /// error of `poll` ends the work.
    ///
    /// The bytes are used in place if their address is a multiple of 64, and kept as long as the
    /// matcher; else they are copied once. The checksums of 4 MiB or more are verified on all cores.
    /// Those of attached bytes are verified by [`attached`](Self::attached).
    ///
    /// # Errors
    /// [`Error::Unreadable`] if the bytes are not what was written, and the error of `poll`.
    pub fn read<E: From<Error>>(
        bytes: Bytes,
        poll: impl FnMut() -> Result<(), E>,
    ) -> Result<Self, E> {
        let from = Reader::new(bytes, poll)?;
        let (prepared, attached) = save::read(from).map_err(Error::Unreadable)?;
        Ok(Self { matcher: Matcher { prepared }, attached })
    }

    /// The number of groups of the polygons; `None` if they have no groups.
    #[must_use]
    pub fn groups(&self) -> Option<usize> {
        let Prepared { groups, is_grouped, .. } = &self.matcher.prepared;
        is_grouped.then_some(groups.len())
    }

    /// Whether bytes were attached under this name. They are not read or checked.
    #[must_use]
    pub fn has_attached(&self, name: &str) -> bool {
        self.attached.iter().any(|attached| attached.is_named(name))
    }

    /// The bytes that were attached under this name, if there are any. Their checksum is verified by
    /// every call, and not before: they may be far larger than the matcher, and not always needed.
    ///
    /// # Errors
    /// [`Error::Unreadable`] if the bytes are damaged.
    pub fn attached(&self, name: &str) -> Result<Option<&[u8]>, Error> {
        let found = self.attached.iter().find(|attached| attached.is_named(name));
        found.map(Attached::read).transpose().map_err(Error::Unreadable)
    }
}
