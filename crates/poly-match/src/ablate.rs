//! Which shortcuts a measurement has switched off. `make ablate` asks what each of them gains.
//!
//! A shortcut is a faster way that the engine takes in place of a plainer one, with the same answer.
//! Every place that takes one asks `is_on`, after all its other conditions. Without the feature
//! `ablate` that is a constant, so a normal build has neither the question nor the plainer way.
//!
//! With the feature, this module is public, for measurements alone: no promise of semantic
//! versioning holds for it.

macro_rules! shortcuts {
    ($($(#[$doc:meta])* $name:ident,)*) => {
        /// A faster way that the engine takes in place of a plainer one.
        #[allow(unreachable_pub)] // public with the feature
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub enum Shortcut {
            $($(#[$doc])* $name,)*
        }

        #[cfg(feature = "ablate")]
        impl Shortcut {
            /// All shortcuts.
            pub const ALL: &[Self] = &[$(Self::$name,)*];
        }
    };
}

shortcuts! {
    /// AVX-512. Without it: AVX2.
    Avx512,
    /// AVX2. Without it: the instructions that every processor has.
    Avx2,
    /// Up to 1024 centres (64 if the distance decides) without a tree.
    Scan,
    /// One point at a time down the tree of centres. Without it: blocks or lists.
    Walk,
    /// Points that lie close together, searched for in the tree of centres at once.
    Blocks,
    /// A list of sites for each cell of a grid.
    SiteLists,
    /// Lists for the parts of the grid alone that points fall in.
    SparseGrid,
    /// The grid of the last call answers for points that it suits.
    KeptGrid,
    /// The search for the nearest centre. Without it: branch and bound as for any order.
    Nearest,
    /// The nearest centres of eight points at once. Without it: one after the other.
    NearestBlocks,
    /// The leaf of the last nearest centre bounds the next search.
    WarmNearest,
    /// The best of the last point bound the next branch and bound.
    WarmSearch,
    /// Points are taken along a space-filling curve.
    CurveOrder,
    /// A crowded cell of the curve gets a finer curve.
    CrowdedCurve,
    /// Up to 24 best of a point are kept sorted. Without it: pruned from a buffer.
    SortedFew,
    /// A matcher starts with the boxes of the polygons. Without them: the full index at once.
    BoxesFirst,
    /// The full index: cells, and a tree of all edges. Without it: boxes.
    FullIndex,
    /// A search of the boxes leaves out the polygons that cannot win.
    BoxesByRank,
    /// A part of many edges is cut into runs with a box each.
    BoxRuns,
    /// Cells for the polygons that contain a point. Without them: boxes.
    Cells,
    /// Many points are looked up in the cells together, one level after the other.
    CellsTogether,
    /// A table leads past the first levels of the cells.
    CellTable,
    /// A leaf of up to two lines has a table of their half-planes.
    TwoHalfPlanes,
    /// A leaf of up to four lines has a table of their half-planes.
    FourHalfPlanes,
    /// All candidates are found for blocks of points. Without it: point by point.
    RowBlocks,
    /// Batches for a callable are made of blocks of points. Without it: point by point.
    BatchBlocks,
    /// The smallest key of a point is found eight keys at a time.
    ChooseOne,
    /// Few points and few centres are matched without an index.
    Once,
    /// Without an index, the best few centres are tried first.
    OnceBestFirst,
    /// Keys are sorted by digits. Without it: by comparison.
    RadixSort,
}

/// Whether a shortcut may be taken.
#[cfg(not(feature = "ablate"))]
#[inline(always)]
pub(crate) const fn is_on(_: Shortcut) -> bool {
    true
}

#[cfg(feature = "ablate")]
pub use switches::{asked, switch_off};

#[cfg(feature = "ablate")]
pub(crate) use switches::is_on;

#[cfg(feature = "ablate")]
mod switches {
    use super::Shortcut;
    use std::sync::atomic::{AtomicU64, Ordering};

    /// A bit for each shortcut of the process.
    static OFF: AtomicU64 = AtomicU64::new(0);
    static ASKED: AtomicU64 = AtomicU64::new(0);

    /// Whether a shortcut may be taken.
    #[inline(always)]
    pub(crate) fn is_on(shortcut: Shortcut) -> bool {
        let bit = 1 << shortcut as u32;
        // Written once only, since many threads may ask in their inner loops.
        if ASKED.load(Ordering::Relaxed) & bit == 0 {
            ASKED.fetch_or(bit, Ordering::Relaxed);
        }
        OFF.load(Ordering::Relaxed) & bit == 0
    }

    /// Switches these shortcuts off in the whole process, and all others on.
    pub fn switch_off(shortcuts: &[Shortcut]) {
        let off = shortcuts.iter().fold(0, |off, &shortcut| off | 1 << shortcut as u32);
        OFF.store(off, Ordering::Relaxed);
    }

    /// The shortcuts that were asked for since the last call.
    pub fn asked() -> Vec<Shortcut> {
        let asked = ASKED.swap(0, Ordering::Relaxed);
        Shortcut::ALL
            .iter()
            .copied()
            .filter(|&shortcut| asked >> shortcut as u32 & 1 == 1)
            .collect()
    }
}
