//! Finds the bytes that end cells, 64 at a time.
//!
//! Cells are short, so a search for each would mostly be the start of a search. Instead, each 64 bytes
//! give a word with a bit for every byte that may end a cell: the delimiter, and the control
//! characters up to `\r`, among which the line ends are.

/// How many bytes one word stands for.
const BLOCK: usize = 64;

const LOW_BITS: u64 = u64::MAX / 255;
const HIGH_BITS: u64 = LOW_BITS << 7;

/// The bytes of a text that end cells, in their order.
pub(super) struct Marks<'a> {
    text: &'a [u8],
    delimiter: u8,
    /// Where the block begins, and the bits of its bytes that are still to come.
    block: usize,
    bits: u64,
}

impl<'a> Marks<'a> {
    pub(super) fn new(text: &'a [u8], delimiter: u8) -> Self {
        let mut marks = Self { text, delimiter, block: 0, bits: 0 };
        marks.read();
        marks
    }

    /// Passes over the bytes before `place`.
    #[inline]
    pub(super) fn seek(&mut self, place: usize) {
        match place.checked_sub(self.block) {
            None | Some(0) => {}
            Some(len @ 1..BLOCK) => self.bits &= u64::MAX << len,
            Some(_) => {
                self.block = place;
                self.read();
            }
        }
    }

    /// The next delimiter or line end.
    #[inline]
    pub(super) fn next(&mut self) -> Option<usize> {
        loop {
            while self.bits == 0 {
                if self.text.len() - self.block <= BLOCK {
                    return None;
                }
                self.block += BLOCK;
                self.read();
            }
            let place = self.block + self.bits.trailing_zeros() as usize;
            self.bits &= self.bits - 1;
            let byte = self.text[place];
            if byte == self.delimiter || byte == b'\n' || byte == b'\r' {
                return Some(place);
            }
        }
    }

    /// Reads the bits of the block.
    #[inline]
    fn read(&mut self) {
        let rest = &self.text[self.block.min(self.text.len())..];
        self.bits = match rest.first_chunk() {
            Some(block) => bits(block, self.delimiter),
            None => {
                let mut block = [u8::MAX; BLOCK];
                block[..rest.len()].copy_from_slice(rest);
                bits(&block, self.delimiter)
            }
        };
    }
}

/// A bit for each byte that is `delimiter` or at most `\r`.
#[inline]
fn bits(block: &[u8; BLOCK], delimiter: u8) -> u64 {
    let (words, _) = block.as_chunks::<8>();
    let mut bits = 0;
    for (i, word) in words.iter().enumerate() {
        let word = u64::from_le_bytes(*word);
        let other = word ^ (LOW_BITS * u64::from(delimiter));
        // The high bit of a byte is set in the first if it is above `\r`, in the second if it is not
        // the delimiter. The sums do not carry.
        let above = ((word & !HIGH_BITS) + LOW_BITS * u64::from(0x7f - b'\r')) | word;
        let is_other = ((other & !HIGH_BITS) + !HIGH_BITS) | other;
        let marks = !(above & is_other) & HIGH_BITS;
        // Moves the high bits of the bytes together.
        bits |= ((marks >> 7).wrapping_mul(0x0102_0408_1020_4080) >> 56) << (8 * i);
    }
    bits
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_mark_is_found_wherever_it_is() {
        let all: Vec<u8> = (0..=255).cycle().step_by(7).take(1000).collect();
        for delimiter in *b",\t;|" {
            for len in [0, 1, 7, 63, 64, 65, 127, 128, 129, 1000] {
                let text = &all[..len];
                let is_mark = |&place: &usize| {
                    text[place] == delimiter || matches!(text[place], b'\n' | b'\r')
                };
                for start in [0, 1, 40, 63, 64, 100, 999] {
                    let mut marks = Marks::new(text, delimiter);
                    marks.seek(start.min(len));
                    let found: Vec<_> = std::iter::from_fn(|| marks.next()).collect();
                    let expected: Vec<_> = (start.min(len)..len).filter(is_mark).collect();
                    assert_eq!(found, expected, "{len} bytes from {start}");
                }
            }
        }
    }
}
