//! Writes the names of the largest polygons with matches into them, where these have room.
//!
//! A name lies where its polygon is on top, so that it is clear whose name it is. So no two names meet.

use plotters::prelude::DrawingBackend;

use super::font::{self, can_write, cut};
use super::frame::Frame;
use super::page::{AROUND_HERE, Done, Page, text};
use super::palette;
use super::raster::{Raster, Seen};
use super::scene::Scene;

/// The most names.
const MOST: usize = 40;
/// The sizes of a name: the first, if the polygon has room.
const SIZES: [f64; 2] = [18.0, 15.0];
/// The height of a line, as a share of the size.
const LINE: f64 = 0.95;
/// The room beside a name, and above and below it.
const ROOM: [f64; 2] = [3.0, 1.5];
/// Longer names are cut.
const LONGEST: f64 = 260.0;
/// The width of the light edge of the letters.
const EDGE: f64 = 2.0;

/// A name in lines, and where its middle is, in shown pixels.
#[derive(Debug, Clone, PartialEq)]
struct Label {
    lines: Vec<String>,
    size: f64,
    at: [f64; 2],
}

pub(super) fn draw<DB: DrawingBackend>(
    page: &Page<DB>,
    scene: &Scene<'_>,
    frame: &Frame,
) -> Done<DB> {
    // The edge: the same letters, in the colour of paper, shifted in all directions.
    let steps = [-1.0, 0.0, 1.0].map(|step| step * EDGE);
    let shifts: Vec<_> = steps.into_iter().flat_map(|x| steps.map(|y| [x, y])).collect();
    for label in labels(scene, frame) {
        let write = |[x, y]: [f64; 2], color| {
            label.places().try_for_each(|(words, place)| {
                let place = [place[0] + x, place[1] + y];
                text(page, frame, words, place, label.size, color, AROUND_HERE)
            })
        };
        let mut edge = shifts.iter().filter(|shift| **shift != [0.0; 2]);
        edge.try_for_each(|&shift| write(shift, palette::PAPER))?;
        write([0.0; 2], palette::TEXT)?;
    }
    Ok(())
}

impl Label {
    /// The lines, and where their middles are.
    fn places(&self) -> impl Iterator<Item = (&str, [f64; 2])> {
        let [x, y] = self.at;
        let step = LINE * self.size;
        let first = if self.lines.len() > 1 { y - step / 2.0 } else { y };
        let heights = std::iter::successors(Some(first), move |y| Some(y + step));
        self.lines.iter().zip(heights).map(move |(line, y)| (line.as_str(), [x, y]))
    }
}

/// The names to write.
fn labels(scene: &Scene<'_>, frame: &Frame) -> Vec<Label> {
    if scene.words.names.is_none() {
        return Vec::new();
    }
    let raster = Raster::of(scene, frame);
    let mut seen: Vec<_> =
        raster.seen().iter().filter(|seen| scene.is_colored[seen.polygon]).collect();
    seen.sort_by_key(|seen| std::cmp::Reverse(seen.squares));
    let label = |seen: &Seen| {
        let name = scene.words.name(seen.polygon).filter(|name| can_write(name))?;
        // One line, if it may be small, is better than two.
        let lines = |size: f64| vec![cut(&name, size, LONGEST)];
        let one = SIZES.map(|size| (lines(size), size)).into_iter();
        let two =
            SIZES.into_iter().filter_map(|size| Some((halves(&lines(size)[0])?.into(), size)));
        let shapes = one.chain(two);
        let mut labels = shapes.filter_map(|(lines, size)| {
            let at = raster.room(seen, room(&lines, size))?;
            Some(Label { lines, size, at })
        });
        labels.next()
    };
    let many = seen.len() > 100;
    let labels: Vec<_> = seen.into_iter().filter_map(label).take(MOST).collect();
    // One or two names among very many polygons would look like a mistake.
    if many && labels.len() < 3 { Vec::new() } else { labels }
}

/// The width and the height that lines take, with room around them.
fn room(lines: &[String], size: f64) -> [f64; 2] {
    let width = lines.iter().map(|line| font::width(line, size)).fold(0.0, f64::max);
    let height = if lines.len() > 1 { 0.75 + LINE } else { 0.75 } * size;
    [width + 2.0 * ROOM[0], height + 2.0 * ROOM[1]]
}

/// Parts a name at the space that is nearest to its middle.
fn halves(name: &str) -> Option<[String; 2]> {
    let spaces = name.match_indices(' ').map(|(at, _)| at);
    let middle = spaces.min_by_key(|at| at.abs_diff(name.len() / 2))?;
    Some([&name[..middle], &name[middle + 1..]].map(str::to_owned))
}

#[cfg(test)]
mod tests {
    use arrow_array::StringArray;
    use poly_match::{Point, Shapes};

    use super::*;
    use crate::plot::collected::Collected;
    use crate::plot::scene::Words;

