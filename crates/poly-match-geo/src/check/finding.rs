//! What the check finds: the kinds of faults, with their words and sentences.

use std::fmt;

use poly_match::Point;

/// Something suspicious in a polygon.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Finding {
    /// The position of the polygon.
    pub polygon: usize,
    /// What is suspicious.
    pub kind: FindingKind,
    /// Where it can be seen, in the polygon's coordinates; `None` if there is no polygon.
    pub at: Option<Point>,
}

/// What is suspicious in a polygon.
///
/// Some kinds make a polygon invalid by OGC's simple features, as GEOS decides it; see
/// [`is_invalid`](Self::is_invalid). The others are legal, and often a mistake.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum FindingKind {
    /// There is no polygon: it has no parts.
    Empty,
    /// A ring has fewer than three distinct vertices, or all of them lie on one line.
    NoArea,
    /// A vertex comes twice in a row. The closing vertex of a ring does not count.
    RepeatedVertex,
    /// A ring crosses itself, or runs along itself.
    SelfIntersection,
    /// A ring touches itself at a point, and no ring crosses itself.
    SelfTouch,
    /// Two rings of one part cross, or share a stretch.
    RingsCross,
    /// Two parts overlap: they cross, or one lies inside the other.
    PartsOverlap,
    /// Two parts share a stretch of their boundaries, and no parts overlap.
    SharedBoundary,
    /// A hole lies outside the outer ring of its part.
    HoleOutside,
    /// A hole lies inside another hole of its part.
    HoleInHole,
    /// Rings of one part touch at points that cut its interior into pieces.
    DisconnectedInterior,
    /// An edge spans more than 180 degrees of longitude.
    WideEdge,
    /// A longitude is beyond ±180 degrees, or a latitude beyond ±90.
    BeyondGlobe,
    /// An earlier polygon has the same rings, wherever they start and in whatever direction they
    /// run.
    Duplicate {
        /// The position of the first such polygon.
        of: usize,
    },
}

impl FindingKind {
    /// The word for it, which does not change between versions.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Empty => "empty",
            Self::NoArea => "no-area",
            Self::RepeatedVertex => "repeated-vertex",
            Self::SelfIntersection => "self-intersection",
            Self::SelfTouch => "self-touch",
            Self::RingsCross => "rings-cross",
            Self::PartsOverlap => "parts-overlap",
            Self::SharedBoundary => "shared-boundary",
            Self::HoleOutside => "hole-outside",
            Self::HoleInHole => "hole-in-hole",
            Self::DisconnectedInterior => "disconnected-interior",
            Self::WideEdge => "wide-edge",
            Self::BeyondGlobe => "beyond-globe",
            Self::Duplicate { .. } => "duplicate",
        }
    }

    /// Whether a polygon with this finding is invalid by OGC's simple features, as GEOS decides it.
    #[must_use]
    pub fn is_invalid(self) -> bool {
        match self {
            Self::NoArea
            | Self::SelfIntersection
            | Self::SelfTouch
            | Self::RingsCross
            | Self::PartsOverlap
            | Self::SharedBoundary
            | Self::HoleOutside
            | Self::HoleInHole
            | Self::DisconnectedInterior => true,
            Self::Empty
            | Self::RepeatedVertex
            | Self::WideEdge
            | Self::BeyondGlobe
            | Self::Duplicate { .. } => false,
        }
    }
}

/// A sentence that says what was found.
impl fmt::Display for FindingKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Empty => "there is no polygon: it is missing, empty, or of another type",
            Self::NoArea => {
                "a ring has no area: it has fewer than three distinct vertices, or all are on a line"
            }
            Self::RepeatedVertex => "a vertex comes twice in a row",
            Self::SelfIntersection => "a ring crosses itself, or runs along itself",
            Self::SelfTouch => "a ring touches itself",
            Self::RingsCross => "two rings of one part cross, or share a stretch",
            Self::PartsOverlap => "two parts overlap",
            Self::SharedBoundary => "two parts share a stretch of boundary",
            Self::HoleOutside => "a hole is outside its outer ring",
            Self::HoleInHole => "a hole is inside another hole",
            Self::DisconnectedInterior => "rings touch, and cut the interior into pieces",
            Self::WideEdge => "an edge spans more than 180 degrees of longitude",
            Self::BeyondGlobe => "a longitude is beyond ±180 or a latitude beyond ±90",
            Self::Duplicate { of } => {
                return write!(f, "it has the same rings as the polygon at position {of}");
            }
        })
    }
}

/// The faults of one polygon: the first of each kind.
#[derive(Debug, Default)]
pub(super) struct Faults {
    found: Vec<(FindingKind, Option<Point>)>,
}

impl Faults {
    pub(super) fn has(&self, kind: FindingKind) -> bool {
        self.found.iter().any(|(found, _)| *found == kind)
    }

    /// Adds a fault, unless there is one of its kind.
    pub(super) fn add(&mut self, kind: FindingKind, at: Option<Point>) {
        if !self.has(kind) {
            self.found.push((kind, at));
        }
    }

    /// The findings of the polygon at `position`, in the order of their kinds. None are left.
    pub(super) fn drain(&mut self, position: usize) -> impl Iterator<Item = Finding> {
        // The search for the lesser fault ends where the worse one is found.
        for (lesser, worse) in [
            (FindingKind::SelfTouch, FindingKind::SelfIntersection),
            (FindingKind::SharedBoundary, FindingKind::PartsOverlap),
        ] {
            if self.has(worse) {
                self.found.retain(|(kind, _)| *kind != lesser);
            }
        }
        self.found.sort_by_key(|(kind, _)| *kind);
        self.found.drain(..).map(move |(kind, at)| Finding { polygon: position, kind, at })
    }
}
