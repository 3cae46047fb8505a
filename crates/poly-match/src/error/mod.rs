//! The errors of the core. Each carries the numbers that say what is wrong, and where.
//!
//! | category | variants | fitting Python exception |
//! |---|---|---|
//! | shape of the input | `Lengths`, `NoVertices`, `Keys`, `Radii`, `CandidateKeys`, `MaxDists`, `Groups`, `Skips`, `Offsets`, `TooMany` | `ValueError` |
//! | value in the input | `Vertex`, `Center`, `Radius`, `Key`, `CandidateKey`, `Point`, `MaxDist`, `MaxDistOf`, `Criterion`, `CriterionTwice` | `ValueError` |
//! | inputs that do not fit together | `NotMeasured`, `OwnRadii`, `NoGroups`, `Ungrouped`, `NoShapes`, `NotCircles`, `NoCircles` | `ValueError` |
//! | bytes that are not a saved matcher, or are damaged | `Unreadable` | `ValueError` |
//! | a bug in this library | `WorkerPanicked` | `RuntimeError` |

mod unreadable;

use std::{fmt, io};

pub use unreadable::Unreadable;
pub(crate) use unreadable::unsound;

/// What is wrong with the input, and where.
///
/// Positions count from 0. The position of a polygon is `None` if the polygon is not part of a
/// list.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub enum Error {
    /// x and y differ in length.
    Lengths {
        /// Position of the polygon.
        polygon: Option<usize>,
        /// Number of x coordinates.
        x: usize,
        /// Number of y coordinates.
        y: usize,
    },
    /// A polygon, or one of its rings, has no vertex.
    NoVertices {
        /// Position of the polygon.
        polygon: Option<usize>,
    },
    /// A vertex is NaN or infinite.
    Vertex {
        /// Position of the polygon.
        polygon: Option<usize>,
        /// Position of the vertex in its polygon.
        vertex: usize,
        /// The coordinates found.
        got: [f64; 2],
    },
    /// A centre is NaN or infinite: it was given so, or the sum of finite vertices overflowed.
    Center {
        /// Position of the polygon.
        polygon: usize,
        /// The coordinates found.
        got: [f64; 2],
    },
    /// The radius of a circle is negative or NaN.
    Radius {
        /// Position of the circle.
        polygon: usize,
        /// The value found.
        got: f64,
    },
    /// The number of radii differs from the number of centres.
    Radii {
        /// Number of centres.
        expected: usize,
        /// Number of radii.
        got: usize,
    },
    /// A key (an area, a priority) is NaN or missing, so it cannot be compared.
    Key {
        /// Position of the polygon.
        polygon: usize,
    },
    /// The number of keys differs from the number of polygons.
    Keys {
        /// Number of polygons.
        expected: usize,
        /// Number of keys.
        got: usize,
    },
    /// A text is none of the words of a criterion; see [`Criterion`](crate::Criterion).
    Criterion {
        /// The text.
        got: String,
    },
    /// A criterion comes twice in a list.
    CriterionTwice {
        /// The criterion.
        got: String,
    },
    /// The number of flags of [`Builder::skip`](crate::Builder::skip) differs from the number of
    /// polygons.
    Skips {
        /// Number of polygons.
        expected: usize,
        /// Number of flags.
        got: usize,
    },
    /// A point is NaN or infinite.
    Point {
        /// Position of the point.
        point: usize,
        /// The coordinates found.
        got: [f64; 2],
    },
    /// `max_dist` is negative or NaN.
    MaxDist {
        /// The value found.
        got: f64,
    },
    /// The `max_dist` of a point is negative or NaN.
    MaxDistOf {
        /// Position of the point.
        point: usize,
        /// The value found.
        got: f64,
    },
    /// The number of `max_dist` values differs from the number of points.
    MaxDists {
        /// Number of points.
        expected: usize,
        /// Number of distances.
        got: usize,
    },
    /// There is a `max_dist` for each point, but the rule measures no distance.
    NotMeasured,
    /// There is a `max_dist` for each point, but each polygon is a circle with a radius of its own.
    OwnRadii,
    /// The number of groups differs from the number of points or of polygons.
    Groups {
        /// Number of points or polygons.
        expected: usize,
        /// Number of groups.
        got: usize,
    },
    /// The polygons have groups, but the points have none.
    NoGroups,
    /// The points have groups, but the polygons have none.
    Ungrouped,
    /// The rule needs areas or boundaries, but only centres are known.
    NoShapes,
    /// The polygons are circles, but the rule is for polygons with a shape.
    NotCircles,
    /// The rule is for circles, but the polygons have no radius.
    NoCircles,
    /// The number of keys differs from the number of candidates.
    CandidateKeys {
        /// Number of candidates.
        expected: usize,
        /// Number of keys.
        got: usize,
    },
    /// The key of a candidate is NaN.
    CandidateKey {
        /// Position of the point.
        point: usize,
        /// Position of the polygon.
        polygon: usize,
    },
    /// Offsets into vertices, rings or parts are invalid.
    Offsets {
        /// What the offsets belong to: "ring", "part" or "polygon".
        of: &'static str,
        /// Position of the offset.
        position: usize,
        /// The value found; `None` if there are no offsets at all.
        got: Option<i64>,
        /// The number of things that the offsets point to.
        len: usize,
    },
    /// There are more than 2^32 − 1 polygons, so their positions do not fit in 32 bits.
    TooMany {
        /// Number of polygons.
        got: usize,
    },
    /// The bytes cannot be read as a saved matcher.
    Unreadable(Unreadable),
    /// A worker thread panicked. This is a bug in this library, not in the input.
    WorkerPanicked,
}

