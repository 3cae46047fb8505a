//! Where a cell is in a text, and how its content is copied.

use memchr::memchr;

/// The bit of `Cell::end` that tells cells whose quotes must be taken out.
const ESCAPED: u32 = 1 << 31;

/// Cells up to this length are copied as if they had it, which is faster.
const SHORT: usize = 16;

/// Where a cell is. Texts are shorter than 2 GiB.
#[derive(Debug, Clone, Copy)]
pub(super) struct Cell {
    start: u32,
    end: u32,
}

impl Cell {
    #[expect(clippy::cast_possible_truncation, reason = "texts are shorter than 2 GiB")]
    pub(super) fn new(start: usize, end: usize, is_escaped: bool) -> Self {
        let escaped = if is_escaped { ESCAPED } else { 0 };
        Self { start: start as u32, end: end as u32 | escaped }
    }

    /// The length of the cell, with quotes that must be taken out.
    #[inline]
    fn len(self) -> usize {
        ((self.end & !ESCAPED) - self.start) as usize
    }

    /// Whether its quotes must be taken out.
    pub(super) fn is_escaped(self) -> bool {
        self.end & ESCAPED != 0
    }

    /// Where it begins, behind its quote unless it is escaped.
    pub(super) fn start(self) -> usize {
        self.start as usize
    }

    /// Adds the content of the cell.
    pub(super) fn append_to(self, text: &[u8], quote: u8, values: &mut Vec<u8>) {
        let cell = self.raw(text);
        if self.is_escaped() {
            unescape(cell, quote, values);
        } else {
            values.extend_from_slice(cell);
        }
    }

    /// The bytes of the cell; with its quotes if it is escaped.
    pub(super) fn raw(self, text: &[u8]) -> &[u8] {
        &text[self.start()..][..self.len()]
    }

    /// The content of the cell. What is no UTF-8 is replaced.
    pub(super) fn content(self, text: &[u8], quote: u8) -> String {
        let mut content = Vec::new();
        self.append_to(text, quote, &mut content);
        String::from_utf8_lossy(&content).into_owned()
    }
}

/// Adds the contents of cells one after another, and where each ends.
#[expect(clippy::cast_possible_truncation, clippy::cast_possible_wrap)]
pub(super) fn append(
    cells: impl Iterator<Item = Cell> + Clone,
    text: &[u8],
    quote: u8,
    values: &mut Vec<u8>,
    ends: &mut Vec<i32>,
) {
    let room: usize = cells.clone().map(Cell::len).sum();
    let mut end = values.len();
    values.resize(end + room + SHORT, 0);
    let mut unescaped = Vec::new();
    ends.extend(cells.map(|cell| {
        let (start, mut len) = (cell.start as usize, cell.len());
        if cell.end & ESCAPED != 0 {
            unescaped.clear();
            unescape(&text[start..][..len], quote, &mut unescaped);
            len = unescaped.len();
            values[end..][..len].copy_from_slice(&unescaped);
        } else if let (true, Some(short)) = (len <= SHORT, text[start..].first_chunk::<SHORT>()) {
            // What is too much is overwritten by the next cell.
            values[end..][..SHORT].copy_from_slice(short);
        } else {
            values[end..][..len].copy_from_slice(&text[start..][..len]);
        }
        end += len;
        // A batch has fewer than 2 GiB.
        end as i32
    }));
    values.truncate(end);
}

/// Adds the content of a cell that begins with a quote: two quotes are one, until one quote closes.
#[cold]
fn unescape(cell: &[u8], quote: u8, values: &mut Vec<u8>) {
    let mut rest = &cell[1..];
    while let Some(at) = memchr(quote, rest) {
        values.extend_from_slice(&rest[..at]);
        let is_double = rest.get(at + 1) == Some(&quote);
        rest = &rest[at + 1 + usize::from(is_double)..];
        if !is_double {
            break;
        }
        values.push(quote);
    }
    values.extend_from_slice(rest);
}
