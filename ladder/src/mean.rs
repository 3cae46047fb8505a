//! The mean of a row as NumPy computes it, bit for bit.
//!
//! A polygon's centre decides which points are near it, so a rung whose mean is one bit off would
//! answer differently for a point exactly at the limit. NumPy sums a contiguous row in a fixed
//! order (eight running sums up to 128 values, halves beyond that); ndarray's own `mean` sums in
//! another. This file is NumPy's order and nothing else.

/// The longest run that is summed without being cut in two.
const BLOCK: usize = 128;

/// The arithmetic mean of `values`, NaN for an empty row.
#[expect(clippy::cast_precision_loss, reason = "NumPy divides by the length as a double too")]
pub(crate) fn mean(values: &[f64]) -> f64 {
    sum(values) / values.len() as f64
}

/// Pairwise sum: the rounding error grows with the logarithm of the length.
fn sum(values: &[f64]) -> f64 {
    let n = values.len();
    if n < 8 {
        return values.iter().sum();
    }
    if n > BLOCK {
        // The cut falls on a multiple of eight, so that both halves fill their running sums.
        let half = n / 2;
        let (left, right) = values.split_at(half - half % 8);
        return sum(left) + sum(right);
    }
    let (eights, rest) = values.as_chunks::<8>();
    let mut running = eights[0];
    for eight in &eights[1..] {
        for (total, value) in running.iter_mut().zip(eight) {
            *total += value;
        }
    }
    let [a, b, c, d, e, f, g, h] = running;
    rest.iter().fold(((a + b) + (c + d)) + ((e + f) + (g + h)), |total, value| total + value)
}
