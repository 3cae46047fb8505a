"""The program ``poly-match`` on real files, against a brute force that shares nothing with it.

The real files lie beside the repository, in ``../shared/data``; the tests that need them say so
and are skipped where they are not. The rest runs on the shop floor of ``examples``.
"""

import csv
import functools
import io
import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

ROOT = Path(__file__).resolve().parent.parent
DATA = ROOT.parent / "shared" / "data"
CITIES = DATA / "us-cities.csv"
COUNTIES = DATA / "us-counties.geojson"
SHOP = ROOT / "examples" / "shop_floor"

real_data = pytest.mark.skipif(
    not (CITIES.exists() and COUNTIES.exists()),
    reason=f"the real data is not there: {CITIES} and {COUNTIES}",
)


@functools.cache
def program():
    """Find the program: named by POLY_MATCH_BIN, or beside this Python, or on the path."""
    named = os.environ.get("POLY_MATCH_BIN")
    beside = shutil.which("poly-match", path=Path(sys.executable).parent)
    found = named or beside or shutil.which("poly-match")
    assert found, "there is no program poly-match: build it, or name it in POLY_MATCH_BIN"
    return found


def run(*arguments, **options):
    command = [program(), *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, encoding="utf-8", **options)


def run_ok(*arguments, **options):
    ran = run(*arguments, **options)
    assert ran.returncode == 0, ran.stderr
    return ran


# --- the brute force -----------------------------------------------------------------------------


def rings_of(geometry):
    """Yield (ring without its closing vertex, whether it is a hole)."""
    parts = geometry["coordinates"]
    for part in [parts] if geometry["type"] == "Polygon" else parts:
        for i, ring in enumerate(part):
            ring = [(float(vertex[0]), float(vertex[1])) for vertex in ring]
            yield ring[:-1] if len(ring) > 1 and ring[0] == ring[-1] else ring, i > 0


def area_of(rings):
    """Add the shoelace terms one after the other, in plain Python floats."""
    area = 0.0
    for ring, hole in rings:
        total = 0.0
        previous = ring[-1]
        for vertex in ring:
            total += vertex[0] * previous[1] - vertex[1] * previous[0]
            previous = vertex
        area += -0.5 * abs(total) if hole else 0.5 * abs(total)
    return area


def center_of(rings):
    x = np.array([vertex[0] for ring, _ in rings for vertex in ring])
    y = np.array([vertex[1] for ring, _ in rings for vertex in ring])
    return np.array([x, y]).mean(axis=1)


def brute_force(points, geometries, max_dist):
    """Give (position, distance) of the match of every point, or None."""
    all_rings = [list(rings_of(geometry)) for geometry in geometries]
    centers = np.array([center_of(rings) for rings in all_rings])
    areas = np.array([area_of(rings) for rings in all_rings])
    matches = []
    for x, y in points:
        dx, dy = centers[:, 0] - x, centers[:, 1] - y
        distances = np.sqrt(dx * dx + dy * dy)
        near = np.flatnonzero(distances < max_dist)
        # The first of equal minima is the lowest position.
        best = near[np.argmin(areas[near])] if near.size else None
        matches.append(None if best is None else (int(best), float(distances[best])))
    return matches


# --- real data -----------------------------------------------------------------------------------

MAX_DIST = 0.5
QUESTION = [CITIES, COUNTIES, "--x", "lon", "--y", "lat", "--max-dist", MAX_DIST, "--planar"]


@functools.cache
def cities():
    with CITIES.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@functools.cache
def counties():
    with COUNTIES.open(encoding="utf-8") as file:
        return json.load(file)["features"]


@functools.cache
def expected():
    points = [(float(city["lon"]), float(city["lat"])) for city in cities()]
    return brute_force(points, [county["geometry"] for county in counties()], MAX_DIST)


def expected_rows(how="left"):
    """Give the rows that the program should write, as CSV has them."""
    rows = []
    for city, match in zip(cities(), expected(), strict=True):
        if match is not None:
            position, distance = match
            county = counties()[position]
            added = [position, county["id"], county["properties"]["NAME"], distance]
        elif how == "left":
            added = ["", "", "", ""]
        else:
            continue
        rows.append([*city.values(), *added])
    return rows


