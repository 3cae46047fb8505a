//! Chooses colours: one hue per polygon, all of similar lightness, and greys for the rest.

use plotters::style::RGBColor;

pub(super) const PAPER: RGBColor = RGBColor(255, 255, 255);
pub(super) const PANEL: RGBColor = RGBColor(250, 250, 248);
pub(super) const GRID: RGBColor = RGBColor(232, 232, 228);
pub(super) const TEXT: RGBColor = RGBColor(38, 38, 44);
pub(super) const FAINT_TEXT: RGBColor = RGBColor(105, 105, 112);
/// A polygon that no point matches, or without findings.
pub(super) const IDLE: RGBColor = RGBColor(176, 176, 172);
/// A point without a match.
pub(super) const UNMATCHED: RGBColor = RGBColor(148, 148, 150);
/// The outline of a polygon over cells.
pub(super) const OVER_CELLS: RGBColor = RGBColor(60, 60, 66);
/// A finding that makes a polygon invalid.
pub(super) const INVALID: RGBColor = RGBColor(200, 16, 46);
/// Any other finding.
pub(super) const SUSPICIOUS: RGBColor = RGBColor(217, 119, 6);

/// The colour of the points that match the polygon at `position`.
pub(super) fn of_point(position: usize) -> RGBColor {
    let lightness = [0.56, 0.48, 0.63][position % 3];
    oklch(lightness, 0.15, hue(position))
}

/// The colour of the polygon at `position`.
pub(super) fn of_polygon(position: usize) -> RGBColor {
    oklch(0.72, 0.12, hue(position))
}

/// The colour of a cell: `density` is from 0, the lightest, to 1. The `matched` share of its points turns
/// grey into blue, of the same lightness.
///
/// Lightness falls evenly. Blue and grey stay apart with any kind of colour blindness, which green, teal
/// and purple would not.
pub(super) fn of_cell(density: f64, matched: f64) -> RGBColor {
    // A parabola through these chromas, within sRGB.
    let [lightest, middle, darkest] = [0.07, 0.15, 0.13];
    let bend = 4.0 * density * (1.0 - density) * (middle - f64::midpoint(lightest, darkest));
    let chroma = lightest + (darkest - lightest) * density + bend;
    oklch(0.86 - 0.56 * density, chroma * matched, 225.0 + 50.0 * density)
}

/// Steps by the golden angle, so that neighbours in the file have different hues.
fn hue(position: usize) -> f64 {
    const GOLDEN_ANGLE: f64 = 137.507_764_050_037_85;
    // Hues repeat after 3600 positions, which nobody can see.
    let position = u16::try_from(position % 3600).unwrap_or(0);
    (f64::from(position) * GOLDEN_ANGLE + 255.0) % 360.0
}

/// Converts OKLCH to sRGB. In OKLCH, unlike HSL, colours of equal lightness look equally light.
///
/// B. Ottosson, "A perceptual color space for image processing" (2020), gives the matrices.
#[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)] // clamped to 0..=255
fn oklch(lightness: f64, chroma: f64, hue: f64) -> RGBColor {
    let (sin, cos) = hue.to_radians().sin_cos();
    let (a, b) = (chroma * cos, chroma * sin);
    let l = (lightness + 0.396_337_777_4 * a + 0.215_803_757_3 * b).powi(3);
    let m = (lightness - 0.105_561_345_8 * a - 0.063_854_172_8 * b).powi(3);
    let s = (lightness - 0.089_484_177_5 * a - 1.291_485_548_0 * b).powi(3);
    let linear = [
        4.076_741_662_1 * l - 3.307_711_591_3 * m + 0.230_969_929_2 * s,
        -1.268_438_004_6 * l + 2.609_757_401_1 * m - 0.341_319_396_5 * s,
        -0.004_196_086_3 * l - 0.703_418_614_7 * m + 1.707_614_701_0 * s,
    ];
    let [red, green, blue] = linear.map(|value| {
        let value = value.clamp(0.0, 1.0);
        let encoded = if value <= 0.003_130_8 {
            12.92 * value
        } else {
            1.055 * value.powf(1.0 / 2.4) - 0.055
        };
        (encoded * 255.0).round() as u8
    });
    RGBColor(red, green, blue)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_ends_of_the_scale_are_black_and_white() {
        let RGBColor(r, g, b) = oklch(1.0, 0.0, 0.0);
        assert_eq!([r, g, b], [255; 3]);
        let RGBColor(r, g, b) = oklch(0.0, 0.0, 0.0);
        assert_eq!([r, g, b], [0; 3]);
    }

    #[test]
    fn denser_cells_are_darker_and_unmatched_ones_grey() {
        let brightness = |RGBColor(r, g, b): RGBColor| u32::from(r) + u32::from(g) + u32::from(b);
        for step in 0..20 {
            let [density, next] = [step, step + 1].map(|step| f64::from(step) / 20.0);
            for matched in [0.0, 0.5, 1.0] {
                let [one, other] = [density, next].map(|x| brightness(of_cell(x, matched)));
                assert!(one > other + 5, "{density} {matched}");
            }
            let RGBColor(r, g, b) = of_cell(density, 0.0);
            assert!(r.abs_diff(g) < 2 && g.abs_diff(b) < 2);
            let RGBColor(r, _, b) = of_cell(density, 1.0);
            assert!(b > r + 70, "{density}");
        }
    }

    #[test]
    fn neighbours_differ() {
        for position in 0..1000 {
            let (a, b) = (of_point(position), of_point(position + 1));
            let far = a.0.abs_diff(b.0).max(a.1.abs_diff(b.1)).max(a.2.abs_diff(b.2));
            assert!(far > 40, "{position}");
        }
    }
}
