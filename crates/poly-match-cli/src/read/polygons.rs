//! Reads polygons: one per feature of a GeoJSON file, or one per row of a CSV file with WKT.

use std::collections::HashMap;
use std::io::Read;

use poly_match::Shapes;
use poly_match_geo::{Crs, Ewkt, Geometry, read_geojson, read_wkt};
use serde_json::{Map, Value};

use super::fields::Fields;
use super::on_invalid::OnInvalid;
use super::records::Records;
use super::source::Source;
use super::{columns, features};
use crate::failure::{Failure, Place};
use crate::format::Format;
use crate::keys::Keys;
use crate::table::{Column, Notation, Table};

/// What to read of every polygon besides its geometry.
#[derive(Debug)]
pub(crate) struct Wanted<'a> {
    pub(crate) wkt: Option<&'a str>,
    pub(crate) id: Option<&'a str>,
    pub(crate) fields: &'a Fields,
    /// The columns of keys, in the order of the criteria.
    pub(crate) keys: Vec<&'a str>,
    /// The column of labels.
    pub(crate) label: Option<&'a str>,
    pub(crate) on_invalid: OnInvalid,
}

/// The polygons, in the order of the file.
#[derive(Debug)]
pub(crate) struct Polygons {
    pub(crate) shapes: Shapes,
    /// Whether each row holds no polygon, and matches nothing.
    pub(crate) skipped: Vec<bool>,
    /// The coordinate system that the file declares.
    pub(crate) crs: Option<Crs>,
    /// The columns to write, in the order of `--fields`.
    pub(crate) fields: Table,
    /// A table of one column, if there are ids.
    pub(crate) ids: Option<Table>,
    /// The columns that the rule needs: the keys, then the label.
    ruling: Table,
    /// The number of keys.
    keys: usize,
    places: Vec<Place>,
    /// The number of members of GeometryCollections that are no polygons.
    pub(crate) ignored: usize,
}

/// Reads polygons, with the columns in `wanted`.
pub(crate) fn read(source: &Source, wanted: &Wanted<'_>, quiet: bool) -> Result<Polygons, Failure> {
    let read = || {
        let input = source.open(quiet).map_err(Failure::new)?;
        match source.format {
            Format::Csv => from_csv(input, wanted),
            Format::Geojson => from_geojson(input, wanted),
        }
    };
    read().map_err(|failure| source.failed(failure))
}

impl Polygons {
    fn new(notation: Notation, wanted: &Wanted<'_>, fields: &[String]) -> Self {
        Self {
            shapes: Shapes::new(),
            skipped: Vec::new(),
            crs: None,
            fields: Table::new(notation, fields.to_vec()),
            ids: None,
            ruling: Table::new(notation, wanted.ruling().map(str::to_owned).collect()),
            keys: wanted.keys.len(),
            places: Vec::new(),
            ignored: 0,
        }
    }

    /// The values of each key, by the name of its column; see [`Keys::read`].
    pub(crate) fn keys(&self, nulls_last: bool) -> Result<HashMap<String, Keys>, Failure> {
        let names = self.ruling.columns()[..self.keys].iter().enumerate();
        let read = |(position, name): (usize, &String)| {
            let column = self.ruling.column(position);
            let keys = Keys::read(name, column, &self.places, &self.skipped, nulls_last)?;
            Ok((name.clone(), keys))
        };
        names.map(read).collect()
    }

    /// The labels of the polygons.
    pub(crate) fn labels(&self) -> Column<'_> {
        self.ruling.column(self.keys)
    }

    /// Adds the place of the polygon to an error.
    pub(crate) fn failed(&self, error: &poly_match::Error) -> Failure {
        use poly_match::Error::{Center, Key};
        let (polygon, cause) = match error {
            Center { polygon, .. } => {
                (*polygon, "the coordinates are so large that their sum overflows")
            }
            Key { polygon } => (*polygon, "the coordinates are so large that the area overflows"),
            other => return Failure::new(other),
        };
        match self.places.get(polygon) {
            Some(&place) => Failure::at(place, cause),
            None => Failure::new(error),
        }
    }

    /// Adds the polygons of a geometry as one, or nothing if it holds none and may be skipped.
    fn push(
        &mut self,
        geometry: Geometry,
        place: Place,
        on_invalid: OnInvalid,
    ) -> Result<(), Failure> {
        let polygons = match geometry.into_polygons() {
            Ok(polygons) => Some(polygons),
            Err(absent) => on_invalid
                .refuse(absent, "polygons")
                .map(|()| None)
                .map_err(|cause| Failure::at(place, cause))?,
        };
        self.places.push(place);
        self.skipped.push(polygons.is_none());
        let Some(polygons) = polygons else {
            self.shapes.push_nothing();
            return Ok(());
        };
        self.ignored += polygons.ignored;
        let rings = polygons.parts.iter().map(|part| part.iter().map(|ring| ring.iter().copied()));
        self.shapes.push_parts(rings).map_err(|error| Failure::at(place, error))
    }

    /// Takes the system of a row. A file has one; rows without any say nothing.
    fn declare(&mut self, srid: Option<u32>) -> Result<(), String> {
        let Some(crs) = srid.and_then(Crs::of_srid) else { return Ok(()) };
        match &self.crs {
            Some(known) if *known != crs => {
                Err(format!("the SRID says {crs}, and in a row before {known}"))
            }
            _ => {
                self.crs = Some(crs);
                Ok(())
            }
        }
    }
}

