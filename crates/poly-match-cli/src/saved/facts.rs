//! The facts about a saved matcher, as JSON.

use poly_match::Saved;
use serde_json::{Map, Value, json};

use super::json::{self, Members};
use super::{CALLABLE, COLUMNS, FACTS, LABELS, OBJECTS, only_python, unsound};
use crate::failure::{Failure, quoted};
use crate::groups::{Label, Labels};

/// What a saved matcher says of itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Facts {
    /// The rule as text; see [`Said`](super::Said).
    pub(crate) rule: String,
    /// The coordinate system of the polygons: a name, well-known text, or the JSON of PROJ.
    pub(crate) crs: Option<String>,
    /// Whether degrees are taken as plane coordinates.
    pub(crate) planar: bool,
    /// The column of the labels, if its name is known.
    pub(crate) by: Option<String>,
}

/// Which sections are there.
pub(super) struct Sections {
    pub(super) has_labels: bool,
    pub(super) has_columns: bool,
}

impl Facts {
    /// The facts as Python writes them.
    pub(super) fn to_json(&self, labels: Option<&Labels>, has_columns: bool) -> Vec<u8> {
        let mut facts = Map::new();
        facts.insert("rule".into(), self.rule.as_str().into());
        facts.insert("has_objects".into(), false.into());
        facts.insert("ask".into(), false.into());
        if labels.is_some() {
            facts.insert("labels".into(), "json".into());
        }
        if let Some(crs) = &self.crs {
            facts.insert("crs".into(), crs.as_str().into());
        }
        if self.planar {
            facts.insert("planar".into(), true.into());
        }
        if has_columns {
            facts.insert("has_columns".into(), true.into());
        }
        if let Some((by, labels)) = self.by.as_ref().zip(labels) {
            facts.insert("by".into(), json!([[by, family(labels)]]));
        }
        Value::Object(facts).to_string().into_bytes()
    }
}

/// What Python calls the values of labels.
fn family(labels: &Labels) -> &'static str {
    let mut families = labels.list().iter().map(|label| match label {
        Label::Number(_) => "numbers",
        Label::Boolean(_) => "booleans",
        Label::Text(_) => "text",
    });
    let first = families.next().unwrap_or("any");
    if families.all(|family| family == first) { first } else { "any" }
}

/// The facts as they are written, each of its type.
#[derive(Default)]
struct Written {
    rule: Option<String>,
    has_objects: Option<bool>,
    ask: Option<bool>,
    labels: Option<String>,
    crs: Option<String>,
    planar: Option<bool>,
    has_columns: Option<bool>,
    by: Option<Vec<Value>>,
}

/// Reads the facts, and holds them against the sections that are there.
pub(super) fn read(saved: &Saved) -> Result<(Facts, Sections), Failure> {
    let data = saved.attached(FACTS)?.ok_or_else(|| {
        Failure::new(
            "this matcher was saved neither by Python nor by this program: its facts are missing",
        )
    })?;
    let Members(members) = json::read::<Members<Value>>(data, "its facts")?;
    let mut written = Written::default();
    for (name, value) in members {
        written.set(&name, value)?;
    }
    written.check(saved)
}

impl Written {
    fn set(&mut self, name: &str, value: Value) -> Result<(), Failure> {
        let wrong =
            |expected: &str| unsound(format_args!("its fact {} as {expected}", quoted(name)));
        let text = |value: Value| match value {
            Value::String(text) => Ok(Some(text)),
            _ => Err(wrong("text")),
        };
        let boolean = |value: Value| match value {
            Value::Bool(boolean) => Ok(Some(boolean)),
            _ => Err(wrong("true or false")),
        };
        match name {
            "rule" => self.rule = text(value)?,
            "has_objects" => self.has_objects = boolean(value)?,
            "ask" => self.ask = boolean(value)?,
            "labels" => self.labels = text(value)?,
            "crs" => self.crs = text(value)?,
            "planar" => self.planar = boolean(value)?,
            "has_columns" => self.has_columns = boolean(value)?,
            "by" => match value {
                Value::Array(by) => self.by = Some(by),
                _ => return Err(wrong("a list")),
            },
            _ => return Err(unsound(format_args!("facts that are known, got {}", quoted(name)))),
        }
        Ok(())
    }

    fn check(self, saved: &Saved) -> Result<(Facts, Sections), Failure> {
        let missing = |name: &str| unsound(format_args!("its facts with {name:?}"));
        let rule = self.rule.ok_or_else(|| missing("rule"))?;
        let has_objects = self.has_objects.ok_or_else(|| missing("has_objects"))?;
        let ask = self.ask.ok_or_else(|| missing("ask"))?;
        let has_columns = self.has_columns.unwrap_or_default();
        let are_pickled = match self.labels.as_deref() {
            None | Some("json") => false,
            Some("pickle") => true,
            Some(other) => {
                let got = quoted(other);
                return Err(unsound(format_args!("its labels as 'json' or 'pickle', got {got}")));
            }
        };
        let has_labels = self.labels.is_some();
        if has_labels != saved.groups().is_some() {
            let expected = "labels where its polygons have groups, and none where they have not";
            return Err(unsound(expected));
        }
        let by = self.by.map(columns).transpose()?;
        if by.is_some() && !has_labels {
            return Err(unsound("columns of labels where its polygons have groups"));
        }
        for (name, is_there) in
            [(LABELS, has_labels), (CALLABLE, ask), (OBJECTS, has_objects), (COLUMNS, has_columns)]
        {
            if saved.has_attached(name) != is_there {
                return Err(unsound(format_args!(
                    "its section {name:?} to be there just where its facts say so"
                )));
            }
        }
        if ask {
            return Err(only_python("its best is a Python function"));
        }
        if are_pickled {
            return Err(only_python("the labels of its groups are pickled"));
        }
        let by = match by {
            Some(names) if names.len() > 1 => {
                let what = format_args!("its labels are of {} columns, not of one", names.len());
                return Err(only_python(what));
            }
            by => by.and_then(|mut names| names.pop()),
        };
        let facts = Facts { rule, crs: self.crs, planar: self.planar.unwrap_or_default(), by };
        Ok((facts, Sections { has_labels, has_columns }))
    }
}

/// The names of the columns of labels. Each has the family of its values beside it.
fn columns(by: Vec<Value>) -> Result<Vec<String>, Failure> {
    let name = |pair: Value| match pair {
        Value::Array(pair) => match <[Value; 2]>::try_from(pair) {
            Ok([Value::String(name), Value::String(_)]) => Some(name),
            _ => None,
        },
        _ => None,
    };
    let names: Option<Vec<_>> = by.into_iter().map(name).collect();
    names
        .filter(|names| !names.is_empty())
        .ok_or_else(|| unsound("its columns of labels as pairs of text"))
}
