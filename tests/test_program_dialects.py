"""The program on CSV as Python, pandas, Polars and DuckDB write it, in many dialects.

Each file is matched as the plain file is, and every cell comes back.
"""

from __future__ import annotations

import csv
import io
import random
from pathlib import Path
from typing import Any

import duckdb
import pandas as pd
import polars as pl
import pytest

from tests.test_cli import run, run_ok

ZONES = [
    ("hill; or not", 7.5, "POLYGON((10 0,14 0,14 4,10 4,10 0))"),
    ("Düne | it's", 2.25, "POLYGON((9 0,13 0,13 4,9 4,9 0))"),
    ('"low", far', 9.0, "POLYGON((0 0,2 0,2 2,0 2,0 0))"),
]
NAMES = ["plain", "a, b", "c; d", "e | f", "it's", 'say "no"', "Düne", "two\nlines", "01001", ""]


def points() -> list[tuple[str, float, float]]:
    rng = random.Random(18)
    return [
        (NAMES[i % len(NAMES)], round(rng.uniform(0, 15), 4), round(rng.uniform(0, 4), 4))
        for i in range(300)
    ]


def with_comma(number: float) -> str:
    return str(number).replace(".", ",")


def by_csv(
    path: Path, header: list[str] | None, rows: list[Any], encoding: str, **how: Any
) -> None:
    with path.open("w", newline="", encoding=encoding) as file:
        writer = csv.writer(file, **how)
        if header is not None:
            writer.writerow(header)
        writer.writerows(rows)


def rows_of(text: str) -> list[list[str]]:
    return list(csv.reader(io.StringIO(text, newline="")))


LINE = ["--near", "covers", "--best", "min:p", "--fields", "name", "-q"]
POINTS_HEADER, ZONES_HEADER = ["name", "x", "y"], ["name", "p", "wkt"]


def plain(folder: Path) -> list[list[str]]:
    """Match plain files: commas, points, UTF-8."""
    by_csv(folder / "plain.csv", POINTS_HEADER, points(), "utf-8")
    by_csv(folder / "plain_zones.csv", ZONES_HEADER, ZONES, "utf-8")
    return rows_of(run_ok("match", folder / "plain.csv", folder / "plain_zones.csv", *LINE).stdout)


DIALECTS: list[dict[str, Any]] = [
    {"delimiter": delimiter, "quotechar": quote, "quoting": quoting, "lineterminator": end}
    for delimiter in ",;|\t"
    for quote, quoting in [
        ('"', csv.QUOTE_MINIMAL),
        ('"', csv.QUOTE_ALL),
        ('"', csv.QUOTE_NONNUMERIC),
        ("'", csv.QUOTE_MINIMAL),
        ("'", csv.QUOTE_ALL),
    ]
    for end in ("\n", "\r\n")
]


@pytest.mark.parametrize("extension", ["csv", "tsv"])
def test_every_dialect_is_read_as_the_plain_file(tmp_path, extension):
    expected = plain(tmp_path)
    for how in DIALECTS:
        for comma in (False, True):
            number = with_comma if comma else float
            path, zones = tmp_path / f"points.{extension}", tmp_path / f"zones.{extension}"
            rows = [(name, number(x), number(y)) for name, x, y in points()]
            by_csv(path, POINTS_HEADER, rows, "utf-8", **how)
            rows = [(name, number(p), wkt) for name, p, wkt in ZONES]
            by_csv(zones, ZONES_HEADER, rows, "utf-8", **how)
            decimal = ["--decimal", ","] if comma else []
            got = rows_of(run_ok("match", path, zones, *LINE, *decimal).stdout)
            if comma:
                got = [
                    got[0],
                    *(
                        [n, x.replace(",", "."), y.replace(",", "."), *more]
                        for n, x, y, *more in got[1:]
                    ),
                ]
            assert got == expected, (how, comma)


@pytest.mark.parametrize("encoding", ["cp1252", "latin-1", "utf-16", "utf-8-sig", "iso8859-15"])
@pytest.mark.parametrize("delimiter", [",", ";"])
def test_every_encoding_is_read_as_the_plain_file(tmp_path, encoding, delimiter):
    expected = plain(tmp_path)
    path, zones = tmp_path / "points.csv", tmp_path / "zones.csv"
    by_csv(path, POINTS_HEADER, points(), encoding, delimiter=delimiter)
    by_csv(zones, ZONES_HEADER, ZONES, encoding, delimiter=delimiter)
    is_marked = encoding.startswith("utf")
    if not is_marked:
        ran = run("match", path, zones, *LINE)
        assert ran.returncode == 1
        assert "--polygons-encoding windows-1252" in ran.stderr
        assert "zones.csv: line 3: field 1" in ran.stderr
    said = [] if is_marked else ["--encoding", encoding]
    assert rows_of(run_ok("match", path, zones, *LINE, *said).stdout) == expected
    # The plain polygons are UTF-8, whatever the points are.
    ran = run_ok("match", path, tmp_path / "plain_zones.csv", *LINE, *said)
    assert rows_of(ran.stdout) == expected