    fn rectangle([x, y]: Point, [width, height]: Point) -> Vec<Point> {
        vec![[x, y], [x + width, y], [x + width, y + height], [x, y + height]]
    }

    /// The names that are written into polygons of these parts, of which all have matches but the last.
    fn written(polygons: &[Vec<Vec<Vec<Point>>>], names: &[Option<&str>]) -> Vec<(String, Point)> {
        let mut shapes = Shapes::new();
        polygons.iter().for_each(|parts| shapes.push_parts(parts.clone()).expect("polygons"));
        let last = polygons.len() - 1;
        let mut collected = Collected::new(polygons.len());
        let anywhere = shapes.bounds(0).min;
        collected.add(&vec![anywhere; last], (0..last).map(Some));
        let names = Some(StringArray::from(names.to_vec()));
        let scene = Scene::of_matches(&collected, &shapes, Words { names, ..Words::default() });
        let frame = Frame::new(scene.bounds, 3, 100.0, false);
        let labels = labels(&scene, &frame).into_iter();
        let [left, top, _, bottom] = frame.panel();
        let unit = frame.shown([1.0, 0.0])[0] - frame.shown([0.0, 0.0])[0];
        let origin = frame.shown([0.0, 0.0]);
        assert!(origin[0] >= left && (top..=bottom).contains(&origin[1]));
        labels
            .map(|Label { lines, at, .. }| {
                (lines.join("|"), [(at[0] - origin[0]) / unit, (origin[1] - at[1]) / unit])
            })
            .collect()
    }

    #[test]
    fn names_are_written_into_the_polygons_that_have_room() {
        let plain = |at: Point, size: Point| vec![vec![rectangle(at, size)]];
        let polygons = [
            plain([0.0, 0.0], [30.0, 20.0]),
            plain([0.0, 20.0], [1.0, 20.0]),
            plain([40.0, 0.0], [40.0, 20.0]),
            plain([40.0, 20.0], [10.0, 10.0]),
            plain([60.0, 30.0], [20.0, 10.0]),
        ];
        let names = [Some("small"), Some("too narrow"), Some("large"), None, Some("no match")];
        let written = written(&polygons, &names);
        assert_eq!(
            written.iter().map(|(name, _)| name.as_str()).collect::<Vec<_>>(),
            ["large", "small"]
        );
        let [x, y] = written[0].1;
        assert!((x - 60.0).abs() < 0.5 && (y - 10.0).abs() < 0.5, "{x} {y}");
    }

    #[test]
    fn a_name_that_is_too_wide_is_parted() {
        assert_eq!(halves("St. John the Baptist"), Some(["St. John".into(), "the Baptist".into()]));
        assert_eq!(halves("Miami"), None);
        let narrow = vec![vec![rectangle([0.0, 0.0], [11.0, 100.0])]];
        let other = vec![vec![rectangle([0.0, 100.0], [11.0, 1.0])]];
        let written = written(&[narrow, other], &[Some("San Bernardino"), None]);
        assert_eq!(written[0].0, "San|Bernardino");
    }

    #[test]
    fn names_avoid_holes_and_smaller_polygons() {
        let size = [100.0, 60.0];
        let ring = vec![rectangle([0.0, 0.0], size), rectangle([5.0, 20.0], [90.0, 35.0])];
        let on_top = vec![vec![rectangle([2.0, 1.0], [96.0, 8.0])]];
        let idle = vec![vec![rectangle([20.0, 30.0], [60.0, 20.0])]];
        let polygons = [vec![ring], on_top, idle];
        let written = written(&polygons, &[Some("ring"), Some("on top"), Some("idle")]);
        assert_eq!(written.len(), 2);
        let [(ring, [_, y]), (on_top, [_, low])] = [written[0].clone(), written[1].clone()];
        assert_eq!((ring.as_str(), on_top.as_str()), ("ring", "on top"));
        assert!((9.0..20.0).contains(&y) && (1.0..9.0).contains(&low), "{y} {low}");
    }

    #[test]
    fn long_names_are_cut_and_few_are_written() {
        let square = |i: u32| {
            vec![vec![rectangle([f64::from(i % 10) * 10.0, f64::from(i / 10) * 10.0], [9.0, 9.0])]]
        };
        let polygons: Vec<_> = (0..101).map(square).collect();
        let written = written(&polygons, &vec![Some("a"); 101]);
        assert_eq!(written.len(), MOST);

        let one = vec![vec![rectangle([0.0, 0.0], [100.0, 50.0])]];
        let other = vec![vec![rectangle([0.0, 50.0], [100.0, 1.0])]];
        let long = "a name ".repeat(50);
        let long = super::tests::written(&[one, other], &[Some(&long), None]);
        assert!(long[0].0.ends_with('…') && long[0].0.len() < 50, "{long:?}");
    }
}