def rows_of(text):
    """Read the program's CSV: the header, and the rows with numbers where numbers were added."""
    header, *rows = csv.reader(io.StringIO(text, newline=""))
    for row in rows:
        if row[4]:
            row[4], row[7] = int(row[4]), float(row[7])
    return header, rows


HEADER = ["name", "pop", "lat", "lon", "polygon", "polygon_id", "NAME", "distance"]


@real_data
def test_the_brute_force_has_both_kinds_of_rows_to_show():
    assert len(expected()) == 3228
    matched = [match for match in expected() if match is not None]
    assert 3000 < len(matched) < 3200
    assert any(county["geometry"]["type"] == "MultiPolygon" for county in counties())


@real_data
def test_real_cities_match_real_counties_row_for_row(tmp_path):
    out = tmp_path / "out.csv"
    ran = run_ok("match", *QUESTION, "--fields", "NAME", "-o", out)
    header, rows = rows_of(out.read_text(encoding="utf-8"))
    assert header == HEADER
    assert rows == expected_rows()
    matched = sum(match is not None for match in expected())
    assert f"3,228 points, {matched:,} matched, {3228 - matched} unmatched" in ran.stderr
    assert "3,221 polygons" in ran.stderr
    assert list(tmp_path.iterdir()) == [out]


@real_data
def test_inner_drops_the_unmatched_rows():
    ran = run_ok("match", *QUESTION, "--fields", "NAME", "--how", "inner")
    header, rows = rows_of(ran.stdout)
    assert header == HEADER
    assert rows == expected_rows("inner")


@real_data
@pytest.mark.parametrize("workers", [1, 2, 7])
def test_pipes_and_workers_change_nothing(workers):
    question = ["-", *QUESTION[1:], "--points-format", "csv", "--fields", "NAME"]
    text = CITIES.read_text(encoding="utf-8")
    ran = run_ok("match", *question, "--workers", workers, input=text)
    assert rows_of(ran.stdout) == (HEADER, expected_rows())


@real_data
def test_geojson_says_the_same(tmp_path):
    out = tmp_path / "out.geojson"
    run_ok("match", *QUESTION, "--fields", "NAME", "-o", out, "--quiet")
    features = json.loads(out.read_text(encoding="utf-8"))["features"]
    assert len(features) == len(cities())
    for feature, city, match in zip(features, cities(), expected(), strict=True):
        lon, lat = float(city["lon"]), float(city["lat"])
        assert feature["geometry"] == {"type": "Point", "coordinates": [lon, lat]}
        added = dict.fromkeys(["polygon", "polygon_id", "NAME", "distance"])
        if match is not None:
            position, distance = match
            county = counties()[position]
            values = position, county["id"], county["properties"]["NAME"], distance
            added = dict(zip(added, values, strict=True))
        own = {"name": city["name"], "pop": int(city["pop"]), "lat": lat, "lon": lon}
        assert feature["properties"] == own | added


@real_data
def test_degrees_are_refused_without_planar():
    ran = run("match", *QUESTION[:-1])
    assert ran.returncode == 1
    assert "degrees are not a distance" in ran.stderr
    assert "--planar" in ran.stderr


def locate(ring, points):
    """Tell which points a ring has inside by the even-odd rule; none of them may be on an edge."""
    inside = np.zeros(len(points), dtype=bool)
    x, y = points.T
    for (ax, ay), (bx, by) in zip(ring, [*ring[1:], ring[0]], strict=True):
        if ay != by:
            spans = (ay <= y) != (by <= y)
            crossing = ax + (y - ay) / (by - ay) * (bx - ax)
            inside ^= spans & (x < crossing)
    return inside


