"""Turns group labels of polygons and points into group numbers for the core.

Labels are compared as in a dict, by hash and ``==``. A missing label (None, NaN, NaT, NA, masked)
equals no other, not even another missing one. A point whose label is missing is invalid.
"""

from __future__ import annotations

import reprlib
import warnings
from collections.abc import Iterable, Mapping, Set
from itertools import compress, repeat
from numbers import Number
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt
from poly_match_rs._caller import of_the_caller
from poly_match_rs._missing import is_missing, without_nulls

Codes: TypeAlias = npt.NDArray[np.uint32]
Integers: TypeAlias = npt.NDArray[np.int64]

# The number for "no group".
NOWHERE = np.iinfo(np.uint32).max

# Types of labels that are never missing.
KNOWN = {str, bytes, int, bool, tuple}

# Integer labels are looked up in a table if their range is below this or the number of points.
TABLE = 1 << 16


class Labels:
    """The labels of polygons, numbered.

    Parameters
    ----------
    labels : array_like or iterable of hashable, length M
        One for each polygon.

    Attributes
    ----------
    codes : numpy.ndarray of uint32, shape (M,)
        The group number of each polygon. Polygons without a label get a group that no point has.
    """

    _numbers: dict[Any, int]
    # The labels as an array, if they are integers in increasing order.
    _sorted: Integers | None

    def __init__(self, labels: npt.ArrayLike | Iterable[Any]) -> None:
        values = _values(labels, "groups")
        self.codes: Codes
        if isinstance(values, np.ndarray):
            different, codes = np.unique(values, return_inverse=True)
            self._set(different.tolist())
            self.codes = codes.astype(np.uint32)
        else:
            try:
                self._set([label for label in dict.fromkeys(values) if not is_missing(label)])
            except TypeError:
                _check_hashable(values, "polygon")
                raise
            self.codes = _look_up(self._numbers, values)
            self.codes[self.codes == NOWHERE] = len(self)

    def of_points(self, labels: npt.ArrayLike | Iterable[Any], may_miss: bool) -> Codes:
        """Look up the group number of each point by its label.

        Parameters
        ----------
        labels : array_like or iterable of hashable, length N
            One for each point.
        may_miss : bool
            Whether labels may be missing.

        Returns
        -------
        numpy.ndarray of uint32, shape (N,)
            `NOWHERE` for a label that no polygon has, and for a missing label.

        Raises
        ------
        ValueError
            If a label is missing and may not be; the message names the position of its point.

        Warns
        -----
        UserWarning
            If no label can equal any label of the polygons, as with 7 and ``"7"``.
        """
        values = _values(labels, "point_groups")
        if isinstance(values, np.ndarray) and self._sorted is not None:
            codes = _among(self._sorted, values)
        else:
            if isinstance(values, np.ndarray):
                values = values.tolist()
            try:
                codes = _look_up(self._numbers, values)
            except TypeError:
                _check_hashable(values, "point")
                raise
            if not may_miss:
                _check_known(values, codes)
        if len(codes) and codes[0] == codes.min() == NOWHERE:
            # All integers are of one kind, so the first stands for all.
            some = values[:1].tolist() if isinstance(values, np.ndarray) else values
            self._warn_of_other_kinds(some)
        return codes

    def different(self) -> list[Any]:
        # The distinct labels, in the order of their numbers.
        return list(self._numbers)

    @classmethod
    def numbered(cls, different: list[Any]) -> Labels:
        # The inverse of `different`. It has no codes: they are used only to build a matcher.
        labels = cls.__new__(cls)
        labels._set(different)
        labels.codes = np.empty(0, dtype=np.uint32)
        return labels

    def _set(self, different: list[Any]) -> None:
        self._numbers = {label: number for number, label in enumerate(different)}
        self._sorted = _rising(different)

    def _warn_of_other_kinds(self, labels: list[Any]) -> None:
        # Only a hint: the answer is right, but probably not what the caller meant.
        known = {_kind(type(label)) for label in self._numbers}
        other: object = None
        for label in labels:
            if not is_missing(label):
                if _kind(type(label)) in known:
                    return
                other = label if other is None else other
        if not known or other is None:
            return
        warnings.warn(
            "no point has a label that is equal to one of the polygons': they have labels such as "
            f"{_shown(next(iter(self._numbers)))}, and the points such as {_shown(other)}",
            stacklevel=of_the_caller(),
        )

    def __len__(self) -> int:
        return len(self._numbers)


