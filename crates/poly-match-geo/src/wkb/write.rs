//! Writes polygons as well-known binary.

use poly_match::{Point, Shapes};

/// Little-endian, and two dimensions.
const START: u8 = 1;
const POLYGON: u32 = 3;
const MULTI_POLYGON: u32 = 6;

/// The polygon at `position` as well-known binary: a Polygon, or a MultiPolygon if it has several parts.
/// `None` if it has none.
///
/// ```
/// use poly_match::{Polygon, Shapes};
/// use poly_match_geo::{push_wkb, wkb_of};
///
/// let triangle = Polygon::new(vec![0.0, 4.0, 0.0], vec![0.0, 0.0, 4.0])?;
/// let shapes: Shapes = [&triangle].into_iter().collect();
/// let wkb = wkb_of(&shapes, 0).expect("it has a part");
/// let mut again = Shapes::new();
/// push_wkb(&mut again, &wkb).expect("polygons")?;
/// assert_eq!(again.polygon(0), triangle);
/// # Ok::<(), poly_match::Error>(())
/// ```
///
/// # Panics
/// If there is no such polygon.
#[must_use]
pub fn wkb_of(shapes: &Shapes, position: usize) -> Option<Vec<u8>> {
    let parts: Vec<Vec<&[Point]>> = shapes.parts_of(position).map(Iterator::collect).collect();
    let mut wkb = Vec::new();
    match parts.as_slice() {
        [] => return None,
        [part] => push_polygon(&mut wkb, part),
        parts => {
            push_header(&mut wkb, MULTI_POLYGON, parts.len());
            parts.iter().for_each(|part| push_polygon(&mut wkb, part));
        }
    }
    Some(wkb)
}

fn push_polygon(wkb: &mut Vec<u8>, rings: &[&[Point]]) {
    push_header(wkb, POLYGON, rings.len());
    for ring in rings {
        // The first vertex is repeated at the end.
        let vertices = ring.iter().chain(ring.first());
        push_count(wkb, ring.len() + usize::from(!ring.is_empty()));
        wkb.extend(vertices.flatten().flat_map(|number| number.to_le_bytes()));
    }
}

fn push_header(wkb: &mut Vec<u8>, kind: u32, count: usize) {
    wkb.push(START);
    wkb.extend(kind.to_le_bytes());
    push_count(wkb, count);
}

/// The format has 32 bits for a count; more vertices would take 64 GiB.
fn push_count(wkb: &mut Vec<u8>, count: usize) {
    wkb.extend(u32::try_from(count).unwrap_or(u32::MAX).to_le_bytes());
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::wkb::push_wkb;

    #[test]
    fn holes_parts_and_nothing_come_back() {
        let square =
            |x: f64, side: f64| vec![[x, 0.0], [x + side, 0.0], [x + side, side], [x, side]];
        let mut shapes = Shapes::new();
        shapes.push_parts([vec![square(0.0, 9.0), square(1.0, 2.0)]]).expect("finite");
        shapes.push_nothing();
        shapes.push_parts([vec![square(0.0, 1.0)], vec![square(5.0, 2.0)]]).expect("finite");
        let mut again = Shapes::new();
        for position in 0..shapes.len() {
            match wkb_of(&shapes, position) {
                None => again.push_nothing(),
                Some(wkb) => push_wkb(&mut again, &wkb).expect("polygons").expect("finite"),
            }
        }
        assert_eq!(again, shapes);
        assert_eq!(wkb_of(&shapes, 1), None);
    }
}
