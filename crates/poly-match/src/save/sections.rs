//! The sections of a saved matcher: what is stored for each group, written and read in the same
//! order.
//!
//! To save another array: one line in `write`, one in `read`, and a new
//! [`VERSION`](crate::bytes::container::VERSION).

use std::convert::Infallible;
use std::sync::Arc;

use bytemuck::{Pod, Zeroable};

use crate::bytes::container::{Reader, Writer};
use crate::error::{Unreadable, unsound};
use crate::geometry::Shapes;
use crate::near::boundary::outlines::Outlines;
use crate::near::boundary::{Boundaries, Edges};
use crate::near::center::index::Index;
use crate::near::center::{Centers, bottom_leaves};
use crate::near::circle::index::Circles;
use crate::near::containment::boxes::Boxes;
use crate::near::containment::cells::Cells;
use crate::near::containment::stages::Stages;
use crate::near::containment::{Containing, Inside};
use crate::near::{FullIndex, Group, NearIndex};
use crate::rank::order::Order;
use crate::rule::Near;

/// What a group consists of, so that [`read`] knows which arrays follow.
#[derive(Debug, Clone, Copy, Pod, Zeroable)]
#[repr(C)]
pub(super) struct GroupFacts {
    classes: u32,
    has_index: u32,
    inside: u32,
    has_outlines: u32,
    is_by_position: u32,
    unused: u32,
    /// The slack of the outlines; 0 if there are none.
    slack: f64,
}

/// How containment is tested: not at all, by cells, or by boxes.
const NO_INSIDE: u32 = 0;
const CELLS: u32 = 1;
const BOXES: u32 = 2;

impl GroupFacts {
    pub(super) fn of(order: &Order, index: FullIndex<'_>) -> Self {
        let (inside, outlines) = match index {
            FullIndex::Center(_) | FullIndex::Circle(_) => (None, None),
            FullIndex::Boundary(Edges { inside, outlines }) => (Some(inside), Some(outlines)),
            FullIndex::Containment(inside) => (Some(inside), None),
        };
        Self {
            classes: order.classes().0,
            has_index: inside.is_none().into(),
            inside: match inside {
                None => NO_INSIDE,
                Some(Inside::Cells(_)) => CELLS,
                Some(Inside::Boxes(_)) => BOXES,
            },
            has_outlines: outlines.is_some().into(),
            is_by_position: order.ranking.is_by_position().into(),
            unused: 0,
            slack: outlines.map_or(0.0, |outlines| outlines.slack),
        }
    }
}

pub(super) fn write<'m>(order: &'m Order, index: FullIndex<'m>, to: &mut Writer<'m>) {
    to.array("order", order.ranking.order());
    to.array("classes", order.classes().1);
    match index {
        FullIndex::Center(Centers { index: Index { leaves, levels, slots, .. }, .. }) => {
            to.array("leaves", leaves);
            to.array("groups", &levels.groups);
            to.array("slots", slots);
        }
        FullIndex::Boundary(Edges { inside, outlines }) => {
            write_inside(order, inside, to);
            to.array("edges", &outlines.leaves);
            to.array("edge groups", &outlines.levels.groups);
        }
        FullIndex::Circle(Circles { leaves, levels, reaches }) => {
            to.array("circles", leaves);
            to.array("circle groups", &levels.groups);
            to.array("reaches", reaches);
        }
        FullIndex::Containment(inside) => write_inside(order, inside, to),
    }
}

/// Where there are boxes, the polygons themselves are saved, by rank.
fn write_inside<'m>(order: &Order, inside: &'m Inside, to: &mut Writer<'m>) {
    match inside {
        Inside::Cells(cells) => cells.write(to),
        Inside::Boxes(boxes) => {
            let shapes = boxes.shapes.at(order.ranking.order());
            let (vertices, ends) = shapes.arrays();
            to.made("vertices", vertices);
            for (name, ends) in ENDS.into_iter().zip(ends) {
                to.made(name, &ends.iter().map(|&end| end as u64).collect::<Vec<_>>());
            }
        }
    }
}

