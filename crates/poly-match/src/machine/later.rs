//! [`Later`]: a value that is costly to make, and is made once it was asked for often enough.
//!
//! Nothing here waits or locks. A fork of the process in the middle of a call leaves nothing behind
//! that its child would wait for.

use std::process;
use std::sync::atomic::{AtomicU32, AtomicU64, Ordering};

use once_cell::race::OnceBox;

/// A value that may be made later, by one thread while others do without it.
#[derive(Debug)]
pub(crate) struct Later<T> {
    made: OnceBox<T>,
    asked: AtomicU64,
    /// The process whose thread is making the value, or [`NOBODY`]. A child of a fork does not have
    /// that thread, so there the entry does not count.
    maker: AtomicU32,
    /// For how many more looks a test hides the value, as if it were not made yet.
    #[cfg(test)]
    hidden: AtomicU64,
}

const NOBODY: u32 = 0;

impl<T> Later<T> {
    /// The value is not made yet.
    pub(crate) fn new() -> Self {
        Self {
            made: OnceBox::new(),
            asked: AtomicU64::new(0),
            maker: AtomicU32::new(NOBODY),
            #[cfg(test)]
            hidden: AtomicU64::new(0),
        }
    }

    /// The value, if it was made.
    #[inline(always)]
    pub(crate) fn get(&self) -> Option<&T> {
        #[cfg(test)]
        if self.is_hidden() {
            return None;
        }
        self.made.get()
    }

    /// Hides the value from the next `looks` looks at it, so that it seems to be made between them.
    #[cfg(test)]
    pub(crate) fn hide(&self, looks: u64) {
        self.hidden.store(looks, Ordering::Relaxed);
    }

    #[cfg(test)]
    fn is_hidden(&self) -> bool {
        let less = |looks: u64| looks.checked_sub(1);
        self.hidden.try_update(Ordering::Relaxed, Ordering::Relaxed, less).is_ok()
    }

    /// Counts that the value was asked for `times` more times. Returns how often it was in all.
    #[inline(always)]
    pub(crate) fn ask(&self, times: u64) -> u64 {
        // At most 2^32 points a call: no number of calls gets near the end.
        self.asked.fetch_add(times, Ordering::Relaxed).saturating_add(times)
    }

    /// Makes the value, unless it was made, or another thread is making it.
    ///
    /// # Errors
    /// Returns the error of `make`. The value can be made by another call then.
    pub(crate) fn make<E>(&self, make: impl FnOnce() -> Result<T, E>) -> Result<(), E> {
        let process = process::id();
        let maker = self.maker.load(Ordering::Relaxed);
        if self.get().is_some() || maker == process {
            return Ok(());
        }
        let order = Ordering::Relaxed;
        if self.maker.compare_exchange(maker, process, order, order).is_err() {
            return Ok(());
        }
        let _done = Done(&self.maker);
        if self.get().is_none() {
            self.set(make()?);
        }
        Ok(())
    }

    /// The value, which is made first if necessary, even if another thread is making it, too.
    ///
    /// # Errors
    /// Returns the error of `make`.
    pub(crate) fn get_or_make<E>(&self, make: impl FnOnce() -> Result<T, E>) -> Result<&T, E> {
        match self.get() {
            Some(value) => Ok(value),
            None => self.made.get_or_try_init(|| make().map(Box::new)),
        }
    }

    /// Sets the value. If it was made meanwhile, this one is dropped: they are the same.
    pub(crate) fn set(&self, value: T) {
        drop(self.made.set(Box::new(value)));
    }
}

/// Frees the place of the maker, also after an error or a panic.
struct Done<'a>(&'a AtomicU32);

impl Drop for Done<'_> {
    fn drop(&mut self) {
        self.0.store(NOBODY, Ordering::Relaxed);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::convert::Infallible;

    #[test]
    fn a_value_is_made_once() {
        let later = Later::new();
        assert_eq!(later.get(), None);
        assert_eq!((later.ask(3), later.ask(4)), (3, 7));
        for value in [1, 2] {
            later.make(|| Ok::<_, Infallible>(value)).expect("nothing fails");
            assert_eq!(later.get(), Some(&1));
            assert_eq!(later.get_or_make(|| Ok::<_, Infallible>(value)), Ok(&1));
        }
    }

    #[test]
    fn an_error_leaves_the_place_free() {
        let later = Later::new();
        assert_eq!(later.make(|| Err("stopped")), Err("stopped"));
        assert_eq!(later.get_or_make(|| Err("stopped")), Err("stopped"));
        assert_eq!(later.get(), None);
        assert_eq!(later.make(|| Ok::<_, Infallible>(5)), Ok(()));
        assert_eq!(later.get(), Some(&5));
    }

    #[test]
    fn a_thread_that_finds_another_making_goes_on_without() {
        let later = Later::new();
        let other = || Ok::<_, Infallible>(2);
        let outer = later.make(|| {
            // As another thread would ask while this one is making the value.
            later.make(|| -> Result<i32, Infallible> { panic!("not twice") })?;
            assert_eq!(later.get(), None);
            assert_eq!(later.get_or_make(other), Ok(&2));
            Ok::<_, Infallible>(1)
        });
        assert_eq!((outer, later.get()), (Ok(()), Some(&2)));
    }

    #[test]
    fn the_child_of_a_fork_does_not_wait_for_a_thread_of_its_parent() {
        let later = Later::new();
        later.maker.store(process::id() + 1, Ordering::Relaxed);
        assert_eq!(later.make(|| Ok::<_, Infallible>(1)), Ok(()));
        assert_eq!(later.get(), Some(&1));
        assert_eq!(later.maker.load(Ordering::Relaxed), NOBODY);
    }
}
