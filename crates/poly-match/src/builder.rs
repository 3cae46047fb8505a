//! Builds matchers from polygons and a rule.

use std::sync::Arc;

use crate::error::Error;
use crate::geometry::{Center, Point, Polygon, Shapes};
use crate::machine::Level;
use crate::matcher::Matcher;
use crate::near::boundary::Boundaries;
use crate::near::center::{Centers, check_centers};
use crate::near::circle::check_circles;
use crate::near::circle::index::Circles;
use crate::near::containment::Containing;
use crate::near::containment::boxes::Boxes;
use crate::near::containment::stages::Stages;
use crate::near::{Group, NearIndex, Prepared};
use crate::rank::criteria;
use crate::rank::order::Order;
use crate::rule::{Best, Near, Rule, Tie, Within};

/// Builds a [`Matcher`] from polygons, a rule, the kind of centre, and groups.
///
/// ```
/// use poly_match::{Best, Builder, Near, Polygon, Rule, Shapes};
///
/// let square = |x: f64, side: f64| {
///     Polygon::new(vec![x, x + side, x + side, x], vec![0.0, 0.0, side, side])
/// };
/// let zones: Shapes = [square(0.0, 4.0)?, square(0.0, 2.0)?].iter().collect();
/// let rule = Rule { best: &[Best::First], ..Rule::from(Near::Covers) };
/// let matcher = Builder::new(rule).shapes(&zones)?;
/// assert!(matcher.match_points(&[[1.0, 1.0], [9.0, 1.0]])?.indices().eq([Some(0), None]));
/// # Ok::<(), poly_match::Error>(())
/// ```
#[derive(Debug, Clone, Copy)]
pub struct Builder<'a> {
    rule: Rule<'a>,
    center: Center,
    groups: Option<&'a [u32]>,
    skip: Option<&'a [bool]>,
}

impl<'a> Builder<'a> {
    /// Starts with a rule. A [`Within`] alone means *near centre × smallest area*.
    #[must_use]
    pub fn new(rule: impl Into<Rule<'a>>) -> Self {
        Self { rule: rule.into(), center: Center::default(), groups: None, skip: None }
    }

    /// Sets which point of a polygon is its centre. Only *near center* uses it.
    #[must_use]
    pub fn center(self, center: Center) -> Self {
        Self { center, ..self }
    }

    /// Sets the group of each polygon, numbered from 0. Only points of the same group match it; see
    /// [`Query::groups`](crate::Query::groups). Each group gets its own index.
    ///
    /// ```
    /// use poly_match::{Best, Builder, Query, Rule, Within};
    ///
    /// let rule = Rule { best: &[Best::Nearest], ..Rule::from(Within::new(9.0)?) };
    /// let centers = [[0.0, 0.0], [5.0, 0.0]];
    /// let matcher = Builder::new(rule).groups(&[0, 1]).centers(&centers)?;
    /// let points = [[0.0, 1.0], [0.0, 1.0]];
    /// let query = Query { groups: Some(&[0, 1]), ..Query::from(&points) };
    /// assert!(matcher.match_points(query)?.indices().eq([Some(0), Some(1)]));
    /// # Ok::<(), poly_match::Error>(())
    /// ```
    #[must_use]
    pub fn groups(self, groups: &'a [u32]) -> Self {
        Self { groups: Some(groups), ..self }
    }

    /// Leaves out the polygons whose flag is true: they match nothing, and all positions stay. There
    /// is one flag for each polygon. The centre, the area and the keys of such a polygon are not
    /// looked at.
    ///
    /// ```
    /// # use poly_match::{Best, Builder, Near, Rule, Within};
    /// let rule = Rule { best: &[Best::First], ..Rule::from(Within::new(5.0)?) };
    /// let centers = [[f64::NAN; 2], [0.0, 0.0]];
    /// let matcher = Builder::new(rule).skip(&[true, false]).centers(&centers)?;
    /// assert_eq!((matcher.len(), matcher.skipped()), (2, 1));
    /// assert!(matcher.match_points(&[[3.0, 0.0]])?.indices().eq([Some(1)]));
    /// # Ok::<(), poly_match::Error>(())
    /// ```
    #[must_use]
    pub fn skip(self, skip: &'a [bool]) -> Self {
        Self { skip: Some(skip), ..self }
    }

