"""Spark runs once for all tests of it."""

from __future__ import annotations

import warnings

import pytest

from tests.cluster.sessions import session
from tests.optional import lacks


@pytest.fixture(scope="session")
def spark():
    lacks("java")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # PySpark's own
        started = session("local[2]")
        started.sparkContext.setLogLevel("OFF")
    yield started
    started.stop()
