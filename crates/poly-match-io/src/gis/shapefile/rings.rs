//! Puts the rings of a shape together as polygons.
//!
//! Outer rings run clockwise, and holes the other way. A hole belongs to the smallest outer ring that
//! contains it; one in no outer ring is an outer ring itself, as GDAL reads it.

use super::vertices::{Run, Vertices};

/// A ring, with what decides where it belongs.
pub(super) struct Ring<'v, 'a> {
    run: Run,
    vertices: &'v Vertices<'a>,
    /// Twice the area: positive if it runs counter-clockwise.
    area: f64,
    low: [f64; 2],
    high: [f64; 2],
}

impl<'v, 'a> Ring<'v, 'a> {
    pub(super) fn new(run: Run, vertices: &'v Vertices<'a>) -> Self {
        let [start, end] = run;
        let [x0, y0] = vertices.point(start);
        let (mut low, mut high) = ([f64::INFINITY; 2], [f64::NEG_INFINITY; 2]);
        let mut area = 0.0;
        let mut last = vertices.point(end - 1);
        for at in start..end {
            let [x, y] = vertices.point(at);
            area += (last[0] - x0) * (y - y0) - (x - x0) * (last[1] - y0);
            low = [low[0].min(x), low[1].min(y)];
            high = [high[0].max(x), high[1].max(y)];
            last = [x, y];
        }
        Self { run, vertices, area, low, high }
    }

    fn is_hole(&self) -> bool {
        self.area > 0.0
    }

    fn contains(&self, other: &Self) -> bool {
        let axis = |i: usize| self.low[i] <= other.low[i] && other.high[i] <= self.high[i];
        if !axis(0) || !axis(1) || self.area.abs() < other.area.abs() {
            return false;
        }
        // Holes may touch their outer ring: the first vertex that does not decides.
        let points = (other.run[0]..other.run[1]).map(|at| other.vertices.point(at));
        points.filter_map(|point| self.side(point)).next().unwrap_or(true)
    }

    /// Whether a point is inside; `None` on the boundary.
    fn side(&self, [x, y]: [f64; 2]) -> Option<bool> {
        let mut is_inside = false;
        let [start, end] = self.run;
        let [mut x0, mut y0] = self.vertices.point(end - 1);
        for at in start..end {
            let [x1, y1] = self.vertices.point(at);
            let cross = (x1 - x0) * (y - y0) - (x - x0) * (y1 - y0);
            let is_within = |a: f64, b: f64, value: f64| a.min(b) <= value && value <= a.max(b);
            if cross == 0.0 && is_within(x0, x1, x) && is_within(y0, y1, y) {
                return None;
            }
            if (y0 > y) != (y1 > y) && (cross > 0.0) == (y1 > y0) {
                is_inside = !is_inside;
            }
            [x0, y0] = [x1, y1];
        }
        Some(is_inside)
    }
}

/// The polygons: each an outer ring and its holes.
pub(super) fn polygons(rings: &[Ring<'_, '_>]) -> Vec<Vec<Run>> {
    let is_outer = |ring: &&Ring<'_, '_>| !ring.is_hole();
    let outers: Vec<_> = rings.iter().filter(is_outer).collect();
    let mut polygons: Vec<Vec<Run>> = outers.iter().map(|outer| vec![outer.run]).collect();
    for hole in rings.iter().filter(|ring| ring.is_hole()) {
        let around = (0..outers.len()).filter(|&i| outers[i].contains(hole));
        let smallest =
            around.min_by(|&a, &b| outers[a].area.abs().total_cmp(&outers[b].area.abs()));
        match smallest {
            Some(outer) => polygons[outer].push(hole.run),
            None => polygons.push(vec![hole.run]),
        }
    }
    polygons
}
