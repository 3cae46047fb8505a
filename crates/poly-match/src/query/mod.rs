//! Queries: points to match, how to run over them, and the paths that answer them.
//!
//! - `expect` counts the points, so that a full index is built when it pays.
//! - `path` chooses the path for a query; it is the only place where *near* and *best* meet.
//! - `best` writes the k best of every point; `pick` finds them by branch and bound; `group` splits
//!   points by group.
//! - `candidates` and `rows` list all candidates of every point.
//! - `batches`, `batch` and `choose` list candidates for a caller, who gives each a key; `distances`
//!   gives the caller their distances.
//!
//! How a single point is matched belongs in `near`.

pub(crate) mod batch;
pub(crate) mod batches;
pub(crate) mod best;
pub(crate) mod candidates;
pub(crate) mod choose;
pub(crate) mod distances;
pub(crate) mod expect;
pub(crate) mod group;
pub(crate) mod path;
pub(crate) mod pick;
pub(crate) mod rows;

use std::num::NonZeroUsize;

use crate::error::Error;
use crate::geometry::polygon::is_finite;
use crate::geometry::{Bounds, Point};
use crate::near::{Group, Prepared};
use crate::rule::Near;
use crate::tree::curve::Curve;

pub use batch::Batch;
pub use batches::Batches;

/// Points to match, with an optional distance and group for each.
///
/// Methods that take a query also take points alone: a slice, an array or a vector of them. Set
/// `max_dist` or `groups` if each point has its own.
///
/// ```
/// use poly_match::{Matcher, Query, Within};
///
/// let matcher = Matcher::from_arrays(&[[0.0, 0.0]], &[1.0], Within::new(9.0)?)?;
/// let points = [[5.0, 0.0], [5.0, 0.0]];
/// assert!(matcher.match_points(&points)?.indices().eq([Some(0), Some(0)]));
/// let query = Query { max_dist: Some(&[1.0, 6.0]), ..Query::from(&points) };
/// assert!(matcher.match_points(query)?.indices().eq([None, Some(0)]));
/// # Ok::<(), poly_match::Error>(())
/// ```
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Query<'a> {
    /// The points.
    pub points: &'a [Point],
    /// A maximum distance for each point, instead of the rule's. The rule must have one.
    pub max_dist: Option<&'a [f64]>,
    /// The group of each point: only polygons of the same group are its candidates. Needed if the
    /// polygons have groups, and not allowed if they have none; see
    /// [`Builder::groups`](crate::Builder::groups).
    pub groups: Option<&'a [u32]>,
}

impl<'a> From<&'a [Point]> for Query<'a> {
    fn from(points: &'a [Point]) -> Self {
        Self { points, ..Self::default() }
    }
}

impl<'a, const N: usize> From<&'a [Point; N]> for Query<'a> {
    fn from(points: &'a [Point; N]) -> Self {
        Self::from(points.as_slice())
    }
}

impl<'a> From<&'a Vec<Point>> for Query<'a> {
    fn from(points: &'a Vec<Point>) -> Self {
        Self::from(points.as_slice())
    }
}

impl<'a> Query<'a> {
    /// Checks that there is one distance and one group for each point, and that every distance is
    /// legal.
    fn check(&self) -> Result<(), Error> {
        let expected = self.points.len();
        if let Some(max_dist) = self.max_dist {
            if max_dist.len() != expected {
                return Err(Error::MaxDists { expected, got: max_dist.len() });
            }
            if let Some(point) = max_dist.iter().position(|&got| got.is_nan() || got < 0.0) {
                return Err(Error::MaxDistOf { point, got: max_dist[point] });
            }
        }
        match self.groups {
            Some(groups) if groups.len() != expected => {
                Err(Error::Groups { expected, got: groups.len() })
            }
            _ => Ok(()),
        }
    }

    /// Checks that the query fits the polygons and the rule.
    pub(crate) fn check_with(&self, prepared: &Prepared) -> Result<(), Error> {
        self.check()?;
        if self.max_dist.is_some() {
            match prepared.near {
                Near::Center(_) | Near::Boundary(_) => {}
                Near::Circle { .. } => return Err(Error::OwnRadii),
                Near::Contains | Near::Covers => return Err(Error::NotMeasured),
            }
        }
        match (prepared.is_grouped, self.groups.is_some()) {
            (true, false) => Err(Error::NoGroups),
            (false, true) => Err(Error::Ungrouped),
            _ => Ok(()),
        }
    }

