//! [`PaintBand`]: makes the site lists of a band of pages, painting sites best first.
//!
//! A cell is open until a site covers it. Each site is put on the list of every open cell that it
//! touches (it is near some place of the cell), and closes the cells that it covers. When all cells
//! are closed, no further site can win anywhere. So if points have many candidates, few sites are
//! ever read.
//!
//! A tile of 8 × 8 cells keeps its open cells in a 64-bit word, and is painted at once. Which cells
//! a site touches, and which it covers, takes 64 sums: a square for the column plus one for the
//! row. A tile keeps its strokes, and the lists are made from them at the end.

use std::ops::Range;

use crate::geometry::Point;
use crate::machine::{Simd, Task};
use crate::near::center::grid::lists::{Lists, NONE, UNLISTED};
use crate::near::center::grid::occupancy::{CELLS, Occupancy, PAGE, PAGE_CELLS, TILE, TILES};
use crate::near::center::grid::tile_sides::{TileSides, reach};
use crate::near::center::view::IndexView;
use crate::near::center::view::Search;
use crate::rule::Within;

/// The task that makes the site lists of a band, which is a run of pages.
pub(crate) struct PaintBand<'a> {
    pub(crate) search: Search<'a>,
    pub(crate) occupancy: &'a Occupancy,
    pub(crate) pages: Range<usize>,
    pub(crate) go_on: &'a mut dyn FnMut() -> bool,
}

impl Task for PaintBand<'_> {
    type Output = Lists;

    #[inline(always)]
    fn run<S: Simd>(self, simd: S) -> Lists {
        let Self { search, occupancy, pages, go_on } = self;
        let mut canvas = Canvas::new(occupancy, pages);
        canvas.open();
        canvas.paint(simd, search, go_on);
        canvas.into_lists()
    }
}

/// Sites in the first batch.
const FEW: usize = 16;

/// Most sites in a batch. They are fetched together, so that their memory accesses overlap.
const TOGETHER: usize = 256;

/// A batch of sites in rank order.
struct Sites {
    center: [Point; TOGETHER],
    /// The number of each site on the lists; [`NONE`] until it is on one.
    number: [u32; TOGETHER],
    /// The columns and rows of the tiles that each site may touch.
    start: [[u32; TOGETHER]; 2],
    end: [[u32; TOGETHER]; 2],
}

/// A tile that a site may touch.
#[derive(Debug, Clone, Copy)]
struct Visit {
    site: usize,
    column: u32,
    row: u32,
}

impl Sites {
    const EMPTY: Self = Self {
        center: [[0.0; 2]; TOGETHER],
        number: [NONE; TOGETHER],
        start: [[0; TOGETHER]; 2],
        end: [[0; TOGETHER]; 2],
    };

    #[inline(always)]
    fn fetch(&mut self, ranks: Range<usize>, index: IndexView<'_>) {
        self.number = [NONE; TOGETHER];
        for (center, rank) in self.center.iter_mut().zip(ranks) {
            #[allow(clippy::cast_possible_truncation)] // fewer than 2^32 sites
            let rank = rank as u32;
            *center = index.center(rank);
        }
    }

    /// Finds the tiles of the canvas that each site may touch.
    #[inline(always)]
    fn find_tiles(&mut self, canvas: &Canvas<'_>, near: &Within) {
        let all = [0..canvas.occupancy.columns, canvas.rows.clone()];
        for (axis, pages) in all.into_iter().enumerate() {
            #[allow(clippy::cast_precision_loss)]
            let (first, count) = ((pages.start * PAGE) as f64, (pages.len() * PAGE) as f64);
            for i in 0..TOGETHER {
                let (low, high) = canvas.occupancy.grid.reach(axis, self.center[i][axis], near);
                #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)] // clamped
                let tile = |tiles: f64| (tiles - first).clamp(0.0, count) as u32;
                self.start[axis][i] = tile(low / TILE as f64);
                self.end[axis][i] = tile(high / TILE as f64 + 1.0);
            }
        }
    }
}

/// Budget of a tile: 1 for each site that is tested against it, and 1 for each list entry. It
/// limits memory where very many sites cover no cell, for example many sites at the same place.
/// There are at most 2^20 tiles (see `MAX_PAGES`), so all entries together stay below 2^32.
const ALLOWANCE: u32 = 2048;

/// The number for no stroke.
const END: u32 = u32::MAX;

/// One site and the cells of a tile on whose lists it was put.
#[derive(Debug, Clone, Copy)]
struct Stroke {
    site: u32,
    /// The stroke before it on this tile.
    before: u32,
    cells: u64,
}

#[derive(Debug, Clone)]
struct Tile {
    open: u64,
    /// The cells whose lists are not complete: never opened, or cut off.
    unlisted: u64,
    last: u32,
    allowance: u32,
}

