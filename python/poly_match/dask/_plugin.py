"""What brings a matcher to the workers of a cluster, also to those that join later."""

from __future__ import annotations

import asyncio
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING, Any

from distributed import WorkerPlugin

from poly_match.dask import _place

if TYPE_CHECKING:
    from distributed import Scheduler, Worker

    from poly_match._shipped import Shipped

# A task may ask for the file while `setup` writes it.
_lock = Lock()


class MatcherPlugin(WorkerPlugin):
    """Writes the file of a matcher on each machine, and loads it in each worker process.

    Parameters
    ----------
    shipped : Shipped
        The matcher, in a file of this machine.
    """

    idempotent = True

    def __init__(self, shipped: Shipped) -> None:
        self.name = shipped.name
        self._shipped = shipped
        # A worker drops the bytes when they are in its file.
        self._data = shipped.path.read_bytes()
        self._path: Path | None = None

    async def setup(self, worker: Worker) -> None:
        # In a thread, so that the worker goes on answering.
        path = await asyncio.to_thread(self.path, worker)
        await asyncio.to_thread(self._shipped.loaded, lambda _: path)

    def path(self, worker: Worker) -> Path:
        # Return the file in the folder of the worker.
        with _lock:
            if self._path is None:
                self._path = _place.placed(self.name, self._data, Path(worker.local_directory))
                self._data = b""
            return self._path

    def teardown(self, worker: Worker) -> None:
        # A matcher that has mapped the file goes on working.
        _place.left(self.name, Path(worker.local_directory))


def send(client: Any, shipped: Shipped) -> None:  # noqa: ANN401 - of distributed
    # Bring a matcher to the workers of a cluster, unless they have it.
    if client.asynchronous:
        raise RuntimeError(
            "join waits for the cluster, which an asynchronous client cannot: call it in a "
            "thread, with asyncio.to_thread(poly_match.dask.join, ...)"
        )
    if not client.run_on_scheduler(_is_registered, shipped.name):
        client.register_plugin(MatcherPlugin(shipped))


def _is_registered(name: str, dask_scheduler: Scheduler) -> bool:
    # Dask has the argument `dask_scheduler` for the scheduler.
    return name in dask_scheduler.worker_plugins