impl<'a> Wanted<'a> {
    /// The columns that the rule needs.
    fn ruling(&self) -> impl Iterator<Item = &'a str> {
        self.keys.iter().copied().chain(self.label)
    }
}

fn from_csv(input: impl Read + 'static, wanted: &Wanted<'_>) -> Result<Polygons, Failure> {
    let mut records = Records::new(input)?;
    let names = records.columns();
    let geometry = match wanted.wkt {
        Some(name) => columns::named(names, name)?,
        None => columns::guess_wkt(names)?,
    };
    let id = wanted.id.map(|name| columns::named(names, name)).transpose()?;
    let fields = wanted.fields.among(|name| columns::named(names, name).is_ok());
    let mut polygons = Polygons::new(Notation::Csv, wanted, fields);
    let fields: Vec<_> =
        fields.iter().map(|name| columns::named(names, name)).collect::<Result<_, _>>()?;
    let ruling: Vec<_> =
        wanted.ruling().map(|name| columns::named(names, name)).collect::<Result<_, _>>()?;
    let mut ids = id.map(|_| id_table(Notation::Csv));
    while let Some((record, line)) = records.next()? {
        let place = Place::Line(line);
        let at = |cause| Failure::at(place, cause);
        let Ewkt { geometry, srid } = read_wkt(&record[geometry]).map_err(at)?;
        polygons.declare(srid).map_err(at)?;
        polygons.push(geometry, place, wanted.on_invalid)?;
        polygons.fields.push_row(fields.iter().map(|&field| &record[field]));
        polygons.ruling.push_row(ruling.iter().map(|&column| &record[column]));
        if let Some((ids, id)) = ids.as_mut().zip(id) {
            ids.push_row([&record[id]]);
        }
    }
    polygons.ids = ids;
    Ok(polygons)
}

fn from_geojson(input: impl Read, wanted: &Wanted<'_>) -> Result<Polygons, Failure> {
    let Fields { whole, split } = wanted.fields;
    let mut polygons = Polygons::new(Notation::Json, wanted, split);
    // Whether a text with a comma is one name is known at the end.
    let mut as_whole = (whole != split).then(|| Table::new(Notation::Json, whole.clone()));
    let mut ids = id_table(Notation::Json);
    let mut any_id = false;
    let mut known = Map::new(); // a set of names, in order of first appearance
    let crs = features::each(input, |position, feature| {
        let place = Place::Feature(position);
        let geometry = read_geojson(&feature.geometry);
        let geometry = geometry.map_err(|cause| Failure::at(place, cause))?;
        polygons.push(geometry, place, wanted.on_invalid)?;
        let property = |name: &str| feature.properties.get(name).map(ToString::to_string);
        let cell = |name: &str| property(name).unwrap_or_default();
        polygons.fields.push_row(split.iter().map(|name| cell(name)));
        if let Some(table) = &mut as_whole {
            table.push_row(whole.iter().map(|name| cell(name)));
        }
        polygons.ruling.push_row(wanted.ruling().map(cell));
        let id = match wanted.id {
            Some(name) => property(name),
            None => feature.id.as_ref().map(ToString::to_string),
        };
        any_id |= id.is_some();
        ids.push_row([id.unwrap_or_default()]);
        for name in feature.properties.keys() {
            if !known.contains_key(name) {
                known.insert(name.clone(), Value::Null);
            }
        }
        Ok(())
    })?;
    polygons.crs = crs;
    let fields = wanted.fields.among(|name| known.contains_key(name));
    if let Some(table) = as_whole.filter(|table| table.columns() == fields) {
        polygons.fields = table;
    }
    let unknown = |name: &&str| !known.contains_key(*name);
    let names = fields.iter().map(String::as_str).chain(wanted.id);
    let mut names = names.chain(wanted.ruling());
    // A file without features has no properties, so any name is accepted.
    if let Some(name) = names.find(unknown).filter(|_| !polygons.shapes.is_empty()) {
        return Err(columns::no_property(name, known.keys()));
    }
    polygons.ids = any_id.then_some(ids);
    Ok(polygons)
}

fn id_table(notation: Notation) -> Table {
    Table::new(notation, vec!["id".to_owned()])
}
