//! What was found: the matches of every point, the best first, and no padding where there are few.

use poly_match::Match;

/// Any number of matches for every point, in the order of the points.
#[derive(Debug, Default)]
pub(crate) struct Found {
    matches: Vec<Match>,
    /// Where the matches of each point end.
    ends: Vec<usize>,
    matched: usize,
}

impl Found {
    /// Adds `k` places for each of some more points, as the library fills them: −1 after the last
    /// match.
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

    /// How many points there are.
    pub(crate) fn len(&self) -> usize {
        self.ends.len()
    }

    /// How many of them have a match.
    pub(crate) fn matched(&self) -> usize {
        self.matched
    }

    /// The matches of a point, the best first.
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
