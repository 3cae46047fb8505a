//! The matches of every point, best first, without padding.

use poly_match::Match;

/// Matches of every point, in the order of the points. A point may have any number of them.
#[derive(Debug, Default)]
pub(crate) struct Found {
    matches: Vec<Match>,
    /// Where the matches of each point end.
    ends: Vec<usize>,
    matched: usize,
}

impl Found {
    /// Appends the matches of the next points. Each point has `k` places, with -1 after the last match.
    pub(crate) fn extend(&mut self, k: usize, index: &[i64], distance: &[f64]) {
        for (index, distance) in index.chunks(k).zip(distance.chunks(k)) {
            let before = self.matches.len();
            let found = index.iter().zip(distance).map_while(|(&index, &distance)| {
                usize::try_from(index).ok().map(|index| Match { index, distance })
            });
            self.matches.extend(found);
            self.ends.push(self.matches.len());
            self.matched += usize::from(self.matches.len() > before);
        }
    }

    /// The number of points.
    pub(crate) fn len(&self) -> usize {
        self.ends.len()
    }

    /// The number of points that have a match.
    pub(crate) fn matched(&self) -> usize {
        self.matched
    }

    /// The matches of a point, best first.
    pub(crate) fn of(&self, point: usize) -> &[Match] {
        let start = point.checked_sub(1).map_or(0, |before| self.ends[before]);
        &self.matches[start..self.ends[point]]
    }

    /// The best match of every point.
    pub(crate) fn best(&self) -> impl ExactSizeIterator<Item = Option<Match>> {
        (0..self.len()).map(|point| self.of(point).first().copied())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn padding_is_left_out() {
        let mut found = Found::default();
        found.extend(2, &[3, -1, -1, -1], &[0.5, f64::NAN, f64::NAN, f64::NAN]);
        found.extend(2, &[1, 0], &[1.0, 2.0]);
        assert_eq!((found.len(), found.matched()), (3, 2));
        assert_eq!(found.of(0), [Match { index: 3, distance: 0.5 }]);
        assert_eq!(found.of(1), []);
        assert_eq!(found.of(2).iter().map(|found| found.index).collect::<Vec<_>>(), [1, 0]);
        let best: Vec<_> = found.best().map(|found| found.map(|found| found.index)).collect();
        assert_eq!(best, [Some(3), None, Some(1)]);
    }
}
