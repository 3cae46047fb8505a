"""Labels of groups, of polygons and of points, as the numbers that the core knows groups by.

Labels are equal as Python has it, by hash and ``==``. A missing one (None, NaN, NaT, NA) is equal
to none, not even to another missing one.
"""

from __future__ import annotations

import reprlib
import sys
import warnings
from collections.abc import Iterable, Mapping, Set
from numbers import Number
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt

Codes: TypeAlias = npt.NDArray[np.uint32]
Integers: TypeAlias = npt.NDArray[np.int64]

PACKAGE = __name__.partition(".")[0]

# The number of no group.
NOWHERE = np.iinfo(np.uint32).max

# Labels within so many of each other, or as many as there are points, are looked up in a table.
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
        The number of each polygon's group. Those without a label are a group that no point is in.
    """

    _numbers: dict[Any, int]
    # The labels in order, where they are integers that rise.
    _sorted: Integers | None

    def __init__(self, labels: npt.ArrayLike | Iterable[Any]) -> None:
        values = _values(labels)
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

    def of_points(self, labels: npt.ArrayLike | Iterable[Any]) -> Codes:
        """Give the labels of points the numbers that those of the polygons have.

        Parameters
        ----------
        labels : array_like or iterable of hashable, length N
            One for each point.

        Returns
        -------
        numpy.ndarray of uint32, shape (N,)
            `NOWHERE` for a label that no polygon has, and for a missing one.

        Warns
        -----
        UserWarning
            Where no label could be equal to one of the polygons', as 7 and ``"7"`` are not.
        """
        values = _values(labels)
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
        if len(codes) and codes[0] == codes.min() == NOWHERE:
            # Integers are all of one kind.
            some = values[:1].tolist() if isinstance(values, np.ndarray) else values
            self._warn_of_other_kinds(some)
        return codes

    def different(self) -> list[Any]:
        # In the order of their numbers.
        return list(self._numbers)

    @classmethod
    def numbered(cls, different: list[Any]) -> Labels:
        # What was taken apart by the one above. Codes are for building alone.
        labels = cls.__new__(cls)
        labels._set(different)
        labels.codes = np.empty(0, dtype=np.uint32)
        return labels

    def _set(self, different: list[Any]) -> None:
        self._numbers = {label: number for number, label in enumerate(different)}
        self._sorted = _rising(different)

    def _warn_of_other_kinds(self, labels: list[Any]) -> None:
        # Only a hint: the answer is right, but hardly meant. It may depend on the batch.
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
            stacklevel=_of_the_caller(),
        )

    def __len__(self) -> int:
        return len(self._numbers)


def numbered(
    groups: npt.ArrayLike | Iterable[Any] | None,
) -> tuple[Labels | None, Codes | None]:
    """Give the labels of polygons a number each, where they have any.

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


def _values(labels: npt.ArrayLike | Iterable[Any]) -> Integers | list[Any]:
    # An array where they are integers of an array, and otherwise the objects themselves.
    if isinstance(labels, (str, bytes, Mapping, Set)) or not isinstance(labels, Iterable):
        got = type(labels).__name__
        raise TypeError(f"groups must be a sequence of labels, got {got}")
    if not hasattr(labels, "__array__"):
        return list(labels)
    array = np.asarray(labels)
    if array.ndim != 1:
        raise ValueError(f"groups must be one-dimensional, got shape {array.shape}")
    if array.dtype.kind in "iu" and array.dtype != np.uint64:
        return array.astype(np.int64)
    # Dates stay what they are: of some, Python's own objects would be bare numbers.
    return list(array) if array.dtype.kind in "mM" else array.tolist()


def _look_up(numbers: dict[Any, int], labels: list[Any]) -> Codes:
    number = numbers.get
    return np.array([number(label, NOWHERE) for label in labels], dtype=np.uint32)


def _among(known: Integers, labels: Integers) -> Codes:
    # The place of each label among the known ones, which are sorted.
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


def is_missing(label: object) -> bool:
    if label is None:
        return True
    try:
        return bool(label != label)  # NaN and NaT are not equal to themselves
    except TypeError:
        return True  # pandas.NA, of which nobody can say what it is equal to


def _check_hashable(labels: list[Any], of: str) -> None:
    for position, label in enumerate(labels):
        try:
            hash(label)
        except TypeError:  # noqa: PERF203 - this looks for the one that it is raised by
            got = type(label).__name__
            message = f"the group of {of} {position} must be hashable, got {got}"
            raise TypeError(message) from None


def _rising(labels: list[Any]) -> Integers | None:
    # Only of integers themselves: what else is equal to one may be equal to more.
    if not labels or set(map(type, labels)) != {int}:
        return None
    try:
        array = np.array(labels, dtype=np.int64)
    except OverflowError:
        return None
    return array if bool((array[1:] > array[:-1]).all()) else None


def _kind(label: type) -> str:
    # Labels of different kinds are hardly ever equal.
    if issubclass(label, (str, bytes)):
        return "str" if issubclass(label, str) else "bytes"
    return "number" if issubclass(label, (Number, np.bool_)) else "object"


def _shown(label: object) -> str:
    return f"{reprlib.repr(label)} ({type(label).__name__})"


def _of_the_caller() -> int:
    # The `stacklevel` of a warning that this function's caller makes, for who called the package.
    level, frame = 1, sys._getframe(1)
    while frame.f_back and frame.f_globals.get("__name__", "").partition(".")[0] == PACKAGE:
        level, frame = level + 1, frame.f_back
    return level
