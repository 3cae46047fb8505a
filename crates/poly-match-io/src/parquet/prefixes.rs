//! How many bytes the values of a page in the encoding DELTA_BYTE_ARRAY share with the value before.
//!
//! Such a page begins with the lengths of shared starts, in DELTA_BINARY_PACKED:
//! <https://parquet.apache.org/docs/file-format/data-pages/encodings/>.
//!
//! ```text
//! block size, miniblocks in a block, number of values, first value
//! for each block: the least step, the bits of a step in each miniblock, the miniblocks
//! ```

use parquet::column::page::Page;
use parquet::schema::types::ColumnDescPtr;

/// The total of the lengths; `None` if they are malformed.
pub(super) fn total(page: &Page, column: &ColumnDescPtr) -> Option<u64> {
    sum(values(page, column)?, page.num_values())
}

/// The bytes of a page after its levels.
fn values<'a>(page: &'a Page, column: &ColumnDescPtr) -> Option<&'a [u8]> {
    match page {
        Page::DataPage { buf, .. } => {
            let mut rest = &buf[..];
            for level in [column.max_rep_level(), column.max_def_level()] {
                if level > 0 {
                    let (len, after) = rest.split_first_chunk()?;
                    rest = after.get(usize::try_from(u32::from_le_bytes(*len)).ok()?..)?;
                }
            }
            Some(rest)
        }
        Page::DataPageV2 { buf, def_levels_byte_len, rep_levels_byte_len, .. } => {
            let levels = def_levels_byte_len.checked_add(*rep_levels_byte_len)?;
            buf.get(usize::try_from(levels).ok()?..)
        }
        Page::DictionaryPage { buf, .. } => Some(buf),
    }
}

/// The sum of the first `most` values.
fn sum(bytes: &[u8], most: u32) -> Option<u64> {
    let mut input = Input(bytes);
    let block = input.varint()?;
    let miniblocks = input.varint()?;
    let count = input.varint()?.min(u64::from(most));
    let mut value = input.zigzag()?;
    if count == 0 {
        return Some(0);
    }
    let in_miniblock = block.checked_div(miniblocks).filter(|&values| values > 0)?;
    let miniblocks = usize::try_from(miniblocks).ok()?;
    let mut sum = u64::try_from(value).ok()?;
    let mut left = count - 1;
    while left > 0 {
        let least = input.zigzag()?;
        for bits in input.take(miniblocks)? {
            if left == 0 {
                break;
            }
            let bits = u32::from(*bits);
            let taken = in_miniblock.min(left);
            let len = in_miniblock.checked_mul(u64::from(bits))?.div_ceil(8);
            // The last miniblock may be cut.
            let len = usize::try_from(len).ok()?.min(input.0.len());
            let packed = input.take(len)?;
            for i in 0..taken {
                let step = unpack(packed, i, bits)?;
                value = value.wrapping_add(least).wrapping_add(step.cast_signed());
                sum = sum.checked_add(u64::try_from(value).ok()?)?;
            }
            left -= taken;
        }
    }
    Some(sum)
}

/// The number at a position, of `bits` bits each, the lowest first.
fn unpack(packed: &[u8], i: u64, bits: u32) -> Option<u64> {
    if bits == 0 {
        return Some(0);
    }
    let start = i.checked_mul(u64::from(bits))?;
    let first = usize::try_from(start / 8).ok()?;
    let shift = u32::try_from(start % 8).ok()?;
    let last = first.checked_add(usize::try_from((shift + bits).div_ceil(8)).ok()?)?;
    let mut wide = [0; 16];
    let bytes = packed.get(first..last)?;
    wide.get_mut(..bytes.len())?.copy_from_slice(bytes);
    let mask = u128::MAX >> (128 - bits.min(64));
    u64::try_from((u128::from_le_bytes(wide) >> shift) & mask).ok()
}

/// The bytes that are left.
struct Input<'a>(&'a [u8]);

impl<'a> Input<'a> {
    fn take(&mut self, count: usize) -> Option<&'a [u8]> {
        let (taken, rest) = self.0.split_at_checked(count)?;
        self.0 = rest;
        Some(taken)
    }

    fn varint(&mut self) -> Option<u64> {
        let mut value = 0;
        for shift in (0..64).step_by(7) {
            let byte = self.take(1)?[0];
            value |= u64::from(byte & 0x7f) << shift;
            if byte & 0x80 == 0 {
                return Some(value);
            }
        }
        None
    }

    fn zigzag(&mut self) -> Option<i64> {
        let value = self.varint()?;
        Some((value >> 1).cast_signed() ^ -(value & 1).cast_signed())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_example_of_the_specification() {
        // 1, 2, 3, 4, 5: block 128, 4 miniblocks, 5 values, first 1, least step 1, all of 0 bits
        let bytes = [0x80, 0x01, 4, 5, 2, 2, 0, 0, 0, 0];
        assert_eq!(sum(&bytes, 5), Some(15));
        assert_eq!(sum(&bytes, 2), Some(3));
        assert_eq!(sum(&bytes, 0), Some(0));
        // 7, 5, 3, 1, 2, 3, 4, 5: first 7, least step -2, steps 0 0 0 3 3 3 3 of 2 bits
        let bytes = [0x80, 0x01, 4, 8, 14, 3, 2, 0, 0, 0, 0b1100_0000, 0b0011_1111];
        assert_eq!(sum(&bytes, 8), Some(30));
    }

    #[test]
    fn malformed_lengths_are_refused() {
        for bytes in [
            &[][..],
            &[0x80, 0x01, 4, 5, 2],                     // no block
            &[0x80, 0x01, 4, 5, 1, 2, 0, 0, 0, 0],      // the first is -1
            &[0x80, 0x01, 0, 5, 2, 2],                  // no miniblocks
            &[0x80, 0x01, 4, 5, 2, 2, 255, 0, 0, 0, 1], // 255 bits
        ] {
            assert_eq!(sum(bytes, 5), None, "{bytes:?}");
        }
        // A long run of one length takes few bytes.
        let mut run = vec![0x80, 0x01, 4, 0xff, 0xff, 0x3f, 0xfe, 0xff, 0x7f];
        run.extend([0, 0, 0, 0, 0].repeat(8192));
        assert_eq!(sum(&run, 1 << 20), Some(1_048_575 * 1_048_575));
    }
}
