//! Labels: the points and polygons of one label are a group, and only they match.
//!
//! Labels are equal if their texts are. If all labels of the polygons are numbers, labels of points that
//! are numbers are compared with them as exact decimal numbers: 2 equals 2.0. An empty or blank cell,
//! null and NaN are no label, and equal nothing.
//!
//! Labels are numbered as in Python: from 0, and polygons without a label are a group of their own after
//! them.

use std::borrow::Cow;
use std::sync::Arc;

use arrow_array::cast::AsArray;
use arrow_array::types::Int64Type;
use arrow_array::{Array, StringArray};
use arrow_cast::cast;
use arrow_schema::{DataType, Field};
use foldhash::HashMap;

use crate::column::Column;
use crate::decimal;
use crate::failure::{Failure, quoted};

/// The group of a point whose label no polygon has.
pub(crate) const NOWHERE: u32 = u32::MAX;

/// How many spellings of the points' numbers are remembered, such as `2.50` for 2.5.
const MOST_SPELLINGS: usize = 1 << 16;

/// The most bytes of a spelling that is remembered.
const LONGEST_SPELLING: usize = 64;

/// The labels of the polygons, numbered.
#[derive(Debug, Default)]
pub(crate) struct Labels {
    /// One for each group, in the order of their numbers.
    labels: Vec<Label>,
    by_text: HashMap<Box<str>, u32>,
    /// The groups by [`decimal::canonical`], if all labels are numbers.
    by_number: Option<HashMap<Box<str>, u32>>,
    /// Spellings of numbers that points had and no polygon has.
    spellings: HashMap<Box<str>, u32>,
    /// Integers that points had.
    integers: HashMap<i64, u32>,
    asked: Asked,
}

/// A label of polygons, as it was first written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Label {
    /// Its digits; also `inf` and `-inf`.
    Number(String),
    Text(String),
    Boolean(bool),
}

/// What the labels of the points so far were.
#[derive(Debug, Default)]
struct Asked {
    has_points: bool,
    has_found: bool,
    /// The first label.
    first: Option<String>,
}

impl Labels {
    /// Numbers the labels of the polygons; also gives the group of each polygon. Rows that are `skipped`
    /// are not looked at.
    ///
    /// # Errors
    /// If the column is of a type that has no text.
    pub(crate) fn of_polygons(
        column: &Column,
        skipped: &[bool],
    ) -> Result<(Self, Vec<u32>), Failure> {
        let cells = Cells::of(column)?;
        let is_skipped = |row: usize| skipped.get(row).is_some_and(|&skipped| skipped);
        let cell = |row| if is_skipped(row) { None } else { cells.get(row) };
        let mut labels =
            Self { by_number: cells.are_numbers(cell).then(HashMap::default), ..Self::default() };
        let groups: Vec<_> =
            (0..cells.len()).map(|row| Some(labels.add(cell(row)?, cells.kind))).collect();
        let without = labels.next();
        Ok((labels, groups.into_iter().map(|group| group.unwrap_or(without)).collect()))
    }

    /// Labels in the order of their numbers, as [`list`](Self::list) gives them.
    ///
    /// # Errors
    /// The text of a label that equals one before it.
    pub(crate) fn of_list(list: Vec<Label>) -> Result<Self, String> {
        let are_numbers = list.iter().all(|label| matches!(label, Label::Number(_)));
        let is_numeric = are_numbers && !list.is_empty();
        let mut labels = Self { by_number: is_numeric.then(HashMap::default), ..Self::default() };
        for label in list {
            let text = label.text().to_owned();
            let group = labels.next();
            let is_twice = labels.by_text.insert(text.as_str().into(), group).is_some()
                || labels.by_number.as_mut().is_some_and(|by_number| {
                    by_number.insert(number(&text).into(), group).is_some()
                });
            if is_twice {
                return Err(text);
            }
            labels.labels.push(label);
        }
        Ok(labels)
    }

    /// The labels in the order of their numbers.
    pub(crate) fn list(&self) -> &[Label] {
        &self.labels
    }

    /// The group of each point of a batch: [`NOWHERE`] without a label, or if no polygon has it.
    ///
    /// # Errors
    /// If the column is of a type that has no text.
    pub(crate) fn of_points(&mut self, column: &Column) -> Result<Vec<u32>, Failure> {
        let groups = self.look_up(column)?;
        self.asked.has_points |= !groups.is_empty();
        self.asked.has_found |= groups.iter().any(|&group| group != NOWHERE);
        Ok(groups)
    }

