//! What the footer says of the columns: nulls, ranges, and bounds and types of geometries.
//!
//! Bounds come from the metadata of GeoParquet, or else from the statistics of a covering column, or those
//! that Parquet keeps for its own geometry types.

use arrow_schema::{DataType, Schema};
use parquet::file::metadata::{ColumnChunkMetaData, ParquetMetaData};
use parquet::file::statistics::Statistics;

use crate::geo::{self, COVERING};
use crate::known::{KnownColumn, sound};

/// What is known of the columns at the positions `roots`. `schema` has all columns of the file, and
/// `metadata` has statistics.
pub(super) fn columns(
    schema: &Schema,
    metadata: &ParquetMetaData,
    geo: Option<&geo::Metadata>,
    roots: &[usize],
) -> Vec<KnownColumn> {
    let leaves = Leaves { metadata };
    let known = |&root: &usize| {
        let field = schema.field(root);
        let mut known = KnownColumn::default();
        if let Some(leaf) = leaves.only(root) {
            known.nulls = leaves.nulls(leaf);
            if is_signed_or_float(field.data_type()) {
                known.range = leaves.range(leaf);
            }
            known.extent = leaves.extent(leaf);
            known.geometry_types = leaves.types(leaf);
        }
        let said = geo.and_then(|geo| geo.columns.iter().find(|said| said.name == *field.name()));
        if let Some(said) = said {
            known.geometry_types.clone_from(&said.geometry_types);
            known.extent = said.bbox.and_then(sound);
        }
        if known.extent.is_none() {
            let covering = field.metadata().get(COVERING);
            known.extent = covering.and_then(|name| leaves.covered(name));
        }
        known
    };
    roots.iter().map(known).collect()
}

/// Whether the statistics of a column have the order of its numbers.
fn is_signed_or_float(kind: &DataType) -> bool {
    kind.is_signed_integer() || matches!(kind, DataType::Float32 | DataType::Float64)
}

/// The columns of values in the row groups.
struct Leaves<'m> {
    metadata: &'m ParquetMetaData,
}

impl Leaves<'_> {
    /// The values of a column that has no parts.
    fn only(&self, root: usize) -> Option<usize> {
        let schema = self.metadata.file_metadata().schema_descr();
        let mut leaves =
            (0..schema.num_columns()).filter(|&leaf| schema.get_column_root_idx(leaf) == root);
        let leaf = leaves.next().filter(|_| leaves.next().is_none())?;
        let is_plain = schema.column(leaf).path().parts().len() == 1
            && schema.column(leaf).max_rep_level() == 0;
        is_plain.then_some(leaf)
    }

    /// The chunks of the values in the row groups that have rows.
    fn chunks(&self, leaf: usize) -> impl Iterator<Item = &ColumnChunkMetaData> {
        let groups = self.metadata.row_groups().iter();
        groups.filter(|group| group.num_rows() > 0).map(move |group| group.column(leaf))
    }

    fn nulls(&self, leaf: usize) -> Option<u64> {
        self.chunks(leaf)
            .try_fold(0_u64, |sum, chunk| sum.checked_add(chunk.statistics()?.null_count_opt()?))
    }

    /// The least and the greatest value; `None` also if there is none.
    fn range(&self, leaf: usize) -> Option<[f64; 2]> {
        let mut range = [f64::INFINITY, f64::NEG_INFINITY];
        for chunk in self.chunks(leaf) {
            let statistics = chunk.statistics()?;
            let are_null = |nulls| u64::try_from(chunk.num_values()) == Ok(nulls);
            if statistics.null_count_opt().is_some_and(are_null) {
                continue;
            }
            let [least, greatest] = ends(statistics)?;
            range = [range[0].min(least), range[1].max(greatest)];
        }
        (range[0] <= range[1] && range.iter().all(|end| end.is_finite())).then_some(range)
    }

    /// The box that Parquet keeps for a column of its geometry types.
    fn extent(&self, leaf: usize) -> Option<[f64; 4]> {
        let mut all: Option<[f64; 4]> = None;
        for chunk in self.chunks(leaf) {
            let bounds = chunk.geo_statistics()?.bounding_box()?;
            let bounds =
                [bounds.get_xmin(), bounds.get_ymin(), bounds.get_xmax(), bounds.get_ymax()];
            let [xmin, ymin, xmax, ymax] = sound(bounds)?;
            let [a, b, c, d] = all.unwrap_or(bounds);
            all = Some([a.min(xmin), b.min(ymin), c.max(xmax), d.max(ymax)]);
        }
        all
    }

    /// The types that Parquet keeps for such a column; none if it does not know them all.
    fn types(&self, leaf: usize) -> Vec<String> {
        let mut codes = Vec::new();
        for chunk in self.chunks(leaf) {
            let its = chunk.geo_statistics().and_then(|geo| geo.geospatial_types());
            let Some(its) = its.filter(|its| !its.is_empty()) else { return Vec::new() };
            codes.extend(its);
        }
        codes.sort_unstable();
        codes.dedup();
        codes.into_iter().map(named).collect::<Option<_>>().unwrap_or_default()
    }

    /// The box of a covering column: the least of its least bounds, and the greatest of its greatest.
    fn covered(&self, covering: &str) -> Option<[f64; 4]> {
        let schema = self.metadata.file_metadata().schema_descr();
        let bound = |name: &str, end: usize| {
            let leaf = (0..schema.num_columns())
                .find(|&leaf| schema.column(leaf).path().parts() == [covering, name])?;
            Some(self.range(leaf)?[end])
        };
        sound([bound("xmin", 0)?, bound("ymin", 0)?, bound("xmax", 1)?, bound("ymax", 1)?])
    }
}

/// The least and the greatest number of a chunk.
#[allow(clippy::cast_precision_loss)] // an extent is for people
fn ends(statistics: &Statistics) -> Option<[f64; 2]> {
    Some(match statistics {
        Statistics::Int32(values) => [f64::from(*values.min_opt()?), f64::from(*values.max_opt()?)],
        Statistics::Int64(values) => [*values.min_opt()? as f64, *values.max_opt()? as f64],
        Statistics::Float(values) => [f64::from(*values.min_opt()?), f64::from(*values.max_opt()?)],
        Statistics::Double(values) => [*values.min_opt()?, *values.max_opt()?],
        _ => return None,
    })
}

/// The name of a type by its code in well-known binary of ISO.
fn named(code: i32) -> Option<String> {
    let name = match code % 1000 {
        1 => "Point",
        2 => "LineString",
        3 => "Polygon",
        4 => "MultiPoint",
        5 => "MultiLineString",
        6 => "MultiPolygon",
        7 => "GeometryCollection",
        _ => return None,
    };
    let suffix = match code / 1000 {
        0 => "",
        1 => " Z",
        2 => " M",
        3 => " ZM",
        _ => return None,
    };
    Some(format!("{name}{suffix}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_have_names() {
        assert_eq!(named(3).as_deref(), Some("Polygon"));
        assert_eq!(named(3006).as_deref(), Some("MultiPolygon ZM"));
        for code in [0, 8, 4001, -1, -1001] {
            assert_eq!(named(code), None, "{code}");
        }
    }
}
