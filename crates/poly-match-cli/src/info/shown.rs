//! What was found out, for people: lines of at most 80 characters.

use arrow_schema::SchemaRef;
use poly_match_geo::{Crs, Kind};
use poly_match_io::{Format, Layer};

use super::about::{Place, Table, Why};
use super::geometry::Measured;
use super::rows::{FirstRows, cut};
use super::saved::Saved;
use super::words;
use crate::failure::quoted;
use crate::numbers::{counted, grouped, short};
use crate::read::Order;

/// Significant digits of an extent, which are enough for a millimetre in degrees.
const DIGITS: usize = 9;

/// The width of lines, and of the labels in front of them.
const WIDTH: usize = 80;
const LABELS: usize = 12;

/// The most characters of a name.
const NAME: usize = 32;

/// The most labels of groups, layers, and the like that are listed.
const MOST: usize = 12;

/// A page of lines with labels.
#[derive(Debug, Default)]
struct Page(String);

impl Page {
    /// Adds a label and a text, which is wrapped at blanks.
    fn line(&mut self, label: &str, text: &str) {
        let mut line = format!("{label:<LABELS$}");
        let mut is_first = true;
        for word in text.split(' ') {
            let length = line.chars().count() + word.chars().count();
            if !is_first && length + 1 > WIDTH {
                self.push(&line);
                line = " ".repeat(LABELS);
                is_first = true;
            }
            if !is_first {
                line.push(' ');
            }
            line.push_str(word);
            is_first = false;
        }
        self.push(&line);
    }

    fn push(&mut self, line: &str) {
        let plain =
            line.chars().map(|c| if c.is_control() { char::REPLACEMENT_CHARACTER } else { c });
        self.0.extend(plain);
        self.0.truncate(self.0.trim_end().len());
        self.0.push('\n');
    }

    /// Adds the columns with their types, one a line.
    fn columns(&mut self, schema: &SchemaRef, remark: impl Fn(usize) -> String) {
        self.line("Columns", &grouped(schema.fields().len()));
        let names: Vec<_> = schema.fields().iter().map(|field| cut(field.name(), NAME)).collect();
        let width = names.iter().map(|name| name.chars().count()).max().unwrap_or(0);
        for (column, name) in names.iter().enumerate() {
            let gap = " ".repeat(width - name.chars().count());
            let said = words::said(schema.field(column));
            self.push(&format!("  {name}{gap}  {said}{}", remark(column)));
        }
    }

    fn first_rows(&mut self, first: &FirstRows, schema: &SchemaRef, rows: u64) {
        let shown = first.rows.len();
        if shown == 0 || schema.fields().is_empty() {
            return;
        }
        let all = if shown as u64 == rows { "All" } else { "First" };
        self.0.push('\n');
        let title = match (all, shown) {
            ("All", 1) => "The only row".to_owned(),
            ("First", 1) => "First row".to_owned(),
            _ => format!("{all} {}", counted(shown, ["row", "rows"])),
        };
        self.push(&title);
        first.lines(schema).iter().for_each(|line| self.push(line));
    }
}

/// A table, for people.
pub(super) fn of_table(about: &Table) -> String {
    let mut page = Page::default();
    head(&mut page, about);
    layers(&mut page, about);
    body(&mut page, about);
    page.first_rows(&about.first, &about.schema, about.rows);
    page.0
}

/// All layers of a file, for people.
pub(super) fn of_layers(layers: &[Table]) -> String {
    let mut page = Page::default();
    if let Some(first) = layers.first() {
        head(&mut page, first);
    }
    page.line("Layers", &format!("{}; --layer shows the rows of one", grouped(layers.len())));
    for about in layers {
        page.0.push('\n');
        if let Some(layer) = about.known.layers.iter().find(|layer| layer.is_read) {
            page.line("Layer", &of_layer(layer));
        }
        body(&mut page, about);
    }
    page.0
}

/// What is said of the file.
fn head(page: &mut Page, about: &Table) {
    page.line("File", &about.file);
    page.line("Format", &format(about));
    if let Some((files, bytes)) = about.files {
        let files = if files > 1 { format!(" in {} files", grouped(files)) } else { String::new() };
        page.line("Size", &format!("{}{files}", size(bytes)));
    }
}

/// What is said of the table.
fn body(page: &mut Page, about: &Table) {
    page.line("Rows", &count(about.rows));
    coordinates(page, about);
    page.line("CRS", &about.crs.as_ref().map_or_else(|| "unknown".to_owned(), crs));
    if let Some([xmin, ymin, xmax, ymax]) = about.extent {
        let [xmin, ymin, xmax, ymax] = [xmin, ymin, xmax, ymax].map(|value| short(value, DIGITS));
        let declared = if about.looked.is_none() { " (declared)" } else { "" };
        page.line("Extent", &format!("x {xmin} to {xmax}, y {ymin} to {ymax}{declared}"));
    }
    geometries(page, about);
    page.columns(&about.schema, |column| remark(about, column));
}

