//! The sections of a saved matcher: what is stored for each group, written and read in the same
//! order.
//!
//! To save another array: one line in `write`, one in `read`, and a new
//! [`VERSION`](crate::bytes::container::VERSION).

use bytemuck::{Pod, Zeroable};

use crate::bytes::container::{Reader, Writer};
use crate::error::{Unreadable, unsound};
use crate::geometry::Shapes;
use crate::near::boundary::{Boundaries, Outlines};
use crate::near::center::index::Index;
use crate::near::center::{Centers, bottom_leaves};
use crate::near::containment::boxes::Boxes;
use crate::near::containment::cells::Cells;
use crate::near::containment::{Containing, Inside};
use crate::near::{Group, NearIndex};
use crate::rank::order::Order;
use crate::rule::Near;
use crate::tree::levels::Levels;

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
    pub(super) fn of(group: &Group) -> Self {
        let Group { order, index } = group;
        let inside = match index {
            NearIndex::Center(_) => NO_INSIDE,
            NearIndex::Boundary(Boundaries { inside, .. })
            | NearIndex::Containment(Containing { inside, .. }) => match inside {
                Inside::Cells(_) => CELLS,
                Inside::Boxes(_) => BOXES,
            },
        };
        let edges = match index {
            NearIndex::Boundary(Boundaries { edges, .. }) => Some(edges),
            NearIndex::Center(_) | NearIndex::Containment(_) => None,
        };
        Self {
            classes: order.classes().0,
            has_index: u32::from(inside == NO_INSIDE),
            inside,
            has_outlines: edges.is_some().into(),
            is_by_position: order.ranking.is_by_position().into(),
            unused: 0,
            slack: edges.map_or(0.0, |edges| edges.slack),
        }
    }
}

pub(super) fn write<'m>(group: &'m Group, to: &mut Writer<'m>) {
    let Group { order, index } = group;
    to.array("order", order.ranking.order());
    to.array("classes", order.classes().1);
    match index {
        NearIndex::Center(Centers { index: Index { leaves, levels, slots, .. }, .. }) => {
            to.array("leaves", leaves);
            to.array("groups", &levels.groups);
            to.array("slots", slots);
        }
        NearIndex::Boundary(Boundaries { inside, edges, .. }) => {
            write_inside(inside, to);
            to.array("edges", &edges.leaves);
            to.array("edge groups", &edges.levels.groups);
        }
        NearIndex::Containment(Containing { inside, .. }) => write_inside(inside, to),
    }
}

fn write_inside<'m>(inside: &'m Inside, to: &mut Writer<'m>) {
    match inside {
        Inside::Cells(coverage) => coverage.write(to),
        Inside::Boxes(Boxes { levels, shapes }) => {
            to.array("boxes", &levels.groups);
            let (vertices, ends) = shapes.arrays();
            to.array("vertices", vertices);
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
            let edges = Outlines::from_arrays(leaves, groups, facts.slack);
            let edges = edges.ok_or(unsound("edges that fit together"))?;
            NearIndex::Boundary(Boundaries { within: *within, inside, edges })
        }
        (Near::Contains | Near::Covers, false, kind, false) => {
            let inside = read_inside(from, kind, sites)?;
            NearIndex::Containment(Containing { boundary_counts: *near == Near::Covers, inside })
        }
        (Near::Center(_) | Near::Boundary(_) | Near::Contains | Near::Covers, ..) => {
            return Err(unsound("arrays that fit together"));
        }
    };
    Ok(Group { order, index })
}

fn read_inside(from: &mut Reader, kind: u32, sites: usize) -> Result<Inside, Unreadable> {
    match kind {
        CELLS => Ok(Inside::Cells(Box::new(Cells::read(from, sites)?))),
        BOXES => boxes(from, sites).map(Inside::Boxes),
        _ => Err(unsound("cells or boxes")),
    }
}

/// Reads the boxes of `sites` polygons. They are copied, which is cheap: boxes are only used for
/// few polygons, and these are tested one by one.
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
    boxes.ok_or(unsound("one box for each polygon"))
}
