//! Which levels of each structure the tests have come to, counted where the code comes to them.
//!
//! A path that depends on a level, a digit or a code is tested only as far as the cases go: what
//! no case comes to may be wrong there and nowhere else.

use std::ops::RangeInclusive;
use std::sync::atomic::{AtomicU64, Ordering};

/// What has levels.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Structure {
    /// Levels of the tree of cells, down to which points are followed.
    Cells,
    /// The level of the table above the tree of cells.
    Table,
    /// What answers for a point in a cell: the number of its `Kind`, or [`UNSURE_ANSWER`].
    Answer,
    /// Bits of a side of the curve that points are sorted along.
    Curve,
    /// Bits of the number of points in a crowded cell of the curve.
    Crowd,
    /// Digits that keys are sorted by, 0 to 2 for few keys and 3 to 5 for many; 6 where the digits
    /// leave keys in the wrong order, and comparison decides.
    Digits,
    /// Bits by which sites are closer together than their grid is wide when they get their own.
    OwnGrid,
    /// Bits of the longer side of the grid over the points.
    Grid,
}

/// A point too close to a line, for which the edges are asked.
pub(crate) const UNSURE_ANSWER: usize = 5;

const STRUCTURES: usize = 8;
const LEVELS: usize = 64;

static COUNTS: [[AtomicU64; LEVELS]; STRUCTURES] =
    [const { [const { AtomicU64::new(0) }; LEVELS] }; STRUCTURES];

/// Counts that a level was come to.
pub(crate) fn note(structure: Structure, level: usize) {
    COUNTS[structure as usize][level.min(LEVELS - 1)].fetch_add(1, Ordering::Relaxed);
}

/// A line of counts for each structure, and the levels that were expected but not come to.
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
