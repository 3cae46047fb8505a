//! The layout of a saved matcher: named arrays that can be used in place.
//!
//! ```text
//! header     64 bytes: magic, byte order, version, length, number of sections, checksum
//! table      64 bytes a section: name, start, count and size of its elements, checksum
//! sections   each starts at a multiple of 64 bytes, with its elements as they are in memory
//! ```
//!
//! Numbers are in the byte order of the machine that wrote them, because they are used in place and
//! not decoded. Files in the other byte order are refused. Checksums are CRC-32: one for the header
//! with the table, and one for each section. Nothing here knows what a matcher is.

use std::borrow::Cow;
use std::io::{self, Write};
use std::ops::Range;
use std::sync::Arc;

use bytemuck::{Pod, Zeroable};

use crate::bytes::{Array, Bytes};
use crate::error::{Error, Unreadable};
use crate::machine::share_out;

/// Like PNG's signature: a byte that is not text, the name, and line endings. A transfer as text
/// would change the line endings, so it is noticed.
const MAGIC: [u8; 8] = *b"\x89PLY\r\n\x1a\n";

/// Reads as `0x0403_0201` on a machine with the other byte order.
const BYTE_ORDER: u32 = 0x0102_0304;

/// Version of the format. Raise it with every change of the layout or of what a matcher consists
/// of.
pub(crate) const VERSION: u32 = 5;

/// Alignment of the sections: one cache line, in bytes.
const LINE: usize = 64;

/// One thread checks `PIECE` bytes (1 MiB) at a time. From `MANY` bytes (4 MiB) on, several threads
/// do.
const PIECE: usize = 1 << 20;
const MANY: usize = 1 << 22;

#[derive(Debug, Clone, Copy, Pod, Zeroable)]
#[repr(C)]
struct Header {
    magic: [u8; 8],
    byte_order: u32,
    version: u32,
    /// Total length in bytes.
    len: u64,
    sections: u64,
    /// Checksum of the header, with this field set to 0, and of the table.
    checksum: u32,
    unused: [u32; 7],
}

#[derive(Debug, Clone, Copy, Pod, Zeroable)]
#[repr(C)]
struct Entry {
    name: Name,
    /// Offset from the beginning, in bytes.
    start: u64,
    count: u64,
    /// Size of one element, in bytes.
    size: u32,
    checksum: u32,
    /// 1 if the caller attached this section, else 0.
    is_attached: u32,
    unused: [u32; 5],
}

/// A section name of up to 16 bytes, padded with zeros.
type Name = [u8; 16];

fn name_of(name: &str) -> Option<Name> {
    let mut padded = [0; 16];
    padded.get_mut(..name.len())?.copy_from_slice(name.as_bytes());
    Some(padded)
}

/// Pads one of our own names, which are all short enough.
fn padded(name: &'static str) -> Name {
    name_of(name).unwrap_or_default()
}

fn text(name: &Name) -> String {
    String::from_utf8_lossy(name).trim_end_matches('\0').to_owned()
}

/// Collects the sections of a saved matcher, then writes them all.
#[derive(Debug, Default)]
pub(crate) struct Writer<'m>(Vec<(Entry, Cow<'m, [u8]>)>);

impl<'m> Writer<'m> {
    /// Adds a borrowed array.
    pub(crate) fn array<T: Pod>(&mut self, name: &'static str, values: &'m [T]) {
        self.add(padded(name), values.len(), Cow::Borrowed(bytemuck::cast_slice(values)), false);
    }

    /// Adds an array that exists only for saving; its bytes are copied.
    pub(crate) fn made<T: Pod>(&mut self, name: &'static str, values: &[T]) {
        let bytes = bytemuck::cast_slice(values).to_vec();
        self.add(padded(name), values.len(), Cow::Owned(bytes), false);
    }

    /// Adds bytes that the caller wants to keep with the matcher.
    ///
    /// # Errors
    /// [`io::ErrorKind::InvalidInput`] if the name is longer than 16 bytes.
    pub(crate) fn attach(&mut self, name: &str, bytes: &'m [u8]) -> io::Result<()> {
        let Some(padded) = name_of(name) else {
            let message = format!("expected a name of at most 16 bytes, got {name:?}");
            return Err(io::Error::new(io::ErrorKind::InvalidInput, message));
        };
        self.add(padded, bytes.len(), Cow::Borrowed(bytes), true);
        Ok(())
    }

