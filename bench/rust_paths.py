"""Where the builds of the Rust peers lie; the builder writes there, the loader reads."""

from pathlib import Path

NAME = "bench_rs"
ROOT = Path(__file__).resolve().parent.parent
BUILDS = ("portable", "native")
ABLATE = "ablate"
"""The build that can switch off the shortcuts of the engine."""


def library(build: str) -> Path:
    """Path of the extension module of this build: one of `BUILDS`, or `ABLATE`."""
    return ROOT / "bench" / "lib" / build / f"{NAME}.abi3.so"
