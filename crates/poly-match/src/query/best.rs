//! [`best_into`]: the k best candidates of every point of a query, each group by its fastest path.
//!
//! This file only checks, chooses and hands on. The searches are in `near`, and in `pick`.

use crate::error::Error;
use crate::geometry::extent::Extent;
use crate::geometry::{Bounds, Point};
use crate::machine::{Level, share_out};
use crate::near::center::join::Join;
use crate::near::center::view::Search;
use crate::near::containment::cells::FindCovering;
use crate::near::{Group, Prepared};
use crate::query::expect::expect;
use crate::query::path::{Path, path};
use crate::query::pick::Pick;
use crate::query::{Options, Query, group};

/// Points that a thread takes at a time when it looks each one up in its cell.
const CELLS_PIECE: usize = 4096;

/// Writes the positions and distances of the `k` best candidates of every point, one row per point.
/// Missing ones get −1 and NaN.
///
/// # Errors
/// The errors of a query that does not fit the polygons, and whatever `poll` returns.
///
/// # Panics
/// If `index` or `distance` does not have `k` entries for each point.
pub(crate) fn best_into<E: From<Error>>(
    prepared: &Prepared,
    query: Query<'_>,
    k: usize,
    (index, distance): (&mut [i64], &mut [f64]),
    options: Options,
    mut poll: impl FnMut() -> Result<(), E>,
) -> Result<(), E> {
    let expected = query.points.len().checked_mul(k).expect("points × k fits in memory");
    assert_eq!((index.len(), distance.len()), (expected, expected), "k entries for each point");
    query.check_with(prepared)?;
    expect(prepared, &query, options.workers, &mut poll)?;
    let Prepared { groups, level, .. } = prepared;
    let has_max_dists = query.max_dist.is_some();
    let is_in_bulk = |group: &Group| match path(group, k, has_max_dists) {
        Path::Centers(_) | Path::Cells(..) => true,
        Path::Boxes(..) | Path::NearestCenters(_) | Path::Search => false,
    };
    let workers = options.workers;
    // If no group has a bulk path, take the points of all groups in one pass.
    if !groups.iter().any(is_in_bulk) {
        let bounds = bounds_of(query.points, *level, options, &mut poll)?;
        let pick = Pick { groups, level: *level, query, bounds, k, workers };
        return pick.run(index, distance, poll);
    }
    if query.groups.is_some() {
        // An error must name the point's position in the whole query, which a group does not know.
        options.check(query.points)?;
    }
    let run = |group: &Group, points: &[Point], index: &mut [i64], distance: &mut [f64]| match path(
        group,
        k,
        has_max_dists,
    ) {
        Path::Cells(coverage, boundary_counts) => {
            options.check(points)?;
            let order = group.order.ranking.order();
            let outputs = index.chunks_mut(CELLS_PIECE).zip(distance.chunks_mut(CELLS_PIECE));
            let pieces = points.chunks(CELLS_PIECE).zip(outputs);
            share_out(pieces, workers, &mut poll, |(points, (index, distance)), _| {
                level.run(FindCovering {
                    cells: coverage,
                    order,
                    boundary_counts,
                    points,
                    index,
                    distance,
                });
            })
        }
        Path::Centers(centers) => {
            let bounds = bounds_of(points, *level, options, &mut poll)?;
            let ranking = group.order.ranking.view();
            let search = Search { index: centers.index.view(), ranking, near: &centers.within };
            let kept = &centers.kept;
            let join = Join { search, level: *level, workers, way: None, kept };
            join.run(points, &bounds, index, distance, &mut poll)
        }
        Path::Boxes(..) | Path::NearestCenters(_) | Path::Search => {
            let bounds = bounds_of(points, *level, options, &mut poll)?;
            let (groups, query) = (std::slice::from_ref(group), Query::from(points));
            let pick = Pick { groups, level: *level, query, bounds, k, workers };
            pick.run(index, distance, &mut poll)
        }
    };
    group::each(&query, groups, index, distance, run)
}

/// Returns the bounding box of the finite points. Other points are an error if the options say so.
fn bounds_of<E: From<Error>>(
    points: &[Point],
    level: Level,
    options: Options,
    poll: impl FnMut() -> Result<(), E>,
) -> Result<Bounds, E> {
    let extent = Extent::of(points, level, options.workers, poll)?;
    if !extent.is_finite {
        options.check(points)?;
    }
    Ok(extent.bounds)
}
