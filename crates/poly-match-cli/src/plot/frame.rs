//! Maps coordinates to the page: one scale for both axes, and margins with room for what is written there.

use poly_match::{Bounds, Point};

use super::font;
use super::ticks::{Axis, Tick};

/// Shown sizes, in pixels.
const WIDTH: f64 = 1200.0;
const HEIGHTS: [f64; 2] = [520.0, 1150.0];
/// The margin on the left grows with the values of the ticks there.
const LEFT: [f64; 2] = [90.0, 260.0];
const RIGHT: f64 = 36.0;
/// Words above the panel begin at most here, so that they have room.
const WIDEST: f64 = 120.0;
const BOTTOM: f64 = 84.0;
/// The size of the values of ticks.
pub(super) const TICK_TEXT: f64 = 20.0;
/// What the name of an axis takes beside the values of the ticks.
const NAME: f64 = 58.0;
/// Margin around the data, as a share of the larger side.
const ROOM: f64 = 0.02;
/// The least distance between two ticks, in shown pixels. There are fewer in x if their values are long.
const TICK_GAPS: [f64; 2] = [110.0, 80.0];
/// A degree of longitude is drawn as short as it is at this latitude, and no shorter.
const STEEPEST: f64 = 85.0;

/// Maps coordinates to the pixels of a page that is drawn `zoom` times larger than shown.
#[derive(Debug)]
pub(super) struct Frame {
    zoom: f64,
    height: f64,
    left: f64,
    top: f64,
    axes: [Axis; 2],
    /// What the ticks lie in.
    bounds: Bounds,
    /// Half the coordinates of the middle of the panel. All lengths are halved to avoid overflow.
    middle: Point,
    /// Shown pixels per halved unit of x and of y.
    scale: [f64; 2],
}

/// A place on the page, in drawn pixels.
pub(super) type Pixel = (i32, i32);

impl Frame {
    /// Shows `bounds` below a margin of `top`. If coordinates `are_degrees`, those of longitude are drawn as
    /// short as they are in the middle.
    pub(super) fn new(bounds: Bounds, zoom: u32, top: f64, are_degrees: bool) -> Self {
        let of = |left: f64| Self::with_left(bounds, zoom, [left, top], are_degrees);
        let mut frame = of(LEFT[0]);
        // A wider margin may change the ticks, and so the margin.
        for _ in 0..4 {
            let widest = widest(&frame.ticks(1));
            let left = (widest + NAME).clamp(LEFT[0], LEFT[1]).ceil();
            if left <= frame.left {
                break;
            }
            frame = of(left);
        }
        frame
    }

