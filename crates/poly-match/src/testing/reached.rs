//! Counts which levels of each structure the tests reach. The code itself reports a level when it
//! gets there; see [`note`].
//!
//! A path that depends on a level, a digit or a code is tested only as far as the cases go. A level
//! that no case reaches may be wrong while all others are right.

use std::ops::RangeInclusive;
use std::sync::atomic::{AtomicU64, Ordering};

/// A structure with levels.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Structure {
    /// Levels in the tree of cells that points were followed down to.
    Cells,
    /// The level of the table above the tree of cells.
    Table,
    /// What answers for a point in a cell: the number of its `Kind`, or [`UNSURE_ANSWER`].
    Answer,
    /// Bits per side of the curve that points are sorted along.
    Curve,
    /// Bits of the number of points in a crowded cell of the curve.
    Crowd,
    /// Digits that keys are sorted by: 0 to 2 for few keys, 3 to 5 for many, and 6 if the digits
    /// leave keys unsorted and comparison decides.
    Digits,
    /// How much smaller the box of sites with their own grid is than the grid before it, in bits.
    OwnGrid,
    /// Bits of the longer side of the grid over the points.
    Grid,
    /// What locates a point in a part of few edges (0), or of many: a run that it may be beside (1),
    /// or one wholly to its right (2).
    Runs,
}

/// The answer for a point that is too close to a line, so that the edges are tested.
pub(crate) const UNSURE_ANSWER: usize = 5;

const STRUCTURES: usize = 9;
const LEVELS: usize = 64;

static COUNTS: [[AtomicU64; LEVELS]; STRUCTURES] =
    [const { [const { AtomicU64::new(0) }; LEVELS] }; STRUCTURES];

/// Counts a visit to a level.
pub(crate) fn note(structure: Structure, level: usize) {
    COUNTS[structure as usize][level.min(LEVELS - 1)].fetch_add(1, Ordering::Relaxed);
}

/// A line of counts for each structure, and the expected levels that were not reached.
pub(crate) fn report(
    expected: &[(Structure, RangeInclusive<usize>)],
) -> (Vec<String>, Vec<String>) {
    let (mut lines, mut missing) = (Vec::new(), Vec::new());
    for (structure, levels) in expected {
        let mut line = format!("{structure:?}:");
        for (level, count) in COUNTS[*structure as usize].iter().enumerate() {
            let count = count.load(Ordering::Relaxed);
            if count > 0 {
                line += &format!(" {level}: {count}");
            } else if levels.contains(&level) {
                missing.push(format!("{structure:?} {level}"));
            }
        }
        lines.push(line);
    }
    lines.dedup();
    (lines, missing)
}
