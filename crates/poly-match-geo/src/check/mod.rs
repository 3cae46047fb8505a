//! Finds what is suspicious in polygons, and where it can be seen.
//!
//! | file | does |
//! |---|---|
//! | `finding` | the kinds of findings |
//! | `outline`, `runs` | the rings of one polygon, and its edges in boxes |
//! | `segment`, `corner` | how two edges meet, and two rings at a point; exactly |
//! | `crossings`, `touches`, `nesting` | what is wrong with rings: where they meet, and which is inside |
//! | `duplicates` | polygons that are there twice |
//! | `watch` | calls `poll` now and then |

mod corner;
mod crossings;
mod duplicates;
mod finding;
mod nesting;
mod outline;
mod runs;
mod segment;
mod touches;
mod watch;

use poly_match::Shapes;

use crate::degrees::{is_beyond, wide_edge};
use finding::Faults;
pub use finding::{Finding, FindingKind};
use outline::Outline;
use runs::Runs;
use watch::Watch;

/// Finds what is suspicious in polygons: at most one finding of each kind for every polygon, with a
/// place where it can be seen. The findings are ordered by polygon, and then by kind.
///
/// `is_degrees` says that coordinates are longitude and latitude: then edges over 180 degrees and
/// coordinates beyond the globe are found, too. `poll` is called every few milliseconds, and its
/// error ends the work.
///
/// A polygon is invalid by OGC's simple features, as GEOS decides it, if one of its findings
/// [is](FindingKind::is_invalid). All decisions are exact; only the places are rounded.
///
/// Only edges with bounding boxes that meet are compared, so the time for most polygons grows little
/// faster than their number of vertices.
///
/// Once the rings of a polygon cross, or touch themselves, it is not checked which ring is inside
/// another. If they cross in very many places, the search ends early. So other kinds of findings may
/// be missing then; there is at least one.
///
/// ```
/// use poly_match::{Polygon, Shapes};
/// use poly_match_geo::{FindingKind, check};
///
/// let bowtie = Polygon::new(vec![0.0, 4.0, 4.0, 0.0], vec![0.0, 4.0, 0.0, 4.0])?;
/// let square = Polygon::new(vec![0.0, 4.0, 4.0, 0.0], vec![0.0, 0.0, 4.0, 4.0])?;
/// let shapes: Shapes = [&square, &bowtie, &square].into_iter().collect();
///
/// let found = check(&shapes, false, || Ok::<(), poly_match::Error>(()))?;
/// assert_eq!((found[0].polygon, found[0].kind), (1, FindingKind::SelfIntersection));
/// assert_eq!(found[0].at, Some([2.0, 2.0]));
/// assert_eq!((found[1].polygon, found[1].kind), (2, FindingKind::Duplicate { of: 0 }));
/// # Ok::<(), poly_match::Error>(())
/// ```
///
/// # Errors
/// What `poll` returns.
pub fn check<E>(
    shapes: &Shapes,
    is_degrees: bool,
    mut poll: impl FnMut() -> Result<(), E>,
) -> Result<Vec<Finding>, E> {
    let mut watch = Watch::new(&mut poll);
    let mut faults = Faults::default();
    let mut findings = Vec::new();
    for position in 0..shapes.len() {
        watch.after(16)?;
        find(shapes, position, &mut faults, &mut watch)?;
        if is_degrees {
            find_odd_degrees(shapes, position, &mut faults);
        }
        findings.extend(faults.drain(position));
    }
    findings.extend(duplicates::find(shapes, &mut watch)?);
    findings.sort_by_key(|finding| (finding.polygon, finding.kind));
    Ok(findings)
}

/// Adds what is wrong with one polygon to the faults, wherever its coordinates are.
fn find<E>(
    shapes: &Shapes,
    position: usize,
    faults: &mut Faults,
    watch: &mut Watch<'_, E>,
) -> Result<(), E> {
    use FindingKind::{DisconnectedInterior, RingsCross, SelfIntersection, SelfTouch};
    if shapes.parts_of(position).next().is_none() {
        faults.add(FindingKind::Empty, None);
        return Ok(());
    }
    let outline = Outline::read(shapes, position, faults, watch)?;
    let runs = Runs::new(&outline, watch)?;
    let touches = crossings::find(&outline, &runs, faults, watch)?;
    // Rings that cross, or touch themselves, have no clear inside.
    let is_clear = ![SelfIntersection, SelfTouch, RingsCross].iter().any(|&kind| faults.has(kind));
    if is_clear && outline.rings.len() > 1 {
        nesting::find(&outline, &runs, faults, watch)?;
        if let Some(at) = touches.cycle(outline.rings.len()) {
            faults.add(DisconnectedInterior, outline.place(at));
        }
    }
    Ok(())
}

fn find_odd_degrees(shapes: &Shapes, position: usize, faults: &mut Faults) {
    for ring in shapes.parts_of(position).flatten() {
        if let Some(&vertex) = ring.iter().find(|&&vertex| is_beyond(vertex)) {
            faults.add(FindingKind::BeyondGlobe, Some(vertex));
        }
        if let Some([a, b]) = wide_edge(ring) {
            let middle = [0, 1].map(|axis| f64::midpoint(a[axis], b[axis]));
            faults.add(FindingKind::WideEdge, Some(middle));
        }
    }
}
