"""Tables, batches and streams of pyarrow, and of other libraries that export Arrow."""

from __future__ import annotations

from datetime import timezone
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
from poly_match_rs import _native

from poly_match._streams import reader, telling
from poly_match.tables import _families, _needs
from poly_match.tables._table import NotTable, Table

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

    import numpy.typing as npt

    from poly_match._result import Floats, Positions
    from poly_match.tables._families import Family

pa: Any = _needs.library("pyarrow", "a table of Arrow")

EXTENSION = b"ARROW:extension:name"

# Where a field of a saved matcher has the dtype of pandas.
DTYPE = b"poly_match:pandas"


class Looked(NamedTuple):
    """A column of polygons with its field, whose metadata may say what the values are."""

    field: Any
    column: Any


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
        return floats_of(column) if pa.types.is_decimal(column.type) else column

    def type_name(self, name: Any) -> str:  # noqa: ANN401
        """Return the type."""
        return str(self.data.schema.field(name).type)

    def family(self, name: Any) -> Family:  # noqa: ANN401
        """Return what the values of a column are."""
        return family(self.data.schema.field(name).type)

    def labels(self, name: Any) -> Any:  # noqa: ANN401
        """Return a column of labels: dates and times as Python's."""
        return labels(self.column(name))

    def geometry(self, name: Any) -> Any:  # noqa: ANN401
        """Return a column of WKB, WKT or GeoArrow."""
        self.check_name(name)
        try:
            return _native.GeometryColumn.from_arrow(self.to_arrow([name]))
        except TypeError:
            raise self.wrong_type(name, "geometry (WKB, WKT or GeoArrow)") from None

    def geometry_names(self) -> list[Any]:
        """Return the columns of an extension type of GeoArrow."""
        return [field.name for field in self.data.schema if is_geoarrow(field)]

    def select(self, columns: Mapping[Any, Any]) -> Table:
        """Return these columns by their new names."""
        return Arrow(self.to_arrow(list(columns)).rename_columns(list(columns.values())))

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
            table = table.append_column(*field_of(name, values))
        return table

    def integers(self, values: Positions, is_missing: npt.NDArray[np.bool_]) -> Any:  # noqa: ANN401
        """Return an array of int64."""
        return _nullable(pa.int64(), values, is_missing)

    def floats(self, values: Floats, is_missing: npt.NDArray[np.bool_]) -> Any:  # noqa: ANN401
        """Return an array of float64."""
        return _nullable(pa.float64(), values, is_missing)

    def to_arrow(self, names: Sequence[Any]) -> Any:  # noqa: ANN401
        """Return these columns, as a Table."""
        selected = self.data.select(list(names))
        is_table = isinstance(selected, pa.Table)
        return selected if is_table else pa.Table.from_batches([selected])

    @classmethod
    def from_arrow(cls, stream: Any) -> Table:  # noqa: ANN401
        """Make a Table. Views of text, as Polars has them, become plain text."""
        table = pa.table(stream)
        fields = []
        for field in table.schema:
            metadata = {k: v for k, v in (field.metadata or {}).items() if k != DTYPE}
            fields.append(field.with_type(_plain(field.type)).with_metadata(metadata))
        return Arrow(table.cast(pa.schema(fields)))

    def row(self, position: int) -> dict[str, Any]:
        """Return the values of a row, for messages; none if there is no such row."""
        rows: list[dict[str, Any]] = self.data.slice(position, 1).to_pylist()
        return rows[0] if rows else {}

    def values(self, name: Any) -> Looked:  # noqa: ANN401
        """Return a column with its field."""
        return Looked(self.data.schema.field(name), self.data.column(name))

    @staticmethod
    def looked_up(columns: Sequence[Looked], index: Positions) -> list[Looked]:
        """Return the values of each match, null where there is none, with their fields."""
        rows = pa.array(index, mask=index < 0)
        return [
            Looked(values.field.with_nullable(True), _taken(values.column, rows))
            for values in columns
        ]


def floats_of(decimals: Any) -> Any:  # noqa: ANN401 - arrays of pyarrow
    """Return the floats that are closest to decimals. A cast of pyarrow's is off by one bit."""
    return decimals.cast(pa.string()).cast(pa.float64())


class Batch(Arrow):
    """A RecordBatch of pyarrow."""

    def with_columns(self, table: Any, columns: dict[Any, Any]) -> Any:  # noqa: ANN401
        """Return the batch with new columns; its metadata is kept."""
        return batch_with(table, columns)


def batch_with(batch: Any, columns: dict[Any, Any]) -> Any:  # noqa: ANN401
    """Return a RecordBatch with new columns."""
    # pyarrow 14 cannot append a column to a batch.
    schema, arrays = batch.schema, batch.columns
    for name, values in columns.items():
        field, column = field_of(name, values)
        schema = schema.append(field)
        arrays.append(whole(column))
    return pa.RecordBatch.from_arrays(arrays, schema=schema)


