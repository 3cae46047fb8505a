//! Coordinates in Arrow: separated or interleaved, of `f64` or `f32`.

use std::ops::Range;

use arrow_array::cast::AsArray;
use arrow_array::types::{Float32Type, Float64Type};
use arrow_array::{Array, ArrayRef};
use arrow_buffer::{NullBuffer, ScalarBuffer};
use poly_match::Point;

/// The coordinates of many vertices. A vertex that is null, or whose x or y is, is NaN.
pub(super) struct Coordinates {
    x: ScalarBuffer<f64>,
    y: ScalarBuffer<f64>,
    /// How far it is from a number to that of the next vertex, in either buffer.
    stride: usize,
    nulls: Option<NullBuffer>,
}

impl Coordinates {
    /// `None` if the array holds no coordinates.
    pub(super) fn of(array: &dyn Array) -> Option<Self> {
        if let Some(vertices) = array.as_struct_opt() {
            let [x, y] = [vertices.column_by_name("x")?, vertices.column_by_name("y")?];
            let nulls = NullBuffer::union_many([array.nulls(), x.nulls(), y.nulls()]);
            return Some(Self { x: numbers(x)?, y: numbers(y)?, stride: 1, nulls });
        }
        let vertices = array.as_fixed_size_list_opt()?;
        let stride = usize::try_from(vertices.value_length()).ok().filter(|&size| size >= 2)?;
        let all = numbers(vertices.values())?;
        let nulls = match vertices.values().nulls() {
            None => array.nulls().cloned(),
            Some(its) => {
                let is_whole = |i| its.is_valid(i * stride) && its.is_valid(i * stride + 1);
                NullBuffer::union(array.nulls(), Some(&(0..array.len()).map(is_whole).collect()))
            }
        };
        let after_first = all.slice(all.len().min(1), all.len().saturating_sub(1));
        Some(Self { x: all, y: after_first, stride, nulls })
    }

    /// The coordinates of an array that holds them as points are held here: interleaved, without z
    /// and m, and without nulls.
    pub(super) fn as_points(array: &dyn Array) -> Option<&[Point]> {
        let vertices = array.as_fixed_size_list_opt()?;
        let numbers = vertices.values().as_primitive_opt::<Float64Type>()?;
        let are_points =
            vertices.value_length() == 2 && array.null_count() == 0 && numbers.null_count() == 0;
        let points = are_points.then(|| numbers.values().as_chunks().0)?;
        points.get(..array.len())
    }

    pub(super) fn is_null(&self, i: usize) -> bool {
        self.nulls.as_ref().is_some_and(|nulls| nulls.is_null(i))
    }

    /// The vertex at a position.
    #[inline]
    pub(super) fn get(&self, i: usize) -> Point {
        if self.is_null(i) {
            return [f64::NAN; 2];
        }
        [self.x[i * self.stride], self.y[i * self.stride]]
    }

    /// Adds the vertices at some positions to points.
    pub(super) fn append_to(&self, points: &mut Vec<Point>, range: Range<usize>) {
        if self.nulls.is_none() && self.stride == 1 {
            let all = self.x[range.clone()].iter().zip(&self.y[range]);
            points.extend(all.map(|(&x, &y)| [x, y]));
        } else {
            points.extend(range.map(|i| self.get(i)));
        }
    }
}

/// The numbers of an array of floats. Those that are null may be any.
fn numbers(array: &ArrayRef) -> Option<ScalarBuffer<f64>> {
    if let Some(doubles) = array.as_primitive_opt::<Float64Type>() {
        return Some(doubles.values().clone());
    }
    let singles = array.as_primitive_opt::<Float32Type>()?;
    Some(singles.values().iter().map(|&number| f64::from(number)).collect())
}
