//! [`Batch::distances`]: the distances of all candidates of a batch, for a caller who asks for them.
//!
//! For centres, a batch only keeps a bit for each site that it tested. So the squared distances are
//! computed again, eight sites at a time, and those of the candidates are packed together. Their
//! roots are then taken in one pass.

use crate::geometry::float::squared_distance;
use crate::machine::{LANES, Simd, Task};
use crate::query::batch::{Batch, PACKETS};

const ALL_LANES: u32 = (1 << LANES) - 1;

impl Batch {
    /// Returns the distance of each candidate: bit for bit those of
    /// [`Matcher::candidates`](crate::Matcher::candidates), in the order of the candidates of the
    /// batch.
    ///
    /// They are computed by this call, on the calling thread.
    ///
    /// ```
    /// # use poly_match::{Error, Matcher, Options, Within};
    /// let matcher = Matcher::from_arrays(&[[0.0, 0.0], [3.0, 9.0]], &[1.0, 2.0], Within::new(9.0)?)?;
    /// let points = [[3.0, 4.0]];
    /// let mut batches = matcher.batches(&points, Options::default(), || Ok::<(), Error>(()))?;
    /// let (batch, indices) = batches.next()?.expect("the point has candidates");
    /// assert_eq!(indices.len(), 2);
    /// assert_eq!(batch.distances().iter().sum::<f64>(), 5.0 + 5.0);
    /// # Ok::<(), Error>(())
    /// ```
    #[must_use]
    pub fn distances(&self) -> Vec<f64> {
        if self.found.is_empty() {
            self.level.run(Measure { batch: self })
        } else {
            self.found.iter().map(|found| found.distance).collect()
        }
    }
}

/// The task that computes the distances of candidates from the sites that were tested.
struct Measure<'a> {
    batch: &'a Batch,
}

impl Task for Measure<'_> {
    type Output = Vec<f64>;

    #[inline(always)]
    fn run<S: Simd>(self, simd: S) -> Vec<f64> {
        let Batch { points, looks, sites, bits, .. } = self.batch;
        let count = self.batch.count();
        // Whole packets are written, so the last one needs room after its last candidate.
        let mut distances = vec![0.0_f64; count + LANES];
        for (row, (&point, look)) in points.iter().zip(looks).enumerate() {
            let row = self.batch.row(row);
            let mut at = row.start;
            let (x, y, _) = sites.packets(look.packet..sites.count());
            let words = x.chunks(PACKETS).zip(y.chunks(PACKETS)).zip(&bits[look.word..]);
            for ((x, y), &word) in words {
                if at == row.end {
                    break;
                }
                let mut word = word;
                for (x, y) in x.iter().zip(y) {
                    if word == 0 {
                        break;
                    }
                    let mut squared = [0; LANES];
                    for i in 0..LANES {
                        squared[i] = squared_distance([x[i], y[i]], point).to_bits();
                    }
                    #[allow(clippy::cast_possible_truncation)] // the lanes of one packet
                    let lanes = word as u32 & ALL_LANES;
                    if let Some(to) = distances[at..].first_chunk_mut::<LANES>() {
                        simd.pack(&squared, lanes, bytemuck::cast_mut(to));
                    }
                    at += lanes.count_ones() as usize;
                    word >>= LANES;
                }
            }
        }
        distances.truncate(count);
        for distance in &mut distances {
            *distance = distance.sqrt();
        }
        distances
    }
}
