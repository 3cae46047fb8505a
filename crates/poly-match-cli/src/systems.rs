//! Coordinate systems: refuses what cannot be matched, and warns of what cannot be right.

use poly_match::Shapes;
use poly_match_geo::{Count, Crs, Kind, OddDegrees, Sameness, odd_degrees, points_beyond};

use crate::args::Plan;
use crate::failure::{Failure, warn};
use crate::numbers::grouped;
use crate::read::{Points, Source};

/// Refuses degrees, if the rule measures a distance and `--planar` does not allow it.
pub(crate) fn refuse_degrees(
    plan: &Plan,
    source: &Source,
    crs: Option<&Crs>,
) -> Result<(), Failure> {
    match crs {
        Some(crs) if is_geographic(Some(crs)) && plan.rule.measures() && !plan.planar => {
            Err(source.failed(Failure::new(format_args!(
                "its coordinates are in {crs}, and degrees are not a distance; project \
                 them first, for example with ogr2ogr -t_srs, or add --planar, which treats them \
                 as plane coordinates, with --max-dist in degrees; --near contains and covers \
                 need no distance"
            ))))
        }
        _ => Ok(()),
    }
}

/// Refuses two systems that differ, and warns if that is not known.
pub(crate) fn compare(
    plan: &Plan,
    points: Option<&Crs>,
    polygons: Option<&Crs>,
) -> Result<(), Failure> {
    let Some((of_points, of_polygons)) = points.zip(polygons) else { return Ok(()) };
    let both = format!("{} has {of_points}, {} has {of_polygons}", plan.points, plan.polygons);
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

/// What cannot be right in degrees.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Odd(OddDegrees);

impl Odd {
    /// Looks at the polygons.
    pub(crate) fn of(shapes: &Shapes) -> Self {
        Self(odd_degrees(shapes))
    }

    /// Warns of points and polygons that cannot be right in degrees.
    pub(crate) fn warn(self, plan: &Plan, points: &Points) {
        let beyond = "a longitude beyond ±180 or a latitude beyond ±90";
        tell(&plan.points, points_beyond(&points.at), ["point", "points"], beyond, "");
        let Self(OddDegrees { beyond: far, wide }) = self;
        let nouns = ["polygon", "polygons"];
        tell(&plan.polygons, far, nouns, beyond, "");
        let edge = "an edge that spans more than 180 degrees of longitude";
        let remedy = "; cut polygons at the antimeridian (RFC 7946, section 3.1.9)";
        tell(&plan.polygons, wide, nouns, edge, remedy);
    }
}

/// Whether the coordinates are declared to be degrees.
pub(crate) fn is_geographic(crs: Option<&Crs>) -> bool {
    crs.is_some_and(|crs| crs.kind() == Kind::Geographic)
}

fn tell(source: &Source, found: Count, nouns: [&str; 2], what: &str, remedy: &str) {
    let Count { count, first } = found;
    let (noun, have) = if count == 1 { (nouns[0], "has") } else { (nouns[1], "have") };
    if count > 0 {
        let count = grouped(count);
        warn(&format!(
            "{source}: {count} {noun} {have} {what}, the first at position {first}{remedy}"
        ));
    }
}
