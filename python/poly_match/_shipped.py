"""A matcher as a file that other processes load: of a cluster, or of this machine.

The file is named by what is in it. A process loads it once, and keeps it. All processes of a
machine that load one file share its pages.
"""

from __future__ import annotations

import atexit
import hashlib
import os
import shutil
import tempfile
from functools import cache
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING, Any, NamedTuple

from poly_match._matcher import Matcher

if TYPE_CHECKING:
    from collections.abc import Callable

# Most matchers that a process keeps. The one that was asked for least recently goes first.
MOST = 8

_kept: dict[str, Matcher[Any]] = {}
_lock = Lock()


class Shipped(NamedTuple):
    """A saved matcher that other processes may load.

    Attributes
    ----------
    path : pathlib.Path
        The file, in a folder of the process that saved it. It is there as long as that process.
    may_unpickle : bool
        Whether pickled parts of the file may be unpickled.
    """

    path: Path
    may_unpickle: bool

    @property
    def name(self) -> str:
        # The name of the file, which is a digest of its content.
        return self.path.name

    @classmethod
    def of(cls, matcher: Matcher[Any], may_unpickle: bool) -> Shipped:
        # Save a matcher, without the caller's objects.
        scratch = _folder() / f"{os.urandom(8).hex()}.tmp"
        matcher.save(scratch, with_objects=False)
        digest = hashlib.blake2b(digest_size=16)
        with scratch.open("rb") as file:
            while piece := file.read(1 << 20):
                digest.update(piece)
        path = _folder() / f"poly-match-{digest.hexdigest()}.plym"
        if path.exists():  # the same pages as before
            scratch.unlink()
        else:
            scratch.rename(path)
        return cls(path, may_unpickle)

    def loaded(self, find: Callable[[str], str | os.PathLike[str]] | None = None) -> Matcher[Any]:
        # Load the matcher, unless this process has. `find` returns where the file of a name is.
        with _lock:
            matcher = _kept.pop(self.name, None)
            if matcher is None:
                path = self.path if find is None else find(self.name)
                matcher = Matcher.load(path, allow_pickle=self.may_unpickle)
                while len(_kept) >= MOST:
                    del _kept[next(iter(_kept))]
            _kept[self.name] = matcher
            return matcher


@cache
def _folder() -> Path:
    folder, owner = Path(tempfile.mkdtemp(prefix="poly-match-")), os.getpid()

    def remove() -> None:
        if os.getpid() == owner:  # a forked child leaves it
            shutil.rmtree(folder, ignore_errors=True)

    atexit.register(remove)
    return folder
