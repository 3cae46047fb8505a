//! Draws the picture, as PNG or SVG: the polygons, with points coloured by their match, or with the
//! findings of a check.
//!
//! This file turns a scene into bytes. `collected` takes points in batches, and keeps few of them or
//! their `density`. `view` chooses what is visible, and `frame` maps it to the page. `paint` draws both
//! formats: with `outline`, then `matches`, `cells` or `findings`, then `labels` and `axes`.

mod axes;
mod cells;
mod clip;
mod collected;
mod density;
mod findings;
mod font;
mod frame;
mod labels;
mod legend;
mod matches;
mod outline;
mod page;
mod paint;
mod palette;
mod raster;
mod scene;
mod ticks;
mod view;

use plotters::prelude::{BitMapBackend, IntoDrawingArea, SVGBackend};

use crate::format::Picture;
pub(crate) use collected::Collected;
use frame::Frame;
pub(crate) use scene::{Scene, Words, unmatched};

/// The picture is drawn larger than shown, by this factor.
///
/// For PNG, pixels are then averaged, which smooths edges. For SVG, the library rounds coordinates to
/// integers, and a larger drawing makes the rounding fine enough.
const OVERSIZE: u32 = 3;

/// The largest number of cells in an SVG, which has an element for each.
const CELLS_OF_SVG: usize = 100_000;

/// Draws a scene. Returns the bytes of the file.
pub(crate) fn draw(scene: &Scene<'_>, picture: Picture) -> Result<Vec<u8>, String> {
    font::register()?;
    let top = paint::top(&scene.shown);
    let frame = Frame::new(scene.bounds, OVERSIZE, top, scene.words.are_degrees);
    match picture {
        Picture::Png => png(scene, &frame),
        Picture::Svg => svg(scene, &frame),
    }
}

fn svg(scene: &Scene<'_>, frame: &Frame) -> Result<Vec<u8>, String> {
    let (width, height) = frame.size();
    let mut text = String::new();
    {
        let page = SVGBackend::with_string(&mut text, (width, height)).into_drawing_area();
        paint::paint(&page, scene, frame, CELLS_OF_SVG).map_err(|error| error.to_string())?;
    }
    // The view box keeps the fine coordinates. Only the shown size changes.
    let drawn = format!("width=\"{width}\" height=\"{height}\" viewBox");
    let (width, height) = (width / OVERSIZE, height / OVERSIZE);
    let shown = format!("width=\"{width}\" height=\"{height}\" viewBox");
    Ok(text.replacen(&drawn, &shown, 1).into_bytes())
}

fn png(scene: &Scene<'_>, frame: &Frame) -> Result<Vec<u8>, String> {
    const CHANNELS: usize = 3;
    let (width, height) = frame.size();
    let mut large = vec![0; width as usize * height as usize * CHANNELS];
    {
        let page = BitMapBackend::with_buffer(&mut large, (width, height)).into_drawing_area();
        paint::paint(&page, scene, frame, usize::MAX).map_err(|error| error.to_string())?;
    }
    let pixels = averaged(&large, width as usize, OVERSIZE as usize);
    let mut bytes = Vec::new();
    let mut encoder = png::Encoder::new(&mut bytes, width / OVERSIZE, height / OVERSIZE);
    encoder.set_color(png::ColorType::Rgb);
    encoder.set_depth(png::BitDepth::Eight);
    let mut writer = encoder.write_header().map_err(|error| error.to_string())?;
    writer.write_image_data(&pixels).map_err(|error| error.to_string())?;
    writer.finish().map_err(|error| error.to_string())?;
    Ok(bytes)
}

/// Makes an image smaller: each pixel is the mean of `by` × `by` pixels.
fn averaged(large: &[u8], width: usize, by: usize) -> Vec<u8> {
    let mut small = Vec::with_capacity(large.len() / (by * by));
    for rows in large.chunks_exact(width * 3 * by) {
        for x in 0..width / by {
            for channel in 0..3 {
                let row = |y: usize| y * width * 3 + x * by * 3 + channel;
                let block = (0..by).flat_map(|y| (0..by).map(move |i| row(y) + i * 3));
                let sum: usize = block.map(|at| usize::from(rows[at])).sum();
                small.push(u8::try_from(sum / (by * by)).unwrap_or(u8::MAX));
            }
        }
    }
    small
}

#[cfg(test)]
mod tests {
    use arrow_array::StringArray;
    use poly_match::{Point, Polygon, Shapes};

    use super::*;

    fn squares() -> Shapes {
        let square = |x: f64| {
            Polygon::new(vec![x, x + 1.0, x + 1.0, x], vec![0.0, 0.0, 1.0, 1.0]).expect("a square")
        };
        [0.0, 1.0, 5.0].map(square).iter().collect()
    }

    fn words() -> Words {
        let axes = ["x", "y"].map(str::to_owned);
        Words { axes, unmatched: "nothing near", ..Words::default() }
    }

    /// The SVG of points, of which those in the first two squares are matched.
    fn svg_of(shapes: &Shapes, points: &[Point], words: Words) -> String {
        let mut collected = Collected::new(shapes.len());
        let best = |&[x, _]: &Point| [0.0..1.0, 1.0..2.0].iter().position(|side| side.contains(&x));
        collected.add(points, points.iter().map(best));
        let svg = draw(&Scene::of_matches(&collected, shapes, words), Picture::Svg);
        String::from_utf8(svg.expect("a picture")).expect("text")
    }