@functools.cache
def smallest_county_around():
    """Give the position of the smallest county that contains each city, or -1."""
    points = np.array([(float(city["lon"]), float(city["lat"])) for city in cities()])
    all_rings = [list(rings_of(county["geometry"])) for county in counties()]
    best = np.full(len(points), -1)
    # The last word wins: it is the smallest's, and of equals the first's.
    order = sorted(range(len(all_rings)), key=lambda i: (area_of(all_rings[i]), i), reverse=True)
    for position in order:
        rings = all_rings[position]
        vertices = np.array([vertex for ring, _ in rings for vertex in ring])
        low, high = vertices.min(axis=0), vertices.max(axis=0)
        near = np.flatnonzero(((points >= low) & (points <= high)).all(axis=1))
        inside = np.zeros(len(near), dtype=bool)
        for ring, _ in rings:
            inside ^= locate(ring, points[near])
        best[near[inside]] = position
    return best.tolist()


@real_data
@pytest.mark.parametrize("near", ["covers", "contains"])
def test_every_city_finds_its_county_as_the_readme_has_it(tmp_path, near):
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    [command] = re.findall(
        r"^poly-match (match cities.csv counties.geojson .*)$", readme, re.MULTILINE
    )
    (tmp_path / "cities.csv").symlink_to(CITIES)
    (tmp_path / "counties.geojson").symlink_to(COUNTIES)
    ran = run_ok(*command.replace("--near covers", f"--near {near}").split(), cwd=tmp_path)
    assert "3,228 points, 3,200 matched, 28 unmatched" in ran.stderr
    out, abroad = tmp_path / "matches.csv", tmp_path / "abroad.csv"
    found = list(zip(cities(), smallest_county_around(), strict=True))
    _, rows = rows_of(out.read_text(encoding="utf-8"))
    expected = []
    for city, position in found:
        if position >= 0:
            county = counties()[position]
            name = county["properties"]["NAME"]
            expected.append([*city.values(), position, county["id"], name, 0.0])
    assert rows == expected
    with abroad.open(encoding="utf-8", newline="") as file:
        rest = list(csv.DictReader(file))
    assert rest == [city for city, county in found if county < 0]
    assert "Toronto" not in {row[0].strip() for row in rows}
    named = {row[0].strip(): row[6] for row in rows}
    assert (named["Chicago"], named["Phoenix"]) == ("Cook", "Maricopa")


@real_data
def test_geojson_points_with_many_properties_come_back_whole():
    places, areas = DATA / "ne-50m-populated-places.geojson", DATA / "ne-50m-urban-areas.geojson"
    arguments = [places, areas, "--planar", "--max-dist", "0.3", "--output-format", "geojson"]
    ran = run_ok("match", *arguments, "--fields", "area_sqkm")
    before = json.loads(places.read_text(encoding="utf-8"))["features"]
    after = json.loads(ran.stdout)["features"]
    zones = json.loads(areas.read_text(encoding="utf-8"))["features"]
    points = [feature["geometry"]["coordinates"] for feature in before]
    matches = brute_force(points, [zone["geometry"] for zone in zones], 0.3)
    assert len(before) == len(after)
    for old, new, match in zip(before, after, matches, strict=True):
        assert new["geometry"] == old["geometry"]
        position, distance = match or (None, None)
        field = match and zones[position]["properties"]["area_sqkm"]
        added = {"polygon": position, "area_sqkm": field, "distance": distance}
        assert new["properties"] == old["properties"] | added


# --- the example ---------------------------------------------------------------------------------


def test_the_example_is_made_anew_byte_for_byte(tmp_path):
    subprocess.run([sys.executable, SHOP / "generate.py", tmp_path], check=True)
    for name in ("zones.csv", "shoppers.csv"):
        assert (tmp_path / name).read_bytes() == (SHOP / name).read_bytes(), name


def geometry_of(wkt):
    """Read the WKT of the example, decimals and parentheses alone, as GeoJSON has it."""
    kind, body = wkt.split(" ", 1)
    vertices = re.sub(r"([-\d.]+) ([-\d.]+)", r"[\1,\2]", body)
    coordinates = json.loads(vertices.replace("(", "[").replace(")", "]"))
    kinds = {"POLYGON": "Polygon", "MULTIPOLYGON": "MultiPolygon"}
    return {"type": kinds[kind], "coordinates": coordinates}


