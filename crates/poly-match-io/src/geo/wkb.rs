//! Walks through well-known binary to find its type and its bounding box.

/// A bounding box: least x and y, greatest x and y. Of nothing, the least are infinite.
pub(super) type Bounds = [f64; 4];

/// The bounds of nothing.
pub(super) const NOTHING: Bounds =
    [f64::INFINITY, f64::INFINITY, f64::NEG_INFINITY, f64::NEG_INFINITY];

/// How deep collections may be nested.
const DEEPEST: u32 = 32;

/// A geometry type of well-known binary, from 1, and whether it has z.
pub(super) type Kind = (u32, bool);

/// Extends `bounds` by a geometry, and gives its type; `None` if the bytes are malformed.
pub(super) fn walk(wkb: &[u8], bounds: &mut Bounds) -> Option<Kind> {
    Input(wkb).geometry(bounds, DEEPEST)
}

/// Extends `bounds` by a position. One that is NaN is none.
pub(super) fn extend(bounds: &mut Bounds, x: f64, y: f64) {
    let [xmin, ymin, xmax, ymax] = *bounds;
    *bounds = [xmin.min(x), ymin.min(y), xmax.max(x), ymax.max(y)];
}

/// The bytes that are left.
struct Input<'a>(&'a [u8]);

impl Input<'_> {
    fn geometry(&mut self, bounds: &mut Bounds, deepest: u32) -> Option<Kind> {
        let deeper = deepest.checked_sub(1)?;
        let is_little = self.bytes::<1>()?[0] == 1;
        let code = self.number(is_little)?;
        // EWKB has flags for z, m and an SRID; ISO has thousands for z and m.
        if code & 0x2000_0000 != 0 {
            self.bytes::<4>()?;
        }
        let (kind, thousands) = ((code & 0x0fff_ffff) % 1000, (code & 0x0fff_ffff) / 1000);
        let has_z = code & 0x8000_0000 != 0 || matches!(thousands, 1 | 3);
        let has_m = code & 0x4000_0000 != 0 || matches!(thousands, 2 | 3);
        let beside = usize::from(has_z) + usize::from(has_m);
        match kind {
            1 => self.positions(1, is_little, beside, bounds)?,
            2 => {
                let count = self.number(is_little)?;
                self.positions(count, is_little, beside, bounds)?;
            }
            3 => {
                for _ in 0..self.number(is_little)? {
                    let count = self.number(is_little)?;
                    self.positions(count, is_little, beside, bounds)?;
                }
            }
            4..=7 => {
                for _ in 0..self.number(is_little)? {
                    self.geometry(bounds, deeper)?;
                }
            }
            _ => return None,
        }
        Some((kind, has_z))
    }

    fn positions(
        &mut self,
        count: u32,
        is_little: bool,
        beside: usize,
        bounds: &mut Bounds,
    ) -> Option<()> {
        let of_one = 8 * (2 + beside);
        let len = usize::try_from(count).ok()?.checked_mul(of_one)?;
        let (positions, rest) = self.0.split_at_checked(len)?;
        self.0 = rest;
        let read = if is_little { f64::from_le_bytes } else { f64::from_be_bytes };
        for position in positions.chunks_exact(of_one) {
            let (x, rest) = position.split_first_chunk()?;
            extend(bounds, read(*x), read(*rest.first_chunk()?));
        }
        Some(())
    }

    fn number(&mut self, is_little: bool) -> Option<u32> {
        let read = if is_little { u32::from_le_bytes } else { u32::from_be_bytes };
        self.bytes().map(read)
    }

    fn bytes<const N: usize>(&mut self) -> Option<[u8; N]> {
        let (bytes, rest) = self.0.split_first_chunk()?;
        self.0 = rest;
        Some(*bytes)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hex(text: &str) -> Vec<u8> {
        let digits: Vec<_> = text.bytes().filter(|byte| !byte.is_ascii_whitespace()).collect();
        let byte = |pair: &[u8]| u8::from_str_radix(std::str::from_utf8(pair).expect("text"), 16);
        digits.chunks(2).map(|pair| byte(pair).expect("hex")).collect()
    }

    fn numbers(numbers: &[f64]) -> Vec<u8> {
        numbers.iter().flat_map(|number| number.to_le_bytes()).collect()
    }

    #[test]
    fn types_and_boxes_of_both_dialects() {
        let point = |head: &str, coordinates: &[f64]| [hex(head), numbers(coordinates)].concat();
        for (wkb, kind) in [
            (point("01 01000000", &[3.0, -4.0]), (1, false)),
            (point("01 e9030000", &[3.0, -4.0, 9.0]), (1, true)), // Z by ISO
            (point("01 d1070000", &[3.0, -4.0, 9.0]), (1, false)), // M by ISO
            (point("01 b90b0000", &[3.0, -4.0, 9.0, 9.0]), (1, true)), // ZM by ISO
            (point("01 010000a0 e6100000", &[3.0, -4.0, 9.0]), (1, true)), // Z by EWKB, and an SRID
            (
                [hex("00 00000001"), [3.0_f64, -4.0].map(f64::to_be_bytes).concat()].concat(),
                (1, false),
            ),
        ] {
            let mut bounds = NOTHING;
            assert_eq!(walk(&wkb, &mut bounds), Some(kind), "{wkb:02x?}");
            assert_eq!(bounds, [3.0, -4.0, 3.0, -4.0], "{wkb:02x?}");
        }
    }

    #[test]
    fn a_collection_has_the_box_of_its_parts() {
        let ring = numbers(&[0.0, 0.0, 4.0, 0.0, 0.0, 5.0, 0.0, 0.0]);
        let polygon = [hex("01 03000000 01000000 04000000"), ring].concat();
        let line = [hex("01 02000000 02000000"), numbers(&[-1.0, 2.0, f64::NAN, 2.5])].concat();
        let collection = [hex("01 07000000 02000000"), polygon, line].concat();
        let mut bounds = NOTHING;
        assert_eq!(walk(&collection, &mut bounds), Some((7, false)));
        assert_eq!(bounds, [-1.0, 0.0, 4.0, 5.0]);
        for len in 0..collection.len() {
            assert_eq!(walk(&collection[..len], &mut NOTHING.clone()), None, "{len}");
        }
    }

    #[test]
    fn hostile_bytes_end_at_once() {
        let deep = hex("01 07000000 01000000").repeat(100_000);
        assert_eq!(walk(&deep, &mut NOTHING.clone()), None);
        let many = hex("01 03000000 ffffffff");
        assert_eq!(walk(&many, &mut NOTHING.clone()), None);
        assert_eq!(walk(&hex("01 08000000"), &mut NOTHING.clone()), None);
    }
}
