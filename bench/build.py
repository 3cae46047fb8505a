"""Builds the Rust peers twice, and puts them where `bench/rust.py` looks.

Run as `python -m bench.build [portable] [native] [ablate]` (the first two by default). `portable`
is what everybody gets from a package index; `native` is compiled for this very processor. `ablate`
is portable, and can switch off the shortcuts of poly-match.
"""

from __future__ import annotations

import os
import sys

from bench.rust_paths import ABLATE, BUILDS, NAME, library
from ladder import extension

# A profile of its own, so that one build does not throw the other's objects away.
_OPTIONS = {
    "portable": ["--release"],
    "native": ["--profile", "native", "--config", 'profile.native.inherits="release"'],
    ABLATE: [
        *("--profile", ABLATE, "--config", 'profile.ablate.inherits="release"'),
        *("--features", "ablate"),
    ],
}
_FLAGS = {"portable": "", "native": "-C target-cpu=native", ABLATE: ""}


def build(name: str) -> None:
    """Build once."""
    flags = f"{os.environ.get('RUSTFLAGS', '')} {_FLAGS[name]}".strip()
    environment = {"RUSTFLAGS": flags} if _FLAGS[name] else {}
    extension.build("bench", NAME, library(name), _OPTIONS[name], environment)


if __name__ == "__main__":
    sys.exit(extension.main("python -m bench.build", BUILDS, build, [ABLATE]))