    /// Builds a matcher from the centres of polygons, without their shapes.
    ///
    /// # Errors
    /// [`Error::NoShapes`] if the rule needs shapes or areas, [`Error::Center`] for a centre that is
    /// not finite, [`Error::Keys`] and [`Error::Key`] for keys of the rule, [`Error::Groups`] and
    /// [`Error::Skips`] without one group or one flag for each polygon, and [`Error::TooMany`] beyond
    /// 2^32 − 1 polygons.
    pub fn centers(self, centers: &[Point]) -> Result<Matcher, Error> {
        self.centers_with(centers, || Ok(()))
    }

    /// Builds a matcher from the centres of polygons, and calls `poll` every few milliseconds from
    /// the calling thread. An error of `poll` ends the work.
    ///
    /// # Errors
    /// The errors of [`centers`](Self::centers) and of `poll`.
    pub fn centers_with<E: From<Error>>(
        self,
        centers: &[Point],
        poll: impl FnMut() -> Result<(), E>,
    ) -> Result<Matcher, E> {
        self.centers_and_areas(centers, |_| Err(Error::NoShapes.into()), poll)
    }

    /// Builds a matcher from centres. `areas` is called if the rule compares areas.
    fn centers_and_areas<E: From<Error>, P: FnMut() -> Result<(), E>>(
        self,
        centers: &[Point],
        areas: impl FnOnce(&mut P) -> Result<Vec<f64>, E>,
        mut poll: P,
    ) -> Result<Matcher, E> {
        let within = match self.rule.near {
            Near::Center(within) => within,
            Near::Circle { .. } => return Err(Error::NoCircles.into()),
            Near::Boundary(_) | Near::Contains | Near::Covers => return Err(Error::NoShapes.into()),
        };
        check_centers(centers, self.skip)?;
        let orders = self.orders(centers.len(), areas, &mut poll)?;
        let index =
            |order: &Order| Centers::new(within, order, centers, &mut poll).map(NearIndex::Center);
        self.matcher(orders, index, centers.len())
    }

    /// Builds a matcher from circles: a centre and a radius for each. The rule is [`Near::Circle`].
    ///
    /// A point is in a circle if `sqrt(dx*dx + dy*dy) < radius`, or `<=` if the rule is inclusive. The
    /// same holds as for [`Within`]: at radius 0 nothing is near, at infinity everything is. The distance
    /// of a candidate is that to its centre. The smallest area is the smallest radius.
    ///
    /// ```
    /// use poly_match::{Builder, Near, Rule};
    ///
    /// let rule = Rule::from(Near::Circle { inclusive: false });
    /// let (centers, radii) = ([[0.0, 0.0], [2.0, 0.0]], [9.0, 3.0]);
    /// let matcher = Builder::new(rule).circles(&centers, &radii)?;
    /// let points = [[1.0, 0.0], [5.0, 0.0], [9.0, 0.0]];
    /// assert!(matcher.match_points(&points)?.indices().eq([Some(1), Some(0), None]));
    /// # Ok::<(), poly_match::Error>(())
    /// ```
    ///
    /// # Errors
    /// [`Error::NotCircles`] for another rule, [`Error::Radii`] if there is not one radius for each centre,
    /// [`Error::Radius`] for a radius that is negative or NaN, and the errors of
    /// [`centers`](Self::centers), except [`Error::NoShapes`].
    pub fn circles(self, centers: &[Point], radii: &[f64]) -> Result<Matcher, Error> {
        self.circles_with(centers, radii, || Ok(()))
    }

