"""Where the builds of the Rust peers lie; the builder writes there, the loader reads."""

from pathlib import Path

NAME = "bench_rs"
ROOT = Path(__file__).resolve().parent.parent
BUILDS = ("portable", "native")


def library(build: str) -> Path:
    """Path of the extension module of this build, "portable" or "native"."""
    return ROOT / "bench" / "lib" / build / f"{NAME}.abi3.so"
