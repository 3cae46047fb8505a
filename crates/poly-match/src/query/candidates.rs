//! [`some`]: all candidates of the points of a query, piece by piece.
//!
//! A piece is shared out over threads; `rows` finds the candidates of each share.

use crate::answer::Candidates;
use crate::error::Error;
use crate::machine::{share_out, threads_for};
use crate::near::Prepared;
use crate::query::expect::expect;
use crate::query::rows::{FindRows, Rows};
use crate::query::{Options, Query, RowOrder};

/// Points in the first piece, which estimates the candidates per point.
const FIRST_ROWS: usize = 4;

/// Each later piece has at most this many times the points of the last.
const MORE_ROWS: usize = 16;

/// Most candidates that a piece aims at before they are copied in order: about 4 million.
const CANDIDATES_AT_ONCE: usize = 1 << 22;

/// Fewest points that a thread takes at a time.
const MIN_ROWS: usize = 8;

/// Returns all candidates of the first points, until there are `enough`.
///
/// # Errors
/// The errors of a query that does not fit the polygons, and whatever `poll` returns.
pub(crate) fn some<E: From<Error>>(
    prepared: &Prepared,
    query: Query<'_>,
    order: RowOrder,
    enough: usize,
    options: Options,
    mut poll: impl FnMut() -> Result<(), E>,
) -> Result<Candidates, E> {
    query.check_with(prepared)?;
    options.check(query.points)?;
    if enough == usize::MAX {
        expect(prepared, &query, options.workers, &mut poll)?;
    }
    let mut all = Candidates::default();
    let workers = threads_for(options.workers, query.points.len(), MIN_ROWS);
    let mut pieces: Vec<Rows> = Vec::new();
    let (mut at_once, mut done, mut of_one) = (FIRST_ROWS, 0, 0_usize);
    while done < query.points.len() && (done == 0 || all.count() < enough) {
        let some = query.piece(done, at_once);
        let size = some.points.len().div_ceil(workers.get()).max(MIN_ROWS);
        pieces.resize_with(some.points.len().div_ceil(size), Rows::default);
        let expected = of_one.saturating_mul(size).min(CANDIDATES_AT_ONCE);
        pieces.iter_mut().for_each(|rows| rows.expect(expected));
        share_out(pieces.iter_mut().enumerate(), Some(workers), &mut poll, |(i, rows), go_on| {
            let query = some.piece(i * size, size);
            prepared.level.run(FindRows { groups: &prepared.groups, query, order, rows, go_on });
        })?;
        let count = pieces.iter().map(Rows::count).sum();
        all.reserve(count);
        for rows in &pieces {
            for (positions, distances) in rows.each() {
                all.push_row(positions, distances);
            }
        }
        done += some.points.len();
        // The next piece aims at what is still missing, if its points have as many candidates as
        // those before.
        of_one = (all.count() / done).max(1);
        let wanted = enough.saturating_sub(all.count()).min(CANDIDATES_AT_ONCE);
        at_once = (wanted / of_one).clamp(1, some.points.len() * MORE_ROWS);
    }
    if enough != usize::MAX {
        // How many points are done is known only now; the next call profits.
        expect(prepared, &query.first(done), options.workers, poll)?;
    }
    Ok(all)
}
