//! Text that is decoded while it is read. It counts lines, for errors.

use std::io::{self, Read};

use encoding_rs::{Decoder, DecoderResult, Encoding, UTF_8};

use crate::error::{Cause, Error, Place};

/// Bytes that are read and decoded at once.
const PIECE: usize = 1 << 16;

/// A stream of text as UTF-8.
pub(super) struct DecodedText {
    input: Box<dyn Read + Send>,
    encoding: &'static Encoding,
    /// `None` until it is known whether the text is UTF-8 after all.
    decoder: Option<Decoder>,
    /// Bytes that are read; those from `start` are not decoded yet.
    bytes: Vec<u8>,
    start: usize,
    is_at_end: bool,
    /// Text that is decoded; what stands before `shown` is given away.
    text: Vec<u8>,
    shown: usize,
    /// The line of the next character, and whether the last one was `\r`.
    line: u64,
    is_after_return: bool,
    is_done: bool,
}

impl DecodedText {
    /// If it `may_be_utf8`, its first character beyond ASCII decides whether it is.
    pub(super) fn new(
        input: Box<dyn Read + Send>,
        encoding: &'static Encoding,
        may_be_utf8: bool,
    ) -> Self {
        let decoder = (!may_be_utf8).then(|| encoding.new_decoder());
        Self {
            input,
            encoding,
            decoder,
            bytes: Vec::new(),
            start: 0,
            is_at_end: false,
            text: Vec::new(),
            shown: 0,
            line: 1,
            is_after_return: false,
            is_done: false,
        }
    }

    /// Decodes more text. There is none at the end.
    fn fill(&mut self) -> io::Result<()> {
        self.shown = 0;
        self.text.clear();
        while self.text.is_empty() && !self.is_done {
            self.read()?;
            self.decode()?;
        }
        Ok(())
    }

    /// Reads a piece behind the bytes that are not decoded.
    fn read(&mut self) -> io::Result<()> {
        self.bytes.drain(..self.start);
        self.start = 0;
        let held = self.bytes.len();
        self.bytes.resize(held + PIECE, 0);
        let count = self.input.read(&mut self.bytes[held..]);
        self.bytes.truncate(held + *count.as_ref().unwrap_or(&0));
        self.is_at_end = count? == 0;
        Ok(())
    }

    /// Decodes all bytes that are read.
    fn decode(&mut self) -> io::Result<()> {
        let Some(decoder) = &mut self.decoder else {
            self.decide();
            return Ok(());
        };
        loop {
            let bytes = &self.bytes[self.start..];
            let known = self.text.len();
            // One byte becomes at most three.
            self.text.resize(known + bytes.len() * 3 + 8, 0);
            let (result, read, written) = decoder.decode_to_utf8_without_replacement(
                bytes,
                &mut self.text[known..],
                self.is_at_end,
            );
            self.text.truncate(known + written);
            self.start += read;
            match result {
                DecoderResult::InputEmpty => {
                    self.is_done = self.is_at_end;
                    break;
                }
                DecoderResult::OutputFull => {}
                DecoderResult::Malformed(..) => {
                    self.count_lines();
                    return Err(self.malformed().into());
                }
            }
        }
        self.count_lines();
        Ok(())
    }

    /// Finds out whether the text is UTF-8, by its first character beyond ASCII. What is before it is
    /// text.
    fn decide(&mut self) {
        let bytes = &self.bytes[self.start..];
        let ascii = bytes.iter().take_while(|byte| byte.is_ascii()).count();
        let after = &bytes[ascii..];
        if !after.is_empty() {
            let encoding = match std::str::from_utf8(&after[..after.len().min(4)]) {
                Ok(_) => UTF_8,
                Err(error) if error.valid_up_to() > 0 => UTF_8,
                // The rest of the character is still to come.
                Err(error) if error.error_len().is_none() && !self.is_at_end => return,
                Err(_) => self.encoding,
            };
            let is_start = self.line == 1 && self.bytes.starts_with(after);
            self.decoder = Some(if is_start {
                encoding.new_decoder()
            } else {
                encoding.new_decoder_without_bom_handling()
            });
        }
        self.text.extend_from_slice(&self.bytes[self.start..self.start + ascii]);
        self.start += ascii;
        self.is_done = self.is_at_end && after.is_empty();
        self.count_lines();
    }

    fn count_lines(&mut self) {
        for &byte in &self.text {
            // `\r\n` is one line end.
            let is_end = byte == b'\r' || (byte == b'\n' && !self.is_after_return);
            self.line += u64::from(is_end);
            self.is_after_return = byte == b'\r';
        }
    }

    fn malformed(&self) -> Error {
        let name = self.decoder.as_ref().map_or(self.encoding, Decoder::encoding).name();
        let what = format!("the text is not valid {name}");
        Error::new(Cause::Text { what, remedy: None }).at(Place::Line(self.line))
    }
}

impl Read for DecodedText {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if self.shown == self.text.len() {
            self.fill()?;
        }
        let shown = &self.text[self.shown..];
        let count = shown.len().min(buffer.len());
        buffer[..count].copy_from_slice(&shown[..count]);
        self.shown += count;
        Ok(count)
    }
}
