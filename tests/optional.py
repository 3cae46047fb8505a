"""Libraries that the package can do without, in tests.

A test that needs one fails where it is missing, unless the environment says that it lacks it:
`POLY_MATCH_LACKS="duckdb_extension_spatial"`. So no test is skipped by chance.
"""

from __future__ import annotations

import os
from importlib import import_module
from importlib.util import find_spec
from typing import Any

import pytest

LACKS = "POLY_MATCH_LACKS"


def needs(library: str) -> Any:
    """Import a library, or skip the test (or the whole file) in an environment that lacks it."""
    if library.split(".")[0] not in os.environ.get(LACKS, "").split():
        return import_module(library)
    if find_spec(library.split(".")[0]) is not None:
        pytest.fail(f"{LACKS} names {library}, which is installed")
    pytest.skip(f"this environment lacks {library}", allow_module_level=True)


def lacks(*programs: str) -> None:
    """Skip the test in an environment that says that it lacks one of these programs."""
    missing = sorted({*programs} & {*os.environ.get(LACKS, "").split()})
    if missing:
        pytest.skip(f"this environment lacks {', '.join(missing)}")
