//! Shares points out among threads, for the peers that answer one point at a time.

use rayon::prelude::*;

use crate::Point;

/// Points that one thread takes at a time.
const PIECE: usize = 1024;

/// Calls `work` with pieces of the points and of their answers.
pub(crate) fn share_out(
    points: &[Point],
    threads: bool,
    ranks: &mut [i64],
    work: impl Fn(&[Point], &mut [i64]) + Sync,
) {
    if threads {
        let pieces = points.par_chunks(PIECE).zip(ranks.par_chunks_mut(PIECE));
        pieces.for_each(|(points, ranks)| work(points, ranks));
    } else {
        work(points, ranks);
    }
}
