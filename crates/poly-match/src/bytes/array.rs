//! Arrays that own their numbers or borrow them from a saved matcher.
//!
//! Loading a matcher copies nothing: its arrays are slices of the bytes that it was loaded from.
//! Code that reads an array sees a slice in either case.

use std::fmt;
use std::ops::{Deref, Range};
use std::sync::Arc;

use bytemuck::Pod;
use yoke::Yoke;

/// Shared read-only bytes, of a `Vec<u8>` or a file that is mapped into memory.
///
/// ```
/// use std::sync::Arc;
///
/// let bytes: poly_match::Bytes = Arc::new(vec![1_u8, 2, 3]);
/// assert_eq!((*bytes).as_ref(), [1, 2, 3]);
/// ```
pub type Bytes = Arc<dyn AsRef<[u8]> + Send + Sync>;

/// An array of `T`: owned, or a slice of shared bytes that it keeps alive.
pub(crate) enum Array<T: 'static> {
    Owned(Vec<T>),
    Shared(Yoke<&'static [T], Bytes>),
}

impl<T: Pod> Array<T> {
    /// A slice of `bytes`. `None` if the range is out of bounds, is not a whole number of `T`, or
    /// is not aligned for `T`.
    pub(crate) fn shared(bytes: &Bytes, range: Range<usize>) -> Option<Self> {
        let slice = Yoke::try_attach_to_cart(bytes.clone(), |bytes| {
            let piece = bytes.as_ref().get(range).ok_or(())?;
            bytemuck::try_cast_slice(piece).map_err(|_| ())
        });
        slice.ok().map(Self::Shared)
    }

    /// The numbers as a vector that can be changed. Copies them first if they are shared.
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
