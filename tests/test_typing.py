"""Type checkers read a user's scripts without an error, and find a user's mistakes.

`tests/typing` has a script for each kind of table. They are checked as a user would: against the
installed package, by mypy in its strict mode and by pyright, with stubs of the other libraries.
"""

from __future__ import annotations

import json
import runpy
import subprocess
import sys
from pathlib import Path

import pytest

FOLDER = Path(__file__).parent / "typing"
SCRIPTS = sorted(path for path in FOLDER.glob("*.py") if path.name != "mistakes.py")

# A place in a script: its name, and the number of a line.
Place = tuple[str, int]


STUBBED = "dask", "duckdb", "geopandas", "matplotlib", "pandas", "polars", "pyarrow", "pyspark"
UNTYPED = "".join(
    f"[mypy-{name}.*]\nfollow_imports = skip\nfollow_imports_for_stubs = true\n"
    for name in (*STUBBED, "shapely")
)


def mypy(folder: Path, settings: str = "") -> dict[Place, str]:
    """Check all scripts, and return the errors."""
    config = folder / "mypy.ini"
    config.write_text(f"[mypy]\nstrict = true\n{settings}", encoding="utf-8")
    command = [sys.executable, "-m", "mypy", "--output", "json", "--config-file", str(config)]
    command += ["--cache-dir", str(folder / "cache"), str(FOLDER)]
    run = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    assert run.returncode in (0, 1), run.stdout + run.stderr
    read = map(json.loads, run.stdout.splitlines())
    return {
        (Path(error["file"]).name, error["line"]): error["message"]
        for error in read
        if error["severity"] == "error"
    }


def pyright(folder: Path) -> dict[Place, str]:
    """Check all scripts, and return the errors."""
    config = {"include": [str(FOLDER)], "typeCheckingMode": "standard"}
    (folder / "pyrightconfig.json").write_text(json.dumps(config))
    command = [sys.executable, "-m", "basedpyright", "--outputjson", "--project", str(folder)]
    command += ["--pythonpath", sys.executable]
    run = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    assert run.returncode in (0, 1), run.stdout + run.stderr
    read = json.loads(run.stdout)
    assert read["summary"]["filesAnalyzed"] == len(list(FOLDER.glob("*.py")))
    return {
        (Path(error["file"]).name, error["range"]["start"]["line"] + 1): error["message"]
        for error in read["generalDiagnostics"]
        if error["severity"] == "error"
    }


@pytest.fixture(scope="module", params=[mypy, pyright])
def errors(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory):
    """All errors of a checker, by their places."""
    return request.param(tmp_path_factory.mktemp("checked"))


def test_scripts_have_no_errors(errors):
    assert {place: text for place, text in errors.items() if place[0] != "mistakes.py"} == {}


def test_mistakes_are_found(errors):
    lines = (FOLDER / "mistakes.py").read_text(encoding="utf-8").splitlines()
    marked = [number for number, line in enumerate(lines, 1) if "# mistake:" in line]
    assert len(marked) > 10
    assert [line for name, line in sorted(errors) if name == "mistakes.py"] == marked


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda path: path.stem)
def test_scripts_run(script):
    runpy.run_path(str(script))


def test_scripts_need_no_stubs(tmp_path):
    """Where other libraries have no types, this package has no errors."""
    errors = mypy(tmp_path, UNTYPED)
    assert {place: text for place, text in errors.items() if place[0] != "mistakes.py"} == {}
