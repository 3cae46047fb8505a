//! [`each`]: splits the points of a query by group, and matches each group's points against its
//! polygons.

use crate::geometry::Point;
use crate::near::Group;
use crate::query::Query;

/// Calls `run` with the points of each group that has polygons, and writes its answers in the order
/// of the query. Points of other groups get −1 and NaN. A query without groups counts as one group.
pub(crate) fn each<E>(
    query: &Query<'_>,
    groups: &[Group],
    index: &mut [i64],
    distance: &mut [f64],
    mut run: impl FnMut(&Group, &[Point], &mut [i64], &mut [f64]) -> Result<(), E>,
) -> Result<(), E> {
    let points = query.points;
    let Some(labels) = query.groups else {
        // `Query::check_with` made sure that the polygons have no groups either: they are one
        // group.
        return groups.iter().try_for_each(|group| run(group, points, index, distance));
    };
    index.fill(-1);
    distance.fill(f64::NAN);
    // A counting sort by group: where the points of each group start, then their places.
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