impl Tile {
    const CLOSED: Self = Self { open: 0, unlisted: u64::MAX, last: END, allowance: ALLOWANCE };
}

/// Pages that are being painted: their open cells, and what was painted so far.
struct Canvas<'a> {
    occupancy: &'a Occupancy,
    pages: Range<usize>,
    /// The rows of the grid that these pages are in.
    rows: Range<usize>,
    /// The number of the first existing page of the band.
    first: u32,
    tiles: Vec<Tile>,
    /// Which tiles of the band have open cells: a bit each, with `words` words per row of tiles.
    open: Vec<u64>,
    words: usize,
    open_tiles: usize,
    strokes: Vec<Stroke>,
    lists: Lists,
    /// Where the columns, and the rows, of each tile begin and end.
    sides: [Vec<TileSides>; 2],
}

impl<'a> Canvas<'a> {
    fn new(occupancy: &'a Occupancy, pages: Range<usize>) -> Self {
        let rows = pages.start / occupancy.columns..pages.end.div_ceil(occupancy.columns);
        let mut numbers =
            pages.clone().map(|page| occupancy.number(page)).filter(|&number| number != 0);
        let (first, count) = match numbers.next() {
            Some(first) => (first, 1 + numbers.count()),
            None => (1, 0),
        };
        let words = (occupancy.columns * PAGE).div_ceil(64);
        let sides = [(0, 0..occupancy.columns), (1, rows.clone())].map(|(axis, pages)| {
            let tiles = pages.start * PAGE..pages.end * PAGE;
            tiles.map(|tile| TileSides::of(&occupancy.grid, axis, tile)).collect()
        });
        Self {
            occupancy,
            first,
            tiles: vec![Tile::CLOSED; count * TILES],
            open: vec![0; words * rows.len() * PAGE],
            words,
            open_tiles: 0,
            pages,
            rows,
            strokes: Vec::new(),
            lists: Lists::new(count),
            sides,
        }
    }

    /// Opens the cells that points may fall in.
    fn open(&mut self) {
        let Self { occupancy, pages, rows, .. } = self;
        for page in pages.clone() {
            if occupancy.number(page) == 0 {
                continue;
            }
            let (column, row) = (page % occupancy.columns, page / occupancy.columns - rows.start);
            for tile in 0..TILES {
                let cells = occupancy.open(page, tile);
                if cells != 0 {
                    let (column, row) = (column * PAGE + tile % PAGE, row * PAGE + tile / PAGE);
                    let at = (occupancy.number(page) - self.first) as usize * TILES + tile;
                    (self.tiles[at].open, self.tiles[at].unlisted) = (cells, !cells);
                    self.open[row * self.words + column / 64] |= 1 << (column % 64);
                    self.open_tiles += 1;
                }
            }
        }
    }

    #[inline(always)]
    fn paint<S: Simd>(&mut self, simd: S, search: Search<'_>, go_on: &mut dyn FnMut() -> bool) {
        let Search { index, ranking, near } = search;
        let mut sites = Sites::EMPTY;
        let mut visits = Vec::new();
        let mut next = 0;
        // The first few sites often close everything, so start with a small batch and double it.
        let mut count = FEW;
        while next < ranking.len() && self.open_tiles > 0 && go_on() {
            let ranks = next..ranking.len().min(next + count);
            sites.fetch(ranks.clone(), index);
            sites.find_tiles(self, near);
            self.list_visits(&sites, ranks.len(), &mut visits);
            let positions = &ranking.order()[ranks.clone()];
            for visit in &visits {
                self.stroke(simd, near, visit, &mut sites, positions);
            }
            (next, count) = (ranks.end, TOGETHER.min(count * 2));
        }
    }

    /// Lists the open tiles that each site may touch. They are few per site, since a distance spans
    /// only a few tiles.
    #[inline(always)]
    fn list_visits(&self, sites: &Sites, count: usize, visits: &mut Vec<Visit>) {
        visits.clear();
        for site in 0..count {
            let columns = sites.start[0][site]..sites.end[0][site];
            if columns.is_empty() {
                continue;
            }
            for row in sites.start[1][site]..sites.end[1][site] {
                let words = columns.start / 64..=(columns.end - 1) / 64;
                for word in words.clone() {
                    let mut open = self.open[row as usize * self.words + word as usize];
                    if word == *words.start() {
                        open &= u64::MAX << (columns.start % 64);
                    }
                    if word == *words.end() {
                        open &= u64::MAX >> (63 - (columns.end - 1) % 64);
                    }
                    while open != 0 {
                        let column = word * 64 + open.trailing_zeros();
                        visits.push(Visit { site, column, row });
                        open &= open - 1;
                    }
                }
            }
        }
    }

