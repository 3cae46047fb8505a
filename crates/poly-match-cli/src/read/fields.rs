//! The columns that `--fields` names: whole names, names between commas, new names, or all.

use arrow_schema::Schema;
use poly_match_io::Format;

use super::columns::{has_geometry_type, is_feature_id, named, numbered};
use crate::failure::Failure;

/// The texts of `--fields`, which become columns when these are known.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Fields(Vec<String>);

/// A column of the polygons, and its name in the output.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Field {
    /// Its position; `None` if a table without rows does not have it.
    pub(crate) position: Option<usize>,
    pub(crate) name: String,
}

impl Fields {
    /// From the text of each `--fields`.
    pub(crate) fn new(texts: Vec<String>) -> Self {
        Self(texts)
    }

    /// All columns but the geometry.
    pub(crate) fn all() -> Self {
        Self(vec!["*".to_owned()])
    }

    /// The columns of `schema`. `shapes` are the columns of the shapes.
    ///
    /// A text that is the whole name of a column is that column; otherwise commas part it. A part is a
    /// name, a name with a new name after a colon, or `*`. If `may_lack`, a column that is not there is
    /// no error.
    pub(crate) fn among(
        &self,
        schema: &Schema,
        shapes: &[usize],
        format: Format,
        may_lack: bool,
    ) -> Result<Vec<Field>, Failure> {
        let is_there = |name: &str| schema.fields().iter().any(|field| field.name() == name);
        let mut fields = Vec::new();
        for text in &self.0 {
            let parts =
                if is_there(text) { vec![text.as_str()] } else { text.split(',').collect() };
            for part in parts {
                if part == "*" && !is_there(part) {
                    fields.extend(others(schema, shapes));
                    continue;
                }
                let (name, new) = renamed(part, is_there);
                match named(schema, name, format) {
                    Ok(position) => {
                        // A column that is named by its number keeps its name.
                        let is_by_number =
                            new == part && !is_there(part) && numbered(part).is_some();
                        let new = if is_by_number { schema.field(position).name() } else { new };
                        fields.push(Field { position: Some(position), name: new.to_owned() });
                    }
                    Err(_) if may_lack => {
                        fields.push(Field { position: None, name: new.to_owned() })
                    }
                    Err(failure) => return Err(failure),
                }
            }
        }
        Ok(fields)
    }
}

/// The name of a column, and its new name: the same without a colon, or if a column has the whole.
fn renamed(part: &str, is_there: impl Fn(&str) -> bool) -> (&str, &str) {
    if is_there(part) {
        return (part, part);
    }
    let splits = part.match_indices(':').map(|(at, _)| (&part[..at], &part[at + 1..]));
    let splits: Vec<_> = splits.filter(|(_, new)| !new.is_empty()).collect();
    let known = splits.iter().rev().find(|(name, _)| is_there(name));
    known.or(splits.last()).copied().unwrap_or((part, part))
}

/// The columns but those of the shapes, the box of each row, and the ids of features.
fn others(schema: &Schema, shapes: &[usize]) -> impl Iterator<Item = Field> {
    let covering =
        |&column: &usize| schema.field(column).metadata().get(poly_match_io::geo::COVERING);
    let covering = shapes.iter().find_map(covering);
    let fields = schema.fields().iter().enumerate();
    let fields = fields.filter(move |(position, field)| {
        let is_geometry = shapes.contains(position) || has_geometry_type(field);
        !is_geometry && !is_feature_id(field) && Some(field.name()) != covering
    });
    fields.map(|(position, field)| Field { position: Some(position), name: field.name().clone() })
}

#[cfg(test)]
mod tests {
    use arrow_schema::DataType;

    use super::*;

    fn among(texts: &[&str], names: &[&str]) -> Result<Vec<String>, String> {
        let column = |name: &&str| arrow_schema::Field::new(*name, DataType::Utf8, false);
        let schema = Schema::new(names.iter().map(column).collect::<Vec<_>>());
        let fields = Fields::new(texts.iter().map(|&text| text.into()).collect());
        let found = fields.among(&schema, &[0], Format::Csv, false);
        let shown = |field: Field| {
            let name = names[field.position.expect("a column")];
            if name == field.name { field.name } else { format!("{name} as {}", field.name) }
        };
        found.map(|found| found.into_iter().map(shown).collect()).map_err(|error| error.to_string())
    }

    #[test]
    fn texts_become_columns() {
        let names = ["wkt", "a", "b", "a,b", "x:y", "c"];
        for (texts, expected) in [
            (&[][..], &[][..]),
            (&["a"], &["a"]),
            (&["a,c"], &["a", "c"]),
            (&["a,b"], &["a,b"]),
            (&["a,b", "c,a"], &["a,b", "c", "a"]),
            (&["b,a"], &["b", "a"]),
            (&["*"], &["a", "b", "a,b", "x:y", "c"]),
            (&["a:first,c"], &["a as first", "c"]),
            (&["x:y"], &["x:y"]),
            (&["x:y:z"], &["x:y as z"]),
            (&["wkt"], &["wkt"]),
            (&["c:d:e"], &["c as d:e"]),
            (&["#2,#6"], &["a", "c"]),
            (&["#2:first"], &["a as first"]),
        ] {
            assert_eq!(among(texts, &names).expect("there"), expected, "{texts:?}");
        }
        for (texts, missing) in [(&["d"], "d"), (&["a,d"], "d"), (&["d:e"], "d"), (&["d:"], "d:")] {
            let error = among(texts, &names).expect_err("not there");
            assert!(error.starts_with(&format!("there is no column {missing:?}; ")), "{error}");
        }
    }
}