@pytest.mark.parametrize("delimiter", [",", ";", "|", "\t"])
@pytest.mark.parametrize("comma", [False, True])
def test_without_a_header_columns_have_numbers(tmp_path, delimiter, comma):
    expected = plain(tmp_path)
    number = with_comma if comma else float
    path, zones = tmp_path / "points.csv", tmp_path / "zones.csv"
    by_csv(
        path,
        None,
        [(n, number(x), number(y)) for n, x, y in points()],
        "utf-8",
        delimiter=delimiter,
    )
    by_csv(zones, None, [(n, number(p), w) for n, p, w in ZONES], "utf-8", delimiter=delimiter)
    line = ["--near", "covers", "--best", "min:#2", "--fields", "#1", "-q", "--geometry", "#3"]
    line += ["--polygons-no-header", "--decimal", "," if comma else "."]
    columns = ["--x", "#2", "--y", "#3"]
    got = rows_of(run_ok("match", path, zones, *line, *columns, "--no-header").stdout)
    assert got[0] == ["#1", "#2", "#3", "polygon", "polygon_#1", "distance"]
    assert [row[3:] for row in got[1:]] == [row[3:] for row in expected[1:]]
    assert [row[0] for row in got[1:]] == [row[0] for row in expected[1:]]
    # Without the option, no row is lost in silence.
    ran = run("match", path, tmp_path / "plain_zones.csv", *LINE, *columns)
    assert ran.returncode == 1
    assert "--no-header" in ran.stderr


def frame() -> pd.DataFrame:
    return pd.DataFrame(points(), columns=POINTS_HEADER)


def by_pandas(path: Path) -> list[str]:
    frame().to_csv(path, sep=";", decimal=",", index=False, encoding="utf-16")
    return ["--decimal", ","]


def by_pandas_in_quotes(path: Path) -> list[str]:
    frame().to_csv(path, sep="|", quotechar="'", index=False, encoding="cp1252")
    return ["--encoding", "cp1252"]


def by_polars(path: Path) -> list[str]:
    pl.DataFrame(points(), schema=POINTS_HEADER, orient="row").write_csv(
        path, separator=";", decimal_comma=True, include_bom=True
    )
    return ["--decimal", ","]


def by_polars_in_quotes(path: Path) -> list[str]:
    pl.DataFrame(points(), schema=POINTS_HEADER, orient="row").write_csv(
        path, separator="\t", quote_style="always", line_terminator="\r\n"
    )
    return []


def by_duckdb(path: Path) -> list[str]:
    rows = duckdb.from_df(frame())
    rows.write_csv(str(path), sep="|", quotechar="'", escapechar="'")
    return []


def by_numpy(path: Path) -> list[str]:
    """Write comments and a header as `numpy.savetxt` does, around rows of pandas."""
    with path.open("w", encoding="utf-8", newline="") as file:
        file.write("# made by hand, for a test\n#\n\n# name,x,y\n")
        frame().to_csv(file, index=False, header=False)
    return []


@pytest.mark.parametrize(
    "write",
    [by_pandas, by_pandas_in_quotes, by_polars, by_polars_in_quotes, by_duckdb, by_numpy],
)
def test_tables_of_libraries_are_read_as_the_plain_file(tmp_path, write):
    expected = plain(tmp_path)
    path = tmp_path / "points.csv"
    said = write(path)
    got = rows_of(run_ok("match", path, tmp_path / "plain_zones.csv", *LINE, *said).stdout)
    assert [row[:1] + row[3:] for row in got] == [row[:1] + row[3:] for row in expected]
    numbers = [[float(cell.replace(",", ".")) for cell in row[1:3]] for row in got[1:]]
    assert numbers == [[float(cell) for cell in row[1:3]] for row in expected[1:]]


def test_any_column_has_a_number_in_any_format(tmp_path):
    expected = plain(tmp_path)
    frame().to_parquet(tmp_path / "points.parquet")
    line = [*LINE[:-3], "--fields", "#1", "-q", "--x", "#2", "--y", "#3"]
    for name in ("plain.csv", "points.parquet"):
        ran = run_ok("match", tmp_path / name, tmp_path / "plain_zones.csv", *line)
        assert rows_of(ran.stdout) == expected