    fn with_left(bounds: Bounds, zoom: u32, [left, top]: [f64; 2], are_degrees: bool) -> Self {
        // An empty scene shows the origin. A single place gets some room around it.
        let empty = bounds.min[0] > bounds.max[0];
        let bounds = if empty { Bounds { min: [0.0; 2], max: [0.0; 2] } } else { bounds };
        let middle = [0, 1].map(|axis| bounds.min[axis] / 4.0 + bounds.max[axis] / 4.0);
        // How long a unit of x is drawn, compared with one of y.
        let latitude = (2.0 * middle[1]).clamp(-STEEPEST, STEEPEST);
        let squeeze = if are_degrees { latitude.to_radians().cos() } else { 1.0 };
        // A quarter of the sides, with some room, cannot overflow.
        let mut quarter = [0, 1].map(|axis| bounds.max[axis] / 4.0 - bounds.min[axis] / 4.0);
        quarter[0] *= squeeze;
        let larger = quarter[0].max(quarter[1]);
        let least = middle[0].abs().max(middle[1].abs()) * 1e-9;
        let larger = if larger > least { larger } else { least.max(0.25) };
        quarter = quarter.map(|quarter| quarter + larger * (2.0 * ROOM));
        let (panel_width, extra) = (WIDTH - left - RIGHT, top + BOTTOM);
        let wanted = panel_width * (quarter[1] / quarter[0]) + extra;
        let height = wanted.clamp(HEIGHTS[0], HEIGHTS[1]).round();
        let scale = (panel_width / quarter[0]).min((height - extra) / quarter[1]) / 2.0;
        let scale = [scale * squeeze, scale];
        let (zoom, axes) = (f64::from(zoom), Axis::both(are_degrees));
        Self { zoom, height, left, top, axes, bounds, middle, scale }
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

    /// Converts a length along an axis from shown pixels to coordinates.
    pub(super) fn units(&self, axis: usize, shown: f64) -> f64 {
        shown / self.scale[axis] * 2.0
    }

    /// The sides of the page, in shown pixels: left, top, right, bottom.
    pub(super) fn page(&self) -> [f64; 4] {
        [0.0, 0.0, WIDTH, self.height]
    }

    /// The sides of the panel, in shown pixels: left, top, right, bottom.
    pub(super) fn panel(&self) -> [f64; 4] {
        [self.left, self.top, WIDTH - RIGHT, self.height - BOTTOM]
    }

    /// Where words above the panel may begin and end: above its sides, unless the left margin is wide.
    pub(super) fn words(&self) -> [f64; 2] {
        [self.left.min(WIDEST), WIDTH - RIGHT]
    }

    /// The place of a point, in shown pixels.
    pub(super) fn shown(&self, point: Point) -> [f64; 2] {
        let [left, top, right, bottom] = self.panel();
        let from_middle = |axis: usize| (point[axis] / 2.0 - self.middle[axis]) * self.scale[axis];
        [f64::midpoint(left, right) + from_middle(0), f64::midpoint(top, bottom) - from_middle(1)]
    }

    /// The place of a point, in drawn pixels.
    pub(super) fn pixel(&self, point: Point) -> Pixel {
        self.at(self.shown(point))
    }

    /// Whether a part of a box is in the panel.
    pub(super) fn shows(&self, bounds: Bounds) -> bool {
        let [left, top, right, bottom] = self.panel();
        let (first, last) = (self.shown(bounds.min), self.shown(bounds.max));
        first[0] <= right && last[0] >= left && first[1] >= top && last[1] <= bottom
    }

    /// Round values along an axis, with their labels.
    pub(super) fn ticks(&self, axis: usize) -> Vec<Tick> {
        let range = self.range(axis);
        let of = |gap: f64| self.axes[axis].ticks(range, self.units(axis, gap));
        let mut ticks = of(TICK_GAPS[axis]);
        if axis == 0 && widest(&ticks) > TICK_GAPS[0] - 20.0 {
            ticks = of(widest(&ticks) + 20.0);
        }
        ticks
    }

    /// The values on an axis that the panel shows. Of degrees, there are none beyond the globe, unless the
    /// data are there.
    fn range(&self, axis: usize) -> [f64; 2] {
        let [left, top, right, bottom] = self.panel();
        let length = if axis == 0 { right - left } else { bottom - top };
        let half = length / 2.0 / self.scale[axis]; // in halved coordinates
        let low = ((self.middle[axis] - half) * 2.0).max(-f64::MAX);
        let high = ((self.middle[axis] + half) * 2.0).min(f64::MAX);
        let most = self.axes[axis].most();
        let is_on_globe = self.bounds.min[axis] >= -most && self.bounds.max[axis] <= most;
        if is_on_globe { [low.max(-most), high.min(most)] } else { [low, high] }
    }
}

/// The width of the widest label.
fn widest(ticks: &[Tick]) -> f64 {
    ticks.iter().map(|(_, label)| font::width(label, TICK_TEXT)).fold(0.0, f64::max)
}

#[cfg(test)]
mod tests {
    use super::*;

    const TOP: f64 = 100.0;

    fn bounds(min: Point, max: Point) -> Bounds {
        Bounds { min, max }
    }

    fn labels(frame: &Frame, axis: usize) -> String {
        let labels = frame.ticks(axis).into_iter().map(|(_, label)| label);
        labels.collect::<Vec<_>>().join(" ")
    }

    /// How long a unit of x is drawn, compared with one of y.
    fn aspect(frame: &Frame) -> f64 {
        frame.units(1, 1.0) / frame.units(0, 1.0)
    }

    #[test]
    fn both_axes_have_one_scale() {
        let frame = Frame::new(bounds([0.0, 0.0], [10.0, 5.0]), 1, TOP, false);
        assert!((aspect(&frame) - 1.0).abs() < 1e-9);
        let ([x0, y0], [x1, y1]) = (frame.shown([2.0, 1.0]), frame.shown([5.0, 4.0]));
        assert!(((x1 - x0) - (y0 - y1)).abs() < 1e-9 && x1 > x0 && y1 < y0);
    }

    #[test]
    fn a_degree_of_longitude_is_as_short_as_in_the_middle() {
        let of = |south: f64, north: f64| {
            aspect(&Frame::new(bounds([0.0, south], [10.0, north]), 1, TOP, true))
        };
        assert!((of(59.0, 61.0) - 0.5).abs() < 1e-9);
        assert!((of(-61.0, -59.0) - 0.5).abs() < 1e-9);
        assert!((of(-90.0, 90.0) - 1.0).abs() < 1e-9);
        for pole in [of(89.0, 90.0), of(90.0, 1e9), of(-1e300, -1e299)] {
            assert!((0.05..0.1).contains(&pole), "{pole}");
        }
    }

