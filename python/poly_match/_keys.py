"""Reads keys, one value for each polygon, so that the core can compare them exactly.

Numbers, booleans and dates become an array of float64, int64 or uint64. Values that none of these
holds exactly, such as very large integers beside fractions, are replaced by their ranks.
"""

from __future__ import annotations

import datetime
import decimal
import fractions
from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np
from poly_match_rs._missing import is_missing, split

if TYPE_CHECKING:
    import numpy.typing as npt

# The values, and where they are missing; None if they are nowhere.
Keys: TypeAlias = "tuple[npt.NDArray[Any], npt.NDArray[np.bool_] | None]"

# From here on, two integers may become the same float64.
LARGE = 2.0**53

# Types whose values are compared as Python compares them.
COMPARABLE = (
    int,
    float,
    fractions.Fraction,
    decimal.Decimal,
    np.number,
    np.bool_,
    datetime.datetime,
    datetime.date,
    datetime.timedelta,
)


def read(values: npt.ArrayLike, name: str = "keys") -> Keys:
    """Read keys from an array_like.

    Parameters
    ----------
    values : array_like, shape (M,)
        Numbers, booleans, dates, or objects that are one of these. Masked, null, None, NA, NaN and
        NaT are missing.
    name : str
        What the values are, for error messages.

    Returns
    -------
    array : numpy.ndarray of float64, int64 or uint64, shape (M,)
        Values that compare as the caller's do.
    mask : numpy.ndarray of bool, shape (M,), or None
        Where a value is missing. NaN in an array of floats is not in it.

    Raises
    ------
    ValueError
        If the values are not one-dimensional.
    TypeError
        If they are neither numbers nor dates, or cannot be compared with each other.
    """
    if type(values) is np.ndarray and values.dtype == np.float64 and values.ndim == 1:
        return values, None
    array, mask = split(values)
    if array.ndim != 1:
        raise ValueError(f"{name} must be one-dimensional, got shape {array.shape}")
    kind = array.dtype.kind
    if kind == "f" and isinstance(values, (list, tuple)) and _is_rounded(array, values):
        array, kind = np.array(values, dtype=object), "O"
    if kind == "f":
        return array.astype(np.float64), mask
    if kind == "u":
        return array.astype(np.uint64), mask
    if kind in "ib":
        return array.astype(np.int64), mask
    if kind in "mM":
        unknown = np.isnat(array)
        mask = unknown if mask is None else mask | unknown
        return array.astype(np.int64), mask if mask.any() else None
    if kind == "O":
        return _ranks(array, mask, name)
    got = f"{type(values).__name__} of dtype {array.dtype}"
    raise TypeError(f"{name} must be numbers, booleans or dates, got {got}")


def _is_rounded(array: npt.NDArray[Any], values: list[Any] | tuple[Any, ...]) -> bool:
    # Whether NumPy may have rounded large integers of a list to make room for other numbers.
    with np.errstate(invalid="ignore"):
        is_large = bool((np.abs(array) >= LARGE).any())
    return is_large and any(isinstance(value, int) for value in values)


def _ranks(objects: npt.NDArray[Any], mask: npt.NDArray[np.bool_] | None, name: str) -> Keys:
    # Numbers the distinct objects in their order.
    unknown = np.fromiter(map(is_missing, objects), dtype=bool, count=len(objects))
    mask = unknown if mask is None else mask | unknown
    known = objects[~mask].tolist()
    for value in known:
        if not isinstance(value, COMPARABLE):
            got = type(value).__name__
            raise TypeError(f"{name} must be numbers, booleans or dates, got {got}")
    try:
        order = {value: rank for rank, value in enumerate(sorted(set(known)))}
    except TypeError as error:
        raise TypeError(f"{name} must be comparable with each other: {error}") from None
    ranks = np.zeros(len(objects), dtype=np.int64)
    ranks[~mask] = [order[value] for value in known]
    return ranks, mask if mask.any() else None
