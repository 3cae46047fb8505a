"""A library that is missing is named, with what to install; nothing else is imported."""

from __future__ import annotations

import subprocess
import sys
import textwrap

import pytest

BLOCK = """
import sys

class Blocked:
    def find_spec(self, name, path=None, target=None):
        if name.split(".")[0] in {blocked!r}:
            raise ModuleNotFoundError(f"No module named {{name!r}}", name=name)

sys.meta_path.insert(0, Blocked())
import numpy as np
import poly_match
ring = [(0, 0), (9, 0), (9, 9), (0, 9)]
wkt = "POLYGON((0 0, 9 0, 9 9, 0 9, 0 0))"
zones = {{"name": np.array(["hall"]), "level": np.array([1]), "geometry": [wkt]}}
points = {{"x": np.array([1.0, 50.0]), "y": np.array([1.0, 50.0])}}
"""


def run(blocked: list[str], script: str) -> str:
    code = BLOCK.format(blocked=blocked) + textwrap.dedent(script)
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout


ALL = ["pandas", "geopandas", "polars", "pyarrow", "duckdb", "shapely", "pyproj"]


def test_nothing_but_numpy_is_needed():
    script = """
    found = poly_match.join(points, zones, near="covers")
    print(found["name"].tolist(), found["level"].tolist())
    matcher = poly_match.Matcher.from_table(zones, near="boundary", max_dist=100.0, by=None)
    print(matcher.join(points, k=1, position_col="at")["at"].tolist())
    """
    assert run(ALL, script) == "['hall', None] [1, None]\n[0, 0]\n"


@pytest.mark.parametrize("library", ["pandas", "polars", "pyarrow", "duckdb"])
def test_no_library_is_imported_that_the_caller_has_not(library: str):
    others = [
        name for name in ("pandas", "geopandas", "polars", "pyarrow", "duckdb") if name != library
    ]
    script = f"""
    poly_match.join(points, zones, near="covers")
    assert not sys.modules.keys() & set({[*others, library]!r})
    """
    run([], script)


def test_pandas_alone():
    script = """
    import pandas as pd
    zones = pd.DataFrame(zones)
    points = pd.DataFrame(points)
    found = poly_match.join(points, zones, near="covers", label_col="label", position_col="at")
    print(found["name"].tolist()[0], found["at"].dtype, found["level"].dtype)
    """
    blocked = ["geopandas", "polars", "pyarrow", "duckdb", "shapely", "pyproj"]
    assert run(blocked, script) == "hall Int64 Int64\n"


def test_polars_alone():
    script = """
    import polars as pl
    zones, points = pl.DataFrame(zones), pl.DataFrame(points)
    print(poly_match.join(points, zones, near="covers")["name"].to_list())
    print(poly_match.join(points.lazy(), zones, near="covers").collect()["name"].to_list())
    matcher = poly_match.Matcher.from_table(zones, near="covers")
    again = poly_match.Matcher.from_bytes(matcher.to_bytes())
    print(again.join(points)["name"].to_list())
    """
    import polars as pl

    blocked = ["pandas", "geopandas", "pyarrow", "duckdb", "shapely", "pyproj"]
    if not hasattr(pl.DataFrame, "__arrow_c_stream__"):
        blocked.remove("pyarrow")  # before Polars 1.3, all of Arrow goes by pyarrow
    assert run(blocked, script) == "['hall', None]\n" * 3


@pytest.mark.parametrize(
    "script",
    [
        "poly_match.Matcher.from_table(zones, near='covers').to_bytes()",
        "poly_match.Matcher.from_table(zones, near='covers').match_batches(points)",
        "import pandas as pd; poly_match.join(pd.DataFrame(points), zones, near='covers')",
        "import polars as pl; poly_match.join(points, pl.DataFrame(zones), near='covers')",
        "import pandas as pd; matcher(pd.DataFrame(zones)).to_bytes()",
        "import duckdb; matcher(zones).join(duckdb.sql('SELECT 1.0 AS x, 1.0 AS y'))",
    ],
)
def test_pyarrow_is_named(script: str):
    code = f"""
    def matcher(zones):
        return poly_match.Matcher.from_table(zones, near="covers")

    try:
        {script}
    except ImportError as error:
        print(error.name, error)
    """
    got = run(["pyarrow"], code)
    assert got.startswith("pyarrow ")
    assert got.endswith(" needs pyarrow: pip install pyarrow\n")