    #[test]
    fn everything_is_inside_the_panel_whatever_its_size() {
        let extremes = [
            bounds([0.0, 0.0], [1.0, 1.0]),
            bounds([-180.0, -90.0], [180.0, 90.0]),
            bounds([0.0, 0.0], [1e-300, 1e-300]),
            bounds([0.0, 0.0], [5e-324, 5e-324]),
            bounds([-1.7e308, -1.7e308], [1.7e308, 1.7e308]),
            bounds([-f64::MAX, -f64::MAX], [f64::MAX, f64::MAX]),
            bounds([1e300, 0.0], [1e300, 1.0]),
            bounds([0.0, 0.0], [f64::MAX, f64::MAX]),
            bounds([5e5, 4.5e6], [5e5, 4.5e6]),
            bounds([0.0, 0.0], [1e9, 0.0]),
            bounds([0.0, 0.0], [0.0, 1e-9]),
            bounds([10.0, 90.0], [20.0, 90.0]),
        ];
        for (bounds, are_degrees) in extremes.into_iter().flat_map(|b| [(b, false), (b, true)]) {
            let frame = Frame::new(bounds, 3, TOP, are_degrees);
            let [left, top, right, bottom] = frame.panel();
            for corner in [bounds.min, bounds.max] {
                let [x, y] = frame.shown(corner);
                assert!(left <= x && x <= right && top <= y && y <= bottom, "{bounds:?} {x} {y}");
            }
            assert!(frame.shows(bounds));
            assert!(left - widest(&frame.ticks(1)) >= NAME - 1.0, "{bounds:?}");
            for axis in [0, 1] {
                let ticks = frame.ticks(axis);
                assert!(ticks.len() < 30 && ticks.iter().all(|(x, _)| x.is_finite()), "{bounds:?}");
            }
        }
        Frame::new(Bounds::EMPTY, 3, TOP, true).ticks(0);
    }

    #[test]
    fn what_is_outside_is_not_shown() {
        let frame = Frame::new(bounds([0.0, 0.0], [10.0, 10.0]), 3, TOP, false);
        let square = |x: f64, y: f64| bounds([x, y], [x + 1.0, y + 1.0]);
        assert!(frame.shows(square(5.0, 5.0)) && frame.shows(square(-0.5, 9.5)));
        assert!(!frame.shows(square(5.0, 15.0)) && !frame.shows(square(5.0, -5.0)));
        assert!(!frame.shows(square(50.0, 5.0)) && !frame.shows(square(-50.0, 5.0)));
        assert!(frame.shows(bounds([-f64::MAX, -f64::MAX], [f64::MAX, f64::MAX])));
        assert!(!frame.shows(bounds([1e300, 1e300], [f64::MAX, f64::MAX])));
    }

    #[test]
    fn ticks_have_room() {
        let frame = Frame::new(bounds([0.0, 0.0], [120.0, 80.0]), 1, TOP, false);
        assert_eq!(labels(&frame, 0), "0 20 40 60 80 100 120");
        let far = bounds([2_600_000.25, 1_200_000.0], [2_600_000.75, 1_200_000.5]);
        let frame = Frame::new(far, 1, TOP, false);
        assert!(frame.panel()[0] > LEFT[0], "{}", labels(&frame, 1));
        let ticks = frame.ticks(0);
        for pair in ticks.windows(2) {
            let [a, b] = [0, 1].map(|i| frame.shown([pair[i].0; 2])[0]);
            assert!(b - a > widest(&ticks) + 10.0, "{}", labels(&frame, 0));
        }
    }

    #[test]
    fn ticks_stay_on_the_globe() {
        let frame = Frame::new(bounds([-180.0, -90.0], [180.0, 83.0]), 1, TOP, true);
        assert_eq!(labels(&frame, 0), "180° 120°W 60°W 0° 60°E 120°E 180°");
        assert_eq!(labels(&frame, 1), "90°S 60°S 30°S 0° 30°N 60°N 90°N");
        let frame = Frame::new(bounds([0.0, -80.0], [360.0, 80.0]), 1, TOP, true);
        assert_eq!(labels(&frame, 0), "0° 60°E 120°E 180° 120°W 60°W 0°");
    }
}
