//! The product's search for one point, called in the same loop as the peers.

use poly_match::{Matcher, Within};

use crate::share::share_out;
use crate::{Peer, Point, Sites};

struct OnePoint(Matcher);

/// Builds a matcher whose keys are the ranks themselves.
pub(crate) fn build(sites: &Sites, max_dist: f64) -> Result<Box<dyn Peer>, String> {
    let ranks: Vec<f64> = (0..u32::MAX).map(f64::from).take(sites.centers.len()).collect();
    let near = Within::new(max_dist).map_err(|error| error.to_string())?;
    let matcher = Matcher::from_arrays(&sites.centers, &ranks, near);
    matcher
        .map(|matcher| Box::new(OnePoint(matcher)) as Box<dyn Peer>)
        .map_err(|error| error.to_string())
}

impl Peer for OnePoint {
    fn answer(&self, points: &[Point], threads: bool, ranks: &mut [i64]) {
        share_out(points, threads, ranks, |points, ranks| {
            for (&point, rank) in points.iter().zip(ranks) {
                if let Ok(Some(found)) = self.0.find(point) {
                    *rank = i64::try_from(found.index).unwrap_or(-1);
                }
            }
        });
    }
}