impl Error {
    /// Sets the position of the polygon in [`Lengths`](Self::Lengths),
    /// [`NoVertices`](Self::NoVertices) and [`Vertex`](Self::Vertex). Returns any other error as it is.
    #[must_use]
    pub fn of_polygon(self, position: usize) -> Self {
        let polygon = Some(position);
        match self {
            Self::Lengths { x, y, .. } => Self::Lengths { polygon, x, y },
            Self::NoVertices { .. } => Self::NoVertices { polygon },
            Self::Vertex { vertex, got, .. } => Self::Vertex { polygon, vertex, got },
            other => other,
        }
    }
}

/// Displays " of polygon 7", or nothing for a polygon without a position.
struct Of(Option<usize>);

impl fmt::Display for Of {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.map_or(Ok(()), |position| write!(f, " of polygon {position}"))
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Lengths { polygon, x, y } => {
                write!(f, "x and y{} must have the same length, got {x} and {y}", Of(*polygon))
            }
            Self::NoVertices { polygon: None } => {
                write!(f, "a polygon must have at least one vertex, got none")
            }
            Self::NoVertices { polygon: Some(position) } => {
                write!(f, "polygon {position} must have at least one vertex, got none")
            }
            Self::Vertex { polygon, vertex, got: [x, y] } => {
                write!(f, "vertex {vertex}{} must be finite, got ({x}, {y})", Of(*polygon))
            }
            Self::Center { polygon, got: [x, y] } => {
                write!(f, "the centre of polygon {polygon} must be finite, got ({x}, {y})")
            }
            Self::Radius { polygon, got } => write!(
                f,
                "the radius of circle {polygon} must be zero or more (infinity means all), got {got}"
            ),
            Self::Radii { expected, got } => {
                write!(f, "expected one radius for each of {expected} centres, got {got}")
            }
            Self::Key { polygon } => {
                write!(
                    f,
                    "the area or key of polygon {polygon} is NaN or missing, so it cannot be compared"
                )
            }
            Self::Keys { expected, got } => {
                write!(f, "expected one key for each of {expected} polygons, got {got}")
            }
            Self::Criterion { got } => write!(
                f,
                "expected a criterion: smallest, largest, nearest, first, min:COLUMN or max:COLUMN, \
                 got {got:?}"
            ),
            Self::CriterionTwice { got } => write!(f, "the criterion {got} comes twice"),
            Self::Skips { expected, got } => {
                write!(f, "expected one flag for each of {expected} polygons, got {got}")
            }
            Self::Point { point, got: [x, y] } => {
                write!(f, "point {point} must be finite, got ({x}, {y})")
            }
            Self::MaxDist { got } => {
                write!(f, "max_dist must be zero or more (infinity means all), got {got}")
            }
            Self::MaxDistOf { point, got } => {
                write!(f, "max_dist of point {point} must be zero or more, got {got}")
            }
            Self::MaxDists { expected, got } => {
                write!(f, "expected one max_dist for each of {expected} points, got {got}")
            }
            Self::NotMeasured => {
                write!(f, "max_dist has no meaning where a polygon must contain or cover the point")
            }
            Self::OwnRadii => {
                write!(f, "max_dist has no meaning where each circle has a radius of its own")
            }
            Self::Groups { expected, got } => {
                write!(f, "expected {expected} groups, one for each polygon or point, got {got}")
            }
            Self::NoGroups => {
                write!(f, "the polygons have groups, so each point must have one too, got none")
            }
            Self::Ungrouped => {
                write!(f, "the points have groups, but the polygons have none")
            }
            Self::NoShapes => {
                write!(f, "the rule needs polygons with vertices, got centres alone")
            }
            Self::NotCircles => {
                write!(f, "circles need the rule circle, which compares with their own radii")
            }
            Self::NoCircles => {
                write!(f, "the rule circle needs a radius for each polygon, got none")
            }
            Self::CandidateKeys { expected, got } => {
                write!(f, "expected one key for each of {expected} candidates, got {got}")
            }
            Self::CandidateKey { point, polygon } => {
                write!(
                    f,
                    "the key of polygon {polygon} for point {point} is NaN, so it cannot be compared"
                )
            }
            Self::Offsets { of, got: None, .. } => {
                write!(f, "the {of} offsets must begin with 0, got none")
            }
            Self::Offsets { of, position, got: Some(got), len } => {
                write!(f, "the {of} offsets must rise from 0 to {len}, got {got} at {position}")
            }
            Self::TooMany { got } => {
                write!(f, "at most {} polygons fit in one matcher, got {got}", u32::MAX)
            }
            Self::Unreadable(why) => why.fmt(f),
            Self::WorkerPanicked => write!(f, "a worker thread panicked; please report this"),
        }
    }
}

impl std::error::Error for Error {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Self::Unreadable(why) => Some(why),
            _ => None,
        }
    }
}

impl From<Error> for io::Error {
    fn from(error: Error) -> Self {
        Self::other(error)
    }
}

/// Two errors are equal if all their values are equal. NaN equals NaN here.
impl PartialEq for Error {
    fn eq(&self, other: &Self) -> bool {
        format!("{self:?}") == format!("{other:?}")
    }
}

impl Eq for Error {}
