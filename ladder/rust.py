"""Loads the extension module `ladder_rs`: the release build, or the debug build.

`ladder/build.py` puts both under `ladder/lib/`. They cannot share a process under one name, so
which of them is loaded is a property of the process: the environment variable `LADDER_BUILD`.
"""

import os
import sys
from typing import Any

from ladder import extension
from ladder.rust_paths import NAME, library


def _load(build: str) -> Any:  # noqa: ANN401
    module = extension.load(NAME, library(build), "python -m ladder.build")
    if (build == "debug") is not module.DEBUG:
        raise ImportError(f"{NAME} in lib/{build} is not a {build} build", name=NAME)
    sys.modules[NAME] = module
    return module


ladder_rs: Any = _load(os.environ.get("LADDER_BUILD", "release"))
