"""Loads the extension module `bench_rs` in both builds, side by side in one process.

`portable` is compiled for any processor of the architecture, as a wheel is; `native` for this
one, because kiddo's SIMD exists only where the compiler may assume the instructions.
"""

from __future__ import annotations

from functools import cache
from importlib.machinery import ExtensionFileLoader
from importlib.util import module_from_spec, spec_from_file_location
from typing import Any

from bench.rust_paths import NAME, library


@cache
def load(build: str) -> Any:  # noqa: ANN401
    """Load one build; an ImportError says how to make it."""
    path = library(build)
    if not path.exists():
        raise ImportError(
            f"the {build} build of {NAME} is missing: run python -m bench.build", name=NAME
        )
    # Not through `sys.modules`: both builds have the same name there.
    spec = spec_from_file_location(NAME, path, loader=ExtensionFileLoader(NAME, str(path)))
    assert spec is not None
    assert spec.loader is not None
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    return module
