"""Reads the batches of a stream ahead, in another thread, and says which batch is wrong."""

from __future__ import annotations

import re
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from poly_match.tables import _needs

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping


def reader(stream: Any) -> Any:  # noqa: ANN401 - of any library
    # Return a RecordBatchReader of pyarrow for any object that exports a stream of Arrow.
    pa = _needs.library("pyarrow", "a stream of Arrow")
    if isinstance(stream, pa.RecordBatchReader):
        return stream
    if not hasattr(stream, "__arrow_c_stream__"):
        got = type(stream).__name__
        raise TypeError(
            f"expected a stream of Arrow (an object with __arrow_c_stream__), got {got}"
        )
    if hasattr(pa.RecordBatchReader, "from_stream"):
        return pa.RecordBatchReader.from_stream(stream)
    return pa.RecordBatchReader._import_from_c_capsule(stream.__arrow_c_stream__())


def ahead(batches: Iterable[Any]) -> Iterator[Any]:
    # Read the next batch while the caller works on the last one.
    from concurrent.futures import ThreadPoolExecutor  # takes some milliseconds to import

    iterator = iter(batches)
    with ThreadPoolExecutor(1, thread_name_prefix="poly_match-read") as thread:
        following = thread.submit(next, iterator, None)
        while (batch := following.result()) is not None:
            following = thread.submit(next, iterator, None)
            yield batch


# Where a message says which row of a batch is wrong.
_ROW = re.compile(r"\b(?:point|polygon|position) (\d+)\b")


@contextmanager
def telling(start: int) -> Iterator[None]:
    # Say in an error that the positions in it count from this row.
    with telling_where(f"the batch that starts with row {start}" if start else None):
        yield


@contextmanager
def telling_where(
    where: str | None, row: Callable[[int], Mapping[str, object]] | None = None
) -> Iterator[None]:
    # Say in an error where the rows are that it counts, and what is in the row that it names.
    try:
        yield
    except (ValueError, TypeError) as error:
        if where is None or type(error) not in (ValueError, TypeError):
            raise
        message = f"in {where}: {error}"
        found = _ROW.search(str(error))
        if row is not None and found and (values := row(int(found[1]))):
            shown = ", ".join(f"{name}={_short(value)}" for name, value in values.items())
            message += f"; its row has {shown}"
        raise type(error)(message) from error


def _short(value: object) -> str:
    text = repr(value)
    return text if len(text) <= 80 else f"{text[:77]}..."
