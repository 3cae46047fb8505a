"""Reads the batches of a stream ahead, in another thread, and says which batch is wrong."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from poly_match.tables import _needs

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator


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


@contextmanager
def telling(start: int) -> Iterator[None]:
    # Say in an error that the positions in it count from this row.
    try:
        yield
    except (ValueError, TypeError) as error:
        if not start or type(error) not in (ValueError, TypeError):
            raise
        message = f"in the batch that starts with row {start}: {error}"
        raise type(error)(message) from error
