//! A rule: *near* × *best*, and how to break ties.
//!
//! Only the words of a rule live here. How a search uses them is in the rooms `near` and `rank`.

mod best;
mod key;
mod within;
mod words;

pub use best::Best;
pub use key::Key;
pub(crate) use key::Values;
pub use within::Within;
pub use words::Criterion;

/// Which polygons are candidates for a point.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Near {
    /// Its centre is within a distance.
    Center(Within),
    /// Its boundary is within a distance. A point inside is at distance 0; a point in a hole is not
    /// inside.
    Boundary(Within),
    /// It is a circle, and the point is closer to its centre than its radius. Each has a radius of its
    /// own; see [`Builder::circles`](crate::Builder::circles).
    Circle {
        /// Whether a point at exactly the radius is in the circle too.
        inclusive: bool,
    },
    /// It contains the point; points on its boundary do not count.
    Contains,
    /// It contains the point, or has the point on its boundary.
    Covers,
}

impl Near {
    /// The distance of the rule; `None` for *contains* and *covers*, and for *circle*, where each
    /// polygon has its own.
    #[must_use]
    pub fn within(&self) -> Option<&Within> {
        match self {
            Self::Center(within) | Self::Boundary(within) => Some(within),
            Self::Circle { .. } | Self::Contains | Self::Covers => None,
        }
    }

    /// Whether the rule measures a distance.
    #[must_use]
    pub fn measures_distance(&self) -> bool {
        match self {
            Self::Center(_) | Self::Boundary(_) | Self::Circle { .. } => true,
            Self::Contains | Self::Covers => false,
        }
    }
}

impl From<Within> for Near {
    fn from(within: Within) -> Self {
        Self::Center(within)
    }
}

/// How to choose between candidates that are equally good by all criteria.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Tie {
    /// The lower position in the input.
    #[default]
    Index,
    /// The smaller distance; of equal distances, the lower position. This is the same as
    /// [`Best::Nearest`] as a last criterion.
    Distance,
}

/// A rule in full.
///
/// ```
/// use poly_match::{Best, Near, Rule, Tie, Within};
///
/// let article = Rule::from(Within::new(10.0)?);
/// let center = Near::Center(Within::new(10.0)?);
/// assert_eq!(article, Rule { near: center, best: &[Best::Smallest], tie: Tie::Index });
///
/// // The smallest district that contains the point, or else the nearest one.
/// let district = Rule {
///     best: &[Best::Nearest, Best::Smallest],
///     ..Rule::from(Near::Boundary(Within::new(500.0)?))
/// };
/// # let _ = district;
/// # Ok::<(), poly_match::Error>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Rule<'k> {
    /// Which polygons are candidates.
    pub near: Near,
    /// Which candidate wins: criteria, compared in order. Without any, the lowest position wins.
    pub best: &'k [Best<'k>],
    /// How to choose between equally good candidates.
    pub tie: Tie,
}

/// Makes a rule of any *near*, with the smallest area and ties by position.
impl<N: Into<Near>> From<N> for Rule<'_> {
    fn from(near: N) -> Self {
        Self { near: near.into(), best: &[Best::Smallest], tie: Tie::Index }
    }
}
