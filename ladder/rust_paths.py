"""Where the builds of the Rust rungs lie; the builder writes there, the loader reads."""

from pathlib import Path

NAME = "ladder_rs"
ROOT = Path(__file__).resolve().parent.parent


def library(build: str) -> Path:
    """Path of the extension module of this build, "release" or "debug"."""
    return ROOT / "ladder" / "lib" / build / f"{NAME}.abi3.so"
