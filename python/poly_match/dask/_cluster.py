"""Finds the cluster, if there is one: the client at the call, and the matcher's file in a task.

Dask works without `distributed`; where it is used, it has been imported.
"""

from __future__ import annotations

import errno
import sys
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pathlib import Path

    from poly_match._shipped import Shipped


def send(shipped: Shipped) -> None:
    # Send a matcher to all workers of the client's cluster, present and future.
    distributed: Any = sys.modules.get("distributed")
    if distributed is None:
        return
    try:
        client = distributed.get_client()
    except ValueError:  # no client
        return
    from poly_match.dask import _plugin

    _plugin.send(client, shipped)


def find(shipped: Shipped) -> Path:
    # Return where this process finds the file of a matcher: on a worker, where the plugin put it.
    distributed: Any = sys.modules.get("distributed")
    if distributed is not None:
        try:
            worker = distributed.get_worker()
        except ValueError:  # no worker
            pass
        else:
            plugin = worker.plugins.get(shipped.name)
            if plugin is not None:
                path: Path = plugin.path(worker)
                return path
    if not shipped.path.exists():
        message = (
            "the matcher is not on this machine, or the process that called join has ended: make "
            "the Client before poly_match.dask.join, which sends the matcher to its workers"
        )
        raise FileNotFoundError(errno.ENOENT, message, str(shipped.path))
    return shipped.path
