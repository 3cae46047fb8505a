"""Where the builds of the Rust rungs lie; the builder writes there, the loader reads."""

from pathlib import Path

NAME = "ladder_rs"
# The release build with symbols.
PROFILING = "profiling"
ROOT = Path(__file__).resolve().parent.parent


def library(build: str) -> Path:
    """Path of the extension module of this build, "release", "debug" or "profiling"."""
    return ROOT / "ladder" / "lib" / build / f"{NAME}.abi3.so"
