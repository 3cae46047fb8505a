"""Finds missing values in the caller's arrays, for the native module and the Python face.

A value is missing where an array is masked (NumPy), null (pyarrow, Polars) or NA (pandas), and where
an array or list of objects has None, NA, NaN or NaT. NaN in an array of floats is left as it is.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    import numpy.typing as npt


def is_missing(value: object) -> bool:
    """Whether a single value is None, NaN, NaT, NA or masked."""
    if value is None or value is np.ma.masked:
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


def _known(values: Any) -> tuple[npt.NDArray[np.bool_], npt.NDArray[Any]]:  # noqa: ANN401
    # The mask, and the other values as an array of one dimension.
    if isinstance(values, np.ma.MaskedArray):
        mask, array = np.ma.getmaskarray(values), np.asarray(values.data)
    elif hasattr(values, "is_null") and hasattr(values, "null_count"):
        # pyarrow and Polars. NumPy would make floats of integers that have nulls.
        known = values.drop_null() if hasattr(values, "drop_null") else values.drop_nulls()
        return np.asarray(values.is_null()), np.asarray(known)
    else:
        array = np.asarray(values)
        mask = np.zeros(array.shape, dtype=bool)
    if array.dtype != object:
        return mask, array[~mask]
    mask = mask | np.array([is_missing(value) for value in array.flat], dtype=bool).reshape(
        array.shape
    )
    objects = array[~mask]
    typed = np.array(objects.tolist()) if _is_plain(objects) else objects
    return mask, typed if typed.shape == objects.shape else objects


def _is_plain(objects: npt.NDArray[Any]) -> bool:
    # Whether all objects are numbers, so that NumPy can find their common type.
    return all(isinstance(value, (int, float, np.number)) for value in objects)
