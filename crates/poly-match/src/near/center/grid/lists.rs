//! [`Lists`]: the sites of each cell, as flat arrays.

use crate::geometry::Point;
use crate::near::center::grid::occupancy::PAGE_CELLS;

/// The number that ends a list: no further site can win there. It is near nothing.
pub(crate) const NONE: u32 = 0;

/// The number that ends a list which is not complete: further sites may win there. It is near
/// nothing. The list was cut off, or never made, or the point lies outside the grid.
pub(crate) const UNLISTED: u32 = 1;

/// The number of the first site. Lower numbers end a list.
pub(crate) const FIRST: u32 = 2;

/// The lists of some pages of cells.
#[derive(Debug)]
pub(crate) struct Lists {
    /// The first site of every cell, apart from the rest: most lookups need no more.
    pub(crate) first: Vec<u32>,
    /// Where the other sites of each cell start in `rest`; they go on up to [`NONE`] or
    /// [`UNLISTED`].
    pub(crate) others: Vec<u32>,
    pub(crate) rest: Vec<u32>,
    /// The sites that are in any list, numbered from [`FIRST`], and their input positions. The
    /// entries before have coordinates NaN and position −1.
    pub(crate) sites: Vec<Point>,
    pub(crate) positions: Vec<i64>,
}

impl Lists {
    /// Makes empty lists for `pages` pages. Page 0 comes before them: it has no lists.
    pub(crate) fn new(pages: usize) -> Self {
        let cells = (1 + pages) * PAGE_CELLS;
        let mut first = vec![NONE; cells];
        first[..PAGE_CELLS].fill(UNLISTED);
        Self {
            first,
            others: vec![0; cells],
            rest: vec![NONE],
            sites: vec![[f64::NAN; 2]; FIRST as usize],
            positions: vec![-1; FIRST as usize],
        }
    }

    /// Joins the lists of successive pages.
    pub(crate) fn joined(parts: Vec<Self>) -> Self {
        let mut parts = parts.into_iter();
        let mut all = parts.next().unwrap_or_else(|| Self::new(0));
        // Growing step by step would copy, and touch new memory, several times.
        let more = |size: fn(&Self) -> usize| parts.as_slice().iter().map(size).sum();
        all.first.reserve_exact(more(|part| part.first.len()));
        all.others.reserve_exact(more(|part| part.others.len()));
        all.rest.reserve_exact(more(|part| part.rest.len()));
        all.sites.reserve_exact(more(|part| part.sites.len()));
        all.positions.reserve_exact(more(|part| part.positions.len()));
        parts.for_each(|part| all.append(&part));
        all
    }

    /// Appends the lists of further pages.
    fn append(&mut self, more: &Self) {
        #[allow(clippy::cast_possible_truncation)] // see `MAX_PAGES`
        let (site, at) = (self.sites.len() as u32 - FIRST, self.rest.len() as u32 - 1);
        let number = |&number: &u32| if number < FIRST { number } else { number + site };
        let place = |&place: &u32| if place == 0 { 0 } else { place + at };
        self.first.extend(more.first[PAGE_CELLS..].iter().map(number));
        self.others.extend(more.others[PAGE_CELLS..].iter().map(place));
        self.rest.extend(more.rest[1..].iter().map(number));
        self.sites.extend(&more.sites[FIRST as usize..]);
        self.positions.extend(&more.positions[FIRST as usize..]);
    }

    /// How many bytes of memory the lists take.
    pub(crate) fn bytes(&self) -> usize {
        let Self { first, others, rest, sites, positions } = self;
        let numbers = first.capacity() + others.capacity() + rest.capacity();
        let of_sites =
            sites.capacity() * size_of::<Point>() + positions.capacity() * size_of::<i64>();
        numbers * size_of::<u32>() + of_sites
    }
}
