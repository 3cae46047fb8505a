//! Words: what is at a cell, in 32 bits.
//!
//! The highest two or three bits of a word are the kind; the other bits are a number, whose meaning
//! depends on the kind. See [`Kind`]. What the numbers refer to does not belong here; see `tree.rs`.

/// In place of a rank: no polygon.
pub(super) const NONE: u32 = u32::MAX;

/// In place of a word: the half-planes have no answer, so the edges of the leaf must be crossed.
pub(super) const UNSURE: u32 = u32::MAX;

/// Numbers that fit into a word: 30 bits; 29 bits in a word for half-planes.
pub(super) const NUMBERS: usize = 1 << 30;
pub(super) const NUMBERS_OF_HALF_PLANES: usize = 1 << 29;

/// What is at a cell.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// A cell without edges. The number is 1 + the lowest rank that covers the cell, or 0 for none.
    Settled,
    /// A cell with edges. The number is the start of the leaf in `Tree::leaves`.
    Leaf,
    /// A cell with children. The number is that of their node.
    Node,
    /// A leaf of up to two lines; only in `Tree::best`. The number is an index into
    /// `Tree::two_half_planes`.
    TwoHalfPlanes,
    /// A leaf of up to four lines; only in `Tree::best`. The number is an index into
    /// `Tree::four_half_planes`.
    FourHalfPlanes,
}

/// Returns the kind in a word.
#[inline(always)]
pub(super) fn kind(word: u32) -> Kind {
    match word >> 29 {
        0 | 1 => Kind::Settled,
        2 | 3 => Kind::Leaf,
        4 | 5 => Kind::Node,
        6 => Kind::TwoHalfPlanes,
        _ => Kind::FourHalfPlanes,
    }
}

/// Returns the number in a word.
#[inline(always)]
pub(super) fn number(word: u32) -> usize {
    let is_of_lines = word >> 30 == 3;
    word as usize & if is_of_lines { NUMBERS_OF_HALF_PLANES - 1 } else { NUMBERS - 1 }
}

/// Returns the word of a cell without edges. `cover` is the lowest rank that covers it, or
/// [`NONE`].
pub(super) fn settled(cover: u32) -> u32 {
    cover.wrapping_add(1)
}

// If a number does not fit, `Tree::is_sound` refuses the tree.
#[allow(clippy::cast_possible_truncation)]
pub(super) fn leaf_word(start: usize) -> u32 {
    1 << 30 | start as u32
}

#[allow(clippy::cast_possible_truncation)]
pub(super) fn node_word(node: usize) -> u32 {
    2 << 30 | node as u32
}

#[allow(clippy::cast_possible_truncation)]
pub(super) fn two_half_planes_word(two: usize) -> u32 {
    6 << 29 | two as u32
}

#[allow(clippy::cast_possible_truncation)]
pub(super) fn four_half_planes_word(four: usize) -> u32 {
    7 << 29 | four as u32
}
