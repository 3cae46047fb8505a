//! The prepared matcher: its rule, its queries, a callable for *best*, saving and loading.
//!
//! May use: `geometry` and `polygons`.

mod callable;
pub(crate) mod criteria;
pub(crate) mod objects;
pub(crate) mod prepared;
pub(crate) mod query;
pub(crate) mod reach;
pub(crate) mod rule;
pub(crate) mod store;
