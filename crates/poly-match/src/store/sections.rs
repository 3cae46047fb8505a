//! What a matcher's parts are made of, as sections: each is written and read in the same order.
//!
//! An array more of one of them is a line in either function here, and another
//! [`VERSION`](super::layout::VERSION).

use bytemuck::{Pod, Zeroable};

use super::layout::{Reader, Writer};
use super::{Unreadable, cells, unsound};
use crate::Shapes;
use crate::best::Order;
use crate::coverage::Coverage;
use crate::index::Index;
use crate::inside::{Boxes, Inside};
use crate::levels::Levels;
use crate::outline::Outlines;
use crate::part::{Part, bottom_leaves};

/// What there is of a part.
#[derive(Debug, Clone, Copy, Pod, Zeroable)]
#[repr(C)]
pub(super) struct PartFacts {
    classes: u32,
    has_index: u32,
    inside: u32,
    has_outlines: u32,
    is_by_position: u32,
    unused: u32,
    /// Of the outlines.
    slack: f64,
}

/// The ways to tell what is inside.
const NO_INSIDE: u32 = 0;
const CELLS: u32 = 1;
const BOXES: u32 = 2;

impl PartFacts {
    pub(super) fn of(part: &Part) -> Self {
        Self {
            classes: part.order.classes().0,
            has_index: part.index.is_some().into(),
            inside: match &part.inside {
                None => NO_INSIDE,
                Some(Inside::Cells(_)) => CELLS,
                Some(Inside::Boxes(_)) => BOXES,
            },
            has_outlines: part.outlines.is_some().into(),
            is_by_position: part.order.ranking.is_by_position().into(),
            unused: 0,
            slack: part.outlines.as_ref().map_or(0.0, |outlines| outlines.slack),
        }
    }
}

pub(super) fn write<'m>(part: &'m Part, to: &mut Writer<'m>) {
    let Part { order, index, inside, outlines } = part;
    to.array("order", order.ranking.order());
    to.array("classes", order.classes().1);
    if let Some(Index { leaves, levels, slots, .. }) = index {
        to.array("leaves", leaves);
        to.array("groups", &levels.groups);
        to.array("slots", slots);
    }
    match inside {
        None => {}
        Some(Inside::Cells(coverage)) => coverage.write(to),
        Some(Inside::Boxes(Boxes { levels, shapes })) => {
            to.array("boxes", &levels.groups);
            let (vertices, ends) = shapes.arrays();
            to.array("vertices", vertices);
            for (name, ends) in ENDS.into_iter().zip(ends) {
                to.made(name, &ends.iter().map(|&end| end as u64).collect::<Vec<_>>());
            }
        }
    }
    if let Some(outlines) = outlines {
        to.array("edges", &outlines.leaves);
        to.array("edge groups", &outlines.levels.groups);
    }
}

const ENDS: [&str; 3] = ["ring ends", "part ends", "polygon ends"];

pub(super) fn read(from: &mut Reader, facts: &PartFacts) -> Result<Part, Unreadable> {
    let (ranking, classes) = (from.array("order")?, from.array("classes")?);
    let sites = ranking.len();
    let order = Order::from_arrays(ranking, facts.is_by_position != 0, facts.classes, &classes);
    let order = order.ok_or(unsound("an order"))?;
    let index = match facts.has_index {
        0 => None,
        _ => {
            let (leaves, groups) = (from.array("leaves")?, from.array("groups")?);
            let (bottom, slots) = (bottom_leaves(&order), from.array("slots")?);
            let index = Index::from_arrays(sites, leaves, groups, bottom, slots);
            Some(index.ok_or(unsound("an index of as many sites as there are"))?)
        }
    };
    let inside = match facts.inside {
        NO_INSIDE => None,
        CELLS => {
            cells::check(from.ahead(), sites)?;
            Some(Inside::Cells(Box::new(Coverage::read(from)?)))
        }
        BOXES => Some(Inside::Boxes(boxes(from, sites)?)),
        _ => return Err(unsound("a way to tell what is inside")),
    };
    let outlines = match facts.has_outlines {
        0 => None,
        _ => {
            let (leaves, groups) = (from.array("edges")?, from.array("edge groups")?);
            let outlines = Outlines::from_arrays(leaves, groups, facts.slack);
            Some(outlines.ok_or(unsound("outlines that go together"))?)
        }
    };
    Ok(Part { order, index, inside, outlines })
}

/// The boxes of so many polygons. They are few, and asked one by one: these are copies.
fn boxes(from: &mut Reader, sites: usize) -> Result<Boxes, Unreadable> {
    let groups = from.array("boxes")?;
    let vertices = from.array("vertices")?.to_vec();
    let mut ends = [(); 3].map(|()| Vec::new());
    for (name, ends) in ENDS.into_iter().zip(&mut ends) {
        let all = from.array::<u64>(name)?;
        let all: Result<_, _> = all.iter().map(|&end| usize::try_from(end)).collect();
        *ends = all.map_err(|_| unsound(name))?;
    }
    let shapes = Shapes::from_arrays(vertices, ends).filter(|shapes| shapes.len() == sites);
    let levels = Levels::from_array(sites, groups);
    let boxes = levels.zip(shapes).map(|(levels, shapes)| Boxes { levels, shapes });
    boxes.ok_or(unsound("boxes of as many polygons as there are"))
}
