"""What the documentation shows is run: README blocks, docstrings, example programs."""

from __future__ import annotations

import contextlib
import doctest
import io
import os
import re
import runpy
import shlex
import subprocess
import sys
import tempfile
from pathlib import Path

import poly_match
import pytest
from poly_match import (
    _article,
    _as_table,
    _build,
    _candidates,
    _check,
    _join,
    _joining,
    _matcher,
    _once,
    _plot,
    _result,
    _store,
)
from poly_match.dask import _join as _dask_join

from tests.optional import lacks

ROOT = Path(__file__).resolve().parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")
RULES = (ROOT / "docs" / "rules.md").read_text(encoding="utf-8")
CHECK = (ROOT / "docs" / "check.md").read_text(encoding="utf-8")
TABLES = (ROOT / "docs" / "tables.md").read_text(encoding="utf-8")
SAVING = (ROOT / "docs" / "saving.md").read_text(encoding="utf-8")
CLUSTER = (ROOT / "docs" / "cluster.md").read_text(encoding="utf-8")

# Engines that report their use to their makers, unless they are told not to.
UNREPORTED = {"RAY_USAGE_STATS_ENABLED": "0", "DAFT_ANALYTICS_ENABLED": "0"}
# Threads of Daft outlive its queries. Now and then they abort Python while it shuts down, without
# poly-match, too. So a script that uses Daft ends here without shutting down.
ENDS_AT_ONCE = "\nimport os, sys\nsys.stdout.flush()\nos._exit(0)\n"


def blocks(language, page=README):
    found = re.findall(rf"^```{language}\n(.*?)^```", page, re.DOTALL | re.MULTILINE)
    assert found
    return found


def said(code):
    return re.findall(r"^print\(.*?\) +# (.*)$", code, re.MULTILINE)


@pytest.mark.parametrize(
    "code",
    [code for page in (README, RULES, SAVING, CHECK, TABLES) for code in blocks("python", page)],
)
def test_python_blocks_run_and_print_what_they_say(code):
    printed = io.StringIO()
    with contextlib.redirect_stdout(printed):
        exec(compile(code, "README.md", "exec", dont_inherit=True), {"__name__": "readme"})
    assert printed.getvalue().splitlines() == said(code)


@pytest.fixture
def home():
    # Ray keeps a token there, and its sockets, whose names must be short: `tmp_path` is too long.
    with tempfile.TemporaryDirectory() as folder:
        yield folder


# Each is a program: engines start processes that import it, and warn of their own libraries.
@pytest.mark.parametrize("code", blocks("python", CLUSTER))
def test_blocks_of_clusters_run_and_print_what_they_say(code, home, tmp_path):
    if "pyspark" in code:
        lacks("java")
    end = ENDS_AT_ONCE if "import daft" in code else ""
    (script := tmp_path / "recipe.py").write_text(code + end, encoding="utf-8")
    ran = subprocess.run(
        [sys.executable, script],
        cwd=tmp_path,
        env={**os.environ, **UNREPORTED, "HOME": home, "RAY_TMPDIR": home},
        capture_output=True,
        encoding="utf-8",
        timeout=120,
    )
    assert ran.returncode == 0, ran.stderr
    assert ran.stdout.splitlines() == said(code)


def test_shell_block_runs(tmp_path):
    [command] = [
        line.removeprefix("$ ")
        for block in blocks("console")
        for line in block.splitlines()
        if line.startswith("$ poly-match")
    ]
    program, *arguments = shlex.split(command)
    (tmp_path / "examples").symlink_to(ROOT / "examples")
    subprocess.run(
        [os.environ.get("POLY_MATCH_BIN", program), *arguments], cwd=tmp_path, check=True
    )
    assert (tmp_path / "matches.csv").read_text().count("\n") == 10_001
    assert (tmp_path / "matches.png").read_bytes().startswith(b"\x89PNG")


def test_verbs_named_in_the_documentation_exist():
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    named = README + (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
    for verb in set(re.findall(r"`?make ([a-z-]+)", named)):
        assert re.search(rf"^{verb}:", makefile, re.MULTILINE), verb


@pytest.mark.parametrize(
    "module",
    [
        _article,
        _as_table,
        _build,
        _candidates,
        _check,
        _dask_join,
        _join,
        _joining,
        _matcher,
        _once,
        _plot,
        _result,
        _store,
    ],
)
def test_docstring_examples_run(module):
    outcome = doctest.testmod(module, raise_on_error=False)
    assert outcome.attempted > 0
    assert outcome.failed == 0


def test_everything_public_is_documented():
    for name in poly_match.__all__:
        assert getattr(poly_match, name).__doc__, name


def test_merge_with_scipy():
    example = runpy.run_path(str(ROOT / "examples" / "merge_zones.py"))
    zone = example["Zone"]
    a, b = zone([0, 1, 1, 0], [0, 0, 1, 1], "a"), zone([4, 5, 5, 4], [0, 0, 1, 1], "b")
    merged = a.merge(b)
    assert type(merged) is zone
    assert merged.name == "a + b"
    assert merged.area() == 5.0
    [(_, best)] = poly_match.main([a, merged], [(2.5, 0.5)], max_dist=1.0)
    assert best is merged

    printed = io.StringIO()
    with contextlib.redirect_stdout(printed):
        example["main"]()
    assert printed.getvalue().splitlines() == [
        "the shopper at (4.5, 1.0) is at bread",
        "the shopper at (4.5, 1.0) is at bread + cakes",
    ]