fn of_layer(layer: &Layer) -> String {
    let geometry = layer.geometry.as_deref().unwrap_or("no geometry");
    format!("{} ({geometry})", layer.name)
}

/// A saved matcher, for people.
pub(super) fn of_saved(about: &Saved) -> String {
    let mut page = Page::default();
    page.line("File", &about.file);
    page.line("Format", "saved matcher of poly-match");
    page.line("Size", &size(about.bytes));
    page.line("Polygons", &grouped(about.polygons));
    page.line("Rule", &about.facts.rule);
    page.line("CRS", &about.crs.as_ref().map_or_else(|| "unknown".to_owned(), crs));
    if about.facts.planar {
        page.line("", "degrees are taken as plane coordinates");
    }
    if let Some(labels) = &about.labels {
        let by =
            about.facts.by.as_deref().map_or_else(String::new, |by| format!(" of {}", quoted(by)));
        let listed = listed(labels.iter().map(String::as_str));
        page.line("Labels", &format!("{}{by}: {listed}", grouped(labels.len())));
    }
    page.columns(&about.schema, |_| String::new());
    page.first_rows(&about.first, &about.schema, about.polygons as u64);
    page.0
}

/// The format, and what belongs to it.
fn format(about: &Table) -> String {
    let known = &about.known;
    let mut remarks: Vec<String> = Vec::new();
    remarks.extend(known.codec.map(|codec| format!("in {}", codec.name())));
    remarks.extend(known.encoding.map(str::to_owned));
    remarks.extend(known.delimiter.map(|byte| match byte {
        b',' => "commas".to_owned(),
        b';' => "semicolons".to_owned(),
        b'\t' => "tabs".to_owned(),
        other => format!("'{}' between cells", char::from(other)),
    }));
    remarks.extend(known.quote.filter(|&byte| byte == b'\'').map(|_| "quoted by '".to_owned()));
    let pieces = if about.format == Format::Parquet {
        ["row group", "row groups"]
    } else {
        ["batch", "batches"]
    };
    remarks.extend(known.pieces.map(|count| {
        let noun = pieces[usize::from(count != 1)];
        format!("{} {noun}", self::count(count))
    }));
    remarks.extend(known.has_index.map(|is_there| {
        if is_there { "with an index of features" } else { "without an index" }.to_owned()
    }));
    if remarks.is_empty() {
        about.format.to_string()
    } else {
        format!("{} ({})", about.format, remarks.join(", "))
    }
}

fn layers(page: &mut Page, about: &Table) {
    let layers = &about.known.layers;
    match layers.as_slice() {
        [] => {}
        [only] => page.line("Layer", &of_layer(only)),
        several => {
            if let Some(read) = several.iter().find(|layer| layer.is_read) {
                page.line("Layer", &of_layer(read));
            }
            let others: Vec<_> =
                several.iter().filter(|layer| !layer.is_read).map(of_layer).collect();
            page.line("", &format!("also {}", listed(others.iter().map(String::as_str))));
        }
    }
}

/// Where the coordinates are, as `match` takes them.
fn coordinates(page: &mut Page, about: &Table) {
    let name = |column: usize| cut(about.schema.field(column).name(), NAME);
    let said = |place: &Place| match place {
        Place::Xy([x, y], why) => {
            Some(format!("columns {} and {}{}", name(*x), name(*y), by(*why, "their names")))
        }
        Place::Pair(column, order, why) => {
            let order = match order {
                Order::LatLon => "latitude and longitude",
                Order::LonLat => "longitude and latitude",
            };
            Some(format!("column {}, with {order}{}", name(*column), by(*why, "its name")))
        }
        Place::Geometry(column, why) => {
            Some(format!("column {}{}", name(*column), by(*why, "its name")))
        }
        Place::None(_) => None,
    };
    match (said(&about.points), said(&about.polygons), &about.points) {
        (Some(points), Some(polygons), Place::Geometry(..)) if points == polygons => {
            page.line("Geometry", &points);
        }
        (None, None, Place::None(reason)) => {
            page.line("Coordinates", &format!("not found: {reason}"));
        }
        (points, polygons, _) => {
            if let Some(points) = points {
                page.line("Points", &points);
            }
            if let Some(polygons) = polygons {
                page.line("Polygons", &polygons);
            }
        }
    }
    if let Some(invalid) = about.looked.as_ref().map(|looked| looked.invalid).filter(|&n| n > 0) {
        let rows = count_of(invalid, ["row has", "rows have"]);
        let first = about.looked.as_ref().and_then(|looked| looked.first_invalid.as_deref());
        let first = first.map(|first| format!(", the first: {first}")).unwrap_or_default();
        page.line("", &format!("{rows} no usable coordinates{first}"));
    }
}

