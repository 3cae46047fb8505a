//! What a file says of its table before its rows are read: counts, bounds, types of geometries.

use crate::codec::Codec;

/// What is known of a table without reading its rows. What a format does not tell is `None` or empty.
///
/// It is what the file declares. Only [`rows`](Self::rows) is exact in every sound file: an extent may be
/// larger than needed, and types may be listed that do not occur.
#[derive(Debug, Clone, Default, PartialEq)]
#[non_exhaustive]
pub struct Known {
    /// The number of rows.
    pub rows: Option<u64>,
    /// One for each column of the schema, in its order; or none at all.
    pub columns: Vec<KnownColumn>,
    /// The layers of a GeoPackage.
    pub layers: Vec<Layer>,
    /// How many row groups a Parquet file has, or how many batches an Arrow IPC file.
    pub pieces: Option<u64>,
    /// Whether a FlatGeobuf file has an index of its features.
    pub has_index: Option<bool>,
    /// How the whole file is compressed.
    pub codec: Option<Codec>,
    /// The encoding of text: CSV, TSV and GeoJSON.
    pub encoding: Option<&'static str>,
    /// The byte between the cells of CSV or TSV.
    pub delimiter: Option<u8>,
    /// The byte that may stand around cells of CSV or TSV, unless there is none.
    pub quote: Option<u8>,
}

/// What is known of a column.
#[derive(Debug, Clone, Default, PartialEq)]
#[non_exhaustive]
pub struct KnownColumn {
    /// How many rows are null.
    pub nulls: Option<u64>,
    /// Of a column of numbers, the least and the greatest.
    pub range: Option<[f64; 2]>,
    /// Of a column of geometry, the least x and y, and the greatest.
    pub extent: Option<[f64; 4]>,
    /// Of a column of geometry, the types that may occur, such as `Polygon` or `Point Z`. Empty if any
    /// may.
    pub geometry_types: Vec<String>,
}

/// A layer of a GeoPackage.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Layer {
    /// The name.
    pub name: String,
    /// The type of its geometries, such as `Polygon`, or `Geometry` for any. `None` for a layer without
    /// geometry.
    pub geometry: Option<String>,
    /// Whether it is the layer that is read.
    pub is_read: bool,
}

impl Known {
    /// What is known of a table whose rows are those of both.
    pub(crate) fn and(self, other: Self) -> Self {
        let sum = |a: Option<u64>, b: Option<u64>| a?.checked_add(b?);
        let same_width = self.columns.len() == other.columns.len();
        let columns = self.columns.into_iter().zip(other.columns);
        let columns = columns.map(|(column, its)| KnownColumn {
            nulls: sum(column.nulls, its.nulls),
            range: column.range.zip(its.range).map(|(a, b)| [a[0].min(b[0]), a[1].max(b[1])]),
            extent: column
                .extent
                .zip(its.extent)
                .map(|(a, b)| [a[0].min(b[0]), a[1].min(b[1]), a[2].max(b[2]), a[3].max(b[3])]),
            geometry_types: either(column.geometry_types, its.geometry_types),
        });
        Self {
            rows: sum(self.rows, other.rows),
            columns: if same_width { columns.collect() } else { Vec::new() },
            pieces: sum(self.pieces, other.pieces),
            has_index: self.has_index.zip(other.has_index).map(|(a, b)| a && b),
            ..self
        }
    }
}

/// The types that may occur in one of two tables; none are listed if any may.
fn either(mut types: Vec<String>, others: Vec<String>) -> Vec<String> {
    if types.is_empty() || others.is_empty() {
        return Vec::new();
    }
    for other in others {
        if !types.contains(&other) {
            types.push(other);
        }
    }
    types
}

/// An extent that is one: with finite bounds, the least first. A box across the antimeridian is none.
pub(crate) fn sound(extent: [f64; 4]) -> Option<[f64; 4]> {
    let is_sound = extent.iter().all(|bound| bound.is_finite())
        && extent[0] <= extent[2]
        && extent[1] <= extent[3];
    is_sound.then_some(extent)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(rows: u64, extent: Option<[f64; 4]>, types: &[&str]) -> Known {
        let geometry_types = types.iter().map(|&name| name.to_owned()).collect();
        let column = KnownColumn { nulls: Some(1), extent, geometry_types, ..Default::default() };
        Known { rows: Some(rows), columns: vec![column], ..Default::default() }
    }

    #[test]
    fn two_tables_are_known_as_far_as_both_are() {
        let a = of(2, Some([0.0, 1.0, 2.0, 3.0]), &["Point"]);
        let b = of(3, Some([-1.0, 2.0, 1.0, 9.0]), &["Point", "Polygon"]);
        let both = a.clone().and(b);
        assert_eq!(both.rows, Some(5));
        assert_eq!(both.columns[0].nulls, Some(2));
        assert_eq!(both.columns[0].extent, Some([-1.0, 1.0, 2.0, 9.0]));
        assert_eq!(both.columns[0].geometry_types, ["Point", "Polygon"]);
        let unknown = Known { rows: None, ..of(0, None, &[]) };
        let both = a.and(unknown);
        assert_eq!((both.rows, both.columns[0].extent), (None, None));
        assert!(both.columns[0].geometry_types.is_empty());
    }

    #[test]
    fn an_extent_is_finite_and_does_not_wrap() {
        assert!(sound([0.0, 0.0, 0.0, 0.0]).is_some());
        for extent in [[170.0, 0.0, -170.0, 1.0], [0.0, 1.0, 1.0, 0.0], [f64::NAN, 0.0, 1.0, 1.0]] {
            assert_eq!(sound(extent), None);
        }
    }
}