def numbered(
    groups: npt.ArrayLike | Iterable[Any] | None,
) -> tuple[Labels | None, Codes | None]:
    """Give each label of the polygons a number, if there are labels.

    Parameters
    ----------
    groups : array_like or iterable of hashable, length M, optional
        A label for each polygon.

    Returns
    -------
    tuple of Labels and numpy.ndarray of uint32, shape (M,)
        The labels and their numbers, or None twice.
    """
    if groups is None:
        return None, None
    labels = Labels(groups)
    return labels, labels.codes


def _values(labels: npt.ArrayLike | Iterable[Any], name: str) -> Integers | list[Any]:
    # An int64 array if the labels are an integer array, else a list of the objects. `name` is used
    # in error messages.
    if isinstance(labels, (str, bytes, Mapping, Set)) or not isinstance(labels, Iterable):
        got = type(labels).__name__
        raise TypeError(f"{name} must be a sequence of labels, got {got}")
    if not hasattr(labels, "__array__"):
        return list(labels)
    known = without_nulls(labels)
    array, mask = (np.asarray(labels), None) if known is None else known
    shape = array.shape if mask is None else mask.shape
    if len(shape) != 1:
        raise ValueError(f"{name} must be one-dimensional, got shape {shape}")
    is_whole = mask is None or not mask.any()
    if is_whole and array.dtype.kind in "iu" and array.dtype != np.uint64:
        return array.astype(np.int64)
    # Dates keep their NumPy type: `tolist` turns some of them into bare integers.
    values = list(array) if array.dtype.kind in "mM" else array.tolist()
    if mask is None or is_whole:
        return values
    those = iter(values)
    return [None if is_null else next(those) for is_null in mask.tolist()]


def _look_up(numbers: dict[Any, int], labels: list[Any]) -> Codes:
    found = map(numbers.get, labels, repeat(NOWHERE))
    return np.fromiter(found, dtype=np.uint32, count=len(labels))


def _among(known: Integers, labels: Integers) -> Codes:
    # The index of each label in `known`, which is sorted; NOWHERE if it is not there.
    if not len(known):
        return np.full(len(labels), NOWHERE, dtype=np.uint32)
    least, most = int(known[0]), int(known[-1])
    if most - least < max(TABLE, len(labels)):
        table = np.full(most - least + 2, NOWHERE, dtype=np.uint32)
        table[known - least] = np.arange(len(known), dtype=np.uint32)
        inside = (labels >= least) & (labels <= most)
        return table[np.where(inside, labels - least, -1)]
    places = np.searchsorted(known, labels)
    places[places == len(known)] = 0
    return np.where(known[places] == labels, places, NOWHERE).astype(np.uint32)


def _check_known(labels: list[Any], codes: Codes) -> None:
    # A missing label has no number. Most labels are of types that cannot be missing.
    is_unmatched = codes == NOWHERE
    if not is_unmatched.any():
        return
    if set(map(type, compress(labels, is_unmatched.tobytes()))) <= KNOWN:
        return
    for position in np.flatnonzero(is_unmatched).tolist():
        if is_missing(labels[position]):
            raise ValueError(f"the label of point {position} is missing, got {labels[position]!r}")


def _check_hashable(labels: list[Any], of: str) -> None:
    for position, label in enumerate(labels):
        try:
            hash(label)
        except TypeError:  # noqa: PERF203 - the loop looks for the label that raises
            got = type(label).__name__
            message = f"the group of {of} {position} must be hashable, got {got}"
            raise TypeError(message) from None


def _rising(labels: list[Any]) -> Integers | None:
    # Only for plain ints: an object of another type may equal several of them.
    if not labels or set(map(type, labels)) != {int}:
        return None
    try:
        array = np.array(labels, dtype=np.int64)
    except OverflowError:
        return None
    return array if bool((array[1:] > array[:-1]).all()) else None


def _kind(label: type) -> str:
    # Labels of different kinds are almost never equal.
    if issubclass(label, (str, bytes)):
        return "str" if issubclass(label, str) else "bytes"
    return "number" if issubclass(label, (Number, np.bool_)) else "object"


def _shown(label: object) -> str:
    return f"{reprlib.repr(label)} ({type(label).__name__})"