def test_the_example_matches_row_for_row(tmp_path):
    out, plot = tmp_path / "matches.csv", tmp_path / "matches.png"
    files = [SHOP / "shoppers.csv", SHOP / "zones.csv"]
    fields = ["--id", "id", "--fields", "name,kind"]
    run_ok("match", *files, "--max-dist", "2", *fields, "-o", out, "--plot", plot)
    with files[0].open(encoding="utf-8", newline="") as file:
        shoppers = list(csv.DictReader(file))
    with files[1].open(encoding="utf-8", newline="") as file:
        zones = list(csv.DictReader(file))
    points = [(float(shopper["x"]), float(shopper["y"])) for shopper in shoppers]
    matches = brute_force(points, [geometry_of(zone["wkt"]) for zone in zones], 2.0)
    with out.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert len(rows) == 10_000
    for row, shopper, match in zip(rows, shoppers, matches, strict=True):
        assert {key: row[key] for key in shopper} == shopper
        if match is None:
            assert (row["polygon"], row["name"], row["distance"]) == ("", "", "")
            continue
        position, distance = match
        assert (int(row["polygon"]), float(row["distance"])) == (position, distance)
        zone = zones[position]
        assert [row["polygon_id"], row["name"], row["kind"]] == [
            zone[k] for k in ("id", "name", "kind")
        ]
    assert plot.read_bytes().startswith(b"\x89PNG")


def test_the_three_nearest_of_the_example_row_for_row(tmp_path):
    out, rest = tmp_path / "matches.csv", tmp_path / "rest.csv"
    files = [SHOP / "shoppers.csv", SHOP / "zones.csv", "-o", out, "--unmatched", rest]
    run_ok("match", *files, "--max-dist", "2", "--best", "nearest", "--k", "3")
    with files[0].open(encoding="utf-8", newline="") as file:
        shoppers = list(csv.DictReader(file))
    with files[1].open(encoding="utf-8", newline="") as file:
        zones = [geometry_of(zone["wkt"]) for zone in csv.DictReader(file)]
    centers = np.array([center_of(list(rings_of(zone))) for zone in zones])
    expected, unmatched = [], []
    for shopper in shoppers:
        dx, dy = (centers - [float(shopper["x"]), float(shopper["y"])]).T
        distances = np.sqrt(dx * dx + dy * dy)
        nearest = [i for i in np.argsort(distances, kind="stable")[:3] if distances[i] < 2.0]
        for rank, i in enumerate(nearest, 1):
            added = {"rank": str(rank), "polygon": str(i), "distance": repr(float(distances[i]))}
            expected.append(shopper | added)
        if not nearest:
            unmatched.append(shopper)
    with out.open(encoding="utf-8", newline="") as file:
        assert list(csv.DictReader(file)) == expected
    with rest.open(encoding="utf-8", newline="") as file:
        assert list(csv.DictReader(file)) == unmatched
    assert len(expected) > 10_000 > len(unmatched) > 0


# --- the documentation ---------------------------------------------------------------------------


def test_the_help_knows_every_option_that_the_documentation_names():
    text = run_ok("help", "match").stdout
    known = set(re.findall(r"--[a-z][a-z-]*", text + run_ok("help", "check").stdout))
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    shell = readme[readme.index("## From the shell") : readme.index("## From Rust")]
    examples = (ROOT / "examples" / "README.md").read_text(encoding="utf-8")
    rules = (ROOT / "docs" / "rules.md").read_text(encoding="utf-8")
    rules = rules[rules.index("## On the command line") :]
    named = set(re.findall(r"--[a-z][a-z-]*", shell + examples + rules))
    needed = {"--near", "--best", "--nulls-last", "--unmatched", "--group-by", "--k"}
    assert needed <= named <= known
    for option, words in [
        ("near", "center boundary contains covers"),
        ("best", "smallest largest nearest first min:COLUMN max:COLUMN"),
    ]:
        listed = text[text.index(f"--{option} <") :]
        expected = words.split()
        found = re.findall(r"^ +- ([\w:]+): ", listed, re.MULTILINE)
        assert found[: len(expected)] == expected
        assert all(f"`{word}`" in shell for word in expected)