    /// Returns the group that a point may match, and the point's own distance if it has one.
    /// Returns `None` for a point that is not finite, or whose group has no polygons.
    #[inline(always)]
    pub(crate) fn group_of<'g>(
        &self,
        point: usize,
        groups: &'g [Group],
    ) -> Option<(&'g Group, Option<f64>)> {
        if !is_finite(self.points[point]) {
            return None;
        }
        let group = self.groups.map_or(0, |labels| labels[point] as usize);
        Some((groups.get(group)?, self.max_dist.map(|all| all[point])))
    }

    /// Returns a query of the first points, at most `points` of them.
    #[must_use]
    pub fn first(&self, points: usize) -> Query<'a> {
        self.piece(0, points)
    }

    /// Returns a query without the first `points` points.
    ///
    /// # Panics
    /// If the query has fewer points than that.
    #[must_use]
    pub fn skip(&self, points: usize) -> Query<'a> {
        self.piece(points, usize::MAX)
    }

    /// Returns up to `count` points, from `start` on.
    pub(crate) fn piece(&self, start: usize, count: usize) -> Query<'a> {
        let range = start..self.points.len().min(start.saturating_add(count));
        Query {
            points: &self.points[range.clone()],
            max_dist: self.max_dist.map(|max_dist| &max_dist[range.clone()]),
            groups: self.groups.map(|groups| &groups[range]),
        }
    }
}

/// Sorts the points of a query along a space-filling curve over `bounds`, and then by group
/// (`groups` of them). About `points_per_cell` points share a cell of the curve.
#[inline(always)]
pub(crate) fn sort<'c>(
    curve: &'c mut Curve,
    query: &Query<'_>,
    bounds: &Bounds,
    points_per_cell: usize,
    groups: usize,
) -> &'c [u32] {
    curve.sort(query.points, bounds, points_per_cell);
    match query.groups {
        Some(labels) => curve.by_group(labels, groups),
        None => curve.order(),
    }
}

/// What to do with a point that is NaN or infinite.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum OnInvalid {
    /// Refuse the whole input with [`Error::Point`].
    #[default]
    Error,
    /// Leave the point unmatched.
    Unmatched,
}

/// How to run over many points. No option changes the answer for a finite point.
///
/// ```
/// use poly_match::{Error, Matcher, OnInvalid, Options, Within};
///
/// let matcher = Matcher::from_arrays(&[[0.0, 0.0]], &[1.0], Within::new(5.0)?)?;
/// let options = Options { on_invalid: OnInvalid::Unmatched, ..Options::single_threaded() };
/// let points = [[f64::NAN, 0.0], [1.0, 0.0]];
/// let found = matcher.match_points_with(&points, options, || Ok::<(), Error>(()))?;
/// assert!(found.indices().eq([None, Some(0)]));
/// # Ok::<(), Error>(())
/// ```
#[derive(Debug, Clone, Copy, Default)]
pub struct Options {
    /// Number of threads, including the calling one. `None` uses every core.
    pub workers: Option<NonZeroUsize>,
    /// What to do with a point that is NaN or infinite.
    pub on_invalid: OnInvalid,
}

impl Options {
    /// The defaults, but on the calling thread alone.
    #[must_use]
    pub fn single_threaded() -> Self {
        Self { workers: Some(NonZeroUsize::MIN), ..Self::default() }
    }

    pub(crate) fn check(self, points: &[Point]) -> Result<(), Error> {
        match self.on_invalid {
            OnInvalid::Error => check_finite(points),
            OnInvalid::Unmatched => Ok(()),
        }
    }
}

pub(crate) fn check_finite(points: &[Point]) -> Result<(), Error> {
    match points.iter().position(|&point| !is_finite(point)) {
        Some(point) => Err(Error::Point { point, got: points[point] }),
        None => Ok(()),
    }
}

/// The order of the candidates of a point.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum RowOrder {
    /// The order of the polygons in the input.
    #[default]
    Input,
    /// The best first.
    Best,
}
