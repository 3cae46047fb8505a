//! [`Stages`]: an index that starts with boxes, and is built in full once that pays.
//!
//! Both stages give the same answers, to the last bit. So it does not matter to a caller when the
//! change from one to the other happens, even if that is between two points.

use std::sync::Arc;

use super::boxes::Boxes;
use crate::ablate::{Shortcut, is_on};
use crate::machine::Later;

/// An index in two stages. `F` is the full index.
#[derive(Debug)]
pub(crate) enum Stages<F> {
    /// Loaded in full: there are no boxes, and none are needed.
    Loaded(F),
    Built {
        boxes: Arc<Boxes>,
        full: Later<F>,
    },
}

/// What there is to search.
#[derive(Debug)]
pub(crate) enum Stage<'a, F> {
    Boxes(&'a Boxes),
    Full(&'a F),
}

impl<F> Stages<F> {
    /// Starts with boxes.
    pub(crate) fn new(boxes: Boxes) -> Self {
        Self::Built { boxes: Arc::new(boxes), full: Later::new() }
    }

    /// The fastest that there is at the moment.
    #[inline(always)]
    pub(crate) fn now(&self) -> Stage<'_, F> {
        match self {
            Self::Loaded(full) => Stage::Full(full),
            Self::Built { boxes, full } => match full.get() {
                Some(full) if is_on(Shortcut::FullIndex) => Stage::Full(full),
                _ => Stage::Boxes(boxes),
            },
        }
    }

    /// The full index, if there is one.
    pub(crate) fn full(&self) -> Option<&F> {
        match self.now() {
            Stage::Full(full) => Some(full),
            Stage::Boxes(_) => None,
        }
    }

    /// Counts points that are asked for. Builds the full index if all points that were asked for so
    /// far are at least `enough`, unless another thread is building it.
    ///
    /// # Errors
    /// Returns the error of `build`.
    #[inline]
    pub(crate) fn expect<E>(
        &self,
        points: usize,
        enough: impl FnOnce(&Boxes) -> u64,
        build: impl FnOnce(&Arc<Boxes>) -> Result<F, E>,
    ) -> Result<(), E> {
        match self {
            Self::Built { boxes, full } if full.get().is_none() => {
                if full.ask(points as u64) >= enough(boxes) || !is_on(Shortcut::BoxesFirst) {
                    full.make(|| build(boxes))?;
                }
                Ok(())
            }
            Self::Built { .. } | Self::Loaded(_) => Ok(()),
        }
    }

    /// The full index, which is built first if necessary.
    ///
    /// # Errors
    /// Returns the error of `build`.
    pub(crate) fn complete<E>(
        &self,
        build: impl FnOnce(&Arc<Boxes>) -> Result<F, E>,
    ) -> Result<&F, E> {
        match self {
            Self::Loaded(full) => Ok(full),
            Self::Built { boxes, full } => full.get_or_make(|| build(boxes)),
        }
    }

    /// Hides the full index from the next `looks` looks at it.
    #[cfg(test)]
    pub(crate) fn hide(&self, looks: u64) {
        if let Self::Built { full, .. } = self {
            full.hide(looks);
        }
    }
}