    /// Points evenly in a rectangle from the origin.
    fn spread(count: u32, width: f64) -> Vec<Point> {
        let share = |i: u32, step: f64| (f64::from(i) * step).fract();
        (0..count).map(|i| [width * share(i, 0.754_877_666), share(i, 0.569_840_291)]).collect()
    }

    #[test]
    fn the_title_counts_polygons_that_have_points() {
        let shapes = squares();
        let title = |points: &[Point]| svg_of(&shapes, points, words());
        let one = title(&[[0.5, 0.5]]);
        assert!(one.contains("\n1 of 1 point matched to 1 of 3 polygons\n"), "{one}");
        let three = title(&[[0.5, 0.5], [1.5, 0.5], [3.0, 0.5]]);
        assert!(three.contains("\n2 of 3 points matched to 2 of 3 polygons\n"), "{three}");
        let none = title(&[]);
        assert!(none.contains("\n0 of 0 points matched to 0 of 3 polygons\n"), "{none}");
        let single = svg_of(&[shapes.polygon(0)].iter().collect(), &[[0.5, 0.5]], words());
        assert!(single.contains("\n1 of 1 point matched to 1 of 1 polygon\n"), "{single}");
    }

    #[test]
    fn what_is_not_shown_is_told() {
        let mut polygons: Vec<_> = (0..2).map(|i| squares().polygon(i)).collect();
        polygons.push(Polygon::new(vec![1e6, 2e6, 2e6], vec![0.0, 0.0, 9.0]).expect("a polygon"));
        let shapes = polygons.iter().collect();
        let all = svg_of(&shapes, &[[3.0, 0.5]], words());
        assert!(!all.contains("outside the view") && all.contains("nothing near: 1\n"), "{all}");
        let points = [[0.5, 0.5], [1.5, 0.5], [4.0, 0.5], [f64::NAN; 2]];
        let some = svg_of(&shapes, &points, Words { unmatched: "outside all", ..words() });
        let notes = "\n1 point without coordinates, 1 polygon outside the view\n";
        assert!(some.contains(notes) && some.contains("\noutside all: 1\n"), "{some}");
    }

    #[test]
    fn degrees_are_written_with_their_directions() {
        let words = Words { are_degrees: true, ..words() };
        let dots = svg_of(&squares(), &[[0.5, 0.5]], words.clone());
        assert!(dots.contains("°E\n") && dots.contains("\n0°\n"), "{dots}");
        let cells = svg_of(&squares(), &spread(200_001, 4.0), words);
        assert!(cells.contains("° × ") && cells.contains("points per cell of\n"));
    }

    #[test]
    fn many_points_are_drawn_as_their_density() {
        let shapes = squares();
        let dots = svg_of(&shapes, &spread(200_000, 4.0), words());
        assert!(dots.matches("<circle").count() > 200_000 && !dots.contains("per cell"));

        let cells = svg_of(&shapes, &spread(200_001, 4.0), words());
        assert!(!cells.contains("<circle"));
        assert!(cells.contains("of 200,001 points matched to 2 of 3 polygons"));
        assert!(cells.contains("points per cell of") && cells.contains("nothing near: 100,0"));
        let drawn = cells.matches("<rect").count();
        assert!((5_000..=25_000 + 300).contains(&drawn), "{drawn}");
    }

    #[test]
    fn an_svg_has_a_bounded_number_of_elements() {
        let svg = svg_of(&squares(), &spread(1_500_000, 1.0), words());
        let drawn = svg.matches("<rect").count();
        assert!((25_000..=CELLS_OF_SVG + 300).contains(&drawn), "{drawn}");
    }

    #[test]
    fn any_place_can_be_drawn() {
        let shapes = squares();
        let names = StringArray::from(vec![Some("a \u{0} name"), None, Some("")]);
        for far in [0.0, 5e-324, -1e-300, 7.0, 179.0, 1e300, -f64::MAX, f64::MAX] {
            for are_degrees in [false, true] {
                let words = Words { are_degrees, names: Some(names.clone()), ..words() };
                let mut points = vec![[far, far]; 3];
                assert!(svg_of(&shapes, &points, words.clone()).contains("of 3 points"));
                points.extend(vec![[0.5, 0.5]; 200_000]);
                let svg = svg_of(&shapes, &points, words);
                assert!(svg.contains("200,003 points") && svg.contains("per cell"), "{far}");
                for wrong in ["NaN", "inf", "2147483", "\u{0}"] {
                    assert!(!svg.contains(wrong), "{far} {wrong}");
                }
            }
        }
    }

    #[test]
    fn nothing_and_huge_polygons_can_be_drawn() {
        let nothing = svg_of(&Shapes::new(), &[], words());
        assert!(nothing.contains("\n0 of 0 points matched to 0 of 0 polygons\n"), "{nothing}");
        let ring = [[-f64::MAX, -f64::MAX], [f64::MAX, -f64::MAX], [0.5, f64::MAX]];
        let mut shapes = Shapes::new();
        shapes.push_parts([[ring]]).unwrap_or_else(|_| shapes.push_nothing());
        shapes.push_nothing();
        let names = Some(StringArray::from(vec!["huge", "nothing"]));
        for are_degrees in [false, true] {
            let words = Words { are_degrees, names: names.clone(), ..words() };
            svg_of(&shapes, &[[0.5, 0.5], [1.5, 1.5]], words);
        }
    }

    #[test]
    fn blocks_of_pixels_are_averaged() {
        let white = [255; 3];
        let black = [0; 3];
        let large = [white, black, white, white, black, white, white, white].concat();
        assert_eq!(averaged(&large, 4, 2), [127, 127, 127, 255, 255, 255]);
    }
}
