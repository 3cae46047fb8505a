//! Draws the picture, as PNG or SVG: the polygons, with points coloured by their match, or with the
//! findings of a check.
//!
//! This file turns a scene into bytes. `collected` takes points in batches, and keeps a `sample` and the
//! `density` of them. `paint` draws both formats, with `matches`, `cells` and `findings`. `frame` maps
//! coordinates to the page, and `palette` chooses colours.

mod cells;
mod clip;
mod collected;
mod density;
mod findings;
mod frame;
mod legend;
mod matches;
mod page;
mod paint;
mod palette;
mod sample;
mod scene;

use plotters::prelude::{BitMapBackend, IntoDrawingArea, SVGBackend};
use plotters::style::{FontStyle, register_font};

use crate::format::Picture;
pub(crate) use collected::Collected;
use frame::Frame;
pub(crate) use scene::Scene;

/// The picture is drawn larger than shown, by this factor.
///
/// For PNG, pixels are then averaged, which smooths edges. For SVG, the library rounds coordinates to
/// integers, and a larger drawing makes the rounding fine enough.
const OVERSIZE: u32 = 3;

/// The largest number of cells in an SVG, which has an element for each.
const CELLS_OF_SVG: usize = 100_000;

/// Draws a scene. Returns the bytes of the file.
pub(crate) fn draw(scene: &Scene<'_>, picture: Picture) -> Result<Vec<u8>, String> {
    // PNG uses this font. For SVG, the viewer chooses one.
    register_font(page::FONT, FontStyle::Normal, dejavu::sans::regular())
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
    use super::*;

    #[test]
    fn blocks_of_pixels_are_averaged() {
        let white = [255; 3];
        let black = [0; 3];
        let large = [white, black, white, white, black, white, white, white].concat();
        assert_eq!(averaged(&large, 4, 2), [127, 127, 127, 255, 255, 255]);
    }
}
