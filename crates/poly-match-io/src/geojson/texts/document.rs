//! The features of one object: a FeatureCollection, a Feature, or a geometry.

use std::borrow::Cow;
use std::fmt::Display;

use poly_match_geo::{Crs, geojson_crs};
use serde_json::Value;
use serde_json::value::RawValue;

use super::super::feature::Text;
use super::super::found::Found;
use super::super::member::{Raw, member};
use super::super::not_finite::null_for_nan;
use super::super::text::At;
use super::super::wrapper::{Step, Wrapped};
use super::lines::RECORD_SEPARATOR;
use crate::encoding::not_utf8;
use crate::error::{Cause, Error, Place, Result, quoted};
use crate::extent::Extent;
use crate::window::Window;

/// One object that holds features.
pub(in super::super) struct Document {
    window: Window,
    at: At,
    /// The bytes of the last feature, which are still in the window.
    used: usize,
    state: State,
    /// The number of features so far.
    count: u64,
    /// The members other than the features, as an object without its end.
    rest: String,
    has_features: bool,
    crs: Option<Crs>,
    /// Whether the text turned out to be features in lines.
    are_lines: bool,
    /// Where the features are, if the object is none of GeoJSON.
    wrapped: Option<Wrapped>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum State {
    /// Before the object.
    Start,
    /// Before the first member, or behind one.
    Members { is_first: bool },
    /// Before the first feature, or behind one.
    Features { is_first: bool },
    /// Behind the object.
    End,
}

impl Document {
    pub(super) fn new(window: Window, wrapped: Option<Wrapped>) -> Self {
        Self {
            window,
            at: At::START,
            used: 0,
            state: State::Start,
            count: 0,
            rest: String::new(),
            has_features: false,
            crs: None,
            are_lines: false,
            wrapped,
        }
    }

    pub(super) fn crs(&self) -> Option<Crs> {
        self.crs.clone()
    }

    pub(super) fn next(&mut self) -> Result<Option<Found<'_>>> {
        self.pass(self.used);
        self.used = 0;
        loop {
            self.state = match self.state {
                State::Start => match self.wrapped.take() {
                    Some(wrapped) => {
                        self.enter(&wrapped.steps)?;
                        self.crs.clone_from(&wrapped.crs);
                        self.wrapped = Some(wrapped);
                        State::Features { is_first: true }
                    }
                    None => {
                        self.are_lines = self.peek()? == Some(RECORD_SEPARATOR);
                        self.expect(b'{', "a GeoJSON object")?;
                        State::Members { is_first: true }
                    }
                },
                State::Members { is_first } => {
                    if self.goes_on(b'}', is_first)? {
                        self.member()?
                    } else {
                        self.expect_end()?;
                        self.state = State::End;
                        return self.close();
                    }
                }
                State::Features { is_first } => {
                    if self.goes_on(b']', is_first)? {
                        self.state = State::Features { is_first: false };
                        self.used = self.value("a feature")?;
                        self.count += 1;
                        let text = &self.window.rest()[..self.used];
                        return Found::new(text, Place::Feature(self.count - 1), self.at).map(Some);
                    }
                    match self.wrapped {
                        // What is behind the features was read when they were looked for.
                        Some(_) => State::End,
                        None => State::Members { is_first: false },
                    }
                }
                State::End => return Ok(None),
            };
        }
    }

    /// Whether the end of the text was seen.
    pub(super) fn is_whole(&self) -> bool {
        self.window.is_whole()
    }

    /// Whether the text turned out to be features in lines: a second object, or the separator of records,
    /// was met.
    pub(super) fn are_lines(&self) -> bool {
        self.are_lines
    }

    pub(super) fn is_without_features(&self) -> bool {
        self.count == 0
    }

    /// Moves to the first element of an array.
    fn enter(&mut self, steps: &[Step]) -> Result<()> {
        for step in steps {
            match step {
                Step::Member(name) => {
                    self.expect(b'{', "an object")?;
                    let mut is_first = true;
                    while self.goes_on(b'}', is_first)? {
                        is_first = false;
                        let len = self.value("a name")?;
                        let text = std::str::from_utf8(&self.window.rest()[..len]);
                        let read = text.ok().and_then(|text| serde_json::from_str(text).ok());
                        let is_it = matches!(read, Some(Text(read)) if read == **name);
                        self.pass(len);
                        self.expect(b':', "a colon")?;
                        self.peek()?;
                        if is_it {
                            break;
                        }
                        let len = self.value("a member")?;
                        self.pass(len);
                    }
                }
                Step::Element(position) => {
                    self.expect(b'[', "an array")?;
                    for before in 0..*position {
                        self.goes_on(b']', before == 0)?;
                        let len = self.value("an element")?;
                        self.pass(len);
                    }
                    self.goes_on(b']', *position == 0)?;
                }
            }
        }
        self.expect(b'[', "an array of features")
    }

