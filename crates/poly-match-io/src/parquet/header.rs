//! The header of a page, as far as it says how much memory the page needs.
//!
//! The `parquet` crate allocates what a header claims, and does not show it before. A header is a
//! struct in Thrift's compact protocol:
//! <https://github.com/apache/thrift/blob/master/doc/specs/thrift-compact-protocol.md>.

/// What the header of a page claims.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct PageHeader {
    /// Bytes of the page after decompression.
    pub(super) uncompressed: i32,
    /// Bytes of the page in the file.
    pub(super) compressed: i32,
    /// Values of the page, nulls among them.
    pub(super) values: i32,
    /// What the page holds.
    pub(super) kind: PageKind,
}

/// What a page holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) enum PageKind {
    /// Values of rows.
    Data,
    /// The values to which other pages refer.
    Dictionary,
    /// Nothing that is read.
    #[default]
    Other,
}

/// Why a header cannot be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Unreadable {
    /// It continues beyond the bytes.
    Truncated,
    /// It is not as the protocol says.
    Malformed,
}

/// How deep structs and lists may be nested. A header has three levels.
const DEEPEST: u32 = 16;

// Types of the compact protocol.
const TRUE: u8 = 1;
const FALSE: u8 = 2;
const BYTE: u8 = 3;
const I16: u8 = 4;
const I32: u8 = 5;
const I64: u8 = 6;
const DOUBLE: u8 = 7;
const BINARY: u8 = 8;
const LIST: u8 = 9;
const SET: u8 = 10;
const MAP: u8 = 11;
const STRUCT: u8 = 12;
const UUID: u8 = 13;

impl PageHeader {
    /// Reads the header at the start of `bytes`.
    pub(super) fn read(bytes: &[u8]) -> Result<Self, Unreadable> {
        let mut header = Self::default();
        let mut input = Input(bytes);
        let (mut page_type, mut details) = (None, [false; 3]);
        input.fields(|input, field, kind| match (field, kind) {
            (1, I32) => input.int().map(|read| page_type = Some(read)),
            (2, I32) => input.int().map(|size| header.uncompressed = size),
            (3, I32) => input.int().map(|size| header.compressed = size),
            // The headers of a data page, a dictionary, and a data page of version 2.
            (5 | 7 | 8, STRUCT) => {
                details[match field {
                    5 => 0,
                    7 => 1,
                    _ => 2,
                }] = true;
                input.fields(|input, field, kind| match (field, kind) {
                    (1, I32) => input.int().map(|values| header.values = values),
                    _ => input.skip(kind, DEEPEST),
                })
            }
            _ => input.skip(kind, DEEPEST),
        })?;
        header.kind = match (page_type, details) {
            (Some(0), [true, ..]) | (Some(3), [.., true]) => PageKind::Data,
            (Some(2), [_, true, _]) => PageKind::Dictionary,
            (None | Some(0 | 2 | 3), _) => return Err(Unreadable::Malformed),
            (Some(_), _) => PageKind::Other,
        };
        Ok(header)
    }
}

/// The bytes that are left.
struct Input<'a>(&'a [u8]);

