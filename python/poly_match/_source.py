"""The polygons that a result refers to, which may still be pickled in a file."""

from __future__ import annotations

import pickle
from functools import cached_property
from typing import TYPE_CHECKING, Any, Generic, NamedTuple, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from poly_match_rs._crs import System

    from poly_match._kept import Kept

T = TypeVar("T")


class Source(NamedTuple):
    """The polygons that the positions of a result refer to.

    Attributes
    ----------
    polygons : sequence or Pickled or None
        The caller's objects, if the matcher has them.
    count : int
        Number of polygons.
    crs : System or None
        The coordinate system that they declare.
    columns : poly_match._kept.Kept or None
        Columns of their table, if the matcher keeps some.
    """

    polygons: Sequence[Any] | Pickled[Any] | None
    count: int  # type: ignore[assignment] # instead of the method of tuples
    crs: System | None
    columns: Kept | None


class Sourced:
    # The part of a result that knows the polygons: a `Source` from a matcher, or what the caller
    # gave to a result that was built by hand.

    _polygons: Sequence[Any] | Source | None
    _count: int | None

    @property
    def _source(self) -> Source:
        polygons, count = self._polygons, self._count
        if isinstance(polygons, Source):
            return polygons
        return Source(polygons, len(known(polygons)) if count is None else count, None, None)


class Pickled(Generic[T]):
    # Pickled objects of a saved matcher. They are unpickled on first use.

    def __init__(self, read: Callable[[], bytes], count: int, allow_pickle: bool) -> None:
        self._read = read
        self._count = count
        self._allow_pickle = allow_pickle

    @cached_property
    def objects(self) -> tuple[T, ...]:
        if not self._allow_pickle:
            raise ValueError(
                "the objects that were saved with this matcher are pickled, and unpickling runs "
                "code that the file chooses: if you trust it, load it with allow_pickle=True; or "
                "load it with polygons=, and these come back instead"
            )
        objects = pickle.loads(self._read())
        if not isinstance(objects, tuple) or len(objects) != self._count:
            got = len(objects) if isinstance(objects, tuple) else type(objects).__name__
            raise ValueError(f"expected {self._count} objects beside the matcher, got {got}")
        # Drop the bytes. Another thread may hold them, and keeps its own reference.
        self.__dict__["objects"] = objects
        self._read = _nothing
        return objects

    def pickled(self) -> bytes:
        # The saved bytes as long as they were not unpickled, since unpickling runs code.
        read = self._read  # taken first: another thread may drop it after the check below
        return pickle.dumps(self.objects) if "objects" in self.__dict__ else read()

    def __reduce__(self) -> tuple[Callable[..., Any], tuple[Any, ...]]:
        if self._allow_pickle:
            return tuple, (self.objects,)
        return _not_allowed, (self._read(), self._count)


def _not_allowed(pickled: bytes, count: int) -> Pickled[Any]:
    return Pickled(lambda: pickled, count, allow_pickle=False)


def _nothing() -> bytes:
    return b""


def known(polygons: Sequence[T] | Pickled[T] | None) -> Sequence[T]:
    if polygons is None:
        raise AttributeError(
            "this matcher was built from arrays or from a table, or saved without its objects: "
            "it has positions, no objects"
        )
    return polygons.objects if isinstance(polygons, Pickled) else polygons