    /// Builds a matcher from circles, and calls `poll` every few milliseconds from the calling thread. An
    /// error of `poll` ends the work.
    ///
    /// # Errors
    /// The errors of [`circles`](Self::circles) and of `poll`.
    pub fn circles_with<E: From<Error>>(
        self,
        centers: &[Point],
        radii: &[f64],
        mut poll: impl FnMut() -> Result<(), E>,
    ) -> Result<Matcher, E> {
        let inclusive = match self.rule.near {
            Near::Circle { inclusive } => inclusive,
            Near::Center(_) | Near::Boundary(_) | Near::Contains | Near::Covers => {
                return Err(Error::NotCircles.into());
            }
        };
        check_circles(centers, radii, self.skip)?;
        // Areas rise with the radii, which unlike them do not overflow.
        let orders = self.orders(centers.len(), |_| Ok(radii.to_vec()), &mut poll)?;
        let index = |order: &Order| {
            let ranked = order.ranking.order();
            Circles::new((centers, radii), inclusive, ranked, &mut poll).map(NearIndex::Circle)
        };
        self.matcher(orders, index, centers.len())
    }

    /// Builds a matcher from polygons with all their rings. It keeps the shapes: those given by
    /// reference are copied first.
    ///
    /// # Errors
    /// The errors of [`centers`](Self::centers), except [`Error::NoShapes`]; [`Error::NoCircles`] for the
    /// rule [`Near::Circle`]. [`Error::Center`] also means
    /// that the coordinates of a polygon are so large that its centre overflows, and [`Error::Key`] that
    /// its area is NaN for this reason.
    pub fn shapes(self, shapes: impl Into<Arc<Shapes>>) -> Result<Matcher, Error> {
        self.shapes_with(shapes, || Ok(()))
    }

    /// Builds a matcher from polygons with all their rings, and calls `poll` every few milliseconds
    /// from the calling thread. An error of `poll` ends the work.
    ///
    /// # Errors
    /// The errors of [`shapes`](Self::shapes) and of `poll`.
    pub fn shapes_with<E: From<Error>>(
        self,
        shapes: impl Into<Arc<Shapes>>,
        mut poll: impl FnMut() -> Result<(), E>,
    ) -> Result<Matcher, E> {
        let (near, shapes) = (self.rule.near, shapes.into());
        let centers = match near {
            Near::Circle { .. } => return Err(Error::NoCircles.into()),
            Near::Center(_) => shapes.centers(self.center),
            Near::Boundary(_) | Near::Contains | Near::Covers => Vec::new(),
        };
        check_centers(&centers, self.skip)?;
        let orders = self.orders(shapes.len(), |poll| shapes.areas_with(poll), &mut poll)?;
        let index = |order: &Order| {
            let ranked = order.ranking.order();
            let mut boxes = || Boxes::new(shapes.clone(), ranked, &mut poll);
            let containing = |boundary_counts, boxes| {
                let stages = Arc::new(Stages::new(boxes));
                NearIndex::Containment(Containing { boundary_counts, stages })
            };
            Ok(match near {
                Near::Circle { .. } => return Err(Error::NoCircles.into()),
                Near::Center(within) => {
                    NearIndex::Center(Centers::new(within, order, &centers, &mut poll)?)
                }
                Near::Boundary(within) => {
                    let stages = Arc::new(Stages::new(boxes()?));
                    NearIndex::Boundary(Boundaries { within, stages })
                }
                Near::Contains => containing(false, boxes()?),
                Near::Covers => containing(true, boxes()?),
            })
        };
        self.matcher(orders, index, shapes.len())
    }

    /// The order of each group's polygons.
    fn orders<E: From<Error>, P: FnMut() -> Result<(), E>>(
        &self,
        count: usize,
        areas: impl FnOnce(&mut P) -> Result<Vec<f64>, E>,
        poll: &mut P,
    ) -> Result<Vec<Order>, E> {
        let all = criteria::order(&self.rule, count, self.skip, areas, poll)?;
        match self.groups {
            None => Ok(vec![all]),
            Some(groups) if groups.len() != count => {
                Err(Error::Groups { expected: count, got: groups.len() }.into())
            }
            Some(groups) => Ok(all.by_group(groups)),
        }
    }

