//! The layers of a GeoPackage, and which of them is read.

use std::path::Path;

use rusqlite::{Connection, Row};

use crate::error::{Cause, Error, Result, quoted};
use crate::foreign::Foreign;

/// Layers that a message lists, at most.
const MOST: usize = 8;

/// Layers that are looked at, at most.
const ALL: usize = 10_000;

/// A layer: a table of features or of attributes.
#[derive(Debug, Clone)]
pub(super) struct Layer {
    pub(super) table: String,
    pub(super) geometry: Option<Geometry>,
}

/// What a GeoPackage says of a column of geometry.
#[derive(Debug, Clone)]
pub(super) struct Geometry {
    pub(super) column: String,
    /// The type, such as POLYGON.
    kind: String,
    pub(super) srs: i64,
}

impl Layer {
    /// Finds the layer of a name, or else the only layer of features, or else the only one. `file` is what
    /// errors call the file.
    pub(super) fn find(connection: &Connection, name: Option<&str>, file: &Path) -> Result<Self> {
        check(connection, file)?;
        let layers = Self::all(connection)?;
        let Some(name) = name else { return only(layers) };
        let of_name = |is_same: &dyn Fn(&str) -> bool| {
            layers.iter().find(|layer| is_same(&layer.table)).cloned()
        };
        let found = of_name(&|table| table == name)
            .or_else(|| of_name(&|table| table.eq_ignore_ascii_case(name)));
        found.ok_or_else(|| {
            let listed = list(&layers);
            Error::new(Cause::Layer(format!("expected a layer {}, got {listed}", quoted(name))))
        })
    }

    fn all(connection: &Connection) -> Result<Vec<Self>> {
        let sql = format!(
            "SELECT c.table_name, g.column_name, g.geometry_type_name, g.srs_id
             FROM gpkg_contents AS c LEFT JOIN gpkg_geometry_columns AS g
             ON c.data_type = 'features' AND g.table_name = c.table_name COLLATE NOCASE
             WHERE c.data_type IN ('features', 'attributes') LIMIT {ALL}"
        );
        // Without layers of features, the table of their columns may be missing.
        let plain = format!(
            "SELECT table_name, NULL, NULL, NULL FROM gpkg_contents
             WHERE data_type IN ('features', 'attributes') LIMIT {ALL}"
        );
        let has_geometry = is_table(connection, "gpkg_geometry_columns")?;
        let mut statement = connection.prepare(if has_geometry { &sql } else { &plain })?;
        let layers = statement.query_map([], Self::of_row)?;
        Ok(layers.collect::<rusqlite::Result<_>>()?)
    }

    fn of_row(row: &Row<'_>) -> rusqlite::Result<Self> {
        let geometry = match row.get(1)? {
            Some(column) => Some(Geometry {
                column,
                kind: row.get::<_, Option<_>>(2)?.unwrap_or_default(),
                srs: row.get::<_, Option<_>>(3)?.unwrap_or(-1),
            }),
            None => None,
        };
        Ok(Self { table: row.get(0)?, geometry })
    }
}

/// Chooses where no layer is named.
fn only(layers: Vec<Layer>) -> Result<Layer> {
    let features: Vec<_> = layers.iter().filter(|layer| layer.geometry.is_some()).collect();
    match (features.as_slice(), layers.as_slice()) {
        ([only], _) => Ok((*only).clone()),
        ([], [only]) => Ok(only.clone()),
        ([], []) => Err(Error::unsupported(
            "expected a GeoPackage with a layer of features or of attributes, got one without, \
             such as one of tiles",
        )),
        _ => {
            let listed = list(&layers);
            Err(Error::new(Cause::Layer(format!("expected one layer or its name, got {listed}"))))
        }
    }
}

fn list(layers: &[Layer]) -> String {
    let named = |layer: &Layer| match &layer.geometry {
        Some(geometry) => {
            let kind: String =
                geometry.kind.chars().filter(char::is_ascii_alphabetic).take(20).collect();
            format!("{} ({kind})", quoted(&layer.table))
        }
        None => format!("{} (no geometry)", quoted(&layer.table)),
    };
    let mut listed: Vec<_> = layers.iter().take(MOST).map(named).collect();
    match layers.len() {
        0 => listed.push("none".to_owned()),
        len if len > MOST => listed.push(format!("and {} more", len - MOST)),
        _ => {}
    }
    format!("the layers {}", listed.join(", "))
}

/// Checks that a database is a GeoPackage.
fn check(connection: &Connection, file: &Path) -> Result<()> {
    if is_table(connection, "gpkg_contents")? {
        return Ok(());
    }
    let has = |name| is_table(connection, name);
    let what = if has("spatial_ref_sys")? && has("geometry_columns")? {
        Foreign::SpatiaLite
    } else if has("metadata")? {
        Foreign::Tiles
    } else {
        Foreign::Sqlite
    };
    Err(what.error(file))
}

/// Whether a table is there. A view or a virtual table is none: they run SQL of the file.
pub(super) fn is_table(connection: &Connection, name: &str) -> Result<bool> {
    let sql = "SELECT count(*) FROM pragma_table_list
               WHERE schema = 'main' AND type = 'table' AND name = ?1 COLLATE NOCASE";
    Ok(connection.query_row(sql, [name], |row| row.get::<_, i64>(0))? > 0)
}
