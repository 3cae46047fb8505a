"""What the values of columns are, and labels that are equal in all libraries.

Libraries disagree on dates and times: pandas gives Timestamps, NumPy integers of nanoseconds, and
Polars drops the nanoseconds. As labels, they all become the dates and times of Python.
"""

from __future__ import annotations

import datetime
import numbers
from itertools import compress
from typing import TYPE_CHECKING, Any, Literal, TypeAlias

import numpy as np
from poly_match_rs._missing import is_missing

if TYPE_CHECKING:
    from collections.abc import Iterable

    import numpy.typing as npt

# Values of two families are never equal. "any" is not known.
Family: TypeAlias = Literal[
    "numbers",
    "booleans",
    "text",
    "bytes",
    "dates",
    "datetimes",
    "datetimes with a zone",
    "durations",
    "times of day",
    "any",
]

_OF_KINDS: dict[str, Family] = {
    "b": "booleans",
    "i": "numbers",
    "u": "numbers",
    "f": "numbers",
    "U": "text",
    "T": "text",
    "S": "bytes",
    "m": "durations",
}

# The types of most objects in columns; none of them is ever missing.
_OF_TYPES: dict[type, Family] = {
    str: "text",
    bytes: "bytes",
    bool: "booleans",
    int: "numbers",
    datetime.date: "dates",
    datetime.time: "times of day",
    datetime.timedelta: "durations",
}


def of_dtype(dtype: np.dtype[Any]) -> Family:
    """Return what the values of an array are, by its dtype. Dates have a unit of days or more."""
    if dtype.kind == "M":
        return "dates" if np.datetime_data(dtype)[0] in ("Y", "M", "W", "D") else "datetimes"
    return _OF_KINDS.get(dtype.kind, "any")


def of_objects(values: Iterable[object]) -> Family:
    """Return what objects are, if all that are not missing are of one family."""
    values = list(values)
    types = set(map(type, values))
    families = {_OF_TYPES[one] for one in types if one in _OF_TYPES}
    if not types <= _OF_TYPES.keys():
        others = (value for value in values if type(value) not in _OF_TYPES)
        families |= {_of_object(value) for value in others if not is_missing(value)}
    return families.pop() if len(families) == 1 else "any"


def _of_object(value: object) -> Family:
    if isinstance(value, np.generic):
        return of_dtype(value.dtype)
    if isinstance(value, datetime.datetime):
        return "datetimes" if value.tzinfo is None else "datetimes with a zone"
    if isinstance(value, numbers.Number):  # decimals and fractions, too
        return "numbers"
    return next((_OF_TYPES[one] for one in _OF_TYPES if isinstance(value, one)), "any")


def of_python(values: npt.NDArray[Any], zone: datetime.tzinfo | None = None) -> list[Any]:
    """Return the labels for dates, datetimes or durations of NumPy; None for NaT.

    A value with nanoseconds, which Python's types do not have, becomes a pair.
    """
    if of_dtype(values.dtype) == "dates":
        return list(values.astype("M8[D]").tolist())
    rounded: npt.NDArray[Any] = values.astype(f"{values.dtype.kind}8[us]")
    labels: list[Any] = rounded.tolist()
    if zone is not None:
        labels = [None if one is None else one.replace(tzinfo=zone) for one in labels]
    has_more = (rounded != values) & ~np.isnat(values)
    if has_more.any():
        rest = (values - rounded).astype(np.int64)
        for i in compress(range(len(labels)), has_more.tolist()):
            labels[i] = labels[i], int(rest[i])
    return labels
