//! How many bytes a frame of LZ4 can become, by the headers of its blocks:
//! <https://github.com/lz4/lz4/blob/dev/doc/lz4_Frame_format.md>.

const FRAME: u32 = 0x184D_2204;
/// Frames that are skipped have one of 16 numbers.
const SKIPPED: u32 = 0x184D_2A50;

/// A byte of a block makes at most this many.
const RATIO: u64 = 255;

/// The most bytes after decompression; `None` if the bytes are no frames.
pub(super) fn most(bytes: &[u8]) -> Option<u64> {
    let mut input = Input(bytes);
    let mut total = 0_u64;
    while !input.0.is_empty() {
        match input.number()? {
            FRAME => total = total.saturating_add(frame(&mut input)?),
            number if number & !0xf == SKIPPED => {
                let len = input.number()?;
                input.take(len)?;
            }
            _ => return None,
        }
    }
    Some(total)
}

fn frame(input: &mut Input<'_>) -> Option<u64> {
    let [flags, sizes] = *input.take(2)? else { return None };
    let is_set = |bit: u8| flags & (1 << bit) != 0;
    let (has_content_size, has_dictionary) = (is_set(3), is_set(0));
    let largest = match (sizes >> 4) & 7 {
        4 => 64 << 10,
        5 => 256 << 10,
        6 => 1 << 20,
        7 => 4 << 20,
        _ => return None,
    };
    // The rest of the header ends with a byte of checksum.
    input.take(if has_content_size { 8 } else { 0 } + if has_dictionary { 4 } else { 0 } + 1)?;
    let mut total = 0_u64;
    loop {
        let size = input.number()?;
        if size == 0 {
            break;
        }
        let (is_stored, len) = (size >> 31 == 1, size & 0x7fff_ffff);
        input.take(len)?;
        input.take(if is_set(4) { 4 } else { 0 })?;
        let len = u64::from(len);
        total = total.saturating_add(if is_stored { len } else { largest.min(RATIO * len) });
    }
    input.take(if is_set(2) { 4 } else { 0 })?;
    Some(total)
}

struct Input<'a>(&'a [u8]);

impl<'a> Input<'a> {
    fn take(&mut self, count: u32) -> Option<&'a [u8]> {
        let (taken, rest) = self.0.split_at_checked(usize::try_from(count).ok()?)?;
        self.0 = rest;
        Some(taken)
    }

    fn number(&mut self) -> Option<u32> {
        self.take(4)?.try_into().ok().map(u32::from_le_bytes)
    }
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use lz4_flex::frame::{BlockSize, FrameEncoder, FrameInfo};

    use super::*;

    fn compressed(bytes: &[u8], info: FrameInfo) -> Vec<u8> {
        let mut encoder = FrameEncoder::with_frame_info(info, Vec::new());
        encoder.write_all(bytes).expect("written");
        encoder.finish().expect("finished")
    }

    #[test]
    fn no_frame_becomes_more() {
        let zeros = vec![0; 1 << 20];
        let noise: Vec<u8> =
            (0..1_u32 << 18).flat_map(|i| i.wrapping_mul(0x9e37_79b9).to_le_bytes()).collect();
        for bytes in [&zeros, &noise, &Vec::new(), &b"abc".to_vec()] {
            for size in [BlockSize::Max64KB, BlockSize::Max4MB] {
                for checked in [false, true] {
                    let info = FrameInfo::new()
                        .block_size(size)
                        .block_checksums(checked)
                        .content_checksum(checked)
                        .content_size(checked.then_some(bytes.len() as u64));
                    let most = most(&compressed(bytes, info)).expect("a frame");
                    assert!(most >= bytes.len() as u64, "{most}");
                    assert!(most <= (bytes.len() as u64).next_multiple_of(4 << 20), "{most}");
                }
            }
        }
    }

    #[test]
    fn what_is_no_frame_is_refused() {
        let frame = compressed(b"some text", FrameInfo::new());
        for len in 1..frame.len() {
            assert_eq!(most(&frame[..len]), None, "{len}");
        }
        let mut two = frame.clone();
        two.extend(SKIPPED.to_le_bytes());
        two.extend([3, 0, 0, 0, 1, 2, 3]);
        two.extend(&frame);
        assert_eq!(most(&two), most(&frame).map(|most| 2 * most));
        assert_eq!(most(b"no frame"), None);
    }
}
