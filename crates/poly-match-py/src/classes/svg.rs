//! `_repr_svg_`: a small picture of a polygon, for notebooks.

use std::fmt::Write as _;

use poly_match::Polygon;

/// The longer side of the picture, without its margin, in pixels.
const SIDE: f64 = 200.0;

/// In pixels; strokes need room.
const MARGIN: f64 = 5.0;

const STYLE: &str = "fill=\"#66cc99\" fill-opacity=\"0.6\" fill-rule=\"evenodd\" stroke=\"#555555\" \
                     stroke-width=\"2\" stroke-linecap=\"round\" stroke-linejoin=\"round\"";

/// Draws the parts of a polygon into its bounds, with y up.
pub(super) fn svg(parts: &[Polygon]) -> String {
    let scale = Scale::of(parts);
    let [width, height] = scale.size;
    let mut svg = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{width:.0}\" height=\"{height:.0}\" \
         viewBox=\"0 0 {width:.1} {height:.1}\">"
    );
    for part in parts {
        let mut path = String::new();
        for (x, y) in part.ring_coordinates() {
            scale.draw(x, y, &mut path);
        }
        // Writing to a String never fails.
        let _ = write!(svg, "<path {STYLE} d=\"{path}\"/>");
    }
    svg + "</svg>"
}

/// From coordinates to pixels.
struct Scale {
    min: [f64; 2],
    max: [f64; 2],
    pixels: f64,
    size: [f64; 2],
}

impl Scale {
    fn of(parts: &[Polygon]) -> Self {
        let (mut min, mut max) = ([f64::INFINITY; 2], [f64::NEG_INFINITY; 2]);
        for part in parts {
            for (axis, values) in [part.x(), part.y()].into_iter().enumerate() {
                min[axis] = values.iter().copied().fold(min[axis], f64::min);
                max[axis] = values.iter().copied().fold(max[axis], f64::max);
            }
        }
        let sides = [0, 1].map(|axis| half_between(min[axis], max[axis]));
        let longer = sides[0].max(sides[1]);
        // All vertices may be at one place.
        let pixels = if longer > 0.0 { SIDE / longer } else { 0.0 };
        let size = sides.map(|side| scaled(side, pixels) + 2.0 * MARGIN);
        Self { min, max, pixels, size }
    }

    /// Adds a ring to a path. Vertices on the pixel of the one before, to a tenth, are left out.
    fn draw(&self, x: &[f64], y: &[f64], path: &mut String) {
        let (mut letter, mut last) = ('M', String::new());
        for (&x, &y) in x.iter().zip(y) {
            let x = scaled(half_between(self.min[0], x), self.pixels) + MARGIN;
            let y = scaled(half_between(y, self.max[1]), self.pixels) + MARGIN;
            let here = format!("{x:.1},{y:.1}");
            if here != last {
                let _ = write!(path, "{letter}{here}");
                (letter, last) = ('L', here);
            }
        }
        path.push('Z');
    }
}

/// Half the distance: the whole one may be beyond the largest float.
fn half_between(low: f64, high: f64) -> f64 {
    high / 2.0 - low / 2.0
}

/// The product, with 0 for the 0 × infinity of a tiny polygon.
fn scaled(half: f64, pixels: f64) -> f64 {
    if half == 0.0 { 0.0 } else { (half * pixels).min(SIDE) }
}
