"""Mappings of arrays, such as a dict of NumPy arrays."""

from __future__ import annotations

from copy import copy
from typing import TYPE_CHECKING, Any

import numpy as np
from poly_match_rs import _native
from poly_match_rs._missing import is_missing as is_null

from poly_match.tables import _families, _needs
from poly_match.tables._table import Table

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import numpy.typing as npt

    from poly_match._result import Floats, Positions
    from poly_match.tables._families import Family


class Columns(Table):
    """A mapping of names to arrays or lists of one length. A dict comes back."""

    kind = "mapping"

    def __init__(self, data: Mapping[Any, Any]) -> None:
        super().__init__({name: _column(values, name) for name, values in data.items()})
        lengths = {name: len(values) for name, values in self.data.items()}
        if len(set(lengths.values())) > 1:
            raise ValueError(f"columns must have one length, got {lengths}")

    @property
    def names(self) -> list[Any]:
        """The names of the columns, in order."""
        return list(self.data)

    def __len__(self) -> int:
        """Return the number of rows."""
        return len(next(iter(self.data.values()), ()))

    def column(self, name: Any) -> Any:  # noqa: ANN401
        """Return a column as it was given."""
        return self.data[name]

    def numbers(self, name: Any) -> Any:  # noqa: ANN401
        """Return a column of numbers; decimals become floats."""
        values = self.data[name]
        array = _array(values)
        if array.dtype != object or self.family(name) != "numbers":
            return values
        return np.array([np.nan if is_null(value) else float(value) for value in array])

    def type_name(self, name: Any) -> str:  # noqa: ANN401
        """Return the dtype."""
        values = self.data[name]
        return str(getattr(values, "dtype", type(values).__name__))

    def family(self, name: Any) -> Family:  # noqa: ANN401
        """Return what the values of a column are."""
        values = _array(self.data[name])
        is_known = values.dtype.kind != "O"
        return _families.of_dtype(values.dtype) if is_known else _families.of_objects(values)

    def labels(self, name: Any) -> Any:  # noqa: ANN401
        """Return a column of labels: dates and times as Python's."""
        values = self.data[name]
        is_time = isinstance(values, np.ndarray) and values.dtype.kind in "mM"
        return _families.of_python(values) if is_time else values

    def geometry(self, name: Any) -> Any:  # noqa: ANN401
        """Return a column of geometry objects, of WKB or WKT, or of vertices."""
        values = self.data[name]
        family = self.family(name)
        if family not in ("text", "bytes"):
            if family != "any" and _array(values).ndim == 1:
                raise self.wrong_type(name, "geometry")
            return values
        cells = [None if is_null(value) else value for value in _array(values).tolist()]
        return _native.GeometryColumn.from_cells(cells)

    def geometry_names(self) -> list[Any]:
        """Return the columns of geometry objects."""
        return [name for name, values in self.data.items() if _is_geometry(values)]

    def select(self, columns: Mapping[Any, Any]) -> Table:
        """Return these columns by their new names."""
        return Columns({new: copy(self.data[name]) for name, new in columns.items()})

    def take(self, rows: Positions | None) -> Any:  # noqa: ANN401
        """Return these rows."""
        if rows is None:
            return dict(self.data)
        return {name: _taken(values, rows) for name, values in self.data.items()}

    def with_columns(self, table: Any, columns: dict[Any, Any]) -> Any:  # noqa: ANN401
        """Return a dict with new columns."""
        return {**table, **columns}

    def integers(self, values: Positions, is_missing: npt.NDArray[np.bool_]) -> Any:  # noqa: ANN401
        """Return a masked array of int64."""
        return np.ma.array(values, mask=is_missing)

    def floats(self, values: Floats, is_missing: npt.NDArray[np.bool_]) -> Any:  # noqa: ANN401
        """Return an array of float64, NaN where it is missing."""
        return np.where(is_missing, np.nan, values)

    def to_arrow(self, names: Sequence[Any]) -> Any:  # noqa: ANN401
        """Return these columns as a table of pyarrow."""
        pa = _needs.library("pyarrow", "converting columns of a mapping")
        return pa.table({str(name): _to_arrow(pa, self.data[name]) for name in names})

    @classmethod
    def from_arrow(cls, stream: Any) -> Table:  # noqa: ANN401
        """Make a mapping of NumPy arrays, masked where integers or booleans are null."""
        pa = _needs.library("pyarrow", "converting columns to NumPy")
        table = pa.table(stream)
        return cls({name: _from_arrow(pa, table.column(name)) for name in table.column_names})


def _column(values: Any, name: Any) -> Any:  # noqa: ANN401
    if isinstance(values, (str, bytes)) or not hasattr(values, "__len__"):
        got = type(values).__name__
        raise TypeError(f"column {name!r} must be an array or a list, got {got}")
    return values


def _array(values: Any) -> npt.NDArray[Any]:  # noqa: ANN401
    # NumPy would make one type of unlike objects, and drop zeros at the end of bytes.
    return np.array(values, dtype=object) if isinstance(values, list) else np.asarray(values)


def _is_geometry(values: Any) -> bool:  # noqa: ANN401
    if not (isinstance(values, list) or getattr(values, "dtype", None) == np.dtype(object)):
        return False
    known = (value for value in values if not is_null(value))
    return hasattr(next(known, None), "__geo_interface__")


def _taken(values: Any, rows: Positions) -> Any:  # noqa: ANN401
    if isinstance(values, (list, tuple)):
        return type(values)(values[row] for row in rows.tolist())
    if hasattr(values, "iloc"):  # a Series of pandas, which [] would ask for labels
        return values.iloc[rows]
    is_of_arrow = hasattr(values, "take") and hasattr(values, "to_pylist")
    return values.take(rows) if is_of_arrow else values[rows]


def _to_arrow(pa: Any, values: Any) -> Any:  # noqa: ANN401
    if isinstance(values, np.ma.MaskedArray):
        return pa.array(values.data, mask=np.ma.getmaskarray(values))
    return pa.array(values, from_pandas=True)


def _from_arrow(pa: Any, values: Any) -> Any:  # noqa: ANN401
    kind = values.type
    if values.null_count and (pa.types.is_integer(kind) or pa.types.is_boolean(kind)):
        known = values.fill_null(False if pa.types.is_boolean(kind) else 0)
        return np.ma.array(known.to_numpy(), mask=values.is_null().to_numpy())
    return values.to_numpy()
