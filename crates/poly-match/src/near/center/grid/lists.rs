//! [`Lists`]: the sites of each cell, as flat arrays.

use crate::geometry::Point;
use crate::near::center::grid::occupancy::{CELLS, PAGE_CELLS, TILES};

/// The number that ends a list. It stands for no site, and is near nothing.
pub(crate) const NONE: u32 = 0;

/// The lists of some pages of cells.
#[derive(Debug)]
pub(crate) struct Lists {
    /// The first site of every cell, apart from the rest: most lookups need no more.
    pub(crate) first: Vec<u32>,
    /// Where the other sites of each cell start in `rest`; they go on up to [`NONE`].
    pub(crate) others: Vec<u32>,
    pub(crate) rest: Vec<u32>,
    /// The sites that are in any list, numbered from 1, and their input positions. Entry [`NONE`]
    /// has coordinates NaN and position −1.
    pub(crate) sites: Vec<Point>,
    pub(crate) positions: Vec<i64>,
    /// For every tile, a bit for each cell whose list was cut off.
    pub(crate) unfinished: Vec<u64>,
}

impl Lists {
    /// Makes empty lists for `pages` pages. Page 0 comes before them, and has no points.
    pub(crate) fn new(pages: usize) -> Self {
        let cells = (1 + pages) * PAGE_CELLS;
        Self {
            first: vec![NONE; cells],
            others: vec![0; cells],
            rest: vec![NONE],
            sites: vec![[f64::NAN; 2]],
            positions: vec![-1],
            unfinished: vec![0; cells / CELLS],
        }
    }

    /// Appends the lists of further pages.
    pub(crate) fn append(&mut self, more: &Self) {
        #[allow(clippy::cast_possible_truncation)] // see `MAX_PAGES`
        let (site, at) = (self.sites.len() as u32 - 1, self.rest.len() as u32 - 1);
        let number = |&number: &u32| if number == NONE { NONE } else { number + site };
        let place = |&place: &u32| if place == 0 { 0 } else { place + at };
        self.first.extend(more.first[PAGE_CELLS..].iter().map(number));
        self.others.extend(more.others[PAGE_CELLS..].iter().map(place));
        self.rest.extend(more.rest[1..].iter().map(number));
        self.sites.extend(&more.sites[1..]);
        self.positions.extend(&more.positions[1..]);
        self.unfinished.extend(&more.unfinished[TILES..]);
    }
}
