//! The numbers that a matcher holds: of its own, or where a saved matcher has them.
//!
//! A matcher that is loaded copies nothing: its arrays are pieces of the bytes that it was loaded
//! from. What reads them sees a slice either way.

use std::fmt;
use std::ops::{Deref, Range};
use std::sync::Arc;

use bytemuck::Pod;
use yoke::Yoke;

/// Bytes that many may read: a `Vec<u8>`, or a file that is mapped into memory.
pub type Bytes = Arc<dyn AsRef<[u8]> + Send + Sync>;

/// Many `T`: owned, or a piece of shared bytes, which live as long as it does.
pub(crate) enum Array<T: 'static> {
    Owned(Vec<T>),
    Shared(Yoke<&'static [T], Bytes>),
}

impl<T: Pod> Array<T> {
    /// A piece of `bytes`; none where that is not a whole number of `T`, or not aligned for them.
    pub(crate) fn shared(bytes: &Bytes, range: Range<usize>) -> Option<Self> {
        let slice = Yoke::try_attach_to_cart(bytes.clone(), |bytes| {
            let piece = bytes.as_ref().get(range).ok_or(())?;
            bytemuck::try_cast_slice(piece).map_err(|_| ())
        });
        slice.ok().map(Self::Shared)
    }

    /// The numbers as a vector that may change, copied where they were shared.
    pub(crate) fn to_mut(&mut self) -> &mut Vec<T> {
        if let Self::Shared(shared) = self {
            *self = Self::Owned(shared.get().to_vec());
        }
        match self {
            Self::Owned(values) => values,
            Self::Shared(_) => unreachable!("it was made owned"),
        }
    }
}

impl<T> Deref for Array<T> {
    type Target = [T];

    #[inline(always)]
    fn deref(&self) -> &[T] {
        match self {
            Self::Owned(values) => values,
            Self::Shared(shared) => shared.get(),
        }
    }
}

impl<T: Clone> Clone for Array<T> {
    fn clone(&self) -> Self {
        match self {
            Self::Owned(values) => Self::Owned(values.clone()),
            Self::Shared(shared) => Self::Shared(shared.clone()),
        }
    }
}

impl<T> Default for Array<T> {
    fn default() -> Self {
        Self::Owned(Vec::new())
    }
}

impl<T> From<Vec<T>> for Array<T> {
    fn from(values: Vec<T>) -> Self {
        Self::Owned(values)
    }
}

impl<T: PartialEq> PartialEq for Array<T> {
    fn eq(&self, other: &Self) -> bool {
        **self == **other
    }
}

impl<T: fmt::Debug> fmt::Debug for Array<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        (**self).fmt(f)
    }
}
