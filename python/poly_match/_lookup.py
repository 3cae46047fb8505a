"""Looks up a value for every point by its match, and a fill value where there is none.

Values may be a list, or an array of NumPy, pandas, pyarrow or Polars. They are taken by position.
Without a match, the answer never holds the value of some polygon, not even under a mask.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable, Mapping, Set
from importlib import import_module
from typing import TYPE_CHECKING, Any

import numpy as np
from poly_match_rs._missing import without_nulls

if TYPE_CHECKING:
    import numpy.typing as npt

    from poly_match._result import Positions


def lookup(values: Any, index: Positions, count: int, fill: Any) -> Any:  # noqa: ANN401
    # `index` has -1 where there is no match. There must be `count` values.
    values = _sequence(values)
    got = len(values)
    if got != count:
        raise ValueError(f"values must have one value for each of {count} polygons, got {got}")
    if index.ndim == 1:
        if _is_of("pyarrow", ("Array", "ChunkedArray"), values):
            return _from_arrow(values, index, fill)
        if _is_of("polars", ("Series",), values):
            # One more value stands where there is no match.
            return values.extend_constant(fill, 1).gather(np.where(index < 0, count, index))
        if _is_pandas(values):
            return _from_pandas(values, index, fill)
    return _from_numpy(_array(values), index, fill)


def _sequence(values: Any) -> Any:  # noqa: ANN401
    if isinstance(values, (str, bytes, Mapping, Set)) or not isinstance(values, Iterable):
        raise TypeError(f"values must be a sequence, got {type(values).__name__}")
    if not hasattr(values, "__array__"):
        return list(values)
    shape = getattr(values, "shape", (None,))  # pyarrow's arrays have none
    if len(shape) != 1:
        raise ValueError(f"values must be one-dimensional, got shape {shape}")
    return values


def _is_of(module: str, classes: tuple[str, ...], values: object) -> bool:
    # Whether values are of a library that the caller has loaded.
    loaded = sys.modules.get(module)
    return loaded is not None and any(isinstance(values, getattr(loaded, c)) for c in classes)


def _is_pandas(values: object) -> bool:
    pandas: Any = sys.modules.get("pandas")
    return pandas is not None and isinstance(
        values, (pandas.Series, pandas.Index, pandas.api.extensions.ExtensionArray)
    )


def _from_arrow(values: Any, index: Positions, fill: Any) -> Any:  # noqa: ANN401
    pa: Any = sys.modules["pyarrow"]
    is_none = index < 0
    taken = values.take(pa.array(index, mask=is_none))
    if fill is None:
        return taken
    # Nulls that were matched stay null.
    if_else = import_module("pyarrow.compute").if_else
    return if_else(pa.array(is_none), pa.scalar(fill, type=values.type), taken)


def _from_pandas(values: Any, index: Positions, fill: Any) -> Any:  # noqa: ANN401
    # The answer is an array: assigning a Series to a table would align it by labels.
    pandas: Any = sys.modules["pandas"]
    if isinstance(values, (pandas.Series, pandas.Index)):
        values = values.array
    # Text in pandas 2 is a subclass of NumPy's arrays there.
    if isinstance(values.dtype, np.dtype) or type(values) is pandas.arrays.NumpyExtensionArray:
        array = np.asarray(values)
        if fill is not None or array.dtype.kind not in "iub":
            return _from_numpy(array, index, fill)
        values = pandas.array(array)  # of the dtype that is nullable
    missing = values.dtype.na_value if fill is None else fill
    return values.take(index, allow_fill=True, fill_value=missing)


def _array(values: Any) -> npt.NDArray[Any]:  # noqa: ANN401
    # A NumPy array of one dimension.
    if isinstance(values, np.ndarray):
        return values
    if isinstance(values, list):
        return _array_of_list(values)
    found = without_nulls(values)
    if found is None:
        return np.asarray(values)
    known, mask = found
    return (
        _from_numpy(known, np.where(mask, -1, np.cumsum(~mask) - 1), None) if mask.any() else known
    )


def _array_of_list(values: list[Any]) -> npt.NDArray[Any]:
    # Elements that differ in type stay as they are: NumPy would make strings of all.
    kinds = set(map(type, values))
    scalars = (bool, int, float, complex, str, bytes, np.generic)
    if kinds == {int, float} or (len(kinds) == 1 and issubclass(next(iter(kinds)), scalars)):
        return np.asarray(values)
    array = np.empty(len(values), dtype=object)
    for position, value in enumerate(values):
        array[position] = value  # a slice would take arrays apart
    return array


def _from_numpy(values: npt.NDArray[Any], index: Positions, fill: Any) -> npt.NDArray[Any]:  # noqa: ANN401
    if type(values) is not np.ndarray and isinstance(values, np.ma.MaskedArray):
        data = _from_numpy(values.data, index, fill)
        mask = _from_numpy(np.ma.getmaskarray(values), index, fill is None)
        return np.ma.array(np.ma.getdata(data), mask=mask)
    kind = values.dtype.kind
    is_none = index < 0
    is_masked = fill is None and kind in "iub"
    if is_masked:
        fill = values.dtype.type(0)
    elif fill is None and kind in "fcmM":
        fill = values.dtype.type("NaT" if kind in "mM" else "nan")
    else:
        values = values.astype(_dtype_with(values, fill), copy=False)
    taken = np.empty(index.shape, dtype=values.dtype)
    taken[~is_none] = values[index[~is_none]]
    if values.dtype == object:
        alone = np.empty((), dtype=object)
        alone[()] = fill  # a list stays one value
        fill = alone
    taken[is_none] = fill
    return np.ma.array(taken, mask=is_none) if is_masked else taken


def _dtype_with(values: npt.NDArray[Any], fill: Any) -> np.dtype[Any]:  # noqa: ANN401
    # The dtype of the values if it holds the fill value, else one that holds both.
    dtype = values.dtype
    given = np.asarray(fill)
    if dtype.kind in "mM" and given.dtype == object:
        try:
            given = np.asarray(fill, dtype=f"{dtype.kind}8")  # a date or a duration of Python
        except (TypeError, ValueError):
            return np.dtype(object)
    if given.ndim or _family(given.dtype) != _family(dtype) or dtype.kind == "V":
        return np.dtype(object)
    if dtype.kind in "iu" and given.dtype.kind in "iu":
        limits = np.iinfo(dtype)
        return dtype if limits.min <= fill <= limits.max else np.result_type(dtype, given)
    if dtype.kind == "f" and given.dtype.kind in "iuf":
        return dtype
    both = np.result_type(dtype, given.dtype)
    # Integers that float64 does not hold stay as they are.
    is_rounded = dtype.kind in "iu" and any(values.astype(object) != values.astype(both))
    return np.dtype(object) if is_rounded else both


def _family(dtype: np.dtype[Any]) -> str:
    return "number" if dtype.kind in "iufc" else "text" if dtype.kind in "UT" else dtype.kind
