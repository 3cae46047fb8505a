//! Maps coordinates to the page: one scale for both axes, margins, and round ticks.

use poly_match::{Bounds, Point};

/// Shown sizes, in pixels.
const WIDTH: f64 = 1200.0;
const HEIGHTS: [f64; 2] = [480.0, 1100.0];
const LEFT: f64 = 84.0;
const RIGHT: f64 = 28.0;
const TOP: f64 = 84.0;
const BOTTOM: f64 = 68.0;
/// Margin around the data, as a share of the larger side.
const ROOM: f64 = 0.02;
/// The approximate distance between two ticks, in shown pixels.
const TICK_GAP: f64 = 100.0;

/// Maps coordinates to the pixels of a page that is drawn `zoom` times larger than shown.
#[derive(Debug)]
pub(super) struct Frame {
    zoom: f64,
    height: f64,
    /// Half the coordinates of the middle of the panel. All lengths are halved to avoid overflow.
    middle: Point,
    /// Shown pixels per halved unit.
    scale: f64,
}

/// A place on the page, in drawn pixels.
pub(super) type Pixel = (i32, i32);

impl Frame {
    pub(super) fn new(bounds: Bounds, zoom: u32) -> Self {
        // An empty scene shows the origin. A single place gets some room around it.
        let empty = bounds.min[0] > bounds.max[0];
        let bounds = if empty { Bounds { min: [0.0; 2], max: [0.0; 2] } } else { bounds };
        let middle = [0, 1].map(|axis| bounds.min[axis] / 4.0 + bounds.max[axis] / 4.0);
        let mut half = [0, 1].map(|axis| bounds.max[axis] / 2.0 - bounds.min[axis] / 2.0);
        let larger = half[0].max(half[1]);
        let least = middle[0].abs().max(middle[1].abs()) * 1e-9;
        let larger = if larger > least { larger } else { least.max(0.5) };
        half = half.map(|half| half + larger * (2.0 * ROOM));
        let (panel_width, extra) = (WIDTH - LEFT - RIGHT, TOP + BOTTOM);
        let wanted = panel_width * (half[1] / half[0]) + extra;
        let height = wanted.clamp(HEIGHTS[0], HEIGHTS[1]).round();
        let scale = (panel_width / half[0]).min((height - extra) / half[1]);
        Self { zoom: f64::from(zoom), height, middle, scale }
    }

    /// Width and height of the page, in drawn pixels.
    #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)] // a few thousand
    pub(super) fn size(&self) -> (u32, u32) {
        ((WIDTH * self.zoom) as u32, (self.height * self.zoom) as u32)
    }

    /// Converts a length from shown to drawn pixels.
    #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)]
    pub(super) fn length(&self, shown: f64) -> u32 {
        (shown * self.zoom).round().max(1.0) as u32
    }

    /// Converts a place from shown to drawn pixels.
    #[allow(clippy::cast_possible_truncation)] // saturates far outside the page
    pub(super) fn at(&self, shown: [f64; 2]) -> Pixel {
        ((shown[0] * self.zoom).round() as i32, (shown[1] * self.zoom).round() as i32)
    }

    /// Converts a length from shown pixels to coordinates.
    pub(super) fn units(&self, shown: f64) -> f64 {
        shown / self.scale * 2.0
    }

    /// The sides of the panel, in shown pixels: left, top, right, bottom.
    pub(super) fn panel(&self) -> [f64; 4] {
        [LEFT, TOP, WIDTH - RIGHT, self.height - BOTTOM]
    }

    /// The place of a point, in shown pixels.
    pub(super) fn shown(&self, point: Point) -> [f64; 2] {
        let [left, top, right, bottom] = self.panel();
        let from_middle = |axis: usize| (point[axis] / 2.0 - self.middle[axis]) * self.scale;
        [f64::midpoint(left, right) + from_middle(0), f64::midpoint(top, bottom) - from_middle(1)]
    }

    /// The place of a point, in drawn pixels.
    pub(super) fn pixel(&self, point: Point) -> Pixel {
        self.at(self.shown(point))
    }

