"""Loads the extension module `bench_rs` in both builds, side by side in one process.

`portable` is compiled for any processor of the architecture, as a wheel is; `native` for this
one, because kiddo's SIMD exists only where the compiler may assume the instructions.
"""

from __future__ import annotations

from functools import cache
from typing import Any

from bench.rust_paths import NAME, library
from ladder import extension


@cache
def load(build: str) -> Any:  # noqa: ANN401
    """Load one build; an ImportError says how to make it."""
    return extension.load(NAME, library(build), "python -m bench.build")
