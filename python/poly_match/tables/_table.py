"""What a join asks of a table, whatever library it is of."""

from __future__ import annotations

from abc import ABC, abstractmethod
from difflib import get_close_matches
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np
from poly_match_rs import _native

from poly_match._lookup import lookup

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    import numpy.typing as npt

    from poly_match._result import Floats, Positions
    from poly_match.tables._families import Family

# The name under which the labels of rows are kept: pandas' own for an index as a column of Arrow.
LABELS = "__index_level_0__"

# Most names of columns in a message.
MOST_NAMES = 12


class NotTable(Exception):  # noqa: N818 - the caller says what it expected
    """Raised for data that looks like a table of some library, and is none."""


class Table(ABC):
    """A table of one library.

    Parameters
    ----------
    data : object
        The caller's table, which is never changed.

    Attributes
    ----------
    side : str
        What the table is, for error messages: "points" or "polygons".
    """

    # Tables of one kind can take each other's columns.
    kind: ClassVar[str]
    # Whether it is matched batch by batch, while it is read.
    is_stream: ClassVar[bool] = False

    side: str = "points"

    def __init__(self, data: Any) -> None:  # noqa: ANN401 - of any library
        self.data = data

    @property
    @abstractmethod
    def names(self) -> list[Any]:
        """The names of the columns, in order."""

    @abstractmethod
    def __len__(self) -> int:
        """Return the number of rows."""

    @abstractmethod
    def column(self, name: Any) -> Any:  # noqa: ANN401 - a name and an array of the library
        """Return a column in the library's own array."""

    @abstractmethod
    def type_name(self, name: Any) -> str:  # noqa: ANN401
        """Return what the library calls the type of a column."""

    @abstractmethod
    def family(self, name: Any) -> Family:  # noqa: ANN401
        """Return what the values of a column are."""

    def labels(self, name: Any) -> Any:  # noqa: ANN401
        """Return a column of labels, which are equal to those of other libraries."""
        return self.column(name)

    @abstractmethod
    def geometry(self, name: Any) -> Any:  # noqa: ANN401
        """Return a column of geometry as a matcher reads it: objects, or a native column."""

    @abstractmethod
    def geometry_names(self) -> list[Any]:
        """Return the names of the columns that are geometry by their type."""

    def active_geometry(self) -> Any | None:  # noqa: ANN401
        """Return the name of the geometry column that the table itself calls its geometry."""
        return None

    @abstractmethod
    def select(self, columns: Mapping[Any, Any]) -> Table:
        """Return a table of the columns that are keys, with the labels of its rows, to be kept.

        The values are the new names.
        """

    @abstractmethod
    def take(self, rows: Positions | None) -> Any:  # noqa: ANN401 - the library's table
        """Return these rows of the table, in the order of their positions; None takes all."""

    @abstractmethod
    def with_columns(self, table: Any, columns: dict[Any, Any]) -> Any:  # noqa: ANN401
        """Return the library's `table` with new columns at its end."""

    @abstractmethod
    def integers(self, values: Positions, is_missing: npt.NDArray[np.bool_]) -> Any:  # noqa: ANN401
        """Return a column of int64 that may be null."""

    @abstractmethod
    def floats(self, values: Floats, is_missing: npt.NDArray[np.bool_]) -> Any:  # noqa: ANN401
        """Return a column of float64 that may be null."""

    @abstractmethod
    def to_arrow(self, names: Sequence[Any]) -> Any:  # noqa: ANN401
        """Return these columns as an object with ``__arrow_c_stream__``."""

    @classmethod
    @abstractmethod
    def from_arrow(cls, stream: Any) -> Table:  # noqa: ANN401
        """Make a table of this kind from an object with ``__arrow_c_stream__``."""

    def numbers(self, name: Any) -> Any:  # noqa: ANN401
        """Return a column that should hold numbers, in an array that NumPy reads."""
        return self.column(name)

    def materialized(self) -> Table:
        """Return a table that can be read more than once, and not in batches alone."""
        return self

    def in_batches(self, function: Callable[[Table], Any]) -> Any:  # noqa: ANN401
        """Apply a function to each batch of a stream, and return the stream of the results."""
        raise NotImplementedError

    def check_name(self, name: Any) -> None:  # noqa: ANN401
        """Refuse the name of a column that is not there."""
        names = self.names
        if name not in names:
            raise ValueError(f"{self.side} have no column {name!r}: {known(name, names)}")
        if names.count(name) > 1:
            raise ValueError(f"{self.side} have {names.count(name)} columns {name!r}")

    def read_numbers(self, name: Any) -> Floats:  # noqa: ANN401
        """Read a column of numbers as float64, NaN where they are missing."""
        self.check_name(name)
        if not len(self) and self.family(name) not in ("numbers", "booleans", "any"):
            raise self.wrong_type(name, "numbers")  # no value would tell
        values = self.numbers(name)
        if not isinstance(values, np.ma.MaskedArray):
            array = np.asarray(values)
            if array.dtype == np.float64 and array.ndim == 1:
                # Usually without a copy; nulls are NaN. Dask sends arrays that are misaligned.
                return np.require(array, requirements=["C_CONTIGUOUS", "ALIGNED"])
        try:
            return _native.read_numbers(values, f"column {name!r}")
        except (TypeError, ValueError):
            raise self.wrong_type(name, "numbers") from None

    def wrong_type(self, name: Any, expected: str) -> TypeError:  # noqa: ANN401
        """Return the error for a column that does not hold what is expected."""
        got = self.type_name(name)
        some = next((value for value in _head(self.column(name)) if value is not None), None)
        such = "" if some is None else f", such as {_short(some)}"
        return TypeError(f"column {name!r} of {self.side} must hold {expected}, got {got}{such}")

    def values(self, name: Any) -> Any:  # noqa: ANN401
        """Return a column for `looked_up`, of any table of this kind."""
        return self.column(name)

    @staticmethod
    def looked_up(columns: Sequence[Any], index: Positions) -> list[Any]:
        """Return the values of each match, null where there is none, for `with_columns`."""
        return [lookup(values, index, len(values), None) for values in columns]


def known(name: Any, names: Sequence[Any]) -> str:  # noqa: ANN401
    """Say which columns there are, and which of them are close to a name."""
    texts = [str(one) for one in names]
    close = get_close_matches(str(name), texts, n=3, cutoff=0.6)
    if not close:  # another case, or a part of it
        close = [text for text in texts if str(name).casefold() in text.casefold()][:3]
    start = f"did you mean {' or '.join(map(repr, close))}? There" if close else "there"
    shown = ", ".join(repr(one) for one in names[:MOST_NAMES])
    more = f" and {len(names) - MOST_NAMES} others" if len(names) > MOST_NAMES else ""
    return f"{start} are {shown}{more}" if names else f"{start} are none"


def _head(values: Any) -> list[Any]:  # noqa: ANN401
    # Some values of a column, for messages.
    some = values.iloc[:20] if hasattr(values, "iloc") else values[:20]
    for method in ("to_pylist", "to_list", "tolist"):
        if hasattr(some, method):
            return list(getattr(some, method)())
    return list(some)


def _short(value: object) -> str:
    text = repr(value)
    return text if len(text) <= 40 else f"{text[:37]}..."
