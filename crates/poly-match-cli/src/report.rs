//! What a run did, as the line that is printed at its end, and as JSON.

use std::fmt;
use std::time::{Duration, Instant};

use poly_match::Bounds;
use serde_json::json;

use crate::extents::{Extents, corners};
use crate::numbers::{counted, grouped};
use crate::zones::Zones;

/// What a run did.
#[derive(Debug)]
pub(crate) struct Report {
    begun: Instant,
    /// The time from then to the end of the work.
    in_all: Duration,
    pub(crate) points: usize,
    pub(crate) matched: usize,
    /// The number of points without usable coordinates.
    pub(crate) invalid: usize,
    polygons: usize,
    /// The number of polygons that are the best match of a point.
    polygons_matched: usize,
    /// The number of rows that hold no polygon.
    skipped: usize,
    /// The number of members of GeometryCollections that are no polygons.
    ignored: usize,
    pub(crate) extents: Extents,
    /// Why no label of the points is among the polygons'.
    pub(crate) mismatch: Option<String>,
    /// Whether the run stopped early, as nobody read its output any more.
    pub(crate) is_cut: bool,
}

impl Report {
    /// Nothing is done yet; the run began at this time.
    pub(crate) fn new(begun: Instant, zones: &Zones) -> Self {
        let polygons = zones.outlines.as_ref().map_or(Bounds::EMPTY, |outlines| outlines.extent);
        Self {
            begun,
            in_all: Duration::ZERO,
            points: 0,
            matched: 0,
            invalid: 0,
            polygons: zones.matcher.len(),
            polygons_matched: 0,
            skipped: zones.skipped,
            ignored: zones.ignored,
            extents: Extents { points: Bounds::EMPTY, polygons },
            mismatch: None,
            is_cut: false,
        }
    }

    /// The report of a run that ends now. Of the polygons, some are the best match of a point.
    pub(crate) fn finished(self, polygons_matched: usize) -> Self {
        Self { polygons_matched, in_all: self.begun.elapsed(), ..self }
    }

    /// The figures, for scripts. They are named as the line names them.
    pub(crate) fn json(&self) -> String {
        let figures = json!({
            "version": env!("CARGO_PKG_VERSION"),
            "points": self.points,
            "matched": self.matched,
            "unmatched": self.points - self.matched,
            "invalid": self.invalid,
            "polygons": self.polygons,
            "polygons_matched": self.polygons_matched,
            "polygons_skipped": self.skipped,
            "members_ignored": self.ignored,
            "points_extent": corners(self.extents.points),
            "polygons_extent": corners(self.extents.polygons),
            "seconds": self.in_all.as_secs_f64(),
            "points_per_second": self.rate(),
        });
        format!("{figures:#}\n")
    }

    /// Points per second of the whole run, rounded to three digits.
    #[allow(clippy::cast_precision_loss, clippy::cast_possible_truncation)] // three digits are kept
    #[allow(clippy::cast_sign_loss)]
    fn rate(&self) -> usize {
        let rate = self.points as f64 / self.in_all.as_secs_f64().max(1e-9);
        let unit = 10_f64.powi((rate.max(1.0).log10() as i32 - 2).max(0));
        ((rate / unit).round() * unit) as usize
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let unmatched = self.points - self.matched;
        write!(f, "{}, ", counted(self.points, ["point", "points"]))?;
        write!(f, "{} matched, {} unmatched", grouped(self.matched), grouped(unmatched))?;
        if self.is_cut {
            f.write_str(", then the reader of the output stopped")?;
        }
        if self.invalid > 0 {
            write!(f, " ({} without usable coordinates)", grouped(self.invalid))?;
        }
        write!(f, "; {}", counted(self.polygons, ["polygon", "polygons"]))?;
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
        let (rate, seconds) = (self.rate(), self.in_all.as_secs_f64());
        write!(f, "{}/s, {seconds:.2} s in all", counted(rate, ["point", "points"]))
    }
}
