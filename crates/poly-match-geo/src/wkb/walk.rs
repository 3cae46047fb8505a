//! Walks through well-known binary, and tells a visitor what it meets.

use super::kind::Content;
use super::reader::{Header, Reader};
use super::{Vertices, WkbError};

/// How deep geometries may be nested. A multipolygon has 2 levels, and each collection adds one.
const DEEPEST: usize = 128;

/// What a walk through well-known binary calls.
///
/// A geometry is entered, its vertices or its members follow, and then it is left:
///
/// | geometry | count | between `enter` and `leave` |
/// |---|---|---|
/// | point | 1, or 0 if it is empty | `vertices`, unless it is empty |
/// | line | vertices | `vertices`, once |
/// | polygon, triangle | rings | `vertices` for each ring |
/// | any other | members | `enter` … `leave` for each member |
pub trait Visitor {
    /// Why a walk ends: the bytes are malformed, or the visitor refuses a geometry.
    type Error: From<WkbError>;

    /// A geometry begins.
    ///
    /// `count` is not trusted: there are enough bytes for the least that they may be, no more.
    ///
    /// # Errors
    /// If the visitor refuses the geometry.
    fn enter(
        &mut self,
        header: &Header,
        count: usize,
        parent: Option<&Header>,
    ) -> Result<(), Self::Error> {
        let _ = (header, count, parent);
        Ok(())
    }

    /// The vertices of a point, a line, or a ring.
    fn vertices(&mut self, header: &Header, vertices: Vertices<'_>);

    /// A geometry ends.
    fn leave(&mut self, header: &Header, count: usize, parent: Option<&Header>) {
        let _ = (header, count, parent);
    }
}

/// Walks through the geometry at the start of well-known binary, and gives its header.
///
/// Bytes after the geometry are ignored. Any type of ISO 13249-3 is known, in either order of bytes, with
/// z, m and an SRID. Geometries may be nested 128 deep.
///
/// ```
/// use poly_match_geo::wkb::{Header, Vertices, Visitor, WkbError, walk};
///
/// /// The greatest z.
/// struct Top(f64);
///
/// impl Visitor for Top {
///     type Error = WkbError;
///
///     fn vertices(&mut self, _: &Header, vertices: Vertices<'_>) {
///         self.0 = vertices.positions().fold(self.0, |top, [_, _, z, _]| top.max(z));
///     }
/// }
///
/// let mut wkb = vec![1];
/// wkb.extend(1002_u32.to_le_bytes()); // a line with z
/// wkb.extend(2_u32.to_le_bytes());
/// wkb.extend([8.5, 47.4, 408.0, 8.6, 47.5, 871.0].map(f64::to_le_bytes).concat());
/// let mut top = Top(f64::NEG_INFINITY);
/// let header = walk(&wkb, &mut top)?;
/// assert_eq!((header.geometry_type().name(), top.0), ("LineString", 871.0));
/// # Ok::<(), WkbError>(())
/// ```
///
/// # Errors
/// What is wrong with the bytes, and the errors of the visitor.
#[inline]
pub fn walk<V: Visitor>(wkb: &[u8], visitor: &mut V) -> Result<Header, V::Error> {
    Reader::new(wkb).walk(visitor)
}

/// A visitor that only wants to know whether the bytes are sound.
pub(super) struct Sound;

impl Visitor for Sound {
    type Error = WkbError;

    #[inline]
    fn vertices(&mut self, _: &Header, _: Vertices<'_>) {}
}

impl Reader<'_> {
    /// Walks through the geometry that is next, and moves past it.
    #[inline]
    pub(super) fn walk<V: Visitor>(&mut self, visitor: &mut V) -> Result<Header, V::Error> {
        self.walk_at(0, None, visitor)
    }

    /// It is inlined where a walk begins: most geometries have no members, and are small.
    #[inline(always)]
    fn walk_at<V: Visitor>(
        &mut self,
        depth: usize,
        parent: Option<&Header>,
        visitor: &mut V,
    ) -> Result<Header, V::Error> {
        if depth == DEEPEST {
            return Err(WkbError::TooDeep { most: DEEPEST }.into());
        }
        let header = self.header()?;
        if let Some(whole) = parent.filter(|whole| !whole.kind.may_hold(header.kind)) {
            let (member, whole) = (header.kind, whole.kind);
            return Err(WkbError::Member { at: header.at, member, whole }.into());
        }
        match header.kind.content() {
            Content::Vertex => {
                let vertex = self.vertex(header)?;
                let count = usize::from(vertex.is_some());
                visitor.enter(&header, count, parent)?;
                if let Some(vertex) = vertex {
                    visitor.vertices(&header, vertex);
                }
                visitor.leave(&header, count, parent);
            }
            Content::Vertices => {
                let vertices = self.vertices(header)?;
                visitor.enter(&header, vertices.len(), parent)?;
                visitor.vertices(&header, vertices);
                visitor.leave(&header, vertices.len(), parent);
            }
            Content::Rings => {
                let count = self.count(header)?;
                visitor.enter(&header, count, parent)?;
                for _ in 0..count {
                    visitor.vertices(&header, self.vertices(header)?);
                }
                visitor.leave(&header, count, parent);
            }
            Content::Members => {
                let count = self.count(header)?;
                visitor.enter(&header, count, parent)?;
                self.walk_members(depth, &header, count, visitor)?;
                visitor.leave(&header, count, parent);
            }
        }
        Ok(header)
    }

    fn walk_members<V: Visitor>(
        &mut self,
        depth: usize,
        whole: &Header,
        count: usize,
        visitor: &mut V,
    ) -> Result<(), V::Error> {
        for _ in 0..count {
            self.walk_at(depth + 1, Some(whole), visitor)?;
        }
        Ok(())
    }
}