impl Input<'_> {
    /// Calls `read` with the number and the type of each field of a struct.
    fn fields(
        &mut self,
        mut read: impl FnMut(&mut Self, i16, u8) -> Result<(), Unreadable>,
    ) -> Result<(), Unreadable> {
        let mut field = 0_i16;
        loop {
            let byte = self.byte()?;
            let (step, kind) = (byte >> 4, byte & 0xf);
            if kind == 0 {
                return Ok(());
            }
            field = match step {
                0 => i16::try_from(self.zigzag()?).map_err(|_| Unreadable::Malformed)?,
                step => field.checked_add(i16::from(step)).ok_or(Unreadable::Malformed)?,
            };
            read(self, field, kind)?;
        }
    }

    fn byte(&mut self) -> Result<u8, Unreadable> {
        let (&byte, rest) = self.0.split_first().ok_or(Unreadable::Truncated)?;
        self.0 = rest;
        Ok(byte)
    }

    fn skip_bytes(&mut self, count: u64) -> Result<(), Unreadable> {
        let count = usize::try_from(count).map_err(|_| Unreadable::Malformed)?;
        self.0 = self.0.get(count..).ok_or(Unreadable::Truncated)?;
        Ok(())
    }

    fn varint(&mut self) -> Result<u64, Unreadable> {
        let mut value = 0;
        for shift in (0..64).step_by(7) {
            let byte = self.byte()?;
            value |= u64::from(byte & 0x7f) << shift;
            if byte & 0x80 == 0 {
                return Ok(value);
            }
        }
        Err(Unreadable::Malformed)
    }

    fn zigzag(&mut self) -> Result<i64, Unreadable> {
        let value = self.varint()?;
        Ok((value >> 1).cast_signed() ^ -(value & 1).cast_signed())
    }

    fn int(&mut self) -> Result<i32, Unreadable> {
        i32::try_from(self.zigzag()?).map_err(|_| Unreadable::Malformed)
    }

    /// Skips a value. In a struct, a boolean is in its type.
    fn skip(&mut self, kind: u8, deepest: u32) -> Result<(), Unreadable> {
        let deeper = deepest.checked_sub(1).ok_or(Unreadable::Malformed)?;
        match kind {
            TRUE | FALSE => Ok(()),
            BYTE => self.skip_bytes(1),
            I16 | I32 | I64 => self.varint().map(drop),
            DOUBLE => self.skip_bytes(8),
            UUID => self.skip_bytes(16),
            BINARY => {
                let len = self.varint()?;
                self.skip_bytes(len)
            }
            STRUCT => self.fields(|input, _, kind| input.skip(kind, deeper)),
            LIST | SET => {
                let byte = self.byte()?;
                let len = if byte >> 4 == 0xf { self.varint()? } else { u64::from(byte >> 4) };
                (0..len).try_for_each(|_| self.skip_item(byte & 0xf, deeper))
            }
            MAP => {
                let len = self.varint()?;
                let kinds = if len == 0 { 0 } else { self.byte()? };
                (0..len).try_for_each(|_| {
                    self.skip_item(kinds >> 4, deeper)?;
                    self.skip_item(kinds & 0xf, deeper)
                })
            }
            _ => Err(Unreadable::Malformed),
        }
    }

    /// Skips an item of a list, where a boolean is a byte.
    fn skip_item(&mut self, kind: u8, deepest: u32) -> Result<(), Unreadable> {
        match kind {
            TRUE | FALSE => self.skip_bytes(1),
            kind => self.skip(kind, deepest),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Type 0, sizes 100 and 60, and a header of a data page with 7 values.
    const HEADER: [u8; 18] = [
        0x15, 0x00, // type
        0x15, 0xc8, 0x01, // uncompressed
        0x15, 0x78, // compressed
        0x2c, 0x15, 0x0e, 0x15, 0x00, 0x15, 0x06, 0x15, 0x06, 0x00, // data page
        0x00,
    ];

    #[test]
    fn sizes_are_read_and_the_rest_is_skipped() {
        let expected =
            PageHeader { uncompressed: 100, compressed: 60, values: 7, kind: PageKind::Data };
        assert_eq!(PageHeader::read(&HEADER), Ok(expected));
        // Fields that nobody knows, before the end: a list of booleans, a map, a double, a text.
        let mut longer = HEADER[..17].to_vec();
        longer.extend([0x19, 0x21, 1, 0]);
        longer.extend([0x1b, 1, 0x58, 4, 2, b'a', b'b']);
        longer.extend([0x17, 0, 0, 0, 0, 0, 0, 0, 0, 0x11, 0x18, 1, b'x', 0x00]);
        assert_eq!(PageHeader::read(&longer), Ok(expected));
    }

    #[test]
    fn a_truncated_header_wants_more_bytes() {
        for len in 0..HEADER.len() {
            assert_eq!(PageHeader::read(&HEADER[..len]), Err(Unreadable::Truncated), "{len}");
        }
    }

    #[test]
    fn what_is_no_header_is_refused() {
        let deep = [0x1c; 100];
        let huge = [0x15, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x01];
        // A data page of version 2 without its own header.
        let mut other = HEADER;
        other[1] = 6;
        for bytes in [&deep[..], &huge, &[0x1e, 0x00], &[0x00], &other] {
            assert_eq!(PageHeader::read(bytes), Err(Unreadable::Malformed), "{bytes:?}");
        }
    }
}
