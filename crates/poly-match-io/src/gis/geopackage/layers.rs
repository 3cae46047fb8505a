//! The layers of a GeoPackage, and which of them is read.

use std::path::Path;

use rusqlite::{Connection, Row};

use crate::error::{Cause, Error, Result, quoted};
use crate::foreign::Foreign;
use crate::known::{Layer as Known, sound};

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
    /// Whether each has z.
    has_z: bool,
    pub(super) srs: i64,
}

impl Geometry {
    /// The types that may occur; none are listed if any may.
    pub(super) fn types(&self) -> Vec<String> {
        const ANY: [&str; 2] = ["Geometry", "GeometryCollection"];
        Some(self.name())
            .filter(|name| !ANY.iter().any(|any| name.starts_with(any)))
            .into_iter()
            .collect()
    }

    /// The name of the type, as other formats write it.
    fn name(&self) -> String {
        const NAMES: [&str; 8] = [
            "Geometry",
            "Point",
            "LineString",
            "Polygon",
            "MultiPoint",
            "MultiLineString",
            "MultiPolygon",
            "GeometryCollection",
        ];
        let known = NAMES.iter().find(|name| name.eq_ignore_ascii_case(&self.kind));
        let name = known.map_or_else(|| self.kind.clone(), |&name| name.to_owned());
        if self.has_z { name + " Z" } else { name }
    }
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

    /// The layers, for those who ask what the file has.
    pub(super) fn known(&self, connection: &Connection) -> Result<Vec<Known>> {
        let is_read = |layer: Known| Known { is_read: layer.name == self.table, ..layer };
        Ok(Self::all(connection)?.into_iter().map(Self::told).map(is_read).collect())
    }

    /// The layers, none of which is read. `file` is what errors call the file.
    pub(super) fn listed(connection: &Connection, file: &Path) -> Result<Vec<Known>> {
        check(connection, file)?;
        Ok(Self::all(connection)?.into_iter().map(Self::told).collect())
    }

    fn told(self) -> Known {
        let geometry = self.geometry.as_ref().map(Geometry::name);
        Known { name: self.table, geometry, is_read: false }
    }

    /// The extent that the file gives to the layer.
    pub(super) fn extent(&self, connection: &Connection) -> Result<Option<[f64; 4]>> {
        let sql = "SELECT min_x, min_y, max_x, max_y FROM gpkg_contents WHERE table_name = ?1";
        let bounds: [Option<f64>; 4] = connection.query_row(sql, [&self.table], |row| {
            Ok([row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?])
        })?;
        let [Some(xmin), Some(ymin), Some(xmax), Some(ymax)] = bounds else { return Ok(None) };
        Ok(sound([xmin, ymin, xmax, ymax]))
    }

    fn all(connection: &Connection) -> Result<Vec<Self>> {
        let sql = format!(
            "SELECT c.table_name, g.column_name, g.geometry_type_name, g.srs_id, g.z
             FROM gpkg_contents AS c LEFT JOIN gpkg_geometry_columns AS g
             ON c.data_type = 'features' AND g.table_name = c.table_name COLLATE NOCASE
             WHERE c.data_type IN ('features', 'attributes') LIMIT {ALL}"
        );
        // Without layers of features, the table of their columns may be missing.
        let plain = format!(
            "SELECT table_name, NULL, NULL, NULL, NULL FROM gpkg_contents
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
                has_z: row.get::<_, Option<i64>>(4)? == Some(1),
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
