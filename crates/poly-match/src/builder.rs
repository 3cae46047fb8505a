//! From polygons and a rule to a matcher.

use crate::error::Error;
use crate::geometry::{Center, Point, Shapes};
use crate::machine::Level;
use crate::matcher::{Matcher, check_centers};
use crate::near::Part;
use crate::rank::order::Order;
use crate::rule::{Best, Near, Rule};

/// What a matcher is made of, beside its polygons.
///
/// ```
/// use poly_match::{Best, Builder, Near, Polygon, Rule, Shapes};
///
/// let square = |x: f64, side: f64| {
///     Polygon::new(vec![x, x + side, x + side, x], vec![0.0, 0.0, side, side])
/// };
/// let zones: Shapes = [square(0.0, 4.0)?, square(0.0, 2.0)?].iter().collect();
/// let rule = Rule { best: Best::First, ..Rule::from(Near::Covers) };
/// let matcher = Builder::new(rule).shapes(&zones, || Ok(()))?;
/// assert_eq!(matcher.match_points(&[[1.0, 1.0], [9.0, 1.0]])?.index, [0, -1]);
/// # Ok::<(), poly_match::Error>(())
/// ```
#[derive(Debug, Clone, Copy)]
pub struct Builder<'a> {
    rule: Rule<'a>,
    center: Center,
    groups: Option<&'a [u32]>,
}

impl<'a> Builder<'a> {
    /// A matcher by a rule.
    #[must_use]
    pub fn new(rule: impl Into<Rule<'a>>) -> Self {
        Self { rule: rule.into(), center: Center::default(), groups: None }
    }

    /// Which point of a polygon is its centre, where the rule asks for centres.
    #[must_use]
    pub fn center(self, center: Center) -> Self {
        Self { center, ..self }
    }

    /// The group of each polygon, numbered from 0: only points of the same group match it.
    ///
    /// Each group has an index of its own.
    #[must_use]
    pub fn groups(self, groups: &'a [u32]) -> Self {
        Self { groups: Some(groups), ..self }
    }

    /// Prepares polygons that are known by their centres alone.
    ///
    /// `poll` is called from the calling thread now and then; what it returns as an error ends the
    /// work.
    ///
    /// # Errors
    /// [`Error::NoShapes`] where the rule asks for more than centres, [`Error::Center`] for one that
    /// is not finite, [`Error::Keys`] and [`Error::Key`] for a key that is missing or NaN,
    /// [`Error::Groups`] where there is not one for each centre, [`Error::TooMany`] beyond 2^32 − 1
    /// polygons, and what `poll` returns.
    pub fn centers<E: From<Error>>(
        self,
        centers: &[Point],
        mut poll: impl FnMut() -> Result<(), E>,
    ) -> Result<Matcher, E> {
        check_centers(centers)?;
        let Rule { near: Near::Center(_), best, .. } = self.rule else {
            return Err(Error::NoShapes.into());
        };
        if best == Best::Area {
            return Err(Error::NoShapes.into());
        }
        let orders = self.orders(centers.len(), |_| Ok(Vec::new()), &mut poll)?;
        let part = |order: Order| Part::of_centers(order, centers, &mut poll);
        let parts = orders.into_iter().map(part).collect::<Result<_, E>>()?;
        Ok(self.matcher(parts, centers.len()))
    }

    /// Prepares polygons with all their rings.
    ///
    /// # Errors
    /// As [`centers`](Self::centers). [`Error::Center`] is for a polygon whose coordinates are so
    /// large that the centre overflows, [`Error::Key`] also for one whose area does.
    pub fn shapes<E: From<Error>>(
        self,
        shapes: &Shapes,
        mut poll: impl FnMut() -> Result<(), E>,
    ) -> Result<Matcher, E> {
        if let Near::Center(_) = self.rule.near {
            let areas: Vec<_>;
            let best = match self.rule.best {
                Best::Area => {
                    areas = shapes.areas_with(&mut poll)?;
                    Best::Key(&areas)
                }
                best => best,
            };
            let centers = shapes.centers(self.center);
            let rule = Rule { best, ..self.rule };
            return Builder { rule, ..self }.centers(&centers, poll);
        }
        let orders = self.orders(shapes.len(), |poll| shapes.areas_with(poll), &mut poll)?;
        let part = |order: Order| Part::of_shapes(order, &self.rule.near, shapes, &mut poll);
        let parts = orders.into_iter().map(part).collect::<Result<_, E>>()?;
        Ok(self.matcher(parts, shapes.len()))
    }

    /// The order of each group's polygons.
    fn orders<E: From<Error>, P: FnMut() -> Result<(), E>>(
        &self,
        count: usize,
        areas: impl FnOnce(&mut P) -> Result<Vec<f64>, E>,
        poll: &mut P,
    ) -> Result<Vec<Order>, E> {
        let Rule { best, tie, .. } = self.rule;
        let all = match best {
            Best::Area => Order::by_key(&areas(poll)?, tie, poll)?,
            Best::Key(keys) if keys.len() != count => {
                return Err(Error::Keys { expected: count, got: keys.len() }.into());
            }
            Best::Key(keys) => Order::by_key(keys, tie, poll)?,
            Best::Nearest => Order::nearest(count)?,
            Best::First => Order::first(count)?,
        };
        match self.groups {
            None => Ok(vec![all]),
            Some(groups) if groups.len() != count => {
                Err(Error::Groups { expected: count, got: groups.len() }.into())
            }
            Some(groups) => Ok(all.by_group(groups)),
        }
    }

    fn matcher(self, parts: Vec<Part>, len: usize) -> Matcher {
        Matcher {
            near: self.rule.near,
            parts,
            is_grouped: self.groups.is_some(),
            len,
            level: Level::widest(),
        }
    }
}
