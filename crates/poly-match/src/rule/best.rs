//! *Best*: the criteria that choose among the candidates of a point.
//!
//! How an order of polygons is made from them is in the room `rank`.

use crate::rule::Key;

/// A criterion that chooses among the candidates of a point.
///
/// A [`Rule`](crate::Rule) has a list of them, compared in order. Candidates that are equal by all
/// are compared by their position in the input: the lower one wins. So the answer is unique.
///
/// `[Best::Nearest, Best::Smallest]` under *boundary* means: the smallest polygon that contains the
/// point, or else the nearest one.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Best<'k> {
    /// The smallest area wins.
    Smallest,
    /// The largest area wins.
    Largest,
    /// The smallest distance wins, as *near* measures it. Under *contains* and *covers*, all
    /// candidates are at distance 0.
    Nearest,
    /// The lowest position in the input wins. Criteria after this one are never asked.
    First,
    /// The smallest value of a key wins, or its largest.
    Key(Key<'k>),
}

impl<'k> Best<'k> {
    /// The smallest of these values wins; there is one for each polygon.
    pub fn key(values: impl Into<Key<'k>>) -> Self {
        Self::Key(values.into())
    }
}