    /// Puts a site on the lists of the open cells of a tile that it touches, and closes the cells
    /// that it covers.
    #[inline(always)]
    fn stroke<S: Simd>(
        &mut self,
        simd: S,
        near: &Within,
        visit: &Visit,
        sites: &mut Sites,
        positions: &[u32],
    ) {
        let (column, row, at) = (visit.column as usize, visit.row as usize, visit.site);
        let i = self.tile_at(column, row);
        let tile = &mut self.tiles[i];
        if tile.open == 0 {
            return;
        }
        let center = sites.center[at];
        let (touched, covered) =
            reach(simd, near, center, &self.sides[0][column], &self.sides[1][row]);
        let cells = tile.open & touched;
        if cells != 0 {
            if sites.number[at] == NONE {
                #[allow(clippy::cast_possible_truncation)] // see `MAX_PAGES`
                let number = self.lists.sites.len() as u32;
                sites.number[at] = number;
                self.lists.sites.push(center);
                self.lists.positions.push(i64::from(positions[at]));
            }
            #[allow(clippy::cast_possible_truncation)] // see `MAX_PAGES`
            let stroke = self.strokes.len() as u32;
            self.strokes.push(Stroke { site: sites.number[at], before: tile.last, cells });
            tile.last = stroke;
            tile.open &= !covered;
        }
        tile.allowance = tile.allowance.saturating_sub(1 + cells.count_ones());
        if tile.open == 0 || tile.allowance == 0 {
            tile.unlisted |= tile.open;
            tile.open = 0;
            self.open[row * self.words + column / 64] &= !(1 << (column % 64));
            self.open_tiles -= 1;
        }
    }

    /// Returns the index of a tile in `tiles`. Its page must exist.
    #[inline(always)]
    fn tile_at(&self, column: usize, row: usize) -> usize {
        let page = (self.rows.start + row / PAGE) * self.occupancy.columns + column / PAGE;
        let number = self.occupancy.number(page) - self.first;
        number as usize * TILES + row % PAGE * PAGE + column % PAGE
    }

    /// Turns the strokes of every tile into lists. Each tile links its strokes from the last to the
    /// first.
    fn into_lists(self) -> Lists {
        let Self { tiles, strokes, mut lists, .. } = self;
        let entries: usize = strokes.iter().map(|stroke| stroke.cells.count_ones() as usize).sum();
        lists.rest.reserve_exact(entries + CELLS * tiles.len());
        let mut on_tile: Vec<Stroke> = Vec::new();
        for (i, tile) in tiles.iter().enumerate() {
            if tile.unlisted == u64::MAX {
                lists.first[PAGE_CELLS + i * CELLS..][..CELLS].fill(UNLISTED);
                continue;
            }
            on_tile.clear();
            let before = |stroke: &Stroke| strokes.get(stroke.before as usize).copied();
            on_tile.extend(std::iter::successors(strokes.get(tile.last as usize).copied(), before));
            let mut ends = [0; CELLS];
            for stroke in &on_tile {
                bits(stroke.cells).for_each(|cell| ends[cell] += 1);
            }
            // Note where each list begins, and its end, which moves to the front as the list is
            // filled.
            let others = &mut lists.others[PAGE_CELLS + i * CELLS..][..CELLS];
            #[allow(clippy::cast_possible_truncation)] // see `MAX_PAGES`
            let mut end = lists.rest.len() as u32;
            for (others, at) in others.iter_mut().zip(&mut ends).filter(|(_, at)| **at != 0) {
                *others = end + 1;
                (*at, end) = (end + *at, end + *at + 1);
            }
            lists.rest.resize(end as usize, NONE);
            for stroke in &on_tile {
                for cell in bits(stroke.cells) {
                    ends[cell] -= 1;
                    lists.rest[ends[cell] as usize] = stroke.site;
                }
            }
            let first = &mut lists.first[PAGE_CELLS + i * CELLS..][..CELLS];
            for (first, &others) in first.iter_mut().zip(&*others) {
                *first = lists.rest[others.saturating_sub(1) as usize];
            }
            for cell in bits(tile.unlisted) {
                // Find the end of the list, which is the first entry if the list is empty.
                if first[cell] == NONE {
                    first[cell] = UNLISTED;
                    continue;
                }
                let rest = &mut lists.rest[others[cell] as usize..];
                if let Some(end) = rest.iter_mut().find(|&&mut site| site == NONE) {
                    *end = UNLISTED;
                }
            }
        }
        lists
    }
}

/// Iterates over the positions of the set bits of a word.
#[inline(always)]
fn bits(mut word: u64) -> impl Iterator<Item = usize> {
    std::iter::from_fn(move || {
        let place = word.trailing_zeros() as usize;
        word &= word.wrapping_sub(1);
        (place < CELLS).then_some(place)
    })
}
