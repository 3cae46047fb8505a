"""Builds the Rust rungs, release and debug, and puts them where `ladder/rust.py` looks.

Run as `python -m ladder.build [release] [debug] [profiling]` (the first two by default). The last
is the release build with symbols, for profilers.
"""

import sys

from ladder import extension
from ladder.rust_paths import NAME, PROFILING, library

_OPTIONS = {"release": ["--release"], "debug": []}
_MORE = {PROFILING: ["--profile", PROFILING]}


def build(name: str) -> None:
    """Build one profile."""
    extension.build("ladder", NAME, library(name), (_OPTIONS | _MORE)[name], {})


if __name__ == "__main__":
    sys.exit(extension.main("python -m ladder.build", list(_OPTIONS), build, list(_MORE)))
