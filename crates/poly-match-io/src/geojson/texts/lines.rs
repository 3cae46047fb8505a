//! Features that are separated by line ends, or by record separators if the text begins with one.

use memchr::memchr;

use super::super::found::Found;
use super::super::text::At;
use crate::error::{Cause, Place, Result};
use crate::window::Window;

/// The byte before each record of RFC 8142.
pub(super) const RECORD_SEPARATOR: u8 = 0x1e;

/// Text with a feature in each record.
pub(in super::super) struct Lines {
    window: Window,
    separator: Option<u8>,
    at: At,
    /// The bytes of the last feature, which are still in the window.
    used: usize,
}

impl Lines {
    pub(super) fn new(window: Window) -> Self {
        Self { window, separator: None, at: At::START, used: 0 }
    }

    /// Whether the end of the text was seen.
    pub(super) fn is_whole(&self) -> bool {
        self.window.is_whole()
    }

    pub(super) fn next(&mut self) -> Result<Option<Found<'_>>> {
        loop {
            self.at.pass(&self.window.rest()[..self.used]);
            self.window.advance(self.used);
            self.used = 0;
            if !self.skip_blank()? {
                return Ok(None);
            }
            self.used = self.find_end()?;
            if self.used > 0 {
                break;
            }
        }
        let text = &self.window.rest()[..self.used];
        Found::new(text.trim_ascii_end(), Place::Line(self.at.line), self.at).map(Some)
    }

    /// Moves to the start of a record. Returns false at the end.
    fn skip_blank(&mut self) -> Result<bool> {
        loop {
            let rest = self.window.rest();
            let is_blank = |&byte: &u8| byte.is_ascii_whitespace() || byte == RECORD_SEPARATOR;
            let len = rest.iter().position(|byte| !is_blank(byte)).unwrap_or(rest.len());
            if self.separator.is_none() && memchr(RECORD_SEPARATOR, &rest[..len]).is_some() {
                self.separator = Some(RECORD_SEPARATOR);
            }
            let is_found = len < rest.len();
            self.at.pass(&rest[..len]);
            self.window.advance(len);
            if is_found || self.window.is_whole() {
                return Ok(is_found);
            }
            self.window.fill("a line")?;
        }
    }

    /// The length of the record at the start of the window.
    fn find_end(&mut self) -> Result<usize> {
        let separator = *self.separator.get_or_insert(b'\n');
        let mut seen = 0;
        loop {
            let rest = self.window.rest();
            if let Some(len) = memchr(separator, &rest[seen..]) {
                return Ok(seen + len);
            }
            seen = rest.len();
            if self.window.is_whole() {
                return Ok(seen);
            }
            let what = if separator == b'\n' { "a line" } else { "a record" };
            self.window.fill(what).map_err(|error| match error.cause() {
                Cause::TooLarge { .. } => error.at(Place::Line(self.at.line)),
                _ => error,
            })?;
        }
    }
}