    /// Why no point can match, if no label of the points so far is among the polygons'.
    pub(crate) fn mismatch(&self) -> Option<String> {
        if self.asked.has_found || !self.asked.has_points {
            return None;
        }
        Some(match (&self.asked.first, self.labels.first()) {
            (Some(point), Some(polygon)) => format!(
                "no label of the points is among those of the polygons: the points have labels such \
                 as {}, the polygons such as {}",
                quoted(point),
                quoted(polygon.text())
            ),
            (None, _) => "no point has a label".to_owned(),
            (_, None) => "no polygon has a label".to_owned(),
        })
    }

    /// The group of a polygon's label.
    fn add(&mut self, cell: Cell<'_>, kind: Kind) -> u32 {
        if let Some(&group) = self.by_text.get(&*cell.text) {
            return group;
        }
        let next = self.next();
        let group = match &mut self.by_number {
            Some(by_number) => *by_number.entry(number(&cell.text).into()).or_insert(next),
            None => next,
        };
        self.by_text.insert((&*cell.text).into(), group);
        if group == next {
            self.labels.push(match kind {
                _ if self.by_number.is_some() => Label::Number(cell.text.trim().to_owned()),
                Kind::Boolean => Label::Boolean(&*cell.text == "true"),
                Kind::Number | Kind::Untyped | Kind::Json | Kind::Text => {
                    Label::Text(cell.text.into_owned())
                }
            });
        }
        group
    }

    /// The number of the next label. A matcher has fewer than 2^32 polygons.
    fn next(&self) -> u32 {
        u32::try_from(self.labels.len()).unwrap_or(NOWHERE)
    }

    fn look_up(&mut self, column: &Column) -> Result<Vec<u32>, Failure> {
        if let Some(groups) = self.look_up_dictionary(column)? {
            return Ok(groups);
        }
        if let Some(groups) = self.look_up_integers(column)? {
            return Ok(groups);
        }
        let cells = Cells::of(column)?;
        let group = |row| cells.get(row).map_or(NOWHERE, |cell| self.group(&cell));
        Ok((0..cells.len()).map(group).collect())
    }

    /// Looks up integers, most of which came before.
    fn look_up_integers(&mut self, column: &Column) -> Result<Option<Vec<u32>>, Failure> {
        use DataType::{Int8, Int16, Int32, Int64, UInt8, UInt16, UInt32};
        let array = column.array();
        if !matches!(array.data_type(), Int8 | Int16 | Int32 | Int64 | UInt8 | UInt16 | UInt32) {
            return Ok(None);
        }
        let integers = cast(array, &Int64).map_err(Failure::new)?;
        let group = |integer: Option<i64>| integer.map_or(NOWHERE, |integer| self.integer(integer));
        Ok(Some(integers.as_primitive::<Int64Type>().iter().map(group).collect()))
    }

    /// The group of a point's label that is an integer.
    fn integer(&mut self, integer: i64) -> u32 {
        if let Some(&group) = self.integers.get(&integer) {
            return group;
        }
        let cell = Cell { text: integer.to_string().into(), may_be_number: true };
        let group = self.group(&cell);
        if self.integers.len() < MOST_SPELLINGS {
            self.integers.insert(integer, group);
        }
        group
    }

    /// Looks up each value of a dictionary once, unless it has more values than the column has rows.
    fn look_up_dictionary(&mut self, column: &Column) -> Result<Option<Vec<u32>>, Failure> {
        let array = column.array();
        let dictionary = array.as_any_dictionary_opt();
        let Some(dictionary) =
            dictionary.filter(|dictionary| (1..=array.len()).contains(&dictionary.values().len()))
        else {
            return Ok(None);
        };
        let values = dictionary.values().clone();
        let field = column.field().as_ref().clone().with_data_type(values.data_type().clone());
        let of_values = self.look_up(&Column::new(Arc::new(field), values, column.is_untyped()))?;
        let keys = dictionary.normalized_keys().into_iter().enumerate();
        let group = |(row, key): (usize, usize)| {
            if array.is_null(row) { NOWHERE } else { of_values[key] }
        };
        Ok(Some(keys.map(group).collect()))
    }

