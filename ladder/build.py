"""Builds the Rust rungs, release and debug, and puts them where `ladder/rust.py` looks.

Run as `python -m ladder.build [release] [debug]` (both by default).
"""

import sys

from ladder import extension
from ladder.rust_paths import NAME, library

_OPTIONS = {"release": ["--release"], "debug": []}


def build(name: str) -> None:
    """Build one profile."""
    extension.build("ladder", NAME, library(name), _OPTIONS[name], {})


if __name__ == "__main__":
    sys.exit(extension.main("python -m ladder.build", list(_OPTIONS), build))