    fn add(&mut self, name: Name, count: usize, bytes: Cow<'m, [u8]>, is_attached: bool) {
        let entry = Entry {
            name,
            count: count as u64,
            size: u32::try_from(bytes.len().checked_div(count).unwrap_or(0)).unwrap_or(0),
            checksum: crc32fast::hash(&bytes),
            is_attached: is_attached.into(),
            ..Entry::zeroed()
        };
        self.0.push((entry, bytes));
    }

    /// Writes the header, the table and all sections, from start to end without seeking.
    pub(crate) fn write_to(mut self, out: &mut impl Write) -> io::Result<()> {
        let mut end = size_of::<Header>() + self.0.len() * size_of::<Entry>();
        for (entry, bytes) in &mut self.0 {
            let start = end.next_multiple_of(LINE);
            entry.start = start as u64;
            end = start + bytes.len();
        }
        let table: Vec<Entry> = self.0.iter().map(|(entry, _)| *entry).collect();
        let mut header = Header {
            magic: MAGIC,
            byte_order: BYTE_ORDER,
            version: VERSION,
            len: end as u64,
            sections: table.len() as u64,
            ..Header::zeroed()
        };
        header.checksum = checksum_of_all(&header, bytemuck::cast_slice(&table));
        out.write_all(bytemuck::bytes_of(&header))?;
        out.write_all(bytemuck::cast_slice(&table))?;
        let mut at = size_of::<Header>() + size_of_val(table.as_slice());
        for (_, bytes) in &self.0 {
            out.write_all(&[0; LINE][..at.next_multiple_of(LINE) - at])?;
            out.write_all(bytes)?;
            at = at.next_multiple_of(LINE) + bytes.len();
        }
        Ok(())
    }
}

fn checksum_of_all(header: &Header, table: &[u8]) -> u32 {
    let mut crc = crc32fast::Hasher::new();
    crc.update(bytemuck::bytes_of(&Header { checksum: 0, ..*header }));
    crc.update(table);
    crc.finalize()
}

/// Reads the sections of a saved matcher, in the order in which they were written.
pub(crate) struct Reader {
    bytes: Bytes,
    entries: std::vec::IntoIter<Entry>,
    attached: Vec<Attached>,
}

/// Bytes that the caller saved with a matcher.
#[derive(Clone)]
pub(crate) struct Attached {
    name: Name,
    bytes: Bytes,
    range: Range<usize>,
    checksum: u32,
}

impl Reader {
    /// Reads the table and verifies all checksums, except those of attached sections:
    /// [`Attached::read`] verifies these when they are asked for.
    pub(crate) fn new<E: From<Error>>(
        bytes: Bytes,
        poll: impl FnMut() -> Result<(), E>,
    ) -> Result<Self, E> {
        let bytes = if is_aligned((*bytes).as_ref()) { bytes } else { copy((*bytes).as_ref()) };
        let all = (*bytes).as_ref();
        let (entries, attached): (Vec<_>, Vec<_>) = table(all)
            .map_err(Error::Unreadable)?
            .into_iter()
            .partition(|entry| entry.is_attached == 0);
        check(all, &entries, poll)?;
        let attached = attached.iter().map(|entry| Attached {
            name: entry.name,
            bytes: bytes.clone(),
            range: entry.range().unwrap_or_default(),
            checksum: entry.checksum,
        });
        Ok(Self {
            attached: attached.collect(),
            bytes: bytes.clone(),
            entries: entries.into_iter(),
        })
    }

    /// Takes the next array, which must have this name.
    pub(crate) fn array<T: Pod>(&mut self, name: &'static str) -> Result<Array<T>, Unreadable> {
        let expected = || Unreadable::Section { expected: name };
        let entry = self.entries.next().ok_or_else(expected)?;
        let is_empty = entry.count == 0;
        if Some(entry.name) != name_of(name) || !(is_empty || entry.size as usize == size_of::<T>())
        {
            return Err(expected());
        }
        if is_empty {
            return Ok(Array::default());
        }
        let range = entry.range().ok_or_else(expected)?;
        Array::shared(&self.bytes, range).ok_or_else(expected)
    }

    /// Takes the next array, which must have exactly one element.
    pub(crate) fn fact<T: Pod>(&mut self, name: &'static str) -> Result<T, Unreadable> {
        match *self.array(name)? {
            [fact] => Ok(fact),
            _ => Err(Unreadable::Section { expected: name }),
        }
    }

