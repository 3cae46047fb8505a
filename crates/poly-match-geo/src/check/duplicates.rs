//! Finds polygons that have the same rings as an earlier one.
//!
//! Rings are compared as cycles: where they start, in what direction they run, and vertices that are
//! repeated in a row do not count. Nor does the order of holes and of parts. Only polygons with equal
//! bounding boxes are compared.

use std::collections::HashMap;
use std::hash::{BuildHasher, BuildHasherDefault, DefaultHasher};

use poly_match::{Point, Shapes};

use super::finding::{Finding, FindingKind};
use super::outline::push_distinct;
use super::watch::Watch;

/// The bits of a vertex, of which two are equal if the vertices are.
type Bits = [u64; 2];
/// Each ring from its first vertex, in an order that is the same for all equal polygons.
type Form = Vec<Vec<Vec<Bits>>>;

/// The polygons that have the same rings as an earlier one, in no particular order.
pub(super) fn find<E>(shapes: &Shapes, watch: &mut Watch<'_, E>) -> Result<Vec<Finding>, E> {
    let mut by_bounds: HashMap<_, Vec<usize>> = HashMap::new();
    for position in 0..shapes.len() {
        watch.after(1 + size(shapes, position))?;
        let bounds = shapes.bounds(position);
        if shapes.parts_of(position).next().is_some() {
            by_bounds.entry([bounds.min, bounds.max].map(bits)).or_default().push(position);
        }
    }
    let mut found = Vec::new();
    for positions in by_bounds.into_values().filter(|positions| positions.len() > 1) {
        // The first polygon of each form, by a hash: the forms of all may be large.
        let mut firsts: HashMap<u64, Vec<usize>> = HashMap::new();
        for polygon in positions {
            let form = form(shapes, polygon, watch)?;
            let hash = BuildHasherDefault::<DefaultHasher>::default().hash_one(&form);
            let firsts = firsts.entry(hash).or_default();
            let mut same = None;
            for &first in firsts.iter() {
                if self::form(shapes, first, watch)? == form {
                    same = Some(first);
                }
            }
            match same {
                None => firsts.push(polygon),
                Some(of) => {
                    let at = shapes.parts_of(polygon).flatten().flatten().next().copied();
                    found.push(Finding { polygon, kind: FindingKind::Duplicate { of }, at });
                }
            }
        }
    }
    Ok(found)
}

/// The number of vertices.
fn size(shapes: &Shapes, position: usize) -> usize {
    shapes.parts_of(position).flatten().map(<[Point]>::len).sum()
}

/// The form of a polygon, which is equal for equal polygons.
fn form<E>(shapes: &Shapes, position: usize, watch: &mut Watch<'_, E>) -> Result<Form, E> {
    let mut parts = Vec::new();
    for part in shapes.parts_of(position) {
        let mut rings = Vec::new();
        for ring in part {
            watch.after(4 * ring.len())?;
            let mut distinct = Vec::with_capacity(ring.len());
            push_distinct(&mut distinct, ring.iter().copied());
            let forward: Vec<_> = distinct.into_iter().map(bits).collect();
            let backward: Vec<_> = forward.iter().rev().copied().collect();
            rings.push(from_least(forward).min(from_least(backward)));
        }
        if let [_, holes @ ..] = &mut rings[..] {
            holes.sort_unstable();
        }
        parts.push(rings);
    }
    parts.sort_unstable();
    Ok(parts)
}

fn bits(vertex: Point) -> Bits {
    vertex.map(|value| (value + 0.0).to_bits()) // two zeros are one
}

/// A cycle from where it is least in lexicographic order.
///
/// Of two starts, the greater is given up, with all starts up to where they differ: each of these has
/// a lesser one, at the same distance from the other start.
fn from_least(mut cycle: Vec<Bits>) -> Vec<Bits> {
    let len = cycle.len();
    let at = |start: usize, same: usize| cycle[(start + same) % len];
    let (mut one, mut other, mut same) = (0, 1, 0);
    while one.max(other) < len && same < len {
        let (a, b) = (at(one, same), at(other, same));
        if a == b {
            same += 1;
            continue;
        }
        if a > b {
            one += same + 1;
        } else {
            other += same + 1;
        }
        if one == other {
            other += 1;
        }
        same = 0;
    }
    cycle.rotate_left(one.min(other));
    cycle
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_rotation_has_one_least_start() {
        let mut state: u64 = 1;
        for case in 0..2000 {
            let len = 1 + case % 9;
            let cycle: Vec<Bits> = (0..len)
                .map(|_| {
                    state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
                    [state >> 63, 0]
                })
                .collect();
            let rotated = (0..len).map(|by| [&cycle[by..], &cycle[..by]].concat());
            let least = rotated.clone().min().expect("one");
            for rotated in rotated {
                assert_eq!(from_least(rotated), least, "{cycle:?}");
            }
        }
    }
}
