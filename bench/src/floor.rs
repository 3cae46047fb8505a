//! The floor: reading the points and writing an answer of the right size, at memory speed.

use rayon::prelude::*;

use crate::Point;

const PIECE: usize = 1 << 16;

/// Reads every point, and writes an index and a distance that depend on it.
///
/// The output is new, as every call's output is.
pub(crate) fn stream(points: &[Point], threads: bool) -> (Vec<i64>, Vec<f64>) {
    let mut index = vec![0; points.len()];
    let mut distance = vec![0.0; points.len()];
    if threads {
        points
            .par_chunks(PIECE)
            .zip(index.par_chunks_mut(PIECE))
            .zip(distance.par_chunks_mut(PIECE))
            .for_each(|((points, index), distance)| copy(points, index, distance));
    } else {
        copy(points, &mut index, &mut distance);
    }
    (index, distance)
}

fn copy(points: &[Point], index: &mut [i64], distance: &mut [f64]) {
    for ((&[x, y], index), distance) in points.iter().zip(index).zip(distance) {
        *index = i64::from_ne_bytes(x.to_ne_bytes());
        *distance = y;
    }
}
