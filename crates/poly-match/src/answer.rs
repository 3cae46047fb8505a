//! Answers: a match, the matches of many points, and their candidates.

use std::cmp::Ordering;
use std::iter::Zip;
use std::num::NonZeroUsize;
use std::vec::IntoIter;

use crate::error::Error;
use crate::rule::Tie;

/// The polygon that a point was matched to, or one of its candidates.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Match {
    /// Position of the polygon in the input.
    pub index: usize,
    /// Distance from the point, in the units of the coordinates.
    pub distance: f64,
}

/// The match of every point, in the order of the points.
///
/// ```
/// use poly_match::{Matcher, Within};
///
/// let matcher = Matcher::from_arrays(&[[0.0, 0.0]], &[1.0], Within::new(5.0)?)?;
/// let matches = matcher.match_points(&[[3.0, 0.0], [9.0, 0.0]])?;
/// assert_eq!(matches.get(0).map(|found| found.distance), Some(3.0));
/// assert!(matches.indices().eq([Some(0), None]));
/// # Ok::<(), poly_match::Error>(())
/// ```
#[derive(Debug, Clone, Default)]
pub struct Matches {
    /// Position of the matched polygon, −1 if there is no match.
    index: Vec<i64>,
    /// Distance to it, NaN if there is no match.
    distance: Vec<f64>,
}

impl Matches {
    /// Starts with no match for each of `count` points.
    pub(crate) fn none(count: usize) -> Self {
        Self { index: vec![-1; count], distance: vec![f64::NAN; count] }
    }

    /// Matches from positions and distances as [`Matcher::match_into`](crate::Matcher::match_into)
    /// writes them: −1 and NaN if there is no match.
    ///
    /// # Panics
    /// If the arrays have different lengths.
    #[must_use]
    pub fn from_arrays(index: Vec<i64>, distance: Vec<f64>) -> Self {
        assert_eq!(index.len(), distance.len(), "a distance for each position");
        Self { index, distance }
    }

    /// Returns the positions and distances as two arrays, without a copy. A point without a match has
    /// −1 and NaN.
    #[must_use]
    pub fn into_arrays(self) -> (Vec<i64>, Vec<f64>) {
        (self.index, self.distance)
    }

    #[inline(always)]
    pub(crate) fn set(&mut self, point: usize, position: u32, squared_distance: f64) {
        self.index[point] = i64::from(position);
        self.distance[point] = squared_distance.sqrt();
    }

    /// The match of the point at `position`, or `None` if it has none.
    ///
    /// # Panics
    /// If there is no such point.
    #[must_use]
    pub fn get(&self, position: usize) -> Option<Match> {
        as_match(self.index[position], self.distance[position])
    }

    /// The number of points.
    #[must_use]
    pub fn len(&self) -> usize {
        self.index.len()
    }

    /// Whether there are no points.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.index.is_empty()
    }

    /// Iterates over the points: the match of each, or `None`.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = Option<Match>> {
        (0..self.len()).map(|position| self.get(position))
    }

    /// The position of every point's polygon, without the distances.
    pub fn indices(&self) -> impl ExactSizeIterator<Item = Option<usize>> {
        self.index.iter().map(|&index| usize::try_from(index).ok())
    }
}

/// Equal if every point has the same match. Distances compare as numbers.
impl PartialEq for Matches {
    fn eq(&self, other: &Self) -> bool {
        self.iter().eq(other.iter())
    }
}

/// Iterates over the points: the match of each, or `None`.
impl IntoIterator for Matches {
    type Item = Option<Match>;
    type IntoIter = IntoMatches;

    fn into_iter(self) -> IntoMatches {
        IntoMatches(self.index.into_iter().zip(self.distance))
    }
}

/// Iterates over the match of every point; see [`Matches::into_iter`].
#[derive(Debug, Clone)]
pub struct IntoMatches(Zip<IntoIter<i64>, IntoIter<f64>>);

impl Iterator for IntoMatches {
    type Item = Option<Match>;

    fn next(&mut self) -> Option<Option<Match>> {
        self.0.next().map(|(index, distance)| as_match(index, distance))
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        self.0.size_hint()
    }
}

impl ExactSizeIterator for IntoMatches {}

/// The `k` best candidates of every point, in the order of the points.
#[derive(Debug, Clone, PartialEq)]
pub struct BestMatches {
    k: usize,
    matches: Matches,
}

impl BestMatches {
    /// Takes rows of `k` entries, one for each point.
    pub(crate) fn new(k: NonZeroUsize, matches: Matches) -> Self {
        Self { k: k.get(), matches }
    }

    /// The number of points.
    #[must_use]
    pub fn len(&self) -> usize {
        self.matches.len() / self.k
    }

    /// Whether there are no points.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.matches.is_empty()
    }

    /// Iterates over the best candidates of the point at `position`, at most `k` of them, best first.
    ///
    /// # Panics
    /// If there is no such point.
    pub fn get(&self, position: usize) -> impl Iterator<Item = Match> {
        let row = position * self.k..(position + 1) * self.k;
        let found = self.matches.index[row.clone()].iter().zip(&self.matches.distance[row]);
        found.map_while(|(&index, &distance)| as_match(index, distance))
    }

    /// Iterates over the points; each item iterates over the best candidates of that point.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = impl Iterator<Item = Match>> {
        (0..self.len()).map(|position| self.get(position))
    }
}

/// Converts a position to a match, and −1 to `None`.
fn as_match(index: i64, distance: f64) -> Option<Match> {
    Some(Match { index: usize::try_from(index).ok()?, distance })
}

