"""Saved matchers go from the program to Python and back, and match as the polygons do."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import poly_match
import pyarrow as pa
import pytest

from tests import written
from tests.test_cli import run, run_ok
from tests.test_program_files import matches, read_table, rows_of

# The rule as options of the program, and as arguments of `Matcher.from_table`.
RULES: dict[str, tuple[list[str], dict[str, Any]]] = {
    "center": (["--max-dist", "2"], {"near": "center", "max_dist": 2.0}),
    "centroid": (
        ["--center", "centroid", "--best", "nearest", "--max-dist", "2", "--inclusive"],
        {
            "near": "center",
            "center": "centroid",
            "best": "nearest",
            "max_dist": 2.0,
            "inclusive": True,
        },
    ),
    "nearest": (
        ["--near", "boundary", "--best", "nearest,smallest"],
        {"near": "boundary", "best": "nearest,smallest"},
    ),
    "tie": (
        ["--near", "boundary", "--max-dist", "1", "--best", "largest", "--tie", "distance"],
        {"near": "boundary", "max_dist": 1.0, "best": "largest", "tie": "distance"},
    ),
    "covers": (["--near", "covers"], {"near": "covers"}),
    "contains": (["--near", "contains", "--best", "first"], {"near": "contains", "best": "first"}),
    "keys": (
        ["--near", "covers", "--best", "max:level,min:weight"],
        {"near": "covers", "best": "max:level,min:weight"},
    ),
}


@pytest.fixture
def files(tmp_path: Path) -> tuple[Path, Path, Path]:
    """Give points and polygons as GeoParquet, and the place of a saved matcher."""
    points, polygons = tmp_path / "points.parquet", tmp_path / "zones.parquet"
    written.geopandas_parquet(written.points().assign(floor=written.points()["id"] % 5), points)
    written.geopandas_parquet(written.polygons(), polygons)
    return points, polygons, tmp_path / "zones.plym"


def matched(points: Path, polygons: Path, *options: Any) -> list[Any]:
    out = points.with_name("out.parquet")
    ran = run_ok("match", points, polygons, "-q", "-o", out, *options)
    assert ran.stderr == ""
    return matches(read_table(out).to_pylist())


def joined(matcher: poly_match.Matcher[Any], **options: Any) -> list[Any]:
    """Give the matches of `join`. Containment has no distance, which the program writes as 0."""
    table = pa.table(
        written.points().assign(floor=written.points()["id"] % 5).to_arrow(index=False)
    )
    found = matcher.join(table, columns=["zone"], position_col="polygon", **options)
    rows = found.to_pylist()
    without = {} if "distance" in found.schema.names else {"distance": 0.0}
    return matches(
        [
            row
            | {
                name: value if row["polygon"] is not None else None
                for name, value in without.items()
            }
            for row in rows
        ]
    )


@pytest.mark.parametrize("name", RULES)
def test_a_matcher_of_the_program_is_one_of_python(files, name):
    points, polygons, saved = files
    options, rule = RULES[name]
    directly = matched(points, polygons, *options, "--planar", "--fields", "zone")
    assert any(position is not None for position, _, _ in directly)
    ran = run_ok("index", polygons, "-o", saved, *options, "--planar", "--fields", "zone")
    assert ran.stderr == "poly-match: 26 polygons saved\n"
    assert matched(points, saved) == directly
    matcher = poly_match.Matcher.load(saved)
    assert joined(matcher) == directly
    of_table = poly_match.Matcher.from_table(written.polygons(), planar=True, **rule)
    assert repr(matcher) == repr(of_table)
    at = written.points().geometry
    found = matcher.match([(point.x, point.y) for point in at]).index.tolist()
    assert [None if position < 0 else position for position in found] == [
        row[0] for row in directly
    ]


@pytest.mark.parametrize("name", RULES)
def test_a_matcher_of_python_is_one_of_the_program(files, name):
    points, polygons, saved = files
    options, rule = RULES[name]
    matcher = poly_match.Matcher.from_table(written.polygons(), planar=True, **rule)
    matcher.save(saved)
    directly = matched(points, polygons, *options, "--planar", "--fields", "zone,level")
    assert matched(points, saved, "--fields", "zone,level") == directly
    # All columns come without being named.
    rows = rows_of(points.with_name("out.parquet"))
    matched(points, saved)
    assert rows_of(points.with_name("out.parquet")) == [
        row | {"weight": row["polygon"] if row["polygon"] is None else row["polygon"] / 4}
        for row in rows
    ]
    three = [*options, "--planar", "--fields", "zone", "--k", "3"]
    assert matched(points, saved, "--fields", "zone", "--k", "3") == matched(
        points, polygons, *three
    )


@pytest.mark.parametrize("is_renamed", [True, False])
def test_labels_go_both_ways(files, is_renamed):
    points, polygons, saved = files
    frame = written.points().assign(floor=written.points()["id"] % 5)
    frame = frame if is_renamed else frame.rename(columns={"floor": "level"})
    written.geopandas_parquet(frame, points)
    pair = "floor=level" if is_renamed else "level"
    grouped = ["--group-by", pair]
    directly = matched(points, polygons, "--near", "covers", "--fields", "zone", *grouped)
    run_ok(
        "index", polygons, "-o", saved, "--near", "covers", "--fields", "*", "--group-by", "level"
    )
    # The name of the polygons' column is saved.
    asked = grouped if is_renamed else []
    assert matched(points, saved, "--fields", "zone", *asked) == directly
    matcher = poly_match.Matcher.load(saved)
    by = {"by": {"floor": "level"}} if is_renamed else {}
    table = pa.table(frame.to_arrow(index=False))
    found = matcher.join(table, columns=["zone"], position_col="polygon", **by)
    assert found["polygon"].to_pylist() == [row[0] for row in directly]
    matcher = poly_match.Matcher.from_table(written.polygons(), near="covers", by="level")
    matcher.save(saved)
    assert matched(points, saved, "--fields", "zone", *asked) == directly


@pytest.mark.parametrize("crs", ["EPSG:25832", "EPSG:4326", None])
def test_the_system_is_saved(tmp_path, crs):
    polygons = written.polygons().set_crs(crs, allow_override=True)
    points = written.points().set_crs(crs, allow_override=True)
    polygons.to_parquet(tmp_path / "zones.parquet")
    points.to_parquet(tmp_path / "points.parquet")
    points.set_crs("EPSG:3035", allow_override=True).to_parquet(tmp_path / "other.parquet")
    saved = tmp_path / "zones.plym"
    run_ok("index", tmp_path / "zones.parquet", "-o", saved, "--near", "covers", "--fields", "zone")
    matcher = poly_match.Matcher.load(saved)
    assert (matcher.crs is None) == (crs is None)
    assert matcher.join(points).shape[0] == len(points)
    matched(tmp_path / "points.parquet", saved)
    if crs is not None:
        ran = run("match", tmp_path / "other.parquet", saved)
        assert ran.returncode == 1
        assert "the coordinate systems differ" in ran.stderr
        with pytest.raises(ValueError, match="points are in EPSG:3035, polygons in "):
            matcher.join(points.set_crs("EPSG:3035", allow_override=True))


def is_one_line(ran: Any, expected: str, status: int = 1) -> None:
    assert ran.returncode == status
    assert ran.stdout == ""
    assert expected in ran.stderr
    assert len(ran.stderr) < 600
    if status == 1:
        assert ran.stderr.startswith("poly-match: ")
        assert ran.stderr.count("\n") == 1


def a_callable(*_: Any) -> int:
    return 0


def of_python(**rule: Any) -> poly_match.Matcher[Any]:
    return poly_match.Matcher.from_table(written.polygons(), **({"near": "covers"} | rule))


def test_what_only_python_can_use_is_refused(files):
    points, _, saved = files
    of_python(best=a_callable).save(saved)
    is_one_line(run("match", points, saved), "its best is a Python function")
    groups = [(i % 2, "a") for i in range(26)]
    shapes = [poly_match.Polygon(*shape.exterior.xy) for shape in written.polygons().geometry[:24]]
    matcher = poly_match.Matcher(shapes, near="covers", groups=groups[:24])
    matcher.save(saved)
    is_one_line(run("match", points, saved), "Python can load it, by Matcher.load")
    of_python(by=["level", "zone"]).save(saved)
    is_one_line(run("match", points, saved), "its labels are of 2 columns, not of one")


def test_a_damaged_matcher_is_one_line(files):
    points, polygons, saved = files
    run_ok("index", polygons, "-o", saved, "--near", "covers", "--fields", "*")
    whole = saved.read_bytes()
    for cut in (0, 1, 7, 8, 20, 100, len(whole) // 2, len(whole) - 1):
        saved.write_bytes(whole[:cut])
        out = points.with_name("none.csv")
        is_one_line(run("match", points, saved, "-o", out), f"poly-match: {saved}: ")
        assert not out.exists()
    saved.write_bytes(whole)
    sound = run_ok("match", points, saved, "-q").stdout
    for at in range(8, len(whole), len(whole) // 40):
        damaged = bytearray(whole)
        damaged[at] ^= 0x41
        saved.write_bytes(damaged)
        ran = run("match", points, saved, "-q")
        # Nothing is in the bytes between two sections.
        if ran.stdout != sound:
            is_one_line(ran, f"poly-match: {saved}: ")
    # The version follows the first bytes and those that show the byte order.
    for version in (0, 200):
        saved.write_bytes(whole[:12] + bytes([version]) + whole[13:])
        is_one_line(run("match", points, saved), "version")


def test_options_that_a_saved_matcher_has_decided_are_wrong_usage(files):
    points, polygons, saved = files
    run_ok("index", polygons, "-o", saved, "--near", "covers", "--fields", "zone")
    for options in (
        ["--near", "covers"],
        ["--max-dist", "2"],
        ["--best", "smallest"],
        ["--inclusive"],
        ["--center", "bbox"],
        ["--nulls-last"],
        ["--tie", "index"],
        ["--geometry", "geometry"],
        ["--id", "zone"],
    ):
        ran = run("match", points, saved, *options)
        assert ran.returncode == 2
        assert f"{options[0]} is decided in" in ran.stderr
    ran = run("match", points, saved, "--plot", "a.png", "-o", "a.csv")
    assert ran.returncode == 2
    assert "--plot needs the outlines of the polygons" in ran.stderr
    is_one_line(run("match", points, saved, "--fields", "level"), 'there is no column "level"')
    is_one_line(run("match", points, saved, "--group-by", "code"), "its polygons have no labels")
    # A name is enough: the file need not be there.
    is_one_line(run("match", points, "none.plym"), "none.plym: No such file")


def test_a_saved_matcher_is_known_by_its_content(files):
    points, polygons, saved = files
    run_ok("index", polygons, "-o", saved, "--near", "covers", "--fields", "zone")
    directly = matched(points, saved)
    other = saved.rename(saved.with_name("zones"))
    assert matched(points, other) == directly
