//! Random cases that compare every path with the oracle.
//!
//! - `cases`: sites with keys.
//! - `fine`: polygons whose detail is small relative to their extent.
//! - `deep`: trees of several levels, in every order.
//! - `saved`: matchers as bytes.
//! - `stages`: from boxes to the full index.
//! - `oracle`: runs the cases of many seeds.
//! - `reached`: counts which levels of each structure the cases reached.
//! - `random`: the random numbers behind all cases.

pub(crate) mod cases;
mod deep;
mod fine;
pub(crate) mod oracle;
mod random;
pub(crate) mod reached;
mod saved;
mod stages;