def field_of(name: Any, values: Any) -> tuple[Any, Any]:  # noqa: ANN401 - of pyarrow
    # The field of a new column, and its values.
    if isinstance(values, Looked):
        return values.field.with_name(str(name)), values.column
    return pa.field(str(name), values.type), values


def whole(values: Any) -> Any:  # noqa: ANN401
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
        with telling(start):
            matched = function(Batch(batch))
        yield matched
        start += batch.num_rows


class Foreign(Arrow):
    """A table of another library, which exports it as a stream of Arrow. A Table comes back."""

    def __init__(self, data: Any) -> None:  # noqa: ANN401
        try:
            batches = reader(data)
        except (pa.ArrowInvalid, pa.ArrowTypeError):
            raise NotTable from None
        super().__init__(batches.read_all())


def family(kind: Any) -> Family:  # noqa: ANN401 - a type of pyarrow
    """Return what the values of a type are."""
    types = pa.types
    if _is_dictionary(kind):
        return family(kind.value_type)
    if types.is_timestamp(kind):
        return "datetimes" if kind.tz is None else "datetimes with a zone"
    if types.is_integer(kind) or types.is_floating(kind) or types.is_decimal(kind):
        return "numbers"
    if _is_text(kind):
        return "text"
    if _is_binary(kind):
        return "bytes"
    if types.is_boolean(kind):
        return "booleans"
    if types.is_date(kind):
        return "dates"
    if types.is_duration(kind):
        return "durations"
    return "times of day" if types.is_time(kind) else "any"


def labels(column: Any) -> Any:  # noqa: ANN401 - of pyarrow
    """Return a column of labels: dates and times as Python's."""
    kind, types = column.type, pa.types
    if types.is_timestamp(kind):
        zone = None if kind.tz is None else timezone.utc
        moments = column.cast(pa.timestamp(kind.unit)).to_numpy(zero_copy_only=False)
        return _families.of_python(moments, zone)
    if types.is_duration(kind):
        return _families.of_python(column.to_numpy(zero_copy_only=False))
    return column.to_pylist() if types.is_temporal(kind) else column


def _nullable(kind: Any, values: npt.NDArray[Any], is_missing: npt.NDArray[np.bool_]) -> Any:  # noqa: ANN401
    # `pyarrow.array` with a mask copies the values.
    is_valid = pa.py_buffer(np.packbits(~is_missing, bitorder="little"))
    data = pa.py_buffer(np.ascontiguousarray(values))
    return pa.Array.from_buffers(kind, len(values), [is_valid, data])


# Types of which pyarrow cannot take values, and those of the same values.
_VIEWS = {"string_view": pa.large_string(), "binary_view": pa.large_binary()}


def _taken(values: Any, indices: Any) -> Any:  # noqa: ANN401 - arrays of pyarrow
    if str(values.type) == "month_day_nano_interval":
        # pyarrow 14 takes nulls of these.
        return _viewed(_viewed(values, pa.binary(16)).take(indices), values.type)
    plain = _plain(values.type)
    if plain == values.type:
        return values.take(indices)
    return values.cast(plain).take(indices).cast(values.type)


def _viewed(values: Any, kind: Any) -> Any:  # noqa: ANN401 - an array and a type of pyarrow
    if not isinstance(values, pa.ChunkedArray):
        return values.view(kind)
    return pa.chunked_array([chunk.view(kind) for chunk in values.chunks], kind)


def _plain(kind: Any) -> Any:  # noqa: ANN401 - types of pyarrow
    # The type without views, in lists and structs too.
    types = pa.types
    if types.is_dictionary(kind):
        return pa.dictionary(kind.index_type, _plain(kind.value_type), kind.ordered)
    if types.is_struct(kind):
        fields = [kind.field(i) for i in range(kind.num_fields)]
        return pa.struct([field.with_type(_plain(field.type)) for field in fields])
    if type(kind) in (pa.ListType, pa.LargeListType, pa.FixedSizeListType):
        field = kind.value_field
        inner = field.with_type(_plain(field.type))
        if types.is_fixed_size_list(kind):
            return pa.list_(inner, kind.list_size)
        return pa.large_list(inner) if types.is_large_list(kind) else pa.list_(inner)
    return _VIEWS.get(str(kind), kind)


def _is_dictionary(kind: Any) -> bool:  # noqa: ANN401 - a type of pyarrow
    return bool(pa.types.is_dictionary(kind))


def _is_text(kind: Any) -> bool:  # noqa: ANN401 - a type of pyarrow
    return str(kind) in ("string", "large_string", "string_view")


def _is_binary(kind: Any) -> bool:  # noqa: ANN401 - a type of pyarrow
    return str(kind) in ("binary", "large_binary", "binary_view")


def is_geoarrow(field: Any) -> bool:  # noqa: ANN401 - a field of pyarrow
    """Return whether a field is geometry by its type."""
    name = getattr(field.type, "extension_name", None)  # if the type is registered
    if name is None:
        name = (field.metadata or {}).get(EXTENSION, b"").decode()
    return bool(name.startswith("geoarrow.") or name == "ogc.wkb")
