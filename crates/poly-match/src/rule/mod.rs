//! A rule: *near* × *best*, and what decides between equals.
//!
//! Only the words live here; what they mean for a search is in `near` and `best`.

mod within;

pub use within::Within;

/// What makes a polygon a candidate for a point.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Near {
    /// Its centre is within a distance.
    Center(Within),
    /// Its boundary is within a distance; a point inside is at distance 0, one in a hole is not
    /// inside.
    Boundary(Within),
    /// It contains the point; its boundary is left out.
    Contains,
    /// It contains the point, or has it on its boundary.
    Covers,
}

impl Near {
    /// The distance of the rule, where it has one.
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

/// Which of the candidates is the match.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Best<'k> {
    /// The one of the smallest area.
    Area,
    /// The one at the smallest distance, as *near* measures it: under *contains* and *covers* all
    /// are at distance 0.
    Nearest,
    /// The one that comes first in the input.
    First,
    /// The one of the smallest key; a key for each polygon, none of them NaN.
    Key(&'k [f64]),
}

/// What decides between candidates that are equally good.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Tie {
    /// The lower position in the input.
    #[default]
    Index,
    /// The smaller distance, and of equal distances the lower position.
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
    /// What makes a candidate.
    pub near: Near,
    /// Which candidate wins.
    pub best: Best<'k>,
    /// What decides between equals.
    pub tie: Tie,
}

/// Any *near* × the smallest area.
impl<N: Into<Near>> From<N> for Rule<'_> {
    fn from(near: N) -> Self {
        Self { near: near.into(), best: Best::Area, tie: Tie::Index }
    }
}
