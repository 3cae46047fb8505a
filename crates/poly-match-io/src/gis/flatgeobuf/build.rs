//! Builds the geometries of FlatGeobuf from well-known binary.

use flatbuffers::{FlatBufferBuilder, WIPOffset};
use flatgeobuf::{Geometry, GeometryArgs, GeometryType};
use poly_match_geo::wkb::{GeometryType as Kind, Header, Vertices, Visitor, WkbError, walk};

use crate::error::{Error, Result};

/// Whether the vertices of all features have z and m.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Axes {
    pub(super) z: bool,
    pub(super) m: bool,
}

impl Axes {
    /// Adds those of a geometry.
    pub(super) fn add(&mut self, wkb: &[u8]) -> Result<()> {
        struct Look<'a>(&'a mut Axes);
        impl Visitor for Look<'_> {
            type Error = WkbError;

            fn vertices(&mut self, header: &Header, _: Vertices<'_>) {
                self.0.z |= header.has_z();
                self.0.m |= header.has_m();
            }
        }
        walk(wkb, &mut Look(self)).map_err(Error::malformed)?;
        Ok(())
    }
}

/// Builds a geometry; `None` if it is empty, which FlatGeobuf has no other form for.
///
/// A vertex without an axis that others have gets NaN.
pub(super) fn build<'b>(
    wkb: &[u8],
    axes: Axes,
    builder: &mut FlatBufferBuilder<'b>,
) -> Result<Option<WIPOffset<Geometry<'b>>>> {
    let mut build = Build { builder, axes, open: Vec::new(), whole: None };
    walk(wkb, &mut build).map_err(|Refused(error)| error)?;
    Ok(build.whole)
}

struct Build<'b, 'm> {
    builder: &'m mut FlatBufferBuilder<'b>,
    axes: Axes,
    open: Vec<Open<'b>>,
    whole: Option<WIPOffset<Geometry<'b>>>,
}

/// A geometry that has begun.
#[derive(Default)]
struct Open<'b> {
    xy: Vec<f64>,
    z: Vec<f64>,
    m: Vec<f64>,
    ends: Vec<u32>,
    parts: Vec<WIPOffset<Geometry<'b>>>,
}

/// Why a geometry cannot be built.
struct Refused(Error);

impl From<WkbError> for Refused {
    fn from(error: WkbError) -> Self {
        Self(Error::malformed(error))
    }
}

/// Whether members are runs of the vertices of the whole.
fn is_flat(kind: Kind) -> bool {
    matches!(kind, Kind::MultiPoint | Kind::MultiLineString)
}

impl Visitor for Build<'_, '_> {
    type Error = Refused;

    fn enter(
        &mut self,
        header: &Header,
        _: usize,
        parent: Option<&Header>,
    ) -> std::result::Result<(), Refused> {
        let kind = header.geometry_type();
        if !kind.is_simple() {
            let name = kind.name();
            return Err(Refused(Error::unsupported(format_args!(
                "expected a geometry of simple features, got a {name}"
            ))));
        }
        if (header.has_z() && !self.axes.z) || (header.has_m() && !self.axes.m) {
            let axis = if header.has_z() && !self.axes.z { "z" } else { "m" };
            return Err(Refused(Error::unsupported(format_args!(
                "its vertices have {axis}, but those of the first features have none: FlatGeobuf says it \
                 once for all"
            ))));
        }
        if !parent.is_some_and(|parent| is_flat(parent.geometry_type())) {
            self.open.push(Open::default());
        }
        Ok(())
    }

    fn vertices(&mut self, header: &Header, vertices: Vertices<'_>) {
        let Some(open) = self.open.last_mut() else { return };
        for [x, y, z, m] in vertices.positions() {
            open.xy.extend([x, y]);
            if self.axes.z {
                open.z.push(z);
            }
            if self.axes.m {
                open.m.push(m);
            }
        }
        if matches!(header.geometry_type(), Kind::Polygon | Kind::LineString) {
            // The size of a buffer has 32 bits, too.
            open.ends.push(u32::try_from(open.xy.len() / 2).unwrap_or(u32::MAX));
        }
    }

    fn leave(&mut self, header: &Header, _: usize, parent: Option<&Header>) {
        if parent.is_some_and(|parent| is_flat(parent.geometry_type())) {
            return;
        }
        let Some(open) = self.open.pop().filter(|o| !o.xy.is_empty() || !o.parts.is_empty()) else {
            return;
        };
        let args = GeometryArgs {
            type_: fgb_type(header.geometry_type()),
            xy: (!open.xy.is_empty()).then(|| self.builder.create_vector(&open.xy)),
            z: (!open.z.is_empty()).then(|| self.builder.create_vector(&open.z)),
            m: (!open.m.is_empty()).then(|| self.builder.create_vector(&open.m)),
            ends: (open.ends.len() > 1).then(|| self.builder.create_vector(&open.ends)),
            parts: (!open.parts.is_empty()).then(|| self.builder.create_vector(&open.parts)),
            ..GeometryArgs::default()
        };
        let built = Geometry::create(self.builder, &args);
        match self.open.last_mut() {
            Some(whole) => whole.parts.push(built),
            None => self.whole = Some(built),
        }
    }
}

fn fgb_type(kind: Kind) -> GeometryType {
    match kind {
        Kind::Point => GeometryType::Point,
        Kind::LineString => GeometryType::LineString,
        Kind::Polygon => GeometryType::Polygon,
        Kind::MultiPoint => GeometryType::MultiPoint,
        Kind::MultiLineString => GeometryType::MultiLineString,
        Kind::MultiPolygon => GeometryType::MultiPolygon,
        Kind::GeometryCollection => GeometryType::GeometryCollection,
        _ => GeometryType::Unknown,
    }
}
