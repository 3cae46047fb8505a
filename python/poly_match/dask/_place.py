"""The file of a matcher on a machine: the workers there share it.

The first worker writes it in its own folder. Each worker has a hard link to it in its folder, which
Dask removes with the worker. One more link, beside these folders, is where the next worker finds
the file. The last worker removes that one.
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
        if _is_ours(shared, len(data)) and _is_linked(shared, own):
            return own
        scratch = folder / f"{name}.tmp"
        scratch.write_bytes(data)
        scratch.rename(own)
        with suppress(OSError):
            shared.unlink()
        _is_linked(own, shared)
    return own


def left(name: str, folder: Path) -> None:
    # Remove the worker's link, and files that no worker has a link to. Mapped ones stay readable.
    with suppress(FileNotFoundError), _locked(folder.parent):
        (folder / name).unlink(missing_ok=True)
        for shared in folder.parent.glob("poly-match-*.plym"):
            if shared.stat().st_nlink == 1:
                shared.unlink()


def _is_ours(path: Path, size: int) -> bool:
    # Whether this user wrote the file, and all of it reached the disk.
    try:
        found = path.stat()
    except FileNotFoundError:
        return False
    return found.st_uid == os.getuid() and found.st_size == size


def _is_linked(path: Path, link: Path) -> bool:
    # Make a hard link, if the file system has them. Without them, each worker has its own file.
    try:
        os.link(path, link)
    except OSError:
        return False
    return True


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
