//! A rule: *near* × *best*, and how to break ties.
//!
//! Only the public types live here. How a search uses them is in the rooms `near` and `rank`.

mod within;

pub use within::Within;

/// Which polygons are candidates for a point.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Near {
    /// Its centre is within a distance.
    Center(Within),
    /// Its boundary is within a distance. A point inside is at distance 0; a point in a hole is not
    /// inside.
    Boundary(Within),
    /// It contains the point; points on its boundary do not count.
    Contains,
    /// It contains the point, or has the point on its boundary.
    Covers,
}

impl Near {
    /// The distance of the rule; `None` for *contains* and *covers*.
    #[must_use]
    pub fn within(&self) -> Option<&Within> {
        match self {
            Self::Center(within) | Self::Boundary(within) => Some(within),
            Self::Contains | Self::Covers => None,
        }
    }
}

impl From<Within> for Near {
    fn from(within: Within) -> Self {
        Self::Center(within)
    }
}

/// Which candidate is the match.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Best<'k> {
    /// The one with the smallest area.
    Area,
    /// The one with the largest area.
    Largest,
    /// The one at the smallest distance, as *near* measures it. Under *contains* and *covers*, all
    /// candidates are at distance 0.
    Nearest,
    /// The one that comes first in the input.
    First,
    /// The one with the smallest key. There is one key for each polygon, and none is NaN.
    Key(&'k [f64]),
}

/// How to choose between candidates that are equally good.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Tie {
    /// The lower position in the input.
    #[default]
    Index,
    /// The smaller distance; of equal distances, the lower position.
    Distance,
}

/// A rule in full.
///
/// ```
/// use poly_match::{Best, Near, Rule, Tie, Within};
///
/// let article = Rule::from(Within::new(10.0)?);
/// assert_eq!(article, Rule { near: Near::Center(Within::new(10.0)?), best: Best::Area, tie: Tie::Index });
/// let nearest_district = Rule { best: Best::Nearest, ..Rule::from(Near::Boundary(Within::new(500.0)?)) };
/// # let _ = nearest_district;
/// # Ok::<(), poly_match::Error>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Rule<'k> {
    /// Which polygons are candidates.
    pub near: Near,
    /// Which candidate wins.
    pub best: Best<'k>,
    /// How to choose between equally good candidates.
    pub tie: Tie,
}

/// Any *near* with the smallest area, and ties by position.
impl<N: Into<Near>> From<N> for Rule<'_> {
    fn from(near: N) -> Self {
        Self { near: near.into(), best: Best::Area, tie: Tie::Index }
    }
}
