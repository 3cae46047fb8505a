//! Changes a file: bits, numbers, pieces.

use std::ops::Range;

use crate::inputs::Input;

/// Random numbers by a seed: SplitMix64.
#[derive(Debug)]
pub(crate) struct Random(u64);

impl Random {
    pub(crate) fn new(seed: u64) -> Self {
        Self(seed)
    }

    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    /// A number below `end`, which is not 0.
    pub(crate) fn below(&mut self, end: usize) -> usize {
        usize::try_from(self.next() % end.max(1) as u64).unwrap_or(0)
    }

    fn of<'a, T>(&mut self, all: &'a [T]) -> &'a T {
        &all[self.below(all.len())]
    }

    /// A piece of bytes, most often a short one.
    fn piece(&mut self, len: usize) -> Range<usize> {
        let longest = *self.of(&[4, 16, 64, 1024, len.max(1)]);
        let start = self.below(len + 1);
        start..(start + self.below(longest + 1)).min(len)
    }
}

/// Numbers that break what trusts them.
const EVIL: [u64; 16] = [
    0,
    1,
    2,
    0x7f,
    0x80,
    0xff,
    0x7fff,
    0xffff,
    0x10_0000,
    0x7fff_ffff,
    0x8000_0000,
    0xffff_ffff,
    0x7fff_ffff_ffff_ffff,
    0x8000_0000_0000_0000,
    0xffff_ffff_ffff_fff0,
    0xffff_ffff_ffff_ffff,
];

/// Texts that break what trusts them.
const WORDS: [&str; 22] = [
    "1e999",
    "-1e999",
    "NaN",
    "99999999999999999999",
    "-0",
    "0x7f",
    "null",
    "\"",
    "'",
    "{",
    "}",
    "[",
    "]",
    "(",
    ")",
    ",",
    ":",
    "\n",
    "\0",
    "\u{feff}",
    "EMPTY",
    "\\u0000",
];

/// Makes a case of one of the seeds.
pub(crate) fn case(seeds: &[Input], random: &mut Random) -> Input {
    let mut input = random.of(seeds).clone();
    let other = random.of(seeds);
    for _ in 0..=random.below(4) {
        let part = random.below(input.parts.len());
        let others = &other.parts[random.below(other.parts.len())].1;
        let is_text = input.is_text;
        change(&mut input.parts[part].1, others, is_text, random);
    }
    input
}

fn change(bytes: &mut Vec<u8>, other: &[u8], is_text: bool, random: &mut Random) {
    let len = bytes.len();
    if len == 0 {
        bytes.push(0);
    }
    match random.below(if is_text { 12 } else { 9 }) {
        0 => {
            let at = random.below(bytes.len());
            bytes[at] ^= 1 << random.below(8);
        }
        1 => {
            let at = random.below(bytes.len());
            bytes[at] = *random.of(&[0, 1, 0x20, 0x7f, 0x80, 0xfe, 0xff]);
        }
        2 | 3 => {
            let number = *random.of(&EVIL);
            let width = *random.of(&[1, 2, 4, 8]);
            let mut value = number.to_le_bytes()[..width].to_vec();
            if random.below(2) == 0 {
                value.reverse();
            }
            let at = random.below(bytes.len());
            let end = (at + width).min(bytes.len());
            bytes.splice(at..end, value);
        }
        4 => bytes.truncate(random.below(len + 1)),
        5 => drop(bytes.drain(random.piece(len))),
        6 => {
            let piece = bytes[random.piece(len)].to_vec();
            let times = *random.of(&[1, 1, 2, 50]);
            let at = random.below(bytes.len());
            bytes.splice(at..at, piece.repeat(times));
        }
        7 => {
            let piece = other[random.piece(other.len())].to_vec();
            let at = random.piece(len);
            bytes.splice(at, piece);
        }
        8 => {
            let (from, at) = (random.piece(len), random.below(bytes.len()));
            let piece = bytes[from].to_vec();
            let end = (at + piece.len()).min(bytes.len());
            bytes[at..end].copy_from_slice(&piece[..end - at]);
        }
        9 => {
            let word = *random.of(&WORDS);
            let at = random.piece(len);
            bytes.splice(at, word.bytes());
        }
        10 => {
            // A number becomes another one.
            let digits: Vec<_> = (0..len).filter(|&at| bytes[at].is_ascii_digit()).collect();
            if !digits.is_empty() {
                let start = *random.of(&digits);
                let rest = bytes[start..].iter().take_while(|byte| byte.is_ascii_digit());
                let end = start + rest.count();
                let word = *random.of(&WORDS[..6]);
                bytes.splice(start..end, word.bytes());
            }
        }
        _ => {
            let open = *random.of(&["[", "(", "{\"a\":", "[[", "GEOMETRYCOLLECTION("]);
            let deep = open.repeat(*random.of(&[10, 200, 20_000]));
            let at = random.below(bytes.len());
            bytes.splice(at..at, deep.bytes());
        }
    }
}
