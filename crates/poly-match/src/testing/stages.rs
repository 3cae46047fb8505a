//! Takes a matcher through the stages of its index: boxes, the full index, and the change from one
//! to the other at any place of a search.

use crate::error::Error;
use crate::matcher::Matcher;
use crate::near::NearIndex;
use crate::near::boundary::Boundaries;
use crate::near::containment::Containing;

/// How a matcher is searched.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum Stage {
    Boxes,
    /// By boxes for this number of looks at the index, one or two for each point, and then in full.
    Changing(u64),
    Full,
}

impl Stage {
    /// Three stages, in an order that the number gives.
    pub(crate) fn all(number: u64) -> [Self; 3] {
        let changing = Self::Changing(number / 3 % 97);
        let mut all = [Self::Boxes, changing, Self::Full];
        all.rotate_left(usize::try_from(number % 3).expect("small"));
        all
    }

    /// Brings a matcher that was just built to this stage.
    pub(crate) fn set(self, matcher: &Matcher) -> Result<(), Error> {
        let looks = match self {
            Self::Boxes => return Ok(()),
            Self::Changing(looks) => looks,
            Self::Full => 0,
        };
        matcher.prepare()?;
        for group in &matcher.prepared.groups {
            match &group.index {
                NearIndex::Center(_) | NearIndex::Circle(_) => {}
                NearIndex::Boundary(Boundaries { stages, .. }) => stages.hide(looks),
                NearIndex::Containment(Containing { stages, .. }) => stages.hide(looks),
            }
        }
        Ok(())
    }
}