    fn matcher<E>(
        self,
        orders: Vec<Order>,
        mut index: impl FnMut(&Order) -> Result<NearIndex, E>,
        len: usize,
    ) -> Result<Matcher, E> {
        let group = |order: Order| Ok(Group { index: index(&order)?, order });
        let groups = orders.into_iter().map(group).collect::<Result<_, E>>()?;
        let near = self.rule.near;
        let (is_grouped, level) = (self.groups.is_some(), Level::widest());
        Ok(Matcher { prepared: Prepared { near, groups, is_grouped, len, level } })
    }
}

impl Matcher {
    /// Builds a matcher from polygons and a rule. A [`Within`] alone means *near centre × smallest
    /// area*.
    ///
    /// Use [`Builder`] for groups, for another kind of centre, or for polygons in [`Shapes`].
    ///
    /// # Errors
    /// [`Error::Center`] or [`Error::Key`] for a polygon whose coordinates are so large that its
    /// centre or its area overflows; [`Error::Keys`] and [`Error::Key`] for keys of the rule.
    ///
    /// ```
    /// use poly_match::{Matcher, Polygon, Within};
    ///
    /// let square = Polygon::new(vec![0.0, 4.0, 4.0, 0.0], vec![0.0, 0.0, 4.0, 4.0])?;
    /// let matcher = Matcher::new(&[square], Within::new(10.0)?)?;
    /// let found = matcher.find([2.0, 5.0])?.expect("the centre is 3 away");
    /// assert_eq!((found.index, found.distance), (0, 3.0));
    /// # Ok::<(), poly_match::Error>(())
    /// ```
    pub fn new<'k>(polygons: &[Polygon], rule: impl Into<Rule<'k>>) -> Result<Self, Error> {
        let rule = rule.into();
        match rule.near {
            Near::Circle { .. } => Err(Error::NoCircles),
            Near::Boundary(_) | Near::Contains | Near::Covers => {
                Builder::new(rule).shapes(polygons.iter().collect::<Shapes>())
            }
            Near::Center(_) => {
                let centers: Vec<_> = polygons.iter().map(Polygon::center).collect();
                let areas = |_: &mut _| Ok(polygons.iter().map(Polygon::area).collect());
                Builder::new(rule).centers_and_areas(&centers, areas, || Ok(()))
            }
        }
    }

    /// Builds a matcher from the centres of polygons and a key for each. A centre is near if it is within
    /// the distance of `near`; the smallest key wins.
    ///
    /// # Errors
    /// [`Error::Keys`] if there is not one key for each centre, [`Error::Center`] for a centre that is
    /// not finite, [`Error::Key`] for a key that is NaN, [`Error::TooMany`] beyond 2^32 − 1 polygons.
    pub fn from_arrays(centers: &[Point], keys: &[f64], near: Within) -> Result<Self, Error> {
        Self::from_arrays_with(centers, keys, near, || Ok::<(), Error>(()))
    }

    /// Builds a matcher from centres and keys, and calls `poll` from the calling thread every few
    /// milliseconds, or tens of them for many millions of polygons. An error of `poll` ends the work.
    ///
    /// # Errors
    /// The errors of [`from_arrays`](Self::from_arrays) and of `poll`.
    pub fn from_arrays_with<E: From<Error>>(
        centers: &[Point],
        keys: &[f64],
        near: Within,
        poll: impl FnMut() -> Result<(), E>,
    ) -> Result<Self, E> {
        let rule = Rule { near: near.into(), best: &[Best::key(keys)], tie: Tie::Index };
        Builder::new(rule).centers_with(centers, poll)
    }
}