    /// Reads a member, up to its end or to the first feature.
    fn member(&mut self) -> Result<State> {
        let len = self.value("a name")?;
        let before = self.rest.len();
        self.rest.push(if before == 0 { '{' } else { ',' });
        self.keep(len)?;
        self.pass(len);
        self.expect(b':', "a colon")?;
        let starts_with = self.peek()?;
        let name = serde_json::from_str::<Text<'_>>(&self.rest[before + 1..]);
        let Ok(Text(name)) = name else { return Err(self.wrong("expected the name of a member")) };
        if name == "features" && starts_with == Some(b'[') {
            self.rest.truncate(before);
            self.pass(1);
            self.has_features = true;
            return Ok(State::Features { is_first: true });
        }
        let what = format!("the member {}", quoted(&name));
        let len = self.value(&what)?;
        self.rest.push(':');
        self.keep(len)?;
        self.pass(len);
        Ok(State::Members { is_first: false })
    }

    /// Reads what the object is. A Feature or a geometry is the only feature.
    fn close(&mut self) -> Result<Option<Found<'_>>> {
        self.rest.push_str(if self.rest.is_empty() { "{}" } else { "}" });
        if let Cow::Owned(rest) = null_for_nan(&self.rest) {
            self.rest = rest;
        }
        let member = |name: &str| {
            let mut value = None;
            member(&self.rest, name, Raw(&mut value)).map_err(|error| {
                let text = error.to_string();
                Error::malformed(text.split(" at line ").next().unwrap_or(&text))
            })?;
            let read = |value: &RawValue| serde_json::from_str::<Value>(value.get()).ok();
            Ok::<_, Error>(value.and_then(read).map(|value| (name.to_owned(), value)))
        };
        self.crs = geojson_crs(&member("crs")?.into_iter().collect());
        let kind = member("type")?.map(|(_, kind)| kind);
        match kind.as_ref().and_then(Value::as_str) {
            Some("FeatureCollection") if self.has_features => Ok(None),
            Some("FeatureCollection") => {
                Err(Error::malformed("expected a FeatureCollection with an array \"features\""))
            }
            None => Err(Error::malformed("expected GeoJSON with a \"type\"")),
            Some(kind) if self.has_features => {
                let kind = quoted(kind);
                Err(Error::malformed(format_args!("expected a FeatureCollection, got a {kind}")))
            }
            Some(_) => Found::new(self.rest.as_bytes(), Place::Feature(0), At::START).map(Some),
        }
    }

    /// Whether another element follows, rather than `end`. Moves past the comma or the end.
    fn goes_on(&mut self, end: u8, is_first: bool) -> Result<bool> {
        match self.peek()? {
            Some(byte) if byte == end => self.pass(1),
            Some(_) if is_first => return Ok(true),
            Some(b',') => {
                self.pass(1);
                if self.peek()? != Some(end) {
                    return Ok(true);
                }
                return Err(self.wrong("expected a value behind the comma"));
            }
            Some(_) => {
                return Err(self.wrong(format_args!("expected a comma or {:?}", end as char)));
            }
            None => return Err(self.truncated()),
        }
        Ok(false)
    }

    fn expect(&mut self, byte: u8, what: &str) -> Result<()> {
        match self.peek()? {
            Some(got) if got == byte => {
                self.pass(1);
                Ok(())
            }
            Some(_) => Err(self.wrong(format_args!("expected {what}"))),
            None => Err(self.truncated()),
        }
    }

    fn expect_end(&mut self) -> Result<()> {
        match self.peek()? {
            None => Ok(()),
            Some(byte) => {
                self.are_lines = byte == b'{';
                Err(self.wrong("trailing characters"))
            }
        }
    }

    /// The next byte that is no white space; `None` at the end.
    fn peek(&mut self) -> Result<Option<u8>> {
        loop {
            let rest = self.window.rest();
            let is_space = |byte: &u8| matches!(byte, b' ' | b'\n' | b'\r' | b'\t');
            let len = rest.iter().position(|byte| !is_space(byte)).unwrap_or(rest.len());
            let found = rest.get(len).copied();
            self.pass(len);
            if found.is_some() || self.window.is_whole() {
                return Ok(found);
            }
            self.window.fill("white space")?;
        }
    }

    /// The length of the value at the start of the window.
    fn value(&mut self, what: &str) -> Result<usize> {
        let mut extent = Extent::default();
        loop {
            match extent.end(self.window.rest(), self.window.is_whole()) {
                Some(0) => return Err(self.wrong("expected a value")),
                Some(len) => return Ok(len),
                None if self.window.is_whole() => return Err(self.truncated()),
                None => {}
            }
            self.window.fill(what).map_err(|error| match error.cause() {
                Cause::TooLarge { .. } => error.at(self.place()),
                _ => error,
            })?;
        }
    }

    /// Keeps the start of the window as a part of what is beside the features.
    fn keep(&mut self, len: usize) -> Result<()> {
        if self.rest.len() + len > self.window.longest() {
            return Err(self.wrong("the members beside the features need too much memory"));
        }
        match std::str::from_utf8(&self.window.rest()[..len]) {
            Ok(text) => self.rest.push_str(text),
            Err(_) => return Err(not_utf8("the text").at(self.place())),
        }
        Ok(())
    }

    fn pass(&mut self, len: usize) {
        self.at.pass(&self.window.rest()[..len]);
        self.window.advance(len);
    }

    fn place(&self) -> Place {
        Place::LineColumn(self.at.line, self.at.column)
    }

    fn wrong(&self, what: impl Display) -> Error {
        Error::malformed(what).at(self.place())
    }

    fn truncated(&self) -> Error {
        self.wrong("the file ends within a GeoJSON object")
    }
}
