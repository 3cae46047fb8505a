//! Turns a geometry of FlatGeobuf into well-known binary.
//!
//! A line, a ring, or points are a run of vertices; `ends` says where each of several runs ends. Larger
//! geometries have parts.

use std::ops::Range;

use flatbuffers::Vector;
use flatgeobuf::{Geometry, GeometryType};

use crate::error::{Error, Result};
use crate::gis::wkb::{
    COLLECTION, LINE, MULTI_LINE, MULTI_POINT, MULTI_POLYGON, POINT, POLYGON, Wkb,
};

/// Writes a geometry. Returns false if its type is none of simple features, such as a curve: then
/// nothing is written.
///
/// `of_all` is the type that the header says, if it says one.
pub(super) fn write_wkb(
    geometry: &Geometry<'_>,
    of_all: GeometryType,
    wkb: &mut Wkb<'_>,
) -> Result<bool> {
    let kind = match geometry.type_() {
        GeometryType::Unknown => of_all,
        kind => kind,
    };
    match kind {
        GeometryType::Unknown => {
            Err(Error::malformed("neither the header nor the geometry has a type"))
        }
        kind if kind.0 > 7 => Ok(false),
        kind => write(geometry, kind, wkb),
    }
}

fn write(geometry: &Geometry<'_>, kind: GeometryType, wkb: &mut Wkb<'_>) -> Result<bool> {
    match kind {
        GeometryType::Point => point(&Vertices::of(geometry, wkb)?, wkb)?,
        GeometryType::LineString => line(&Vertices::of(geometry, wkb)?, wkb)?,
        GeometryType::Polygon => polygon(geometry, wkb)?,
        GeometryType::MultiPoint => {
            let vertices = Vertices::of(geometry, wkb)?;
            wkb.header(MULTI_POINT)?;
            wkb.count(vertices.len)?;
            for at in 0..vertices.len {
                wkb.header(POINT)?;
                vertices.write(at..at + 1, wkb)?;
            }
        }
        GeometryType::MultiLineString => {
            let vertices = Vertices::of(geometry, wkb)?;
            let runs = runs(geometry, vertices.len)?;
            wkb.header(MULTI_LINE)?;
            wkb.count(runs.len())?;
            for run in runs {
                wkb.header(LINE)?;
                wkb.count(run.len())?;
                vertices.write(run, wkb)?;
            }
        }
        GeometryType::MultiPolygon => {
            wkb.header(MULTI_POLYGON)?;
            // Some writers give the only polygon as rings.
            let parts = geometry.parts();
            if parts.is_none() && geometry.xy().is_some() {
                wkb.count(1)?;
                polygon(geometry, wkb)?;
                return Ok(true);
            }
            wkb.count(parts.map_or(0, |parts| parts.len()))?;
            for part in parts.iter().flatten() {
                polygon(&part, wkb)?;
            }
        }
        GeometryType::GeometryCollection => {
            wkb.header(COLLECTION)?;
            let parts = geometry.parts();
            wkb.count(parts.map_or(0, |parts| parts.len()))?;
            for part in parts.iter().flatten() {
                if !write(&part, part.type_(), wkb)? {
                    return Ok(false);
                }
            }
        }
        GeometryType::Unknown => return Err(Error::malformed("a part has no type")),
        _ => return Ok(false),
    }
    Ok(true)
}

fn point(vertices: &Vertices<'_>, wkb: &mut Wkb<'_>) -> Result<()> {
    match vertices.len {
        0 => wkb.empty_point(),
        1 => {
            wkb.header(POINT)?;
            vertices.write(0..1, wkb)
        }
        len => Err(Error::malformed(format_args!("a point has {len} vertices, expected 1"))),
    }
}

fn line(vertices: &Vertices<'_>, wkb: &mut Wkb<'_>) -> Result<()> {
    wkb.header(LINE)?;
    wkb.count(vertices.len)?;
    vertices.write(0..vertices.len, wkb)
}

fn polygon(geometry: &Geometry<'_>, wkb: &mut Wkb<'_>) -> Result<()> {
    let vertices = Vertices::of(geometry, wkb)?;
    let rings = runs(geometry, vertices.len)?;
    wkb.header(POLYGON)?;
    wkb.count(rings.len())?;
    for ring in rings {
        wkb.count(ring.len())?;
        vertices.write(ring, wkb)?;
    }
    Ok(())
}

/// The runs of vertices; one of all without ends, none without vertices.
fn runs(geometry: &Geometry<'_>, len: usize) -> Result<Vec<Range<usize>>> {
    let Some(ends) = geometry.ends().filter(|ends| !ends.is_empty()) else {
        return Ok(if len == 0 { Vec::new() } else { std::iter::once(0..len).collect() });
    };
    let mut start = 0;
    let mut runs = Vec::with_capacity(ends.len());
    for end in ends {
        let end = end as usize;
        if end < start || end > len {
            return Err(Error::malformed(format_args!(
                "a ring or line ends at vertex {end}, expected {start} to {len}"
            )));
        }
        runs.push(start..end);
        start = end;
    }
    match start {
        start if start == len => Ok(runs),
        start => Err(Error::malformed(format_args!(
            "the last ring or line ends at vertex {start}, expected {len}"
        ))),
    }
}

/// The vertices of a geometry without parts.
struct Vertices<'a> {
    len: usize,
    xy: &'a [u8],
    z: &'a [u8],
    m: &'a [u8],
}

impl<'a> Vertices<'a> {
    fn of(geometry: &Geometry<'a>, wkb: &Wkb<'_>) -> Result<Self> {
        let bytes = |vector: Option<Vector<'a, f64>>| vector.map(|v| v.bytes()).unwrap_or_default();
        let xy = bytes(geometry.xy());
        let len = xy.len() / 16;
        if xy.len() % 16 != 0 {
            return Err(Error::malformed("the last vertex has x, but no y"));
        }
        let axis = |name: &str, is_there: bool, axis: Option<Vector<'a, f64>>| match bytes(axis) {
            _ if !is_there => Ok(&[][..]),
            numbers if numbers.len() == 8 * len => Ok(numbers),
            numbers => Err(Error::malformed(format_args!(
                "expected {name} of {len} vertices, got {}",
                numbers.len() / 8
            ))),
        };
        let z = axis("z", wkb.has_z, geometry.z())?;
        Ok(Self { len, xy, z, m: axis("m", wkb.has_m, geometry.m())? })
    }

    /// Writes a range of the vertices, which are there.
    fn write(&self, range: Range<usize>, wkb: &mut Wkb<'_>) -> Result<()> {
        if !wkb.has_z && !wkb.has_m {
            return wkb.put(&self.xy[16 * range.start..16 * range.end]);
        }
        for at in range {
            wkb.put(&self.xy[16 * at..16 * (at + 1)])?;
            for axis in [self.z, self.m] {
                wkb.put(axis.get(8 * at..8 * (at + 1)).unwrap_or_default())?;
            }
        }
        Ok(())
    }
}
