"""Opens a rung wherever it runs: in this process, or in one of its own behind the same methods.

A rung that cannot run here says why (`Unavailable`); the caller reports it, nobody drops it.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from ladder.catalog import Rung
from ladder.environment import pypy
from ladder.runner import Local
from ladder.rust_paths import ROOT


class Unavailable(Exception):  # noqa: N818 - it is no error
    """Why a rung cannot run on this machine."""


class Remote:
    """A rung in a process of its own; the methods of `Local`, carried as JSON lines."""

    def __init__(self, python: str, module: str, environment: dict[str, str]) -> None:
        self._process = subprocess.Popen(
            [python, "-m", "ladder.runner", module],
            cwd=ROOT,
            env=os.environ | environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def __getattr__(self, method: str) -> Callable[..., Any]:
        def call(*arguments: Any) -> Any:  # noqa: ANN401 - whatever JSON can carry
            pipe, answers = self._process.stdin, self._process.stdout
            assert pipe is not None
            assert answers is not None
            print(json.dumps([method, arguments]), file=pipe, flush=True)
            line = answers.readline()
            if not line:
                raise RuntimeError(f"the process ended with status {self._process.wait()}")
            answer = json.loads(line)
            if "error" in answer:
                raise RuntimeError(answer["error"])
            return answer["value"]

        return call

    def close(self) -> None:
        """End the process."""
        self._process.communicate()


def open_rung(rung: Rung, environment: dict[str, str] | None = None) -> Local | Remote:
    """Start what the rung needs, or raise `Unavailable`.

    With an environment it gets a process of its own in any case: BLAS reads its settings once.
    """
    python = pypy() if rung.process == "pypy" else Path(sys.executable)
    if not python.exists():
        raise Unavailable("PyPy is not installed: run ladder/install-pypy.sh")
    if rung.process == "here" and environment is None:
        try:
            return Local(rung.module)
        except ImportError as error:
            raise Unavailable(str(error)) from error
    build = "debug" if rung.process == "debug" else "release"
    remote = Remote(str(python), rung.module, {"LADDER_BUILD": build} | (environment or {}))
    try:
        remote.versions()
    except RuntimeError as error:
        remote.close()
        if "ImportError" in str(error) or "ModuleNotFoundError" in str(error):
            raise Unavailable(str(error)) from error
        raise
    return remote
