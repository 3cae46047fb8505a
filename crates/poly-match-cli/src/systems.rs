//! Coordinate systems: refuses what cannot be matched, and warns of what cannot be right.

use poly_match::Point;
use poly_match_geo::{Count, Crs, Kind, OddDegrees, Sameness, points_beyond};

use crate::failure::{Failure, warn};
use crate::input::Input;
use crate::numbers::grouped;
use crate::zones::Zones;

/// Refuses degrees, if the rule measures a distance and `planar` does not allow it.
pub(crate) fn refuse_degrees(
    file: &str,
    crs: Option<&Crs>,
    measures: bool,
    planar: bool,
) -> Result<(), Failure> {
    match crs {
        Some(crs) if is_geographic(Some(crs)) && measures && !planar => {
            let failure = Failure::new(format_args!(
                "its coordinates are in {crs}, and degrees are not a distance; project \
                 them first, for example with ogr2ogr -t_srs, or add --planar, which treats them \
                 as plane coordinates, with --max-dist in degrees; --near contains and covers \
                 need no distance"
            ));
            Err(failure.in_file(file))
        }
        _ => Ok(()),
    }
}

/// The system of the points, as it becomes known.
pub(crate) struct OfPoints<'a> {
    points: &'a Input,
    zones: &'a Zones,
    measures: bool,
    crs: Option<Crs>,
}

impl<'a> OfPoints<'a> {
    /// Takes the system that the table of points declares.
    pub(crate) fn new(
        points: &'a Input,
        zones: &'a Zones,
        declared: Option<&Crs>,
    ) -> Result<Self, Failure> {
        let measures = zones.matcher.near().within().is_some();
        let mut of_points = Self { points, zones, measures, crs: None };
        of_points.take(declared)?;
        Ok(of_points)
    }

    /// Takes the system that a batch declares. Refuses one that does not fit.
    pub(crate) fn take(&mut self, crs: Option<&Crs>) -> Result<(), Failure> {
        match (&self.crs, crs) {
            (_, None) => return Ok(()),
            (Some(known), Some(crs)) if known == crs => return Ok(()),
            (Some(known), Some(crs)) => {
                let cause = format_args!("the SRID says {crs}, and in a row before {known}");
                return Err(self.points.failed(Failure::new(cause)));
            }
            (None, Some(crs)) => self.crs = Some(crs.clone()),
        }
        let (file, crs) = (self.points.to_string(), self.crs.as_ref());
        compare(&file, crs, &self.zones.name, self.zones.crs.as_ref())?;
        refuse_degrees(&file, crs, self.measures, self.zones.planar)
    }

    /// Whether the coordinates of either are declared to be degrees.
    pub(crate) fn are_degrees(&self) -> bool {
        is_geographic(self.crs.as_ref()) || is_geographic(self.zones.crs.as_ref())
    }
}

/// Refuses two systems that differ, and warns if that is not known.
fn compare(
    points: &str,
    of_points: Option<&Crs>,
    polygons: &str,
    of_polygons: Option<&Crs>,
) -> Result<(), Failure> {
    let Some((of_points, of_polygons)) = of_points.zip(of_polygons) else { return Ok(()) };
    let both = format!("{points} has {of_points}, {polygons} has {of_polygons}");
    match of_points.compare(of_polygons) {
        Sameness::Same => {}
        Sameness::Different => {
            return Err(Failure::new(format_args!(
                "the coordinate systems differ: {both}; convert one of them, for example with \
                 ogr2ogr -t_srs"
            )));
        }
        Sameness::Undecided => {
            warn(&format!("whether the coordinate systems are the same is not known: {both}"));
        }
    }
    Ok(())
}

/// Points that cannot be right in degrees, counted batch by batch.
#[derive(Debug, Default)]
pub(crate) struct Beyond {
    found: Option<Count>,
    points: usize,
}

impl Beyond {
    pub(crate) fn look(&mut self, points: &[Point]) {
        let Count { count, first } = points_beyond(points);
        if count > 0 {
            let before = self.found.map_or(0, |found| found.count);
            let first = self.found.map_or(self.points + first, |found| found.first);
            self.found = Some(Count { count: before + count, first });
        }
        self.points += points.len();
    }

    /// Warns of points and polygons that cannot be right in degrees.
    pub(crate) fn warn(&self, points: &Input, zones: &Zones) {
        let beyond = "a longitude beyond ±180 or a latitude beyond ±90";
        if let Some(found) = self.found {
            tell(points, found, ["point", "points"], beyond, "");
        }
        let Some(outlines) = &zones.outlines else { return };
        let OddDegrees { beyond: far, wide } = outlines.odd;
        let nouns = ["polygon", "polygons"];
        tell(&zones.name, far, nouns, beyond, "");
        let edge = "an edge that spans more than 180 degrees of longitude";
        let remedy = "; cut polygons at the antimeridian (RFC 7946, section 3.1.9)";
        tell(&zones.name, wide, nouns, edge, remedy);
    }
}

/// Whether the coordinates are declared to be degrees.
pub(crate) fn is_geographic(crs: Option<&Crs>) -> bool {
    crs.is_some_and(|crs| crs.kind() == Kind::Geographic)
}

fn tell(source: impl std::fmt::Display, found: Count, nouns: [&str; 2], what: &str, remedy: &str) {
    let Count { count, first } = found;
    let (noun, have) = if count == 1 { (nouns[0], "has") } else { (nouns[1], "have") };
    if count > 0 {
        let count = grouped(count);
        warn(&format!(
            "{source}: {count} {noun} {have} {what}, the first at position {first}{remedy}"
        ));
    }
}
