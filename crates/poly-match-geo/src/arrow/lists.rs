//! One level of lists, of any of the five types of Arrow.

use std::ops::Range;

use arrow_array::cast::AsArray;
use arrow_array::{Array, ArrayRef, OffsetSizeTrait};
use arrow_buffer::NullBuffer;
use arrow_schema::DataType;

/// Where each list is among the items.
pub(super) struct Lists {
    ranges: Vec<Range<usize>>,
    nulls: Option<NullBuffer>,
}

impl Lists {
    /// Reads an array of lists. Returns also the items, without those before the first list and
    /// behind the last where that is easy. `None` if the array holds no lists, or if a list is not
    /// within the items.
    pub(super) fn of(array: &dyn Array) -> Option<(Self, ArrayRef)> {
        let nulls = array.nulls().cloned();
        let (ranges, items): (Vec<_>, _) = match array.data_type() {
            DataType::List(_) => within_offsets::<i32>(array)?,
            DataType::LargeList(_) => within_offsets::<i64>(array)?,
            DataType::ListView(_) => views::<i32>(array)?,
            DataType::LargeListView(_) => views::<i64>(array)?,
            DataType::FixedSizeList(..) => {
                let lists = array.as_fixed_size_list();
                let size = usize::try_from(lists.value_length()).ok()?;
                let ranges = (0..array.len()).map(|i| i * size..(i + 1) * size).collect();
                (ranges, lists.values().clone())
            }
            _ => return None,
        };
        let is_sound = |range: &Range<usize>| range.start <= range.end && range.end <= items.len();
        ranges.iter().all(is_sound).then_some((Self { ranges, nulls }, items))
    }

    /// Lists of these lists: each holds one of them, and is null if that is.
    pub(super) fn one_each(&self) -> Self {
        let ranges = (0..self.ranges.len()).map(|i| i..i + 1).collect();
        Self { ranges, nulls: self.nulls.clone() }
    }

    /// Where the items of a list are; `None` if it is null.
    pub(super) fn get(&self, i: usize) -> Option<Range<usize>> {
        let is_null = self.nulls.as_ref().is_some_and(|nulls| nulls.is_null(i));
        (!is_null).then(|| self.ranges[i].clone())
    }
}

fn within_offsets<O: OffsetSizeTrait>(array: &dyn Array) -> Option<(Vec<Range<usize>>, ArrayRef)> {
    let lists = array.as_list_opt::<O>()?;
    let offsets = lists.value_offsets();
    let [start, end] = [offsets.first()?, offsets.last()?].map(|offset| offset.as_usize());
    let items = lists.values();
    let len = end.checked_sub(start).filter(|_| end <= items.len())?;
    let place = |offset: O| offset.as_usize().wrapping_sub(start);
    let ranges = offsets.windows(2).map(|ends| place(ends[0])..place(ends[1])).collect();
    Some((ranges, items.slice(start, len)))
}

fn views<O: OffsetSizeTrait>(array: &dyn Array) -> Option<(Vec<Range<usize>>, ArrayRef)> {
    let lists = array.as_list_view_opt::<O>()?;
    let views = lists.value_offsets().iter().zip(lists.value_sizes());
    let ranges = views.map(|(offset, size)| {
        let start = offset.as_usize();
        start..start.saturating_add(size.as_usize())
    });
    Some((ranges.collect(), lists.values().clone()))
}
