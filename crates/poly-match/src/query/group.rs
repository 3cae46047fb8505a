//! Points of groups: each group's points together, against the polygons of the group.

use crate::geometry::Point;
use crate::near::Group;
use crate::query::Query;

/// Runs `run` on the points of each group that there are polygons for, and puts the answers where the
/// points came from; −1 and NaN for the points of other groups. Points without groups are one.
pub(crate) fn each<E>(
    query: &Query<'_>,
    groups: &[Group],
    index: &mut [i64],
    distance: &mut [f64],
    mut run: impl FnMut(&Group, &[Point], &mut [i64], &mut [f64]) -> Result<(), E>,
) -> Result<(), E> {
    let points = query.points;
    let Some(labels) = query.groups else {
        // A query without groups has been held against polygons without: they are one group.
        return groups.iter().try_for_each(|group| run(group, points, index, distance));
    };
    index.fill(-1);
    distance.fill(f64::NAN);
    // Where the points of each group start, and then their places, by counting.
    let mut starts = vec![0; groups.len() + 1];
    for &group in labels {
        if let Some(count) = starts.get_mut(group as usize + 1) {
            *count += 1;
        }
    }
    for group in 1..starts.len() {
        starts[group] += starts[group - 1];
    }
    let mut next = starts.clone();
    let mut places = vec![0; starts[groups.len()]];
    for (place, &group) in labels.iter().enumerate() {
        if (group as usize) < groups.len() {
            places[next[group as usize]] = place;
            next[group as usize] += 1;
        }
    }
    let (mut some, mut positions, mut distances) = (Vec::new(), Vec::new(), Vec::new());
    for (group, ends) in groups.iter().zip(starts.windows(2)) {
        let places = &places[ends[0]..ends[1]];
        if places.is_empty() {
            continue;
        }
        some.clear();
        some.extend(places.iter().map(|&place| points[place]));
        positions.resize(places.len(), 0);
        distances.resize(places.len(), 0.0);
        run(group, &some, &mut positions, &mut distances)?;
        for ((&place, &position), &at) in places.iter().zip(&positions).zip(&distances) {
            (index[place], distance[place]) = (position, at);
        }
    }
    Ok(())
}
