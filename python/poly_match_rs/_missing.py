"""Finds missing values in the caller's arrays, for the native module and the Python face.

A value is missing where an array is masked (NumPy), null (pyarrow, Polars) or NA (pandas), and
where an array or list of objects has None, NA, NaN or NaT. NaN in an array of floats stays NaN.
"""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    import numpy.typing as npt


def is_missing(value: object) -> bool:
    """Whether a single value is None, NaN, NaT, NA or masked."""
    if value is None:
        return True
    ma = _masked_arrays()
    if ma is not None and value is ma.masked:
        return True
    try:
        return bool(value != value)  # NaN and NaT are not equal to themselves
    except TypeError:
        return True  # pandas.NA: a comparison with it has no truth value
    except ValueError:
        return False  # an array: comparing it gives many truth values


def split(values: Any) -> tuple[npt.NDArray[Any], npt.NDArray[np.bool_] | None]:  # noqa: ANN401
    """Convert to an array, and find where values are missing.

    Parameters
    ----------
    values : array_like
        Of any dtype and shape.

    Returns
    -------
    array : numpy.ndarray
        Zero, or what NumPy has for it, where values are missing. Integers stay integers.
    mask : numpy.ndarray of bool, or None
        Where values are missing; None if they are nowhere.
    """
    mask, known = _known(values)
    if not mask.any():
        return known.reshape(mask.shape), None
    array = np.zeros(mask.shape, dtype=known.dtype)
    array[~mask] = known
    return array, mask


def filled(values: Any) -> tuple[npt.NDArray[Any], bool]:  # noqa: ANN401
    """Convert numbers to float64 with NaN where they are missing, and say whether any are.

    Anything else than numbers is returned as the array that NumPy makes of it.
    """
    array, mask = split(values)
    if mask is None or array.dtype.kind not in "iuf":
        return array, False
    array = array.astype(np.float64)
    array[mask] = np.nan
    return array, True


def without_nulls(values: Any) -> tuple[npt.NDArray[Any], npt.NDArray[np.bool_]] | None:  # noqa: ANN401
    """Take the known values out of an array of a library that has missing values of its own.

    NumPy would drop a mask, and make floats of integers where there are nulls.

    Parameters
    ----------
    values : object
        Of any type.

    Returns
    -------
    known : numpy.ndarray, shape (K,)
        The values that are not missing.
    mask : numpy.ndarray of bool
        Where values are missing. None for both if this is not such an array.
    """
    ma = _masked_arrays()
    if ma is not None and isinstance(values, ma.MaskedArray):
        mask = ma.getmaskarray(values)
        return np.asarray(values.data)[~mask], mask
    if hasattr(values, "is_null") and hasattr(values, "null_count"):  # pyarrow, Polars
        known = values.drop_null() if hasattr(values, "drop_null") else values.drop_nulls()
        return np.asarray(known), np.asarray(values.is_null())
    if hasattr(values, "isna") and not isinstance(getattr(values, "dtype", None), np.dtype):
        mask = np.asarray(values.isna())  # pandas
        if mask.ndim == 1:
            return np.asarray(values[~mask]), mask
    return None


def _masked_arrays() -> Any:  # noqa: ANN401
    # The module, if the caller has loaded it: loading it takes 30 ms.
    return sys.modules.get("numpy.ma")


def _known(values: Any) -> tuple[npt.NDArray[np.bool_], npt.NDArray[Any]]:  # noqa: ANN401
    # The mask, and the other values as an array of one dimension.
    found = without_nulls(values)
    if found is None:
        array = np.asarray(values)
        known, mask = array.ravel(), np.zeros(array.shape, dtype=bool)
    else:
        known, mask = found
    if known.dtype != object:
        return mask, known
    missing = np.fromiter(map(is_missing, known), dtype=bool, count=len(known))
    known = known[~missing]
    mask = mask.copy()
    mask[~mask] = missing
    typed = np.array(known.tolist()) if _is_plain(known) else known
    return mask, typed if typed.shape == known.shape else known


def _is_plain(objects: npt.NDArray[Any]) -> bool:
    # Whether all objects are numbers, so that NumPy can find their common type.
    return all(isinstance(value, (int, float, np.number)) for value in objects)
