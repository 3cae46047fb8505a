//! Polygons from flat arrays of vertices and offsets, as in GeoArrow.

use crate::error::Error;
use crate::geometry::{Point, Shapes};

/// Vertices plus polygons between two calls of `poll`.
const AT_ONCE: usize = 1 << 16;

impl Shapes {
    /// Polygons from flat arrays in GeoArrow's layout. Ring `i` has the vertices from
    /// `ring_offsets[i]` to `ring_offsets[i + 1]`. In the same way, `part_offsets` give the rings
    /// of a part, and `polygon_offsets` the parts of a polygon.
    ///
    /// The closing vertex of a ring, equal to its first, is dropped.
    ///
    /// ```
    /// use poly_match::Shapes;
    ///
    /// let vertices = [[0.0, 0.0], [4.0, 0.0], [0.0, 4.0], [9.0, 0.0], [9.0, 1.0], [8.0, 0.0]];
    /// let two_triangles = Shapes::from_offsets(&vertices, &[0, 3, 6], &[0, 1, 2], &[0, 1, 2])?;
    /// assert_eq!(two_triangles.areas(), [8.0, 0.5]);
    /// # Ok::<(), poly_match::Error>(())
    /// ```
    ///
    /// # Errors
    /// [`Error::Offsets`] for offsets that do not start at 0, that decrease, or that do not end at
    /// the length of the array they point into; [`Error::NoVertices`] for a polygon or a ring
    /// without vertices; and [`Error::Vertex`] for a vertex that is not finite.
    pub fn from_offsets(
        vertices: &[Point],
        ring_offsets: &[i64],
        part_offsets: &[i64],
        polygon_offsets: &[i64],
    ) -> Result<Self, Error> {
        let no_vertices = |position| Err(Error::NoVertices { polygon: Some(position) });
        let poll = || Ok(());
        let offsets = [ring_offsets, part_offsets, polygon_offsets];
        Self::from_offsets_with(vertices, offsets, no_vertices, poll)
    }

    /// Polygons from flat arrays as in [`from_offsets`](Self::from_offsets), for a caller who decides
    /// what becomes of a polygon without vertices: `no_vertices` is called with its position, and if
    /// that is no error, the polygon is one [without parts](Self::push_nothing). `poll` is called now
    /// and then, and its error ends the work. `offsets` are those of rings, parts and polygons.
    ///
    /// # Errors
    /// The errors of [`from_offsets`](Self::from_offsets), of `no_vertices` and of `poll`. Wrong
    /// offsets come first.
    pub fn from_offsets_with<E: From<Error>>(
        vertices: &[Point],
        offsets: [&[i64]; 3],
        mut no_vertices: impl FnMut(usize) -> Result<(), E>,
        mut poll: impl FnMut() -> Result<(), E>,
    ) -> Result<Self, E> {
        let rings = &checked("ring", offsets[0], vertices.len())?;
        let parts = &checked("part", offsets[1], rings.len() - 1)?;
        let polygons = checked("polygon", offsets[2], parts.len() - 1)?;
        let mut shapes = Self::with_room(vertices.len(), offsets.map(<[i64]>::len));
        let mut work = AT_ONCE;
        for (position, polygon) in polygons.windows(2).enumerate() {
            let (first, last) = (rings[parts[polygon[0]]], rings[parts[polygon[1]]]);
            work += 1 + last - first;
            if work > AT_ONCE {
                work = 0;
                poll()?;
            }
            if first == last {
                no_vertices(position)?;
                shapes.push_nothing();
                continue;
            }
            let parts = parts[polygon[0]..=polygon[1]].windows(2).map(|part| {
                let rings = rings[part[0]..=part[1]].windows(2);
                rings.map(|ring| vertices[ring[0]..ring[1]].iter().copied())
            });
            shapes.push_parts(parts).map_err(|error| error.of_polygon(position))?;
        }
        Ok(shapes)
    }
}

/// Checks that offsets rise from 0 to `len`, the number of things that they point to.
fn checked(of: &'static str, offsets: &[i64], len: usize) -> Result<Vec<usize>, Error> {
    let unsound =
        |position| Error::Offsets { of, position, got: offsets.get(position).copied(), len };
    let mut sound = Vec::with_capacity(offsets.len());
    for (position, &offset) in offsets.iter().enumerate() {
        let before = sound.last().copied();
        match usize::try_from(offset) {
            Ok(0) if position == 0 => sound.push(0),
            Ok(end) if before.is_some_and(|before| before <= end) && end <= len => sound.push(end),
            _ => return Err(unsound(position)),
        }
    }
    if sound.last() == Some(&len) { Ok(sound) } else { Err(unsound(offsets.len().max(1) - 1)) }
}

#[cfg(test)]
mod tests {
    use super::*;

    const VERTICES: [Point; 4] = [[0.0, 0.0], [4.0, 0.0], [0.0, 4.0], [0.0, 0.0]];

    fn read(offsets: [&[i64]; 3]) -> Result<Shapes, Error> {
        Shapes::from_offsets(&VERTICES, offsets[0], offsets[1], offsets[2])
    }

    #[test]
    fn wrong_offsets_are_named() {
        let sound: [&[i64]; 3] = [&[0, 4], &[0, 1], &[0, 1]];
        assert_eq!(read(sound).map(|shapes| shapes.areas()), Ok(vec![8.0]));
        let wrong: [(&[i64], usize); 7] = [
            (&[], 0),
            (&[1, 4], 0),
            (&[-1, 4], 0),
            (&[0, 3], 1),
            (&[0, 5], 1),
            (&[0, 3, 2, 4], 2),
            (&[0, 4, -1], 2),
        ];
        for (rings, position) in wrong {
            let got = rings.get(position).copied();
            let expected = Error::Offsets { of: "ring", position, got, len: 4 };
            assert_eq!(read([rings, sound[1], sound[2]]), Err(expected), "{rings:?}");
        }
        let expected = Error::Offsets { of: "part", position: 1, got: Some(2), len: 1 };
        assert_eq!(read([sound[0], &[0, 2], sound[2]]), Err(expected));
        let expected = Error::Offsets { of: "polygon", position: 0, got: None, len: 1 };
        assert_eq!(read([sound[0], sound[1], &[]]), Err(expected));
    }

    #[test]
    fn the_caller_decides_about_polygons_without_vertices() {
        let offsets: [&[i64]; 3] = [&[0, 0, 4, 4], &[0, 1, 2, 3], &[0, 1, 1, 2, 3]];
        assert_eq!(read(offsets), Err(Error::NoVertices { polygon: Some(0) }));
        let mut without = Vec::new();
        let note = |position| {
            without.push(position);
            Ok::<(), Error>(())
        };
        let read = Shapes::from_offsets_with(&VERTICES, offsets, note, || Ok(()));
        assert_eq!(read.map(|shapes| shapes.areas()), Ok(vec![0.0, 0.0, 8.0, 0.0]));
        assert_eq!(without, [0, 1, 3]);
        // An empty ring beside one that is not is always an error.
        let offsets: [&[i64]; 3] = [&[0, 4, 4], &[0, 2], &[0, 1]];
        let all = Shapes::from_offsets_with(&VERTICES, offsets, |_| Ok(()), || Ok::<(), Error>(()));
        assert_eq!(all, Err(Error::NoVertices { polygon: Some(0) }));
    }
}