const ENDS: [&str; 3] = ["ring ends", "part ends", "polygon ends"];

/// Reads a group. The facts of the group must fit the rule.
pub(super) fn read(
    from: &mut Reader,
    facts: &GroupFacts,
    near: &Near,
) -> Result<Group, Unreadable> {
    let (ranking, classes) = (from.array("order")?, from.array("classes")?);
    let sites = ranking.len();
    let order = Order::from_arrays(ranking, facts.is_by_position != 0, facts.classes, &classes);
    let order = order.ok_or(unsound("an order"))?;
    let index = match (near, facts.has_index != 0, facts.inside, facts.has_outlines != 0) {
        (Near::Center(within), true, NO_INSIDE, false) => {
            let (leaves, groups) = (from.array("leaves")?, from.array("groups")?);
            let (bottom, slots) = (bottom_leaves(&order), from.array("slots")?);
            let index = Index::from_arrays(sites, leaves, groups, bottom, slots);
            let index = index.ok_or(unsound("an index with one site for each polygon"))?;
            NearIndex::Center(Centers::of(*within, index))
        }
        (Near::Boundary(within), false, kind, true) => {
            let inside = read_inside(from, kind, sites)?;
            let (leaves, groups) = (from.array("edges")?, from.array("edge groups")?);
            let outlines = Outlines::from_arrays(leaves, groups, facts.slack);
            let outlines = outlines.ok_or(unsound("edges that fit together"))?;
            let stages = Arc::new(Stages::Loaded(Edges { inside, outlines }));
            NearIndex::Boundary(Boundaries { within: *within, stages })
        }
        (Near::Circle { .. }, true, NO_INSIDE, false) => {
            let (leaves, groups) = (from.array("circles")?, from.array("circle groups")?);
            let circles = Circles::from_arrays(sites, leaves, groups, from.array("reaches")?);
            NearIndex::Circle(circles.ok_or(unsound("an index with one circle for each polygon"))?)
        }
        (Near::Contains | Near::Covers, false, kind, false) => {
            let stages = Arc::new(Stages::Loaded(read_inside(from, kind, sites)?));
            NearIndex::Containment(Containing { boundary_counts: *near == Near::Covers, stages })
        }
        (
            Near::Center(_)
            | Near::Boundary(_)
            | Near::Circle { .. }
            | Near::Contains
            | Near::Covers,
            ..,
        ) => {
            return Err(unsound("arrays that fit together"));
        }
    };
    Ok(Group { order, index })
}

fn read_inside(from: &mut Reader, kind: u32, sites: usize) -> Result<Inside, Unreadable> {
    match kind {
        CELLS => Ok(Inside::Cells(Box::new(Cells::read(from, sites)?))),
        BOXES => boxes(from, sites).map(|boxes| Inside::Boxes(Arc::new(boxes))),
        _ => Err(unsound("cells or boxes")),
    }
}

/// Reads `sites` polygons, and builds their boxes again, which is quick.
fn boxes(from: &mut Reader, sites: usize) -> Result<Boxes, Unreadable> {
    let vertices = from.array("vertices")?.to_vec();
    let mut ends = [(); 3].map(|()| Vec::new());
    for (name, ends) in ENDS.into_iter().zip(&mut ends) {
        let all = from.array::<u64>(name)?;
        let all: Result<_, _> = all.iter().map(|&end| usize::try_from(end)).collect();
        *ends = all.map_err(|_| unsound(name))?;
    }
    let shapes = Shapes::from_arrays(vertices, ends).filter(|shapes| shapes.len() == sites);
    let shapes = shapes.ok_or(unsound("one polygon for each rank"))?;
    if !shapes.has_whole_rings() {
        return Err(unsound("rings with finite vertices"));
    }
    #[allow(clippy::cast_possible_truncation)] // the order has as many, and a rank is a u32
    let order: Vec<u32> = (0..sites as u32).collect();
    let Ok(boxes) = Boxes::new(Arc::new(shapes), &order, || Ok::<(), Infallible>(()));
    Ok(boxes)
}
