"""Tables, batches and streams of pyarrow, and of other libraries that export Arrow."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from poly_match_rs import _native

from poly_match.tables import _needs
from poly_match.tables._table import Family, Table

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    import numpy.typing as npt

    from poly_match._result import Floats, Positions

pa: Any = _needs.library("pyarrow", "a table of Arrow")

EXTENSION = b"ARROW:extension:name"


class Arrow(Table):
    """A Table of pyarrow."""

    kind = "pyarrow"

    @property
    def names(self) -> list[Any]:
        """The names of the columns, in order."""
        return list(self.data.schema.names)

    def __len__(self) -> int:
        """Return the number of rows."""
        return int(self.data.num_rows)

    def column(self, name: Any) -> Any:  # noqa: ANN401
        """Return a column; a dictionary as the values that it stands for."""
        column = self.data.column(name)
        return column.cast(column.type.value_type) if _is_dictionary(column.type) else column

    def numbers(self, name: Any) -> Any:  # noqa: ANN401
        """Return a column of numbers; decimals become floats."""
        column = self.column(name)
        return column.cast(pa.float64()) if pa.types.is_decimal(column.type) else column

    def type_name(self, name: Any) -> str:  # noqa: ANN401
        """Return the type."""
        return str(self.data.schema.field(name).type)

    def family(self, name: Any) -> Family:  # noqa: ANN401
        """Return what the values of a column are."""
        kind, types = self.data.schema.field(name).type, pa.types
        if _is_dictionary(kind):
            kind = kind.value_type
        if types.is_boolean(kind):
            return "booleans"
        if types.is_integer(kind) or types.is_floating(kind) or types.is_decimal(kind):
            return "numbers"
        if _is_text(kind):
            return "text"
        if _is_binary(kind):
            return "bytes"
        return "times" if types.is_temporal(kind) else "any"

    def geometry(self, name: Any) -> Any:  # noqa: ANN401
        """Return a column of WKB, WKT or GeoArrow."""
        self.check_name(name)
        try:
            return _native.GeometryColumn.from_arrow(pa.table(self.data.select([name])))
        except TypeError:
            raise self.wrong_type(name, "geometry (WKB, WKT or GeoArrow)") from None

    def geometry_names(self) -> list[Any]:
        """Return the columns of an extension type of GeoArrow."""
        return [field.name for field in self.data.schema if _is_geoarrow(field)]

    def select(self, names: Sequence[Any]) -> Table:
        """Return these columns."""
        return Arrow(pa.table(self.data.select(list(names))))

    def take(self, rows: Positions | None) -> Any:  # noqa: ANN401
        """Return these rows."""
        if rows is None:
            return self.data
        indices = pa.array(rows)
        columns = [_taken(column, indices) for column in self.data.columns]
        return type(self.data).from_arrays(columns, schema=self.data.schema)

    def with_columns(self, table: Any, columns: dict[Any, Any]) -> Any:  # noqa: ANN401
        """Return the table with new columns; its metadata is kept."""
        for name, values in columns.items():
            table = table.append_column(str(name), values)
        return table

    def integers(self, values: Positions, is_missing: npt.NDArray[np.bool_]) -> Any:  # noqa: ANN401
        """Return an array of int64."""
        return pa.array(values, mask=is_missing)

    def floats(self, values: Floats, is_missing: npt.NDArray[np.bool_]) -> Any:  # noqa: ANN401
        """Return an array of float64."""
        return pa.array(values, mask=is_missing)

    def to_arrow(self, names: Sequence[Any]) -> Any:  # noqa: ANN401
        """Return these columns."""
        return pa.table(self.data.select(list(names)))

    @classmethod
    def from_arrow(cls, stream: Any) -> Table:  # noqa: ANN401
        """Make a Table. Views of text, as Polars has them, become plain text."""
        table = pa.table(stream)
        schema = pa.schema([field.with_type(_plain(field.type)) for field in table.schema])
        return Arrow(table.cast(schema))

    @staticmethod
    def looked_up(values: Any, index: Positions) -> Any:  # noqa: ANN401
        """Return the value of each match, null where there is none."""
        return _taken(values, pa.array(index, mask=index < 0))


class Batch(Arrow):
    """A RecordBatch of pyarrow."""

    def with_columns(self, table: Any, columns: dict[Any, Any]) -> Any:  # noqa: ANN401
        """Return the batch with new columns; its metadata is kept."""
        return batch_with(table, columns)


def batch_with(batch: Any, columns: dict[Any, Any]) -> Any:  # noqa: ANN401
    """Return a RecordBatch with new columns."""
    # pyarrow 14 cannot append a column to a batch.
    arrays = [_whole(values) for values in columns.values()]
    schema = batch.schema
    for name, array in zip(columns, arrays, strict=True):
        schema = schema.append(pa.field(str(name), array.type))
    return pa.RecordBatch.from_arrays([*batch.columns, *arrays], schema=schema)


def _whole(values: Any) -> Any:  # noqa: ANN401
    # One array, where a column may have several chunks.
    if not isinstance(values, pa.ChunkedArray):
        return values
    if values.num_chunks == 1:
        return values.chunk(0)
    return pa.concat_arrays(values.chunks) if values.num_chunks else pa.array([], values.type)


class Reader(Arrow):
    """A RecordBatchReader of pyarrow: it is read batch by batch, once."""

    is_stream = True

    def __len__(self) -> int:
        """Return 0: how many rows there are is not known."""
        return 0

    def in_batches(self, function: Callable[[Table], Any]) -> Any:  # noqa: ANN401
        """Return a reader that applies a function to each batch when it is read."""
        schema = function(Batch(empty(self.data.schema))).schema
        return pa.RecordBatchReader.from_batches(schema, each(self.data, function))

    def materialized(self) -> Table:
        """Return the Table of all batches."""
        return Arrow(self.data.read_all())


def empty(schema: Any) -> Any:  # noqa: ANN401 - of pyarrow
    """Return a RecordBatch without rows."""
    arrays = [pa.array([], field.type) for field in schema]
    return pa.RecordBatch.from_arrays(arrays, schema=schema)


def each(batches: Iterable[Any], function: Callable[[Table], Any]) -> Iterator[Any]:
    """Apply a function to each RecordBatch. An error says where its batch starts."""
    start = 0
    for batch in batches:
        try:
            yield function(Batch(batch))
        except (ValueError, TypeError) as error:
            if not start:
                raise
            message = f"in the batch that starts with row {start}: {error}"
            raise type(error)(message) from error
        start += batch.num_rows


class Foreign(Arrow):
    """A table of another library, which exports it as a stream of Arrow. A Table comes back."""

    def __init__(self, data: Any) -> None:  # noqa: ANN401
        super().__init__(pa.table(data))


# Types of which pyarrow cannot take values, and those of the same values.
_VIEWS = {"string_view": pa.large_string(), "binary_view": pa.large_binary()}


def _taken(values: Any, indices: Any) -> Any:  # noqa: ANN401 - arrays of pyarrow
    plain = _plain(values.type)
    if plain == values.type:
        return values.take(indices)
    return values.cast(plain).take(indices).cast(values.type)


def _plain(kind: Any) -> Any:  # noqa: ANN401 - types of pyarrow
    if _is_dictionary(kind):
        return pa.dictionary(kind.index_type, _plain(kind.value_type), kind.ordered)
    return _VIEWS.get(str(kind), kind)


def _is_dictionary(kind: Any) -> bool:  # noqa: ANN401 - a type of pyarrow
    return bool(pa.types.is_dictionary(kind))


def _is_text(kind: Any) -> bool:  # noqa: ANN401 - a type of pyarrow
    return str(kind) in ("string", "large_string", "string_view")


def _is_binary(kind: Any) -> bool:  # noqa: ANN401 - a type of pyarrow
    return str(kind) in ("binary", "large_binary", "binary_view")


def _is_geoarrow(field: Any) -> bool:  # noqa: ANN401 - a field of pyarrow
    name = getattr(field.type, "extension_name", None)  # if the type is registered
    if name is None:
        name = (field.metadata or {}).get(EXTENSION, b"").decode()
    return bool(name.startswith("geoarrow.") or name == "ogc.wkb")
