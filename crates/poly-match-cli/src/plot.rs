//! The picture: points coloured by their match over the polygons, as PNG or SVG.
//!
//! Here is what a picture is made from, and how it becomes bytes. Both formats go through the one
//! drawing in `paint`; `frame` says where on the page a coordinate is, `palette` in what colour.

mod clip;
mod frame;
mod paint;
mod palette;

use plotters::prelude::{BitMapBackend, IntoDrawingArea, SVGBackend};
use plotters::style::{FontStyle, register_font};
use poly_match::{Bounds, Point, Shapes};

use crate::args::Picture;
use crate::found::Found;
use crate::read::{Parts, Points, Polygons};
use frame::Frame;

/// Drawn this much larger than it is shown: PNG pixels are then averaged, which smooths the edges,
/// and SVG coordinates, which the library rounds to integers, become fine enough.
const OVERSIZE: u32 = 3;

/// What is drawn.
#[derive(Debug)]
pub(crate) struct Scene<'a> {
    points: &'a [Point],
    found: &'a Found,
    outlines: &'a [Parts],
    /// Positions of the polygons, the largest first, so that none hides a smaller one.
    order: Vec<usize>,
    /// Whether a polygon is the match of any point.
    is_matched: Vec<bool>,
    axes: &'a [String; 2],
    bounds: Bounds,
}

impl<'a> Scene<'a> {
    /// A scene of `shapes`, which are those of the polygons.
    pub(crate) fn new(
        points: &'a Points,
        polygons: &'a Polygons,
        shapes: &Shapes,
        found: &'a Found,
    ) -> Self {
        let areas = shapes.areas();
        let mut order: Vec<_> = (0..areas.len()).collect();
        order.sort_by(|&a, &b| areas[b].total_cmp(&areas[a]));
        let mut is_matched = vec![false; areas.len()];
        for best in found.best().flatten() {
            is_matched[best.index] = true;
        }
        let bounds = view(points, shapes, &is_matched);
        let (outlines, axes) = (&polygons.outlines, &points.axes);
        Self { points: &points.at, found, outlines, order, is_matched, axes, bounds }
    }
}

/// What is in view: the points and their polygons, and the other polygons where they are not so
/// far off that they would make the rest small.
fn view(points: &Points, shapes: &Shapes, is_matched: &[bool]) -> Bounds {
    const STRETCH: f64 = 1.4;
    let places = points.at.iter().copied().filter(|point| !point[0].is_nan());
    let corners = |bounds: Bounds| [bounds.min, bounds.max];
    let around = |bounds: Bounds, point: Point| bounds.including(point);
    let places = places.fold(Bounds::EMPTY, around);
    let boxes = || (0..shapes.len()).map(|polygon| corners(shapes.bounds(polygon)));
    let matched = boxes().zip(is_matched).filter(|(_, matched)| **matched).flat_map(|(b, _)| b);
    let matched = matched.fold(places, around);
    let all = boxes().flatten().fold(places, around);
    let far = |axis: usize| {
        let span = |bounds: Bounds| bounds.max[axis] / 2.0 - bounds.min[axis] / 2.0;
        span(all) > STRETCH * span(matched)
    };
    if places != Bounds::EMPTY && (far(0) || far(1)) { matched } else { all }
}

/// The picture as the bytes of a file.
pub(crate) fn draw(scene: &Scene<'_>, picture: Picture) -> Result<Vec<u8>, String> {
    // SVG leaves the choice of a font to its viewer; PNG is drawn with this one.
    register_font(paint::FONT, FontStyle::Normal, dejavu::sans::regular())
        .map_err(|_| "the font cannot be read".to_owned())?;
    let frame = Frame::new(scene.bounds, OVERSIZE);
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
        paint::paint(&page, scene, frame).map_err(|error| error.to_string())?;
    }
    // The view box keeps the fine coordinates; only the size at which it is shown changes.
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
        paint::paint(&page, scene, frame).map_err(|error| error.to_string())?;
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

/// The image made smaller: each pixel is the mean of `by` × `by`.
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
    use super::*;

    #[test]
    fn blocks_of_pixels_are_averaged() {
        let white = [255; 3];
        let black = [0; 3];
        let large = [white, black, white, white, black, white, white, white].concat();
        assert_eq!(averaged(&large, 4, 2), [127, 127, 127, 255, 255, 255]);
    }
}