    /// Round values along an axis, with their labels.
    pub(super) fn ticks(&self, axis: usize) -> Vec<(f64, String)> {
        let [left, top, right, bottom] = self.panel();
        let length = if axis == 0 { right - left } else { bottom - top };
        let half = length / 2.0 / self.scale; // in halved coordinates
        let low = (self.middle[axis] - half) * 2.0;
        let high = ((self.middle[axis] + half) * 2.0).min(f64::MAX);
        let step = round_step(self.units(TICK_GAP));
        let first = (low / step).ceil();
        // If values are huge compared with the step, adding it changes nothing: show no ticks.
        if !(step.is_finite() && first.is_finite() && first.abs() < 1e12) {
            return Vec::new();
        }
        let values = (0..100).map(|i| (first + f64::from(i)) * step).take_while(|&v| v <= high);
        values.map(|value| (value, label(value, step))).collect()
    }
}

/// The smallest step of 1, 2 or 5 times a power of ten that is at least `least`.
fn round_step(least: f64) -> f64 {
    let power = 10_f64.powf(least.log10().floor());
    let steps = [1.0, 2.0, 5.0, 10.0].map(|digit| digit * power);
    steps.into_iter().find(|&step| step >= least).unwrap_or(steps[3])
}

/// Writes the value of a tick, with the decimals that its step needs.
#[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)] // checked to be small
fn label(value: f64, step: f64) -> String {
    let value = if value == 0.0 { 0.0 } else { value }; // no minus zero
    let decimals = (-step.log10()).ceil();
    if decimals > 8.0 || value.abs() >= 1e9 {
        return format!("{value:.3e}");
    }
    format!("{value:.*}", decimals.max(0.0) as usize)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn bounds(min: Point, max: Point) -> Bounds {
        Bounds { min, max }
    }

    #[test]
    fn both_axes_have_one_scale() {
        let frame = Frame::new(bounds([0.0, 0.0], [10.0, 5.0]), 1);
        let ([x0, y0], [x1, y1]) = (frame.shown([2.0, 1.0]), frame.shown([5.0, 4.0]));
        assert!(((x1 - x0) - (y0 - y1)).abs() < 1e-9);
        assert!(x1 > x0 && y1 < y0);
    }

    #[test]
    fn everything_is_inside_the_panel_whatever_its_size() {
        let extremes = [
            bounds([0.0, 0.0], [1.0, 1.0]),
            bounds([-180.0, -90.0], [180.0, 90.0]),
            bounds([0.0, 0.0], [1e-300, 1e-300]),
            bounds([-1.7e308, -1.7e308], [1.7e308, 1.7e308]),
            bounds([1e300, 0.0], [1e300, 1.0]),
            bounds([0.0, 0.0], [f64::MAX, f64::MAX]),
            bounds([5e5, 4.5e6], [5e5, 4.5e6]),
            bounds([0.0, 0.0], [1e9, 0.0]),
            bounds([0.0, 0.0], [0.0, 1e-9]),
        ];
        for bounds in extremes {
            let frame = Frame::new(bounds, 3);
            let [left, top, right, bottom] = frame.panel();
            for corner in [bounds.min, bounds.max] {
                let [x, y] = frame.shown(corner);
                assert!(left <= x && x <= right && top <= y && y <= bottom, "{bounds:?} {x} {y}");
            }
            for axis in [0, 1] {
                let ticks = frame.ticks(axis);
                assert!(ticks.len() < 30 && ticks.iter().all(|(x, _)| x.is_finite()), "{bounds:?}");
            }
        }
        Frame::new(Bounds::EMPTY, 3).ticks(0);
    }

    #[test]
    fn ticks_are_round() {
        let frame = Frame::new(bounds([0.0, 0.0], [120.0, 80.0]), 1);
        let labels: Vec<_> = frame.ticks(0).into_iter().map(|(_, label)| label).collect();
        assert_eq!(labels, ["0", "20", "40", "60", "80", "100", "120"]);
        assert_eq!((round_step(0.03), round_step(1.0), round_step(7.0)), (0.05, 1.0, 10.0));
        assert_eq!((label(0.5, 0.25).as_str(), label(-0.0, 1.0).as_str()), ("0.5", "0"));
    }
}
