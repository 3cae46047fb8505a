"""Saves and loads matchers: as files, as bytes, and through pickle."""

from __future__ import annotations

import copy
import os
import pickle
from typing import TYPE_CHECKING, Any, Generic, TypeVar, cast

from poly_match_rs import _native
from poly_match_rs._crs import System

from poly_match import _facts
from poly_match._facts import CALLABLE, COLUMNS, FACTS, LABELS, OBJECTS, Facts
from poly_match._source import Pickled

if TYPE_CHECKING:
    from collections.abc import Iterable

    from poly_match_rs._native import Matcher as Native
    from poly_match_rs._native import Saved
    from typing_extensions import Buffer, Self

    from poly_match._groups import Labels
    from poly_match._kept import Kept
    from poly_match._rule import Ask
    from poly_match._source import Source
    from poly_match.tables._families import Family

P = TypeVar("P")


class Storable(Generic[P]):
    """The part of `Matcher` that saves it to a file or to bytes, and loads it.

    The index is saved as it lies in memory, so loading builds nothing. The caller's objects, a
    callable for *best*, and labels that JSON cannot hold are pickled. Nothing is unpickled from a
    file unless the caller allows it.
    """

    _native: Native
    _objects: tuple[P, ...] | Pickled[P] | None
    _labels: Labels | None
    _ask: Ask | None
    # What results refer to, once there is one.
    _found: Source | None
    _rule: str
    # The columns of the polygons' table, and its columns of labels with what their values are.
    _kept: Kept | None = None
    _by: tuple[list[Any], list[Family]] | None = None

    def save(self, path: str | os.PathLike[str], *, with_objects: bool = True) -> None:
        """Save the matcher to a file.

        The file gets its name only when all of it is on the disk: it is written whole or not at
        all.

        Parameters
        ----------
        path : str or path-like
            An existing file is replaced. Matchers that were loaded from it keep working.
        with_objects : bool, default True
            Whether to pickle the caller's polygons, if the matcher has them. Pickled polygons that
            were loaded and not yet used are copied unchanged.

        Raises
        ------
        OSError
            As `open` raises it.
        pickle.PicklingError, TypeError, AttributeError
            If objects, labels or a callable cannot be pickled, as pickle raises it.

        See Also
        --------
        load : Load a matcher from a file.
        to_bytes : Save a matcher to bytes.

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
        """Load a matcher from a file that `save` wrote.

        The file is mapped into memory, checked, and used in place: nothing is built again. As long
        as the matcher exists, do not write into the file or truncate it. Replacing it by renaming,
        as `save` does, is safe.

        Parameters
        ----------
        path : str or path-like
            The file to load.
        polygons : iterable, optional
            The objects that results refer to, in the order in which the matcher was built. They
            replace the saved objects, which are then not unpickled.
        allow_pickle : bool, default False
            Whether to unpickle pickled parts of the file. Unpickling runs code that the file
            chooses: allow it only for files that you trust.

        Returns
        -------
        Matcher
            Its answers equal those of the saved matcher, bit for bit.

        Raises
        ------
        OSError
            As `open` raises it.
        ValueError
            If the file is not a saved matcher; if it has another format version or byte order; if
            it is truncated, damaged or inconsistent; if it has a pickled callable or pickled labels
            and `allow_pickle` is False; or if the number of polygons differs from the saved one.

        Notes
        -----
        Objects are unpickled on first use, by `MatchResult.objects` or `pairs`. Without
        `allow_pickle` that raises ValueError, and everything else works. They are checked for
        damage only then, since they may be far larger than the index.

        A callable for *best*, and labels other than numbers, text, bytes, dates and tuples of these
        are unpickled when the matcher is loaded. With `allow_pickle`, exceptions of pickle reach
        the caller unchanged.

        A maliciously crafted file can return wrong answers, be slow, or raise RuntimeError when it
        is used. Without `allow_pickle` it cannot run code.
        """
        return cls._from_saved(_native.Saved.load(os.fspath(path)), polygons, allow_pickle)

    def to_bytes(self, *, with_objects: bool = True) -> bytes:
        """Save the matcher to bytes: the content of the file that `save` writes.

        Parameters
        ----------
        with_objects : bool, default True
            Whether to pickle the caller's polygons, if the matcher has them.

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
        """Load a matcher from the bytes of `to_bytes`, or of a file that `save` wrote.

        Parameters
        ----------
        data : bytes-like
            Copied once.
        polygons : iterable, optional
            As for `load`.
        allow_pickle : bool, default False
            As for `load`: allow it only for data that you trust.

        Returns
        -------
        Matcher
            Its answers equal those of the saved matcher, bit for bit.

        Raises
        ------
        ValueError
            As `load`.
        TypeError
            If data is not bytes-like.
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
                (
                    OBJECTS,
                    objects.pickled() if isinstance(objects, Pickled) else pickle.dumps(objects),
                )
            )
        if self._kept is not None:
            attached.append((COLUMNS, self._kept.to_bytes()))
        by = self._by
        crs = self._native.crs()
        facts = Facts(
            self._rule,
            has_objects,
            self._ask is not None,
            how,
            None if crs is None else crs.text,
            self._native.planar(),
            self._kept is not None,
            None if by is None else [[str(name), family] for name, family in zip(*by, strict=True)],
        )
        return [(FACTS, facts.to_json()), *attached]

    @classmethod
    def _from_saved(cls, saved: Saved, polygons: Iterable[P] | None, allow_pickle: bool) -> Self:
        facts = Facts.of(saved)
        facts.check_allowed(allow_pickle)
        matcher = cls.__new__(cls)
        crs = None if facts.crs is None else System(facts.crs)
        matcher._native = saved.matcher(crs, facts.planar)
        matcher._rule = facts.rule
        matcher._labels = _facts.read_labels(saved, facts)
        matcher._ask = _facts.read_ask(saved, facts)
        matcher._found = None
        matcher._objects = None
        count = len(matcher._native)
        matcher._kept = _facts.read_columns(saved, facts, count)
        if facts.by is not None:
            names, families = zip(*facts.by, strict=True)
            matcher._by = list(names), cast("list[Family]", list(families))
        if polygons is not None:
            given = tuple(polygons)
            if len(given) != count:
                raise ValueError(
                    f"expected {count} polygons, as many as were saved, got {len(given)}"
                )
            matcher._objects = given
        elif facts.has_objects:
            matcher._objects = Pickled(lambda: saved.attached(OBJECTS) or b"", count, allow_pickle)
        return matcher

    # Objects are pickled as they are, so an object that is also pickled elsewhere stays one object.
    # Objects that may not be unpickled stay so in every copy.

    def __getstate__(self) -> dict[str, Any]:
        native = self._native
        data = _native.to_bytes(native, [])
        facts = {"_found": None, "_crs": native.crs(), "_planar": native.planar()}
        return {**self.__dict__, "_native": data, **facts}

    def __setstate__(self, state: dict[str, Any]) -> None:
        # A matcher that an earlier release pickled has no coordinate system.
        crs, planar = state.pop("_crs", None), state.pop("_planar", False)
        self.__dict__.update(state, _found=None)
        self._native = _native.Saved.from_bytes(state["_native"]).matcher(crs, planar)

    # A matcher never changes, so a shallow copy is itself. Its objects may, so a deep copy is new.

    def __copy__(self) -> Self:
        return self

    def __deepcopy__(self, memo: dict[int, Any]) -> Self:
        twin = self.__class__.__new__(self.__class__)
        memo[id(self)] = twin
        for name, value in self.__dict__.items():
            twin.__dict__[name] = value if name == "_native" else copy.deepcopy(value, memo)
        return twin
