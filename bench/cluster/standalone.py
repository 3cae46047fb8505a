"""A standalone Spark on this machine: a master and workers, each a JVM of its own.

Logs and work folders are in `out/cluster`. All processes end with the block, also after Ctrl-C.
"""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import time
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Any

from bench.cluster import inputs
from bench.rust_paths import ROOT

HOST = "127.0.0.1"
MASTER_OPTIONS = {"spark.deploy.maxExecutorRetries": "-1"}
"""A node that is killed again and again is no reason to give an application up."""
PATIENCE = 60.0
"""Seconds until a process must have started."""
STOPPING = 10.0
"""Seconds until a process that was told to stop is killed."""


def environment() -> dict[str, str]:
    """Let Spark start the Python that runs this, and let it find this package."""
    from pyspark.find_spark_home import _find_spark_home

    paths = [str(ROOT), str(ROOT / "python"), os.environ.get("PYTHONPATH", "")]
    return {
        **os.environ,
        "SPARK_HOME": _find_spark_home(),
        "SPARK_LOCAL_IP": HOST,
        "SPARK_LOCAL_DIRS": str(inputs.OUT / "local"),
        "SPARK_DAEMON_MEMORY": "256m",
        "SPARK_MASTER_OPTS": " ".join(f"-D{key}={value}" for key, value in MASTER_OPTIONS.items()),
        "PYSPARK_PYTHON": sys.executable,
        "PYSPARK_DRIVER_PYTHON": sys.executable,
        "PYTHONPATH": os.pathsep.join(path for path in paths if path),
    }


def free_port() -> int:
    """Return a port that nothing listens on."""
    with socket.socket() as one:
        one.bind((HOST, 0))
        return int(one.getsockname()[1])


@dataclass
class Standalone:
    """A master, and this many workers with this many cores each."""

    workers: int = 2
    cores: int = 1
    memory: str = "1g"
    nodes: dict[int, subprocess.Popen[bytes]] = field(default_factory=dict)
    _master: subprocess.Popen[bytes] | None = None
    _port: int = 0

    @property
    def url(self) -> str:
        """The address of the master."""
        return f"spark://{HOST}:{self._port}"

    def __enter__(self) -> Standalone:
        self._port = free_port()
        for folder in ("logs", "work", "local"):
            shutil.rmtree(inputs.OUT / folder, ignore_errors=True)
            (inputs.OUT / folder).mkdir(parents=True)
        try:
            self._master = _start("master.Master", "master", ["--port", str(self._port)])
            self._wait_for_master()
            for number in range(self.workers):
                self.start_node(number)
        except BaseException:
            self.stop()
            raise
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.stop()

    def start_node(self, number: int) -> None:
        """Start a worker; also anew, after it was killed."""
        arguments = ["--cores", str(self.cores), "--memory", self.memory, "--port", "0"]
        arguments += ["--work-dir", str(inputs.OUT / "work"), self.url]
        self.nodes[number] = _start("worker.Worker", f"worker-{number}", arguments)

    def kill_node(self, number: int) -> None:
        """Kill a worker with all that it started, as if the machine were gone."""
        node = self.nodes.pop(number)
        for process in family(node.pid):
            with suppress(OSError):
                process.kill()
        node.wait()

    def stop(self) -> None:
        """End all processes: workers, which end their executors, and then the master."""
        parts = [*self.nodes.values(), *([self._master] if self._master else [])]
        everyone = [process for part in parts for process in family(part.pid)]
        self.nodes, self._master = {}, None
        for part in parts:
            part.terminate()
        for part in parts:
            with suppress(subprocess.TimeoutExpired):
                part.wait(STOPPING)
        for process in everyone:
            with suppress(OSError, _psutil().NoSuchProcess):
                process.kill()
        for part in parts:
            part.wait()

    def _wait_for_master(self) -> None:
        assert self._master is not None
        end = time.monotonic() + PATIENCE
        while time.monotonic() < end and self._master.poll() is None:
            with suppress(OSError), socket.create_connection((HOST, self._port), 1.0):
                return
            time.sleep(0.1)
        raise RuntimeError(
            "the master of Spark does not answer: see logs/master.log in out/cluster"
        )


def family(pid: int) -> list[Any]:
    """Return a process and all that it started, as psutil has them."""
    psutil = _psutil()
    try:
        root = psutil.Process(pid)
        return [root, *root.children(recursive=True)]
    except psutil.NoSuchProcess:
        return []


def executors() -> list[Any]:
    """Return the JVMs of executors that this process has, through its workers."""
    return [one for one in family(os.getpid()) if "CoarseGrainedExecutorBackend" in command(one)]


def daemons() -> list[Any]:
    """Return the processes that fork Python workers."""
    return [
        one
        for one in family(os.getpid())
        if "pyspark.daemon" in command(one) and "pyspark.daemon" not in command(one.parent())
    ]


def python_workers() -> list[Any]:
    """Return the Python workers of all executors."""
    with suppress(_psutil().NoSuchProcess):
        return [child for daemon in daemons() for child in daemon.children()]
    return []


def command(process: Any) -> str:  # noqa: ANN401 - of psutil
    """Return the command of a process; nothing if it has ended."""
    psutil = _psutil()
    try:
        return "" if process is None else " ".join(process.cmdline())
    except (psutil.NoSuchProcess, psutil.ZombieProcess):
        return ""


def _psutil() -> Any:  # noqa: ANN401 - a module
    import psutil

    return psutil


def _start(what: str, name: str, arguments: list[str]) -> subprocess.Popen[bytes]:
    # A session of its own: Ctrl-C reaches this process alone, which then stops the others.
    variables = environment()
    program = Path(variables["SPARK_HOME"]) / "bin" / "spark-class"
    where = ["--host", HOST, "--webui-port", "0"]
    with (inputs.OUT / "logs" / f"{name}.log").open("ab") as log:
        return subprocess.Popen(
            [str(program), f"org.apache.spark.deploy.{what}", *where, *arguments],
            cwd=inputs.OUT,
            env=variables,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