/// All candidates of every point, in the order of the points: a row for each point.
///
/// ```
/// use poly_match::{Matcher, Within};
///
/// let centers = [[0.0, 0.0], [1.0, 0.0], [9.0, 0.0]];
/// let matcher = Matcher::from_arrays(&centers, &[1.0, 2.0, 3.0], Within::new(5.0)?)?;
/// let candidates = matcher.candidates(&[[0.0, 0.0], [30.0, 0.0]])?;
/// assert!(candidates.row(0).map(|near| near.index).eq([0, 1]));
/// assert_eq!((candidates.len(), candidates.count()), (2, 2));
/// # Ok::<(), poly_match::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct Candidates {
    /// Where the row of each point starts; one more entry than there are points.
    indptr: Vec<i64>,
    indices: Vec<i64>,
    distances: Vec<f64>,
}

/// The candidates of no points.
impl Default for Candidates {
    fn default() -> Self {
        Self { indptr: vec![0], indices: Vec::new(), distances: Vec::new() }
    }
}

impl Candidates {
    /// The number of points.
    #[must_use]
    pub fn len(&self) -> usize {
        self.indptr.len() - 1
    }

    /// Whether there is no point at all.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The number of candidates of all points together.
    #[must_use]
    pub fn count(&self) -> usize {
        self.indices.len()
    }

    /// The candidates of the point at `position`.
    ///
    /// # Panics
    /// If there is no such point.
    pub fn row(&self, position: usize) -> impl ExactSizeIterator<Item = Match> {
        let row = as_usize(self.indptr[position])..as_usize(self.indptr[position + 1]);
        let pairs = self.indices[row.clone()].iter().zip(&self.distances[row]);
        pairs.map(|(&index, &distance)| Match { index: as_usize(index), distance })
    }

    /// Iterates over the points; each item iterates over the candidates of that point.
    pub fn rows(&self) -> impl ExactSizeIterator<Item = impl ExactSizeIterator<Item = Match>> {
        (0..self.len()).map(|position| self.row(position))
    }

    /// The rows as three arrays in the form of compressed sparse rows (CSR): where each row starts,
    /// the positions of the polygons, and their distances. Row `i` is at `starts[i]..starts[i + 1]`.
    #[must_use]
    pub fn as_csr(&self) -> (&[i64], &[i64], &[f64]) {
        (&self.indptr, &self.indices, &self.distances)
    }

    /// The arrays of [`as_csr`](Self::as_csr), without a copy.
    #[must_use]
    pub fn into_csr(self) -> (Vec<i64>, Vec<i64>, Vec<f64>) {
        (self.indptr, self.indices, self.distances)
    }

    /// Makes room for more candidates.
    pub(crate) fn reserve(&mut self, candidates: usize) {
        self.indices.reserve(candidates);
        self.distances.reserve(candidates);
    }

    /// Adds the row of the next point.
    pub(crate) fn push_row(&mut self, positions: &[u32], distances: &[f64]) {
        self.indices.extend(positions.iter().map(|&position| i64::from(position)));
        self.distances.extend_from_slice(distances);
        self.indptr.push(as_i64(self.indices.len()));
    }

    /// Adds the rows of further points.
    pub fn append(&mut self, mut next: Self) {
        let before = as_i64(self.indices.len());
        self.indptr.extend(next.indptr[1..].iter().map(|end| before + end));
        self.indices.append(&mut next.indices);
        self.distances.append(&mut next.distances);
    }

    /// Sorts the candidates of each point by key, smallest first. `keys` has one key for each candidate,
    /// in the order of the rows; `tie` decides between equal keys.
    ///
    /// # Errors
    /// [`Error::CandidateKeys`] if there is not one key for each candidate; [`Error::CandidateKey`] for a
    /// key that is NaN. The candidates then stay as they are.
    pub fn best_first(&mut self, keys: &[f64], tie: Tie) -> Result<(), Error> {
        if keys.len() != self.indices.len() {
            return Err(Error::CandidateKeys { expected: self.indices.len(), got: keys.len() });
        }
        let (mut indices, mut distances) = (Vec::new(), Vec::new());
        let mut start = 0;
        let mut sorted: Vec<(f64, Match)> = Vec::new();
        for (point, row) in self.rows().enumerate() {
            sorted.clear();
            sorted.extend(keys[start..].iter().copied().zip(row));
            start += sorted.len();
            if let Some((_, candidate)) = sorted.iter().find(|(key, _)| key.is_nan()) {
                return Err(Error::CandidateKey { point, polygon: candidate.index });
            }
            sorted.sort_unstable_by(|a, b| by_key(*a, *b, tie));
            indices.extend(sorted.iter().map(|(_, candidate)| as_i64(candidate.index)));
            distances.extend(sorted.iter().map(|(_, candidate)| candidate.distance));
        }
        (self.indices, self.distances) = (indices, distances);
        Ok(())
    }
}

/// Which of two candidates is better, by keys that are not NaN.
fn by_key((key, a): (f64, Match), (other, b): (f64, Match), tie: Tie) -> Ordering {
    let by_key = key.partial_cmp(&other).unwrap_or(Ordering::Equal);
    by_key.then_with(|| by_tie(a, b, tie))
}

/// Which of two candidates of equal keys is better.
pub(crate) fn by_tie(a: Match, b: Match, tie: Tie) -> Ordering {
    let by_distance = match tie {
        Tie::Index => Ordering::Equal,
        Tie::Distance => a.distance.total_cmp(&b.distance),
    };
    by_distance.then(a.index.cmp(&b.index))
}

/// Converts a position or a count to `i64`. In memory, both are far below 2^63.
#[allow(clippy::cast_possible_wrap)]
pub(crate) fn as_i64(count: usize) -> i64 {
    count as i64
}

/// Converts a position or a count that is not negative to `usize`.
#[inline(always)]
pub(crate) fn as_usize(count: i64) -> usize {
    usize::try_from(count).unwrap_or(0)
}
