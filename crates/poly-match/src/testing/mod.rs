//! Random cases that compare every path with the oracle.
//!
//! - `cases`: sites with keys.
//! - `circles`: centres with radii of their own.
//! - `fine`: polygons whose detail is small relative to their extent.
//! - `deep`: trees of several levels, in every order.
//! - `rows`: every way to ask, against the candidates of the oracle.
//! - `saved`: matchers as bytes.
//! - `stages`: from boxes to the full index.
//! - `oracle`: runs the cases of many seeds.
//! - `reached`: counts which levels of each structure the cases reached.
//! - `random`: the random numbers behind all cases.

pub(crate) mod cases;
mod circles;
mod deep;
mod fine;
pub(crate) mod oracle;
mod random;
pub(crate) mod reached;
mod rows;
mod saved;
mod stages;
