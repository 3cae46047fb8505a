//! Points of groups: each group's points together, against the polygons of the group.

use crate::geometry::Point;
use crate::near::Part;
use crate::query::Query;

/// Runs `run` on the points of each group that there are polygons for, and puts the answers where the
/// points came from; −1 and NaN for the points of other groups. Points without groups are one.
pub(crate) fn each<E>(
    query: &Query<'_>,
    parts: &[Part],
    index: &mut [i64],
    distance: &mut [f64],
    mut run: impl FnMut(&Part, &[Point], &mut [i64], &mut [f64]) -> Result<(), E>,
) -> Result<(), E> {
    let points = query.points;
    let Some(groups) = query.groups else {
        // A query without groups has been held against polygons without: they are one part.
        return parts.iter().try_for_each(|part| run(part, points, index, distance));
    };
    index.fill(-1);
    distance.fill(f64::NAN);
    // Where the points of each group start, and then their places, by counting.
    let mut starts = vec![0; parts.len() + 1];
    for &group in groups {
        if let Some(count) = starts.get_mut(group as usize + 1) {
            *count += 1;
        }
    }
    for group in 1..starts.len() {
        starts[group] += starts[group - 1];
    }
    let mut next = starts.clone();
    let mut places = vec![0; starts[parts.len()]];
    for (place, &group) in groups.iter().enumerate() {
        if (group as usize) < parts.len() {
            places[next[group as usize]] = place;
            next[group as usize] += 1;
        }
    }
    let (mut some, mut positions, mut distances) = (Vec::new(), Vec::new(), Vec::new());
    for (part, ends) in parts.iter().zip(starts.windows(2)) {
        let places = &places[ends[0]..ends[1]];
        if places.is_empty() {
            continue;
        }
        some.clear();
        some.extend(places.iter().map(|&place| points[place]));
        positions.resize(places.len(), 0);
        distances.resize(places.len(), 0.0);
        run(part, &some, &mut positions, &mut distances)?;
        for ((&place, &position), &at) in places.iter().zip(&positions).zip(&distances) {
            (index[place], distance[place]) = (position, at);
        }
    }
    Ok(())
}
