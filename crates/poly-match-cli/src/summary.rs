//! The summary that is printed at the end of a match.

use std::fmt;
use std::time::Duration;

use crate::numbers::grouped;
use crate::zones::Zones;

/// The summary that is printed at the end.
#[derive(Debug, Default)]
pub(crate) struct Summary {
    pub(crate) points: usize,
    pub(crate) matched: usize,
    /// The number of points without usable coordinates.
    pub(crate) invalid: usize,
    polygons: usize,
    /// The number of rows that hold no polygon.
    skipped: usize,
    /// The number of members of GeometryCollections that are no polygons.
    ignored: usize,
    /// Why no label of the points is among the polygons'.
    pub(crate) mismatch: Option<String>,
    /// The time that matching took.
    pub(crate) matching: Duration,
    pub(crate) in_all: Duration,
}

impl Summary {
    pub(crate) fn new(zones: &Zones) -> Self {
        Self {
            polygons: zones.matcher.len(),
            skipped: zones.skipped,
            ignored: zones.ignored,
            ..Self::default()
        }
    }

    /// Points per second of the whole run, rounded to three digits.
    #[allow(clippy::cast_precision_loss, clippy::cast_possible_truncation)] // three digits are kept
    #[allow(clippy::cast_sign_loss)]
    fn rate(&self) -> usize {
        let rate = self.points as f64 / self.matching.as_secs_f64().max(1e-9);
        let unit = 10_f64.powi((rate.max(1.0).log10() as i32 - 2).max(0));
        ((rate / unit).round() * unit) as usize
    }
}

impl fmt::Display for Summary {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let unmatched = self.points - self.matched;
        write!(f, "{} points, ", grouped(self.points))?;
        write!(f, "{} matched, {} unmatched", grouped(self.matched), grouped(unmatched))?;
        if self.invalid > 0 {
            write!(f, " ({} without usable coordinates)", grouped(self.invalid))?;
        }
        write!(f, "; {} polygons", grouped(self.polygons))?;
        if self.skipped > 0 {
            write!(f, " ({} skipped)", grouped(self.skipped))?;
        }
        if self.ignored > 0 {
            let ignored = grouped(self.ignored);
            write!(f, " (other members of GeometryCollections, ignored: {ignored})")?;
        }
        f.write_str("; ")?;
        if let Some(mismatch) = &self.mismatch {
            write!(f, "{mismatch}; ")?;
        }
        write!(f, "{} points/s, {:.2} s in all", grouped(self.rate()), self.in_all.as_secs_f64())
    }
}
