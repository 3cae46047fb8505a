"""Keep and carry: matchers as files, as bytes, and through pickle."""

from __future__ import annotations

import copy
import os
import pickle
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from poly_match_rs import _native

from poly_match import _facts
from poly_match._facts import CALLABLE, FACTS, LABELS, OBJECTS, Facts
from poly_match._result import Kept

if TYPE_CHECKING:
    from collections.abc import Iterable

    from poly_match_rs._native import Matcher as Native
    from poly_match_rs._native import Saved
    from typing_extensions import Buffer, Self

    from poly_match._groups import Labels
    from poly_match._rule import Ask

P = TypeVar("P")


class Storable(Generic[P]):
    """A matcher that can be kept in a file, and carried to other processes and machines.

    The index is saved as it is in memory: loading it builds nothing. The caller's objects, a
    callable for *best*, and labels of groups that JSON cannot hold are pickled. Nothing is ever
    unpickled from a file unless who loads it says so.
    """

    _native: Native
    _objects: tuple[P, ...] | Kept[P] | None
    _labels: Labels | None
    _ask: Ask | None
    _rule: str

    def save(self, path: str | os.PathLike[str], *, with_objects: bool = True) -> None:
        """Save the matcher to a file.

        The file gets its name once all of it is on the disk, so that it is there as a whole or not
        at all.

        Parameters
        ----------
        path : str or path-like
            Where to. A file that is there is replaced; matchers that were loaded from it live on.
        with_objects : bool, default True
            Whether the caller's own polygons, where the matcher has them, are pickled with it.
            Those that were loaded, and not yet asked for, are saved as they were.

        Raises
        ------
        OSError
            As `open` raises it.
        pickle.PicklingError, TypeError, AttributeError
            Where objects, labels or a callable cannot be pickled, as pickle raises it.

        See Also
        --------
        load : The way back.
        to_bytes : The same without a file.

        Examples
        --------
        >>> import tempfile, pathlib
        >>> import poly_match
        >>> matcher = poly_match.Matcher.from_arrays([(0, 0), (1, 0)], [5, 3], max_dist=2)
        >>> with tempfile.TemporaryDirectory() as folder:
        ...     path = pathlib.Path(folder, "zones.plym")
        ...     matcher.save(path)
        ...     again = poly_match.Matcher.load(path)
        >>> again.match([(0, 0)]).index
        array([1])
        """
        _native.save(self._native, os.fspath(path), self._attached(with_objects))

    @classmethod
    def load(
        cls,
        path: str | os.PathLike[str],
        polygons: Iterable[P] | None = None,
        *,
        allow_pickle: bool = False,
    ) -> Self:
        """Load a matcher that was saved.

        The file is mapped into memory, checked, and used in place: nothing is built again. While
        the matcher lives, nobody may write into the file or cut it short; to replace it by
        renaming, as `save` does, is safe.

        Parameters
        ----------
        path : str or path-like
            Where `save` put it.
        polygons : iterable, optional
            The objects that results refer to, in the order in which the matcher was built; in
            place of those that were saved, which are then not unpickled.
        allow_pickle : bool, default False
            Whether what is pickled in the file may be unpickled, which runs code that the file
            chooses: say so for files that you trust.

        Returns
        -------
        Matcher
            The answers are those of the one that was saved, to the last bit.

        Raises
        ------
        OSError
            As `open` raises it.
        ValueError
            For a file that is not a saved matcher, was saved by another version of the format or on
            a machine of the other byte order, was cut short, damaged, or makes no sense; for one
            that has a pickled callable or pickled labels, without `allow_pickle`; and for polygons
            that are not as many as were saved.

        Notes
        -----
        Objects are unpickled when they are first asked for, by `MatchResult.objects` or `pairs`.
        Without `allow_pickle`, asking for them is a ValueError, and all else works. They are also
        checked for damage then, and not before, since they may be far larger than the index.

        A callable for *best*, and labels other than numbers, text, bytes, dates and tuples of these
        are unpickled when the matcher is loaded. With `allow_pickle`, an exception in unpickling is
        as pickle raises it.

        A file that was made to deceive can answer nonsense, be slow, or raise RuntimeError when it
        is asked; without `allow_pickle` it cannot run code.
        """
        return cls._from_saved(_native.Saved.load(os.fspath(path)), polygons, allow_pickle)

    def to_bytes(self, *, with_objects: bool = True) -> bytes:
        """Give what `save` would write to a file.

        Parameters
        ----------
        with_objects : bool, default True
            Whether the caller's own polygons, where the matcher has them, are pickled with it.

        Returns
        -------
        bytes
            For `from_bytes`.

        Raises
        ------
        pickle.PicklingError, TypeError, AttributeError
            As `save`.

        Examples
        --------
        >>> import poly_match
        >>> matcher = poly_match.Matcher.from_arrays([(0, 0), (1, 0)], [5, 3], max_dist=2)
        >>> poly_match.Matcher.from_bytes(matcher.to_bytes()).match([(0, 0)]).index
        array([1])
        """
        return _native.to_bytes(self._native, self._attached(with_objects))

    @classmethod
    def from_bytes(
        cls, data: Buffer, polygons: Iterable[P] | None = None, *, allow_pickle: bool = False
    ) -> Self:
        """Read what `to_bytes` gave, or the content of a file that `save` wrote.

        Parameters
        ----------
        data : bytes-like
            Copied once.
        polygons : iterable, optional
            As for `load`.
        allow_pickle : bool, default False
            As for `load`: say so for data that you trust.

        Returns
        -------
        Matcher
            The answers are those of the one that was saved, to the last bit.

        Raises
        ------
        ValueError
            As `load`.
        TypeError
            For data that are not bytes.
        """
        if not isinstance(data, bytes):
            try:
                data = bytes(memoryview(data))
            except TypeError:
                got = type(data).__name__
                raise TypeError(f"data must be bytes-like, got {got}") from None
        return cls._from_saved(_native.Saved.from_bytes(data), polygons, allow_pickle)

    def _attached(self, with_objects: bool) -> list[tuple[str, bytes]]:
        objects = self._objects
        has_objects = with_objects and objects is not None
        attached = []
        how = None
        if self._labels is not None:
            how, labels = _facts.write_labels(self._labels)
            attached.append((LABELS, labels))
        if self._ask is not None:
            attached.append((CALLABLE, pickle.dumps(self._ask)))
        if has_objects:
            attached.append(
                (OBJECTS, objects.pickled() if isinstance(objects, Kept) else pickle.dumps(objects))
            )
        facts = Facts(self._rule, has_objects, self._ask is not None, how)
        return [(FACTS, facts.to_json()), *attached]

    @classmethod
    def _from_saved(cls, saved: Saved, polygons: Iterable[P] | None, allow_pickle: bool) -> Self:
        facts = Facts.of(saved)
        facts.check_allowed(allow_pickle)
        matcher = cls.__new__(cls)
        matcher._native = saved.matcher()
        matcher._rule = facts.rule
        matcher._labels = _facts.read_labels(saved, facts)
        matcher._ask = _facts.read_ask(saved, facts)
        matcher._objects = None
        count = len(matcher._native)
        if polygons is not None:
            given = tuple(polygons)
            if len(given) != count:
                raise ValueError(
                    f"expected {count} polygons, as many as were saved, got {len(given)}"
                )
            matcher._objects = given
        elif facts.has_objects:
            matcher._objects = Kept(lambda: saved.attached(OBJECTS) or b"", count, allow_pickle)
        return matcher

    # Through pickle, objects go as they are: one that goes by another way as well stays one. Those
    # that may not be unpickled stay so, wherever they go.

    def __getstate__(self) -> dict[str, Any]:
        return {**self.__dict__, "_native": _native.to_bytes(self._native, [])}

    def __setstate__(self, state: dict[str, Any]) -> None:
        self.__dict__.update(state)
        self._native = _native.Saved.from_bytes(state["_native"]).matcher()

    # A matcher does not change, so that a copy need not be another; its objects may.

    def __copy__(self) -> Self:
        return self

    def __deepcopy__(self, memo: dict[int, Any]) -> Self:
        twin = self.__class__.__new__(self.__class__)
        memo[id(self)] = twin
        for name, value in self.__dict__.items():
            twin.__dict__[name] = value if name == "_native" else copy.deepcopy(value, memo)
        return twin
