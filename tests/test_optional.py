"""No test of an optional library is skipped, but where the environment says that it lacks it."""

from __future__ import annotations

import re
import sys

import pytest

from tests.optional import LACKS, needs


def test_a_library_that_is_there_is_imported(monkeypatch):
    monkeypatch.delenv(LACKS, raising=False)
    assert needs("json.decoder") is sys.modules["json.decoder"]


def test_a_library_that_is_missing_fails(monkeypatch):
    monkeypatch.setenv(LACKS, "another")
    with pytest.raises(ModuleNotFoundError, match="no_such_library"):
        needs("no_such_library")


def test_a_library_that_the_environment_lacks_is_skipped(monkeypatch):
    monkeypatch.setenv(LACKS, "another no_such_library")
    with pytest.raises(pytest.skip.Exception, match="this environment lacks no_such_library"):
        needs("no_such_library.part")


def test_a_lack_that_is_none_fails(monkeypatch):
    monkeypatch.setenv(LACKS, "json")
    with pytest.raises(pytest.fail.Exception, match=re.escape(f"{LACKS} names json, which is")):
        needs("json")
