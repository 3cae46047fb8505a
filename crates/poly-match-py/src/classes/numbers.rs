//! Reads x or y of a constructor, and compares them: common types here, all others by NumPy.

use std::fmt::Display;

use numpy::{Element, PyArray1, PyArrayMethods, PyUntypedArrayMethods};
use pyo3::prelude::*;
use pyo3::types::{PyFloat, PyInt, PyList, PyTuple};

use crate::geometry::arrays::vector;

/// Reads a one-dimensional array-like. `name` is used in error messages.
pub(super) fn read(value: &Bound<'_, PyAny>, name: &dyn Display) -> PyResult<Vec<f64>> {
    quick(value).map_or_else(|| vector(value, name), Ok)
}

/// Whether a value has these elements, bit for bit. None if that cannot be told without a conversion
/// by NumPy.
pub(super) fn equal(value: &Bound<'_, PyAny>, own: &[f64]) -> Option<bool> {
    if let Ok(other) = value.cast_exact::<PyArray1<f64>>() {
        if let Ok(other) = other.to_vec() {
            let mut pairs = other.iter().zip(own);
            return Some(other.len() == own.len() && pairs.all(|(a, b)| same_bits(*a, *b)));
        }
        return Some(all(other.len(), own, |i| other.get_owned(i)));
    }
    if let Ok(list) = value.cast_exact::<PyList>() {
        return Some(all(list.len(), own, |i| number(&list.get_item(i).ok()?)));
    }
    if let Ok(tuple) = value.cast_exact::<PyTuple>() {
        return Some(all(tuple.len(), own, |i| number(&*tuple.get_borrowed_item(i).ok()?)));
    }
    None
}

/// Whether the elements are these.
fn all(len: usize, own: &[f64], element: impl Fn(usize) -> Option<f64>) -> bool {
    let is = |(i, &b): (usize, &f64)| element(i).is_some_and(|a| same_bits(a, b));
    len == own.len() && own.iter().enumerate().all(is)
}

fn same_bits(a: f64, b: f64) -> bool {
    a.to_bits() == b.to_bits()
}

/// Reads what needs no conversion by NumPy: arrays of common types, and lists and tuples of floats
/// and integers. Calls no Python code.
fn quick(value: &Bound<'_, PyAny>) -> Option<Vec<f64>> {
    if let Some(values) = array(value, |number: f64| number) {
        return Some(values);
    }
    if let Ok(list) = value.cast_exact::<PyList>() {
        return list.iter().map(|item| number(&item)).collect();
    }
    if let Ok(tuple) = value.cast_exact::<PyTuple>() {
        return tuple.iter_borrowed().map(|item| number(&item)).collect();
    }
    array(value, |number: f32| f64::from(number))
        .or_else(|| array(value, |number: i64| number as f64))
        .or_else(|| array(value, |number: i32| f64::from(number)))
}

/// The elements of an array of exactly this type: a subclass may have a mask or a unit.
fn array<T: Element + Copy>(value: &Bound<'_, PyAny>, to: impl Fn(T) -> f64) -> Option<Vec<f64>> {
    let values = value.cast_exact::<PyArray1<T>>().ok()?.to_vec().ok()?;
    Some(values.into_iter().map(to).collect())
}

/// A float or an integer of 64 bits. Bools and all others are left to NumPy.
fn number(item: &Bound<'_, PyAny>) -> Option<f64> {
    if let Ok(float) = item.cast::<PyFloat>() {
        return Some(float.value());
    }
    let integer: i64 = item.cast_exact::<PyInt>().ok()?.extract().ok()?;
    Some(integer as f64)
}
