//! What is asked of a table of points.

use super::coordinates::Given;
use super::on_invalid::OnInvalid;
use crate::text::Text;

/// Which columns of the points mean what.
#[derive(Debug)]
pub(crate) struct Asked {
    pub(crate) coordinates: Given,
    /// The column with a `max_dist` for each point.
    pub(crate) max_dist: Option<String>,
    /// The columns of labels.
    pub(crate) group_by: Option<GroupBy>,
    pub(crate) on_invalid: OnInvalid,
    /// How the table is written.
    pub(crate) text: Text,
}

/// The columns that hold labels.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct GroupBy {
    pub(crate) points: String,
    pub(crate) polygons: String,
}