    /// The group of a point's label.
    fn group(&mut self, cell: &Cell<'_>) -> u32 {
        let text = &*cell.text;
        if self.asked.first.is_none() {
            self.asked.first = Some(text.to_owned());
        }
        if let Some(&group) = self.by_text.get(text) {
            return group;
        }
        let Some(by_number) = self.by_number.as_ref().filter(|_| cell.may_be_number) else {
            return NOWHERE;
        };
        if let Some(&group) = self.spellings.get(text) {
            return group;
        }
        let group = |number: &str| by_number.get(number).copied().unwrap_or(NOWHERE);
        match decimal::canonical(text) {
            None => NOWHERE,
            Some(Cow::Borrowed(number)) => group(number),
            Some(Cow::Owned(number)) => {
                let group = group(&number);
                if self.spellings.len() < MOST_SPELLINGS && text.len() <= LONGEST_SPELLING {
                    self.spellings.insert(text.into(), group);
                }
                group
            }
        }
    }
}

impl Label {
    /// The label as text.
    pub(crate) fn text(&self) -> &str {
        match self {
            Self::Number(text) | Self::Text(text) => text,
            Self::Boolean(true) => "true",
            Self::Boolean(false) => "false",
        }
    }
}

/// The one text that equal numbers have. Infinity has no digits.
fn number(text: &str) -> Cow<'_, str> {
    decimal::canonical(text).unwrap_or(Cow::Borrowed(text))
}

/// The values of a column, one of which may be a label.
struct Cells {
    texts: StringArray,
    kind: Kind,
}

/// How the text of a value is meant.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    /// Of a numeric type.
    Number,
    Boolean,
    /// Of a file without types: any text may be a number.
    Untyped,
    /// JSON.
    Json,
    /// Of any other type.
    Text,
}

/// A label of a row.
struct Cell<'a> {
    text: Cow<'a, str>,
    /// Whether the text is a number if it reads as one.
    may_be_number: bool,
}

impl Cells {
    fn of(column: &Column) -> Result<Self, Failure> {
        let kind = Kind::of(column);
        let texts = if kind == Kind::Json {
            // The JSON itself: its cells would lose the quotes of strings.
            let plain = Field::new(column.name(), column.array().data_type().clone(), true);
            Column::new(Arc::new(plain), column.array().clone(), false).texts()?
        } else {
            column.texts()?
        };
        Ok(Self { texts, kind })
    }

    fn len(&self) -> usize {
        self.texts.len()
    }

    /// The label of a row, if it has one.
    fn get(&self, row: usize) -> Option<Cell<'_>> {
        if self.texts.is_null(row) {
            return None;
        }
        let text = self.texts.value(row);
        let (text, may_be_number) = match self.kind {
            Kind::Number | Kind::Untyped => {
                (Cow::Borrowed(Some(text).filter(|&text| text != "NaN")?), true)
            }
            Kind::Boolean | Kind::Text => (Cow::Borrowed(text), false),
            Kind::Json => match text.trim() {
                "null" => return None,
                json if json.starts_with('"') => (string(json), false),
                json => (Cow::Borrowed(json), true),
            },
        };
        (!text.trim().is_empty()).then_some(Cell { text, may_be_number })
    }

    /// Whether all labels are numbers. Without any, the type decides.
    fn are_numbers<'a>(&'a self, cell: impl Fn(usize) -> Option<Cell<'a>>) -> bool {
        let mut labels = (0..self.len()).filter_map(cell).peekable();
        self.kind == Kind::Number
            || labels.peek().is_some()
                && labels.all(|cell| cell.may_be_number && decimal::canonical(&cell.text).is_some())
    }
}

impl Kind {
    fn of(column: &Column) -> Self {
        let mut data_type = column.array().data_type();
        while let DataType::Dictionary(_, values) = data_type {
            data_type = values;
        }
        match data_type {
            _ if column.is_untyped() => Self::Untyped,
            _ if column.field().extension_type_name() == Some("arrow.json") => Self::Json,
            DataType::Boolean => Self::Boolean,
            data_type if data_type.is_numeric() => Self::Number,
            _ => Self::Text,
        }
    }
}

/// The content of a string of JSON.
fn string(json: &str) -> Cow<'_, str> {
    match json.strip_prefix('"').and_then(|json| json.strip_suffix('"')) {
        Some(text) if !text.contains('\\') => Cow::Borrowed(text),
        _ => serde_json::from_str(json).map_or(Cow::Borrowed(json), Cow::Owned),
    }
}

#[cfg(test)]
mod tests;
