//! Coordinate systems: refuses what cannot be matched, and warns of what cannot be right.

use poly_match::{Near, Point};
use poly_match_geo::{Count, Crs, Kind, OddDegrees, Sameness, points_beyond};

use crate::failure::{Failure, warn};
use crate::numbers::grouped;

const BEYOND: &str = "a longitude beyond ±180 or a latitude beyond ±90";

/// The system of one of the tables, and what the rule does with it.
#[derive(Debug, Clone, Copy)]
pub(crate) struct System<'a> {
    /// The name of the file.
    pub(crate) file: &'a str,
    pub(crate) crs: Option<&'a Crs>,
    /// What the rule compares distances with: `--max-dist` or radii; nothing if it measures none.
    pub(crate) lengths: Option<&'static str>,
    /// Whether degrees are taken as plane coordinates.
    pub(crate) planar: bool,
}

/// What a rule compares distances with, for [`System::lengths`].
pub(crate) fn lengths(near: &Near) -> Option<&'static str> {
    match near {
        Near::Center(_) | Near::Boundary(_) => Some("--max-dist"),
        Near::Circle { .. } => Some("radii"),
        Near::Contains | Near::Covers => None,
    }
}

impl System<'_> {
    /// Refuses degrees, if the rule measures a distance and `planar` does not allow it.
    pub(crate) fn refuse_degrees(self) -> Result<(), Failure> {
        match (self.crs, self.lengths) {
            (Some(crs), Some(lengths)) if is_geographic(Some(crs)) && !self.planar => {
                let failure = Failure::new(format_args!(
                    "its coordinates are in {crs}, and degrees are not a distance; project \
                     them first, for example with ogr2ogr -t_srs, or add --planar, which treats \
                     them as plane coordinates, with {lengths} in degrees; --near contains and \
                     covers need no distance"
                ));
                Err(failure.in_file(self.file))
            }
            _ => Ok(()),
        }
    }
}

/// The system of the points, as it becomes known.
#[derive(Debug)]
pub(crate) struct OfPoints<'a> {
    file: String,
    polygons: System<'a>,
    crs: Option<Crs>,
}

impl<'a> OfPoints<'a> {
    /// Takes the system that the table of points declares.
    pub(crate) fn new(
        file: String,
        polygons: System<'a>,
        declared: Option<&Crs>,
    ) -> Result<Self, Failure> {
        let mut of_points = Self { file, polygons, crs: None };
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
                return Err(Failure::new(cause).in_file(&self.file));
            }
            (None, Some(crs)) => self.crs = Some(crs.clone()),
        }
        let points = System { file: &self.file, crs: self.crs.as_ref(), ..self.polygons };
        compare(points, self.polygons)?;
        points.refuse_degrees()
    }

    /// Whether the coordinates of either are declared to be degrees.
    pub(crate) fn are_degrees(&self) -> bool {
        is_geographic(self.crs.as_ref()) || is_geographic(self.polygons.crs)
    }
}

/// Refuses two systems that differ, and warns if that is not known.
fn compare(points: System<'_>, polygons: System<'_>) -> Result<(), Failure> {
    let Some((of_points, of_polygons)) = points.crs.zip(polygons.crs) else { return Ok(()) };
    let both = format!("{} has {of_points}, {} has {of_polygons}", points.file, polygons.file);
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

    /// Warns of points that cannot be right in degrees.
    pub(crate) fn warn(&self, file: &str) {
        if let Some(found) = self.found {
            tell(file, found, ["point", "points"], BEYOND, "");
        }
    }
}

/// Warns of polygons that cannot be right in degrees.
pub(crate) fn warn_of_polygons(file: &str, odd: OddDegrees) {
    let nouns = ["polygon", "polygons"];
    tell(file, odd.beyond, nouns, BEYOND, "");
    let edge = "an edge that spans more than 180 degrees of longitude";
    let remedy = "; cut polygons at the antimeridian (RFC 7946, section 3.1.9)";
    tell(file, odd.wide, nouns, edge, remedy);
}

/// Whether the coordinates are declared to be degrees.
pub(crate) fn is_geographic(crs: Option<&Crs>) -> bool {
    crs.is_some_and(|crs| crs.kind() == Kind::Geographic)
}

fn tell(source: &str, found: Count, nouns: [&str; 2], what: &str, remedy: &str) {
    let Count { count, first } = found;
    let (noun, have) = if count == 1 { (nouns[0], "has") } else { (nouns[1], "have") };
    if count > 0 {
        let count = grouped(count);
        warn(&format!(
            "{source}: {count} {noun} {have} {what}, the first at position {first}{remedy}"
        ));
    }
}
