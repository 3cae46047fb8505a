//! Estimates what each way to match many points costs, in ns a point, to choose the cheapest.
//!
//! The constants were fitted to the table of ways in `bench/results/ablation.md`: centres and points
//! spread evenly, all of them in the cache. Beyond the cache the ways become slower alike, except
//! the walk.

use crate::geometry::Bounds;
use crate::machine::LANES;
use crate::rule::Within;

/// What the estimates depend on.
#[derive(Debug, Clone, Copy)]
pub(super) struct Costs {
    points: f64,
    sites: f64,
    /// Candidates of a point, if the sites are spread evenly over their bounding box.
    candidates: f64,
}

impl Costs {
    #[allow(clippy::cast_precision_loss)] // counts
    pub(super) fn of(points: usize, sites: usize, bounds: &Bounds, near: &Within) -> Self {
        // The part of a side of the box that is near a point. NaN becomes 1: all of it is near.
        let part = |axis: usize| {
            let side = bounds.max[axis] - bounds.min[axis];
            (std::f64::consts::PI.sqrt() * near.max_dist() / (side + near.max_dist())).min(1.0)
        };
        let (points, sites) = (points as f64, sites as f64);
        Self { points, sites, candidates: sites * part(0) * part(1) }
    }

    /// One point after the other, through the sites in rank order.
    pub(super) fn scan(&self) -> f64 {
        let share = self.candidates / self.sites;
        let leaves = (self.sites / self.candidates).min(self.sites) / LANES as f64;
        // A branch is mispredicted if the first leaf, of eight sites, has no candidate.
        4.0 + 2.0 * leaves + 20.0 * (1.0 - share).powi(8)
    }

    /// One point after the other, down the tree.
    pub(super) fn walk(&self) -> f64 {
        85.0 * (1.0 + self.sites.min(1e6) / 4e5)
    }

    /// Blocks of points. The fewer the points, the more sites lie near a block.
    pub(super) fn blocks(&self) -> f64 {
        let sites_a_point = self.sites / self.points;
        // If all of a block has candidates in common, few sites are visited.
        let visited = sites_a_point / (1.0 + self.candidates / (200.0 * sites_a_point));
        let sorting = 20.0 + 14.0 * (self.points / 3e5).min(1.0);
        sorting + 30.0 / self.candidates.max(1.0).sqrt() + 17.0 * visited
    }

    /// Lists of sites for `cells` cells. A distance spans `reach` sides of a cell.
    pub(super) fn lists(&self, cells: f64, reach: f64) -> f64 {
        // Candidates of a whole cell, and of any place of it. A cell reaches 0.7 sides around its
        // middle.
        let whole = self.candidates * ((reach - 0.7) / reach).powi(2);
        let any = self.candidates * ((reach + 0.7) / reach).powi(2);
        // Sites are painted until each cell has one that is near all of it.
        let painted = self.sites * ((cells.ln() + 1.0) / whole).min(1.0);
        7.0 + (any / whole).min(any) + (67.0 * painted + 15_000.0) / self.points
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The cheapest way for sites and points in the unit square: the measured one, where it is more
    /// than 20 % faster than the next.
    #[test]
    fn the_cheapest_way_is_the_measured_one() {
        let unit = Bounds { min: [0.0; 2], max: [1.0; 2] };
        let cheapest = |sites: usize, points: usize, candidates: f64| {
            let max_dist = (candidates / (std::f64::consts::PI * sites as f64)).sqrt();
            let near = Within::new(max_dist).expect("a legal distance");
            let costs = Costs::of(points, sites, &unit, &near);
            let grid = crate::near::center::grid::squares::Grid::even(&unit, points, &near);
            let lists = grid.map_or(f64::INFINITY, |grid| {
                costs.lists((grid.columns() * grid.rows()) as f64, grid.per_distance(&near))
            });
            let single = if sites <= 1024 { costs.scan() } else { costs.walk() };
            let blocks = if sites <= 1024 { f64::INFINITY } else { costs.blocks() };
            let ways = [("single", single), ("blocks", blocks), ("lists", lists)];
            ways.into_iter().min_by(|a, b| a.1.total_cmp(&b.1)).expect("three").0
        };
        let million = 1_000_000;
        for (sites, points, candidates, expected) in [
            (1000, 1000, 31.0, "single"),
            (1000, 10_000, 3.0, "lists"),
            (1000, 50_000, 1000.0, "single"),
            (10_000, 1000, 31.0, "single"),
            (10_000, 10_000, 31.0, "blocks"),
            (10_000, 50_000, 3.0, "blocks"),
            (10_000, 200_000, 3.0, "lists"),
            (10_000, 50_000, 31.0, "lists"),
            (100_000, 10_000, 31.0, "single"),
            (100_000, 50_000, 31.0, "blocks"),
            (100_000, 200_000, 31.0, "blocks"),
            (100_000, 200_000, 100.0, "lists"),
            (100_000, 10_000, 1000.0, "lists"),
            (100_000, million, 3.0, "lists"),
            (million, 10_000, 100.0, "single"),
            (million, 50_000, 1000.0, "lists"),
            (million, 200_000, 100.0, "blocks"),
            (million, million, 3.0, "blocks"),
            (million, million, 31.0, "blocks"),
            (million, million, 1000.0, "lists"),
        ] {
            let got = cheapest(sites, points, candidates);
            assert_eq!(got, expected, "{sites} sites, {points} points, {candidates} candidates");
        }
    }
}