fn by(why: Why, names: &str) -> String {
    match why {
        Why::Given | Why::Type => String::new(),
        Why::Name => format!(" (guessed by {names})"),
    }
}

/// The types of geometries: counted, or declared.
fn geometries(page: &mut Page, about: &Table) {
    let measured = about.looked.as_ref().and_then(|looked| looked.geometry.as_ref());
    if let Some(Measured { types, vertices, unreadable, first_unreadable, .. }) = measured {
        if !types.is_empty() {
            let counted: Vec<_> =
                types.iter().map(|(name, number)| format!("{} {name}", count(*number))).collect();
            let vertices = count_of(*vertices, ["vertex", "vertices"]);
            let types = counted.join(", ");
            page.line("Types", &format!("{types}; {vertices}"));
        }
        if let Some(first) = first_unreadable {
            let cells = count_of(*unreadable, ["cell holds", "cells hold"]);
            page.line("", &format!("{cells} no geometry; the first is {first}"));
        }
    } else if !about.declared_types().is_empty() {
        page.line("Types", &format!("{} (declared)", about.declared_types().join(" or ")));
    }
}

/// What is remarked of a column beside its type.
fn remark(about: &Table, column: usize) -> String {
    let mut text = String::new();
    let is_geometry = about.geometry() == Some(column)
        && about
            .looked
            .as_ref()
            .and_then(|looked| looked.geometry.as_ref())
            .is_some_and(|measured| measured.unreadable == 0 && !measured.types.is_empty());
    match about.looks(column) {
        Some(_) if is_geometry => text.push_str(" (looks like geometry)"),
        Some(super::guess::Looks::Text) | None => {}
        Some(looks) => text.push_str(&format!(" (looks like {})", looks.said())),
    }
    let is_untyped = about.looked.as_ref().is_some_and(|looked| !looked.looks.is_empty());
    if let Some(nulls) = about.nulls(column).filter(|&nulls| nulls > 0) {
        let what = if is_untyped { "empty" } else { "null" };
        text.push_str(&format!(", {} {what}", count(nulls)));
    }
    text
}

fn crs(crs: &Crs) -> String {
    let kind = match crs.kind() {
        Kind::Geographic => "geographic",
        Kind::Projected => "projected",
        Kind::Undecided => "geographic or projected: not known",
    };
    format!("{} ({kind})", cut(&crs.to_string(), 60))
}

fn count(number: u64) -> String {
    grouped(usize::try_from(number).unwrap_or(usize::MAX))
}

fn count_of(number: u64, nouns: [&str; 2]) -> String {
    counted(usize::try_from(number).unwrap_or(usize::MAX), nouns)
}

/// Bytes, and as a number of three digits.
#[allow(clippy::cast_precision_loss)] // three digits are shown
fn size(bytes: u64) -> String {
    let mut value = bytes as f64;
    let mut unit = "";
    for larger in ["kB", "MB", "GB", "TB"] {
        if value < 999.5 {
            break;
        }
        value /= 1000.0;
        unit = larger;
    }
    let exact = count_of(bytes, ["byte", "bytes"]);
    let decimals = if value < 9.95 { 1 } else { 0 };
    if unit.is_empty() { exact } else { format!("{exact} ({value:.decimals$} {unit})") }
}

/// The first of some names, and how many more there are.
fn listed<'n>(names: impl Iterator<Item = &'n str>) -> String {
    let mut names = names.map(|name| cut(name, NAME));
    let mut shown: Vec<_> = names.by_ref().take(MOST).collect();
    match names.count() {
        0 => {}
        more => shown.push(format!("and {} more", grouped(more))),
    }
    shown.join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_are_exact_and_short() {
        for (bytes, expected) in [
            (0, "0 bytes"),
            (1, "1 byte"),
            (999, "999 bytes"),
            (1000, "1,000 bytes (1.0 kB)"),
            (366_064, "366,064 bytes (366 kB)"),
            (999_999, "999,999 bytes (1.0 MB)"),
            (1_600_000_000, "1,600,000,000 bytes (1.6 GB)"),
        ] {
            assert_eq!(size(bytes), expected);
        }
    }

    #[test]
    fn long_lines_are_wrapped_and_control_characters_are_shown() {
        let mut page = Page::default();
        page.line("Label", &"word ".repeat(30));
        page.line("Other", "a\u{1b}b");
        assert!(page.0.lines().all(|line| line.chars().count() <= WIDTH), "{}", page.0);
        assert!(page.0.lines().skip(1).take(2).all(|line| line.starts_with("            w")));
        assert!(page.0.ends_with("Other       a\u{fffd}b\n"), "{}", page.0);
    }
}