    /// Returns the attached sections. Fails if there are arrays that nobody read.
    pub(crate) fn end(mut self) -> Result<Vec<Attached>, Unreadable> {
        match self.entries.next() {
            None => Ok(self.attached),
            Some(_) => Err(Unreadable::Section { expected: "no further section" }),
        }
    }
}

impl Attached {
    pub(crate) fn is_named(&self, name: &str) -> bool {
        Some(self.name) == name_of(name)
    }

    /// The bytes, after their checksum was verified.
    pub(crate) fn read(&self) -> Result<&[u8], Unreadable> {
        let bytes = (*self.bytes).as_ref().get(self.range.clone()).unwrap_or_default();
        if crc32fast::hash(bytes) == self.checksum {
            Ok(bytes)
        } else {
            Err(Unreadable::Damaged { section: text(&self.name) })
        }
    }
}

impl Entry {
    /// Whether the entry could come from [`Writer`]. Count and size must be both 0 or both
    /// positive: with elements of size 0, the count could be any number.
    fn is_well_formed(&self) -> bool {
        (self.count == 0) == (self.size == 0) && self.is_attached <= 1
    }

    /// Where the section is. `None` if that does not fit into an address.
    fn range(&self) -> Option<Range<usize>> {
        let start = usize::try_from(self.start).ok()?;
        let len = usize::try_from(self.count).ok()?.checked_mul(self.size as usize)?;
        Some(start..start.checked_add(len)?)
    }
}

/// The entries of the table, after checking that every section exists and that no two share a byte.
fn table(all: &[u8]) -> Result<Vec<Entry>, Unreadable> {
    let got = all.len() as u64;
    if !all.starts_with(&MAGIC) {
        return Err(Unreadable::Foreign { got: all[..all.len().min(MAGIC.len())].to_vec() });
    }
    let too_short = |expected| Unreadable::Length { expected, got };
    let Some((header, rest)) = all.split_at_checked(size_of::<Header>()) else {
        return Err(too_short(size_of::<Header>() as u64));
    };
    let header: Header = bytemuck::pod_read_unaligned(header);
    match header.byte_order {
        BYTE_ORDER => {}
        order if order.swap_bytes() == BYTE_ORDER => return Err(Unreadable::ByteOrder),
        _ => return Err(Unreadable::Damaged { section: "header".to_owned() }),
    }
    if header.version != VERSION {
        return Err(Unreadable::Version { expected: VERSION, got: header.version });
    }
    if header.len != got {
        return Err(too_short(header.len));
    }
    let damaged = || Unreadable::Damaged { section: "header".to_owned() };
    let len = usize::try_from(header.sections).ok();
    let len = len.and_then(|sections| sections.checked_mul(size_of::<Entry>()));
    let table = rest.get(..len.ok_or_else(damaged)?).ok_or_else(damaged)?;
    if checksum_of_all(&header, table) != header.checksum {
        return Err(damaged());
    }
    let entries = table.chunks_exact(size_of::<Entry>()).map(bytemuck::pod_read_unaligned);
    let entries: Vec<Entry> = entries.collect();
    if follow_each_other(&entries, all.len()) {
        Ok(entries)
    } else {
        Err(Unreadable::Section { expected: "sections that follow each other" })
    }
}

/// Whether the sections lie as [`Writer`] puts them: in the order of the table, each starting at
/// the next multiple of 64 bytes, the last one ending at `len`.
///
/// So no two sections share a byte. Without this check, a small file could list the same bytes many
/// times, and verifying the checksums would take far longer than the size of the file suggests.
fn follow_each_other(entries: &[Entry], len: usize) -> bool {
    let mut end = size_of::<Header>() + size_of_val(entries);
    for entry in entries {
        let starts_at = end.next_multiple_of(LINE);
        match entry.range() {
            Some(range)
                if entry.is_well_formed() && range.start == starts_at && range.end <= len =>
            {
                end = range.end;
            }
            _ => return false,
        }
    }
    end == len
}

