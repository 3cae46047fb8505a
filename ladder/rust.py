"""Finds and loads the extension module `ladder_rs`: the release build, or the debug build.

`ladder/build.py` puts both under `ladder/lib/`. They cannot share a process under one name, so
which of them is loaded is a property of the process: the environment variable `LADDER_BUILD`.
"""

import os
import sys
from importlib.machinery import ExtensionFileLoader
from importlib.util import module_from_spec, spec_from_file_location
from types import ModuleType
from typing import Any

from ladder.rust_paths import NAME, library


def _load(build: str) -> ModuleType:
    path = library(build)
    if not path.exists():
        raise ImportError(
            f"the {build} build of {NAME} is missing: run python -m ladder.build", name=NAME
        )
    spec = spec_from_file_location(NAME, path, loader=ExtensionFileLoader(NAME, str(path)))
    assert spec is not None
    assert spec.loader is not None
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    if (build == "debug") is not module.DEBUG:
        raise ImportError(f"{path.name} in lib/{build} is not a {build} build", name=NAME)
    sys.modules[NAME] = module
    return module


ladder_rs: Any = _load(os.environ.get("LADDER_BUILD", "release"))
