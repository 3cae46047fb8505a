//! Round values along an axis, and how they are written.

use crate::numbers::grouped;

/// What an axis measures.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Axis {
    /// Numbers without a unit.
    Plane,
    Longitude,
    Latitude,
}

/// A round value, and its words.
pub(super) type Tick = (f64, String);

impl Axis {
    /// The axes of plane coordinates, or of degrees.
    pub(super) fn both(are_degrees: bool) -> [Self; 2] {
        if are_degrees { [Self::Longitude, Self::Latitude] } else { [Self::Plane; 2] }
    }

    /// The round values from `low` to `high`, at least `least` apart.
    pub(super) fn ticks(self, [low, high]: [f64; 2], least: f64) -> Vec<Tick> {
        let step = if self == Self::Plane { round_step(least) } else { step_of_degrees(least) };
        let first = (low / step).ceil();
        // If values are huge compared with the step, adding it changes nothing: show no ticks.
        if !(step.is_finite() && first.is_finite() && first.abs() < 1e12) {
            return Vec::new();
        }
        let values = (0..100).map(|i| (first + f64::from(i)) * step).take_while(|&v| v <= high);
        values.map(|value| (value, self.label(value, step))).collect()
    }

    /// The largest value that the globe has on this axis.
    pub(super) fn most(self) -> f64 {
        match self {
            Self::Plane => f64::INFINITY,
            Self::Longitude => 180.0,
            Self::Latitude => 90.0,
        }
    }

    /// Writes the value of a tick, with the decimals that its step needs.
    fn label(self, value: f64, step: f64) -> String {
        // Longitudes from 180 to 360 are west. Nothing on the globe is farther.
        let (value, signs) = match self {
            Self::Plane => return number(value, step),
            Self::Longitude if value.abs() > 360.0 => (value, ["", "-"]),
            Self::Longitude if value.abs() > 180.0 => {
                (value - 360.0_f64.copysign(value), ["E", "W"])
            }
            Self::Longitude => (value, ["E", "W"]),
            Self::Latitude if value.abs() > 90.0 => (value, ["", "-"]),
            Self::Latitude => (value, ["N", "S"]),
        };
        if value == 0.0 {
            return "0°".to_owned();
        }
        let size = number(value.abs(), step);
        let is_half = self == Self::Longitude && value.abs() == 180.0;
        match if value < 0.0 { signs[1] } else { signs[0] } {
            "" => format!("{size}°"),
            "-" => format!("-{size}°"),
            _ if is_half => format!("{size}°"),
            sign => format!("{size}°{sign}"),
        }
    }
}

/// The smallest step of 1, 2 or 5 times a power of ten that is at least `least`.
fn round_step(least: f64) -> f64 {
    let power = 10_f64.powf(least.log10().floor());
    let steps = [1.0, 2.0, 5.0, 10.0].map(|digit| digit * power);
    steps.into_iter().find(|&step| step >= least).unwrap_or(steps[3])
}

/// The same for degrees: large steps divide the circle.
fn step_of_degrees(least: f64) -> f64 {
    let large = [10.0, 20.0, 30.0, 60.0, 90.0, 180.0];
    let step = large.into_iter().find(|&step| step >= least);
    step.filter(|_| least > 5.0).unwrap_or_else(|| round_step(least))
}

/// Writes a number with the digits that its step needs.
#[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)] // checked to be small
fn number(value: f64, step: f64) -> String {
    let value = if value == 0.0 { 0.0 } else { value }; // no minus zero
    let decimals = (-step.log10() - 1e-9).ceil();
    if decimals > 8.0 || value.abs() >= 1e9 {
        let digits = (value.abs().log10().floor() - step.log10().floor()).clamp(0.0, 12.0);
        return if value == 0.0 { "0".to_owned() } else { format!("{value:.*e}", digits as usize) };
    }
    if decimals <= 0.0 && value.abs() >= 10_000.0 {
        let sign = if value < 0.0 { "-" } else { "" };
        return format!("{sign}{}", grouped(value.abs().round() as usize));
    }
    format!("{value:.*}", decimals.max(0.0) as usize)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn labels(axis: Axis, range: [f64; 2], least: f64) -> Vec<String> {
        axis.ticks(range, least).into_iter().map(|(_, label)| label).collect()
    }

    #[test]
    fn ticks_are_round() {
        assert_eq!(labels(Axis::Plane, [-3.0, 120.0], 15.0).join(" "), "0 20 40 60 80 100 120");
        assert_eq!(labels(Axis::Plane, [-0.6, 0.6], 0.4).join(" "), "-0.5 0.0 0.5");
        assert_eq!((round_step(0.03), round_step(1.0), round_step(7.0)), (0.05, 1.0, 10.0));
    }

    #[test]
    fn neighbours_are_written_differently() {
        let far = labels(Axis::Plane, [4_499_000.0, 4_501_000.0], 900.0);
        assert_eq!(far.join(" "), "4,499,000 4,500,000 4,501,000");
        assert_eq!(labels(Axis::Plane, [2e9, 2e9 + 2.0], 1.0)[1], "2.000000001e9");
        assert_eq!(labels(Axis::Plane, [-1e300, 1e300], 9e299).join(" "), "-1e300 0 1e300");
        assert_eq!(labels(Axis::Plane, [1e-300, 2e-300], 1e-300).join(" "), "1e-300 2e-300");
    }

    #[test]
    fn degrees_have_their_directions() {
        let world = labels(Axis::Longitude, [-180.0, 180.0], 36.0);
        assert_eq!(world.join(" "), "180° 120°W 60°W 0° 60°E 120°E 180°");
        let pacific = labels(Axis::Longitude, [150.0, 210.0], 25.0);
        assert_eq!(pacific.join(" "), "150°E 180° 150°W");
        assert_eq!(
            labels(Axis::Latitude, [-1.0, 1.0], 0.4).join(" "),
            "1.0°S 0.5°S 0° 0.5°N 1.0°N"
        );
        assert_eq!(labels(Axis::Latitude, [-90.0, 90.0], 70.0).join(" "), "90°S 0° 90°N");
        assert_eq!(labels(Axis::Latitude, [-4000.0, 4000.0], 3500.0).join(" "), "0°");
        assert_eq!(labels(Axis::Longitude, [-4e3, 8e3], 3500.0).join(" "), "0° 5000°");
        assert_eq!(labels(Axis::Latitude, [-120.0, -100.0], 15.0).join(" "), "-120° -100°");
    }

    #[test]
    fn any_range_has_few_ticks() {
        for range in [[-f64::MAX, f64::MAX], [0.0, 5e-324], [1e300, 1e300], [5.0, 4.0]] {
            for least in [0.0, 5e-324, 1.0, f64::MAX, f64::INFINITY, f64::NAN] {
                for axis in [Axis::Plane, Axis::Longitude, Axis::Latitude] {
                    let ticks = axis.ticks(range, least);
                    assert!(ticks.len() <= 100 && ticks.iter().all(|(x, _)| x.is_finite()));
                }
            }
        }
    }
}
