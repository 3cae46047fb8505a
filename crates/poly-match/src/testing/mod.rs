//! Random cases that hold every path against the oracle.
//!
//! `cases` are sites with keys, `fine` polygons whose detail is small for their extent, `deep` trees
//! of several levels in any order, `saved` matchers as bytes. `oracle` runs the cases of many seeds; `reached` counts which
//! levels of each structure they came to.

pub(crate) mod cases;
mod deep;
mod fine;
pub(crate) mod oracle;
mod random;
pub(crate) mod reached;
mod saved;
