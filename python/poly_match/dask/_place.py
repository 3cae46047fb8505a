"""The file of a matcher on a machine: the workers there share it.

It is written once, in the folder of the first worker. Each worker has a hard link to it in its own
folder, which Dask removes with the worker. One more link, beside these folders, is where the next
worker finds the file. It goes when no worker is left.
"""

from __future__ import annotations

import fcntl
import os
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator


def placed(name: str, data: bytes, folder: Path) -> Path:
    # Return the path of the file in the folder of a worker.
    own, shared = folder / name, folder.parent / name
    with _locked(folder.parent):
        if own.exists():
            return own
        if _size(shared) == len(data) and _is_linked(shared, own):
            return own
        shared.unlink(missing_ok=True)
        scratch = folder / f"{name}.tmp"
        scratch.write_bytes(data)
        scratch.rename(own)
        _is_linked(own, shared)
    return own


def left(name: str, folder: Path) -> None:
    # Remove the worker's link, and the files that no worker has links to. Those that are mapped
    # stay readable.
    with _locked(folder.parent):
        (folder / name).unlink(missing_ok=True)
        for shared in folder.parent.glob("poly-match-*.plym"):
            if shared.stat().st_nlink == 1:
                shared.unlink()


def _is_linked(path: Path, link: Path) -> bool:
    # Make a hard link, if the file system has them. Without them, each worker has a file.
    try:
        os.link(path, link)
    except OSError:
        return False
    return True


def _size(path: Path) -> int | None:
    try:
        return path.stat().st_size
    except FileNotFoundError:
        return None


@contextmanager
def _locked(folder: Path) -> Iterator[None]:
    # One worker of the machine at a time. Some network file systems do not lock folders.
    file = os.open(folder, os.O_RDONLY)
    try:
        with suppress(OSError):
            fcntl.flock(file, fcntl.LOCK_EX)
        yield
    finally:
        os.close(file)