/// Verifies the checksum of every section, on several threads if there are many bytes.
fn check<E: From<Error>>(
    all: &[u8],
    entries: &[Entry],
    poll: impl FnMut() -> Result<(), E>,
) -> Result<(), E> {
    let bytes_of = |entry: &Entry| entry.range().and_then(|range| all.get(range));
    let pieces = |entry| bytes_of(entry).unwrap_or_default().chunks(PIECE);
    let mut pieces: Vec<(&[u8], crc32fast::Hasher)> =
        entries.iter().flat_map(pieces).map(|bytes| (bytes, crc32fast::Hasher::new())).collect();
    let len: usize = pieces.iter().map(|(bytes, _)| bytes.len()).sum();
    let workers = if len < MANY { Some(std::num::NonZeroUsize::MIN) } else { None };
    share_out(pieces.iter_mut(), workers, poll, |(bytes, crc), _| crc.update(bytes))?;
    let mut pieces = pieces.into_iter();
    for entry in entries {
        let count = bytes_of(entry).unwrap_or_default().len().div_ceil(PIECE);
        let mut whole = crc32fast::Hasher::new();
        pieces.by_ref().take(count).for_each(|(_, crc)| whole.combine(&crc));
        if whole.finalize() != entry.checksum {
            let damaged = Unreadable::Damaged { section: text(&entry.name) };
            return Err(Error::Unreadable(damaged).into());
        }
    }
    Ok(())
}

/// A buffer that starts at a cache line.
struct Lines {
    lines: Vec<Line>,
    len: usize,
}

#[derive(Clone, Copy, Pod, Zeroable)]
#[repr(C, align(64))]
struct Line([u8; LINE]);

impl AsRef<[u8]> for Lines {
    fn as_ref(&self) -> &[u8] {
        &bytemuck::cast_slice(&self.lines)[..self.len]
    }
}

fn is_aligned(bytes: &[u8]) -> bool {
    bytes.as_ptr().addr().is_multiple_of(LINE)
}

/// Copies bytes into an aligned buffer, so that arrays can be used in place.
fn copy(bytes: &[u8]) -> Bytes {
    let mut lines = vec![Line::zeroed(); bytes.len().div_ceil(LINE)];
    bytemuck::cast_slice_mut(&mut lines)[..bytes.len()].copy_from_slice(bytes);
    Arc::new(Lines { lines, len: bytes.len() })
}

/// Copies bytes into an aligned buffer.
#[cfg(test)]
pub(crate) fn aligned(bytes: &[u8]) -> Bytes {
    copy(bytes)
}

/// Makes all checksums valid again after a test changed the bytes. Changes nothing if the table
/// would not fit.
#[cfg(test)]
pub(crate) fn seal(all: &mut [u8]) {
    let (start, size) = (size_of::<Header>(), size_of::<Entry>());
    let mut header: Header = bytemuck::pod_read_unaligned(&all[..start]);
    (header.magic, header.byte_order, header.version) = (MAGIC, BYTE_ORDER, VERSION);
    header.len = all.len() as u64;
    let sections = usize::try_from(header.sections).unwrap_or(usize::MAX);
    let Some(end) = sections.checked_mul(size).and_then(|len| len.checked_add(start)) else {
        return;
    };
    if end > all.len() {
        return;
    }
    for at in (start..end).step_by(size) {
        let mut entry: Entry = bytemuck::pod_read_unaligned(&all[at..at + size]);
        if let Some(bytes) = entry.range().and_then(|range| all.get(range)) {
            entry.checksum = crc32fast::hash(bytes);
        }
        all[at..at + size].copy_from_slice(bytemuck::bytes_of(&entry));
    }
    all[..start].copy_from_slice(bytemuck::bytes_of(&header));
    seal_the_header(all);
}

/// Makes the checksum of the header and the table valid again.
#[cfg(test)]
pub(crate) fn seal_the_header(all: &mut [u8]) {
    let start = size_of::<Header>();
    let mut header: Header = bytemuck::pod_read_unaligned(&all[..start]);
    let sections = usize::try_from(header.sections).expect("few");
    let end = start + sections * size_of::<Entry>();
    header.checksum = checksum_of_all(&header, &all[start..end]);
    all[..start].copy_from_slice(bytemuck::bytes_of(&header));
}

/// Where the first section with this name starts.
#[cfg(test)]
pub(crate) fn start_of(all: &[u8], name: &str) -> Option<usize> {
    let entries = table(all).ok()?;
    entries.iter().find(|entry| Some(entry.name) == name_of(name))?.range().map(|at| at.start)
}
