//! The tables of a GeoPackage that is written.

use rusqlite::{Connection, params};

use super::crs::System;
use super::identifier;
use crate::error::Result;

/// The tables that the standard asks for.
const TABLES: &str = "
CREATE TABLE gpkg_spatial_ref_sys (
  srs_name TEXT NOT NULL, srs_id INTEGER PRIMARY KEY, organization TEXT NOT NULL,
  organization_coordsys_id INTEGER NOT NULL, definition TEXT NOT NULL, description TEXT);
CREATE TABLE gpkg_contents (
  table_name TEXT NOT NULL PRIMARY KEY, data_type TEXT NOT NULL, identifier TEXT UNIQUE,
  description TEXT DEFAULT '',
  last_change DATETIME NOT NULL DEFAULT (strftime('%Y-%m-%dT%H:%M:%fZ','now')),
  min_x DOUBLE, min_y DOUBLE, max_x DOUBLE, max_y DOUBLE, srs_id INTEGER,
  CONSTRAINT fk_gc_r_srs_id FOREIGN KEY (srs_id) REFERENCES gpkg_spatial_ref_sys(srs_id));
CREATE TABLE gpkg_geometry_columns (
  table_name TEXT NOT NULL, column_name TEXT NOT NULL, geometry_type_name TEXT NOT NULL,
  srs_id INTEGER NOT NULL, z TINYINT NOT NULL, m TINYINT NOT NULL,
  CONSTRAINT pk_geom_cols PRIMARY KEY (table_name, column_name),
  CONSTRAINT uk_gc_table_name UNIQUE (table_name),
  CONSTRAINT fk_gc_tn FOREIGN KEY (table_name) REFERENCES gpkg_contents(table_name),
  CONSTRAINT fk_gc_srs FOREIGN KEY (srs_id) REFERENCES gpkg_spatial_ref_sys(srs_id));
";

/// The tables that say which columns are JSON.
const DATA_COLUMNS: &str = "
CREATE TABLE gpkg_extensions (
  table_name TEXT, column_name TEXT, extension_name TEXT NOT NULL, definition TEXT NOT NULL,
  scope TEXT NOT NULL, CONSTRAINT ge_tce UNIQUE (table_name, column_name, extension_name));
CREATE TABLE gpkg_data_columns (
  table_name TEXT NOT NULL, column_name TEXT NOT NULL, name TEXT, title TEXT, description TEXT,
  mime_type TEXT, constraint_name TEXT,
  CONSTRAINT pk_gdc PRIMARY KEY (table_name, column_name),
  CONSTRAINT gdc_tn UNIQUE (table_name, name));
INSERT INTO gpkg_extensions VALUES
  ('gpkg_data_columns', NULL, 'gpkg_schema', 'http://www.geopackage.org/spec121/#extension_schema',
   'read-write');
";

/// What is created for a layer.
pub(super) struct Created<'a> {
    pub(super) layer: &'a str,
    /// The name of the primary key.
    pub(super) key: &'a str,
    /// The names of the columns, with their declared types.
    pub(super) columns: &'a [(String, &'static str)],
    /// The columns whose text is JSON.
    pub(super) json: &'a [String],
    /// The column of geometry, its type, and the number of its system.
    pub(super) geometry: Option<(&'a str, &'static str, i32)>,
    pub(super) system: Option<System>,
}

impl Created<'_> {
    /// Creates the tables, in a transaction that is left open.
    pub(super) fn create(&self, connection: &Connection) -> Result<()> {
        // `GPKG` as a number, and the version 1.4.
        connection.execute_batch(
            "PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; PRAGMA locking_mode = EXCLUSIVE;
             PRAGMA cache_size = -8192; PRAGMA application_id = 1196444487;
             PRAGMA user_version = 10400; BEGIN",
        )?;
        connection.execute_batch(TABLES)?;
        for system in System::usual().iter().chain(&self.system) {
            connection.execute(
                "INSERT INTO gpkg_spatial_ref_sys VALUES (?1, ?2, ?3, ?4, ?5, NULL)",
                params![
                    system.name,
                    system.id,
                    system.organization,
                    system.code,
                    system.definition
                ],
            )?;
        }
        let columns =
            self.columns.iter().map(|(name, kind)| format!(", {} {kind}", identifier(name)));
        connection.execute_batch(&format!(
            "CREATE TABLE {} ({} INTEGER PRIMARY KEY NOT NULL{})",
            identifier(self.layer),
            identifier(self.key),
            columns.collect::<String>()
        ))?;
        let kind = if self.geometry.is_some() { "features" } else { "attributes" };
        connection.execute(
            "INSERT INTO gpkg_contents (table_name, data_type, identifier, srs_id)
             VALUES (?1, ?2, ?1, ?3)",
            params![self.layer, kind, self.geometry.map(|(_, _, srs)| srs)],
        )?;
        if let Some((column, kind, srs)) = self.geometry {
            connection.execute(
                "INSERT INTO gpkg_geometry_columns VALUES (?1, ?2, ?3, ?4, 0, 0)",
                params![self.layer, column, kind, srs],
            )?;
        }
        if !self.json.is_empty() {
            connection.execute_batch(DATA_COLUMNS)?;
        }
        for column in self.json {
            connection.execute(
                "INSERT INTO gpkg_data_columns (table_name, column_name, mime_type)
                 VALUES (?1, ?2, 'application/json')",
                params![self.layer, column],
            )?;
        }
        Ok(())
    }
}

/// What is known of a layer when all its rows are written.
pub(super) struct Extent {
    /// Least x and y, greatest x and y. Of nothing, the least are infinite.
    pub(super) bounds: [f64; 4],
    pub(super) has_z: bool,
    pub(super) has_m: bool,
}

impl Extent {
    /// Writes it, and ends the transaction.
    pub(super) fn finish(&self, connection: &Connection) -> Result<()> {
        let [xmin, ymin, xmax, ymax] = self.bounds;
        if xmin <= xmax {
            connection.execute(
                "UPDATE gpkg_contents SET min_x = ?1, min_y = ?2, max_x = ?3, max_y = ?4",
                params![xmin, ymin, xmax, ymax],
            )?;
        }
        // 2 means that some geometries have it.
        connection.execute(
            "UPDATE gpkg_geometry_columns SET z = ?1, m = ?2",
            params![2 * i32::from(self.has_z), 2 * i32::from(self.has_m)],
        )?;
        Ok(connection.execute_batch("COMMIT")?)
    }
}
