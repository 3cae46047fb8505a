//! Whether holes are inside their outer ring and outside other holes, and parts outside other parts.
//!
//! Of rings that do not cross, one is inside another if its first vertex is. A ray from there towards
//! greater x tells this for all rings at once: it crosses those that are around the point an odd
//! number of times. If the vertex is on another ring, the edge that begins there tells.

use poly_match::{Bounds, Point};

use super::finding::{Faults, FindingKind};
use super::outline::Outline;
use super::runs::Runs;
use super::segment::side;
use super::watch::Watch;

/// Adds what is wrong with the nesting of rings to the faults. No ring touches itself, and no rings of
/// one part cross.
pub(super) fn find<E>(
    outline: &Outline,
    runs: &Runs,
    faults: &mut Faults,
    watch: &mut Watch<'_, E>,
) -> Result<(), E> {
    let mut search = Search { outline, runs, is_around: vec![false; outline.rings.len()] };
    for ring in 0..outline.rings.len() {
        let around = search.around(ring, watch)?;
        for kind in faults_of(outline, ring, &around) {
            let first = outline.vertex(outline.rings[ring].edges.start);
            faults.add(kind, outline.place(first));
        }
    }
    Ok(())
}

/// What is wrong with a ring that is inside the rings `around` it, which are in order.
fn faults_of(outline: &Outline, ring: usize, around: &[usize]) -> Vec<FindingKind> {
    let rings = &outline.rings;
    let (part, is_hole) = (rings[ring].part, rings[ring].is_hole);
    let mut faults = Vec::new();
    let mut is_in_outer = false;
    for around in around.chunk_by(|&a, &b| rings[a].part == rings[b].part) {
        // The outer ring of a part comes first.
        let in_outer = around.first().is_some_and(|&first| !rings[first].is_hole);
        let in_hole = around.last().is_some_and(|&last| rings[last].is_hole);
        let is_own = around.iter().any(|&one| rings[one].part == part);
        if is_own {
            is_in_outer = in_outer;
            faults.extend((is_hole && in_hole).then_some(FindingKind::HoleInHole));
        } else if !is_hole && in_outer && !in_hole {
            faults.push(FindingKind::PartsOverlap);
        }
    }
    // Without an area, an outer ring is left out, and its holes are not looked at.
    let has_outer = !rings[rings.partition_point(|other| other.part < part)].is_hole;
    faults.extend((is_hole && has_outer && !is_in_outer).then_some(FindingKind::HoleOutside));
    faults
}

struct Search<'a> {
    outline: &'a Outline,
    runs: &'a Runs,
    /// Whether each ring is around the point. All false between two points.
    is_around: Vec<bool>,
}

impl Search<'_> {
    /// The rings around the first vertex of a ring, in order.
    fn around<E>(&mut self, ring: usize, watch: &mut Watch<'_, E>) -> Result<Vec<usize>, E> {
        let first = self.outline.corner(ring, self.outline.rings[ring].edges.start);
        let ray = Bounds { min: first.at, max: [f64::INFINITY, first.at[1]] };
        let mut met = Vec::new();
        let mut touched = Vec::new();
        for run in self.runs.meeting(ray).map(|number| &self.runs.all[number]) {
            watch.after(run.edges.len())?;
            if run.ring == ring {
                continue;
            }
            met.push(run.ring);
            for edge in run.edges.clone() {
                let [a, b] = self.outline.edge(run.ring, edge);
                match meets_ray(a, b, first.at) {
                    Ray::Apart => {}
                    Ray::Crosses => self.is_around[run.ring] ^= true,
                    Ray::Touches => touched.push((run.ring, edge)),
                }
            }
        }
        for (other, edge) in touched {
            if let Some(corner) = self.outline.corner_at(other, edge, first.at) {
                let turns_left = self.outline.rings[other].turns_left;
                self.is_around[other] = corner.leads_inside(first.to, turns_left);
            }
        }
        met.sort_unstable();
        met.dedup();
        met.retain(|&other| std::mem::take(&mut self.is_around[other]));
        Ok(met)
    }
}

/// How an edge meets the ray from a point towards greater x.
enum Ray {
    Apart,
    Crosses,
    /// The point is on the edge.
    Touches,
}

/// The lower end belongs to an edge and the upper end does not, so that a ray through a vertex counts
/// once.
fn meets_ray(a: Point, b: Point, point: Point) -> Ray {
    let is_level = a[1] == point[1] && b[1] == point[1];
    if (a[1] > point[1]) != (b[1] > point[1]) {
        let side = side(a, b, point);
        if side == 0.0 {
            Ray::Touches
        } else if (side > 0.0) == (b[1] > a[1]) {
            Ray::Crosses
        } else {
            Ray::Apart
        }
    } else if a == point || b == point || (is_level && (a[0] > point[0]) != (b[0] > point[0])) {
        Ray::Touches
    } else {
        Ray::Apart
    }
}
