//! Builds a matcher of polygons with a rule.

use std::collections::HashMap;
use std::sync::Arc;

use poly_match::{Builder, Error, Matcher, Rule, Shapes};

use crate::args::Build;
use crate::failure::{Failure, quoted};
use crate::keys::Keys;
use crate::read::{Circles, Polygons};

/// Builds a matcher. `shapes` are the shapes of the polygons, `keys` the values of the columns that the
/// rule names, and `groups` their groups.
pub(crate) fn matcher(
    build: &Build,
    polygons: &Polygons,
    shapes: Arc<Shapes>,
    keys: &HashMap<String, Keys>,
    groups: Option<&[u32]>,
) -> Result<Matcher, Failure> {
    let key = |column: &str| {
        let known = keys.get(column).map(Keys::key);
        known.ok_or_else(|| Failure::new(format_args!("there is no key {}", quoted(column))))
    };
    let best = build.rule.best.iter().map(|criterion| criterion.with_key(key));
    let best = best.collect::<Result<Vec<_>, _>>()?;
    let rule = Rule { near: build.rule.near, best: &best, tie: build.rule.tie };
    let mut builder = Builder::new(rule).center(build.rule.center).skip(&polygons.shaped.skipped);
    if let Some(groups) = groups {
        builder = builder.groups(groups);
    }
    let go_on = || Ok::<(), Error>(());
    let built = match &polygons.shaped.circles {
        Some(Circles { centers, radii }) => builder.circles_with(centers, radii, go_on),
        None => builder.shapes_with(shapes, go_on),
    };
    built.map_err(|error| polygons.failed(&error))
}
